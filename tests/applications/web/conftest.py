"""The world of these tests, in mid-window of the round of 2570."""

import pytest

from saduak.foundation import clock
from tests.applications.web import world as worlds
from tests.kept import kept
from tests.programme.factories import MID_WINDOW


@pytest.fixture
def mid_window():
    with clock.travel(MID_WINDOW):
        yield


@kept
def world(db, mid_window):
    return worlds.build()


@kept
def application(world):
    return world.start()
