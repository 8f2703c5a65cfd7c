"""Two requests at the same moment. Needs PostgreSQL; on SQLite writers queue."""

import datetime
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from saduak.foundation import clock
from saduak.foundation.access import Actor, Refused
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
from saduak.organisations.models import Appointment
from tests.applications.test_concurrency import holding
from tests.organisations.factories import (
    AppointmentFactory,
    OrganisationFactory,
    PersonFactory,
    ServiceCentreFactory,
    account,
    actor_for,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres, pytest.mark.only_postgres]


def aside(run):
    """Run in another thread; give a function that waits for the outcome."""
    pool = ThreadPoolExecutor(1)

    def one():
        try:
            return run()
        except Refused as refused:
            return refused
        finally:
            connection.close()

    future = pool.submit(one)
    return lambda: future.result(timeout=30)


def test_an_account_is_opened_once():
    """Two open invitations by name: the second taker does not get the account that the first opened a moment ago."""
    office = OrganisationFactory()
    head = actor_for("head", office)
    person = AppointmentFactory(role="head", organisation=office, person=PersonFactory(user=None)).person
    post = Post(organisation=office.public_id, role="officer")
    tokens = [invite(actor=head, post=post, person=person.public_id).token for _ in range(2)]
    with holding(
        lambda: accept_invitation(actor=Actor.public(), token=tokens[0], account=account("rightful"))
    ) as go_on:
        outcome = aside(
            lambda: accept_invitation(actor=Actor.public(), token=tokens[1], account=account("second"))
        )
        time.sleep(1.0)
        go_on.set()
        assert outcome().code == "sign-in-first"
    person.refresh_from_db()
    assert person.user.email == "rightful@example.test"


def test_only_the_first_invitation_by_supervision_is_taken():
    province = OrganisationFactory()
    town = OrganisationFactory(supervised_by=province)
    supervisor = actor_for("supervisor", province, reach="supervision")
    one, two = (
        invite(actor=supervisor, post=Post(organisation=town.public_id, role="head")).token for _ in range(2)
    )
    with holding(lambda: accept_invitation(actor=Actor.public(), token=one, account=account("a"))) as go_on:
        outcome = aside(lambda: accept_invitation(actor=Actor.public(), token=two, account=account("b")))
        time.sleep(1.0)
        go_on.set()
        assert outcome().code == "invitation-closed"
    assert Appointment.objects.filter(organisation=town, role="head").count() == 1


def test_a_stand_in_who_is_ended_meanwhile_hands_nothing_over_for_good():
    office = OrganisationFactory()
    head = actor_for("head", office)
    today, day = clock.today(), datetime.timedelta(days=1)
    acting = actor_for("head", office, stand_in=True, valid_from=today - day, valid_to=today + 5 * day)
    row = Appointment.objects.get(person=acting.person_id)
    crony = AppointmentFactory(organisation=office).person
    with holding(lambda: end_appointment(actor=head, appointment=row.public_id)) as go_on:
        outcome = aside(lambda: hand_over(actor=acting, appointment=row.public_id, to=crony.public_id))
        time.sleep(1.0)
        go_on.set()
        assert outcome().code == "already-ended"
    assert not Appointment.objects.filter(person=crony, role="head", valid_to__isnull=True).exists()


def test_who_hands_over_while_the_centre_moves_leaves_nobody_behind():
    one, other = OrganisationFactory(), OrganisationFactory()
    centre = ServiceCentreFactory(organisation=one)
    old = AppointmentFactory(role="officer", organisation=one, centre=centre)
    holder = actor_for("officer", one, person=old.person)  # sees the colleagues of the whole office
    crony = AppointmentFactory(role="helper", organisation=one).person
    with holding(
        lambda: move_centre(
            actor=Actor.system("t"), centre=centre.public_id, on=clock.today(), organisation=other.public_id
        )
    ) as go_on:
        outcome = aside(lambda: hand_over(actor=holder, appointment=old.public_id, to=crony.public_id))
        time.sleep(1.0)
        go_on.set()
        assert outcome().code == "already-ended"
    assert not Appointment.objects.filter(centre=centre, valid_to__isnull=True).exists()


@pytest.mark.parametrize("first", ["the move", "the other"])
@pytest.mark.parametrize("other", ["appoint", "accept"])
def test_a_move_and_what_is_given_for_the_centre_meanwhile_wait_for_each_other(other, first):
    """None of the two fails on the other's locks, and nobody of the old agency keeps a post at the centre."""
    one, elsewhere = OrganisationFactory(), OrganisationFactory()
    centre = ServiceCentreFactory(organisation=one)
    head = actor_for("head", one)
    post = Post(organisation=one.public_id, role="officer", centre=centre.public_id)
    token = invite(actor=head, post=post).token
    system = Actor.system("t")

    def move():
        return move_centre(
            actor=system, centre=centre.public_id, on=clock.today(), organisation=elsewhere.public_id
        )

    def give():
        if other == "appoint":
            return appoint(actor=head, post=post, person=NewPerson(name="ก"))
        return accept_invitation(actor=Actor.public(), token=token, account=account("a"))

    begins, follows = (move, give) if first == "the move" else (give, move)
    with holding(begins) as go_on:
        outcome = aside(follows)
        time.sleep(1.0)
        go_on.set()
        assert isinstance(outcome(), Refused) == (first == "the move")
    assert not Appointment.objects.filter(centre=centre, valid_to__isnull=True).exists()
