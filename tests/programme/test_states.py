"""States that follow from the clock; all windows are half-open."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saduak.programme.states import CRITERIA_SET, Phase, phase, round_phase

START = datetime(2027, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@dataclass
class Span:
    starts_at: datetime
    ends_at: datetime


DAY = Span(START, START + timedelta(days=1))


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (DAY.starts_at - SECOND, Phase.PLANNED),
        (DAY.starts_at, Phase.OPEN),
        (DAY.ends_at - SECOND, Phase.OPEN),
        (DAY.ends_at - timedelta(microseconds=1), Phase.OPEN),
        (DAY.ends_at, Phase.CLOSED),
        (DAY.ends_at + SECOND, Phase.CLOSED),
    ],
)
def test_a_window_at_its_edges(moment, expected):
    assert phase(DAY, moment) is expected


def test_a_round_is_open_between_its_stages():
    later = Span(START + timedelta(days=5), START + timedelta(days=6))
    assert round_phase([DAY, later], START + timedelta(days=3)) is Phase.OPEN
    assert round_phase([DAY, later], later.ends_at) is Phase.CLOSED
    assert round_phase([], START) is Phase.PLANNED


def test_a_round_closed_by_hand_is_closed_from_that_moment():
    at = START + timedelta(hours=3)
    assert round_phase([DAY], at - SECOND, closed_at=at) is Phase.OPEN
    assert round_phase([DAY], at, closed_at=at) is Phase.CLOSED


@given(
    spans=st.lists(st.tuples(st.integers(0, 500), st.integers(1, 100)), min_size=1, max_size=7),
    first=st.integers(-50, 700),
    later=st.integers(0, 100),
)
def test_time_never_runs_backwards(spans, first, later):
    windows = [Span(START + timedelta(hours=a), START + timedelta(hours=a + n)) for a, n in spans]
    order = [Phase.PLANNED, Phase.OPEN, Phase.CLOSED]
    moment = START + timedelta(hours=first)
    now, then = round_phase(windows, moment), round_phase(windows, moment + timedelta(hours=later))
    assert order.index(then) >= order.index(now)
    assert (Phase.OPEN in [phase(window, moment) for window in windows]) <= (now is Phase.OPEN)


def test_a_criteria_set_is_published_once():
    assert CRITERIA_SET.step("publish", "draft") == "published"
    assert not CRITERIA_SET.can("publish", "published")
