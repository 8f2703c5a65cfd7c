"""Digits both ways, number words, ordinals and separators."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saduak.foundation.thai import numerals
from saduak.foundation.thai.names import NumberError

UNITS = {
    "หนึ่ง": 1,
    "เอ็ด": 1,
    "สอง": 2,
    "ยี่": 2,
    "สาม": 3,
    "สี่": 4,
    "ห้า": 5,
    "หก": 6,
    "เจ็ด": 7,
    "แปด": 8,
    "เก้า": 9,
}
PLACES = {"สิบ": 10, "ร้อย": 100, "พัน": 1_000, "หมื่น": 10_000, "แสน": 100_000}


def read_words(text: str) -> int:
    """Read Thai number words by a grammar of its own, as the other side of the round trip."""
    if text == "ศูนย์":
        return 0
    if "ล้าน" in text:
        head, tail = text.rsplit("ล้าน", 1)
        return read_words(head) * 1_000_000 + (read_words(tail) if tail else 0)
    total, digit = 0, 0
    while text:
        for words in (UNITS, PLACES):
            for word, value in words.items():
                if text.startswith(word):
                    text = text.removeprefix(word)
                    if words is UNITS:
                        digit = value
                    else:
                        total, digit = total + (digit or 1) * value, 0
                    break
            else:
                continue
            break
        else:
            pytest.fail(f"no number word at the start of {text}")
    return total + digit


@given(st.integers(min_value=0, max_value=10**30))
def test_digits_go_there_and_back(number: int) -> None:
    thai = numerals.to_thai_digits(number)
    assert not any(character in "0123456789" for character in thai)
    assert int(numerals.to_arabic_digits(thai)) == number


@given(st.text())
def test_digits_leave_everything_else_alone(text: str) -> None:
    thai = numerals.to_thai_digits(text)
    assert len(thai) == len(text)
    assert numerals.to_arabic_digits(thai) == numerals.to_arabic_digits(text)
    assert numerals.to_thai_digits(numerals.to_arabic_digits(text)) == thai


def test_digits_of_a_letter_number() -> None:
    assert numerals.to_thai_digits("มท 0810.7/ว 51") == "มท ๐๘๑๐.๗/ว ๕๑"
    assert numerals.to_arabic_digits("พล ๐๐๒๓.๓/ว ๕๕๓") == "พล 0023.3/ว 553"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "ศูนย์"),
        (1, "หนึ่ง"),
        (10, "สิบ"),
        (11, "สิบเอ็ด"),
        (20, "ยี่สิบ"),
        (21, "ยี่สิบเอ็ด"),
        (101, "หนึ่งร้อยเอ็ด"),
        (121, "หนึ่งร้อยยี่สิบเอ็ด"),
        (2570, "สองพันห้าร้อยเจ็ดสิบ"),
        (1_000_000, "หนึ่งล้าน"),
        (1_000_001, "หนึ่งล้านเอ็ด"),
        (21_000_000, "ยี่สิบเอ็ดล้าน"),
        (-5, "ลบห้า"),
    ],
)
def test_words(number: int, words: str) -> None:
    assert numerals.thai_number_words(number) == words


@given(st.integers(min_value=0, max_value=10**15))
def test_words_read_back(number: int) -> None:
    assert read_words(numerals.thai_number_words(number)) == number


@pytest.mark.parametrize(
    ("number", "english"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (12, "12th"),
        (13, "13th"),
        (21, "21st"),
        (111, "111th"),
    ],
)
def test_ordinals(number: int, english: str) -> None:
    assert numerals.ordinal(number, language="en") == english
    assert numerals.ordinal(number) == f"ที่ {number}"


@pytest.mark.parametrize(
    ("text", "number"), [("12", 12), ("๑๒", 12), (" 1,234 ", 1234), ("๒๐,๐๐๐", 20_000), ("-3", -3)]
)
def test_parse_int(text: str, number: int) -> None:
    assert numerals.parse_int(text) == number


@pytest.mark.parametrize("text", ["", "๑๒ก", "1,23", "1.5", "๑ ๒", "9" * 31, "--1"])
def test_parse_int_refuses(text: str) -> None:
    with pytest.raises(NumberError) as caught:
        numerals.parse_int(text)
    assert caught.value.code == "not-a-number"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (20000, None, "20,000"),
        (-1234567, None, "-1,234,567"),
        (Decimal("74.50"), None, "74.5"),
        (Decimal(100), None, "100"),
        (Decimal("1E+3"), None, "1,000"),
        (2.5, 0, "3"),
        (74.125, 2, "74.13"),
        (7, 1, "7.0"),
    ],
)
def test_format_number(value: float | Decimal, decimals: int | None, text: str) -> None:
    assert numerals.format_number(value, decimals=decimals) == text


def test_format_number_refuses_what_is_none() -> None:
    with pytest.raises(NumberError):
        numerals.format_number(float("nan"))


@given(st.integers())
def test_separators_change_nothing(number: int) -> None:
    assert int(numerals.format_number(number).replace(",", "")) == number
