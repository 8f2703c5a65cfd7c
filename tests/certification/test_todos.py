"""What waits: cases for the committee to decide, results for the secretariat to announce and to publish."""

import pytest

from saduak.certification import actions, queries
from saduak.certification.models import Resolution
from saduak.foundation import jobs
from saduak.foundation.access import Actor
from tests.certification import factories
from tests.organisations.factories import PersonFactory, actor_for
from tests.programme.factories import MID_WINDOW, RoundFactory, secretariat

pytestmark = pytest.mark.django_db


def waits(actor):
    return [(todo.kind, todo.count) for todo in queries.todos(actor)]


def prepare(round_, number="1/2570"):
    """An announcement of what was resolved, prepared on the day and not yet made."""
    return actions.prepare(
        actor=secretariat(round_.programme, MID_WINDOW),
        round_id=round_.public_id,
        number=number,
        dated=MID_WINDOW.date(),
        valid_from=MID_WINDOW.date(),
    )


def both(round_):
    """Somebody who sits in the committee and keeps its secretariat."""
    person = PersonFactory()
    actor_for("committee", programme=round_.programme, person=person)
    return actor_for("secretariat", programme=round_.programme, person=person, received_at=MID_WINDOW)


def test_what_waits_passes_from_the_committee_to_the_secretariat(round_):
    member, office = factories.committee(round_.programme), secretariat(round_.programme, MID_WINDOW)
    assert (waits(member), waits(office)) == ([], [])
    factories.agreed(round_, 2)
    factories.agreed(round_, level="", total=30)
    assert (waits(member), waits(office)) == ([("decide", 3)], [])
    row = factories.meeting(round_)
    case = factories.agreed(round_)[0].public_id
    at = {"actor": member, "meeting_id": row.public_id}
    actions.decide(**at, case_id=case, decision="defer", reason="ขอเอกสารเพิ่ม")
    actions.adopt_proposals(**at)
    # Decided, but not confirmed; what was deferred still waits for the committee.
    assert (waits(member), waits(office)) == ([("decide", 1)], [])
    actions.close(**at)
    assert (waits(member), waits(office)) == ([("decide", 1)], [("announce", 3)])
    made = prepare(round_)
    assert waits(office) == []
    jobs.run_pending()
    assert waits(office) == [("publish", 1)]
    actions.publish(actor=office, announcement_id=made.public_id)
    assert (waits(member), waits(office)) == ([("decide", 1)], [])


def test_what_waits_is_of_one_s_own_programme_and_nothing_for_nobody(round_, exactly):
    factories.agreed(round_)
    other = RoundFactory()
    factories.agreed(other, 2)
    factories.closed(other)
    assert waits(factories.committee(round_.programme)) == [("decide", 1)]
    assert waits(factories.committee(other.programme)) == []
    assert waits(secretariat(round_.programme, MID_WINDOW)) == []
    assert waits(secretariat(other.programme, MID_WINDOW)) == [("announce", 2)]
    for actor in (Actor.public(), actor_for("evaluator", programme=other.programme), actor_for("head")):
        with exactly(0):
            assert waits(actor) == []


def test_who_decides_in_one_programme_and_announces_in_another_is_told_of_no_more(round_):
    other = RoundFactory()
    for row in (round_, other):
        factories.agreed(row)
        factories.closed(row)
        factories.agreed(row, 2)
    person = PersonFactory()
    actor_for("committee", programme=round_.programme, person=person)
    here = {"person": person, "received_at": MID_WINDOW}
    assert waits(actor_for("secretariat", programme=other.programme, **here)) == [
        ("decide", 2),
        ("announce", 1),
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_what_waits_takes_a_query_for_each_role(round_, exactly, count):
    for number in range(count):
        factories.agreed(round_)
        factories.closed(round_, f"{number}/2570")
        prepare(round_, f"{number}/2570")
    jobs.run_pending()
    factories.agreed(round_, count)
    factories.closed(round_, "8/2570")
    factories.agreed(round_, count)
    decide, announce = [("decide", count)], [("announce", count), ("publish", count)]
    for actor, cost, wanted in (
        (factories.committee(round_.programme), 1, decide),
        (secretariat(round_.programme, MID_WINDOW), 1, announce),
        (both(round_), 2, decide + announce),
    ):
        with exactly(cost):
            assert waits(actor) == wanted
    assert Resolution.objects.filter(announcement__state="ready").count() == count
