"""Ways to power that nobody entitled gave, each found by a review: by turns of several actions, by waiting, by sharing."""

import dataclasses
import datetime

import pytest

from saduak.foundation import clock
from saduak.foundation.access import Actor, Invalid, Refused
from saduak.organisations import rules
from saduak.organisations.actions import (
    NewPerson,
    Post,
    accept_invitation,
    appoint,
    end_appointment,
    hand_over,
    invite,
    move_centre,
)
from saduak.organisations.actions.organisations import relate
from saduak.organisations.models import Appointment, Handover, Invitation
from saduak.organisations.queries import moved_words
from tests.organisations.factories import (
    AppointmentFactory,
    AreaFactory,
    OrganisationFactory,
    PersonFactory,
    ProgrammeFactory,
    ServiceCentreFactory,
    UserFactory,
    account,
    actor_for,
    actor_of,
    me,
    seat,
)

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
DAY = datetime.timedelta(days=1)


def test_clerk_of_an_office_that_writes_for_the_province_makes_no_administrator_of_the_province():
    province = OrganisationFactory()
    office = OrganisationFactory(under=province, writes_for=province)
    actor_for("head", office)  # the office is led, with an account, and so is what it writes for
    clerk = actor_for("clerk", office, reach="line")
    post = Post(organisation=province.public_id, role="administrator", reach="line")
    with pytest.raises(Refused) as refused:
        invite(actor=clerk, post=post)
    assert refused.value.code == "role-too-high"


@pytest.mark.parametrize("role", ["supervisor", "clerk"])
def test_who_only_supervises_takes_no_seat_of_the_town_by_an_own_invitation(role):
    province = OrganisationFactory()
    town = OrganisationFactory(supervised_by=province)
    supervisor = actor_for(role, province, reach="supervision")
    issued = invite(actor=supervisor, post=Post(organisation=town.public_id, role="officer"))
    with pytest.raises(Refused) as refused:
        accept_invitation(actor=supervisor, token=issued.token)
    assert refused.value.code == "to-oneself"


def test_a_hand_over_of_something_else_to_somebody_powerful_revives_no_invitation():
    """The supervisor's spare invitation is dead: other work that they give to somebody powerful does not bring it back."""
    province = OrganisationFactory()
    town = OrganisationFactory(supervised_by=province)
    supervisor = actor_for("supervisor", province, reach="supervision")
    actor_for("officer", province, person=me(supervisor))
    supervisor = actor_of(me(supervisor))
    spare = invite(actor=supervisor, post=Post(organisation=town.public_id, role="head"))
    actor_for("head", town)
    assert not rules.still_stands(Invitation.objects.get(pk=spare.invitation.pk), Actor.public())
    colleague = PersonFactory()
    actor_for("secretariat", province, person=colleague)
    hand_over(actor=supervisor, appointment=seat(supervisor, "officer").public_id, to=colleague.public_id)
    with pytest.raises(Refused):
        accept_invitation(actor=Actor.public(), token=spare.token, account=account("crony"))


def test_a_clerk_who_was_dismissed_does_not_come_back_through_their_head():
    office = OrganisationFactory()
    head = actor_for("head", office)
    clerk = actor_for("clerk", office)
    actor_for("officer", office, person=me(clerk))
    clerk = actor_of(me(clerk))
    issued = invite(actor=clerk, post=Post(organisation=office.public_id, role="officer", title="x"))
    # Hands the officer's work to the head, who is not asked.
    hand_over(actor=clerk, appointment=seat(clerk, "officer").public_id, to=me(head).public_id)
    for row in Appointment.objects.filter(person=clerk.person_id, role="clerk"):
        end_appointment(actor=head, appointment=row.public_id)
    gone = actor_of(me(clerk))
    assert gone.holdings == ()
    for taker in (gone, Actor.public()):
        with pytest.raises(Refused):
            accept_invitation(actor=taker, token=issued.token, account=account("a"))


@pytest.mark.parametrize("role", ["head", "administrator"])
def test_who_leads_for_a_few_days_does_not_keep_it_by_appointing_oneself(role):
    office = OrganisationFactory()
    today = clock.today()
    acting = actor_for(role, office, stand_in=True, valid_from=today - DAY, valid_to=today + DAY)
    post = Post(organisation=office.public_id, role="supervisor", reach="line")
    for until in (None, today + 2 * DAY):
        with pytest.raises(Refused) as refused:
            appoint(actor=acting, post=post, person=me(acting).public_id, valid_to=until)
        assert refused.value.code == "to-oneself"
    # For as long as they lead, or for good when they do.
    assert appoint(actor=acting, post=post, person=me(acting).public_id, valid_to=today + DAY)
    lasting = actor_for(role, office)
    assert appoint(actor=lasting, post=post, person=me(lasting).public_id).valid_to is None


def test_whoever_runs_a_programme_does_not_write_its_applications():
    secretariat, office = actor_for("secretariat"), OrganisationFactory()
    post = Post(organisation=office.public_id, role="officer")
    with pytest.raises(Refused) as refused:
        appoint(actor=secretariat, post=post, person=me(secretariat).public_id)
    assert refused.value.code == "to-oneself"


def test_hand_over_that_waited_for_the_end_makes_nothing_without_an_end():
    """Two requests at once: the head ends the stand-in while the stand-in hands over (resolved before, locked after)."""
    office = OrganisationFactory()
    head = actor_for("head", office)
    today = clock.today()
    acting = actor_for("head", office, stand_in=True, valid_from=today - DAY, valid_to=today + 5 * DAY)
    row = seat(acting)
    end_appointment(actor=head, appointment=row.public_id)  # committed while the other request waits
    with pytest.raises(Refused) as refused:
        hand_over(actor=acting, appointment=row.public_id, to=NewPerson(name="พวก"))
    assert refused.value.code == "already-ended"


def test_a_hand_over_that_waited_over_midnight_makes_nothing():
    office = OrganisationFactory()
    today = clock.today()
    acting = actor_for("head", office, stand_in=True, valid_from=today - DAY, valid_to=today + DAY)
    row = seat(acting)
    with clock.travel(clock.now() + DAY), pytest.raises(Refused) as refused:
        hand_over(actor=acting, appointment=row.public_id, to=NewPerson(name="พวก"))
    assert refused.value.code == "already-ended"


def test_a_secretariat_bound_to_a_programme_changes_no_tree():
    own = ProgrammeFactory()
    office, victim = OrganisationFactory(), OrganisationFactory()
    actor_for("head", victim)
    person = PersonFactory()
    actor_for("supervisor", office, reach="line", person=person)
    bound = actor_for("secretariat", office, programme=own, person=person)
    wanted = Appointment(organisation=victim, role="head", reach="own")
    assert not rules.may_appoint(bound, wanted)
    with pytest.raises(Refused) as refused:
        relate(actor=bound, kind="line", child=victim.public_id, parent=office.public_id, on=clock.today())
    assert refused.value.code == "to-oneself"
    elsewhere = OrganisationFactory()
    assert relate(
        actor=bound, kind="line", child=victim.public_id, parent=elsewhere.public_id, on=clock.today()
    )


def test_first_administrator_can_still_be_invited_after_an_officer_took_theirs():
    province = OrganisationFactory()
    town = OrganisationFactory(supervised_by=province)
    clerk = actor_for("clerk", province, reach="supervision")
    officer, administrator = (
        invite(actor=clerk, post=Post(organisation=town.public_id, role=role))
        for role in ("officer", "administrator")
    )
    accept_invitation(actor=Actor.public(), token=officer.token, account=account("a"))
    assert accept_invitation(actor=Actor.public(), token=administrator.token, account=account("b"))


def test_an_evaluator_from_the_town_does_not_lock_it_out():
    province = OrganisationFactory()
    town = OrganisationFactory(supervised_by=province)
    clerk = actor_for("clerk", province, reach="supervision")
    actor_for("evaluator", town)
    assert rules.may_invite(clerk, Appointment(organisation=town, role="administrator", reach="own"))


def test_a_leader_whose_account_is_closed_leads_nothing():
    province = OrganisationFactory()
    town = OrganisationFactory(supervised_by=province)
    supervisor = actor_for("supervisor", province, reach="supervision")
    gone = me(actor_for("head", town))
    gone.user.is_active = False
    gone.user.save()
    assert rules.may_invite(supervisor, Appointment(organisation=town, role="head", reach="own"))


def test_who_leads_for_one_programme_does_not_lock_the_others_out():
    own = ProgrammeFactory()
    province = OrganisationFactory()
    town = OrganisationFactory(supervised_by=province)
    supervisor = actor_for("supervisor", province, reach="supervision")
    bound = actor_for("administrator", town, programme=own)
    wanted = Appointment(organisation=town, role="head", reach="own")
    assert rules.may_appoint(bound, wanted) or rules.may_invite(supervisor, wanted)


@pytest.mark.parametrize(("role", "reach"), [("officer", "own"), ("supervisor", "area"), ("clerk", "own")])
def test_who_may_not_give_a_post_does_not_share_it(role, reach):
    office = OrganisationFactory()
    holder = actor_for(role, office, reach=reach)
    friend = AppointmentFactory(role="helper", organisation=office).person
    with pytest.raises(Refused):
        hand_over(actor=holder, appointment=seat(holder).public_id, to=friend.public_id, keep=True)
    assert not Handover.objects.exists()


def test_the_second_successor_stands_behind_the_invitations_too():
    office = OrganisationFactory()
    first = actor_for("clerk", office)
    issued = invite(actor=first, post=Post(organisation=office.public_id, role="officer"))
    second, third = PersonFactory(), PersonFactory()
    for one in (second, third):
        actor_for("officer", office, person=one)
    hand_over(actor=first, appointment=seat(first).public_id, to=second.public_id)
    hand_over(
        actor=actor_of(second), appointment=seat(actor_of(second), "clerk").public_id, to=third.public_id
    )
    assert accept_invitation(actor=Actor.public(), token=issued.token, account=account("a"))


def administrator_and_clerk(office):
    """Somebody with two posts, their spare invitation to lead, and the head."""
    head = actor_for("head", office)
    both = actor_for("administrator", office)
    actor_for("clerk", office, person=me(both))
    both = actor_of(me(both))
    spare = invite(actor=both, post=Post(organisation=office.public_id, role="administrator"))
    return head, both, spare


def test_who_takes_over_the_clerks_work_does_not_stand_behind_what_the_administrator_offered():
    head, both, spare = administrator_and_clerk(OrganisationFactory())
    end_appointment(actor=head, appointment=seat(both, "administrator").public_id)
    # Hands the clerk's post to the head, who is not asked.
    hand_over(actor=actor_of(me(both)), appointment=seat(both, "clerk").public_id, to=me(head).public_id)
    with pytest.raises(Refused) as refused:
        accept_invitation(actor=Actor.public(), token=spare.token, account=account("a"))
    assert refused.value.code == "invitation-closed"


def test_a_successor_stands_behind_by_the_post_that_was_handed_over_and_by_no_other():
    """Nobody leads the town, so its first administrator may still come; only a clerk of the province invites him."""
    province, elsewhere = OrganisationFactory(), OrganisationFactory()
    town = OrganisationFactory(supervised_by=province)
    both = actor_for("clerk", province, reach="supervision")
    actor_for("clerk", elsewhere, person=me(both))
    both = actor_of(me(both))
    first = invite(actor=both, post=Post(organisation=town.public_id, role="administrator"))
    colleague = actor_for("clerk", province, reach="supervision")
    rows = Appointment.objects.filter(person=both.person_id)
    rows.filter(organisation=province).update(valid_to=clock.today())
    row = rows.get(organisation=elsewhere)
    actor_for("officer", elsewhere, person=me(colleague))
    hand_over(actor=actor_of(me(both)), appointment=row.public_id, to=me(colleague).public_id)
    stands = rules.still_stands(Invitation.objects.get(pk=first.invitation.pk), Actor.public())
    assert stands.code == "invitation-closed"


def test_the_first_administrator_of_a_town_comes_after_the_clerk_who_invited_has_moved():
    province = OrganisationFactory()
    town = OrganisationFactory(supervised_by=province)
    clerk = actor_for("clerk", province, reach="supervision")
    issued = invite(actor=clerk, post=Post(organisation=town.public_id, role="administrator"))
    after = PersonFactory()
    actor_for("officer", province, person=after)
    hand_over(actor=clerk, appointment=seat(clerk).public_id, to=after.public_id)
    assert accept_invitation(actor=Actor.public(), token=issued.token, account=account("a"))


@pytest.mark.parametrize("role", ["administrator", "head", "evaluator", "committee", "secretariat"])
def test_a_seat_of_power_is_offered_anew_by_who_comes_next(role):
    office = OrganisationFactory()
    leader = "secretariat" if role not in {"administrator", "head"} else "administrator"
    actor_for("head", office)
    leaving = actor_for(leader, office)
    issued = invite(actor=leaving, post=Post(organisation=office.public_id, role=role))
    after = actor_for("officer", office)
    hand_over(actor=leaving, appointment=seat(leaving).public_id, to=me(after).public_id)
    with pytest.raises(Refused) as refused:
        accept_invitation(actor=Actor.public(), token=issued.token, account=account("a"))
    assert refused.value.code == "invitation-closed"


@pytest.mark.parametrize("days", [0, -1, 181])
def test_an_invitation_is_for_a_time(days):
    clerk = actor_for("clerk")
    post = Post(
        organisation=Appointment.objects.get(person=clerk.person_id).organisation.public_id, role="officer"
    )
    with pytest.raises(Invalid) as invalid:
        invite(actor=clerk, post=post, days=days)
    assert set(invalid.value.fields) == {"days"}


def test_only_who_may_give_the_reach_of_a_post_corrects_the_address_of_its_holder():
    office = OrganisationFactory()
    head = actor_for("head", office)
    narrow = AppointmentFactory(role="supervisor", organisation=office, person=PersonFactory(user=None))
    wide = AppointmentFactory(
        role="supervisor", organisation=office, reach="area", person=PersonFactory(user=None)
    )
    assert rules.may_edit_person(head, narrow.person)
    assert rules.may_edit_person(head, wide.person).code == "out-of-reach"


def test_nobody_else_hands_over_to_somebody_who_holds_more_without_an_account():
    """Whoever opens that account later gets all of it; the holder passes their own work on to whom they choose."""
    office = OrganisationFactory()
    head = actor_for("head", office)
    officer = actor_for("officer", office)
    rich = PersonFactory(user=None)
    AppointmentFactory(role="supervisor", organisation=office, reach="area", person=rich)
    with pytest.raises(Refused) as refused:
        hand_over(actor=head, appointment=seat(officer).public_id, to=rich.public_id)
    assert refused.value.code == "holds-more"
    assert hand_over(actor=officer, appointment=seat(officer).public_id, to=rich.public_id)


def test_centre_bound_officer_gives_no_centre_away():
    one, other = OrganisationFactory(), OrganisationFactory()
    centre = ServiceCentreFactory(organisation=one)
    person = PersonFactory()
    actor_for("officer", centre=centre, person=person)
    actor = actor_for("officer", other, person=person)
    with pytest.raises(Refused) as refused:
        move_centre(actor=actor, centre=centre.public_id, on=clock.today(), organisation=other.public_id)
    assert refused.value.code == "out-of-reach"
    leads = actor_for("head", one, person=person)
    moved = move_centre(actor=leads, centre=centre.public_id, on=clock.today(), organisation=other.public_id)
    assert moved.organisation == other


def test_a_leader_bound_to_a_programme_opens_nothing_of_another():
    own = ProgrammeFactory()
    office = OrganisationFactory()
    bound = actor_for("head", office, programme=own)
    assert not rules.may_share(bound, office)


def test_an_invitation_by_name_is_for_the_named():
    office = OrganisationFactory()
    clerk = actor_for("clerk", office)
    person = PersonFactory(user=None)
    AppointmentFactory(person=person, role="clerk", organisation=office)
    issued = invite(
        actor=clerk, post=Post(organisation=office.public_id, role="officer"), person=person.public_id
    )
    for stranger in (
        actor_of(PersonFactory()),
        dataclasses.replace(Actor.public(), user_id=UserFactory().pk),
    ):
        with pytest.raises(Refused) as refused:
            accept_invitation(actor=stranger, token=issued.token)
        assert refused.value.code == "names-another"


def test_writing_for_the_province_is_not_leading_the_sister_office():
    province = OrganisationFactory()
    one, sister = (OrganisationFactory(under=province, writes_for=province) for _ in range(2))
    head = actor_for("head", one)
    theirs = AppointmentFactory(role="head", organisation=sister)
    assert not rules.may_end(head, theirs)
    crony = AppointmentFactory(organisation=one).person
    post = Post(organisation=one.public_id, role="administrator", reach="line")
    with pytest.raises(Refused) as refused:
        appoint(actor=head, post=post, person=crony.public_id)
    assert refused.value.code == "reach-too-wide"


def test_who_writes_for_the_province_does_not_dismiss_its_head():
    province = OrganisationFactory()
    office = OrganisationFactory(under=province, writes_for=province)
    governor = AppointmentFactory(role="head", organisation=province)
    assert not rules.may_end(actor_for("head", office), governor)


def test_an_area_is_no_command_over_a_town_that_leads_itself():
    area = AreaFactory(code="65")
    province = OrganisationFactory(area=area)
    town = OrganisationFactory(area=AreaFactory(code="6501", parent=area), supervised_by=province)
    mayor = AppointmentFactory(role="head", organisation=town)
    over_area = actor_for("supervisor", province, reach="area")
    assert not rules.may_end(over_area, mayor)
    wanted = Appointment(organisation=town, role="officer", reach="own")
    assert rules.may_invite(over_area, wanted).code == "has-accounts"
    mayor.delete()
    assert rules.may_invite(over_area, wanted)  # the first account has to come from somewhere


def test_a_secret_that_nobody_gave_opens_nothing():
    with pytest.raises(Refused) as refused:
        accept_invitation(actor=Actor.public(), token="nobody-gave-this", account=account("a"))
    assert refused.value.code == "invitation-closed"


def test_who_can_do_what_is_read_by_those_who_work_there_and_those_above():
    above = OrganisationFactory()
    office = OrganisationFactory(under=above)
    assert rules.may_see_access(actor_for("helper", office), office)
    assert rules.may_see_access(actor_for("supervisor", above, reach="line"), office)
    assert rules.may_see_access(actor_for("supervisor"), office).code == "out-of-reach"


def test_what_no_room_has_words_for_is_told_by_its_key():
    assert moved_words("somewhere.things") == "somewhere.things"


@pytest.mark.parametrize("role", ["evaluator", "committee", "auditor", "secretariat", "supervisor"])
def test_a_seat_of_power_ends_with_its_issuer_where_nobody_leads_the_office(role):
    """A unit with a secretariat and no head: who hands over and leaves has no spare seat to come back to."""
    unit = OrganisationFactory()
    leaving = actor_for("secretariat", unit)
    issued = invite(actor=leaving, post=Post(organisation=unit.public_id, role=role))
    after = actor_for("officer", unit)
    hand_over(actor=leaving, appointment=seat(leaving).public_id, to=me(after).public_id)
    with pytest.raises(Refused) as refused:
        accept_invitation(actor=Actor.public(), token=issued.token, account=account("a"))
    assert refused.value.code == "invitation-closed"
