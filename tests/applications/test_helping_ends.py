"""What ends with whoever gave it, and what nobody from outside may undo."""

import datetime

import pytest

from saduak.applications import actions
from saduak.applications.models import Delegation
from saduak.foundation import clock
from saduak.foundation.access import Invalid, Refused, resolver
from saduak.foundation.thai.calendar import bangkok_date
from saduak.organisations import actions as organisations
from saduak.organisations.models import Person, Role
from tests.applications.factories import fresh, signed_application
from tests.applications.factories_helping import by_link, given, items_of, outsider
from tests.organisations.factories import AppointmentFactory, actor_of
from tests.programme.factories import MID_WINDOW

pytestmark = pytest.mark.django_db
TODAY = bangkok_date(MID_WINDOW)


@pytest.fixture(autouse=True)
def _now():
    with clock.travel(MID_WINDOW):
        yield


@pytest.fixture
def leaver(land):
    """Another officer, who leaves: the appointment and who holds it."""
    post = AppointmentFactory(role=Role.OFFICER, organisation=land.district)
    return post, actor_of(post.person).at(MID_WINDOW)


@pytest.mark.parametrize("days", [0, 3])
def test_a_link_ends_with_the_appointment_of_who_made_it(draft, people, leaver, days):
    post, actor = leaver
    made, others = given(draft, actor), given(draft, people.officer)
    organisations.end_appointment(
        actor=people.head, appointment=post.public_id, on=TODAY + datetime.timedelta(days=days)
    )
    # Until the last day is over it goes on.
    assert (resolver.of_link(made.token, MID_WINDOW) is None) is (days == 0)
    assert resolver.of_link(others.token, MID_WINDOW) is not None


def test_who_makes_a_link_anew_is_who_made_it(draft, people, leaver):
    post, actor = leaver
    first = given(draft, people.officer).delegation
    again = actions.renew_link(actor=actor, delegation_id=first.public_id)
    assert Delegation.objects.get().given_by_id == actor.user_id
    organisations.end_appointment(actor=people.head, appointment=post.public_id, on=TODAY)
    assert resolver.of_link(again.token, MID_WINDOW) is None


def test_nobody_gives_items_to_themselves(draft, people):
    me = Person.objects.get(pk=people.officer.person_id)
    with pytest.raises(Invalid) as refusal:
        given(draft, people.officer, person=me)
    assert refusal.value.code == "oneself"
    assert not Delegation.objects.exists()


def test_a_helper_from_outside_undoes_no_signature(draft, people):
    made = given(draft, people.officer, "2.1")
    person, account = outsider()
    given(draft, people.officer, "2.1", person=person)
    signed_application(draft)
    answer = items_of(draft, "2.1")[0]
    for who in (by_link(made.token), account):
        with pytest.raises(Refused) as refusal:
            actions.save_answer(actor=who, answer_id=answer.public_id, version=answer.version, narrative="ก")
        assert refusal.value.code == "help-over"
    assert fresh(draft).state == "signed"
