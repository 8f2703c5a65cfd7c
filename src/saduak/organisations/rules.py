"""Who may do what with organisations, centres, people and appointments; and where holdings come from."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from saduak.foundation import clock
from saduak.foundation.access import YES, Actor, Decision, Holding, no, registry
from saduak.foundation.access.registry import Words
from saduak.foundation.access.resolver import register
from saduak.organisations.models import (
    Appointment,
    Area,
    Handover,
    Invitation,
    Organisation,
    Person,
    Programme,
    Reach,
    Role,
    ServiceCentre,
)
from saduak.organisations.models.dated import on_day
from saduak.organisations.queries.reach import EVERY, NONE, holdings_of, reach_q, reaches, reaching

register(holdings_of)

APPOINT = registry.capability(
    "organisations.appoint",
    _("มอบหมายและสิ้นสุดการมอบหมายผู้ปฏิบัติงาน"),
    roles={Role.HEAD, Role.ADMINISTRATOR, Role.SUPERVISOR, Role.SECRETARIAT},
)
INVITE = registry.capability(
    "organisations.invite",
    _("ออกคำเชิญให้ผู้ที่ยังไม่มีบัญชี"),
    roles={Role.HEAD, Role.ADMINISTRATOR, Role.SUPERVISOR, Role.SECRETARIAT, Role.CLERK},
)
# Supervision may carry the letter with the first invitation: a local government has nobody above it in command.
INVITE_SUPERVISED = registry.capability(
    "organisations.invite_supervised",
    _("ออกคำเชิญครั้งแรกให้หน่วยงานในกำกับดูแล"),
    roles={Role.SUPERVISOR, Role.CLERK},
    status_only_under_supervision=True,
)
MANAGE_CENTRE = registry.capability(
    "organisations.manage_centre",
    _("เพิ่มและแก้ข้อมูลศูนย์บริการ"),
    roles={Role.OFFICER, Role.HEAD, Role.ADMINISTRATOR, Role.SECRETARIAT},
)
MANAGE = registry.capability(
    "organisations.manage",
    _("แก้ข้อมูลหน่วยงานและความสัมพันธ์ระหว่างหน่วยงาน"),
    roles={Role.SECRETARIAT},
)
EDIT_CONTACT = registry.capability(
    "organisations.edit_contact",
    _("แก้ที่อยู่และช่องทางติดต่อของหน่วยงาน"),
    roles={Role.CLERK, Role.HEAD, Role.ADMINISTRATOR, Role.SECRETARIAT},
)
SEE_PEOPLE = registry.capability(
    "organisations.see_people",
    _("ดูรายชื่อและช่องทางติดต่อของผู้ปฏิบัติงาน"),
    roles={
        Role.SECRETARIAT,
        Role.SUPERVISOR,
        Role.CLERK,
        Role.OFFICER,
        Role.HEAD,
        Role.ADMINISTRATOR,
        Role.AUDITOR,
    },
)
SEE_STATUS = registry.capability(
    "organisations.see_status",
    _("ดูสถานะของหน่วยงาน"),
    roles={Role.SECRETARIAT, Role.SUPERVISOR, Role.CLERK, Role.HEAD, Role.OFFICER, Role.AUDITOR},
    status_only_under_supervision=True,
)
# A seat that judges is given by name: who holds it does not pass it on.
HAND_OVER = registry.capability(
    "organisations.hand_over",
    _("ส่งมอบงานของตนให้ผู้อื่นในหน่วยงาน"),
    roles=[
        role
        for role in Role.values
        if role not in {Role.HELPER, Role.AUDITOR, Role.EVALUATOR, Role.COMMITTEE}
    ],
)
ALL = (APPOINT, INVITE, INVITE_SUPERVISED, MANAGE_CENTRE, MANAGE, EDIT_CONTACT, SEE_PEOPLE, SEE_STATUS)

# What each role may hand out. Nobody makes somebody more powerful than their own kind of office calls for.
MAY_GIVE: dict[str, frozenset[str]] = {
    Role.HEAD: frozenset(
        {Role.HEAD, Role.ADMINISTRATOR, Role.OFFICER, Role.HELPER, Role.CLERK, Role.SUPERVISOR}
    ),
    Role.ADMINISTRATOR: frozenset(
        {Role.ADMINISTRATOR, Role.OFFICER, Role.HELPER, Role.CLERK, Role.SUPERVISOR, Role.HEAD}
    ),
    Role.SUPERVISOR: frozenset({Role.OFFICER, Role.HELPER, Role.CLERK, Role.HEAD, Role.ADMINISTRATOR}),
    Role.CLERK: frozenset({Role.OFFICER, Role.CLERK}),
    Role.SECRETARIAT: frozenset(Role.values),
}
# Besides, to an organisation in which nobody has an account yet: the first one has to come from somewhere.
MAY_GIVE_FIRST: dict[str, frozenset[str]] = {Role.CLERK: frozenset({Role.ADMINISTRATOR})}


def may_appoint(
    actor: Actor, organisation: Organisation, role: str, centre: ServiceCentre | None = None
) -> Decision:
    """Whether the actor may give `role` at an organisation (or for one of its centres)."""
    if centre is not None and centre.organisation_id != organisation.pk:
        return no(_("ศูนย์นี้ไม่ได้อยู่ในหน่วยงานที่เลือก"), "other-organisation")
    return _may_give(
        actor, APPOINT, organisation, role, _("คุณไม่มีหน้าที่มอบหมายงานในหน่วยงานนี้ ให้หัวหน้าหน่วยงานเป็นผู้มอบหมาย")
    )


def may_invite(actor: Actor, organisation: Organisation, role: str) -> Decision:
    """Whether the actor may invite somebody to take `role` at an organisation.

    Supervision carries the first invitation and no other: once somebody of the organisation has an account, its own
    people invite the rest.
    """
    refused = _("คุณออกคำเชิญให้หน่วยงานนี้ไม่ได้ เพราะอยู่นอกขอบเขตงานของคุณ")
    decision = _may_give(actor, INVITE, organisation, role, refused)
    if decision or decision.code != "out-of-reach":
        return decision
    decision = _may_give(actor, INVITE_SUPERVISED, organisation, role, refused)
    if decision and has_accounts(organisation):
        words = _("หน่วยงานนี้มีผู้ใช้งานแล้ว ให้หัวหน้าหรือผู้ดูแลบัญชีของหน่วยงานเป็นผู้เชิญ")
        return no(words, "has-accounts")
    return decision


def may_revoke(actor: Actor, invitation: Invitation) -> Decision:
    """Whether the actor may make an invitation useless: who issued it, or whoever may issue such a one."""
    if invitation.issued_by == actor.ref:
        return YES
    return may_invite(actor, invitation.organisation, invitation.role)


def has_accounts(organisation: Organisation) -> bool:
    """Whether somebody who serves at an organisation today has an account. One query."""
    today = Appointment.objects.filter(on_day(clock.today()), organisation=organisation)
    return today.filter(person__user__isnull=False).exists()


def _may_give(
    actor: Actor, capability: str, organisation: Organisation, role: str, refused: Words
) -> Decision:
    if actor.is_system:
        return YES
    holdings = reaching(actor, capability, organisation)
    if not holdings:
        return no(refused, "out-of-reach")
    if role not in _given(holdings, capability, organisation):
        return no(_("หน้าที่ของคุณมอบหมายบทบาทนี้ไม่ได้"), "role-too-high")
    return YES


def _given(holdings: list[Holding], capability: str, organisation: Organisation) -> frozenset[str]:
    """The roles that these holdings may hand out at an organisation."""
    given = frozenset[str]().union(*(MAY_GIVE.get(holding.role, frozenset()) for holding in holdings))
    first = frozenset[str]().union(*(MAY_GIVE_FIRST.get(holding.role, frozenset()) for holding in holdings))
    if capability != APPOINT and first - given and not has_accounts(organisation):
        return given | first
    return given


def roles_to_give(actor: Actor, organisation: Organisation, capability: str) -> list[str]:
    """The roles that the actor may hand out at an organisation, in the order of `Role`."""
    if actor.is_system:
        return list(Role.values)
    holdings = reaching(actor, capability, organisation)
    if not holdings:
        return []
    given = _given(holdings, capability, organisation)
    return [role for role in Role.values if role in given]


def roles_to_invite(actor: Actor, organisation: Organisation) -> list[str]:
    """The roles to which the actor may invite somebody at an organisation, in the order of `Role`."""
    own = roles_to_give(actor, organisation, INVITE)
    if own or not actor.can(INVITE_SUPERVISED) or has_accounts(organisation):
        return own
    return roles_to_give(actor, organisation, INVITE_SUPERVISED)


def may_give_any(roles: list[str]) -> Decision:
    """Whether there is any role to give."""
    return YES if roles else no(_("หน่วยงานนี้อยู่นอกขอบเขตที่คุณมอบหมายหรือเชิญได้"), "out-of-reach")


def reaches_to_give(actor: Actor) -> list[str]:
    """The reaches that the actor may give."""
    return [reach for reach in Reach.values if may_reach(actor, reach)]


def may_see_access(actor: Actor, organisation: Organisation) -> Decision:
    """Whether the actor may read who can do what at an organisation: those who work there, and those above."""
    if any(holding.organisation_id == organisation.pk for holding in actor.holdings):
        return YES
    if reaches(actor, SEE_PEOPLE, organisation):
        return YES
    return no(_("ดูได้เฉพาะผู้ปฏิบัติงานในหน่วยงานนี้และหน่วยงานต้นสังกัด"), "out-of-reach")


def may_reach(actor: Actor, reach: str) -> Decision:
    """Whether the actor may give this reach: an area crosses the line between command and supervision."""
    if reach == Reach.AREA and not actor.is_system and not actor.can(MANAGE):
        return no(_("ขอบเขตทั้งพื้นที่ให้ได้เฉพาะฝ่ายเลขานุการโครงการ"), "reach-too-wide")
    return YES


def may_end(actor: Actor, appointment: Appointment) -> Decision:
    """Whether the actor may end an appointment: the one who holds it, or whoever may give it."""
    if actor.person_id is not None and appointment.person_id == actor.person_id:
        return YES
    return may_appoint(actor, appointment.organisation, appointment.role, appointment.centre)


def may_hand_over(actor: Actor, appointment: Appointment) -> Decision:
    """Whether the actor may hand over the work of an appointment: its holder, or the head when nobody did.

    Whose appointment is over has nothing left to hand over.
    """
    ref = f"appointment:{appointment.public_id}"
    if any(holding.ref == ref and HAND_OVER in holding.capabilities for holding in actor.holdings):
        return YES
    return may_appoint(actor, appointment.organisation, appointment.role, appointment.centre)


def may_edit_person(actor: Actor, person: Person) -> Decision:
    """Whether the actor may correct a person's name and contacts."""
    if actor.is_system or person.pk == actor.person_id:
        return YES
    if person.user_id is not None:
        return no(_("ข้อมูลของผู้ที่มีบัญชีแก้ได้เฉพาะเจ้าตัว"), "not-self")
    today = Appointment.objects.filter(on_day(clock.today()), person=person).select_related("organisation")
    if any(may_appoint(actor, row.organisation, row.role) for row in today):
        return YES
    return no(_("แก้ข้อมูลบุคคลนี้ไม่ได้ เพราะอยู่นอกขอบเขตงานของคุณ"), "out-of-reach")


def may_manage_centre(
    actor: Actor, organisation: Organisation, centre: ServiceCentre | None = None
) -> Decision:
    """Whether the actor may add a centre to an organisation, or change `centre`."""
    if actor.is_system:
        return YES
    holdings = list(actor.holding_with(MANAGE_CENTRE))
    if centre is not None and any(h.centre_id == centre.pk for h in holdings):
        return YES
    if reaches(actor, MANAGE_CENTRE, organisation):
        return YES
    return no(_("แก้ข้อมูลศูนย์นี้ได้เฉพาะผู้รับผิดชอบศูนย์ หัวหน้าหน่วยงาน และผู้ดูแลบัญชีของหน่วยงาน"), "out-of-reach")


def may_manage(actor: Actor) -> Decision:
    """Whether the actor may change organisations, their names and relations, or import local governments."""
    if actor.is_system or actor.can(MANAGE):
        return YES
    return no(_("แก้ทะเบียนหน่วยงานได้เฉพาะฝ่ายเลขานุการโครงการ"), "no-capability")


def may_edit_contact(actor: Actor, organisation: Organisation) -> Decision:
    """Whether the actor may change the address and contacts of an organisation."""
    if actor.is_system or reaches(actor, EDIT_CONTACT, organisation):
        return YES
    return no(_("แก้ช่องทางติดต่อได้เฉพาะเจ้าหน้าที่ของหน่วยงานนี้"), "out-of-reach")


def _own_person(actor: Actor) -> Q | None:
    return None if actor.person_id is None else Q(pk=actor.person_id)


def _own_appointment(actor: Actor) -> Q | None:
    return None if actor.person_id is None else Q(person=actor.person_id)


def _people_in_reach(actor: Actor) -> Q | None:
    if not actor.can(SEE_PEOPLE):
        return None
    today = Appointment.objects.filter(on_day(clock.today()))
    return Q(pk__in=today.filter(reach_q(actor, SEE_PEOPLE, centre="centre")).values("person"))


def _appointments_in_reach(actor: Actor) -> Q | None:
    return reach_q(actor, SEE_PEOPLE, centre="centre") if actor.can(SEE_PEOPLE) else None


def _invitations_in_reach(actor: Actor) -> Q | None:
    total = NONE
    for capability in (INVITE, INVITE_SUPERVISED):
        if actor.can(capability):
            total |= reach_q(actor, capability, centre="centre")
    return None if total is NONE else total


def _handovers_in_reach(actor: Actor) -> Q | None:
    if actor.person_id is None:
        return None
    own = Q(from_appointment__person=actor.person_id) | Q(to_appointment__person=actor.person_id)
    if actor.can(APPOINT):
        own |= reach_q(actor, APPOINT, "to_appointment__organisation", centre="to_appointment__centre")
    return own


_PUBLIC = _("ข้อมูลหน่วยงานและศูนย์บริการเป็นข้อมูลสาธารณะ")
for _model in (Programme, Area, Organisation, ServiceCentre):
    registry.grant(_model, "public", _PUBLIC, lambda _actor: EVERY)
registry.grant(Person, "self", _("เป็นข้อมูลของคุณเอง"), _own_person)
registry.grant(Person, "reach", _("ปฏิบัติงานในหน่วยงานที่อยู่ในขอบเขตงานของคุณ"), _people_in_reach)
registry.grant(Appointment, "self", _("เป็นหน้าที่ของคุณเอง"), _own_appointment)
registry.grant(Appointment, "reach", _("เป็นหน้าที่ในหน่วยงานที่อยู่ในขอบเขตงานของคุณ"), _appointments_in_reach)
registry.grant(Invitation, "reach", _("เป็นคำเชิญในหน่วยงานที่คุณออกคำเชิญได้"), _invitations_in_reach)
registry.grant(Handover, "reach", _("เป็นการส่งมอบงานที่เกี่ยวกับคุณหรือหน่วยงานของคุณ"), _handovers_in_reach)
