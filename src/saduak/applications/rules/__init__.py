"""Who may do what with applications, and who sees what: content for a centre's own line, status for supervisors."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull
from django.utils.translation import gettext_lazy as _

from saduak.applications.models import (
    Answer,
    Application,
    Evidence,
    EvidenceUse,
    Review,
    ReviewComment,
    SignOff,
    Submission,
)
from saduak.applications.states import EDITABLE
from saduak.foundation.access import YES, Actor, Decision, Holding, Reach, no, registry
from saduak.foundation.access.registry import Condition, Words, any_of
from saduak.organisations.models import Role, ServiceCentre
from saduak.organisations.queries import EVERY, NONE, offices_q, own_q, reach_q, stands_above
from saduak.programme.models import Round
from saduak.programme.queries import over_q

START = registry.capability("applications.start", _("เริ่มใบสมัครของศูนย์"), roles={Role.OFFICER, Role.HEAD})
EDIT = registry.capability(
    "applications.edit", _("เขียนใบสมัครและแนบหลักฐาน"), roles={Role.OFFICER, Role.HELPER, Role.HEAD}
)
SIGN = registry.capability("applications.sign", _("ลงนามรับรองข้อมูลในใบสมัคร"), roles={Role.HEAD})
SUBMIT = registry.capability(
    "applications.submit", _("ยื่นใบสมัคร และขอให้ตรวจทาน"), roles={Role.OFFICER, Role.HEAD}
)
WITHDRAW = registry.capability("applications.withdraw", _("ถอนใบสมัคร"), roles={Role.OFFICER, Role.HEAD})
REVIEW = registry.capability("applications.review", _("ตรวจทานร่างใบสมัคร"), roles={Role.SUPERVISOR})
SEE = registry.capability(
    "applications.see",
    _("อ่านใบสมัครและหลักฐานของหน่วยงานในสังกัดและในพื้นที่"),
    roles={Role.OFFICER, Role.HELPER, Role.HEAD, Role.SUPERVISOR},
)
SEE_STATUS = registry.capability(
    "applications.see_status",
    _("ดูว่าใบสมัครถึงขั้นใด"),
    roles={Role.OFFICER, Role.HELPER, Role.HEAD, Role.SUPERVISOR, Role.SECRETARIAT},
    status_only_under_supervision=True,
)
SEE_SUBMITTED = registry.capability(
    "applications.see_submitted", _("อ่านใบสมัครที่ยื่นแล้วของโครงการ"), roles={Role.SECRETARIAT}
)
SEE_CLOSED = registry.capability("applications.see_closed", _("อ่านใบสมัครของรอบที่ปิดแล้ว"), roles={Role.AUDITOR})
RETURN = registry.capability("applications.return", _("ส่งใบสมัครคืนให้แก้"), roles={Role.SECRETARIAT})
SETTLE = registry.capability(
    "applications.settle", _("บันทึกว่ามีผลประเมินแล้ว ใบสมัครถอนไม่ได้อีก"), roles={Role.SECRETARIAT}
)

LINK_TARGET = Application._meta.label_lower


def own_holding(holding: Holding, capability: str, *, organisation_id: int, centre_id: int) -> bool:
    """Whether one holding makes its holder one of the centre's own people for `capability`."""
    if capability not in holding.capabilities or holding.reach != Reach.OWN:
        return False
    if holding.centre_id is not None:
        return holding.centre_id == centre_id
    return organisation_id in holding.organisation_ids


def is_own(actor: Actor, capability: str, centre: ServiceCentre, programme_id: int) -> bool:
    """Whether the actor is appointed at the centre itself, or at its organisation, with `capability`. No query."""
    return actor.is_system or any(
        own_holding(h, capability, organisation_id=centre.organisation_id, centre_id=centre.pk)
        for h in actor.holding_with(capability, programme_id=programme_id)
    )


def has_link(actor: Actor, capability: str, application: Application) -> bool:
    """Whether the actor came by a link to this very application that allows `capability`."""
    target = (LINK_TARGET, str(application.public_id))
    return any(capability in h.capabilities and _target(h) == target for h in actor.holdings)


def _target(holding: Holding) -> tuple[str, str] | None:
    return (holding.target[0].lower(), holding.target[1]) if holding.target else None


def may_act(actor: Actor, capability: str, application: Application) -> Decision:
    """Whether the actor may do `capability` to an application by appointment or link, leaving its state aside.

    Only who helps from outside waits while it is signed. The application comes with its centre and round loaded: today's
    organisation of the centre counts.
    """
    if is_own(actor, capability, application.centre, application.round.programme_id):
        return YES
    if capability == EDIT:
        # How a delegation of the answer at hand to this actor stands, read along with the application (rules/helping.py).
        helped = getattr(application, "helped", None)
        if helped == "open" or has_link(actor, EDIT, application):
            # Nobody from outside may undo the head's signature by typing a letter.
            return no(_HELPED["signed"], "help-over") if application.state == "signed" else YES
        if helped:
            return no(_HELPED[helped], "help-over")
    return no(_WHO[capability], "not-yours")


# Why somebody to whom an item was given can't write it now, by how the delegation stands.
_HELPED: dict[str, Words] = {
    "signed": _("หัวหน้าหน่วยงานลงนามแล้ว ผู้ช่วยจึงแก้ไม่ได้ ถ้าต้องแก้ ให้บอกผู้มอบงาน"),
    "handed_in": _("คุณส่งงานข้อนี้คืนแล้ว จึงแก้ไม่ได้ ถ้าต้องแก้เพิ่ม ให้ผู้มอบงานส่งกลับมาก่อน"),
    "ended": _("การช่วยข้อนี้สิ้นสุดแล้ว จึงบันทึกไม่ได้ ข้อความที่คุณพิมพ์ยังอยู่ในหน้านี้ คัดลอกไว้ส่งให้ผู้มอบงานได้"),
}
_WHO: dict[str, Words] = {
    EDIT: _("แก้ใบสมัครนี้ได้เฉพาะผู้รับผิดชอบ ผู้ช่วย และหัวหน้าหน่วยงานของศูนย์"),
    SIGN: _("ลงนามรับรองข้อมูลได้เฉพาะหัวหน้าหน่วยงานของศูนย์"),
    SUBMIT: _("ทำขั้นนี้ได้เฉพาะผู้รับผิดชอบและหัวหน้าหน่วยงานของศูนย์"),
    WITHDRAW: _("ถอนใบสมัครได้เฉพาะผู้รับผิดชอบและหัวหน้าหน่วยงานของศูนย์"),
}


def may_start(actor: Actor, centre: ServiceCentre, round_: Round) -> Decision:
    """Whether the actor may start the centre's application in a round."""
    if centre.retired_at is not None:
        return no(_("ศูนย์นี้เลิกให้บริการแล้ว จึงสมัครไม่ได้"), "centre-retired")
    if is_own(actor, START, centre, round_.programme_id):
        return YES
    return no(_("เริ่มใบสมัครได้เฉพาะผู้รับผิดชอบและหัวหน้าหน่วยงานของศูนย์"), "not-yours")


def may_add_to_library(actor: Actor, centre: ServiceCentre) -> Decision:
    """Whether the actor may add files to a centre's library and retire them."""
    own = any(
        own_holding(h, EDIT, organisation_id=centre.organisation_id, centre_id=centre.pk)
        for h in actor.holdings
    )
    return YES if actor.is_system or own else no(_("เพิ่มหลักฐานได้เฉพาะคนของศูนย์นี้"), "not-yours")


def may_write(application: Application, *, closes_at: datetime | None, moment: datetime) -> Decision:
    """Whether answers may be changed at a moment: the state allows it and the time has not run out.

    Args:
        application: with its round loaded.
        closes_at: end of the round's application stage; None when the round has none.
        moment: when the request was received.
    """
    if application.state == "submitted":
        return no(_("ใบสมัครนี้ยื่นแล้ว จึงแก้ไม่ได้"), "not-editable")
    if application.state not in EDITABLE:
        return no(_("ใบสมัครนี้ถอนแล้ว เริ่มใหม่ก่อนจึงแก้ได้"), "not-editable")
    if application.correction_due_at is not None:
        if moment < application.correction_due_at:
            return YES
        return no(_("เลยกำหนดส่งใบสมัครที่แก้แล้ว จึงแก้ต่อไม่ได้ ติดต่อฝ่ายเลขานุการโครงการ"), "window-closed")
    ended_by_hand = application.round.closed_at is not None and moment >= application.round.closed_at
    if closes_at is not None and moment < closes_at and not ended_by_hand:
        return YES
    return no(_("ปิดรับใบสมัครของรอบนี้แล้ว จึงแก้ไม่ได้ สิ่งที่บันทึกไว้ก่อนหน้ายังอยู่ครบ"), "window-closed")


def may_review(actor: Actor, review: Review) -> Decision:
    """Whether the actor may answer a request for checking: a supervisor at the office that was asked."""
    if actor.is_system:
        return YES
    programme_id = review.application.round.programme_id
    holdings = actor.holding_with(REVIEW, programme_id=programme_id)
    if any(review.organisation_id in h.organisation_ids for h in holdings if h.centre_id is None):
        return YES
    return no(_("ตรวจทานได้เฉพาะผู้กำกับติดตามของหน่วยงานที่ถูกขอให้ตรวจ"), "not-asked")


def may_for_programme(actor: Actor, capability: str, round_: Round) -> Decision:
    """Whether the actor holds `capability` for the programme of a round."""
    if actor.can(capability, programme_id=round_.programme_id):
        return YES
    return no(_("ขั้นนี้เป็นงานของฝ่ายเลขานุการโครงการ"), "no-capability")


# --- Who sees what -----------------------------------------------------------------------------------------------------
# Conditions speak of applications. `share_content` registers one for an application and for everything inside it, so that
# a room above (panels) opens an application's content in one line, and one denial on Application hides all of it.

_CONTENT: list[Condition] = []


def used(**by: Any) -> Q:
    """Evidence that something still uses: `by` are lookups on the use.

    Asked of each row of evidence by its own few uses, never as a list of all evidence of a programme: whoever opens one
    picture or one case pays for that, however much the country filed.
    """
    return asked_of_each(EvidenceUse.objects.filter(evidence=OuterRef("pk"), removed_at__isnull=True, **by))


def asked_of_each(rows: QuerySet[Any]) -> Q:
    """Whether there is such a row, asked of each outer row by itself: never by a list of all that there are.

    For what is opened one by one, or looked through with few outer rows; `Exists` leaves the choice to the database.
    """
    return Q(IsNull(Subquery(rows.values("pk")[:1]), False))


def _in_application(way: str) -> Callable[[Q], Q]:
    """Rows of applications that meet a condition; `way` leads from the row to its application.

    By `Exists`, not by "is one of them": PostgreSQL then asks about the one application of the answer that is opened, and
    lists all that meet the condition only for whoever reads so many answers that this is cheaper.
    """
    return lambda q: Q(Exists(Application.objects.filter(q, pk=OuterRef(way))))


_INSIDE: dict[type[Model], Callable[[Q], Q]] = {
    Answer: _in_application("application"),
    Submission: _in_application("application"),
    SignOff: _in_application("application"),
    Review: _in_application("application"),
    ReviewComment: _in_application("review__application"),
    Evidence: lambda q: used(answer__application__in=Application.objects.filter(q)),
}


def share_content(name: str, why: Words, condition: Condition) -> None:
    """Let the actors for whom `condition` gives a Q over applications see those applications with all their content."""
    _CONTENT.append(condition)
    registry.grant(Application, name, why, condition)
    for model, inside in _INSIDE.items():
        registry.grant(model, name, why, _through(inside, condition))


def _through(inside: Callable[[Q], Q], condition: Condition) -> Condition:
    def told(actor: Actor) -> Q | None:
        found = condition(actor)
        return None if found is None else inside(found)

    return told


def content_q(actor: Actor) -> Q:
    """Applications whose content the actor may read, before denials. None at all: a condition that nothing meets."""
    return any_of(condition(actor) for condition in _CONTENT) or NONE


def _denied(actor: Actor) -> Q | None:
    return registry.visible(Application, actor)[1]


def own_centres_q(actor: Actor, capability: str, path: str = "") -> Q | None:
    """What belongs to the centres at which the actor itself has `capability`, never to a sister's.

    Args:
        actor: who asks.
        capability: what they hold there.
        path: leads to the row that has a centre and a round; empty, or ending in two underscores.
    """
    office, centre, programme = (
        f"{path}{name}" for name in ("centre__organisation", "centre", "round__programme")
    )
    return own_q(actor, capability, office=office, centre=centre, programme=programme)


def programmes_q(actor: Actor, capabilities: Collection[str], way: str = "round__programme") -> Q | None:
    """Everything of the programmes for which the actor holds one of the capabilities; `way` leads to the programme."""
    held = [h.programme_id for key in capabilities for h in actor.holding_with(key)]
    if not held:
        return None
    return EVERY if None in held else Q(**{f"{way}__in": sorted({key for key in held if key is not None})})


def _in_reach(actor: Actor) -> Q | None:
    if not actor.can(SEE):
        return None
    return reach_q(
        actor, SEE, "centre__organisation", centre="centre", programme="round__programme", sharing=True
    )


def asked_q(actor: Actor) -> Q | None:
    """Requests for checking that went to the actor's offices, in the programmes for which the actor checks there.

    Who is appointed for one centre of an office does not check in the office's place.
    """
    whole = (holding for holding in actor.holding_with(REVIEW) if holding.centre_id is None)
    return offices_q(whole, "organisation", lambda key: Q(application__round__programme=key))


def _asked_to_review(actor: Actor) -> Q | None:
    asked = asked_q(actor)
    if asked is None:
        return None
    # An order lasts; who only offered help reads while the check is asked for, not what is written after it.
    # An order ends with the command: when the office stands elsewhere, or the centre has moved to another agency.
    lasting = Q(force=Review.Force.ORDER)
    lasting &= ~Q(state="cancelled") & Q(
        stands_above("organisation", "application__centre__organisation", "line")
    )
    reading = Review.objects.filter(asked & (lasting | Q(state="requested")))
    return Q(pk__in=reading.values("application"))


def _asked(actor: Actor) -> Q | None:
    asked = asked_q(actor)
    return None if asked is None else asked & ~Q(state="cancelled")


def _submitted(actor: Actor) -> Q | None:
    total: Q | None = None
    for holding in actor.holding_with(SEE_SUBMITTED):
        part = Q(submitted_at__isnull=False)
        if holding.programme_id is not None:
            part &= Q(round__programme=holding.programme_id)
        total = part if total is None else total | part
    return total


def _closed(actor: Actor) -> Q | None:
    total: Q | None = None
    for holding in actor.holding_with(SEE_CLOSED):
        part = over_q(actor.received_at, "round__")
        if holding.programme_id is not None:
            part &= Q(round__programme=holding.programme_id)
        total = part if total is None else total | part
    return total


def _by_link(actor: Actor) -> Q | None:
    targets = [_target(h) for h in actor.holdings if h.capabilities & {SEE, EDIT}]
    found = [target[1] for target in targets if target and target[0] == LINK_TARGET]
    return Q(public_id__in=found) if found else None


def _status(actor: Actor) -> Q | None:
    if not actor.can(SEE_STATUS):
        return None
    return reach_q(actor, SEE_STATUS, "centre__organisation", centre="centre", programme="round__programme")


def _own_library(actor: Actor) -> Q | None:
    if not actor.can(SEE):
        return None
    return reach_q(actor, SEE, "centre__organisation", centre="centre", sharing=True)


share_content("reach", _("ศูนย์อยู่ในหน่วยงาน สายบังคับบัญชา หรือพื้นที่ของคุณ"), _in_reach)
share_content("review", _("หน่วยงานของคุณถูกขอให้ตรวจทาน"), _asked_to_review)
share_content("submitted", _("ยื่นต่อโครงการที่คุณเป็นฝ่ายเลขานุการแล้ว"), _submitted)
share_content("closed", _("รอบนี้ปิดแล้ว และคุณเป็นผู้ตรวจสอบระบบ"), _closed)
share_content("link", _("คุณได้รับลิงก์ให้ช่วยใบสมัครนี้"), _by_link)
registry.grant(Application, "status", _("คุณกำกับติดตามหน่วยงานนี้ จึงเห็นว่าถึงขั้นใด"), _status)
registry.grant(Review, "asked", _("หน่วยงานของคุณถูกขอให้ตรวจทาน"), _asked)
registry.grant(Evidence, "library", _("เป็นคลังหลักฐานของศูนย์ในขอบเขตงานของคุณ"), _own_library)
for _model, _inside in _INSIDE.items():
    registry.deny(_model, "application", _("ใบสมัครนี้ปิดไว้สำหรับคุณ"), _through(_inside, _denied))
