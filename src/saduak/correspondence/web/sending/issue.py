"""Passing a letter on, and the last page before a letter goes out."""

import uuid
from collections.abc import Sequence
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from saduak.correspondence import rules
from saduak.correspondence.actions import issuing
from saduak.correspondence.actions.drafting import ready_problems
from saduak.correspondence.actions.forwarding import Forwarding, begin_forward
from saduak.correspondence.inputs import DeadlineInput, Numbering
from saduak.correspondence.models import Delivery, Draft, RegisterEntry, Registry
from saduak.correspondence.queries import delegations, deliveries, drafts, forwarding
from saduak.correspondence.queries.drafts import Desk
from saduak.correspondence.queries.registers import next_number_text, number_text, registry_for, reserved
from saduak.correspondence.states import DRAFT
from saduak.correspondence.web.sending import going_out
from saduak.correspondence.web.sending.forms import NEXT, ForwardForm, IssueForm
from saduak.correspondence.web.sending.received import delivery_of, next_url, tree_url
from saduak.correspondence.web.shared import actor_of
from saduak.foundation import clock, files
from saduak.foundation.access import Actor, Conflict, Refused
from saduak.foundation.access.registry import Words
from saduak.foundation.web.forms import refuse
from saduak.foundation.web.pages import page
from saduak.programme.models import InternalDeadline

MOST_RESERVED: Final = 20
# Lines of a draft that have no field on the last page.
_LINES: Final = {"duty": gettext_lazy("หน้าที่ที่ %(n)d"), "deadline": gettext_lazy("กำหนดส่งภายในที่ %(n)d")}


# --- Passing on -------------------------------------------------------------------------------------------------------


@page(needs=rules.WRITE)
def forward(request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
    """Pass a letter on: a short form that is filled in, then the last page before it goes out."""
    actor, row = actor_of(request), delivery_of(request, delivery_id)
    desks = forwarding.desks_for(actor, row)
    if not desks or not rules.may_receive(actor, row) or row.state == "withdrawn":
        messages.warning(request, _("หนังสือนี้แจ้งต่อจากหน่วยงานของคุณไม่ได้"))
        return redirect("correspondence:delivery", row.public_id)
    desk = next((desk for desk in desks if desk.key == request.POST.get("desk")), desks[0])
    frame = _Frame(actor, row, desk)
    if request.method != "POST":
        form = ForwardForm(initial=frame.initial(), **frame.choices(desks))
        return _forward_page(request, frame, form)
    form = ForwardForm(request.POST, **frame.choices(desks))
    if form.is_valid():
        try:
            draft = begin_forward(
                actor=actor,
                delivery_id=row.public_id,
                values=_forwarding(form, desk),
                idempotency_key=form.key,
            )
        except Conflict:
            raise
        except Refused as refusal:
            refuse(form, refusal)
        else:
            return _on_with(request, draft)
    else:
        frame.tell_days(form)
    return _forward_page(request, frame, form)


def _on_with(request: HttpRequest, draft: Draft) -> HttpResponse:
    """To the last page before it goes out; to its editor for whoever writes letters and does not send them."""
    if not rules.may_send(actor_of(request), draft):
        messages.success(request, _("ร่างหนังสือแจ้งต่อแล้ว เจ้าหน้าที่ที่ออกหนังสือได้เป็นผู้ลงเลขและส่ง"))
    return redirect(next_url(actor_of(request), draft))


class _Frame:
    """What the page of passing on knows before anything is typed."""

    def __init__(self, actor: Actor, row: Delivery, desk: Desk) -> None:
        self.actor, self.row, self.desk = actor, row, desk
        today = clock.today()
        self.round = forwarding.round_of(actor, row)
        self.usual = forwarding.usual(desk.issuer.kind)
        self.days = forwarding.proposed_days(today, desk.issuer.kind, self.round)
        self.limits = forwarding.limits_for(self.round, row.organisation_id, desk)
        self.signers = delegations.signers(desk.issuer.pk, today)
        self.habits = forwarding.habits(actor, desk)

    def choices(self, desks: Sequence[Desk]) -> dict[str, Any]:
        """What the form offers."""
        named = [
            (str(row.public_id), f"{row.person.name} {' '.join(row.lines)}") for row in self.signers.rows
        ]
        return {
            "desks": desks,
            "signers": named if self.signers.kept else None,
            "with_round": self.round is not None,
        }

    def initial(self) -> dict[str, Any]:
        """As the office wrote last, else as offices of its kind mostly write."""
        last, usual = self.habits, self.usual
        signer = next((row for row in self.signers.rows if row.pk == last.signer_id), None)
        if signer is None and len(self.signers.rows) == 1:
            signer = self.signers.rows[0]
        many = bool(usual.recipients)
        return {
            "desk": self.desk.key,
            "addressee": last.addressee or usual.addressee,
            "recipients": last.recipients or usual.recipients,
            "exceptions": last.exceptions,
            "instruction": usual.instruction or _("จึงขอแจ้งให้ทราบและดำเนินการในส่วนที่เกี่ยวข้องตามหนังสือดังกล่าว"),
            "deadline_kind": "",
            "acknowledge_by": self.days.acknowledge_by,
            "forward_by": self.days.forward_by,
            "is_circular": many if last.is_circular is None else last.is_circular,
            "signer": str(signer.public_id) if signer is not None else "",
            "signer_name": last.signer_name,
            "signer_position": last.signer_position or self.desk.issuer.head_title,
        }

    def tell_days(self, form: ForwardForm) -> None:
        """Of a form that something else is wrong with: also whether those above allow its deadline."""
        kind, day = form.cleaned_data.get("deadline_kind"), form.cleaned_data.get("deadline_on")
        why = self.limits.why_not(kind, day) if kind and day else ""
        if why:
            form.add_error("deadline_on", str(why))


def _forward_page(request: HttpRequest, frame: _Frame, form: ForwardForm) -> HttpResponse:
    context = {
        "delivery": frame.row,
        "letter": frame.row.letter,
        "form": form,
        "days": frame.days,
        "limits": frame.limits,
        "own": [
            {"label": InternalDeadline.Kind(kind).label, "day": day}
            for kind, day in (frame.limits.own or {}).items()
        ],
        "more_open": any(form.errors.get(name) for name in ("exceptions", "is_circular")),
    }
    return render(
        request, "correspondence/received/forward.html", context, status=422 if form.errors else 200
    )


def _forwarding(form: ForwardForm, desk: Desk) -> Forwarding:
    values = form.cleaned_data
    kind, day = values.get("deadline_kind"), values.get("deadline_on")
    return Forwarding(
        office_id=desk.office.public_id,
        issuer_id=desk.issuer.public_id,
        addressee=values["addressee"],
        recipients=values["recipients"],
        exceptions=values["exceptions"],
        instruction=values["instruction"],
        is_circular=values["is_circular"],
        deadline=DeadlineInput(day, kind) if kind and day else None,
        acknowledge_by=values["acknowledge_by"],
        forward_by=values["forward_by"],
        signer_id=uuid.UUID(values["signer"]) if values.get("signer") else None,
        signer_name=values.get("signer_name", ""),
        signer_position=values.get("signer_position", ""),
    )


# --- The last page before it goes out ---------------------------------------------------------------------------------


@page(needs=rules.ISSUE)
def issue(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """How many get it and what it will do; number, date and signed copy; then it goes out."""
    actor = actor_of(request)
    row = drafts.draft(actor, draft_id)
    if row is None:
        raise Http404
    if not DRAFT.can("issue", row.state) or not rules.may_send(actor, row):
        return _away(request, row)
    numbers = _Numbers(actor, row)
    if request.method != "POST":
        return _issue_page(request, row, numbers, IssueForm(initial={"dated": clock.today()}, **numbers.form))
    form = IssueForm(request.POST, request.FILES, **numbers.form)
    if form.is_valid() and _kept(actor, row, form):
        try:
            letter = issuing.issue(
                actor=actor,
                draft_id=row.public_id,
                numbering=Numbering(
                    dated=form.cleaned_data["dated"],
                    number=form.cleaned_data.get("number", ""),
                    reserved_id=form.reserved_id,
                    expected=form.cleaned_data["expected"],
                    seen=form.cleaned_data["seen"],
                ),
                idempotency_key=form.key,
            )
        except Refused as refusal:
            _refuse(form, refusal)
        else:
            dispatch = deliveries.dispatches_of(actor, letter)[0]
            words = _("ส่งหนังสือ ที่ %(number)s ถึง %(n)d แห่งแล้ว")
            messages.success(request, words % {"number": letter.number, "n": dispatch.expected})
            return redirect(tree_url(dispatch))
    again = drafts.draft(actor, draft_id) or row
    if not DRAFT.can("issue", again.state):
        # A colleague was quicker.
        return _away(request, again)
    return _issue_page(request, again, numbers, form)


def _away(request: HttpRequest, row: Draft) -> HttpResponse:
    """A letter that went out, or that somebody else sends: to where it is."""
    actor = actor_of(request)
    if row.letter is not None:
        sent = deliveries.dispatches_of(actor, row.letter)
        url = tree_url(sent[0]) if sent else ""
        return redirect(url or reverse("correspondence:letter", args=[row.letter.public_id]))
    words = {
        "circulating": _("ร่างนี้เสนอลงนามอยู่ ลงนามครบแล้วจึงส่งได้"),
        "cancelled": _("ร่างนี้ยกเลิกแล้ว"),
    }
    messages.warning(request, words.get(row.state, _("คุณไม่ใช่ผู้ส่งหนังสือของหน่วยงานนี้")))
    return redirect("correspondence:draft", row.public_id)


class _Numbers:
    """Where the number comes from: the agency's own register, or Saduak's."""

    def __init__(self, actor: Actor, row: Draft) -> None:
        self.registry: Registry | None = registry_for(row.office_id, row.issuer_id)
        offered = None
        self.next = ""
        if self.registry is not None:
            series = RegisterEntry.Series.CIRCULAR if row.is_circular else RegisterEntry.Series.ORDINARY
            self.next = next_number_text(self.registry, series, clock.today())
            kept = reserved(actor, self.registry, series)[:MOST_RESERVED]
            offered = [(NEXT, _("เลขถัดไป น่าจะเป็น %(number)s") % {"number": self.next})]
            offered += [(str(entry.public_id), _reserved(entry)) for entry in kept]
        self.form: dict[str, Any] = {
            "numbers": offered,
            "limits": files.limits_text(issuing.SIGNED),
            "accept": files.accept_attribute(issuing.SIGNED),
            "needs_copy": row.state != "signed",
        }


def _reserved(entry: RegisterEntry) -> str:
    words = _("เลขที่จองไว้ %(number)s %(subject)s")
    return (words % {"number": number_text(entry), "subject": entry.remark}).strip()


def _kept(actor: Actor, row: Draft, form: IssueForm) -> bool:
    """Keep the signed copy by itself, so that whatever else is refused it need not be chosen again."""
    upload = form.cleaned_data.get("signed_copy")
    if not upload:
        return True
    try:
        issuing.attach_signed(actor=actor, draft_id=row.public_id, file=upload, name=upload.name)
    except Refused as refusal:
        form.add_error("signed_copy", str(refusal.reason))
        return False
    return True


def _refuse(form: IssueForm, refusal: Refused) -> None:
    """Every reason: at its field on this page, else at the top of the form, saying which line of the draft it is about."""
    fields = getattr(refusal, "fields", {})
    for name, words in fields.items():
        if name in form.fields:
            form.add_error(name, str(words))
    elsewhere = dict.fromkeys(
        _about(name, words) for name, words in fields.items() if name not in form.fields
    )
    for told in elsewhere if fields else [str(refusal.reason)]:
        form.add_error(None, told)


def _about(name: str, words: Words) -> str:
    """The reason with the line of the draft that it is about: "deadline-0-due" is its first internal deadline."""
    what, _sep, rest = name.partition("-")
    number = rest.partition("-")[0]
    if what in _LINES and number.isdigit():
        return f"{_LINES[what] % {'n': int(number) + 1}}: {words}"
    return str(words)


def _issue_page(request: HttpRequest, row: Draft, numbers: _Numbers, form: IssueForm) -> HttpResponse:
    audience = going_out.reached(row)
    may_sign = delegations.signers(row.issuer_id, clock.today(), row.kind)
    problems = going_out.lacks(
        ready_problems(row, may_sign=may_sign), reverse("correspondence:draft", args=[row.public_id])
    )
    context = {
        "draft": row,
        "form": form,
        "audience": audience,
        "effects": going_out.effects(row, audience),
        "problems": problems,
        "blocked": bool(problems or audience.unknown or audience.unmet or not audience.count),
        "next": numbers.next,
        "warnings": going_out.warnings(actor_of(request), row, may_sign),
        "registry": numbers.registry,
        "editor_url": reverse("correspondence:draft", args=[row.public_id]),
    }
    return render(request, "correspondence/received/issue.html", context, status=422 if form.errors else 200)
