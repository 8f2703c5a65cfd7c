"""A meeting of the committee: opened, a resolution for each case, closed. Nothing of it is public yet."""

import uuid
from datetime import date
from decimal import Decimal

from django.db.models import Max, Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.assessment.actions import note_conflicts, note_declared
from saduak.assessment.conflicts import found
from saduak.assessment.models import Case
from saduak.assessment.models import Conflict as Interest
from saduak.assessment.queries import open_gates
from saduak.assessment.rules import person_key
from saduak.certification.models import Meeting, Resolution
from saduak.certification.rules import conflicted, decidable, may_decide, may_declare, may_hold
from saduak.certification.states import MEETING
from saduak.foundation import audit
from saduak.foundation.access import Actor, Conflict, Invalid, require
from saduak.foundation.actions import action
from saduak.foundation.thai.calendar import bangkok_date
from saduak.organisations.models import Appointment, Role
from saduak.organisations.models.dated import on_day
from saduak.programme.models import Round
from saduak.programme.queries import contents

Decision = Resolution.Decision
NUMBER_LENGTH, PLACE_LENGTH = 40, 300
# The offices and places by which the program sees that somebody has an interest in a case.
WHOSE = ("application__centre__area", "application__centre__organisation__area", "application__organisation")
# A record, not a word of the page: always in Thai.
AS_PROPOSED = "ตามที่คณะผู้ตรวจประเมินเสนอ"


@action("certification.open_meeting")
def open_meeting(
    *,
    actor: Actor,
    round_id: uuid.UUID,
    number: str,
    held_on: date,
    place: str = "",
    idempotency_key: uuid.UUID | None = None,
) -> Meeting:
    """Open a meeting of the committee for a round.

    Raises:
        Refused: neither committee nor secretariat of the programme.
        Invalid: no number, one that is too long, or one that is taken in this round.

    Members of the committee see nothing from now on of cases in which they have an interest.
    """
    del idempotency_key  # the decorator has it
    row = Round.locked(round_id)
    require(may_hold(actor, row.programme_id))
    if not number.strip():
        raise Invalid(_("ระบุครั้งที่ของการประชุม"), {"number": _("ระบุครั้งที่ เช่น 2/2570")})
    for name, typed, longest in (("number", number, NUMBER_LENGTH), ("place", place, PLACE_LENGTH)):
        if len(typed.strip()) > longest:
            words = format_lazy(_("ยาวเกิน {longest} ตัวอักษร"), longest=longest)
            raise Invalid(words, {name: words}, "too-long")
    if Meeting.objects.filter(round=row, number=number.strip()).exists():
        raise Invalid(_("มีการประชุมครั้งนี้อยู่แล้ว"), {"number": _("มีการประชุมครั้งนี้ในรอบนี้แล้ว เปิดจากรายการแทน")})
    meeting = Meeting.objects.create(round=row, number=number.strip(), held_on=held_on, place=place.strip())
    members = _committee(row, bangkok_date(actor.received_at))
    barred = note_conflicts(actor=actor, cases=_agreed(row), person_ids=members)
    facts = {"number": meeting.number, "conflicts": barred}
    audit.append(meeting, actor=actor, verb="certification.meeting_opened", facts=facts)
    return meeting


def _agreed(row: Round) -> list[Case]:
    """What the panels of a round have agreed on, under its locks, with what tells whose it is."""
    rows = Case.objects.select_for_update(of=("self",), no_key=True)
    return list(rows.filter(application__round=row, state="agreed").select_related(*WHOSE).order_by("pk"))


def _committee(row: Round, day: date) -> list[int]:
    """Who may decide in a round on a day: the keys of the persons."""
    rows = Appointment.objects.filter(
        Q(programme=row.programme_id) | Q(programme__isnull=True), on_day(day), role=Role.COMMITTEE
    )
    return list(rows.values_list("person_id", flat=True))


@action("certification.declare_interest")
def declare_interest(*, actor: Actor, meeting_id: uuid.UUID, case_id: uuid.UUID, reason: str) -> Interest:
    """A member of the committee declares an interest in a case on the agenda: from then on it is shut to that person.

    The others decide it, as with an interest that the program sees by itself.

    Raises:
        Refused: not of the committee.
        Conflict: the meeting is closed, or the case does not wait for its decision (any more).
        Invalid: no reason, or one that is too long.
    """
    meeting = _open_meeting(meeting_id)
    require(may_declare(actor, meeting.round.programme_id))
    case = Case.locked(case_id, application__round=meeting.round)
    final = Q(decision__in=[Decision.CERTIFY, Decision.REFUSE])
    taken = Resolution.objects.filter(Q(meeting=meeting) | final, case=case)
    if case.state != "agreed" or taken.exists():
        words = _("เรื่องนี้ไม่ได้รอลงมติในการประชุมนี้ ถ้ามีส่วนได้เสีย แจ้งฝ่ายเลขานุการโครงการโดยตรง")
        raise Conflict(words, "not-on-agenda")
    return note_declared(actor=actor, case=case, reason=reason)


@action("certification.decide")
def decide(
    *,
    actor: Actor,
    meeting_id: uuid.UUID,
    case_id: uuid.UUID,
    decision: str,
    level_key: str = "",
    reason: str,
) -> Resolution:
    """Record what the committee resolved on one case; until the meeting closes it can be recorded again.

    The committee may depart from the panel's level and says why; but while a gate is open there is no level.

    Raises:
        Refused: not the committee, an interest in the case, or the panel has not agreed.
        Conflict: the meeting is closed, or another meeting decided this case.
        Invalid: a gate is open, a level that the round does not have, no reason, or the panel's own for a departure.
    """
    meeting = _open_meeting(meeting_id)
    require(may_decide(actor, meeting.round.programme_id))
    case = Case.locked(case_id, application__round=meeting.round)
    require(decidable(actor, case))
    level = _level(meeting.round, case, decision, level_key)
    departs = decision != Decision.DEFER and level != case.agreed_level
    words = _why(reason, departs=departs)
    _undecided_elsewhere(meeting, case)
    values = {
        "decision": decision,
        "level_key": level,
        "total": case.agreed_total,
        "reason": words,
        "departs": departs,
        "decided_at": actor.received_at,
    }
    resolution = Resolution.objects.filter(meeting=meeting, case=case).first()
    if resolution is None:
        resolution = Resolution.objects.create(
            meeting=meeting, case=case, ordinal=_next_ordinal(meeting), **values
        )
    else:
        for field, value in values.items():
            setattr(resolution, field, value)
        resolution.save(update_fields=list(values))
    facts = {"case": str(case.public_id), "decision": decision, "level": level}
    audit.append(meeting, actor=actor, verb="certification.decided", facts=facts)
    audit.append(case, actor=actor, verb="certification.decided", facts={"meeting": meeting.number, **facts})
    return resolution


@action("certification.adopt_proposals")
def adopt_proposals(*, actor: Actor, meeting_id: uuid.UUID) -> int:
    """Resolve every case that no meeting has decided as its panel agreed; how many. Constant queries.

    Cases in which the actor has an interest are left to somebody else of the committee.

    Raises:
        Refused: not the committee.
        Conflict: the meeting is closed.
    """
    meeting = _open_meeting(meeting_id)
    require(may_decide(actor, meeting.round.programme_id))
    cases = _undecided(actor, meeting)
    first = _next_ordinal(meeting)
    rows = [
        Resolution(
            meeting=meeting,
            case=case,
            ordinal=first + offset,
            decision=Decision.CERTIFY if case.agreed_level else Decision.REFUSE,
            level_key=case.agreed_level,
            total=case.agreed_total or Decimal(0),
            reason=AS_PROPOSED,
            decided_at=actor.received_at,
        )
        for offset, case in enumerate(cases)
    ]
    Resolution.objects.bulk_create(rows, batch_size=500)
    if rows:
        audit.append(meeting, actor=actor, verb="certification.adopted", facts={"count": len(rows)})
        decided = {row.case_id: row for row in rows}
        audit.append_many(
            cases,
            actor=actor,
            verb="certification.decided",
            facts=lambda case: {
                "meeting": meeting.number,
                "decision": decided[case.pk].decision,
                "level": decided[case.pk].level_key,
            },
        )
    return len(rows)


def _undecided(actor: Actor, meeting: Meeting) -> list[Case]:
    """The agreed cases that are still to decide and in which the actor has no interest, under their locks.

    Locked first, then asked what was decided or declared: another meeting may have decided one while this waited for
    its lock, and a condition in the statement that waits would still see the rows from before.
    """
    cases = _agreed(meeting.round)
    final = Q(decision__in=[Decision.CERTIFY, Decision.REFUSE])
    taken = Resolution.objects.filter(Q(meeting=meeting) | final, case__application__round=meeting.round)
    person = person_key(actor)
    shut = set(taken.values_list("case_id", flat=True)) | set(conflicted(actor))
    shut |= {case for case, _person in found(cases, [person], bangkok_date(actor.received_at))}
    return [case for case in cases if case.pk not in shut]


@action("certification.close_meeting")
def close(*, actor: Actor, meeting_id: uuid.UUID) -> Meeting:
    """Confirm all resolutions of a meeting: they get their numbers and can't be changed any more.

    Raises:
        Refused: not the committee.
        Conflict: closed already.
        Invalid: nothing was resolved.
    """
    meeting = _open_meeting(meeting_id)
    require(may_decide(actor, meeting.round.programme_id))
    rows = list(Resolution.objects.select_for_update(no_key=True).filter(meeting=meeting).order_by("ordinal"))
    if not rows:
        raise Invalid(_("ยังไม่มีมติในการประชุมครั้งนี้"), code="empty-meeting")
    for position, row in enumerate(rows, start=1):
        row.number = f"{meeting.number}-{position}"
    Resolution.objects.bulk_update(rows, ["number"], batch_size=500)
    meeting.state = MEETING.step("close", meeting.state)
    meeting.closed_at = actor.received_at
    meeting.save(update_fields=["state", "closed_at"])
    audit.append(meeting, actor=actor, verb="certification.meeting_closed", facts={"resolutions": len(rows)})
    return meeting


def _open_meeting(meeting_id: uuid.UUID) -> Meeting:
    meeting = Meeting.locked(meeting_id)
    if meeting.state != MEETING.initial:
        raise Conflict(_("การประชุมนี้รับรองมติแล้ว แก้มติไม่ได้"), "meeting-closed")
    return meeting


def _level(row: Round, case: Case, decision: str, level_key: str) -> str:
    """The key of the level that is certified; nothing when none is."""
    if decision not in Decision.values:
        raise Invalid(_("เลือกมติ"), {"decision": _("เลือกว่ารับรอง ไม่รับรอง หรือเลื่อนพิจารณา")})
    if decision != Decision.CERTIFY:
        return ""
    known = contents(row.criteria_set)
    if gates := open_gates(case, known):
        words = format_lazy(
            _("รับรองไม่ได้ เพราะยังไม่ผ่านเกณฑ์ที่ต้องผ่านข้อ {numbers} ให้เลือกไม่รับรอง หรือเลื่อนพิจารณา"),
            numbers=", ".join(gate.number for gate in gates),
        )
        raise Invalid(words, {"decision": words}, "gate-open")
    if level_key not in known.levels_by_key:
        raise Invalid(_("เลือกระดับที่รับรอง"), {"level_key": _("เลือกระดับที่รับรอง")})
    return level_key


def _why(reason: str, *, departs: bool) -> str:
    words = reason.strip()
    if not words:
        raise Invalid(_("ระบุเหตุผลของมติ"), {"reason": _("ระบุเหตุผล ศูนย์จะได้อ่านเมื่อประกาศแล้ว")})
    if departs and words == AS_PROPOSED:
        title = _("มติต่างจากที่คณะผู้ตรวจประเมินเสนอ")
        raise Invalid(title, {"reason": _("เขียนว่าทำไมคณะกรรมการเห็นต่างจากที่คณะผู้ตรวจประเมินเสนอ")}, "departs")
    return words


def _undecided_elsewhere(meeting: Meeting, case: Case) -> None:
    taken = Resolution.objects.filter(case=case, decision__in=[Decision.CERTIFY, Decision.REFUSE])
    if taken.exclude(meeting=meeting).exists():
        raise Conflict(_("เรื่องนี้มีมติจากการประชุมครั้งอื่นแล้ว"), "decided-elsewhere")


def _next_ordinal(meeting: Meeting) -> int:
    last: int | None = Resolution.objects.filter(meeting=meeting).aggregate(last=Max("ordinal"))["last"]
    return (last or 0) + 1
