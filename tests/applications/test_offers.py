"""Items offered to an address: nobody learns whether somebody signs in with it, until they take the work on."""

import datetime

import pytest

from saduak.applications import actions, queries
from saduak.applications.actions import helping
from saduak.applications.models import Answer, Delegation
from saduak.foundation import clock
from saduak.foundation.access import Actor, Conflict, Invalid, Refused
from saduak.foundation.models import User
from saduak.organisations import actions as organisations
from saduak.organisations.models import Role
from tests.applications.factories_helping import given, items_of, outsider
from tests.organisations.factories import AppointmentFactory, actor_of
from tests.programme.factories import MID_WINDOW

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
ADDRESS = "Somchai@Example.go.th"


@pytest.fixture(autouse=True)
def _now():
    with clock.travel(MID_WINDOW):
        yield


@pytest.fixture
def other():
    """Who signs in with the address: the person and the actor."""
    person, actor = outsider("สมชาย ใจดี")
    User.objects.filter(pk=person.user_id).update(email=ADDRESS.lower())
    return person, actor


def offered(draft, officer, email=ADDRESS, **more):
    return given(draft, officer, "2.1", "2.2", name="", email=email, **more).delegation


def answered(do, actor, row):
    return do(actor=actor, delegation_id=row.public_id)


def test_an_address_that_is_nobodys_looks_like_any_other(draft, people, other):
    known, unknown = offered(draft, people.officer), offered(draft, people.officer, "nobody@example.go.th")
    for row, address in ((known, ADDRESS.lower()), (unknown, "nobody@example.go.th")):
        row.refresh_from_db()
        assert (row.name, row.invited, row.person, row.link, row.is_offered) == (
            address,
            address,
            None,
            None,
            True,
        )
    page = queries.helpers_page(people.officer, draft.public_id)
    assert {each.delegation for each in page.live} == {known, unknown}


def test_it_is_taken_on_by_who_signs_in_with_the_address(draft, people, other, exactly):
    person, actor = other
    row = offered(draft, people.officer, message="ช่วยหน่อย")
    with exactly(2):
        (offer,) = queries.offers(actor)
    assert (offer.delegation, [item.number for item in offer.items]) == (row, ["2.1", "2.2"])
    assert [todo.why for todo in queries.todos(actor, [])] == ["ช่วยหน่อย"]
    # Before that it opens nothing.
    assert not Answer.objects.visible_to(actor).exists()
    answer = items_of(draft, "2.1")[0]
    with pytest.raises(Refused):
        actions.save_answer(actor=actor, answer_id=answer.public_id, version=0, narrative="ก")
    with pytest.raises(Refused):
        actions.hand_in(actor=actor, delegation_id=row.public_id)
    taken = answered(actions.take_help_on, actor, row)
    assert (taken.person, taken.name, taken.is_offered) == (person, "สมชาย ใจดี", False)
    assert queries.offers(actor) == []
    assert actions.save_answer(actor=actor, answer_id=answer.public_id, version=0, narrative="ก").version == 1
    for do in (actions.take_help_on, actions.decline_help):
        with pytest.raises(Delegation.DoesNotExist):
            answered(do, actor, row)


def test_who_declines_hears_no_more_of_it_and_gave_nobody_their_name(draft, people, other):
    row = offered(draft, people.officer)
    ended = answered(actions.decline_help, other[1], row)
    assert (ended.state, ended.person, ended.name) == ("ended", None, ADDRESS.lower())
    assert queries.offers(other[1]) == []


def test_nobody_else_answers_it(draft, people, other):
    row = offered(draft, people.officer)
    made = given(draft, people.officer)
    for who in (people.stranger, people.officer, Actor.public(MID_WINDOW)):
        assert queries.offers(who) == []
        for do in (actions.take_help_on, actions.decline_help):
            with pytest.raises(Delegation.DoesNotExist):
                answered(do, who, row)
    with pytest.raises(Delegation.DoesNotExist):
        answered(actions.take_help_on, other[1], made.delegation)


def test_what_is_filed_or_withdrawn_is_taken_on_no_more(draft, people, other):
    row = offered(draft, people.officer)
    actions.withdraw(actor=people.officer, application_id=draft.public_id, reason="พอแล้ว")
    with pytest.raises(Delegation.DoesNotExist):
        answered(actions.take_help_on, other[1], row)
    Delegation.objects.update(state="open", ended_at=None)
    with pytest.raises(Conflict):
        answered(actions.take_help_on, other[1], row)


def test_nobody_offers_to_themselves(draft, people):
    own = User.objects.get(pk=people.officer.user_id)
    with pytest.raises(Invalid) as refusal:
        offered(draft, people.officer, own.email.upper())
    assert (refusal.value.code, set(refusal.value.fields)) == ("oneself", {"email"})
    row = offered(draft, people.officer)
    User.objects.filter(pk=own.pk).update(email=ADDRESS.lower())
    with pytest.raises(Invalid):
        answered(actions.take_help_on, people.officer, row)
    with pytest.raises(Invalid) as long:
        offered(draft, people.officer, f"{'a' * 200}@example.go.th")
    assert long.value.code == "too-long"


def test_nobody_goes_through_a_list_of_addresses(draft, people, monkeypatch):
    monkeypatch.setattr(helping, "OFFERS", 2)
    for n in range(2):
        offered(draft, people.officer, f"a{n}@example.go.th")
    with pytest.raises(Conflict) as refusal:
        offered(draft, people.officer, "a3@example.go.th")
    assert refusal.value.code == "too-many-offers"
    given(draft, people.officer)  # a link is no address
    offered(draft, people.head, "a3@example.go.th")  # somebody else
    offered(draft, people.officer.at(MID_WINDOW + datetime.timedelta(days=1)), "a3@example.go.th")


def test_an_offer_ends_with_the_work_of_who_made_it(draft, people, land, other):
    post = AppointmentFactory(role=Role.OFFICER, organisation=land.district)
    row = offered(draft, actor_of(post.person).at(MID_WINDOW))
    organisations.end_appointment(actor=people.head, appointment=post.public_id)
    assert queries.offers(other[1]) == []
    row.refresh_from_db()
    assert row.state == "ended"
