"""Earlier dates that an organisation sets for its own reach. They never block; only the owner changes them."""

import datetime
import uuid

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.foundation import audit
from saduak.foundation.access import Actor, Conflict, Invalid, require
from saduak.foundation.access.registry import Words
from saduak.foundation.actions import action
from saduak.foundation.thai import calendar
from saduak.foundation.thai.words import long_day
from saduak.organisations.models import Organisation
from saduak.programme.models import InternalDeadline, Round
from saduak.programme.queries import stage_of
from saduak.programme.rules import may_extend, may_set_deadline
from saduak.programme.signals import internal_deadline_changed


@action("programme.set_internal_deadline")
def set_internal_deadline(  # noqa: PLR0913 - the fields of one form
    *,
    actor: Actor,
    round_id: uuid.UUID,
    owner: Organisation,
    kind: str,
    reach: str,
    due_on: datetime.date,
    note: str = "",
    source_letter: uuid.UUID | None = None,
    idempotency_key: uuid.UUID | None = None,  # noqa: ARG001 - read by @action
) -> InternalDeadline:
    """Set the last day for those in the owner's reach; it is due at the end of that day in Bangkok.

    The same owner, kind, reach and day again gives back the row that exists, so that one letter may be read twice.

    Args:
        actor: appointed at the owner.
        round_id: public id of the round.
        owner: the organisation that sets the date.
        kind: "check" (hand in the draft for checking) or "submit".
        reach: "own", "line", "supervision" or "name" (those in whose name an office of its line writes).
        due_on: the last day.
        note: a line for those concerned.
        source_letter: public id of the letter that says so.
        idempotency_key: makes sending the form twice the same as once.

    Raises:
        Refused: the actor is not appointed at the owner.
        Invalid: the day lies after the national closing, or, without a letter, in the past.
        Conflict: the owner has another such date already (extend it), or the round is closed.
    """
    row = Round.locked(round_id)
    require(may_set_deadline(actor, owner, row.programme_id))
    _check_choice(kind, reach)
    due_at = _due(row, due_on)
    present: InternalDeadline | None = InternalDeadline.objects.filter(
        round=row, owner=owner, kind=kind, reach=reach, retired_at__isnull=True
    ).first()
    if present is not None:
        if present.due_at == due_at:
            return present
        raise Conflict(
            format_lazy(
                _("หน่วยงานนี้ตั้งกำหนดนี้ไว้แล้วเป็น {day} เลื่อนกำหนดเดิมแทนการตั้งใหม่"), day=_day(present.due_at)
            ),
            "deadline-exists",
        )
    if source_letter is None and due_at <= actor.received_at:
        raise Invalid(_("วันนี้ผ่านไปแล้ว เลือกวันถัดไป"), {"due_on": _("วันนี้ผ่านไปแล้ว เลือกวันถัดไป")}, "in-the-past")
    deadline: InternalDeadline = InternalDeadline.objects.create(
        round=row,
        owner=owner,
        kind=kind,
        reach=reach,
        due_at=due_at,
        note=note.strip(),
        source_letter=source_letter,
    )
    facts = {
        "owner": owner.code,
        "kind": kind,
        "reach": reach,
        "due_at": due_at.isoformat(),
        "source_letter": source_letter,
    }
    audit.append(deadline, actor=actor, verb="programme.deadline_set", facts=facts)
    internal_deadline_changed.send(sender=InternalDeadline, deadline=deadline, actor=actor)
    return deadline


@action("programme.extend_internal_deadline")
def extend_internal_deadline(
    *, actor: Actor, deadline_id: uuid.UUID, due_on: datetime.date, reason: str = ""
) -> InternalDeadline:
    """Give more time. Only the owner does, and not beyond the national closing.

    Raises:
        Refused: the actor is not appointed at the owner.
        Invalid: not later than before, or after the national closing.
        Conflict: it was withdrawn, or the round is closed.
    """
    deadline = _locked(deadline_id)
    require(may_extend(actor, deadline))
    due_at = _due(deadline.round, due_on)
    if due_at <= deadline.due_at:
        words = format_lazy(_("ต้องเป็นวันหลังจาก {day} ซึ่งเป็นกำหนดเดิม"), day=_day(deadline.due_at))
        raise Invalid(words, {"due_on": words}, "not-later")
    facts = {"before": deadline.due_at.isoformat(), "after": due_at.isoformat(), "reason": reason.strip()}
    deadline.due_at, deadline.extended_at = due_at, actor.received_at
    deadline.save(update_fields=["due_at", "extended_at"])
    audit.append(deadline, actor=actor, verb="programme.deadline_extended", facts=facts)
    internal_deadline_changed.send(sender=InternalDeadline, deadline=deadline, actor=actor)
    return deadline


@action("programme.withdraw_internal_deadline")
def withdraw_internal_deadline(*, actor: Actor, deadline_id: uuid.UUID, reason: str) -> InternalDeadline:
    """Take a date back; from now on it counts for nobody.

    Raises:
        Refused: the actor is not appointed at the owner.
        Invalid: no reason.
        Conflict: it was withdrawn already.
    """
    deadline = _locked(deadline_id)
    require(may_extend(actor, deadline))
    if not reason.strip():
        raise Invalid(_("เขียนเหตุผลที่ยกเลิกกำหนด"), {"reason": _("เขียนเหตุผลที่ยกเลิกกำหนด")}, "no-reason")
    deadline.retired_at = actor.received_at
    deadline.save(update_fields=["retired_at"])
    audit.append(deadline, actor=actor, verb="programme.deadline_withdrawn", facts={"reason": reason.strip()})
    internal_deadline_changed.send(sender=InternalDeadline, deadline=deadline, actor=actor)
    return deadline


def _locked(deadline_id: uuid.UUID) -> InternalDeadline:
    """The round first, then the deadline: the order in which every action of this room locks."""
    found = InternalDeadline.objects.values_list("round__public_id", flat=True).get(public_id=deadline_id)
    row = Round.locked(found)
    deadline = InternalDeadline.locked(deadline_id)
    if deadline.retired_at is not None:
        raise Conflict(_("กำหนดนี้ยกเลิกไปแล้ว"), "withdrawn")
    deadline.round = row
    return deadline


def _check_choice(kind: str, reach: str) -> None:
    if kind not in InternalDeadline.Kind.values or reach not in InternalDeadline.Reach.values:
        raise Invalid(_("เลือกชนิดของกำหนดและผู้ที่ต้องทำตาม"), code="unknown-kind")


def _due(row: Round, due_on: datetime.date) -> datetime.datetime:
    """The end of the day, which is not later than the national closing."""
    if row.closed_at is not None:
        raise Conflict(_("รอบนี้ปิดแล้ว"), "round-closed")
    national = stage_of(row)
    due_at = calendar.end_exclusive(due_on)
    if national is not None and due_at > national.ends_at:
        words = format_lazy(_("ต้องไม่เกินวันปิดรับสมัคร คือ {day}"), day=_day(national.ends_at))
        raise Invalid(words, {"due_on": words}, "after-national-closing")
    return due_at


def _day(moment: datetime.datetime) -> Words:
    return long_day(calendar.closing_day(moment))
