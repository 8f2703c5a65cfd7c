"""A name gives no command, and nobody moves the borders of what is theirs, now or tomorrow."""

import datetime

import pytest

from saduak.foundation import clock
from saduak.foundation.access import Refused
from saduak.organisations import rules
from saduak.organisations.actions import close_centre, merge_centres, move_centre
from saduak.organisations.actions.organisations import end_relation, relate
from saduak.organisations.models import Appointment
from tests.organisations.factories import (
    AppointmentFactory,
    OrganisationFactory,
    PersonFactory,
    ProgrammeFactory,
    ServiceCentreFactory,
    actor_for,
    bound_secretary,
)
from tests.organisations.factories import relate as related

pytestmark = [pytest.mark.django_db]
DAY = datetime.timedelta(days=1)


def want(office, role, **more):
    return Appointment(organisation=office, role=role, reach="own", **more)


# Supervision beside a name makes command


@pytest.mark.parametrize("role", ["administrator", "supervisor"])
def test_supervising_an_office_turns_no_name_into_command(role):
    province = OrganisationFactory()
    one = OrganisationFactory(under=province, writes_for=province)
    office = OrganisationFactory(under=province, supervised_by=one)
    chief = AppointmentFactory(role="head", organisation=office)
    actor = actor_for(role, one, reach="line")
    assert not rules.may_end(actor, chief)
    assert not rules.may_appoint(actor, want(office, "head"))


def test_nor_takes_its_centre():
    province = OrganisationFactory()
    one = OrganisationFactory(under=province, writes_for=province)
    office = OrganisationFactory(under=province, supervised_by=one)
    centre = ServiceCentreFactory(organisation=office)
    with pytest.raises(Refused):
        move_centre(
            actor=actor_for("administrator", one, reach="line"),
            centre=centre.public_id,
            on=clock.today(),
            organisation=one.public_id,
        )


# What stands below a sister


def test_below_a_sister_a_name_gives_nothing_either():
    province = OrganisationFactory()
    one, sister = (OrganisationFactory(under=province, writes_for=province) for _ in range(2))
    unit = OrganisationFactory(under=sister)
    supervisor = actor_for("supervisor", one, reach="line")
    assert not rules.may_invite(supervisor, want(sister, "head"))
    assert not rules.may_invite(supervisor, want(unit, "head"))
    assert not rules.may_end(supervisor, AppointmentFactory(role="officer", organisation=unit))


# Own line whose unit writes in the same name: locked out


def test_the_clerk_of_an_office_opens_its_own_unit_that_writes_in_the_same_name():
    province = OrganisationFactory()
    one = OrganisationFactory(under=province, writes_for=province)
    unit = OrganisationFactory(under=one, writes_for=province)
    plain = OrganisationFactory(under=one)
    clerk = actor_for("clerk", one, reach="line")
    assert rules.may_invite(clerk, want(plain, "administrator"))
    assert rules.may_invite(clerk, want(unit, "administrator"))


# Borders above one's own


def test_who_keeps_the_register_parts_not_what_stands_above_their_own_office():
    ministry = OrganisationFactory()
    province = OrganisationFactory(under=ministry)
    office = OrganisationFactory(under=province)
    actor = bound_secretary(office, "head")
    checker = actor_for("supervisor", ministry, reach="line")
    assert rules.may_appoint(checker, want(office, "officer"))
    with pytest.raises(Refused):
        end_relation(
            actor=actor, kind="line", child=province.public_id, parent=ministry.public_id, on=clock.today()
        )


def test_a_post_for_one_centre_is_a_post_of_its_office_when_borders_are_moved():
    province = OrganisationFactory()
    office = OrganisationFactory(under=province)
    centre = ServiceCentreFactory(organisation=office)
    actor = bound_secretary(office, "head", centre=centre)
    with pytest.raises(Refused):
        end_relation(
            actor=actor, kind="line", child=office.public_id, parent=province.public_id, on=clock.today()
        )


# By time: a relation that begins later


def test_what_comes_under_ones_office_tomorrow_is_of_ones_own_today():
    mine, between, victim = (OrganisationFactory() for _ in range(3))
    actor = bound_secretary(mine, "supervisor", "line")
    related(between, mine, valid_from=clock.today() + DAY)  # written down by a colleague
    with pytest.raises(Refused):
        relate(actor=actor, kind="line", child=victim.public_id, parent=between.public_id, on=clock.today())


# A centre by merging, or closed through a name


def test_who_keeps_the_register_merges_no_centre_into_their_own_office():
    victim, own = ServiceCentreFactory(), ServiceCentreFactory()
    actor = bound_secretary(own.organisation, "head")
    with pytest.raises(Refused):
        merge_centres(actor=actor, into=own.public_id, centres=[victim.public_id], on=clock.today())


def test_who_leads_for_one_programme_merges_no_centre_away():
    victim, other = ServiceCentreFactory(), ServiceCentreFactory()
    person = PersonFactory()
    actor_for("head", victim.organisation, programme=ProgrammeFactory(), person=person)
    actor = actor_for("officer", other.organisation, person=person)
    with pytest.raises(Refused):
        merge_centres(actor=actor, into=other.public_id, centres=[victim.public_id], on=clock.today())


@pytest.mark.parametrize("whose", ["sister", "district", "province"])
def test_no_centre_is_closed_through_a_name(whose):
    province = OrganisationFactory()
    one, sister = (OrganisationFactory(under=province, writes_for=province) for _ in range(2))
    district = OrganisationFactory(under=province)
    owner = {"sister": sister, "district": district, "province": province}[whose]
    centre = ServiceCentreFactory(organisation=owner)
    with pytest.raises(Refused):
        close_centre(
            actor=actor_for("administrator", one, reach="line"), centre=centre.public_id, on=clock.today()
        )


def test_no_centre_is_closed_through_a_name_by_the_head_of_a_sister():
    """Own reach is enough for the province itself."""
    province = OrganisationFactory()
    one = OrganisationFactory(under=province, writes_for=province)
    centre = ServiceCentreFactory(organisation=province)
    with pytest.raises(Refused):
        close_centre(actor=actor_for("officer", one), centre=centre.public_id, on=clock.today())


# Second programme


def test_serving_a_programme_besides_takes_no_first_invitation_away():
    province = OrganisationFactory()
    town = OrganisationFactory(supervised_by=province)
    person = PersonFactory()
    clerk = actor_for("clerk", province, reach="supervision", person=person)
    assert rules.may_invite(clerk, want(town, "administrator"))
    both = actor_for("secretariat", OrganisationFactory(), programme=ProgrammeFactory(), person=person)
    assert rules.may_invite(both, want(town, "administrator"))
