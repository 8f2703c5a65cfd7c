"""Evidence: served through its row, chosen from the library, kept in the library, called otherwise; links in its place."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from saduak.applications import actions, queries, rules
from saduak.applications.actions.evidence import ACCEPTED
from saduak.applications.models import Answer, Evidence
from saduak.applications.web import attaching, shared
from saduak.applications.web.evidence_forms import EvidenceForm, LibraryForm, LinkForm
from saduak.foundation import files
from saduak.foundation.access import Actor, Refused
from saduak.foundation.web.pages import page as marked
from saduak.organisations.models import ServiceCentre

PER_PAGE = 24


def _row(request: HttpRequest, evidence_id: UUID) -> Any:
    rows = Evidence.objects.visible_to(shared.actor_of(request)).select_related("file")
    return shared.found(rows.filter(public_id=evidence_id).first())


@marked()
@require_GET
def download(request: HttpRequest, evidence_id: UUID) -> HttpResponseBase:
    """The file, as a download; a picture opens in the page. A link leads to where it stands, which we never fetch."""
    row = _row(request, evidence_id)
    if row.file is None:
        answer = HttpResponseRedirect(row.url)
        answer["Referrer-Policy"] = "no-referrer"
        return answer
    return files.attachment(row.file, inline=True)


@marked()
@require_GET
def picture(request: HttpRequest, evidence_id: UUID) -> HttpResponseBase:
    """A small picture for a tile; only what we drew ourselves is ever shown inside a page."""
    row = _row(request, evidence_id)
    if not row.has_picture:
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
    centre_id = view.application.centre.public_id
    form = LibraryForm(request.GET, found=queries.library_choices(actor, centre_id))
    rows = queries.library(actor, centre_id, answer_id=answer_id, **form.narrowed())
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "p": view,
        "application": view.application,
        "form": form,
        "page_obj": page,
        "narrowed": form.is_narrowed,
    }
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
    caption = request.POST.get("caption", "")
    with attaching.sent_with(request, actor) as brought:
        outcome = attaching.attach_all(actor, answer_id, brought.files, caption, brought.taken_on)
        brought.settle(outcome)
    if shared.is_script(request):
        return outcome.as_json(actor, answer_id)
    for name, words in outcome.problems:
        messages.error(request, f"{name}: {words}")
    for note in outcome.notes:
        messages.info(request, str(note))
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
    centre, may_add = _centre(actor, centre_id)
    errors: list[tuple[str, Any]] = []
    if request.method == "POST":
        outcome = _added(request, actor, centre_id)
        if shared.is_script(request):
            return outcome.as_library_json(actor, centre_id)
        if not outcome.problems:
            messages.success(request, _("เก็บเข้าคลังแล้ว"))
            for note in outcome.notes:
                messages.info(request, str(note))
            return redirect("applications:library", centre_id)
        errors = outcome.errors
    form = LibraryForm(request.GET, found=queries.library_choices(actor, centre_id))
    rows = queries.library(actor, centre_id, **form.narrowed())
    context = {
        "centre": centre,
        "nav_key": "library",
        "form": form,
        "narrowed": form.is_narrowed,
        "page_obj": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "may_add": may_add,
        "limits": files.limits_text(ACCEPTED),
        "accept": files.accept_attribute(ACCEPTED),
        "upload_errors": errors,
        "caption": request.POST.get("caption", ""),
    }
    return shared.shown_again(request, "library", context, 422 if errors else 200)


def _centre(actor: Actor, centre_id: UUID) -> tuple[ServiceCentre, bool]:
    """A centre whose library the actor sees something of, and whether the actor keeps it."""
    rows = ServiceCentre.objects.visible_to(actor).select_related("organisation")
    centre = shared.found(rows.filter(public_id=centre_id).first())
    may_add = bool(rules.may_add_to_library(actor, centre))
    # To others a library that they see nothing of is not there: an empty page would say that it is empty.
    if not may_add and not queries.library(actor, centre_id).exists():
        shared.found(None)
    return centre, may_add


def _added(request: HttpRequest, actor: Actor, centre_id: UUID) -> attaching.Attached:
    caption = request.POST.get("caption", "")
    with attaching.sent_with(request, actor) as brought:
        if brought.used:
            return attaching.Attached()
        outcome = attaching.add_all(actor, centre_id, brought.files, caption, brought.taken_on)
        brought.settle(outcome)
    return outcome


@marked(needs="applications.edit")
def edit(request: HttpRequest, evidence_id: UUID) -> HttpResponse:
    """Change what evidence is called, its day and its kind; then back to where one came from."""
    actor = shared.actor_of(request)
    page = shared.found(queries.evidence_page(actor, evidence_id))
    evidence = page.evidence
    if not rules.may_add_to_library(actor, evidence.centre):
        raise Http404
    item = _item(request, actor)
    offered = {"caption": request.GET["caption"][:300]} if request.GET.get("caption") else {}
    form = EvidenceForm(_typed(request), evidence=evidence, initial=offered)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            done, status = shared.attempt(
                form,
                lambda: actions.edit_evidence(actor=actor, evidence_id=evidence_id, **form.cleaned_data),
            )
            if done is not None:
                messages.success(request, _("บันทึกแล้ว"))
                return _back(item, evidence.centre)
    context = {"page": page, "evidence": evidence, "form": form, "nav_key": "library", "item": item}
    return shared.shown_again(request, "evidence_edit", context, status)


def _typed(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _item(request: HttpRequest, actor: Actor) -> Answer | None:
    """The answer from whose page one came, when it is one that the reader may see."""
    try:
        wanted = UUID(request.GET.get("item", ""))
    except ValueError:
        return None
    rows = Answer.objects.visible_to(actor).select_related("application", "criterion")
    found: Answer | None = rows.filter(public_id=wanted).first()
    return found


def _back(item: Answer | None, centre: ServiceCentre) -> HttpResponse:
    if item is not None:
        return redirect("applications:criterion", item.application.public_id, item.public_id)
    return redirect("applications:library", centre.public_id)


@marked()
def link(request: HttpRequest, application_id: UUID, answer_id: UUID) -> HttpResponse:
    """A page or a film on the web as evidence of one answer."""
    actor = shared.actor_of(request)
    view = shared.found(queries.criterion_page(actor, answer_id))
    if view.application.public_id != application_id or not view.may_edit:
        raise Http404
    form, status, done = _linked(request, actor, answer_id=answer_id)
    if done:
        return redirect("applications:criterion", application_id, answer_id)
    context = {"p": view, "application": view.application, "form": form}
    return shared.shown_again(request, "link", context, status)


@marked()
def library_link(request: HttpRequest, centre_id: UUID) -> HttpResponse:
    """The same for a centre's library."""
    actor = shared.actor_of(request)
    centre, may_add = _centre(actor, centre_id)
    if not may_add:
        raise Http404
    form, status, done = _linked(request, actor, centre_id=centre_id)
    if done:
        return redirect("applications:library", centre_id)
    return shared.shown_again(
        request, "library_link", {"centre": centre, "form": form, "nav_key": "library"}, status
    )


def _linked(request: HttpRequest, actor: Actor, **where: Any) -> tuple[LinkForm, int, bool]:
    """The form, the status of its page, and whether the link was added."""
    form = LinkForm(_typed(request))
    if request.method != "POST":
        return form, 200, False
    if not form.is_valid():
        return form, 422, False
    done, status = shared.attempt(form, lambda: actions.add_link(actor=actor, **where, **form.cleaned_data))
    if done is None:
        return form, status, False
    if done.reused:
        messages.info(request, str(attaching.already(done.evidence)))
    else:
        messages.success(request, _("เพิ่มลิงก์แล้ว"))
    return form, status, True


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
