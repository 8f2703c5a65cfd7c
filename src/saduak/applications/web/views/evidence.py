"""Evidence: served through its row, chosen from the library, kept in the library."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from saduak.applications import actions, queries, rules
from saduak.applications.actions.evidence import ACCEPTED
from saduak.applications.models import Evidence
from saduak.applications.web import attaching, shared
from saduak.applications.web.forms import LibraryForm
from saduak.foundation import files
from saduak.foundation.access import Refused
from saduak.foundation.web.pages import page as marked
from saduak.organisations.models import ServiceCentre

PER_PAGE = 24


def _row(request: HttpRequest, evidence_id: UUID) -> Any:
    rows = Evidence.objects.visible_to(shared.actor_of(request)).select_related("file")
    return shared.found(rows.filter(public_id=evidence_id).first())


@marked()
@require_GET
def download(request: HttpRequest, evidence_id: UUID) -> HttpResponseBase:
    """The file, as a download; a picture opens in the page."""
    row = _row(request, evidence_id)
    return files.attachment(row.file, inline=True)


@marked()
@require_GET
def picture(request: HttpRequest, evidence_id: UUID) -> HttpResponseBase:
    """A small picture for a tile; only what we drew anew is ever shown inside a page."""
    row = _row(request, evidence_id)
    if not row.file.reencoded:
        raise Http404
    return files.preview(row.file)


@marked()
def choose(request: HttpRequest, application_id: UUID, answer_id: UUID) -> HttpResponse:
    """Choose evidence that the centre has already."""
    actor = shared.actor_of(request)
    view = shared.found(queries.criterion_page(actor, answer_id))
    if view.application.public_id != application_id:
        raise Http404
    if request.method == "POST":
        return _link(request, application_id, answer_id)
    form = LibraryForm(request.GET)
    found = form.cleaned_data if form.is_valid() else {"q": "", "kind": ""}
    rows = queries.library(actor, view.application.centre.public_id, answer_id=answer_id, **found)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"p": view, "application": view.application, "form": form, "page_obj": page}
    return shared.page(request, "choose", context)


def _link(request: HttpRequest, application_id: UUID, answer_id: UUID) -> HttpResponse:
    chosen = request.POST.getlist("evidence")
    try:
        wanted = [UUID(value) for value in chosen]
    except ValueError:
        raise Http404 from None
    if not wanted:
        messages.warning(request, _("เลือกหลักฐานอย่างน้อย 1 รายการ"))
        return redirect("applications:choose", application_id, answer_id)
    try:
        for evidence_id in wanted:
            actions.link_evidence(
                actor=shared.actor_of(request), answer_id=answer_id, evidence_id=evidence_id
            )
    except Refused as refusal:
        messages.error(request, str(refusal.reason))
    else:
        count = len(wanted)
        words = ngettext("ใช้หลักฐานจากคลัง %(count)d รายการแล้ว", "ใช้หลักฐานจากคลัง %(count)d รายการแล้ว", count)
        messages.success(request, words % {"count": count})
    return redirect("applications:criterion", application_id, answer_id)


@marked()
@require_POST
def attach(request: HttpRequest, application_id: UUID, answer_id: UUID) -> HttpResponse:
    """One file, sent by the page's script with its progress; answers with the tiles anew."""
    actor = shared.actor_of(request)
    view = shared.found(queries.criterion_page(actor, answer_id))
    if view.application.public_id != application_id:
        raise Http404
    uploads = request.FILES.getlist("file")
    outcome = attaching.attach_all(actor, answer_id, uploads, request.POST.get("caption", ""))
    if shared.is_script(request):
        return outcome.as_json(actor, answer_id)
    for name, words in outcome.problems:
        messages.error(request, f"{name}: {words}")
    return redirect("applications:criterion", application_id, answer_id)


@marked(needs="applications.edit")
@require_GET
def libraries(request: HttpRequest) -> HttpResponse:
    """The centres whose library I keep; with one, its library at once."""
    centres = list(queries.libraries(shared.actor_of(request)))
    if len(centres) == 1:
        return redirect("applications:library", centres[0].public_id)
    return shared.page(request, "libraries", {"centres": centres})


@marked()
def library(request: HttpRequest, centre_id: UUID) -> HttpResponse:
    """Everything that a centre has collected over the years."""
    actor = shared.actor_of(request)
    rows = ServiceCentre.objects.visible_to(actor).select_related("organisation")
    centre = shared.found(rows.filter(public_id=centre_id).first())
    may_add = bool(rules.may_add_to_library(actor, centre))
    # To others a library that they see nothing of is not there: an empty page would say that it is empty.
    if not may_add and not queries.library(actor, centre_id).exists():
        shared.found(None)
    errors: list[tuple[str, Any]] = []
    if request.method == "POST":
        uploads = request.FILES.getlist("file")
        outcome = attaching.add_all(actor, centre_id, uploads, request.POST.get("caption", ""))
        if shared.is_script(request):
            return outcome.as_library_json(actor, centre_id)
        if not outcome.problems:
            messages.success(request, _("เก็บเข้าคลังแล้ว"))
            return redirect("applications:library", centre_id)
        errors = outcome.errors
    form = LibraryForm(request.GET)
    found = form.cleaned_data if form.is_valid() else {"q": "", "kind": ""}
    page = Paginator(queries.library(actor, centre_id, **found), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "centre": centre,
        "nav_key": "library",
        "form": form,
        "page_obj": page,
        "may_add": may_add,
        "limits": files.limits_text(ACCEPTED),
        "accept": files.accept_attribute(ACCEPTED),
        "upload_errors": errors,
        "caption": request.POST.get("caption", ""),
    }
    return shared.shown_again(request, "library", context, 422 if errors else 200)


@marked(needs="applications.edit")
@require_POST
def retire(request: HttpRequest, evidence_id: UUID) -> HttpResponse:
    """Take evidence out of the library; what was filed with it keeps it."""
    row = _row(request, evidence_id)
    try:
        actions.retire_evidence(actor=shared.actor_of(request), evidence_id=evidence_id)
    except Refused as refusal:
        messages.error(request, str(refusal.reason))
    else:
        messages.success(request, _("นำออกจากคลังแล้ว ใบสมัครที่ยื่นไปแล้วยังมีหลักฐานนี้อยู่"))
    centre = ServiceCentre.objects.visible_to(shared.actor_of(request)).filter(pk=row.centre_id).first()
    return redirect("applications:library", shared.found(centre).public_id)
