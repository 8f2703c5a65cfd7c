"""Who may do what with organisations, centres, people and appointments; and where holdings come from."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from saduak.foundation import clock
from saduak.foundation.access import YES, Actor, Decision, Holding, no, registry, resolver
from saduak.foundation.access.registry import Words
from saduak.foundation.models.accounts import User
from saduak.organisations.models import (
    Appointment,
    Area,
    Handover,
    Invitation,
    Mandate,
    Organisation,
    Person,
    Programme,
    Reach,
    Role,
    ServiceCentre,
)
from saduak.organisations.models.dated import on_day
from saduak.organisations.queries.reach import EVERY, NONE, holdings_of, reach_q, reaches, reaching

resolver.register(holdings_of)

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
_NOT_APPOINTING = _("คุณไม่มีหน้าที่มอบหมายงานในหน่วยงานนี้ ให้หัวหน้าหน่วยงานเป็นผู้มอบหมาย")
_TOO_WIDE = _("คุณให้ขอบเขตนี้กับบทบาทนี้ไม่ได้ เลือกขอบเขตที่แคบลง ขอบเขตทั้งพื้นที่ให้ได้เฉพาะฝ่ายเลขานุการโครงการ")
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
# Whoever holds one of these judges others or checks them, so nobody takes such a seat by themselves.
JUDGING = frozenset({Role.EVALUATOR, Role.COMMITTEE, Role.AUDITOR})
# Work that may reach beyond one office. Writing, signing and judging stay where they were given.
WIDE: dict[str, frozenset[str]] = {
    Role.SUPERVISOR: frozenset({Reach.LINE, Reach.SUPERVISION, Reach.AREA}),
    Role.CLERK: frozenset({Reach.LINE, Reach.SUPERVISION}),
    Role.AUDITOR: frozenset({Reach.LINE, Reach.AREA}),
    Role.ADMINISTRATOR: frozenset({Reach.LINE}),
}
# These answer for an office, and with it for all that it commands and supervises.
LEADING = frozenset({Role.HEAD, Role.ADMINISTRATOR})


_TO_ONESELF = no(_("มอบหน้าที่ตัดสินหรือตรวจสอบให้ตนเองไม่ได้ ให้ผู้อื่นเป็นผู้มอบหมาย"), "to-oneself")


def may_appoint(actor: Actor, mandate: Mandate) -> Decision:
    """Whether the actor may give a mandate: this role at this organisation, so far, for this programme."""
    if mandate.centre is not None and mandate.centre.organisation_id != mandate.organisation_id:
        return no(_("ศูนย์นี้ไม่ได้อยู่ในหน่วยงานที่เลือก"), "other-organisation")
    return _may_give(actor, APPOINT, mandate, _NOT_APPOINTING)


def may_invite(actor: Actor, mandate: Mandate) -> Decision:
    """Whether the actor may invite somebody to take a mandate.

    Supervision carries the first invitation and no other: once somebody of the organisation can appoint and has an
    account, its own people invite the rest.
    """
    refused = _("คุณออกคำเชิญให้หน่วยงานนี้ไม่ได้ เพราะอยู่นอกขอบเขตงานของคุณ")
    decision = _may_give(actor, INVITE, mandate, refused)
    if decision or decision.code != "out-of-reach":
        return decision
    decision = _may_give(actor, INVITE_SUPERVISED, mandate, refused)
    if decision and leads_itself(mandate.organisation):
        words = _("หน่วยงานนี้มีผู้ใช้งานแล้ว ให้หัวหน้าหรือผู้ดูแลบัญชีของหน่วยงานเป็นผู้เชิญ")
        return no(words, "has-accounts")
    return decision


def may_take(actor: Actor, mandate: Mandate, person_id: int | None) -> Decision:
    """Whether a person may get a mandate from the actor: who gives a judging seat does not sit on it."""
    if mandate.role in JUDGING and person_id is not None and person_id == actor.person_id:
        return _TO_ONESELF
    return YES


def may_revoke(actor: Actor, invitation: Invitation) -> Decision:
    """Whether the actor may make an invitation useless: who issued it, or whoever may issue such a one."""
    if invitation.issued_by == actor.ref:
        return YES
    return may_invite(actor, invitation)


def still_stands(invitation: Invitation, taker: Actor) -> Decision:
    """Whether an invitation still holds when it is taken.

    An invitation is worth what its issuer may do now: nobody comes back through one that they wrote before they
    left, and a supervisor's first invitation ends once the organisation leads itself. When officers rotate, whoever
    took over the issuer's work stands behind it.
    """
    kind, _sep, key = invitation.issued_by.partition(":")
    if kind != "user":
        return YES
    if invitation.role in JUDGING and invitation.issued_by == taker.ref:
        return _TO_ONESELF
    issuer = int(key)
    took_over = Handover.objects.filter(from_appointment__person__user=issuer).values(
        "to_appointment__person"
    )
    issuers = User.objects.filter(Q(pk=issuer) | Q(person__in=took_over), is_active=True)
    if any(may_invite(resolver.of_user(user), invitation) for user in issuers):
        return YES
    return no(_("คำเชิญนี้ใช้ไม่ได้แล้ว ขอคำเชิญใหม่จากผู้ที่ส่งให้คุณ"), "invitation-closed")


def has_accounts(organisation: Organisation) -> bool:
    """Whether somebody who serves at an organisation today has an account. One query."""
    return _with_account(organisation).exists()


def leads_itself(organisation: Organisation) -> bool:
    """Whether somebody with an account can appoint at an organisation from inside it today. One query."""
    return _with_account(organisation).filter(role__in=LEADING, centre__isnull=True).exists()


def _with_account(organisation: Organisation) -> QuerySet[Appointment]:
    today = Appointment.objects.filter(on_day(clock.today()), organisation=organisation)
    return today.filter(person__user__isnull=False)


def _may_give(
    actor: Actor, capability: str, mandate: Mandate, refused: Words, *, ends: bool = False
) -> Decision:
    """The decision on a mandate; to end one, its reach does not matter."""
    if actor.is_system:
        return YES
    holdings = reaching(actor, capability, mandate.organisation)
    if not holdings:
        return no(refused, "out-of-reach")
    holdings = _binding(holdings, mandate.programme_id)
    if not holdings:
        return no(_("หน้าที่ของคุณจำกัดอยู่ในโครงการเดียว ให้เลือกโครงการนั้น"), "other-programme")
    given = _given(holdings, capability, mandate.organisation)
    givers = [holding for holding in holdings if mandate.role in given[holding.ref]]
    if not givers:
        return no(_("หน้าที่ของคุณมอบหมายบทบาทนี้ไม่ได้"), "role-too-high")
    if ends or any(_reaches_so_far(holding, mandate) for holding in givers):
        return YES
    return no(_TOO_WIDE, "reach-too-wide")


def _binding(holdings: list[Holding], programme_id: int | None) -> list[Holding]:
    """Those that count for a programme: what is bound to one gives nothing for another, and nothing for all."""
    return [holding for holding in holdings if holding.programme_id in {None, programme_id}]


def _given(holdings: list[Holding], capability: str, organisation: Organisation) -> dict[str, frozenset[str]]:
    """For each of these holdings, by its reference, the roles that it may hand out at an organisation."""
    none: frozenset[str] = frozenset()
    given = {holding.ref: MAY_GIVE.get(holding.role, none) for holding in holdings}
    first = {holding.ref: MAY_GIVE_FIRST.get(holding.role, none) for holding in holdings}
    if capability != APPOINT and any(first.values()) and not has_accounts(organisation):
        return {ref: roles | first[ref] for ref, roles in given.items()}
    return given


def _reaches_so_far(holding: Holding, mandate: Mandate) -> bool:
    """Whether a holding covers the reach of what is given, so that nobody gives more than they have."""
    if mandate.reach == Reach.OWN:
        return True
    if mandate.reach not in WIDE.get(mandate.role, ()):
        return False
    if holding.role == Role.SECRETARIAT:
        return True
    if mandate.reach == Reach.AREA:  # it crosses the line between command and supervision
        return False
    if holding.role in LEADING and mandate.organisation_id in holding.organisation_ids:
        return True
    return holding.reach in {Reach.LINE, mandate.reach}


@dataclass(frozen=True, slots=True)
class Choices:
    """What an actor may choose from when giving something at an organisation; `programmes` None means any."""

    roles: list[str]
    reaches: list[str]
    programmes: frozenset[int] | None

    def cover(self, mandate: Mandate) -> bool:
        """Whether a mandate at this organisation is one of them: for the buttons beside it."""
        bound = self.programmes is not None and mandate.programme_id not in self.programmes
        return mandate.role in self.roles and not bound


def to_appoint(actor: Actor, organisation: Organisation) -> Choices:
    """What the actor may give at an organisation by appointing."""
    return _choices(actor, organisation, APPOINT)


def to_invite(actor: Actor, organisation: Organisation) -> Choices:
    """What the actor may give at an organisation by inviting."""
    own = _choices(actor, organisation, INVITE)
    if own.roles or not actor.can(INVITE_SUPERVISED) or leads_itself(organisation):
        return own
    return _choices(actor, organisation, INVITE_SUPERVISED)


def _choices(actor: Actor, organisation: Organisation, capability: str) -> Choices:
    if actor.is_system:
        return Choices(list(Role.values), list(Reach.values), None)
    holdings = reaching(actor, capability, organisation)
    given = frozenset[str]().union(*_given(holdings, capability, organisation).values())
    roles = [role for role in Role.values if role in given]
    bound = [holding.programme_id for holding in holdings]
    return Choices(
        roles,
        [reach for reach in Reach.values if _somebody_reaches(holdings, organisation, roles, reach)],
        None if None in bound else frozenset(pk for pk in bound if pk is not None),
    )


def _somebody_reaches(
    holdings: list[Holding], organisation: Organisation, roles: list[str], reach: str
) -> bool:
    mandates = [Appointment(organisation=organisation, role=role, reach=reach) for role in roles]
    return any(_reaches_so_far(holding, mandate) for holding in holdings for mandate in mandates)


def may_give_any(choices: Choices) -> Decision:
    """Whether there is any role to give."""
    return YES if choices.roles else no(_("หน่วยงานนี้อยู่นอกขอบเขตที่คุณมอบหมายหรือเชิญได้"), "out-of-reach")


def may_see_access(actor: Actor, organisation: Organisation) -> Decision:
    """Whether the actor may read who can do what at an organisation: those who work there, and those above."""
    if any(holding.organisation_id == organisation.pk for holding in actor.holdings):
        return YES
    if reaches(actor, SEE_PEOPLE, organisation):
        return YES
    return no(_("ดูได้เฉพาะผู้ปฏิบัติงานในหน่วยงานนี้และหน่วยงานต้นสังกัด"), "out-of-reach")


def may_end(actor: Actor, appointment: Appointment) -> Decision:
    """Whether the actor may end an appointment: the one who holds it, or whoever may give it."""
    if actor.person_id is not None and appointment.person_id == actor.person_id:
        return YES
    return _may_give(actor, APPOINT, appointment, _NOT_APPOINTING, ends=True)


def may_hand_over(actor: Actor, appointment: Appointment) -> Decision:
    """Whether the actor may hand over the work of an appointment: its holder, or the head when nobody did.

    Whose appointment is over has nothing left to hand over.
    """
    ref = f"appointment:{appointment.public_id}"
    if any(holding.ref == ref and HAND_OVER in holding.capabilities for holding in actor.holdings):
        return YES
    return _may_give(actor, APPOINT, appointment, _NOT_APPOINTING, ends=True)


def may_edit_person(actor: Actor, person: Person) -> Decision:
    """Whether the actor may correct a person's name and contacts."""
    if actor.is_system or person.pk == actor.person_id:
        return YES
    if person.user_id is not None:
        return no(_("ข้อมูลของผู้ที่มีบัญชีแก้ได้เฉพาะเจ้าตัว"), "not-self")
    today = Appointment.objects.filter(on_day(clock.today()), person=person).select_related("organisation")
    if any(_may_give(actor, APPOINT, row, _NOT_APPOINTING, ends=True) for row in today):
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
