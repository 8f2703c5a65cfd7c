"""Eras, fiscal years, Bangkok time and the written forms."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saduak.foundation.thai import calendar
from saduak.foundation.thai.names import Language

MONDAY = date(2027, 2, 15)
DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 12, 31))
MOMENTS = st.datetimes(
    min_value=datetime(1930, 1, 1),  # noqa: DTZ001
    max_value=datetime(2200, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@pytest.mark.parametrize(
    ("language", "long", "long_bare", "short", "short_weekday", "short_bare"),
    [
        ("th", "จันทร์ 15 กุมภาพันธ์ 2570", "15 กุมภาพันธ์ 2570", "15 ก.พ. 2570", "จันทร์ 15 ก.พ. 2570", "15 ก.พ."),
        (
            "en",
            "Monday 15 February 2027 (B.E. 2570)",
            "15 February 2027 (B.E. 2570)",
            "15 Feb 2027 (B.E. 2570)",
            "Mon 15 Feb 2027 (B.E. 2570)",
            "15 Feb",
        ),
    ],
)
def test_dates(
    language: Language, long: str, long_bare: str, short: str, short_weekday: str, short_bare: str
) -> None:
    assert calendar.format_long(MONDAY, language=language) == long
    assert calendar.format_long(MONDAY, weekday=False, language=language) == long_bare
    assert calendar.format_short(MONDAY, language=language) == short
    assert calendar.format_short(MONDAY, weekday=True, language=language) == short_weekday
    assert calendar.format_short(MONDAY, year=False, language=language) == short_bare


def test_months() -> None:
    assert calendar.format_month(MONDAY) == "กุมภาพันธ์ 2570"
    assert calendar.format_month(MONDAY, short=True) == "ก.พ. 2570"
    assert calendar.format_month(MONDAY, language="en") == "February 2027 (B.E. 2570)"
    assert calendar.format_month(MONDAY, short=True, language="en") == "Feb 2027 (B.E. 2570)"


def test_times_are_shown_in_bangkok() -> None:
    moment = datetime(2027, 2, 24, 9, 42, 7, tzinfo=UTC)
    assert calendar.format_time(moment) == "16.42 น."
    assert calendar.format_time(moment, seconds=True) == "16.42.07 น."
    assert calendar.format_time(moment, language="en") == "16:42"
    assert calendar.format_time(moment, seconds=True, language="en") == "16:42:07"
    assert calendar.format_time(time(9, 5)) == "09.05 น."
    assert calendar.format_datetime(moment) == "24 ก.พ. 2570 16.42 น."
    assert calendar.format_datetime(moment, year=False) == "24 ก.พ. 16.42 น."
    assert calendar.format_datetime(moment, long=True, seconds=True) == "24 กุมภาพันธ์ 2570 เวลา 16.42.07 น."
    assert calendar.format_datetime(moment, language="en") == "24 Feb 2027 (B.E. 2570), 16:42"
    assert (
        calendar.format_datetime(moment, long=True, language="en") == "24 February 2027 (B.E. 2570) at 16:42"
    )


def test_a_moment_late_in_utc_is_the_next_day_in_bangkok() -> None:
    moment = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)
    assert calendar.bangkok_date(moment) == date(2027, 1, 1)
    assert calendar.format_short(moment) == "1 ม.ค. 2570"
    assert calendar.format_datetime(moment - timedelta(seconds=1)) == "31 ธ.ค. 2569 23.59 น."


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        calendar.bangkok(datetime(2027, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("first", "last", "thai", "english"),
    [
        (date(2027, 2, 1), date(2027, 2, 15), "1 – 15 ก.พ. 2570", "1 – 15 Feb 2027 (B.E. 2570)"),
        (date(2027, 1, 1), date(2027, 2, 28), "1 ม.ค. – 28 ก.พ. 2570", "1 Jan – 28 Feb 2027 (B.E. 2570)"),
        (
            date(2026, 12, 28),
            date(2027, 1, 3),
            "28 ธ.ค. 2569 – 3 ม.ค. 2570",
            "28 Dec 2026 (B.E. 2569) – 3 Jan 2027 (B.E. 2570)",
        ),
        (
            date(2026, 2, 1),
            date(2027, 2, 1),
            "1 ก.พ. 2569 – 1 ก.พ. 2570",
            "1 Feb 2026 (B.E. 2569) – 1 Feb 2027 (B.E. 2570)",
        ),
        (MONDAY, MONDAY, "15 ก.พ. 2570", "15 Feb 2027 (B.E. 2570)"),
    ],
)
def test_ranges(first: date, last: date, thai: str, english: str) -> None:
    assert calendar.format_range(first, last) == thai
    assert calendar.format_range(first, last, language="en") == english


def test_range_variants() -> None:
    first, last = date(2027, 1, 19), date(2027, 1, 20)
    assert calendar.format_range(first, last, long=True) == "19 – 20 มกราคม 2570"
    assert calendar.format_range(first, last, year=False) == "19 – 20 ม.ค."
    assert calendar.format_time_range(time(8, 30), time(12)) == "08.30 – 12.00 น."
    assert calendar.format_time_range(time(8, 30), time(12), language="en") == "08:30 – 12:00"
    with pytest.raises(ValueError, match="before it begins"):
        calendar.format_range(last, first)


@pytest.mark.parametrize(
    ("closing", "thai", "english", "days"),
    [
        (date(2027, 2, 18), "อีก 3 วัน", "in 3 days", 3),
        (date(2027, 2, 16), "อีก 1 วัน", "in 1 day", 1),
        (MONDAY, "วันนี้", "today", 0),
        (date(2027, 2, 14), "เลยมา 1 วัน", "1 day ago", -1),
        (date(2027, 2, 1), "เลยมา 14 วัน", "14 days ago", -14),
    ],
)
def test_days_left(closing: date, thai: str, english: str, days: int) -> None:
    now = datetime(2027, 2, 15, 16, 59, 59, tzinfo=UTC)
    assert calendar.days_left(closing, now) == days
    assert calendar.format_days_left(closing, now) == thai
    assert calendar.format_days_left(closing, now, language="en") == english


def test_days_left_of_a_half_open_deadline() -> None:
    closes_at = calendar.end_exclusive(date(2027, 2, 28))
    assert closes_at == datetime(2027, 2, 28, 17, tzinfo=UTC)
    assert calendar.closing_day(closes_at) == date(2027, 2, 28)
    assert calendar.closing_day(datetime(2027, 2, 28, 9, 30, tzinfo=UTC)) == date(2027, 2, 28)
    assert calendar.closing_day(date(2027, 2, 28)) == date(2027, 2, 28)
    assert calendar.days_left(closes_at, closes_at - timedelta(seconds=1)) == 0
    assert calendar.days_left(closes_at, closes_at) == -1
    assert calendar.days_left(closes_at, calendar.start_of_day(date(2027, 2, 17))) == 11


def test_where_the_calendar_ends_it_says_so_in_words() -> None:
    last = datetime.max.replace(tzinfo=UTC)
    for ask, day in (
        (calendar.end_exclusive, date.max),
        (calendar.end_exclusive, last),
        (calendar.bangkok, last),
        (calendar.bangkok_date, last),
    ):
        with pytest.raises(calendar.DateError) as refused:
            ask(day)
        assert refused.value.code == "year-out-of-range"
        assert str(refused.value) == "ปีต้องอยู่ระหว่าง พ.ศ. 2400 ถึง 2942"
    assert calendar.end_exclusive(date(9999, 12, 30)) == calendar.start_of_day(date.max)


@given(DAYS)
def test_a_day_is_half_open(day: date) -> None:
    start, end = calendar.start_of_day(day), calendar.end_exclusive(day)
    assert calendar.bangkok_date(start) == day
    assert calendar.bangkok_date(end) == day + timedelta(days=1)
    assert calendar.closing_day(end) == day
    assert calendar.bangkok_date(end - timedelta(microseconds=1)) == day


@given(MOMENTS)
def test_a_moment_lies_in_its_day(moment: datetime) -> None:
    day = calendar.bangkok_date(moment)
    assert calendar.start_of_day(day) <= moment < calendar.end_exclusive(day)
    assert calendar.bangkok(moment) == moment


def test_fiscal_year_boundaries() -> None:
    assert calendar.fiscal_year(date(2026, 9, 30)) == 2569
    assert calendar.fiscal_year(date(2026, 10, 1)) == 2570
    assert calendar.fiscal_year(date(2027, 9, 30)) == 2570
    assert calendar.fiscal_year_range(2570) == (date(2026, 10, 1), date(2027, 9, 30))
    assert calendar.fiscal_year(datetime(2026, 9, 30, 16, 59, 59, tzinfo=UTC)) == 2569
    assert calendar.fiscal_year(datetime(2026, 9, 30, 17, 0, tzinfo=UTC)) == 2570


@given(DAYS)
def test_every_day_lies_in_its_fiscal_year_and_in_no_other(day: date) -> None:
    year = calendar.fiscal_year(day)
    first, last = calendar.fiscal_year_range(year)
    assert first <= day <= last
    assert calendar.fiscal_year(first - timedelta(days=1)) == year - 1
    assert calendar.fiscal_year(last + timedelta(days=1)) == year + 1


@given(st.integers(min_value=1, max_value=9000))
def test_eras_are_inverse(year: int) -> None:
    assert calendar.to_ce(calendar.to_be(year)) == year
    assert calendar.to_be(2027) == 2570
