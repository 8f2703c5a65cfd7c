import pytest

from saduak.applications import actions, queries
from saduak.organisations import actions as organisations
from saduak.organisations.models import Appointment, Role
from saduak.organisations.queries import MOVED
from tests.organisations.factories import AppointmentFactory, ServiceCentreFactory, actor_of

pytestmark = pytest.mark.django_db


def hand_over(appointment):
    to = AppointmentFactory(
        role=Role.ADMINISTRATOR, organisation=appointment.organisation, centre=appointment.centre
    ).person
    row = organisations.hand_over(
        actor=actor_of(appointment.person), appointment=appointment.public_id, to=to.public_id
    )
    return row, actor_of(to)


def appointed(actor):
    return Appointment.objects.get(person=actor.person_id)


def test_drafts_go_to_whoever_takes_the_work(draft, people, land):
    row, successor = hand_over(appointed(people.officer))
    assert row.moved == {"applications.drafts": 1}
    assert str(MOVED["applications.drafts"]) == "ใบสมัครที่ยังไม่ยื่น"
    assert list(queries.my_applications(successor.at(people.officer.received_at))) == [draft]


def test_checks_go_with_the_office(draft, people, land):
    actions.request_review(
        actor=people.officer, application_id=draft.public_id, organisation_id=land.province.public_id
    )
    row, successor = hand_over(appointed(people.province))
    assert row.moved == {"applications.reviews": 1}
    assert queries.review_inbox(successor).count() == 1


def test_an_officer_of_one_centre_hands_over_that_centre(draft, land):
    sister = AppointmentFactory(
        role=Role.OFFICER, organisation=land.district, centre=ServiceCentreFactory(organisation=land.district)
    )
    assert hand_over(sister)[0].moved == {}
    own = AppointmentFactory(role=Role.OFFICER, organisation=land.district, centre=land.centre)
    assert hand_over(own)[0].moved == {"applications.drafts": 1}


def test_a_clerk_has_no_applications(land):
    assert hand_over(AppointmentFactory(role=Role.CLERK, organisation=land.district))[0].moved == {}
