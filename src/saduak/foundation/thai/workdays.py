"""Working days and calendar days: pure arithmetic over a set of holidays.

Days between two dates are counted the way an office counts: the day on which the clock starts is not one of them, the day
on which it ends is. So a letter received on Tuesday and passed on the next Monday took four working days.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from typing import Final

_SATURDAY: Final = 5
_WEEK: Final = 7
_WORKING_WEEK: Final = 5
_DAY: Final = timedelta(days=1)


def is_working_day(day: date, holidays: AbstractSet[date]) -> bool:
    """Tell whether offices are open: Monday to Friday and no holiday."""
    return day.weekday() < _SATURDAY and day not in holidays


def add_calendar_days(start: date, days: int) -> date:
    """Return the day so many calendar days after the start, before it when negative."""
    return start + timedelta(days=days)


def calendar_days_between(start: date, end: date) -> int:
    """Return the calendar days from start to end, negative when the end comes first."""
    return (end - start).days


def working_days_between(start: date, end: date, holidays: AbstractSet[date]) -> int:
    """Return the working days after the start up to and including the end.

    With the end before the start it is the negative number of working days from the end up to, not including, the start:
    the exact opposite of ``add_working_days``.
    """
    if end < start:
        return -_count(end, start - _DAY, holidays)
    return _count(start + _DAY, end, holidays)


def add_working_days(start: date, days: int, holidays: AbstractSet[date]) -> date:
    """Return the day on which so many working days have passed since the start, itself not counted.

    0 is the start as it is, also on a holiday (see ``next_working_day``); a negative number counts backwards.

    Raises:
        OverflowError: the calendar ends before so many working days are found.
    """
    step = _DAY if days >= 0 else -_DAY
    found, left = start, abs(days)
    while left > 0:
        found += step
        if is_working_day(found, holidays):
            left -= 1
    return found


def next_working_day(day: date, holidays: AbstractSet[date]) -> date:
    """Return the day itself if offices are open, otherwise the first day after it on which they are."""
    while not is_working_day(day, holidays):
        day += _DAY
    return day


def previous_working_day(day: date, holidays: AbstractSet[date]) -> date:
    """Return the day itself if offices are open, otherwise the last day before it on which they were."""
    while not is_working_day(day, holidays):
        day -= _DAY
    return day


def _count(first: date, last: date, holidays: AbstractSet[date]) -> int:
    """Return the working days from first to last, both included; whole weeks are reckoned, not walked through."""
    total = (last - first).days + 1
    if total <= 0:
        return 0
    weeks, rest = divmod(total, _WEEK)
    weekday = first.weekday()
    open_days = weeks * _WORKING_WEEK + sum((weekday + offset) % _WEEK < _SATURDAY for offset in range(rest))
    closed = sum(first <= holiday <= last and holiday.weekday() < _SATURDAY for holiday in holidays)
    return open_days - closed
