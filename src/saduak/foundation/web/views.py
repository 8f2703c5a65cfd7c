"""The foundation's own pages: choosing a language, and the living style page."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from saduak.foundation import clock
from saduak.foundation.web import autosave, style
from saduak.foundation.web.pages import public

YEAR = 365 * 24 * 60 * 60
_STYLE_BYTES = 1024 * 1024


@public
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the chosen language and go back to where the reader was; never to another host."""
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    response = HttpResponseRedirect(back if safe else "/")
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


@public
@require_GET
def style_page(request: HttpRequest) -> HttpResponse:
    """Every component in every state."""
    return render(request, "foundation/style.html", style.examples())


@public
@require_POST
def style_save(request: HttpRequest) -> HttpResponse:
    """The other end of the style page's autosave: keeps nothing, and answers as the text asks it to.

    ชน: somebody else wrote meanwhile. ผิด: can't be taken. ออก: signed out. ปิด: the round is closed.
    """
    submission = autosave.submitted(request)
    if submission is None:
        return HttpResponseRedirect(request.path.removesuffix("save/"))
    text = " ".join(submission.values)
    if "ชน" in text and submission.version < 100:
        return autosave.conflict(100, _("ข้อความที่ผู้ช่วยเขียนไว้ก่อน"), _("ผู้ช่วย"))
    if "ผิด" in text:
        return autosave.invalid(_("เขียนอย่างน้อย 1 ประโยค ที่บอกว่าศูนย์ทำอย่างไร"))
    if "ออก" in text:
        return HttpResponse(status=401)
    if "ปิด" in text:
        return JsonResponse({"message": _("ปิดรับแล้ว ข้อนี้แก้ไม่ได้อีก")}, status=403)
    return autosave.saved(submission.version + 1, clock.wall())


@public
@require_POST
def style_upload(request: HttpRequest) -> HttpResponse:
    """The other end of the style page's upload: reads the name, keeps nothing. Anybody may send, so only a little."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > _STYLE_BYTES:
        return JsonResponse({"message": _("หน้านี้รับไฟล์ตัวอย่างไม่เกิน 1 MB")}, status=413)
    names = [file.name or "" for file in request.FILES.getlist("file")]
    if not autosave.wants_json(request):
        return HttpResponseRedirect(request.path.removesuffix("upload/"))
    if any("bad" in name for name in names):
        return JsonResponse({"message": _("ไฟล์นี้เปิดไม่ได้ เลือกไฟล์อื่น")}, status=422)
    rows = format_html_join("", "<li>{}</li>", [(name,) for name in names])
    return JsonResponse({"html": {"style-files": format_html('<ul id="style-files">{}</ul>', rows)}})
