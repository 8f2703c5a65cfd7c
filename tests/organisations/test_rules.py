"""Who sees what, and the page that says why."""

import pytest

from saduak.foundation.access import Actor
from saduak.organisations.models import Appointment, Handover, Invitation, Organisation, Person, ServiceCentre
from saduak.organisations.queries import reasons, who_can
from saduak.organisations.rules import may_edit_contact, may_manage
from tests.organisations.factories import (
    AppointmentFactory,
    AreaFactory,
    OrganisationFactory,
    PersonFactory,
    ServiceCentreFactory,
    actor_for,
    actor_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def test_agencies_and_centres_are_public_people_are_not():
    centre = ServiceCentreFactory()
    AppointmentFactory(organisation=centre.organisation)
    public = Actor.public()
    assert Organisation.objects.visible_to(public).count() == 1
    assert ServiceCentre.objects.visible_to(public).count() == 1
    for model in (Person, Appointment, Invitation, Handover):
        assert not model.objects.visible_to(public).exists()


def test_people_are_seen_in_reach_and_oneself_always():
    province = OrganisationFactory()
    district = OrganisationFactory(under=province)
    town = OrganisationFactory(supervised_by=district)
    people = {o.pk: AppointmentFactory(organisation=o).person for o in (province, district, town)}
    clerk = actor_for("clerk", province, reach="line")
    seen = set(Person.objects.visible_to(clerk))
    assert seen == {people[province.pk], people[district.pk], Person.objects.get(pk=clerk.person_id)}
    evaluator = actor_for("evaluator", province)
    assert set(Person.objects.visible_to(evaluator)) == {Person.objects.get(pk=evaluator.person_id)}


def test_an_officer_of_one_centre_sees_the_colleagues_of_that_centre():
    centre = ServiceCentreFactory()
    helper = AppointmentFactory(organisation=centre.organisation, centre=centre, role="helper").person
    other = AppointmentFactory(organisation=centre.organisation).person
    officer = actor_for("officer", centre=centre)
    seen = set(Person.objects.visible_to(officer))
    assert helper in seen
    assert other not in seen


def test_why_somebody_is_seen():
    organisation = OrganisationFactory()
    person = AppointmentFactory(organisation=organisation).person
    assert [rule.name for rule in reasons(actor_for("clerk", organisation), person)] == ["reach"]
    assert [rule.name for rule in reasons(actor_of(person), person)] == ["self", "reach"]
    assert reasons(actor_for("clerk"), person) == []


def test_who_can_do_what_here_and_through_what():
    area = AreaFactory(code="91")
    ministry = OrganisationFactory()
    province = OrganisationFactory(under=ministry, area=area)
    office = OrganisationFactory(writes_for=province)
    district = OrganisationFactory(under=province, area=AreaFactory(code="9101", parent=area))
    town = OrganisationFactory(supervised_by=district, area=AreaFactory(code="9101"))
    rows = {
        "own": AppointmentFactory(organisation=town, role="officer"),
        "above": AppointmentFactory(organisation=district, role="supervisor", reach="supervision"),
        "writes": AppointmentFactory(organisation=office, role="supervisor", reach="supervision"),
        "area": AppointmentFactory(organisation=province, role="auditor", reach="area"),
        "line": AppointmentFactory(organisation=ministry, role="supervisor", reach="line"),
        "elsewhere": AppointmentFactory(role="supervisor", reach="line"),
    }
    found = {item.appointment: item for item in who_can(town)}
    assert {item.appointment: item.way for item in found.values()} == {
        rows["own"]: "own",
        rows["above"]: "supervision",
        rows["writes"]: "supervision",
        rows["area"]: "area",
    }
    assert found[rows["above"]].status_only
    assert {cap.key for cap in found[rows["above"]].capabilities} >= {"organisations.see_status"}
    assert "organisations.appoint" not in {cap.key for cap in found[rows["above"]].capabilities}
    assert {item.appointment for item in who_can(district)} == {rows["above"], rows["line"], rows["area"]}
    assert next(item.way for item in who_can(province) if item.appointment == rows["area"]) == "own"


@pytest.mark.parametrize("count", [1, 3])
def test_who_can_takes_three_queries(exactly, count):
    organisation = OrganisationFactory(under=OrganisationFactory())
    for _ in range(count):
        AppointmentFactory(organisation=organisation)
    with exactly(3):
        rows = [
            (str(item.appointment.person), item.appointment.organisation.name_th)
            for item in who_can(organisation)
        ]
    assert len(rows) == count


def test_decisions_about_agencies():
    organisation = OrganisationFactory()
    assert may_edit_contact(actor_for("clerk", organisation), organisation)
    assert not may_edit_contact(actor_for("officer", organisation), organisation)
    assert not may_edit_contact(actor_of(PersonFactory()), organisation)
    assert may_manage(actor_for("secretariat"))
    assert may_manage(actor_for("head")).code == "no-capability"
