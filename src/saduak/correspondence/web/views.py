"""Pages of letters: the inbox, bringing one in, comparing and confirming, and what it asks of an office."""

import uuid
from typing import Any, Final

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from saduak.correspondence import actions, matching, queries, rules
from saduak.correspondence.actions.loading import ACCEPT
from saduak.correspondence.models import DutyRecipient, Letter, LetterFinding
from saduak.correspondence.queries.cleared import nobody_at
from saduak.correspondence.queries.deliveries import ended
from saduak.correspondence.queries.officers import officers_for
from saduak.correspondence.queries.searching import excerpt_of
from saduak.correspondence.web import letter_page, present
from saduak.correspondence.web.exchange.incoming import ENDINGS, from_outside
from saduak.correspondence.web.forms import ConfirmForm, DoneForm, LoadForm, ReasonForm
from saduak.correspondence.web.sending.received import later_of
from saduak.correspondence.web.shared import actor_of
from saduak.foundation import files
from saduak.foundation.access import Actor, Conflict, Refused
from saduak.foundation.web.forms import refuse
from saduak.foundation.web.pages import page
from saduak.organisations.models import Organisation, Role
from saduak.organisations.queries import search_organisations
from saduak.organisations.recipients import find_issuer
from saduak.programme.models import Round

ROWS: Final = 25
NEAR: Final = 3
VIEWS: Final = {
    "all": gettext_lazy("ทั้งหมด"),
    "to_confirm": gettext_lazy("รอตรวจและยืนยัน"),
    "received": gettext_lazy("มีหน้าที่ถึงหน่วยงานของคุณ"),
    "issued": gettext_lazy("ออกในนามหน่วยงานของคุณ"),
}


def _letter(request: HttpRequest, letter_id: uuid.UUID) -> Letter:
    found = queries.letter(actor_of(request), letter_id)
    if found is None:
        raise Http404
    return found


def _share(request: HttpRequest, recipient_id: uuid.UUID) -> DutyRecipient:
    found = queries.share(actor_of(request), recipient_id)
    if found is None:
        raise Http404
    return found


@page(needs=rules.READ)
def inbox(request: HttpRequest) -> HttpResponse:
    """Letters of my offices, in four views."""
    actor = actor_of(request)
    view = request.GET.get("view", "all")
    query = request.GET.get("q", "")
    rows = queries.inbox(actor, view=view if view in VIEWS else "all", query=query)
    counts = queries.tally(actor)
    shown = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    context = {
        "page": shown,
        "rows": [(row, excerpt_of(row, row, query)) for row in shown],
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
        "counts": counts,
        "audits": any(holding.role == Role.AUDITOR for holding in actor.holding_with(rules.READ)),
        "may_load": bool(rules.offices(actor, rules.LOAD)),
    }
    return render(request, "correspondence/inbox.html", context)


@page(needs=rules.LOAD)
def load(request: HttpRequest) -> HttpResponse:
    """Bring in a letter; what is taken is told beforehand."""
    actor = actor_of(request)
    own = Organisation.objects.visible_to(actor).filter(pk__in=rules.offices(actor, rules.LOAD))
    holders = list(own.filter(retired_at__isnull=True).order_by("sort_key"))
    acting = actor.acting.organisation_id if actor.acting else None
    first = next((row for row in holders if row.pk == acting), holders[0] if holders else None)
    form = LoadForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        holders=holders,
        limits=files.limits_text(ACCEPT),
        accept=f"{files.accept_attribute(ACCEPT)},{ENDINGS}",
        initial={"holder": str(first.public_id)} if first else {},
    )
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            letter = from_outside(actor, form.cleaned_data) or actions.load(
                actor=actor,
                holder_id=uuid.UUID(form.cleaned_data["holder"]),
                file=upload,
                name=upload.name,
                secrecy=form.cleaned_data["secrecy"],
                idempotency_key=form.key,
            )
        except Refused as refusal:
            if getattr(refusal, "fields", None):
                refuse(form, refusal)
            else:
                form.add_error("file", _broken_pdf(refusal, upload) or str(refusal.reason))
        else:
            return _go_on(request, letter)
    context = {"form": form}
    return render(request, "correspondence/load.html", context, status=422 if form.errors else 200)


def _broken_pdf(refusal: Refused, upload: UploadedFile) -> str:
    """Better words for a file that calls itself a PDF and is none: to be told to save it as PDF helps nobody."""
    if getattr(refusal, "code", "") != "file-type" or not (upload.name or "").lower().endswith(".pdf"):
        return ""
    return _(
        "ไฟล์นี้ชื่อลงท้าย .pdf แต่เปิดเป็น PDF ไม่ได้ ไฟล์อาจเสียหายหรือเปลี่ยนชื่อมา ขอไฟล์จากผู้ส่งอีกครั้ง หรือบันทึกเป็น PDF ใหม่"
    )


def _go_on(request: HttpRequest, letter: Letter) -> HttpResponse:
    """To the page that compares; the inbox when the letter is about a programme of colleagues."""
    if queries.letter(actor_of(request), letter.public_id) is None:
        words = _("นำหนังสือเข้าแล้ว หนังสือนี้เป็นเรื่องของ %(programme)s เจ้าหน้าที่ที่ดูแลโครงการนั้นจะตรวจและยืนยันต่อ")
        messages.success(request, words % {"programme": letter.programme})
        return redirect("correspondence:inbox")
    return redirect("correspondence:confirm", letter.public_id)


@page(needs=rules.CONFIRM)
def confirm(request: HttpRequest, letter_id: uuid.UUID) -> HttpResponse:
    """Compare the letter with what was read, correct it, and confirm."""
    actor, letter = actor_of(request), _letter(request, letter_id)
    if letter.state != "read" or not rules.may_confirm(actor, letter):
        return redirect("correspondence:letter", letter.public_id)
    if request.method != "POST":
        return _compare(request, queries.letter_page(actor, letter))
    issuer = find_issuer(request.POST.get("issuer", ""))
    form = ConfirmForm(request.POST, page=queries.letter_page(actor, letter))
    answered = queries.letter_page(
        actor,
        letter,
        issuer=issuer,
        round_=_chosen(form.page.rounds, request),
        whos=form.whos(),
        day=form.day(),
        kind=request.POST.get("kind", ""),
    )
    form = ConfirmForm(request.POST, page=answered)
    if "refresh" in request.POST:
        # Only the audience is asked for: what is still missing is said when confirming.
        form.errors.clear()
        return _compare(request, answered, form)
    if issuer is None:
        form.add_error("issuer", _unknown_issuer(actor, request.POST.get("issuer", "")))
    if form.is_valid() and issuer is not None:
        try:
            confirmed = actions.confirm(
                actor=actor,
                letter_id=letter.public_id,
                confirmation=form.confirmation(issuer),
                paper=form.paper(),
                idempotency_key=form.key,
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("ยืนยันหนังสือแล้ว"))
            if confirmed.is_secret and nobody_at([confirmed.holder_id], confirmed.programme_id):
                messages.warning(request, _NOBODY_OPENS_IT)
            # Whoever closed it may not be among those who read it from now on.
            closed = queries.letter(actor, letter.public_id) is None
            return (
                redirect("correspondence:inbox")
                if closed
                else redirect("correspondence:letter", letter.public_id)
            )
    return _compare(request, answered, form)


_NOBODY_OPENS_IT = gettext_lazy(
    "หนังสือนี้เป็นหนังสือลับ แต่หน่วยงานยังไม่มีผู้ที่อ่านหนังสือลับได้ ให้หัวหน้าหน่วยงานหรือเจ้าหน้าที่สารบรรณเปิดบัญชี จึงจะมีผู้เปิดอ่านและรับหนังสือนี้"
)


def _chosen(rounds: list[Round], request: HttpRequest) -> Round | None:
    wanted = request.POST.get("round", "")
    return next((row for row in rounds if str(row.public_id) == wanted), None)


def _unknown_issuer(actor: Actor, typed: str) -> str:
    near = [row.name_th for row in search_organisations(actor, typed)[:NEAR]] if typed.strip() else []
    if near:
        return _("ไม่พบชื่อนี้ในทะเบียนหน่วยงาน ใกล้เคียง: %(names)s") % {"names": ", ".join(near)}
    return _("ไม่พบชื่อนี้ในทะเบียนหน่วยงาน เขียนชื่อเต็ม เช่น จังหวัดพิษณุโลก")


def _compare(request: HttpRequest, told: queries.LetterPage, form: ConfirmForm | None = None) -> HttpResponse:
    form = form or ConfirmForm(page=told)
    wrong = form.is_bound and bool(form.errors)
    context: dict[str, Any] = {
        "letter": told.letter,
        "told": told,
        "form": form,
        "wrong": wrong,
        "compared": present.compared(told, form),
        "open_round_url": _open_round(told),
    }
    return render(request, "correspondence/confirm.html", context, status=422 if wrong else 200)


def _open_round(told: queries.LetterPage) -> str:
    """For the secretariat whose own letter it is: the form that opens the round, with the letter's dates filled in."""
    if told.round is not None or not told.may_open_round:
        return ""
    window = matching.window_of(told.first)
    query = f"?source_letter={told.letter.public_id}&fiscal_year={told.year or ''}"
    if window:
        query += f"&application_first={window[0].isoformat()}&application_last={window[1].isoformat()}"
    return reverse("programme:open") + query


@page(needs=rules.READ)
def letter(request: HttpRequest, letter_id: uuid.UUID) -> HttpResponse:
    """A letter: what it says, what it asks of me, and how far those that it asks are."""
    actor, row = actor_of(request), _letter(request, letter_id)
    if row.state == "read" and rules.may_confirm(actor, row):
        return redirect("correspondence:confirm", row.public_id)
    context = letter_page.context_of(
        actor, row, view=request.GET.get("view", ""), page=request.GET.get("page", "")
    )
    return render(request, "correspondence/letter.html", context)


@page(needs=rules.READ)
def file(request: HttpRequest, letter_id: uuid.UUID) -> HttpResponse:
    """The file as it was received."""
    return files.attachment(_letter(request, letter_id).file)  # type: ignore[return-value] # Django's stubs part the two


@page(needs=rules.CONFIRM)
def set_aside(request: HttpRequest, letter_id: uuid.UUID) -> HttpResponse:
    """Keep a letter without acting on it, with a reason."""
    row = _letter(request, letter_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_aside(
                actor=actor_of(request), letter_id=row.public_id, reason=form.cleaned_data["reason"]
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("เก็บหนังสือไว้โดยไม่ดำเนินการแล้ว"))
            return redirect("correspondence:letter", row.public_id)
    context = {"letter": row, "form": form}
    return render(request, "correspondence/set_aside.html", context, status=422 if form.errors else 200)


@page(needs=rules.CONFIRM)
@require_POST
def settle(request: HttpRequest, finding_id: uuid.UUID) -> HttpResponse:
    """Say what to make of a finding after the letter was confirmed."""
    actor = actor_of(request)
    row = (
        LetterFinding.objects.visible_to(actor).filter(public_id=finding_id).select_related("letter").first()
    )
    if row is None:
        raise Http404
    actions.settle_finding(actor=actor, finding_id=finding_id, settled=request.POST.get("settled", ""))
    messages.success(request, _("บันทึกแล้ว"))
    return redirect("correspondence:letter", row.letter.public_id)


@page(needs=rules.READ)
def duties(request: HttpRequest) -> HttpResponse:
    """What letters ask of my offices."""
    view = request.GET.get("view", "open")
    rows = queries.shares(actor_of(request), only_open=view != "all")
    context = {
        "page": Paginator(rows, ROWS).get_page(request.GET.get("page")),
        "view": view,
        "force": present.FORCE,
        "views": [
            {"label": _("ยังไม่เสร็จ"), "url": "?view=open", "current": view != "all"},
            {"label": _("ทั้งหมด"), "url": "?view=all", "current": view == "all"},
        ],
    }
    return render(request, "correspondence/duties.html", context)


def _duty_page(request: HttpRequest, row: DutyRecipient, form: DoneForm) -> HttpResponse:
    actor = actor_of(request)
    over = ended(actor, row)
    context = {
        "share": row,
        "duty": row.duty,
        "letter": row.duty.letter,
        "form": form,
        "force": present.FORCE[row.force],  # type: ignore[index] # one of the forces, by constraint
        "over": over,
        "later": later_of(actor, over.later, row.organisation) if over and over.later else None,
        "may_answer": over is None and bool(rules.may_answer(actor, row)),
        "meetings": queries.meetings_of(actor, row.duty.letter),
        "officers": officers_for(actor, row),
    }
    return render(request, "correspondence/duty.html", context, status=422 if form.errors else 200)


@page(needs=rules.READ)
def duty(request: HttpRequest, recipient_id: uuid.UUID) -> HttpResponse:
    """One duty of one office: the letter one click away, acknowledge, say it is done."""
    row = _share(request, recipient_id)
    return _duty_page(request, row, DoneForm(initial={"note": row.note}))


@page(needs=rules.ANSWER)
@require_POST
def acknowledge(request: HttpRequest, recipient_id: uuid.UUID) -> HttpResponse:
    """Say that the office has read the duty."""
    row = _share(request, recipient_id)
    try:
        actions.acknowledge_duty(actor=actor_of(request), recipient_id=row.public_id)
    except Conflict as over:
        messages.warning(request, str(over.reason))
    else:
        messages.success(request, _("รับทราบแล้ว"))
    return redirect("correspondence:duty", row.public_id)


@page(needs=rules.ANSWER)
@require_POST
def done(request: HttpRequest, recipient_id: uuid.UUID) -> HttpResponse:
    """Say that the duty is done."""
    row = _share(request, recipient_id)
    form = DoneForm(request.POST)
    if form.is_valid():
        try:
            actions.finish_duty(
                actor=actor_of(request), recipient_id=row.public_id, note=form.cleaned_data["note"]
            )
        except Conflict as over:
            messages.warning(request, str(over.reason))
        else:
            messages.success(request, _("แจ้งผลแล้ว"))
        return redirect("correspondence:duty", row.public_id)
    return _duty_page(request, row, form)
