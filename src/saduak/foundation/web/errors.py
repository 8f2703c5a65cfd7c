"""Pages for what went wrong: they say what happened, what to do, and that nothing typed was lost."""

from urllib.parse import quote, urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render, resolve_url
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from saduak.foundation.access import Refused
from saduak.foundation.web import nav
from saduak.foundation.web.autosave import wants_json

READS = frozenset({"GET", "HEAD"})


def _page(request: HttpRequest, status: int, title: object, body: object, **more: object) -> HttpResponse:
    context = {"title": title, "body": body, "status": status, **more}
    return render(request, "foundation/error.html", context, status=status)


def _is_signed_in(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)  # absent when the refusal came before the session was read
    return user is not None and user.is_authenticated


def _login(path: str) -> str:
    """The sign-in page, which leads on to a path of this site."""
    return f"{resolve_url(settings.LOGIN_URL)}?next={quote(path)}"


def _way_on(request: HttpRequest) -> dict[str, object]:
    """Where the main button of a 403 leads: to one's rights, or through signing in and back."""
    return {"rights": True} if _is_signed_in(request) else {"login": _login(here(request))}


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """A rule said no."""
    way = _way_on(request) if refusal.status == 403 else {}
    return _page(request, refusal.status, _("ทำรายการนี้ไม่ได้"), refusal.reason, **way)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return _page(request, 400, _("คำขอนี้อ่านไม่ได้"), _("กลับไปหน้าก่อนแล้วลองอีกครั้ง ข้อมูลที่บันทึกแล้วยังอยู่"))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    body = _("ดูสิทธิของคุณได้ที่หน้า สิทธิของฉัน")
    if not _is_signed_in(request):
        body = _("หน้านี้เปิดให้เฉพาะผู้ที่มีหน้าที่เกี่ยวข้อง เข้าสู่ระบบก่อนแล้วลองอีกครั้ง")
    return _page(request, 403, _("คุณยังไม่มีสิทธิเปิดหน้านี้"), body, **_way_on(request))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, also for what exists but is not for this reader."""
    return _page(request, 404, _("ไม่พบหน้านี้"), _("อาจพิมพ์ที่อยู่ผิด หรือหน้านี้ไม่ได้เปิดให้คุณ"))


def server_error(request: HttpRequest) -> HttpResponse:
    """500. It looks nobody up: whatever broke may break again."""
    body = _("เราบันทึกเหตุการณ์ไว้แล้ว รอสักครู่แล้วลองอีกครั้ง ข้อมูลที่บันทึกแล้วยังอยู่")
    return _page(request, 500, _("ระบบขัดข้อง"), body, actor=None)


def not_allowed(request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
    """405: what a view answers to a method that it does not know, as a page with a way on; other answers as they are.

    People come to the address of a button by signing in anew, by going back, or by reloading. Scripts get what they got.
    """
    if answer.status_code != 405 or wants_json(request):
        return answer
    if request.method in READS:
        title, way = _("ที่อยู่นี้ไม่ใช่หน้าให้เปิดดู"), _page_above(request)
        body = _("ที่อยู่นี้เป็นของปุ่มในอีกหน้าหนึ่ง การเปิดที่อยู่นี้ไม่ได้เปลี่ยนอะไร เปิดหน้านั้นแล้วกดปุ่มอีกครั้งถ้ายังไม่เรียบร้อย")
    else:
        title, way = _("คำขอนี้อ่านไม่ได้"), _page_before(request)
        body = _("กลับไปหน้าก่อนแล้วลองอีกครั้ง ข้อมูลที่บันทึกแล้วยังอยู่")
    page = _page(request, 405, title, body, again=way)
    page.headers["Allow"] = answer.headers["Allow"]
    return page


def too_large(request: HttpRequest) -> HttpResponse:
    """413."""
    title = _("ส่งมากเกินไปในครั้งเดียว")
    body = _("ย้อนกลับหนึ่งหน้า แล้วแนบไฟล์ทีละน้อย ไฟล์ละไม่เกินขนาดที่บอกไว้ในหน้านั้น")
    if wants_json(request):
        return JsonResponse({"message": str(body)}, status=413)
    return _page(request, 413, title, body)


def signed_out(request: HttpRequest) -> HttpResponse:
    """A form was sent after the session had ended: nothing of it is lost, and it can be sent again from this page.

    Only for requests whose token was checked: another site could otherwise put words into the form.
    """
    context = {**_sent(request), "login": _login(nav.place_url("other-tab") or _page_before(request))}
    return render(request, "foundation/signed_out.html", context, status=403)


def _sent(request: HttpRequest) -> dict[str, object]:
    """What a form brought, to be sent again."""
    sent = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken" and "password" not in name
        for value in values
    ]
    # What a person wrote, to be copied if all else fails; keys and choices mean nothing to a reader.
    texts = [value for _name, value in sent if not value.isascii() or len(value.split()) > 1]
    return {"sent": sent, "texts": texts, "files": bool(request.FILES)}


def other_account(request: HttpRequest) -> HttpResponse:
    """A write comes from a page that was somebody else's: it is not stored as another's, and nothing of it is lost.

    Only for requests whose token was checked, as above.
    """
    name = request.actor.name  # type: ignore[attr-defined] # set by WhoActs
    if wants_json(request):
        words = _("ตอนนี้ {name} เข้าสู่ระบบในเบราว์เซอร์นี้ ข้อความยังอยู่ในเครื่องนี้ เข้าสู่ระบบด้วยบัญชีเดิมแล้วระบบส่งให้")
        said = {"message": words.format(name=name), "code": "other-account"}
        return JsonResponse(said, status=409)
    context = {**_sent(request), "name": name, "back": _page_before(request)}
    return render(request, "foundation/other_account.html", context, status=409)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form is older than the session, or all cookies are gone: where the form stood, by way of signing in if need be."""
    title = _("หน้านี้เปิดค้างไว้นานเกินไป")
    form = _page_before(request)
    if _is_signed_in(request):
        body = _("ย้อนกลับหนึ่งหน้า คัดลอกข้อความที่พิมพ์ไว้ แล้วเปิดหน้านั้นใหม่และส่งอีกครั้ง")
        return _page(request, 403, title, body, again=form)
    body = _("ย้อนกลับหนึ่งหน้า คัดลอกข้อความที่พิมพ์ไว้ แล้วเข้าสู่ระบบและส่งอีกครั้ง")
    from_login = form.partition("?")[0] == resolve_url(settings.LOGIN_URL)
    return _page(request, 403, title, body, login=form if from_login else _login(form))


def here(request: HttpRequest) -> str:
    """The path to come back to: of the page itself, or of the one whose form was sent."""
    return request.get_full_path() if request.method in READS else _page_before(request)


def _is_ours(request: HttpRequest, url: str) -> bool:
    try:
        return url_has_allowed_host_and_scheme(url, {request.get_host()})
    except DisallowedHost:  # the page that says so asks, too
        return False


def _page_before(request: HttpRequest) -> str:
    """The path of the page that the form stood on, when it was one of ours; else home."""
    before = request.headers.get("Referer", "")
    if not _is_ours(request, before):
        return nav.place_url("home") or "/"
    parts = urlsplit(before)
    path = "/" + parts.path.lstrip("/")  # two of them would name another host
    return path + (f"?{parts.query}" if parts.query else "")


def _page_above(request: HttpRequest) -> str:
    """The nearest address above this one that exists: the page that has the button; at last home, or the front page."""
    steps = request.path_info.strip("/").split("/")[:-1]
    while steps:
        path = f"/{'/'.join(steps)}/"
        try:
            resolve(path)
        except Resolver404:
            steps.pop()
        else:
            return quote(path)
    return (_is_signed_in(request) and nav.place_url("home")) or nav.place_url("front") or "/"
