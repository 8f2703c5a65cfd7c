"""Pages for what went wrong: they say what happened, what to do, and that nothing typed was lost."""

from urllib.parse import quote, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from saduak.foundation.access import Refused
from saduak.foundation.web.autosave import wants_json


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
    return {"rights": True} if _is_signed_in(request) else {"login": _login(_here(request))}


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
    """500."""
    return _page(request, 500, _("ระบบขัดข้อง"), _("เราบันทึกเหตุการณ์ไว้แล้ว รอสักครู่แล้วลองอีกครั้ง ข้อมูลที่บันทึกแล้วยังอยู่"))


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
    sent = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken" and "password" not in name
        for value in values
    ]
    context = {
        "sent": sent,
        # What a person wrote, to be copied if all else fails; keys and choices mean nothing to a reader.
        "texts": [value for _name, value in sent if not value.isascii() or len(value.split()) > 1],
        "files": bool(request.FILES),
        "login": _login(request.path),
    }
    return render(request, "foundation/signed_out.html", context, status=403)


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


def _here(request: HttpRequest) -> str:
    """The path to come back to: of the page itself, or of the one whose form was sent."""
    return request.get_full_path() if request.method in {"GET", "HEAD"} else _page_before(request)


def _page_before(request: HttpRequest) -> str:
    """The path of the page that the form stood on, when it was one of ours; else the front page."""
    before = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(before, {request.get_host()}):
        return "/"
    parts = urlsplit(before)
    path = "/" + parts.path.lstrip("/")  # two of them would name another host
    return path + (f"?{parts.query}" if parts.query else "")
