"""Panels: members, cases given to them, and conflicts of interest."""

import uuid
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from saduak.assessment import conflicts, signals
from saduak.assessment.models import Case, Conflict, Panel, PanelMember, ScoreSheet
from saduak.assessment.rules import may_manage, my_seats
from saduak.assessment.states import CASE, SHEET
from saduak.foundation import audit
from saduak.foundation.access import Actor, Invalid, Refused, require
from saduak.foundation.actions import action
from saduak.organisations.models import Person
from saduak.programme.models import Round


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
    if number < 1 or Panel.objects.filter(round=row, number=number).exists():
        raise Invalid(_("ตั้งคณะไม่ได้"), {"number": _("มีคณะที่นี้แล้ว หรือเลขไม่ถูกต้อง ใช้เลขถัดไป")})
    panel = Panel.objects.create(round=row, number=number, name=name.strip())
    audit.append(panel, actor=actor, verb="assessment.panel_created", facts={"number": number})
    return panel


@action("assessment.add_member")
def add_member(
    *, actor: Actor, panel_id: uuid.UUID, person_id: uuid.UUID, role: str, scores: bool = True
) -> PanelMember:
    """Seat a person on a panel. Cases that the panel already scores give the new member a sheet only by assigning anew.

    Raises:
        Refused: not the secretariat.
        Invalid: already seated, a second chair, or an unknown role.
    """
    panel = Panel.locked(panel_id)
    require(may_manage(actor, panel.round.programme_id))
    person = Person.objects.get(public_id=person_id)
    seated = PanelMember.objects.filter(panel=panel, left_at__isnull=True)
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
    return member


@action("assessment.remove_member")
def remove_member(*, actor: Actor, member_id: uuid.UUID, reason: str) -> PanelMember:
    """A member leaves; sheets of cases that are not agreed yet become void.

    Raises:
        Refused: not the secretariat.
        Invalid: no reason.
    """
    panel = Panel.locked(
        PanelMember.objects.values_list("panel__public_id", flat=True).get(public_id=member_id)
    )
    require(may_manage(actor, panel.round.programme_id))
    if not reason.strip():
        raise Invalid(_("ระบุเหตุผล"), {"reason": _("ระบุเหตุผลที่ออกจากคณะ")})
    member = PanelMember.objects.select_for_update().get(public_id=member_id)
    if member.left_at is None:
        member.left_at = actor.received_at
        member.save(update_fields=["left_at"])
        ScoreSheet.objects.filter(member=member, case__state="scoring").update(state="void")
        facts = {"member": str(member.public_id), "reason": reason.strip()}
        audit.append(panel, actor=actor, verb="assessment.member_left", facts=facts)
    return member


@action("assessment.assign")
def assign(*, actor: Actor, case_id: uuid.UUID, panel_id: uuid.UUID) -> Case:
    """Give a case to a panel: a sheet for each scoring member without a conflict, a record for each with one.

    Raises:
        Refused: not the secretariat.
        Conflict: not accepted yet, or with a panel already.
        Invalid: nobody on the panel could score it, or a panel of another round.
    """
    case = Case.locked(case_id)
    require(may_manage(actor, case.application.round.programme_id))
    panel = Panel.objects.filter(
        public_id=panel_id, round=case.application.round, retired_at__isnull=True
    ).first()
    if panel is None:
        raise Invalid(_("เลือกคณะของรอบนี้"), {"panel": _("เลือกคณะของรอบนี้")})
    state = CASE.step("assign", case.state)
    members = list(PanelMember.objects.filter(panel=panel, left_at__isnull=True).order_by("pk"))
    barred = _record_conflicts(case, members, actor)
    free = [member for member in members if member.scores and member.person_id not in barred]
    if not free:
        raise Invalid(_("คณะนี้ไม่มีผู้ให้คะแนนที่ไม่มีส่วนได้เสีย"), {"panel": _("เลือกคณะอื่น หรือเพิ่มผู้ตรวจประเมิน")})
    for member in free:
        sheet, made = ScoreSheet.objects.get_or_create(case=case, member=member)
        if not made and sheet.state == "void":
            ScoreSheet.objects.filter(pk=sheet.pk).update(state=SHEET.initial)
    case.panel, case.state, case.assigned_at = panel, state, actor.received_at
    case.save(update_fields=["panel", "state", "assigned_at"])
    facts = {"panel": panel.number, "scorers": len(free), "conflicts": len(barred)}
    audit.append(case, actor=actor, verb="assessment.assigned", facts=facts)
    signals.case_assigned.send(Case, case=case, actor=actor)
    return case


def _record_conflicts(case: Case, members: Sequence[PanelMember], actor: Actor) -> set[int]:
    """Conflicts of these members, those declared before and those seen now."""
    people = [member.person_id for member in members]
    known = set(Conflict.objects.filter(case=case, person_id__in=people).values_list("person_id", flat=True))
    seen = {pk: kind for pk, kind in conflicts.automatic(case, people).items() if pk not in known}
    Conflict.objects.bulk_create(
        [Conflict(case=case, person_id=pk, kind=kind, at=actor.received_at) for pk, kind in seen.items()]
    )
    return known | set(seen)


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
    if not reason.strip():
        raise Invalid(_("ระบุเหตุผล"), {"reason": _("ระบุเหตุผลที่เปลี่ยนคณะ")})
    case.state = CASE.step("unassign", case.state)
    ScoreSheet.objects.filter(case=case).update(state="void")
    case.panel = None
    case.save(update_fields=["panel", "state"])
    audit.append(case, actor=actor, verb="assessment.unassigned", facts={"reason": reason.strip()})
    return case


@action("assessment.declare_conflict")
def declare_conflict(*, actor: Actor, case_id: uuid.UUID, reason: str) -> Conflict:
    """A member declares an interest: from then on the case is hidden from that person and the sheet is void.

    Raises:
        Refused: not on the case's panel.
        Invalid: no reason.
    """
    case = Case.locked(case_id)
    if case.panel_id is None or not my_seats(actor).filter(panel_id=case.panel_id).exists():
        raise Refused(_("แจ้งส่วนได้เสียได้เฉพาะผู้ตรวจประเมินในคณะที่รับเรื่องนี้"), "not-on-panel")
    if not reason.strip():
        raise Invalid(_("ระบุว่ามีส่วนได้เสียอย่างไร"), {"reason": _("ระบุสั้น ๆ ว่ามีส่วนได้เสียอย่างไร")})
    conflict, made = Conflict.objects.get_or_create(
        case=case,
        person_id=actor.person_id,
        defaults={"kind": Conflict.Kind.DECLARED, "reason": reason.strip(), "at": actor.received_at},
    )
    if made:
        ScoreSheet.objects.filter(case=case, member__person_id=actor.person_id).exclude(state="void").update(
            state="void"
        )
        audit.append(
            case, actor=actor, verb="assessment.conflict_declared", personal={"reason": reason.strip()}
        )
    return conflict
