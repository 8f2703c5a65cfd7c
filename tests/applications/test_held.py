"""Who has which item of an application: told on the task list, to the people of the centre."""

import datetime

import pytest

from saduak.applications import actions, queries
from saduak.foundation.thai.calendar import end_exclusive
from tests.applications.factories import fresh
from tests.applications.factories_helping import by_link, given, items_of, outsider

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
DUE = datetime.date(2027, 2, 15)


def marks(actor, application, *numbers):
    found = queries.held(actor, fresh(application))
    rows = items_of(application, *numbers)
    return [(mark.names, mark.state) if (mark := found.get(row.public_id)) else None for row in rows]


def test_each_item_says_who_has_it_and_whether_it_was_handed_in(draft, people, exactly):
    first = given(draft, people.officer, "2.1", name="คุณหนึ่ง", due_on=DUE)
    application = fresh(draft)
    with exactly(1):
        assert len(queries.held(people.officer, application)) == 1
    person, _helper = outsider("คุณสอง")
    given(draft, people.officer, "2.1", "2.2", "2.3", person=person)
    with exactly(1):
        assert len(queries.held(people.officer, application)) == 3
    both = ("คุณหนึ่ง, คุณสอง", "open")
    assert marks(people.officer, draft, "2.1", "2.2", "2.4") == [both, ("คุณสอง", "open"), None]
    over = people.officer.at(end_exclusive(DUE))
    assert marks(over, draft, "2.1", "2.2") == [("คุณหนึ่ง, คุณสอง", "late"), ("คุณสอง", "open")]
    actions.hand_in(actor=by_link(first.token), delegation_id=first.delegation.public_id)
    assert marks(over, draft, "2.1") == [both]
    actions.end_help(actor=people.officer, delegation_id=first.delegation.public_id)
    assert marks(people.officer, draft, "2.1") == [("คุณสอง", "open")]


def test_what_was_handed_in_waits_to_be_taken(draft, people):
    made = given(draft, people.officer, "2.1", name="คุณหนึ่ง", due_on=DUE)
    actions.hand_in(actor=by_link(made.token), delegation_id=made.delegation.public_id)
    assert marks(people.officer.at(end_exclusive(DUE)), draft, "2.1") == [("คุณหนึ่ง", "handed_in")]


def test_nobody_but_the_people_of_the_centre_is_told(draft, people, exactly):
    person, helper = outsider()
    given(draft, people.officer, "2.1", person=person)
    application = fresh(draft)
    with exactly(0):
        assert queries.held(helper, application) == {}
