"""Who gives posts: appointing, inviting, handing over, ending. Nobody gives more than they have."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.foundation import clock
from saduak.foundation.access import YES, Actor, Decision, Holding, no, registry, resolver
from saduak.foundation.access.registry import Words
from saduak.foundation.models.accounts import User
from saduak.organisations.models import (
    Appointment,
    Handover,
    Invitation,
    Mandate,
    Organisation,
    Person,
    Reach,
    Role,
)
from saduak.organisations.models.dated import on_day
from saduak.organisations.queries.directory import held_by
from saduak.organisations.queries.reach import reaching, through_a_name
from saduak.organisations.rules.capabilities import APPOINT, HAND_OVER, INVITE, INVITE_SUPERVISED

_NOT_APPOINTING = _("คุณไม่มีหน้าที่มอบหมายงานในหน่วยงานนี้ ให้หัวหน้าหน่วยงานเป็นผู้มอบหมาย")
_NOT_INVITING = _("คุณออกคำเชิญให้หน่วยงานนี้ไม่ได้ เพราะอยู่นอกขอบเขตงานของคุณ")
_TOO_WIDE = _("คุณให้ขอบเขตนี้กับบทบาทนี้ไม่ได้ เลือกขอบเขตที่แคบลง ขอบเขตทั้งพื้นที่ให้ได้เฉพาะฝ่ายเลขานุการโครงการ")
# These answer for an office, and with it for all that it commands and supervises.
LEADING = frozenset({Role.HEAD, Role.ADMINISTRATOR})
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
# Besides, to an organisation below that nobody leads yet: the first account has to come from somewhere.
MAY_GIVE_FIRST: dict[str, frozenset[str]] = {
    Role.CLERK: frozenset({Role.ADMINISTRATOR}),
    **dict.fromkeys((Role.SUPERVISOR, *LEADING), LEADING),
}
# Whoever holds one of these judges others or checks them, so nobody takes such a seat by themselves.
JUDGING = frozenset({Role.EVALUATOR, Role.COMMITTEE, Role.AUDITOR})
# Work that may reach beyond one office. Writing, signing and judging stay where they were given.
WIDE: dict[str, frozenset[str]] = {
    Role.SUPERVISOR: frozenset({Reach.LINE, Reach.SUPERVISION, Reach.AREA}),
    Role.CLERK: frozenset({Reach.LINE, Reach.SUPERVISION}),
    Role.AUDITOR: frozenset({Reach.LINE, Reach.AREA}),
    Role.ADMINISTRATOR: frozenset({Reach.LINE}),
}
# What a name gives: the work that letters in it ask for. Who leads, supervises or judges an office comes from elsewhere.
WORK = frozenset({Role.OFFICER, Role.HELPER, Role.CLERK})
# Seats of power: what is offered of these ends with the power of who offered it.
SEATS = LEADING | JUDGING | {Role.SECRETARIAT, Role.SUPERVISOR}
_NOTHING: frozenset[str] = frozenset()

_TO_ONESELF = no(_("มอบหน้าที่บริหาร ตัดสิน หรือตรวจสอบให้ตนเองไม่ได้ ให้ผู้อื่นเป็นผู้มอบหมาย"), "to-oneself")
_NOT_ALONE = no(
    _("มอบให้ตนเองได้เฉพาะงานในหน่วยงานที่คุณดูแล และไม่นานกว่าหน้าที่ของคุณเอง ให้ผู้อื่นเป็นผู้มอบหมาย"),
    "to-oneself",
)
_OWN_INVITATION = no(_("คำเชิญนี้คุณเป็นผู้ออก จึงใช้เองไม่ได้ ให้ผู้อื่นเป็นผู้เชิญ"), "to-oneself")
_CLOSED = no(_("คำเชิญนี้ใช้ไม่ได้แล้ว ขอคำเชิญใหม่จากผู้ที่ส่งให้คุณ"), "invitation-closed")


def may_appoint(actor: Actor, mandate: Mandate) -> Decision:
    """Whether the actor may give a mandate: this role at this organisation, so far, for this programme."""
    return to_appoint(actor, mandate.organisation).decide(mandate)


def may_invite(actor: Actor, mandate: Mandate) -> Decision:
    """Whether the actor may invite somebody to take a mandate.

    Supervision carries the first invitation and no other: once somebody of the organisation can appoint and has an
    account, its own people invite the rest.
    """
    decision = _giving(actor, INVITE, mandate.organisation).decide(mandate)
    if decision or decision.code not in {"out-of-reach", "other-programme"}:
        return decision
    supervised = _giving(actor, INVITE_SUPERVISED, mandate.organisation).decide(mandate)
    if decision.code == "other-programme" and supervised.code == "out-of-reach":
        return decision
    decision = supervised
    within = decision or decision.code == "role-too-high"
    if within and leads_itself(mandate.organisation, mandate.programme_id):
        words = _("หน่วยงานนี้มีผู้ใช้งานแล้ว ให้หัวหน้าหรือผู้ดูแลบัญชีของหน่วยงานเป็นผู้เชิญ")
        return no(words, "has-accounts")
    return decision


def may_open_account(actor: Actor, person: Person) -> Decision:
    """Whether the actor may invite somebody of the register to their first account.

    Whoever opens it has from then on all that the person holds, today and later. So each of those appointments has
    to be the actor's to give, whatever the invitation itself is for.
    """
    if actor.is_system:
        return YES
    for held in held_by([person.pk]):
        if not may_invite(actor, held):
            words = _("ผู้นี้มีหน้าที่อื่นที่คุณเชิญให้ไม่ได้: {role} {office} ให้ผู้ที่มอบหน้าที่นั้นเป็นผู้เชิญ")
            told = format_lazy(words, role=held.get_role_display(), office=held.organisation.name_th)
            return no(told, "holds-more")
    return YES


def may_take(actor: Actor, appointment: Appointment) -> Decision:
    """Whether the person of an appointment may get it from the actor.

    Who gives a seat that leads or judges does not sit on it. Whatever else people give themselves, they give as one of
    the office's own and for no longer than they may: a stand-in does not stay, and whoever runs a programme does not
    write its applications.
    """
    if actor.person_id is None or appointment.person_id != actor.person_id:
        return YES
    if appointment.role in LEADING | JUDGING:
        return _TO_ONESELF
    giving = to_appoint(actor, appointment.organisation)
    lasting = [
        holding
        for holding in giving.holdings
        if holding.role != Role.SECRETARIAT
        and not through_a_name(holding, appointment.organisation)
        and _lasts(holding, appointment.valid_to)
    ]
    return YES if replace(giving, holdings=tuple(lasting)).decide(appointment) else _NOT_ALONE


def _lasts(holding: Holding, until: datetime.date | None) -> bool:
    return holding.until is None or (until is not None and until <= holding.until)


def may_revoke(actor: Actor, invitation: Invitation) -> Decision:
    """Whether the actor may make an invitation useless: who issued it, or whoever may give such a mandate."""
    if invitation.issued_by == actor.ref:
        return YES
    return to_invite(actor, invitation.organisation).decide(invitation, ends=True)


def still_stands(invitation: Invitation, taker: Actor) -> Decision:
    """Whether an invitation still holds when it is taken.

    An invitation is worth what its issuer may do now: nobody comes back through one that they wrote before they
    left, a supervisor's first invitation ends once the organisation leads itself, and who got more to do since they
    were invited by name is invited anew. When officers rotate, whoever took over the issuer's post since stands behind
    it, by that post and by nothing else that they hold, and not for themselves. A seat of power ends with its issuer's
    own: who comes next invites anew. Only for the first leader of an office that nobody leads yet a successor stands.
    """
    kind, _sep, key = invitation.issued_by.partition(":")
    if kind != "user":
        return YES
    if invitation.issued_by == taker.ref:
        return _OWN_INVITATION
    issuer = User.objects.filter(pk=int(key), is_active=True).first()
    if issuer is not None and _stands_behind(resolver.of_user(issuer), invitation):
        return YES
    if invitation.role in SEATS - LEADING:
        return _CLOSED
    if invitation.role in LEADING and leads_itself(invitation.organisation, invitation.programme_id):
        return _CLOSED
    behind = (actor for actor in _successors(int(key), invitation.issued_at) if actor.ref != taker.ref)
    return YES if any(_stands_behind(actor, invitation) for actor in behind) else _CLOSED


def _successors(user_id: int, since: datetime.datetime) -> list[Actor]:
    """Who took over somebody's posts that invite since a moment, and whoever took those over, each with these only.

    Work that was only shared, or that never included inviting, makes nobody a successor. A query for each generation,
    and three for each successor.
    """
    inviting = [role for role in Role.values if INVITE in registry.of_role(role)]
    gone = Handover.objects.filter(
        kept=False, from_appointment__role__in=inviting, from_appointment__valid_to__lte=clock.today()
    )
    found: set[int] = set()
    now = gone.filter(from_appointment__person__user=user_id, created_at__gte=since)
    while new := set(now.values_list("to_appointment", flat=True)) - found:
        found |= new
        now = gone.filter(from_appointment__in=new)
    rows = Appointment.objects.filter(pk__in=found)
    refs = {f"appointment:{public_id}" for public_id in rows.values_list("public_id", flat=True)}
    users = User.objects.filter(person__appointments__in=found, is_active=True).exclude(pk=user_id).distinct()
    actors = [resolver.of_user(user) for user in users]
    return [replace(one, holdings=tuple(h for h in one.holdings if h.ref in refs)) for one in actors]


def _stands_behind(actor: Actor, invitation: Invitation) -> bool:
    named = invitation.person
    return bool(may_invite(actor, invitation)) and (named is None or bool(may_open_account(actor, named)))


def leads_itself(organisation: Organisation, programme_id: int | None = None) -> bool:
    """Whether somebody with an account can appoint at an organisation from inside it today. One query.

    Who leads it for one programme only counts for that one.
    """
    return bool({None, programme_id} & _led_for(organisation))


def _led_for(organisation: Organisation) -> frozenset[int | None]:
    """The programmes for which somebody leads an organisation today; None stands for all of them. One query."""
    today = Appointment.objects.filter(on_day(clock.today()), organisation=organisation)
    leads = today.filter(role__in=LEADING, centre__isnull=True, person__user__is_active=True)
    return frozenset(leads.values_list("programme", flat=True))


@dataclass(frozen=True, slots=True)
class Giving:
    """What an actor may give at one organisation by one capability. Made once, it decides without a query.

    Attributes:
        organisation: where.
        holdings: those of the actor's that reach it.
        given: the roles that each of them may hand out, by its reference.
        first: the roles that each may hand out besides while nobody leads the organisation.
        led: the programmes for which somebody leads it; None among them stands for all.
        refused: the words for somebody whom nothing lets reach it.
        everything: for the program itself.
    """

    organisation: Organisation
    holdings: tuple[Holding, ...]
    given: dict[str, frozenset[str]]
    first: dict[str, frozenset[str]]
    led: frozenset[int | None]
    refused: Words
    everything: bool = False

    def decide(self, mandate: Mandate, *, ends: bool = False) -> Decision:
        """The decision on a mandate at this organisation; to end one, neither its reach nor its centre matters."""
        centre = mandate.centre
        if not ends and centre is not None and centre.organisation_id != mandate.organisation_id:
            return no(_("ศูนย์นี้ไม่ได้อยู่ในหน่วยงานที่เลือก"), "other-organisation")
        if self.everything:
            return YES
        if not self.holdings:
            return no(self.refused, "out-of-reach")
        holdings = _binding(self.holdings, mandate.programme_id)
        if not holdings:
            return no(_("หน้าที่ของคุณจำกัดอยู่ในโครงการเดียว ให้เลือกโครงการนั้น"), "other-programme")
        givers = [held for held in holdings if mandate.role in self._roles(held, mandate.programme_id)]
        if not givers:
            return no(_("หน้าที่ของคุณมอบหมายบทบาทนี้ไม่ได้"), "role-too-high")
        if ends or any(_reaches_so_far(holding, mandate) for holding in givers):
            return YES
        return no(_TOO_WIDE, "reach-too-wide")

    @property
    def roles(self) -> list[str]:
        """The roles to choose from, in their usual order."""
        if self.everything:
            return list(Role.values)
        given: frozenset[str] = _NOTHING.union(*(self._roles(holding, None) for holding in self.holdings))
        return [role for role in Role.values if role in given]

    @property
    def reaches(self) -> list[str]:
        """The reaches to choose from: with which role, is decided when one is given."""
        return [reach for reach in Reach.values if any(self._gives(role, reach) for role in self.roles)]

    @property
    def programmes(self) -> frozenset[int] | None:
        """The programmes to choose from; None means any, and all of them at once."""
        bound = {holding.programme_id for holding in self.holdings}
        if self.everything or None in bound:
            return None
        return frozenset(pk for pk in bound if pk is not None)

    def _gives(self, role: str, reach: str) -> bool:
        mandate = Appointment(organisation=self.organisation, role=role, reach=reach)
        return self.everything or any(
            role in self._roles(holding, None) and _reaches_so_far(holding, mandate)
            for holding in self.holdings
        )

    def _roles(self, holding: Holding, programme_id: int | None) -> frozenset[str]:
        """What a holding gives for a programme; None stands for all of them at once."""
        if {None, programme_id} & self.led:
            return self.given[holding.ref]
        return self.given[holding.ref] | self.first[holding.ref]


def to_appoint(actor: Actor, organisation: Organisation) -> Giving:
    """What the actor may give at an organisation by appointing."""
    return _giving(actor, APPOINT, organisation)


def to_invite(actor: Actor, organisation: Organisation) -> Giving:
    """What the actor may give at an organisation by inviting."""
    own = _giving(actor, INVITE, organisation)
    if own.roles or not actor.can(INVITE_SUPERVISED) or leads_itself(organisation):
        return own
    return _giving(actor, INVITE_SUPERVISED, organisation)


def _giving(actor: Actor, capability: str, organisation: Organisation) -> Giving:
    refused = _NOT_APPOINTING if capability == APPOINT else _NOT_INVITING
    if actor.is_system:
        return Giving(organisation, (), {}, {}, frozenset(), refused, everything=True)
    holdings = tuple(
        holding
        for holding in reaching(actor, capability, organisation)
        if _commands(holding, organisation) or capability == INVITE_SUPERVISED
    )
    given = {holding.ref: _of_its_own(holding, organisation) for holding in holdings}
    first = {
        holding.ref: _NOTHING if capability == APPOINT else _first(holding, organisation) - given[holding.ref]
        for holding in holdings
    }
    led = _led_for(organisation) if any(first.values()) else frozenset()
    return Giving(organisation, holdings, given, first, led, refused)


def _commands(holding: Holding, organisation: Organisation) -> bool:
    """Whether what lets a holding reach an office is more than standing in one area with it: an area is no command."""
    return holding.reach.value != Reach.AREA.value or organisation.pk in holding.organisation_ids


def _binding(holdings: Iterable[Holding], programme_id: int | None) -> list[Holding]:
    """Those that count for a programme: what is bound to one gives nothing for another, and nothing for all."""
    return [holding for holding in holdings if holding.programme_id in {None, programme_id}]


def _of_its_own(holding: Holding, organisation: Organisation) -> frozenset[str]:
    """What a holding gives by its role. Nobody who only serves an office says who leads it.

    A name is for letters: who writes in another office's gives there and below only the work that its letters ask for,
    and nothing at the sister offices that write in it as well.
    """
    roles = MAY_GIVE.get(holding.role, _NOTHING)
    if holding.role == Role.SECRETARIAT:
        return roles
    if through_a_name(holding, organisation):
        return _NOTHING if _sisters(holding, organisation) else roles & WORK
    if organisation.pk == holding.organisation_id and holding.role not in LEADING:
        return roles - LEADING
    return roles


def _first(holding: Holding, organisation: Organisation) -> frozenset[str]:
    """What a holding gives besides at an office below that nobody leads yet."""
    if organisation.pk in holding.organisation_ids or (
        through_a_name(holding, organisation) and _sisters(holding, organisation)
    ):
        return _NOTHING
    return MAY_GIVE_FIRST.get(holding.role, _NOTHING)


def _sisters(holding: Holding, organisation: Organisation) -> bool:
    """Whether an office writes in a name in which the holding's own office writes too."""
    others = holding.organisation_ids - {holding.organisation_id}
    return organisation.pk != holding.organisation_id and bool(others and organisation.writes_for & others)


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
    if through_a_name(holding, mandate.organisation):
        return False
    if holding.role in LEADING and holding.organisation_id == mandate.organisation_id:
        # An office that writes in another's name reaches as far as that one, and does not lead all of it.
        return mandate.role not in LEADING or len(holding.organisation_ids) == 1
    return holding.reach in {Reach.LINE, mandate.reach}


def may_give_any(giving: Giving) -> Decision:
    """Whether there is any role to give."""
    return YES if giving.roles else no(_("หน่วยงานนี้อยู่นอกขอบเขตที่คุณมอบหมายหรือเชิญได้"), "out-of-reach")


def may_end(actor: Actor, appointment: Appointment) -> Decision:
    """Whether the actor may end an appointment: the one who holds it, or whoever may give it."""
    if actor.person_id is not None and appointment.person_id == actor.person_id:
        return YES
    return to_appoint(actor, appointment.organisation).decide(appointment, ends=True)


def may_share_work(actor: Actor, appointment: Appointment) -> Decision:
    """Whether the actor may give the work of an appointment to a second person while its holder goes on."""
    return may_appoint(actor, appointment)


def may_hand_over(actor: Actor, appointment: Appointment) -> Decision:
    """Whether the actor may hand over the work of an appointment: its holder, or the head when nobody did.

    Whose appointment is over has nothing left to hand over. For everybody else a hand-over is a new appointment: who
    could not give it now does not give it by way of an old one.
    """
    return YES if hands_over_own(actor, appointment) else may_appoint(actor, appointment)


def hands_over_own(actor: Actor, appointment: Appointment) -> bool:
    """Whether it is the actor's own, holds today, and is of a sort that its holder passes on."""
    ref = f"appointment:{appointment.public_id}"
    return any(holding.ref == ref and HAND_OVER in holding.capabilities for holding in actor.holdings)


def may_edit_person(actor: Actor, person: Person) -> Decision:
    """Whether the actor may correct a person's name and contacts.

    An invitation goes to the address that stands there, so whoever may change it has to answer for all that the person
    holds.
    """
    if actor.is_system or person.pk == actor.person_id:
        return YES
    if person.user_id is not None:
        return no(_("ข้อมูลของผู้ที่มีบัญชีแก้ได้เฉพาะเจ้าตัว"), "not-self")
    held = held_by([person.pk])
    if held and all(to_appoint(actor, row.organisation).decide(row) for row in held):
        return YES
    return no(_("แก้ข้อมูลบุคคลนี้ไม่ได้ เพราะอยู่นอกขอบเขตงานของคุณ"), "out-of-reach")
