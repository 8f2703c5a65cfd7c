"""Pages of writing: the list, a new letter, the editor with its preview, and the files that come of it."""

import uuid
from typing import Any, Final

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from saduak.correspondence import rules
from saduak.correspondence.actions import drafting, occasions
from saduak.correspondence.actions.drafting import ENCLOSED, DraftConflict
from saduak.correspondence.addresses import page_of_draft
from saduak.correspondence.models import Draft, DraftAttachment
from saduak.correspondence.queries import drafts as queries
from saduak.correspondence.queries.delegations import signers
from saduak.correspondence.queries.documents import document_of
from saduak.correspondence.queries.occasions import Outline, outline
from saduak.correspondence.queries.templates import is_secretariat
from saduak.correspondence.web.drafts import shared
from saduak.correspondence.web.drafts.clash import both_of, shown
from saduak.correspondence.web.drafts.forms import DraftForm, NewForm
from saduak.correspondence.web.forms import ReasonForm
from saduak.correspondence.writing.docx import to_docx
from saduak.correspondence.writing.pdf import to_pdf
from saduak.foundation import clock, files, ids
from saduak.foundation.access import Refused
from saduak.foundation.web import autosave
from saduak.foundation.web.forms import refuse, whole_number
from saduak.foundation.web.pages import page

ROWS: Final = 25
VIEWS: Final = {
    "decide": gettext_lazy("รอคุณลงนาม"),
    "writing": gettext_lazy("กำลังร่าง"),
    "asked": gettext_lazy("เสนอลงนามแล้ว"),
    "signed": gettext_lazy("ลงนามแล้ว รอส่ง"),
    "issued": gettext_lazy("ส่งแล้ว"),
    "cancelled": gettext_lazy("ยกเลิก"),
}
_DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_PREVIEW: Final = "paper"


# --- The list and a new letter ----------------------------------------------------------------------------------------


@page(needs=rules.WRITE)
def drafts(request: HttpRequest) -> HttpResponse:
    """Letters that are being written, in six views."""
    actor = shared.actor_of(request)
    counts = queries.tally(actor)
    view = request.GET.get("view", "decide" if counts["decide"] else "writing")
    view = view if view in VIEWS else "writing"
    query = request.GET.get("q", "")
    rows = queries.drafts(actor, view=view, query=query)
    shown_rows = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    context = {
        "page": shown_rows,
        "views": [
            {
                "label": label,
                "url": f"?view={key}",
                "current": key == view,
                "count": counts.get(key) or None,
            }
            for key, label in VIEWS.items()
        ],
        "view": view,
        "query": query,
        "may_write": bool(rules.offices(actor, rules.WRITE)),
        "tab": "drafts",
    }
    return render(request, "correspondence/drafts/list.html", context)


@page(needs=rules.WRITE)
def new(request: HttpRequest) -> HttpResponse:
    """Begin a letter: in whose name, and with what; for a page of a room above, with what that knows (`?for=&about=`)."""
    actor, told = shared.actor_of(request), _told(request)
    if told is None and request.GET.get("for"):
        # What the button led to is over, or never was for this reader.
        return render(request, "correspondence/drafts/gone.html", {"words": occasions.GONE}, status=404)
    desks = [desk for desk in queries.desks(actor) if told is None or desk.programme.pk == told.programme.pk]
    templates = queries.templates_for(actor, [desk.programme.pk for desk in desks])
    form = NewForm(
        request.POST if request.method == "POST" else None,
        desks=desks,
        templates=templates,
        use=told.use if told else "",
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = _begun(request, form, told)
        except Refused as refusal:
            refuse(form, refusal)
        else:
            return redirect("correspondence:draft", made.public_id)
    context = {"form": form, "desks": desks, "told": told}
    return render(
        request, "correspondence/drafts/new.html", context, status=shared.status_of(None, form.errors)
    )


def _told(request: HttpRequest) -> Outline | None:
    """What a page of a room above begins a letter for; None for a letter about anything, and for what is over."""
    use, about = request.GET.get("for", ""), request.GET.get("about", "")
    return outline(shared.actor_of(request), use, about) if use else None


def _begun(request: HttpRequest, form: NewForm, told: Outline | None) -> Draft:
    actor, chosen = shared.actor_of(request), form.chosen()
    if told is None:
        return drafting.create_draft(actor=actor, idempotency_key=form.key, **chosen)
    return occasions.begin_for(
        actor=actor,
        use=told.use,
        about=request.GET.get("about", ""),
        office_id=chosen["office_id"],
        issuer_id=chosen["issuer_id"],
        template_id=chosen.get("template_id"),
        kind=chosen.get("kind", ""),
        idempotency_key=form.key,
    )


# --- One letter -------------------------------------------------------------------------------------------------------


@page()
def draft(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """The letter: to be written on while it may be, else to be read."""
    actor, row = shared.actor_of(request), shared.draft_of(request, draft_id)
    if not rules.may_edit(actor, row) or row.state != "writing":
        if request.method == "POST" and autosave.wants_json(request):
            return autosave.invalid(_("ร่างนี้แก้ไม่ได้แล้ว เปิดหน้านี้ใหม่"))
        return _reading(request, row)
    if request.method != "POST":
        return _editor(request, row, _form(request, row))
    one = autosave.submitted(request) if autosave.wants_json(request) else None
    return _save_one(request, row, one) if one else _save_form(request, row)


def _form(request: HttpRequest, row: Draft, data: QueryDict | None = None) -> DraftForm:
    return DraftForm(
        data,
        draft=row,
        may_sign=signers(row.issuer_id, clock.today(), row.kind),
        rounds=queries.rounds_for(shared.actor_of(request), row.programme_id),
        may_advance=is_secretariat(shared.actor_of(request), row.programme_id),
    )


def _save_one(request: HttpRequest, row: Draft, one: autosave.Submission) -> HttpResponse:
    """Autosave: one field, as JSON; it says where to get the letter as it looks then."""
    data = QueryDict(mutable=True)
    data.setlist(one.field, one.values)
    form = _form(request, row, data)
    if one.field not in form.fields:
        return autosave.invalid(_("ช่องนี้บันทึกไม่ได้ เปิดหน้านี้ใหม่แล้วลองอีกครั้ง"))
    form.full_clean()
    if one.field in form.errors:
        return autosave.invalid(str(form.errors[one.field][0]))
    try:
        saved = drafting.save_draft(
            actor=shared.actor_of(request),
            draft_id=row.public_id,
            values=form.values({one.field}),
            version=one.version,
        )
    except DraftConflict as clash:
        return _clash(form, one.field, clash)
    except Refused as refusal:
        fields = getattr(refusal, "fields", {})
        return (
            autosave.invalid(fields.get(one.field, refusal.reason)) if fields else autosave.refused(refusal)
        )
    return autosave.saved(
        saved.version,
        saved.changed_at,
        refresh=reverse("correspondence:draft-preview", args=[row.public_id]),
    )


def _clash(form: DraftForm, field: str, clash: DraftConflict) -> HttpResponse:
    """Their version of one field: the words, and the values that the control takes."""
    words, values = shown(form, field, clash.theirs.get(field))
    return autosave.conflict(clash.version, words, clash.by.get(field, ""), values)


def _save_form(request: HttpRequest, row: Draft) -> HttpResponse:
    """The whole form: the text, then enclosures; nothing that was typed is lost."""
    actor = shared.actor_of(request)
    form = _form(request, row, request.POST)
    if not form.is_valid():
        return _editor(request, row, form)
    try:
        drafting.save_draft(
            actor=actor,
            draft_id=row.public_id,
            values=form.values(),
            version=_versions(request, form),
            force="resolve" in request.POST,
        )
    except DraftConflict as clash:
        return _editor(request, row, form, clash=clash)
    except Refused as refusal:
        form.refuse(refusal)
        return _editor(request, row, form)
    try:
        _enclosures(request, row)
    except Refused as refusal:
        fresh = shared.draft_of(request, row.public_id)
        return _editor(request, fresh, _form(request, fresh), refusal=refusal)
    return _onward(request, row)


def _versions(request: HttpRequest, form: DraftForm) -> dict[str, int]:
    """The version of each field that the writer had before them: the page's, or newer where it saved by itself."""
    common = whole_number(request.POST.get("version", ""))
    seen = {name: whole_number(request.POST.get(f"seen-{name}", "")) for name in form.fields}
    base = form.draft.version if common is None else common
    return {name: base if version is None else version for name, version in seen.items()}


def _enclosures(request: HttpRequest, row: Draft) -> None:
    """Files that came with the form, something only named, and what is to be taken off."""
    actor = shared.actor_of(request)
    title, copies = request.POST.get("enclosed_title", ""), request.POST.get("enclosed_copies", "")
    uploads: list[UploadedFile] = request.FILES.getlist("file")
    for upload in uploads:
        drafting.add_attachment(
            actor=actor,
            draft_id=row.public_id,
            title=title if len(uploads) == 1 else "",
            copies=copies,
            file=upload,
            name=upload.name or "",
        )
    if title.strip() and not uploads:
        drafting.add_attachment(actor=actor, draft_id=row.public_id, title=title, copies=copies)
    wanted = request.POST.get("remove", "")
    known = {str(one.public_id): one for one in row.attachments.all()}
    if wanted in known:
        drafting.remove_attachment(actor=actor, attachment_id=known[wanted].public_id)


def _onward(request: HttpRequest, row: Draft) -> HttpResponse:
    """Where the pressed button leads."""
    places = {"sign": "correspondence:draft-sign", "preview": "correspondence:draft-preview"}
    go = request.POST.get("go", "")
    if go in places:
        return redirect(places[go], row.public_id)
    messages.success(request, _("บันทึกแล้ว"))
    anchor = "#enclosed" if "upload" in request.POST or "remove" in request.POST else ""
    return redirect(reverse("correspondence:draft", args=[row.public_id]) + anchor)


def _editor(
    request: HttpRequest,
    row: Draft,
    form: DraftForm,
    *,
    clash: DraftConflict | None = None,
    refusal: Refused | None = None,
) -> HttpResponse:
    to = queries.audience_for(row)
    problems = queries.signing_problems(row, may_sign=form.may_sign, to=to)
    context: dict[str, Any] = {
        "draft": row,
        "form": form,
        "problems": problems,
        # The empty row stands open where it is what is missing.
        "open_duty": bool(form.errors) or "duty-0-due" in problems,
        "lacks": _lacks(form, problems),
        "reach": shared.reach(row, to),
        "expressions": shared.expressions(),
        "warnings": queries.warnings_of(row, form.may_sign),
        "clash": clash,
        "both": both_of(form, clash) if clash else [],
        "version": clash.version if clash else row.version,
        "refusal": refusal,
        "limits": files.limits_text(ENCLOSED),
        "accept": files.accept_attribute(ENCLOSED),
        "once": ids.public_id(),
        "paper": shared.paper(row),
        "duties": form.rows_of("duty", form.duty_rows),
        "deadlines": form.rows_of("deadline", form.deadline_rows),
    }
    status = clash.status if clash else shared.status_of(refusal, form.errors)
    return render(request, "correspondence/drafts/editor.html", context, status=status)


def _lacks(form: DraftForm, problems: dict[str, Any]) -> list[tuple[str, Any]]:
    """What is missing, each with the field that it leads to."""
    return [(f"#id_{name}" if name in form.fields else "", words) for name, words in problems.items()]


def _reading(request: HttpRequest, row: Draft) -> HttpResponse:
    """The letter as it stands, who did what with it, and the next step."""
    actor = shared.actor_of(request)
    laps = queries.laps(row)
    turn = next((lap.next for lap in laps if lap.open and lap.next is not None), None)
    context = {
        "draft": row,
        "paper": shared.paper(row),
        "asked": shared.asked(row),
        "inside": shared.inside(row),
        "meeting": shared.meeting(row),
        "laps": laps,
        "look": shared.LOOKS[row.state],
        "mine": turn
        if turn is not None and row.state == "circulating" and rules.may_decide(actor, turn)
        else None,
        "may_edit": bool(rules.may_edit(actor, row)),
        "may_send": bool(rules.may_send(actor, row)),
        "issue_url": shared.issue_url(row),
    }
    return render(request, "correspondence/drafts/reading.html", context)


# --- The paper --------------------------------------------------------------------------------------------------------


@page()
@require_GET
def preview(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """The letter set like the paper: a page, or the part of the editor that shows it."""
    row = shared.draft_of(request, draft_id)
    context = {"draft": row, "paper": shared.paper(row)}
    if not autosave.wants_json(request):
        return render(request, "correspondence/drafts/preview.html", context)
    may_sign = signers(row.issuer_id, clock.today(), row.kind)
    to = queries.audience_for(row)
    problems = queries.signing_problems(row, may_sign=may_sign, to=to)
    lacks = {"lacks": [(f"#id_{name}", words) for name, words in problems.items()]}
    html = {
        _PREVIEW: render_to_string("correspondence/drafts/_paper.html", context, request),
        "lacks": render_to_string("correspondence/drafts/_lacks.html", lacks, request),
        "reach": render_to_string(
            "correspondence/drafts/_reach.html", {"reach": shared.reach(row, to)}, request
        ),
    }
    return JsonResponse({"html": html})


@page()
@require_GET
def as_pdf(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """The letter as PDF."""
    row = shared.draft_of(request, draft_id)
    made = to_pdf(document_of(row, number=row.number, dated=row.dated, qr_url=page_of_draft(row)))
    return files.made(made, "application/pdf", f"{_name(row)}.pdf")


@page()
@require_GET
def as_docx(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """The letter as a Word file."""
    row = shared.draft_of(request, draft_id)
    made = to_docx(document_of(row, number=row.number, dated=row.dated, qr_url=page_of_draft(row)))
    return files.made(made, _DOCX, f"{_name(row)}.docx")


def _name(row: Draft) -> str:
    name = row.number or row.subject or _("ร่างหนังสือ")
    return " ".join(name.replace("/", "-").split())[:80]


@page()
@require_GET
def emblem(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """The agency's emblem, for who may see the draft that it stands on."""
    document = document_of(shared.draft_of(request, draft_id))
    shared.found(document.emblem or None)
    response = HttpResponse(document.emblem, content_type=document.emblem_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=300"
    return response


@page()
@require_GET
def enclosure(request: HttpRequest, attachment_id: uuid.UUID) -> HttpResponse:
    """A file that a draft will send along."""
    rows = DraftAttachment.objects.visible_to(shared.actor_of(request)).select_related("file")
    row = shared.found(rows.filter(public_id=attachment_id).first())
    return files.attachment(shared.found(row.file))  # type: ignore[return-value] # Django's stubs part the two


# --- Back, and given up -----------------------------------------------------------------------------------------------


@page(needs=rules.WRITE)
@require_POST
def take_back(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Back to writing."""
    row = shared.draft_of(request, draft_id)
    drafting.take_back(actor=shared.actor_of(request), draft_id=row.public_id)
    messages.success(request, _("ดึงร่างกลับมาแก้แล้ว"))
    return redirect("correspondence:draft", row.public_id)


@page(needs=rules.WRITE)
def cancel(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Give a draft up, with a reason."""
    row = shared.draft_of(request, draft_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            drafting.cancel_draft(
                actor=shared.actor_of(request), draft_id=row.public_id, reason=form.cleaned_data["reason"]
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("ยกเลิกร่างแล้ว"))
            return redirect("correspondence:drafts")
    context = {"draft": row, "form": form}
    return render(
        request, "correspondence/drafts/cancel.html", context, status=shared.status_of(None, form.errors)
    )
