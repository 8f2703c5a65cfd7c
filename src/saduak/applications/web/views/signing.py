"""The head signs that the facts are true: in the system, or on a printed page."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from saduak.applications import actions, documents, queries
from saduak.applications.models import SignOff
from saduak.applications.web import shared
from saduak.applications.web.forms import PaperForm, SignForm
from saduak.applications.web.views.overview import frame
from saduak.applications.web.why import Why, ask, crumbs_of
from saduak.foundation import files
from saduak.foundation.web.pages import page as marked


def _found(request: HttpRequest, application_id: UUID) -> Any:
    return shared.found(queries.signing_page(shared.actor_of(request), application_id))


def _context(view: Any, form: Any, request: HttpRequest) -> dict[str, Any]:
    return {**frame(view.tasks), "v": view, "form": form, "once": shared.key_for(request)}


@marked()
def page(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """The head reads the summary and signs; everybody else sees how it can be signed."""
    view = _found(request, application_id)
    form = SignForm(request.POST or None)
    done, status = shared.sent(
        request,
        form,
        lambda data: actions.sign(
            actor=shared.actor_of(request),
            application_id=application_id,
            digest=request.POST.get("digest", ""),
            capacity=data["capacity"],
            on_behalf_of=data["on_behalf_of"],
            idempotency_key=shared.once(request),
        ),
        said=_("ลงนามรับรองข้อมูลแล้ว ขั้นต่อไปคือยื่นใบสมัคร"),
        then=("applications:submit", application_id),
    )
    return done or shared.shown_again(request, "sign", _context(view, form, request), status)


@marked()
@require_GET
def paper_to_sign(request: HttpRequest, application_id: UUID) -> HttpResponseBase:
    """The page to print, sign by hand and attach."""
    view = _found(request, application_id)
    name = _("หน้าลงนามรับรองข้อมูล %(code)s.pdf") % {"code": view.code}
    return files.made(documents.signing_pdf(view), "application/pdf", name)


@marked()
def paper(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Attach the page that the head signed by hand."""
    view = _found(request, application_id)
    form = PaperForm(request.POST or None, request.FILES or None)
    done, status = shared.sent(
        request,
        form,
        lambda data: actions.record_paper_signature(
            actor=shared.actor_of(request),
            application_id=application_id,
            idempotency_key=shared.once(request),
            **data,
        ),
        said=_("บันทึกการลงนามบนกระดาษแล้ว ขั้นต่อไปคือยื่นใบสมัคร"),
        then=("applications:submit", application_id),
    )
    context = {
        **_context(view, form, request),
        "limits": files.limits_text({"pdf", "image"}),
        "accept": files.accept_attribute({"pdf", "image"}),
    }
    return done or shared.shown_again(request, "sign_paper", context, status)


@marked()
@require_GET
def paper_copy(request: HttpRequest, application_id: UUID) -> HttpResponseBase:
    """The signed page that was attached."""
    rows = SignOff.objects.visible_to(shared.actor_of(request)).select_related("paper")
    rows = rows.filter(application__public_id=application_id, paper__isnull=False)
    signed = shared.found(rows.order_by("-pk").first())
    return files.attachment(shared.found(signed.paper))


@marked()
def void(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Take the signature back, with the reason."""
    actor = shared.actor_of(request)
    tasks = shared.found(queries.task_list(actor, application_id))
    shown = frame(tasks)
    page = Why(
        title=_("ยกเลิกการลงนาม"),
        over=tasks.application.centre.name_th,
        told=_("หลังยกเลิก แก้ใบสมัครต่อได้ และต้องลงนามใหม่ก่อนยื่น"),
        wrong=_("ยังยกเลิกไม่ได้"),
        stay=_("ไม่ยกเลิก กลับ"),
        back_url=reverse("applications:sign", args=[application_id]),
        done=_("ยกเลิกการลงนามแล้ว แก้ใบสมัครต่อได้"),
        done_url=reverse("applications:task-list", args=[application_id]),
        crumbs=crumbs_of(tasks.application, is_mine=shown["is_mine"]),
        nav_key=shown["nav_key"],
    )
    return ask(
        request,
        page,
        lambda reason: actions.void_signature(actor=actor, application_id=application_id, reason=reason),
    )
