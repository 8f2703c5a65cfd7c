"""Confirming: what a person agreed to becomes duties, internal deadlines and a meeting, within the issuer's reach.

Nothing here opens a round or moves a national window: a letter links to a round that exists. An order to those that the
issuer only supervises is written down as a request, because supervision is never command.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.correspondence import doubts, matching, rules, signals
from saduak.correspondence.actions import receiving, sending
from saduak.correspondence.actions.asking import supersede_own_copies, weaker
from saduak.correspondence.actions.loading import note_window
from saduak.correspondence.actions.registers import locked_line
from saduak.correspondence.actions.remembering import settle
from saduak.correspondence.actions.vouching import Paper, Vouched, bind, class_facts, class_for, vouch
from saduak.correspondence.inputs import Confirmation, DeadlineInput, DutyInput, Sending, Target
from saduak.correspondence.models import Duty, DutyRecipient, Force, Letter, LetterFinding
from saduak.correspondence.queries.originals import called_back
from saduak.correspondence.queries.templates import is_secretariat
from saduak.correspondence.registers_text import body_key
from saduak.correspondence.states import LETTER
from saduak.foundation import audit, clock
from saduak.foundation.access import Actor, Conflict, Invalid, Refused, require
from saduak.foundation.access.registry import Words
from saduak.foundation.actions import action
from saduak.foundation.thai import calendar
from saduak.foundation.thai.text import search_key
from saduak.organisations.recipients import Resolved, commands, resolve_many
from saduak.programme.actions import set_internal_deadline
from saduak.programme.models import InternalDeadline, Round
from saduak.programme.queries import rounds

BULK = 500


@dataclass(frozen=True, slots=True)
class Reached:
    """The duties as they were laid on offices, and by which ways they reach those."""

    rows: Sequence[DutyRecipient]
    targets: Sequence[Target] = ()

    @property
    def organisation_ids(self) -> list[int]:
        """The offices, each once."""
        return sorted({row.organisation_id for row in self.rows})


@action("correspondence.confirm")
def confirm(
    *,
    actor: Actor,
    letter_id: uuid.UUID,
    confirmation: Confirmation,
    paper: Paper = Paper(),  # noqa: B008 - frozen
    idempotency_key: uuid.UUID | None = None,  # noqa: ARG001 - read by @action
) -> Letter:
    """Confirm a letter that was read.

    In the issuer's name (the actor stands at the issuer, or at an office that writes for it) the duties reach those whom
    the words name within the issuer's reach, and deadlines and meeting are made: for that, the registers that the issuer
    keeps here must know the paper (`vouching`). As a recipient, duties are made for the holder's own office alone.

    Raises:
        Refused: another office's letter, a secret one that the actor may not see, or a lower class by the uncleared.
        Invalid: something does not fit; `fields` says where ("duty-0", "deadline-1", "round", "finding-…", "file",
            "signer", "number", "secrecy_because").
        Conflict: it was confirmed before, here or by the issuer.
    """
    letter = Letter.locked(letter_id)
    require(rules.may_confirm(actor, letter))
    require(rules.secrecy.may_read(actor, letter))
    state = LETTER.step("confirm", letter.state)
    round_ = _round(actor, letter, confirmation.round_id)
    programme_id = round_.programme_id if round_ else letter.programme_id
    as_issuer = rules.may_issue(actor, letter.holder_id, confirmation.head.issuer, programme_id)
    _check_new(letter, confirmation, as_issuer=as_issuer)
    _check_advance(confirmation, by_secretariat=as_issuer and is_secretariat(actor, programme_id))
    vouched = Vouched()
    if as_issuer:
        _check_answered(actor, letter, confirmation)
        vouched = vouch(letter, confirmation.head, paper)
    secrecy = class_for(actor, letter, paper)
    closed = class_facts(letter, secrecy, paper)
    letter.state, letter.secrecy = state, secrecy
    if vouched.entry is not None:
        # The register before the letter under its number, as where one is issued: else two wait for each other.
        locked_line(vouched.entry.public_id)
    _write(letter, confirmation, round_, actor, as_issuer=as_issuer)
    _settle(letter, confirmation, actor)
    note_window(letter)
    reached = _give(actor, letter, confirmation.duties)
    made = set_deadlines(actor, letter, confirmation.deadlines, _reaches(reached)) if as_issuer else 0
    organisation_ids = reached.organisation_ids
    facts = {
        "issuer": confirmation.head.issuer.code,
        "round": round_.fiscal_year if round_ else None,
        "duties": len(confirmation.duties),
        "offices": len(organisation_ids),
        "internal_deadlines": made,
        **vouched.facts(),
        **closed,
    }
    _tell(actor, letter, facts, vouched)
    _tell_rooms_above(actor, letter, organisation_ids)
    _on_its_way(actor, letter, confirmation, reached)
    bind(actor, letter, vouched)
    return letter


def _tell(actor: Actor, letter: Letter, facts: dict[str, Any], vouched: Vouched) -> None:
    """One entry in the letter's chain: what was confirmed, in whose name, and who signed it."""
    said = {
        "number": letter.number,
        "dated": letter.dated,
        "in_issuers_name": letter.for_issuer,
        "meeting": bool(letter.meeting),
    }
    if letter.recalled_at is not None:
        said["recalled"] = True
    audit.append(
        letter,
        actor=actor,
        verb="correspondence.confirmed",
        facts=said | facts,
        personal=vouched.personal(),
    )


def _tell_rooms_above(actor: Actor, letter: Letter, organisation_ids: list[int]) -> None:
    signals.letter_confirmed.send(sender=Letter, letter=letter, reading=letter.reading, actor=actor)
    if organisation_ids:
        signals.duties_given.send(
            sender=Letter, letter=letter, organisation_ids=organisation_ids, actor=actor
        )


def _on_its_way(actor: Actor, letter: Letter, confirmation: Confirmation, reached: Reached) -> None:
    """In the issuer's name it goes to those whom it asks; else it has come to the office that holds it."""
    if not letter.for_issuer:
        # What was called back before it was brought in is kept and comes to nobody.
        if letter.recalled_at is None:
            receiving.came_on_paper(letter, actor)
    elif reached.targets:
        words = "\n".join(dict.fromkeys(duty.who for duty in confirmation.duties if duty.who))
        sending.begin(
            actor=actor,
            letter=letter,
            sender=letter.holder,
            targets=reached.targets,
            sending=Sending(recipients=words, advance=confirmation.advance),
            told=reached.organisation_ids,
        )


# --- The letter itself ------------------------------------------------------------------------------------------------


def _check_new(letter: Letter, confirmation: Confirmation, *, as_issuer: bool) -> None:
    """One letter is confirmed once by an office, and speaks once in its issuer's name."""
    head = confirmation.head
    if not head.subject.strip():
        raise Invalid(_("เขียนเรื่องของหนังสือ"), {"subject": _("เขียนเรื่องของหนังสือ")}, "no-subject")
    if not head.number.strip():
        return
    same = Letter.objects.filter(
        issuer=head.issuer, number=head.number.strip()[:120], dated=head.dated, state="confirmed"
    ).exclude(pk=letter.pk)
    if same.filter(holder=letter.holder_id).exists():
        raise Conflict(_("หน่วยงานของคุณยืนยันหนังสือฉบับนี้ไปแล้ว เปิดฉบับเดิมจากหน้าหนังสือ"), "already-confirmed")
    if as_issuer and same.filter(for_issuer=True).exists():
        raise Conflict(_("สำนักงานอื่นยืนยันหนังสือฉบับนี้ในนามหน่วยงานของคุณแล้ว หน้าที่ถึงผู้รับแล้ว"), "already-issued")


def _check_advance(confirmation: Confirmation, *, by_secretariat: bool) -> None:
    """Only the programme's secretariat lets every office see a call before its own order comes."""
    if confirmation.advance and not by_secretariat:
        words = _("ส่งสำเนาแจ้งล่วงหน้าถึงทุกหน่วยงานได้เฉพาะฝ่ายเลขานุการของโครงการ")
        raise Invalid(words, {"advance": words}, "not-secretariat")


def _check_answered(actor: Actor, letter: Letter, confirmation: Confirmation) -> None:
    """Nobody gives orders over a contradiction unseen. "Not sure" is an answer; a recipient needs none to receive.

    Only what the actor sees is asked: a doubt beside a letter of another programme is for colleagues.
    """
    rows = (
        LetterFinding.objects.visible_to(actor)
        .filter(letter=letter, settled="")
        .exclude(public_id__in=list(confirmation.settled))
    )
    wrong: dict[str, Words] = {
        f"finding-{row.public_id}": doubts.unanswered(row.text) for row in rows if row.asks
    }
    if wrong:
        raise Invalid(_("ยังมีข้อสังเกตที่ยังไม่ได้ตอบ"), wrong, "open-findings")


def _round(actor: Actor, letter: Letter, round_id: uuid.UUID | None) -> Round | None:
    if round_id is None:
        return None
    found: Round | None = rounds(actor).filter(public_id=round_id).first()
    if found is None or not rules.may_confirm(actor, letter, found.programme_id):
        raise Invalid(_("ไม่พบรอบที่เลือก"), {"round": _("เลือกรอบจากรายการ")}, "no-round")
    return found


def _write(
    letter: Letter, confirmation: Confirmation, round_: Round | None, actor: Actor, *, as_issuer: bool
) -> None:
    head = confirmation.head
    letter.kind, letter.number, letter.dated = head.kind, head.number.strip()[:120], head.dated
    letter.subject = head.subject.strip()[:500]
    letter.subject_key = search_key(f"{letter.subject} {letter.number}")[:500]
    letter.body_key = body_key(letter.subject, letter.text)
    letter.issuer, letter.issuer_text = head.issuer, head.issuer_text[:300]
    letter.owner_unit, letter.round = head.owner_unit[:300], round_
    letter.programme = round_.programme if round_ else letter.programme
    letter.for_issuer = as_issuer
    letter.meeting = confirmation.meeting.as_json() if confirmation.meeting and as_issuer else {}
    letter.confirmed_at, letter.confirmed_by_id = clock.now(), actor.user_id
    try:
        with transaction.atomic():
            letter.save()
    except IntegrityError:
        # Somebody else confirmed it at the same moment: what was not there before is found now.
        _check_new(letter, confirmation, as_issuer=as_issuer)
        raise


def _settle(letter: Letter, confirmation: Confirmation, actor: Actor) -> None:
    if not confirmation.settled:
        return
    rows = LetterFinding.objects.visible_to(actor).filter(
        letter=letter, public_id__in=list(confirmation.settled)
    )
    answers = [(row, confirmation.settled[row.public_id]) for row in rows]
    # An answer that was taken over from an earlier letter and only left as it stood stays the earlier person's.
    settle(
        letter,
        [(row, said) for row, said in answers if not (row.remembers_id and row.settled == said)],
        actor,
    )


# --- Duties -----------------------------------------------------------------------------------------------------------


def make_duties(letter: Letter, duties: Sequence[DutyInput], conditions: Sequence[str]) -> list[Duty]:
    """Write down the duties of a letter, not yet whom they concern. One query.

    Raises:
        Invalid: one without words or without a force.
    """
    wrong: dict[str, Words] = {}
    for number, duty in enumerate(duties):
        if duty.force not in Force.values:
            wrong[f"duty-{number}-force"] = _("เลือกลักษณะของหน้าที่")
        if not duty.what.strip():
            wrong[f"duty-{number}-what"] = _("เขียนว่าต้องทำอะไร")
    if wrong:
        raise Invalid(_("หน้าที่บางเรื่องยังไม่ครบ ดูช่องที่มีข้อความกำกับ"), wrong, "bad-duty")
    rows = [
        Duty(
            letter=letter,
            ordinal=number,
            who=duty.who.strip()[:500],
            what=duty.what.strip(),
            due_at=calendar.end_exclusive(duty.due_on) if duty.due_on else None,
            force=duty.force,
            condition=conditions[number][:500],
            wants=duty.wanted,
        )
        for number, duty in enumerate(duties)
    ]
    return list(Duty.objects.bulk_create(rows, batch_size=BULK))


def _give(actor: Actor, letter: Letter, duties: Sequence[DutyInput]) -> Reached:
    """In the issuer's name to all whom the words name, else to the office that holds the letter."""
    return _for_audience(letter, duties) if letter.for_issuer else _for_holder(actor, letter, duties)


def _for_audience(letter: Letter, duties: Sequence[DutyInput]) -> Reached:
    """Every office that the words name within the issuer's reach."""
    assert letter.issuer is not None  # noqa: S101 - a confirmed letter has one
    resolved = resolve_many([duty.who for duty in duties], letter.issuer)
    _check_seen(duties, resolved)
    made = make_duties(letter, duties, [item.condition for item in resolved])
    rows = [
        DutyRecipient(
            duty=duty,
            organisation_id=office.pk,
            force=weaker(duty.force, commanded=office.commanded),
        )
        for duty, item in zip(made, resolved, strict=True)
        for office in item.offices
    ]
    DutyRecipient.objects.bulk_create(rows, batch_size=BULK)
    supersede_own_copies(letter, {row.organisation_id for row in rows})
    return Reached(
        rows,
        targets=[sending.target(office) for item in resolved for office in item.offices],
    )


def _check_seen(duties: Sequence[DutyInput], resolved: Sequence[Resolved]) -> None:
    """Nobody sends a duty to other offices than those whose number was on the page."""
    wrong: dict[str, Words] = {
        f"duty-{number}-who": format_lazy(
            _("ผู้รับเปลี่ยนเป็น {count} แห่ง ตรวจรายชื่อแล้วกดยืนยันอีกครั้ง"), count=len(item.offices)
        )
        for number, (duty, item) in enumerate(zip(duties, resolved, strict=True))
        if duty.expected is not None and duty.expected != len(item.offices)
    }
    if wrong:
        raise Invalid(_("ผู้รับของหน้าที่บางเรื่องเปลี่ยนไป ยังไม่ได้ส่งให้ใคร"), wrong, "audience-changed")


def _for_holder(actor: Actor, letter: Letter, duties: Sequence[DutyInput]) -> Reached:
    """The holder's own office, unless the issuer called the letter back, or its confirmation gave these duties already."""
    over = called_back(
        issuer_id=letter.issuer_id, number=letter.number, dated=letter.dated, office_id=letter.holder_id
    )
    if over is not None:
        letter.recalled_at = over.at
        letter.recall_reason = over.reason if rules.secrecy.may_read(actor, over.letter) else ""
        letter.save(update_fields=["recalled_at", "recall_reason"])
        return Reached([])
    given = Q(duty__letter__for_issuer=True) & Q(
        duty__letter__issuer=letter.issuer,
        duty__letter__number=letter.number,
        duty__letter__dated=letter.dated,
    )
    if letter.number and DutyRecipient.objects.filter(given, organisation=letter.holder_id).exists():
        return Reached([])
    assert letter.issuer is not None  # noqa: S101 - a confirmed letter has one
    commanded = commands(letter.issuer, letter.holder)
    made = make_duties(letter, duties, [""] * len(duties))
    rows = [
        DutyRecipient(
            duty=duty, organisation_id=letter.holder_id, force=weaker(duty.force, commanded=commanded)
        )
        for duty in made
    ]
    return Reached(DutyRecipient.objects.bulk_create(rows))


# --- Internal deadlines -----------------------------------------------------------------------------------------------


def set_deadlines(
    actor: Actor, letter: Letter, deadlines: Sequence[DeadlineInput], reaches: Sequence[str]
) -> int:
    """Dates of the issuer for its line and, when the letter asks them, for those it supervises. How many were set.

    Raises:
        Invalid: a day that does not fit the round, or that the issuer set otherwise before.
    """
    assert letter.issuer is not None  # noqa: S101 - a confirmed letter has one
    wrong: dict[str, Words] = {}
    made = 0
    for number, deadline in enumerate(deadlines):
        why = matching.no_deadline_because(deadline.due_on, letter.round, actor.received_at)
        if why:
            wrong[f"deadline-{number}-due"] = why
            continue
        assert letter.round is not None  # noqa: S101 - else there is a reason above
        for reach in reaches:
            try:
                set_internal_deadline(
                    actor=actor,
                    round_id=letter.round.public_id,
                    owner=letter.issuer,
                    kind=deadline.kind,
                    reach=reach,
                    due_on=deadline.due_on,
                    source_letter=letter.public_id,
                )
                made += 1
            except Refused as refusal:
                wrong[f"deadline-{number}-kind"] = refusal.reason
                break
    if wrong:
        raise Invalid(_("กำหนดส่งภายในบางวันตั้งไม่ได้ ดูช่องที่มีข้อความกำกับ"), wrong, "bad-deadline")
    return made


def _reaches(reached: Reached) -> list[str]:
    """For whom the issuer's dates count: its line, and those it supervises when the letter asks them for something."""
    if not reached.rows:
        return [str(InternalDeadline.Reach.LINE)]
    return sending.reaches(reached.targets)
