"""Mid-window of the round of 2570."""

import pytest

from saduak.foundation import clock
from tests.kept import kept
from tests.programme.factories import MID_WINDOW, RoundFactory


@pytest.fixture(autouse=True)
def mid_window():
    with clock.travel(MID_WINDOW):
        yield


@kept
def round_():
    return RoundFactory()
