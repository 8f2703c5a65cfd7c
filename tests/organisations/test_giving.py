"""Nobody gives more than they have: role, programme and reach, by appointing and by inviting."""

import datetime
import uuid

import pytest
from django.urls import reverse

from saduak.foundation import clock
from saduak.foundation.access import Actor, Refused
from saduak.organisations import rules
from saduak.organisations.actions import (
    NewPerson,
    Post,
    accept_invitation,
    appoint,
    end_appointment,
    hand_over,
    invite,
)
from saduak.organisations.models import Appointment, Invitation, Person, Reach, Role
from saduak.organisations.queries import find_invitation
from tests.organisations.factories import (
    AppointmentFactory,
    OrganisationFactory,
    PersonFactory,
    ProgrammeFactory,
    ServiceCentreFactory,
    account,
    actor_for,
    actor_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
GIVERS = ("secretariat", "head", "administrator", "supervisor", "clerk")
JUDGES = ("evaluator", "committee", "auditor")
LEADERS = ("head", "administrator")


def mandate(organisation, role, *, programme=None, reach="own"):
    return Appointment(organisation=organisation, role=role, programme=programme, reach=reach)


@pytest.mark.parametrize("giver", GIVERS)
def test_whoever_is_bound_to_a_programme_gives_nothing_beyond_it(giver):
    organisation = OrganisationFactory()
    own, other = ProgrammeFactory(), ProgrammeFactory()
    bound = actor_for(giver, organisation, programme=own)
    free = actor_for(giver, organisation)
    for way, ask in (("appoint", rules.may_appoint), ("invite", rules.may_invite)):
        for role in Role.values:
            may = bool(ask(free, mandate(organisation, role)))
            expected = role in rules.MAY_GIVE[giver] and (way == "invite" or giver != "clerk")
            if giver == "supervisor" and role in rules.LEADING:
                expected = False  # nobody who only serves an office says who leads it
            assert may == expected, (way, role)
            assert bool(ask(bound, mandate(organisation, role, programme=own))) == expected, (way, role)
            for programme in (other, None):
                refused = ask(bound, mandate(organisation, role, programme=programme))
                assert not refused, (way, role, programme)
                if expected:
                    assert refused.code == "other-programme"


def test_a_bound_secretariat_ends_only_what_is_its_own_programme_s():
    own, other = ProgrammeFactory(), ProgrammeFactory()
    bound = actor_for("secretariat", programme=own)
    mine = AppointmentFactory(role="committee", programme=own)
    end_appointment(actor=bound, appointment=mine.public_id)
    for programme in (other, None):
        row = AppointmentFactory(role="committee", programme=programme)
        with pytest.raises(Refused) as refused:
            end_appointment(actor=bound, appointment=row.public_id)
        assert refused.value.code == "other-programme"


def test_a_bound_secretariat_makes_itself_nothing_at_another_programme():
    own, other = ProgrammeFactory(), ProgrammeFactory()
    bound = actor_for("secretariat", programme=own)
    me = Person.objects.get(pk=bound.person_id)
    at = OrganisationFactory().public_id
    for programme in (other.code, ""):
        for role in ("secretariat", "head", "committee"):
            post = Post(organisation=at, role=role, programme=programme)
            with pytest.raises(Refused) as refused:
                appoint(actor=bound, post=post, person=me.public_id)
            assert refused.value.code == "other-programme"
            with pytest.raises(Refused):
                invite(actor=bound, post=post)


@pytest.mark.parametrize("role", [*JUDGES, *LEADERS])
def test_nobody_takes_a_seat_that_judges_or_leads_by_themselves(role):
    secretariat = actor_for("secretariat")
    me = Person.objects.get(pk=secretariat.person_id)
    office = OrganisationFactory()
    post = Post(organisation=office.public_id, role=role)
    with pytest.raises(Refused) as refused:
        appoint(actor=secretariat, post=post, person=me.public_id)
    assert refused.value.code == "to-oneself"
    issued = invite(actor=secretariat, post=post)
    with pytest.raises(Refused) as refused:
        accept_invitation(actor=secretariat, token=issued.token)
    assert refused.value.code == "to-oneself"
    seat = AppointmentFactory(role=role, organisation=office)
    with pytest.raises(Refused) as refused:
        hand_over(actor=secretariat, appointment=seat.public_id, to=me.public_id)
    assert refused.value.code == "to-oneself"
    assert appoint(actor=secretariat, post=post, person=AppointmentFactory().person.public_id).role == role


def test_writing_and_signing_never_reach_beyond_the_office():
    office = OrganisationFactory()
    for giver in (
        actor_for("secretariat"),
        actor_for("head", office),
        actor_for("supervisor", office, reach="line"),
    ):
        for role in ("officer", "helper", "head"):
            for reach in ("line", "supervision", "area"):
                assert not rules.may_appoint(giver, mandate(office, role, reach=reach)), (role, reach)
                assert not rules.may_invite(giver, mandate(office, role, reach=reach)), (role, reach)


@pytest.mark.parametrize(
    ("giver", "own", "role", "given"),
    [
        # who leads an office gives what the office itself commands and supervises
        ("head", "own", "supervisor", {"own", "line", "supervision"}),
        ("administrator", "own", "supervisor", {"own", "line", "supervision"}),
        ("administrator", "own", "administrator", {"own", "line"}),
        ("head", "own", "clerk", {"own", "line", "supervision"}),
        # everybody else gives what they have
        ("clerk", "own", "clerk", {"own"}),
        ("clerk", "line", "clerk", {"own", "line", "supervision"}),
        ("clerk", "supervision", "clerk", {"own", "supervision"}),
        ("supervisor", "own", "clerk", {"own"}),
        ("supervisor", "line", "clerk", {"own", "line", "supervision"}),
        ("supervisor", "area", "clerk", {"own"}),
        ("secretariat", "own", "supervisor", {"own", "line", "supervision", "area"}),
        ("secretariat", "own", "auditor", {"own", "line", "area"}),
        ("secretariat", "own", "committee", {"own"}),
    ],
)
def test_reach_is_given_as_far_as_one_s_own(giver, own, role, given):
    office = OrganisationFactory(area=None)
    actor = actor_for(giver, office, reach=own)
    may = {reach for reach in Reach.values if rules.may_invite(actor, mandate(office, role, reach=reach))}
    assert may == given


def test_a_clerk_does_not_read_the_whole_line_through_an_officer():
    office = OrganisationFactory()
    clerk = actor_for("clerk", office)
    post = Post(organisation=office.public_id, role="officer", reach="line")
    with pytest.raises(Refused) as refused:
        invite(actor=clerk, post=post)
    assert refused.value.code == "reach-too-wide"
    assert not Invitation.objects.exists()


def test_a_head_far_above_gives_no_reach_of_an_office_below():
    ministry = OrganisationFactory()
    below = OrganisationFactory(under=ministry)
    head = actor_for("head", ministry, reach="line")
    assert rules.may_appoint(head, mandate(below, "supervisor", reach="line"))
    narrow = actor_for("head", ministry)
    assert rules.may_appoint(narrow, mandate(below, "supervisor")).code == "out-of-reach"


def test_the_form_offers_what_may_be_given():
    office, programme = OrganisationFactory(), ProgrammeFactory()
    clerk = rules.to_invite(actor_for("clerk", office, programme=programme), office)
    assert (clerk.roles, clerk.reaches, clerk.programmes) == (
        ["clerk", "officer"],
        ["own"],
        frozenset({programme.pk}),
    )
    head = rules.to_appoint(actor_for("head", office), office)
    assert (head.reaches, head.programmes) == (["own", "line", "supervision"], None)
    nobody = rules.to_appoint(actor_for("evaluator", office), office)
    assert (nobody.roles, nobody.reaches, nobody.programmes) == ([], [], frozenset())


def test_a_supervisor_s_second_first_invitation_ends_when_the_town_leads_itself():
    province = OrganisationFactory()
    town = OrganisationFactory(supervised_by=province)
    supervisor = actor_for("supervisor", province, reach="supervision")
    officer, head, late = (
        invite(actor=supervisor, post=Post(organisation=town.public_id, role=role))
        for role in ("officer", "head", "clerk")
    )
    accept_invitation(actor=Actor.public(), token=officer.token, account=account("a"))
    # An officer appoints nobody: the town still needs somebody who can.
    accept_invitation(actor=Actor.public(), token=head.token, account=account("b"))
    with pytest.raises(Refused) as refused:
        accept_invitation(actor=Actor.public(), token=late.token, account=account("c"))
    assert refused.value.code == "invitation-closed"


def test_nobody_comes_back_through_an_invitation_written_before_they_left():
    office = OrganisationFactory()
    clerk = actor_for("clerk", office)
    issued = invite(actor=clerk, post=Post(organisation=office.public_id, role="officer"))
    left = Appointment.objects.get(person=clerk.person_id)
    end_appointment(actor=clerk, appointment=left.public_id)
    assert rules.still_stands(find_invitation(issued.token), Actor.public()).code == "invitation-closed"
    with pytest.raises(Refused):
        accept_invitation(actor=Actor.public(), token=issued.token, account=account("a"))


def test_who_takes_over_stands_behind_the_invitations_of_before():
    office = OrganisationFactory()
    clerk = actor_for("clerk", office)
    issued = invite(actor=clerk, post=Post(organisation=office.public_id, role="officer"))
    left = Appointment.objects.get(person=clerk.person_id)
    colleague = AppointmentFactory(organisation=office, role="officer").person
    hand_over(actor=clerk, appointment=left.public_id, to=colleague.public_id)
    assert [h.role for h in actor_of(Person.objects.get(pk=clerk.person_id)).holdings] == []
    made = accept_invitation(actor=Actor.public(), token=issued.token, account=account("a"))
    assert (made.role, made.organisation) == ("officer", office)


def test_the_same_sending_gives_the_same_invitation_with_its_secret():
    office = OrganisationFactory()
    head, key = actor_for("head", office), uuid.uuid4()
    post = Post(organisation=office.public_id, role="clerk")
    once = invite(actor=head, post=post, email="a@example.test", idempotency_key=key)
    again = invite(actor=head, post=post, email="a@example.test", idempotency_key=key)
    assert (again.invitation, again.token) == (once.invitation, once.token)
    assert find_invitation(again.token) == once.invitation
    other = invite(actor=head, post=post, email="b@example.test", idempotency_key=key)
    assert other.token != once.token
    assert Invitation.objects.count() == 2


def test_an_appointment_for_one_centre_does_not_lead_the_office():
    centre = ServiceCentreFactory()
    person = PersonFactory()
    actor_for("head", centre=centre, person=person)
    assert not rules.leads_itself(centre.organisation)
    AppointmentFactory(
        person=person,
        organisation=centre.organisation,
        role="head",
        valid_from=clock.today() - datetime.timedelta(days=3),
    )
    assert rules.leads_itself(centre.organisation)


def test_somebody_new_is_never_oneself():
    secretariat = actor_for("secretariat")
    post = Post(organisation=OrganisationFactory().public_id, role="committee")
    assert appoint(actor=secretariat, post=post, person=NewPerson(name="ก")).role == "committee"


def test_only_what_may_be_ended_or_taken_back_has_its_button(client):
    own, office = ProgrammeFactory(), OrganisationFactory()
    bound = actor_for("secretariat", programme=own)
    mine = AppointmentFactory(organisation=office, role="head", programme=own)
    other = AppointmentFactory(organisation=office, role="head")
    head = actor_of(other.person) if other.person.user_id else actor_for("head", office)
    free = invite(actor=head, post=Post(organisation=office.public_id, role="clerk")).invitation
    given = invite(
        actor=bound, post=Post(organisation=office.public_id, role="clerk", programme=own.code)
    ).invitation
    client.force_login(Person.objects.get(pk=bound.person_id).user)
    page = client.get(reverse("organisations:organisation", args=[office.public_id])).content.decode()
    assert reverse("organisations:end", args=[mine.public_id]) in page
    assert reverse("organisations:end", args=[other.public_id]) not in page
    page = client.get(reverse("organisations:invite", args=[office.public_id])).content.decode()
    assert reverse("organisations:revoke", args=[given.public_id]) in page
    assert reverse("organisations:revoke", args=[free.public_id]) not in page


# --- Whoever opens a named person's account has all that the person holds ------------------------------------------


def named(*held, **kwargs):
    """Somebody of the register without an account, with what they hold."""
    person = PersonFactory(user=None)
    for role, organisation in held:
        AppointmentFactory(person=person, role=role, organisation=organisation, **kwargs)
    return person


@pytest.mark.parametrize("giver", GIVERS)
@pytest.mark.parametrize("role", Role.values)
def test_who_invites_by_name_gives_all_that_the_named_person_holds(giver, role):
    office = OrganisationFactory()
    actor = actor_for(giver, office)
    person = named((role, office))
    mine = bool(rules.may_invite(actor, mandate(office, role)))
    decision = rules.may_open_account(actor, person)
    assert bool(decision) == mine
    assert decision.code == ("" if mine else "holds-more")
    post = Post(organisation=office.public_id, role="officer")
    if mine:
        assert invite(actor=actor, post=post, person=person.public_id).invitation.person == person
        return
    with pytest.raises(Refused) as refused:
        invite(actor=actor, post=post, person=person.public_id)
    assert refused.value.code in {"holds-more", "person-out-of-reach"}
    assert not Invitation.objects.exists()


def test_what_a_named_person_will_hold_or_holds_elsewhere_counts_and_what_is_over_does_not():
    office, other = OrganisationFactory(), OrganisationFactory()
    clerk, today = actor_for("clerk", office), clock.today()
    day = datetime.timedelta(days=1)
    over = named(("officer", office))
    AppointmentFactory(person=over, role="head", organisation=office, valid_to=today)
    assert rules.may_open_account(clerk, over)
    will = named(("officer", office))
    AppointmentFactory(person=will, role="head", organisation=office, valid_from=today + day)
    elsewhere = named(("officer", office), ("officer", other))
    for person in (will, elsewhere):
        assert rules.may_open_account(clerk, person).code == "holds-more"
    assert rules.may_open_account(actor_for("head", office), will)
    assert rules.may_open_account(actor_for("secretariat"), elsewhere)
    assert rules.may_open_account(Actor.system(), elsewhere)


def test_a_bound_secretariat_opens_no_account_of_another_programme():
    own, other = ProgrammeFactory(), ProgrammeFactory()
    bound, office = actor_for("secretariat", programme=own), OrganisationFactory()
    assert rules.may_open_account(bound, named(("committee", office), programme=own))
    for programme in (other, None):
        person = named(("committee", office), programme=programme)
        assert rules.may_open_account(bound, person).code == "holds-more"


def test_a_head_opens_no_account_that_reaches_further_than_the_head_gives():
    office = OrganisationFactory()
    head = actor_for("head", office)
    assert rules.may_open_account(head, named(("supervisor", office), reach="line"))
    assert rules.may_open_account(head, named(("supervisor", office), reach="area")).code == "holds-more"


def test_an_invitation_by_name_ends_when_the_person_gets_more_than_its_issuer_gives():
    office = OrganisationFactory()
    clerk = actor_for("clerk", office)
    person = named(("officer", office))
    post = Post(organisation=office.public_id, role="clerk")
    issued = invite(actor=clerk, post=post, person=person.public_id)
    AppointmentFactory(person=person, role="head", organisation=office)
    with pytest.raises(Refused) as refused:
        accept_invitation(actor=Actor.public(), token=issued.token, account=account("a"))
    assert refused.value.code == "invitation-closed"
    person.refresh_from_db()
    assert person.user is None


def test_the_link_to_an_account_is_shown_only_to_who_may_open_it(client):
    office, other = OrganisationFactory(), OrganisationFactory()
    plain, leads, both = (
        named(("officer", office)),
        named(("officer", office), ("head", office)),
        named(("officer", office), ("officer", other)),
    )
    page, link = (
        reverse(f"organisations:{name}", args=[office.public_id]) for name in ("organisation", "invite")
    )

    def shown(actor):
        client.force_login(Person.objects.get(pk=actor.person_id).user)
        content = client.get(page).content.decode()
        return [f"{link}?person={person.public_id}" in content for person in (plain, leads, both)]

    assert shown(actor_for("clerk", office)) == [True, False, False]
    assert shown(actor_for("head", office)) == [True, True, False]
    assert shown(actor_for("secretariat")) == [True, True, True]
    assert shown(actor_for("officer", office)) == [False, False, False]


# --- A hand-over by somebody else is a new appointment ----------------------------------------------------------------


def test_nobody_revives_or_copies_by_a_hand_over_what_they_may_not_give():
    office = OrganisationFactory()
    head, today = actor_for("head", office), clock.today()
    me = Person.objects.get(pk=head.person_id)
    ended = today - datetime.timedelta(days=2)
    for valid_to in (None, ended):
        wide = AppointmentFactory(
            role="supervisor",
            organisation=office,
            reach="area",
            valid_from=ended - datetime.timedelta(days=9),
            valid_to=valid_to,
        )
        for keep in (False, True):
            with pytest.raises(Refused) as refused:
                hand_over(actor=head, appointment=wide.public_id, to=me.public_id, keep=keep)
            assert refused.value.code == "reach-too-wide"
    assert {h.reach for h in actor_of(me).holdings} == {"own"}
    # The one who holds it passes it on.
    holder = AppointmentFactory(role="supervisor", organisation=office, reach="area")
    made = hand_over(
        actor=actor_of(holder.person),
        appointment=holder.public_id,
        to=AppointmentFactory(organisation=office).person.public_id,
    )
    assert made.to_appointment.reach == "area"


def test_the_head_still_passes_on_the_work_of_an_officer_who_left():
    office = OrganisationFactory()
    head = actor_for("head", office)
    left = AppointmentFactory(role="officer", organisation=office, valid_to=clock.today())
    made = hand_over(actor=head, appointment=left.public_id, to=NewPerson(name="ผู้มาแทน"))
    assert (made.to_appointment.role, made.to_appointment.valid_to) == ("officer", None)


def test_the_page_of_a_hand_over_says_who_can_invite(client):
    office = OrganisationFactory()
    officer = AppointmentFactory(role="officer", organisation=office)
    made = hand_over(
        actor=actor_of(officer.person), appointment=officer.public_id, to=NewPerson(name="ผู้มาแทน")
    )
    page = reverse("organisations:handover", args=[made.public_id])
    link = reverse("organisations:invite", args=[office.public_id])
    for actor, may in (
        (officer.person, False),
        (Person.objects.get(pk=actor_for("head", office).person_id), True),
    ):
        client.force_login(actor.user)
        assert (f"{link}?person=" in client.get(page).content.decode()) == may


def test_a_supervisor_makes_nobody_leader_of_the_own_office_but_of_those_below():
    province = OrganisationFactory()
    district = OrganisationFactory(under=province)
    supervisor = actor_for("supervisor", province, reach="line")
    for role in LEADERS:
        assert rules.may_appoint(supervisor, mandate(province, role)).code == "role-too-high"
        assert rules.may_appoint(supervisor, mandate(district, role))
    leader = AppointmentFactory(role="head", organisation=province)
    assert rules.may_end(supervisor, leader).code == "role-too-high"


# --- A centre that moved ------------------------------------------------------------------------------------------------


def test_nothing_is_given_for_a_centre_that_belongs_to_another_office():
    office, centre = OrganisationFactory(), ServiceCentreFactory()
    stale = Appointment(organisation=office, role="officer", reach="own", centre=centre)
    for giver in ("head", "secretariat"):
        actor = actor_for(giver, office)
        assert rules.may_appoint(actor, stale).code == "other-organisation"
        assert rules.may_invite(actor, stale).code == "other-organisation"
    assert rules.may_invite(Actor.system(), stale).code == "other-organisation"


def test_the_address_of_a_named_person_is_changed_by_who_answers_for_all_that_they_hold():
    office = OrganisationFactory()
    head = actor_for("head", office)
    assert rules.may_edit_person(head, named(("officer", office)))
    for person in (named(("officer", office), ("committee", office)), named(), AppointmentFactory().person):
        assert not rules.may_edit_person(head, person)
    assert rules.may_edit_person(actor_for("secretariat"), named(("officer", office), ("committee", office)))
