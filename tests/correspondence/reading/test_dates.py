"""Dates in all the ways that letters print them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saduak.correspondence.reading.dates import (
    find_dates,
    first_date,
    fiscal_span,
    gregorian_year,
    impossible_date,
    month_end,
)
from saduak.correspondence.reading.text import fold

LONG = [
    "มกราคม",
    "กุมภาพันธ์",
    "มีนาคม",
    "เมษายน",
    "พฤษภาคม",
    "มิถุนายน",
    "กรกฎาคม",
    "สิงหาคม",
    "กันยายน",
    "ตุลาคม",
    "พฤศจิกายน",
    "ธันวาคม",
]
SHORT = ["ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."]


@pytest.mark.parametrize(
    ("printed", "first", "last"),
    [
        ("วันจันทร์ที่ ๑๙ ธันวาคม ๒๕๖๕", date(2022, 12, 19), date(2022, 12, 19)),
        ("1 ม.ค. 64", date(2021, 1, 1), date(2021, 1, 1)),
        ("13 มค 64", date(2021, 1, 13), date(2021, 1, 13)),
        ("1 เดือน มกราคม พุทธศักราช 2564", date(2021, 1, 1), date(2021, 1, 1)),
        ("12 ธันวาคม ค.ศ. 2022", date(2022, 12, 12), date(2022, 12, 12)),
        ("5 มกราคม พ.ศ.2564", date(2021, 1, 5), date(2021, 1, 5)),
        ("15/2/2566", date(2023, 2, 15), date(2023, 2, 15)),
        ("15/02/66", date(2023, 2, 15), date(2023, 2, 15)),
        ("2023-02-15", date(2023, 2, 15), date(2023, 2, 15)),
        ("1 มกราคม - 28 กุมภาพันธ์ 2566", date(2023, 1, 1), date(2023, 2, 28)),
        ("15 ธันวาคม – 31 มกราคม 2568", date(2024, 12, 15), date(2025, 1, 31)),
        ("1-3 มีนาคม 2567", date(2024, 3, 1), date(2024, 3, 3)),
        ("30 ธันวาคม 2565 ถึงวันที่ 2 มกราคม 2566", date(2022, 12, 30), date(2023, 1, 2)),
        ("29 กุมภาพันธ์ 2567", date(2024, 2, 29), date(2024, 2, 29)),
    ],
)
def test_reads(printed: str, first: date, last: date) -> None:
    hit = first_date(fold(printed))
    assert hit is not None
    assert (hit.first, hit.last) == (first, last)


@pytest.mark.parametrize(
    "printed", ["29 กุมภาพันธ์ 2566", "31 เมษายน 2567", "45 มกราคม 2567", "28 - 1 มีนาคม 2567"]
)
def test_impossible_days_are_no_dates(printed: str) -> None:
    hit = first_date(printed)
    assert hit is not None
    assert hit.first is None


@pytest.mark.parametrize(
    "text",
    ["ว 51", "0 2283 4475", "08.30 - 09.00 น.", "5 กค 0402.3/1", "ปี พ.ศ. 2559 - พ.ศ. 2561", "99/99/2566"],
)
def test_what_is_no_date(text: str) -> None:
    assert find_dates(text) == []


def test_a_time_after_a_month_is_no_year() -> None:
    hit = first_date("5 มี.ค. 10.30 น.")
    assert hit is not None
    assert (hit.first, hit.has_year, hit.in_year(2024)) == (None, False, date(2024, 3, 5))


def test_weekdays_of_both_ends() -> None:
    hit = first_date("วันศุกร์ที่ 1 - วันอาทิตย์ที่ 3 มีนาคม 2567")
    assert hit is not None
    assert hit.weekdays == ((4, date(2024, 3, 1)), (6, date(2024, 3, 3)))


def test_month_and_fiscal_year() -> None:
    assert month_end("เดือนกุมภาพันธ์ 2567", 0) == (date(2024, 2, 29), 20)
    full = fiscal_span("ปีงบประมาณ พ.ศ. 2566", 0)
    assert full is not None
    assert full[:2] == (date(2022, 10, 1), date(2023, 9, 30))
    quarter = fiscal_span("ไตรมาสที่ 2 ของปีงบประมาณ พ.ศ. 2566", 0)
    assert quarter is not None
    assert quarter[:2] == (date(2023, 1, 1), date(2023, 3, 31))
    first = fiscal_span("ไตรมาสที่ 1 ปีงบประมาณ 2566", 0)
    assert first is not None
    assert first[:2] == (date(2022, 10, 1), date(2022, 12, 31))


@pytest.mark.parametrize(
    ("printed", "year"),
    [("2565", 2022), ("พ.ศ. 65", 2022), ("2022", 2022), ("10", None), ("", None), ("123", None)],
)
def test_years(printed: str, year: int | None) -> None:
    assert gregorian_year(printed) == year


@given(st.dates(date(1990, 1, 1), date(2056, 12, 31)), st.booleans(), st.booleans(), st.booleans())
def test_round_trip(day: date, short: bool, thai_digits: bool, two_digits: bool) -> None:
    month = (SHORT if short else LONG)[day.month - 1]
    year = (day.year + 543) % 100 if two_digits and day.year >= 1990 else day.year + 543
    shown = f"{day.day} {month} {year:02d}"
    if thai_digits:
        shown = shown.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
    hit = first_date(fold(f"วันที่ {shown} ณ"))
    assert hit is not None
    assert hit.first == day


@given(st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.integers(1, 300))
def test_range_round_trip(start: date, days: int) -> None:
    end = start + timedelta(days=days)
    shown = f"{start.day} {LONG[start.month - 1]} {start.year + 543} - {end.day} {LONG[end.month - 1]} {end.year + 543}"
    hit = first_date(shown)
    assert hit is not None
    assert (hit.first, hit.last, hit.is_range) == (start, end, True)


def test_the_first_date_that_no_calendar_has_is_found_among_real_ones():
    text = "ตั้งแต่วันที่ 1 ม.ค. 2570 รายงานภายในวันที่ 31 ก.พ. 2570 และวันที่ 32 มี.ค. 2570"
    hit = impossible_date(text)
    assert text[hit.start : hit.end] == "31 ก.พ. 2570"
    assert impossible_date("ภายในวันที่ 31 กุมภาพันธ์") is None
    assert impossible_date("ภายในวันที่ 28 ก.พ. 2570") is None


def test_two_days_running_are_a_range_and_other_pairs_are_not() -> None:
    (both,) = find_dates("ในวันที่ 20 และ 21 มีนาคม 2567")
    assert (both.first, both.last, both.is_range) == (date(2024, 3, 20), date(2024, 3, 21), True)
    (last,) = find_dates("ข้อ 2 และ 21 มีนาคม 2567")
    assert (last.first, last.is_range) == (date(2024, 3, 21), False)


@pytest.mark.parametrize(
    ("text", "day"), [("5 พฤษจิกายน 2566", date(2023, 11, 5)), ("5 กรกฏาคม 2566", date(2023, 7, 5))]
)
def test_months_as_many_misspell_them(text: str, day: date) -> None:
    assert [hit.first for hit in find_dates(text)] == [day]
