"""Panels: members, cases given to them, and conflicts of interest."""

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from saduak.assessment import signals
from saduak.assessment.actions.common import text, void_sheets
from saduak.assessment.conflicts import WITH_PLACES, Plan, found, plan
from saduak.assessment.models import Case, Conflict, Panel, PanelMember, ScoreSheet
from saduak.assessment.rules import may_manage, may_retire, my_seats, person_key
from saduak.assessment.states import CASE, SHEET
from saduak.foundation import audit
from saduak.foundation.access import Actor, Invalid, Refused, require
from saduak.foundation.access import Conflict as Moved
from saduak.foundation.actions import action
from saduak.foundation.thai.calendar import bangkok_date
from saduak.organisations.models import Appointment, Person, Role
from saduak.organisations.models.dated import on_day
from saduak.programme.models import Round

MOST_PANELS = 999
LONGEST_INTEREST = 500


@action("assessment.create_panel")
def create_panel(
    *,
    actor: Actor,
    round_id: uuid.UUID,
    number: int,
    name: str = "",
    idempotency_key: uuid.UUID | None = None,
) -> Panel:
    """Set up panel `number` of a round.

    Raises:
        Refused: not the secretariat.
        Invalid: the number is taken or not positive.
    """
    del idempotency_key  # the decorator has it
    row = Round.locked(round_id)
    require(may_manage(actor, row.programme_id))
    words = text(name, "name", longest=200)
    if not 1 <= number <= MOST_PANELS or Panel.objects.filter(round=row, number=number).exists():
        raise Invalid(_("ตั้งคณะไม่ได้"), {"number": _("มีคณะที่นี้แล้ว หรือเลขไม่ถูกต้อง ใช้เลขถัดไป")})
    panel = Panel.objects.create(round=row, number=number, name=words)
    audit.append(panel, actor=actor, verb="assessment.panel_created", facts={"number": number})
    return panel


@action("assessment.retire_panel")
def retire_panel(*, actor: Actor, panel_id: uuid.UUID, reason: str) -> Panel:
    """Close a panel: it gets neither cases nor members any more. Who sat on it goes on reading what it agreed.

    Doing it twice changes nothing.

    Raises:
        Refused: not the secretariat.
        Conflict: the panel still scores.
        Invalid: no reason.
    """
    panel = Panel.locked(panel_id)
    require(may_manage(actor, panel.round.programme_id))
    words = text(reason, "reason", longest=500, empty=_("ระบุเหตุผลที่ปิดคณะ"), title=_("ระบุเหตุผล"))
    if panel.retired_at is not None:
        return panel
    decision = may_retire(panel)
    if not decision:
        raise Moved(decision.reason, decision.code)
    panel.retired_at = actor.received_at
    panel.save(update_fields=["retired_at"])
    audit.append(panel, actor=actor, verb="assessment.panel_retired", facts={"reason": words})
    return panel


@action("assessment.restore_panel")
def restore_panel(*, actor: Actor, panel_id: uuid.UUID, reason: str) -> Panel:
    """Open a closed panel again, with whoever sits on it. Doing it twice changes nothing.

    Raises:
        Refused: not the secretariat.
        Invalid: no reason.
    """
    panel = Panel.locked(panel_id)
    require(may_manage(actor, panel.round.programme_id))
    words = text(reason, "reason", longest=500, empty=_("ระบุเหตุผลที่เปิดคณะอีกครั้ง"), title=_("ระบุเหตุผล"))
    if panel.retired_at is not None:
        panel.retired_at = None
        panel.save(update_fields=["retired_at"])
        audit.append(panel, actor=actor, verb="assessment.panel_restored", facts={"reason": words})
    return panel


@action("assessment.add_member")
def add_member(
    *,
    actor: Actor,
    panel_id: uuid.UUID,
    person_id: uuid.UUID,
    role: str,
    scores: bool = True,
    running: bool = False,
) -> PanelMember:
    """Seat a person on a panel.

    Args:
        actor: the secretariat.
        panel_id: which panel.
        person_id: who; holds an appointment as evaluator.
        role: chair, expert, opdc or secretary.
        scores: whether the member scores.
        running: give the member sheets of the cases that the panel scores now, too (in place of one who left).

    Raises:
        Refused: not the secretariat.
        Conflict: the panel is closed.
        Invalid: already seated, a second chair, an unknown role, or no evaluator.
    """
    panel = Panel.locked(panel_id)
    require(may_manage(actor, panel.round.programme_id))
    if panel.retired_at is not None:
        raise Moved(_("คณะนี้ปิดแล้ว เปิดคณะอีกครั้งก่อนจึงเพิ่มคนได้"), "retired")
    person = Person.objects.filter(public_id=person_id).first()
    seated = PanelMember.objects.filter(panel=panel, left_at__isnull=True)
    if person is None or not _is_evaluator(person, panel, actor):
        raise Invalid(_("เลือกผู้ตรวจประเมิน"), {"person": _("เลือกคนที่ได้รับแต่งตั้งเป็นผู้ตรวจประเมินของโครงการ")})
    if role not in PanelMember.Role.values:
        raise Invalid(_("เลือกบทบาทในคณะ"), {"role": _("เลือกบทบาทในคณะ")})
    if seated.filter(person=person).exists():
        raise Invalid(_("อยู่ในคณะนี้แล้ว"), {"person": _("คนนี้อยู่ในคณะนี้แล้ว")})
    if role == PanelMember.Role.CHAIR and seated.filter(role=role).exists():
        raise Invalid(_("คณะมีประธานแล้ว"), {"role": _("คณะมีประธานได้คนเดียว")})
    member = PanelMember.objects.create(panel=panel, person=person, role=role, scores=scores)
    facts = {"member": str(member.public_id), "role": role, "scores": scores}
    audit.append(
        panel, actor=actor, verb="assessment.member_added", facts=facts, personal={"name": str(person)}
    )
    _join(panel, member, actor, gets_sheets=scores and running)
    return member


def _is_evaluator(person: Person, panel: Panel, actor: Actor) -> bool:
    held = Appointment.objects.filter(
        on_day(bangkok_date(actor.received_at)), person=person, role=Role.EVALUATOR
    )
    return any(pk in {None, panel.round.programme_id} for pk in held.values_list("programme_id", flat=True))


def _join(panel: Panel, member: PanelMember, actor: Actor, *, gets_sheets: bool) -> None:
    """Bring a new member into the cases that the panel scores now: conflicts always, sheets when wanted."""
    plans = plan([member], _running(panel), bangkok_date(actor.received_at))
    _record_conflicts(plans, actor)
    if gets_sheets:
        _hand_out(plans)
    touched = {row.case.pk: row for row in plans if row.new or (gets_sheets and row.scorers)}
    audit.append_many(
        [row.case for row in touched.values()],
        actor=actor,
        verb="assessment.member_joined",
        facts=lambda case: {"member": str(member.public_id), "conflict": bool(touched[case.pk].new)},
    )


def _running(panel: Panel) -> list[Case]:
    """The cases that a panel scores now, under their locks."""
    rows = Case.objects.select_for_update(of=("self",), no_key=True).filter(panel=panel, state="scoring")
    return list(rows.select_related(*WITH_PLACES).order_by("pk"))


@action("assessment.remove_member")
def remove_member(*, actor: Actor, member_id: uuid.UUID, reason: str) -> PanelMember:
    """A member leaves; sheets of cases that are not agreed yet become void. Doing it twice changes nothing.

    Raises:
        Refused: not the secretariat.
        Invalid: no reason.
    """
    panel = Panel.locked(
        PanelMember.objects.values_list("panel__public_id", flat=True).get(public_id=member_id)
    )
    require(may_manage(actor, panel.round.programme_id))
    words = text(reason, "reason", longest=500, empty=_("ระบุเหตุผลที่ออกจากคณะ"), title=_("ระบุเหตุผล"))
    member = PanelMember.objects.select_for_update(no_key=True).get(public_id=member_id)
    if member.left_at is None:
        member.left_at = actor.received_at
        member.save(update_fields=["left_at"])
        facts = {"member": str(member.public_id), "reason": words}
        audit.append(panel, actor=actor, verb="assessment.member_left", facts=facts)
        _leave(panel, member, actor)
    return member


def _leave(panel: Panel, member: PanelMember, actor: Actor) -> None:
    """The sheets of one who leaves count no more; each case that loses one says so."""
    running = {case.pk: case for case in _running(panel)}
    sheets = {
        sheet.case_id: sheet
        for sheet in void_sheets(ScoreSheet.objects.filter(member=member, case__in=running))
    }
    audit.append_many(
        [case for pk, case in running.items() if pk in sheets],
        actor=actor,
        verb="assessment.sheet_voided",
        facts=lambda case: {"member": str(member.public_id), "sheet": str(sheets[case.pk].public_id)},
    )


@dataclass(frozen=True, slots=True)
class Assigned:
    """What became of cases given to a panel: those it has now, and those that it can't have, with the reason."""

    given: tuple[Plan, ...]
    kept: tuple[Plan, ...]


@action("assessment.assign")
def assign(*, actor: Actor, case_id: uuid.UUID, panel_id: uuid.UUID) -> Case:
    """Give a case to a panel: a sheet for each scoring member without a conflict, a record for each with one.

    Raises:
        Refused: not the secretariat.
        Conflict: not accepted yet, or with a panel already.
        Invalid: nobody on the panel could score it or write down the result, or a panel of another round.
    """
    done = _assign(actor, [case_id], panel_id)
    if done.kept:
        raise Invalid(done.kept[0].problem, {"panel": _("เลือกคณะอื่น หรือเพิ่มผู้ตรวจประเมินในคณะ")}, "no-scorer")
    return done.given[0].case


@action("assessment.assign_many")
def assign_many(*, actor: Actor, case_ids: Sequence[uuid.UUID], panel_id: uuid.UUID) -> Assigned:
    """Give many cases to a panel; those that it can't have stay where they are. Constant queries, but for signals.

    Raises:
        Refused: not the secretariat.
        Conflict: a case is not accepted yet, or with a panel already; then none is given.
        Invalid: no case, a case or a panel of another round.
    """
    return _assign(actor, case_ids, panel_id)


def _assign(actor: Actor, case_ids: Sequence[uuid.UUID], panel_id: uuid.UUID) -> Assigned:
    panel = (
        Panel.objects.select_for_update(of=("self",), no_key=True)
        .filter(public_id=panel_id, retired_at=None)
        .first()
    )
    if panel is None:
        raise Invalid(_("เลือกคณะของรอบนี้"), {"panel": _("เลือกคณะของรอบนี้")})
    require(may_manage(actor, panel.round.programme_id))
    cases = list(
        Case.objects.select_for_update(of=("self",), no_key=True)
        .filter(public_id__in=case_ids, application__round=panel.round_id)
        .select_related(*WITH_PLACES)
        .order_by("pk")
    )
    if not cases or len(cases) != len(set(case_ids)):
        raise Invalid(_("เลือกเรื่องและคณะของรอบเดียวกัน"), {"panel": _("เลือกคณะของรอบนี้")})
    for case in cases:
        CASE.step("assign", case.state)
    members = list(PanelMember.objects.filter(panel=panel, left_at__isnull=True).order_by("pk"))
    plans = plan(members, cases, bangkok_date(actor.received_at))
    given = [row for row in plans if not row.problem]
    _record_conflicts(given, actor)
    _hand_out(given)
    for row in given:
        row.case.state = CASE.step("assign", row.case.state)
        row.case.panel, row.case.assigned_at = panel, actor.received_at
    Case.objects.bulk_update([row.case for row in given], ["panel", "state", "assigned_at"])
    by_case = {row.case.pk: row for row in given}
    audit.append_many(
        [row.case for row in given],
        actor=actor,
        verb="assessment.assigned",
        facts=lambda case: {
            "panel": panel.number,
            "scorers": len(by_case[case.pk].scorers),
            "conflicts": len(by_case[case.pk].barred),
        },
    )
    for row in given:
        signals.case_assigned.send(Case, case=row.case, actor=actor)
    return Assigned(tuple(given), tuple(row for row in plans if row.problem))


def _record_conflicts(plans: Sequence[Plan], actor: Actor) -> None:
    Conflict.objects.bulk_create(
        Conflict(case=row.case, person_id=member.person_id, kind=kind, at=actor.received_at)
        for row in plans
        for member, kind in row.new
    )


def _hand_out(plans: Sequence[Plan]) -> None:
    """A sheet for each scorer; one that was void before is a draft again, with what was typed in it."""
    wanted = [(row.case, member) for row in plans for member in row.scorers]
    old = ScoreSheet.objects.filter(
        case__in=[case for case, _member in wanted], member__in=[member for _case, member in wanted]
    )
    have = {(sheet.case_id, sheet.member_id): sheet for sheet in old}
    again = [have[case.pk, m.pk] for case, m in wanted if (case.pk, m.pk) in have]
    step = SHEET.transitions["renew"]
    void = [sheet.pk for sheet in again if sheet.state in step.sources]
    ScoreSheet.objects.filter(pk__in=void).update(state=step.target, handed_in_at=None)
    ScoreSheet.objects.bulk_create(
        ScoreSheet(case=case, member=member) for case, member in wanted if (case.pk, member.pk) not in have
    )


@action("assessment.unassign")
def unassign(*, actor: Actor, case_id: uuid.UUID, reason: str) -> Case:
    """Take a case back from its panel; its sheets become void.

    Raises:
        Refused: not the secretariat.
        Conflict: no panel scores it.
        Invalid: no reason.
    """
    case = Case.locked(case_id)
    require(may_manage(actor, case.application.round.programme_id))
    words = text(reason, "reason", longest=500, empty=_("ระบุเหตุผลที่เปลี่ยนคณะ"), title=_("ระบุเหตุผล"))
    case.state = CASE.step("unassign", case.state)
    void_sheets(ScoreSheet.objects.filter(case=case))
    case.panel, case.assigned_at = None, None
    case.save(update_fields=["panel", "state", "assigned_at"])
    audit.append(case, actor=actor, verb="assessment.unassigned", facts={"reason": words})
    return case


@action("assessment.note_conflicts")
def note_conflicts(*, actor: Actor, cases: Sequence[Case], person_ids: Iterable[int]) -> int:
    """Write down which of these persons have an interest that the program sees by itself; how many are new.

    From then on those cases are shut to them; each says how many it was shut to. Whoever calls has checked its own
    rule: noting gives nobody anything.

    Args:
        actor: on whose behalf.
        cases: locked by key, with application, centre, organisation and areas loaded.
        person_ids: who is about to judge them.
    """
    seen = found(cases, person_ids, bangkok_date(actor.received_at))
    known = set(Conflict.objects.filter(case__in=cases).values_list("case_id", "person_id"))
    new = {pair: kind for pair, kind in seen.items() if pair not in known}
    Conflict.objects.bulk_create(
        Conflict(case_id=case, person_id=person, kind=kind, at=actor.received_at)
        for (case, person), kind in new.items()
    )
    shut = Counter(case for case, _person in new)
    audit.append_many(
        [case for case in cases if case.pk in shut],
        actor=actor,
        verb="assessment.conflicts_noted",
        facts=lambda case: {"conflicts": shut[case.pk]},
    )
    return len(new)


@action("assessment.declare_conflict")
def declare_conflict(*, actor: Actor, case_id: uuid.UUID, reason: str) -> Conflict:
    """A member declares an interest: from then on the case is hidden from that person and the sheet is void.

    Raises:
        Refused: not on the case's panel.
        Conflict: the panel agreed already.
        Invalid: no reason.
    """
    case = Case.locked(case_id)
    if case.panel_id is None or not my_seats(actor).filter(panel_id=case.panel_id).exists():
        raise Refused(_("แจ้งส่วนได้เสียได้เฉพาะผู้ตรวจประเมินในคณะที่รับเรื่องนี้"), "not-on-panel")
    words = _interest(reason)
    if case.state != "scoring":
        raise Moved(_("คณะสรุปคะแนนเรื่องนี้แล้ว แจ้งฝ่ายเลขานุการโครงการโดยตรง"), "agreed")
    conflict, made = _declared(actor, case, words)
    if made:
        void_sheets(ScoreSheet.objects.filter(case=case, member__person_id=person_key(actor)))
    return conflict


@action("assessment.note_declared")
def note_declared(*, actor: Actor, case: Case, reason: str) -> Conflict:
    """Write down an interest that somebody of another room's work declares: what the panel agreed stays as it is.

    From then on the case is shut to them. Whoever calls holds the lock of the case and has checked its own rule.

    Raises:
        Invalid: no reason, or one that is too long.
    """
    conflict, _made = _declared(actor, case, _interest(reason))
    return conflict


def _interest(reason: str) -> str:
    return text(
        reason,
        "reason",
        longest=LONGEST_INTEREST,
        empty=_("ระบุสั้น ๆ ว่ามีส่วนได้เสียอย่างไร"),
        title=_("ระบุว่ามีส่วนได้เสียอย่างไร"),
    )


def _declared(actor: Actor, case: Case, words: str) -> tuple[Conflict, bool]:
    """The conflict that stands from now on, and whether it is new."""
    conflict, made = Conflict.objects.get_or_create(
        case=case,
        person_id=person_key(actor),
        defaults={"kind": Conflict.Kind.DECLARED, "reason": words, "at": actor.received_at},
    )
    if made:
        audit.append(case, actor=actor, verb="assessment.conflict_declared", personal={"reason": words})
    return conflict, made
