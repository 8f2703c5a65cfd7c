"""Obstacles: what their tables refuse, and an answer at the very moment at which one goes up."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from saduak.applications import actions
from saduak.applications.models import Obstacle, ObstacleStep
from saduak.foundation import clock, deadlines
from saduak.foundation.access import Actor
from saduak.foundation.models import Deadline
from tests.applications.factories_obstacles import (
    answer,
    reported,
    steps,
)
from tests.applications.test_concurrency import holding
from tests.correspondence.test_recalling import until_waiting
from tests.organisations.factories import (
    actor_for,
)
from tests.organisations.test_races import aside

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
DAY = datetime.timedelta(days=1)


@pytest.fixture
def obstacle(land, people):
    return reported(people.officer, land.centre, land.round)


# --- The tables and two at once ----------------------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Obstacle, {"state": "nowhere", "what": "ก", "need": "ก"}),
        (Obstacle, {"what": "", "need": "ก"}),
        (ObstacleStep, {"kind": "nothing"}),
        (ObstacleStep, {"kind": "answered", "text": ""}),
    ],
)
def test_the_tables_keep_it_straight(obstacle, land, model, values):
    where = {"obstacle": obstacle} if model is ObstacleStep else {"centre": land.centre, "round": land.round}
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.create(**where, **values)


def _on_postgres(test):
    for mark in (
        pytest.mark.django_db(transaction=True),
        pytest.mark.postgres,
        pytest.mark.only_postgres,
    ):
        test = mark(test)
    return test


@_on_postgres
@pytest.mark.parametrize("first", ["answer", "up"])
def test_an_answer_and_the_way_up_at_the_same_moment(land, people, first):
    """Whichever comes first: it is answered, no clock runs on, and nobody waits for ever."""
    actor_for("supervisor", land.department)
    obstacle = reported(people.officer, land.centre, land.round)
    due_at = deadlines.of(obstacle, "obstacle").due_at
    Deadline.objects.update(lapsed_at=due_at)

    def up():
        with clock.travel(due_at):
            return actions.lapse_obstacle(actor=SYSTEM, obstacle_pk=obstacle.pk)

    def say():
        return answer(people.province, obstacle)

    one, other = (say, up) if first == "answer" else (up, say)
    with holding(one) as go_on:
        outcome = aside(other)
        until_waiting(1)
        go_on.set()
        outcome()
    obstacle.refresh_from_db()
    assert obstacle.state == "answered"
    assert deadlines.of(obstacle, "obstacle").met_at is not None
    kinds = [kind for kind, _office, _text in steps(obstacle)]
    assert kinds == (["reported", "answered"] if first == "answer" else ["reported", "raised", "answered"])
