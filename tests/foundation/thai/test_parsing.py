"""Reading dates back in every form in which they are written, and refusing the rest in words."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saduak.foundation.thai import calendar
from saduak.foundation.thai.calendar import (
    DateError,
    parse_date,
    parse_date_range,
    parse_datetime,
    parse_time,
)
from saduak.foundation.thai.names import MONTHS_EN, MONTHS_TH_SHORT
from saduak.foundation.thai.numerals import to_thai_digits

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 12, 31))

FORMATS: dict[str, Callable[[date], str]] = {
    "long": calendar.format_long,
    "long-no-weekday": lambda day: calendar.format_long(day, weekday=False),
    "short": calendar.format_short,
    "short-weekday": lambda day: calendar.format_short(day, weekday=True),
    "en-long": lambda day: calendar.format_long(day, language="en"),
    "en-long-no-weekday": lambda day: calendar.format_long(day, weekday=False, language="en"),
    "en-short": lambda day: calendar.format_short(day, language="en"),
    "en-short-weekday": lambda day: calendar.format_short(day, weekday=True, language="en"),
    "en-american": lambda day: f"{MONTHS_EN[day.month - 1]} {day.day}, {day.year}",
    "iso": date.isoformat,
    "iso-be": lambda day: f"{day.year + 543}-{day.month:02}-{day.day:02}",
    "slashes-be": lambda day: f"{day.day}/{day.month}/{day.year + 543}",
    "slashes-ce": lambda day: f"{day.day:02}/{day.month:02}/{day.year}",
    "stops-be": lambda day: f"{day.day}.{day.month}.{day.year + 543}",
    "era-be": lambda day: f"วันที่ {day.day} {MONTHS_TH_SHORT[day.month - 1]} พ.ศ. {day.year + 543}",
    "era-ce": lambda day: f"{day.day} {MONTHS_TH_SHORT[day.month - 1]} ค.ศ. {day.year}",
    "no-stops": lambda day: f"{day.day}{MONTHS_TH_SHORT[day.month - 1].replace('.', '')}{day.year + 543}",
}


@pytest.mark.parametrize("name", FORMATS)
@given(day=DAYS)
def test_every_format_reads_back(name: str, day: date) -> None:
    text = FORMATS[name](day)
    assert parse_date(text) == day
    assert parse_date(to_thai_digits(text)) == day
    assert parse_date(f"  {text.replace(' ', chr(0xA0))}\u200b ") == day


@pytest.mark.parametrize("name", FORMATS)
def test_every_day_of_a_leap_cycle_reads_back(name: str) -> None:
    write = FORMATS[name]
    first = date(2024, 1, 1)
    for offset in range(366 + 3 * 365):
        day = first + timedelta(days=offset)
        assert parse_date(write(day)) == day


@given(DAYS, st.integers(min_value=-182, max_value=182))
def test_without_its_year_the_nearest_is_meant(today: date, distance: int) -> None:
    day = today + timedelta(days=distance)
    if (day.month, day.day) != (2, 29):
        assert parse_date(calendar.format_short(day, year=False), today=today) == day
        assert parse_date(calendar.format_long(day, year=False), today=today) == day
    assert parse_date(calendar.format_short(today, year=False), today=today) == today


def test_the_leap_day_without_its_year_is_found_across_1900() -> None:
    assert parse_date("29 ก.พ.", today=date(2027, 2, 1)) == date(2028, 2, 29)
    assert parse_date("29 ก.พ.", today=date(1900, 3, 1)) in {date(1896, 2, 29), date(1904, 2, 29)}


@given(st.dates(min_value=date(1980, 1, 1), max_value=date(2075, 12, 31)))
def test_two_digit_years_are_near_today(day: date) -> None:
    today = date(2027, 2, 15)
    text = f"{day.day} {MONTHS_TH_SHORT[day.month - 1]} {(day.year + 543) % 100:02}"
    assert parse_date(text, today=today) == day
    assert parse_date(f"{day.day}/{day.month}/{(day.year + 543) % 100:02}", today=today) == day


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("15 ก.พ. 70", date(2027, 2, 15)),
        ("15/2/70", date(2027, 2, 15)),
        ("๑๕ กุมภา ๒๕๗๐", date(2027, 2, 15)),
        ("15 ก . พ . 2570", date(2027, 2, 15)),
        ("วันจันทร์ที่ ๑๙ ธันวาคม ๒๕๖๕", date(2022, 12, 19)),
        ("ลงวันที่ ๒๘ ธันวาคม ๒๕๖๓", date(2020, 12, 28)),
        ("1 เดือนมกราคม พ.ศ. 2566", date(2023, 1, 1)),
        ("พฤ. 18 ก.พ. 2570", date(2027, 2, 18)),
        ("วันพฤหัส 18 ก.พ. 2570", date(2027, 2, 18)),
        ("15 ก.พ. ค.ศ. 27", date(2027, 2, 15)),
        ("15th Sept 2027", date(2027, 9, 15)),
        ("29/2/2571", date(2028, 2, 29)),
        ("15 ก.พ. 2570", date(2027, 2, 15)),
    ],
)
def test_what_people_write(text: str, expected: date) -> None:
    assert parse_date(text) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not-a-date"),
        ("พรุ่งนี้", "not-a-date"),
        ("15 ก.พ. 257", "not-a-date"),
        ("2570", "not-a-date"),
        ("15/2-2570", "not-a-date"),
        ("1" * 200, "not-a-date"),
        ("15 ฟู. 2570", "unknown-month"),
        ("15/13/2570", "no-such-month"),
        ("30 ก.พ. 2570", "no-such-day"),
        ("29/2/2570", "no-such-day"),
        ("0/2/2570", "no-such-day"),
        ("30 ก.พ.", "year-missing"),
        ("15 ก.พ.", "year-missing"),
        ("15 Feb 27", "short-year"),
        ("อังคาร 15 ก.พ. 2570", "weekday-differs"),
        ("15 Feb 2027 (B.E. 2571)", "years-differ"),
        ("15 ก.พ. พ.ศ. 2027", "year-out-of-range"),
        ("15 ก.พ. ค.ศ. 2570", "year-out-of-range"),
        ("15/2/9999", "year-out-of-range"),
    ],
)
def test_what_is_refused(text: str, code: str) -> None:
    with pytest.raises(DateError) as caught:
        parse_date(text)
    assert caught.value.code == code


def test_a_day_that_no_year_has_is_refused_with_today() -> None:
    with pytest.raises(DateError) as caught:
        parse_date("30 ก.พ.", today=date(2027, 1, 1))
    assert caught.value.code == "no-such-day"


def test_the_message_is_plain_thai() -> None:
    with pytest.raises(DateError) as caught:
        parse_date("30 ก.พ. 2570")
    assert str(caught.value) == "ไม่มีวันที่ 30 เดือนนี้มี 28 วัน"


def test_a_wrong_weekday_can_be_let_pass() -> None:
    assert parse_date("อังคาร 15 ก.พ. 2570", check_weekday=False) == date(2027, 2, 15)


_PIECES = st.sampled_from(
    ["15", "2", "2570", "70", "ก.พ.", "กุมภาพันธ์", "/", "-", ".", " ", "พ.ศ.", "จันทร์", "ที่", "Feb", "(", "๓๑"]
)


@given(st.one_of(st.text(max_size=40), st.lists(_PIECES, max_size=8).map("".join)))
def test_any_text_is_a_date_or_a_date_error(text: str) -> None:
    # Any other error than DateError fails the test.
    with contextlib.suppress(DateError):
        assert 1857 <= parse_date(text, today=date(2027, 2, 15)).year <= 2399


@given(DAYS, DAYS, st.sampled_from(["th", "en"]), st.booleans())
def test_ranges_read_back(one: date, other: date, language: calendar.Language, long: bool) -> None:
    first, last = sorted([one, other])
    assert parse_date_range(calendar.format_range(first, last, long=long, language=language)) == (first, last)


@given(DAYS, st.integers(min_value=0, max_value=40))
def test_short_ranges_read_back(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    assert parse_date_range(calendar.format_range(first, last)) == (first, last)
    assert parse_date_range(to_thai_digits(calendar.format_range(first, last)).replace("–", "-")) == (
        first,
        last,
    )


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("1 มกราคม - ๒๘ กุมภาพันธ์ ๒๕๖๖", date(2023, 1, 1), date(2023, 2, 28)),
        ("1-15 ก.พ. 2570", date(2027, 2, 1), date(2027, 2, 15)),
        ("วันที่ 1 ถึงวันที่ 5 มีนาคม 2570", date(2027, 3, 1), date(2027, 3, 5)),
        ("28 ธ.ค. – 3 ม.ค. 2570", date(2026, 12, 28), date(2027, 1, 3)),
        ("2027-02-15", MONDAY := date(2027, 2, 15), MONDAY),
    ],
)
def test_ranges_that_people_write(text: str, first: date, last: date) -> None:
    assert parse_date_range(text) == (first, last)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("5 – 3 ม.ค. 2570", "range-reversed"),
        ("1 – 2 – 3 ม.ค. 2570", "not-a-date"),
        ("40 – 41 ม.ค. 2570", "no-such-day"),
    ],
)
def test_ranges_that_are_refused(text: str, code: str) -> None:
    with pytest.raises(DateError) as caught:
        parse_date_range(text)
    assert caught.value.code == code


@given(st.times())
def test_times_read_back(moment: time) -> None:
    whole = moment.replace(microsecond=0)
    assert parse_time(calendar.format_time(whole, seconds=True)) == whole
    assert parse_time(calendar.format_time(whole, seconds=True, language="en")) == whole
    assert parse_time(to_thai_digits(calendar.format_time(whole))) == whole.replace(second=0)


@pytest.mark.parametrize(
    ("text", "code"),
    [("24.00 น.", "no-such-time"), ("9.60", "no-such-time"), ("เช้า", "not-a-time"), ("9", "not-a-time")],
)
def test_times_that_are_refused(text: str, code: str) -> None:
    with pytest.raises(DateError) as caught:
        parse_time(text)
    assert caught.value.code == code


@given(
    st.datetimes(min_value=datetime(1930, 1, 1), max_value=datetime(2200, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(["th", "en"]),
    st.booleans(),
)
def test_moments_read_back(moment: datetime, language: calendar.Language, long: bool) -> None:
    whole = moment.replace(microsecond=0)
    assert (
        parse_datetime(calendar.format_datetime(whole, seconds=True, long=long, language=language)) == whole
    )
    assert parse_datetime(calendar.bangkok(whole).isoformat()) == whole
    assert parse_datetime(calendar.bangkok(whole).replace(tzinfo=None).isoformat()) == whole


def test_a_moment_needs_both_parts() -> None:
    for text in ("15 ก.พ. 2570", "16.42 น."):
        with pytest.raises(DateError) as caught:
            parse_datetime(text)
        assert caught.value.code == "not-a-moment"
