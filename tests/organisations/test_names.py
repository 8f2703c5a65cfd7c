"""Writing in another's name: the reach of the province is for its letters, not for making and unmaking its people."""

import pytest

from saduak.foundation import clock
from saduak.foundation.access import Refused
from saduak.organisations import rules
from saduak.organisations.actions import Post, appoint, move_centre
from saduak.organisations.models import Appointment
from tests.organisations.factories import (
    AppointmentFactory,
    OrganisationFactory,
    ServiceCentreFactory,
    actor_for,
    actor_of,
    me,
)

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def province_with_two_offices():
    """A province, the two offices that write for it, and a district that stands under it."""
    province = OrganisationFactory()
    one, sister = (OrganisationFactory(under=province, writes_for=province) for _ in range(2))
    return province, one, sister, OrganisationFactory(under=province)


@pytest.mark.parametrize("role", ["head", "administrator"])
def test_who_leads_an_office_of_the_province_gives_themselves_no_command_of_it(role):
    province, one, sister, district = province_with_two_offices()
    leader = actor_for(role, one)
    with pytest.raises(Refused) as refused:
        appoint(
            actor=leader,
            post=Post(organisation=province.public_id, role="supervisor", reach="line"),
            person=me(leader).public_id,
        )
    assert refused.value.code == "role-too-high"
    friend = AppointmentFactory(organisation=one).person
    refusals = {("supervisor", "line"): "role-too-high", ("supervisor", "own"): "role-too-high"}
    refusals[("clerk", "line")] = "reach-too-wide"
    for (role_given, reach), code in refusals.items():
        wanted = Appointment(organisation=province, role=role_given, reach=reach, person=friend)
        assert rules.may_appoint(leader, wanted).code == code
    # The supervisor's work of the own office they may take on: it ends and makes nobody who leads another office.
    appoint(
        actor=leader,
        post=Post(organisation=one.public_id, role="supervisor", reach="line"),
        person=me(leader).public_id,
    )
    grown = actor_of(me(leader))
    for office in (sister, district):
        for led_by in ("head", "administrator"):
            assert not rules.may_end(grown, AppointmentFactory(role=led_by, organisation=office))
            assert not rules.may_appoint(grown, Appointment(organisation=office, role=led_by, reach="own"))


@pytest.mark.parametrize("role", ["head", "administrator", "supervisor"])
def test_the_first_leader_of_a_district_is_still_invited_by_an_office_of_the_province(role):
    _province, one, _sister, district = province_with_two_offices()
    actor = actor_for(role, one, reach="line")
    wanted = Appointment(organisation=district, role="head", reach="own")
    assert rules.may_invite(actor, wanted)
    actor_for("head", district)
    assert rules.may_invite(actor, wanted).code == "role-too-high"


def test_who_commands_districts_from_one_office_still_ends_and_gives_their_leaders():
    department = OrganisationFactory()
    district = OrganisationFactory(under=department)
    chief = AppointmentFactory(role="head", organisation=district)
    supervisor = actor_for("supervisor", department, reach="line")
    assert rules.may_end(supervisor, chief)
    assert rules.may_appoint(supervisor, Appointment(organisation=district, role="head", reach="own"))


@pytest.mark.parametrize("role", ["officer", "helper", "clerk"])
def test_what_the_letters_of_a_name_ask_for_is_given_and_ended_through_it(role):
    province, one, sister, district = province_with_two_offices()
    actor_for("head", district)
    supervisor = actor_for("supervisor", one, reach="line")
    for office in (province, district):
        assert rules.may_appoint(supervisor, Appointment(organisation=office, role=role, reach="own"))
        assert rules.may_end(supervisor, AppointmentFactory(role=role, organisation=office))
    # Its sister writes in the name too, and stands beside it, not below.
    wanted = Appointment(organisation=sister, role=role, reach="own")
    assert rules.may_appoint(supervisor, wanted).code == "role-too-high"
    assert rules.may_invite(supervisor, wanted).code == "role-too-high"
    assert not rules.may_end(supervisor, AppointmentFactory(role=role, organisation=sister))


@pytest.mark.parametrize("role", ["head", "administrator"])
def test_a_sister_that_nobody_leads_is_opened_from_above_and_not_from_beside(role):
    province, one, sister, _district = province_with_two_offices()
    wanted = Appointment(organisation=sister, role=role, reach="own")
    assert not rules.may_invite(actor_for("supervisor", one, reach="line"), wanted)
    assert rules.may_invite(actor_for("supervisor", province, reach="line"), wanted)


@pytest.mark.parametrize("whose", ["province", "sister", "district"])
@pytest.mark.parametrize(("role", "reach"), [("officer", "own"), ("clerk", "own"), ("clerk", "line")])
def test_nobody_takes_work_of_another_office_through_a_name(whose, role, reach):
    """The head of one office takes on its supervision, and by that tries for the work of another office."""
    province, one, sister, district = province_with_two_offices()
    office = {"province": province, "sister": sister, "district": district}[whose]
    leader = actor_for("head", one)
    appoint(
        actor=leader,
        post=Post(organisation=one.public_id, role="supervisor", reach="line"),
        person=me(leader).public_id,
    )
    grown = actor_of(me(leader))
    with pytest.raises(Refused):
        appoint(
            actor=grown,
            post=Post(organisation=office.public_id, role=role, reach=reach),
            person=me(leader).public_id,
        )


@pytest.mark.parametrize("role", ["supervisor", "evaluator", "auditor", "secretariat"])
def test_seats_of_power_are_neither_given_nor_ended_through_a_name(role):
    province, one, _sister, district = province_with_two_offices()
    actor = actor_for("administrator", one, reach="line")
    for office in (province, district):
        assert not rules.may_end(actor, AppointmentFactory(role=role, organisation=office))
        wanted = Appointment(organisation=office, role=role, reach="own")
        assert rules.may_appoint(actor, wanted).code == "role-too-high"


@pytest.mark.parametrize("role", ["supervisor", "administrator"])
def test_an_office_that_writes_for_another_replaces_the_leaders_of_its_own_line(role):
    ministry = OrganisationFactory()
    office = OrganisationFactory(under=ministry, writes_for=ministry)
    unit = OrganisationFactory(under=office)
    actor = actor_for(role, office, reach="line")
    assert rules.may_end(actor, AppointmentFactory(role="head", organisation=unit))
    assert rules.may_appoint(actor, Appointment(organisation=unit, role="head", reach="own"))


@pytest.mark.parametrize("role", ["head", "administrator"])
@pytest.mark.parametrize("whose", ["province", "sister", "district"])
def test_no_centre_is_taken_through_a_name(role, whose):
    province, one, sister, district = province_with_two_offices()
    owner = {"province": province, "sister": sister, "district": district}[whose]
    centre = ServiceCentreFactory(organisation=owner)
    post = AppointmentFactory(organisation=owner, centre=centre)
    leader = actor_for(role, one, reach="line")
    with pytest.raises(Refused) as refused:
        move_centre(actor=leader, centre=centre.public_id, on=clock.today(), organisation=one.public_id)
    assert refused.value.code == "out-of-reach"
    post.refresh_from_db()
    assert post.valid_to is None
