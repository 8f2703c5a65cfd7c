"""The holiday file: what is read, what is refused row by row, and how far it reaches."""

from __future__ import annotations

from datetime import date
from importlib import resources

import pytest

from saduak.foundation.thai.holidays import (
    MAX_ROWS,
    SAMPLE_SOURCE,
    Coverage,
    Holiday,
    HolidayKind,
    closed_days,
    coverage,
    read_holidays,
)

HEADER = "date,name_th,name_en,kind,source\n"
GOOD = "2027-01-01,วันขึ้นปีใหม่,New Year's Day,fixed,มติคณะรัฐมนตรี\n"


def sample() -> tuple[Holiday, ...]:
    content = resources.files("saduak.foundation").joinpath("data/holidays-sample.csv").read_bytes()
    result = read_holidays(content)
    assert result.errors == ()
    return result.holidays


def test_the_sample_says_that_it_is_one() -> None:
    holidays = sample()
    assert {holiday.day.year + 543 for holiday in holidays} == set(range(2563, 2571))
    assert {holiday.source for holiday in holidays} == {SAMPLE_SOURCE}
    assert all(holiday.is_sample for holiday in holidays)
    assert date(2027, 12, 5) in closed_days(holidays)


def test_labour_day_closes_no_office() -> None:
    holidays = sample()
    assert any(
        holiday.day == date(2027, 5, 1) and holiday.kind is HolidayKind.PRIVATE for holiday in holidays
    )
    assert date(2026, 5, 1) not in closed_days(holidays)


def test_songkran_of_2563_was_moved() -> None:
    days = {holiday.day for holiday in sample()}
    assert date(2020, 4, 13) not in days
    assert date(2021, 4, 13) in days


def test_a_good_row() -> None:
    result = read_holidays(HEADER + GOOD)
    assert result.errors == ()
    assert result.holidays == (
        Holiday(date(2027, 1, 1), "วันขึ้นปีใหม่", "New Year's Day", HolidayKind.FIXED, "มติคณะรัฐมนตรี"),
    )
    assert not result.holidays[0].is_sample


def test_thai_dates_other_column_orders_and_encodings() -> None:
    text = "kind,source,date,name_th,name_en,note\nLUNAR,ประกาศ,๒๑ ก.พ. ๒๕๗๐,วันมาฆบูชา,,x\n\n"
    expected = Holiday(date(2027, 2, 21), "วันมาฆบูชา", "", HolidayKind.LUNAR, "ประกาศ")
    for content in (text, text.encode("utf-8"), text.encode("utf-8-sig"), text.encode("cp874")):
        result = read_holidays(content)
        assert result.errors == ()
        assert result.holidays == (expected,)


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        ("30 ก.พ. 2570,ก,,fixed,ข", "date", "ไม่มีวันที่ 30 เดือนนี้มี 28 วัน"),
        (",ก,,fixed,ข", "date", "อ่านวันที่ไม่ออก เขียนแบบ 15 ก.พ. 2570 หรือ 15/2/2570"),
        ("2027-01-02,,,fixed,ข", "name_th", "ช่องนี้ต้องไม่ว่าง"),
        ("2027-01-02,ก,,fixed,", "source", "ช่องนี้ต้องไม่ว่าง"),
        ("2027-01-02,ก,,party,ข", "kind", "ต้องเป็นค่าใดค่าหนึ่งใน fixed, lunar, substitute, special, private"),
        ("2027-01-02," + "ก" * 201 + ",,fixed,ข", "name_th", "ยาวเกิน 200 ตัวอักษร"),
        ("2027-01-02,ก", "", "ต้องมี 5 ช่อง แต่มี 2"),
        (GOOD.strip(), "date", "ซ้ำกับแถวที่ 2"),
    ],
)
def test_a_bad_row_is_named_and_the_others_are_read(row: str, column: str, message: str) -> None:
    result = read_holidays(HEADER + GOOD + row + "\n" + GOOD.replace("01-01", "12-31"))
    assert [(error.line, error.column, str(error)) for error in result.errors] == [(3, column, message)]
    assert [holiday.day for holiday in result.holidays] == [date(2027, 1, 1), date(2027, 12, 31)]


def test_every_fault_of_a_row_is_told() -> None:
    result = read_holidays(HEADER + "x,,,party,\n")
    assert [error.column for error in result.errors] == ["date", "name_th", "source", "kind"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "ไม่มีคอลัมน์ date, name_th, name_en, kind, source"),
        ("date,name_th,name_en,kind\n", "ไม่มีคอลัมน์ source"),
        (HEADER, "ไม่มีวันหยุดในแฟ้มนี้"),
        (HEADER + '"2027-01-01,ก', "แฟ้มนี้ไม่ใช่ CSV ที่อ่านได้ ตรวจเครื่องหมายคำพูดและจุลภาค"),
        (b"\xff\xfe\x00\x80\xdb\xdc", "เปิดแฟ้มไม่ออก บันทึกเป็น CSV แบบ UTF-8 แล้วลองใหม่"),
        (HEADER + "\n" * (MAX_ROWS + 1), "มีเกิน 5000 แถว แบ่งเป็นหลายแฟ้ม"),
    ],
)
def test_a_file_that_is_none(content: str | bytes, message: str) -> None:
    result = read_holidays(content)
    assert result.holidays == ()
    assert [str(error) for error in result.errors] == [message]


def test_coverage() -> None:
    holidays = sample()
    official = read_holidays(HEADER + GOOD + GOOD.replace("2027", "2028")).holidays
    assert coverage(official, date(2027, 1, 1), date(2028, 12, 31)) is Coverage.OFFICIAL
    assert coverage(holidays, date(2026, 12, 1), date(2027, 1, 15)) is Coverage.SAMPLE
    assert coverage(official, date(2026, 12, 31), date(2027, 1, 1)) is Coverage.UNKNOWN
    assert coverage((*official, *holidays), date(2027, 1, 1), date(2027, 1, 2)) is Coverage.SAMPLE
    assert coverage(official, date(2028, 1, 1), date(2027, 1, 1)) is Coverage.OFFICIAL
    assert coverage((), date(2027, 1, 1), date(2027, 1, 1)) is Coverage.UNKNOWN
