"""Mid-window of the round of 2570, with one panel of three."""

import pytest

from saduak.foundation import clock
from tests.assessment import factories
from tests.kept import kept
from tests.programme.factories import MID_WINDOW


@pytest.fixture(autouse=True)
def mid_window():
    with clock.travel(MID_WINDOW):
        yield


@kept
def team():
    return factories.team()


@kept
def given(team):
    """A case that the panel scores."""
    return team.given()
