"""Working days: examples from a real letter's way, and the laws that the arithmetic must keep."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saduak.foundation.thai import workdays

NEW_YEAR = frozenset({date(2020, 12, 31), date(2021, 1, 1)})
DAYS = st.dates(min_value=date(2015, 1, 1), max_value=date(2035, 12, 31))
NEAR = st.dates(min_value=date(2026, 10, 1), max_value=date(2027, 3, 31))
HOLIDAYS = st.frozensets(NEAR, max_size=40)
COUNTS = st.integers(min_value=-60, max_value=60)


@pytest.mark.parametrize(
    ("received", "sent", "working", "calendar"),
    [
        (date(2020, 12, 29), date(2021, 1, 11), 7, 13),
        (date(2021, 1, 13), date(2021, 1, 19), 4, 6),
        (date(2021, 1, 19), date(2021, 1, 26), 5, 7),
    ],
)
def test_the_way_of_a_letter(received: date, sent: date, working: int, calendar: int) -> None:
    assert workdays.working_days_between(received, sent, NEW_YEAR) == working
    assert workdays.calendar_days_between(received, sent) == calendar
    assert workdays.add_working_days(received, working, NEW_YEAR) == sent
    assert workdays.add_calendar_days(received, calendar) == sent


def test_open_and_closed_days() -> None:
    assert workdays.is_working_day(date(2020, 12, 30), NEW_YEAR)
    assert not workdays.is_working_day(date(2020, 12, 31), NEW_YEAR)
    assert not workdays.is_working_day(date(2021, 1, 2), NEW_YEAR)
    assert workdays.next_working_day(date(2020, 12, 31), NEW_YEAR) == date(2021, 1, 4)
    assert workdays.previous_working_day(date(2021, 1, 3), NEW_YEAR) == date(2020, 12, 30)
    assert workdays.next_working_day(date(2021, 1, 4), NEW_YEAR) == date(2021, 1, 4)


def test_zero_and_negative_counts() -> None:
    holiday = date(2021, 1, 1)
    assert workdays.add_working_days(holiday, 0, NEW_YEAR) == holiday
    assert workdays.add_working_days(holiday, -1, NEW_YEAR) == date(2020, 12, 30)
    assert workdays.working_days_between(holiday, date(2020, 12, 30), NEW_YEAR) == -1


@given(NEAR, COUNTS, HOLIDAYS)
def test_between_undoes_add(start: date, days: int, holidays: frozenset[date]) -> None:
    end = workdays.add_working_days(start, days, holidays)
    assert workdays.working_days_between(start, end, holidays) == days


@given(NEAR, COUNTS, HOLIDAYS)
def test_add_undoes_itself_from_an_open_day(start: date, days: int, holidays: frozenset[date]) -> None:
    first = workdays.next_working_day(start, holidays)
    there = workdays.add_working_days(first, days, holidays)
    assert workdays.is_working_day(there, holidays)
    assert workdays.add_working_days(there, -days, holidays) == first


@given(NEAR, COUNTS, COUNTS, HOLIDAYS)
def test_adding_is_monotone(start: date, few: int, more: int, holidays: frozenset[date]) -> None:
    few, more = sorted([few, more])
    assert workdays.add_working_days(start, few, holidays) <= workdays.add_working_days(start, more, holidays)
    later = start + timedelta(days=1)
    assert workdays.add_working_days(start, few, holidays) <= workdays.add_working_days(later, few, holidays)


@given(NEAR, NEAR, NEAR, HOLIDAYS)
def test_spans_add_up(one: date, two: date, three: date, holidays: frozenset[date]) -> None:
    first, second, third = sorted([one, two, three])
    whole = workdays.working_days_between(first, third, holidays)
    parts = (
        workdays.working_days_between(first, second, holidays),
        workdays.working_days_between(second, third, holidays),
    )
    assert whole == sum(parts)
    assert 0 <= whole <= workdays.calendar_days_between(first, third)


@given(DAYS, DAYS, HOLIDAYS)
def test_reckoning_agrees_with_walking(start: date, end: date, holidays: frozenset[date]) -> None:
    first, last = sorted([start, end])
    walked = sum(
        workdays.is_working_day(first + timedelta(days=offset), holidays)
        for offset in range(1, (last - first).days + 1)
    )
    assert workdays.working_days_between(first, last, holidays) == walked


@given(DAYS, HOLIDAYS)
def test_rolling_stops_on_the_nearest_open_day(day: date, holidays: frozenset[date]) -> None:
    following = workdays.next_working_day(day, holidays)
    before = workdays.previous_working_day(day, holidays)
    assert before <= day <= following
    assert workdays.is_working_day(following, holidays)
    assert workdays.is_working_day(before, holidays)
    assert workdays.next_working_day(following, holidays) == following
