"""Who may open rounds, move windows, publish criteria and set earlier dates; and who sees what of it."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from saduak.foundation.access import YES, Actor, Decision, no, registry
from saduak.organisations.models import Organisation, Programme, Role
from saduak.organisations.queries import EVERY, reach_q
from saduak.programme.models import CriteriaSet, InternalDeadline, Round, Stage
from saduak.programme.queries.deadlines import above

OPEN_ROUND = registry.capability("programme.open_round", _("เปิดและปิดรอบการรับรอง"), roles={Role.SECRETARIAT})
MOVE_WINDOW = registry.capability(
    "programme.move_window", _("เลื่อนช่วงเวลาของรอบการรับรอง"), roles={Role.SECRETARIAT}
)
PUBLISH = registry.capability(
    "programme.publish_criteria", _("นำเข้าและประกาศใช้ชุดเกณฑ์"), roles={Role.SECRETARIAT}
)
SET_DEADLINE = registry.capability(
    "programme.set_internal_deadline",
    _("ตั้งกำหนดส่งภายในของหน่วยงานตน"),
    roles={Role.SUPERVISOR, Role.CLERK, Role.HEAD},
)
SEE = registry.capability("programme.see", _("ดูรอบการรับรองและกำหนดส่งภายใน"), roles=set(Role.values))


def _of_programme(actor: Actor, capability: str, programme_id: int, refused: Decision) -> Decision:
    return YES if actor.can(capability, programme_id=programme_id) else refused


def may_open_round(actor: Actor, programme: Programme) -> Decision:
    """Only the programme's secretariat opens a national round, and closes it before its time."""
    return _of_programme(
        actor,
        OPEN_ROUND,
        programme.pk,
        no(_("เฉพาะฝ่ายเลขานุการโครงการเท่านั้นที่เปิดหรือปิดรอบการรับรองได้"), "not-secretariat"),
    )


def may_move_window(actor: Actor, row: Round) -> Decision:
    """Only the programme's secretariat moves a national window."""
    return _of_programme(
        actor,
        MOVE_WINDOW,
        row.programme_id,
        no(_("เฉพาะฝ่ายเลขานุการโครงการเท่านั้นที่เลื่อนช่วงเวลาของรอบได้"), "not-secretariat"),
    )


def may_keep_criteria(actor: Actor, programme: Programme) -> Decision:
    """Only the programme's secretariat imports and publishes criteria."""
    return _of_programme(
        actor,
        PUBLISH,
        programme.pk,
        no(_("เฉพาะฝ่ายเลขานุการโครงการเท่านั้นที่นำเข้าหรือประกาศใช้ชุดเกณฑ์ได้"), "not-secretariat"),
    )


def owners(actor: Actor, programme_id: int | None = None) -> frozenset[int]:
    """The organisations (keys) in whose name the actor may set internal deadlines."""
    held = actor.holding_with(SET_DEADLINE, programme_id=programme_id)
    return frozenset(pk for h in held if h.centre_id is None for pk in h.organisation_ids)


def may_set_deadline(actor: Actor, owner: Organisation, programme_id: int | None = None) -> Decision:
    """An organisation's own people set its dates; nobody sets them for another organisation."""
    if actor.is_system or owner.pk in owners(actor, programme_id):
        return YES
    return no(_("ตั้งหรือเลื่อนกำหนดส่งภายในได้เฉพาะหน่วยงานเจ้าของกำหนด"), "not-owner")


def may_extend(actor: Actor, deadline: InternalDeadline) -> Decision:
    """Only the owner extends or withdraws a date that it set."""
    return may_set_deadline(actor, deadline.owner, deadline.round.programme_id)


def _own_drafts(actor: Actor) -> Q | None:
    programmes = {holding.programme_id for holding in actor.holding_with(PUBLISH)}
    if not programmes:
        return None
    return EVERY if None in programmes else Q(programme__in=programmes)


def _whole_programme(actor: Actor) -> Q | None:
    programmes = {holding.programme_id for holding in actor.holding_with(OPEN_ROUND)}
    if not programmes:
        return None
    return EVERY if None in programmes else Q(round__programme__in=programmes)


def _everything(actor: Actor) -> Q | None:
    return EVERY if any(holding.role == Role.AUDITOR for holding in actor.holding_with(SEE)) else None


def _in_reach(actor: Actor) -> Q | None:
    return reach_q(actor, SEE, "owner", programme="round__programme_id") if actor.can(SEE) else None


def _above_me(actor: Actor) -> Q | None:
    own = {pk for holding in actor.holding_with(SEE) for pk in holding.organisation_ids}
    return Q(owner__in=above(own)) if own else None


registry.grant(Round, "programme.round.public", _("รอบการรับรองเป็นข้อมูลเปิด"), lambda _actor: EVERY)
registry.grant(Stage, "programme.stage.public", _("ช่วงเวลาของรอบการรับรองเป็นข้อมูลเปิด"), lambda _actor: EVERY)
registry.grant(
    CriteriaSet,
    "programme.criteria.public",
    _("ชุดเกณฑ์ที่ประกาศใช้แล้วเป็นข้อมูลเปิด"),
    lambda _actor: Q(state="published"),
)
registry.grant(
    CriteriaSet, "programme.criteria.secretariat", _("ฝ่ายเลขานุการเห็นชุดเกณฑ์ฉบับร่างของโครงการ"), _own_drafts
)
registry.grant(
    InternalDeadline,
    "programme.deadline.secretariat",
    _("ฝ่ายเลขานุการเห็นกำหนดส่งภายในทั้งหมดของโครงการ"),
    _whole_programme,
)
registry.grant(InternalDeadline, "programme.deadline.auditor", _("ผู้ตรวจสอบเห็นทุกอย่าง"), _everything)
registry.grant(InternalDeadline, "programme.deadline.reach", _("กำหนดของหน่วยงานในขอบเขตงาน"), _in_reach)
registry.grant(InternalDeadline, "programme.deadline.above", _("กำหนดที่มีผลกับหน่วยงานของตน"), _above_me)
