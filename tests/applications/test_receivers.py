import datetime

import pytest

from saduak.applications import actions, queries
from saduak.applications.models import Review
from saduak.applications.tasks import end_stray_checks
from saduak.foundation import clock
from saduak.foundation.access import Actor
from saduak.organisations import actions as organisations
from saduak.organisations.actions.organisations import end_relation
from saduak.organisations.models import Appointment, Role
from saduak.organisations.queries import MOVED
from saduak.organisations.tasks import follow_the_day
from tests.organisations.factories import (
    AppointmentFactory,
    OrganisationFactory,
    ServiceCentreFactory,
    actor_for,
    actor_of,
    relate,
)

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
DAY = datetime.timedelta(days=1)


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


def reads(actor, draft):
    return queries.task_list(actor, draft.public_id) is not None


def parted(child, parent, on=None):
    end_relation(
        actor=Actor.system("test"),
        kind="line",
        child=child.public_id,
        parent=parent.public_id,
        on=on or clock.today(),
    )


def test_an_order_to_show_the_draft_ends_with_the_command(draft, people, land):
    Review.objects.create(
        application=draft,
        organisation=land.province,
        force="order",
        state="endorsed",
        answered_at=clock.now(),
    )
    former = actor_for("supervisor", land.province)
    assert reads(former, draft)
    parted(land.district, land.province)
    assert not reads(former, draft)


def test_a_check_ends_when_the_office_above_leaves_those_above_it(draft, people, land):
    """Not the office's own relation has ended, but that of its superior."""
    region = OrganisationFactory()
    relate(land.province, region)
    AppointmentFactory(role="supervisor", organisation=region)
    review = Review.objects.create(
        application=draft, organisation=region, force="order", requested_at=clock.now()
    )
    parted(land.province, region)
    review.refresh_from_db()
    assert review.state == "cancelled"


def test_a_check_that_waits_ends_with_a_relation_that_ends_at_midnight(draft, people, land):
    review = actions.request_review(
        actor=people.officer, application_id=draft.public_id, organisation_id=land.province.public_id
    )
    former = actor_for("supervisor", land.province)
    parted(land.district, land.province, clock.today() + DAY)
    assert end_stray_checks() == 0
    assert reads(former, draft)
    with clock.travel(clock.now() + 2 * DAY):
        follow_the_day()
        assert end_stray_checks() == 1
        review.refresh_from_db()
        assert review.state == "cancelled"
        assert not reads(former, draft)
