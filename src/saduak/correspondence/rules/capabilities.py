"""The words of this room for what one may do, and which roles may; for whose offices an appointment counts."""

import dataclasses
from collections.abc import Iterator
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from saduak.foundation.access import Actor, Holding, registry
from saduak.organisations.models import Role
from saduak.organisations.queries import EVERY, offices_q

_STAFF = {Role.CLERK, Role.SUPERVISOR, Role.SECRETARIAT, Role.HEAD, Role.OFFICER}
READ = registry.capability(
    "correspondence.read",
    _("อ่านหนังสือที่ถึงหน่วยงานและหน้าที่ตามหนังสือ"),
    roles=_STAFF | {Role.HELPER, Role.ADMINISTRATOR, Role.AUDITOR},
)
LOAD = registry.capability("correspondence.load", _("นำหนังสือเข้าระบบ"), roles=_STAFF)
CONFIRM = registry.capability("correspondence.confirm", _("ยืนยันสิ่งที่อ่านได้จากหนังสือ"), roles=_STAFF)
ISSUE = registry.capability(
    "correspondence.issue",
    _("ส่งหน้าที่ตามหนังสือในนามหน่วยงานผู้ออกหนังสือ"),
    roles=_STAFF - {Role.OFFICER},
)
ANSWER = registry.capability(
    "correspondence.answer", _("รับทราบและแจ้งผลหน้าที่ตามหนังสือของหน่วยงานตน"), roles=_STAFF
)
WRITE = registry.capability("correspondence.write", _("ร่างหนังสือของหน่วยงาน"), roles=_STAFF)
RECEIVE = registry.capability(
    "correspondence.receive", _("รับ รับทราบ และมอบหมายหนังสือที่ถึงหน่วยงาน"), roles=_STAFF
)
REGISTER = registry.capability(
    "correspondence.register",
    _("ลงทะเบียน จองเลข และยกเลิกเลขในทะเบียนหนังสือ"),
    roles=_STAFF - {Role.OFFICER},
)
KEEP_REGISTRY = registry.capability(
    "correspondence.keep_registry",
    _("ให้ระบบนี้เป็นทะเบียนหนังสือของหน่วยงาน หรือเลิกใช้"),
    roles={Role.HEAD, Role.CLERK, Role.ADMINISTRATOR},
)
DELEGATE = registry.capability(
    "correspondence.delegate",
    _("จดว่าใครลงนามในนามหน่วยงานได้ ตามคำสั่งใด"),
    roles={Role.HEAD, Role.CLERK},
)
CLEARED = registry.capability(
    "correspondence.cleared", _("อ่านหนังสือลับของหน่วยงาน"), roles={Role.HEAD, Role.CLERK}
)
FOLLOW = registry.capability(
    "correspondence.follow",
    _("ติดตามว่าหนังสือถึงหน่วยงานใดแล้ว"),
    roles=(_STAFF - {Role.OFFICER}) | {Role.AUDITOR},
    status_only_under_supervision=True,
)

# Of these an appointment counts at its very office: a sister that writes in the same name neither works on its drafts
# nor reads the secret letters of the organisation in whose name both write.
_AT_THE_VERY_OFFICE: Final = frozenset({CLEARED, WRITE, ISSUE})


def offices(actor: Actor, capability: str, programme_id: int | None = None) -> frozenset[int]:
    """The organisations (keys) for which the actor's own appointments count; those of its line are not among them.

    Whoever is appointed for one centre of an office reads what came to the office, but does not speak for it. With
    `programme_id`, whoever is appointed for another programme does not count.
    """
    return frozenset(
        pk
        for holding in actor.holding_with(capability, programme_id=programme_id)
        if _counts(holding, capability)
        for pk in holding.organisation_ids
    )


def hands(actor: Actor, programme_id: int | None = None) -> frozenset[int]:
    """The organisations (keys) through whose hands every letter of the actor goes out: none of them gets one.

    Who writes at several offices, or in several names, can tell one of them from another.
    """
    desks = [
        {holding.organisation_id, pk}
        for holding in actor.holding_with(WRITE, programme_id=programme_id)
        if holding.centre_id is None and holding.organisation_id is not None
        for pk in holding.organisation_ids
    ]
    return frozenset(set.intersection(*desks)) if desks else frozenset()


def own(actor: Actor, capability: str, office: str, letter: str = "", *, unread: bool = False) -> Q | None:
    """Rows of the actor's own offices in the programmes for which it is appointed there; None when there are none.

    What is secret, and what is being written, is asked of the very office of an appointment; all else also of those in
    whose name that office writes.

    Args:
        actor: who asks.
        capability: what the appointment must allow.
        office: the lookup that leads from the row to the office.
        letter: the lookup that leads to the letter, ending in `__`; empty on letters.
        unread: also letters of which nothing is read: nobody knows yet what programme they are about.
    """

    def about(programme_id: int) -> Q:
        named = Q(**{f"{letter}programme": programme_id})
        return named | Q(**{f"{letter}text": ""}) if unread else named

    return offices_q(_counting(actor, capability), office, about)


def own_place(actor: Actor, capability: str, office: str = "organisation") -> Q | None:
    """Rows that belong to the actor's own offices and to no programme (registers, delegations, lists)."""
    return offices_q(_counting(actor, capability), office, lambda _programme_id: EVERY)


def speaks_for(
    actor: Actor, capability: str, office_id: int, issuer_id: int, programme_id: int | None = None
) -> bool:
    """Whether one and the same appointment stands at an office and for the organisation in whose name it writes.

    Who also works for the issuer somewhere else does not write in its name here, nor does a sister office that only
    writes in the same name: the appointment is at this very office.
    """
    if actor.is_system:
        return True
    return any(
        holding.organisation_id == office_id and issuer_id in holding.organisation_ids
        for holding in actor.holding_with(capability, programme_id=programme_id)
        if holding.centre_id is None
    )


def _counting(actor: Actor, capability: str) -> Iterator[Holding]:
    """The holdings that count for rows of an office, each with the organisations for which it counts."""
    for holding in actor.holding_with(capability):
        if not _counts(holding, capability):
            continue
        if capability in _AT_THE_VERY_OFFICE:
            very = holding.organisation_ids & {holding.organisation_id}
            yield dataclasses.replace(holding, organisation_ids=frozenset(very))
        else:
            yield holding


def _counts(holding: Holding, capability: str) -> bool:
    return holding.centre_id is None or capability == READ
