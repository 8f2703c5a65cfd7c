"""Texts as they come on paper."""

import dataclasses
import datetime

import pytest

from saduak.correspondence.writing import Attached
from saduak.correspondence.writing.glyphs import drawable
from saduak.correspondence.writing.printed import (
    as_printed,
    clean,
    dated,
    digits,
    line,
    lines,
    number_is_open,
)
from tests.correspondence.writing import samples as s


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("  ก\t\u00a0 ข  ", "ก ข"),
        ("ก\r\nข\rค\u2028ง", "ก\nข\nค\nง"),
        ("ก\x00\x07\u200b\ufeffข\ud800\ufffe", "กข"),
        ("น้ํา เเละ", "น้ำ และ"),
        ("\uf70aก\uf70aด\uf712\uf70a", "ก่ด็่"),
        (" ่ก ้", "ก"),
        (")ำ ทำ น้ำ", ") ทำ น้ำ"),
        ("e\u0301", "é"),
    ],
)
def test_text_is_cleaned(written: str, printed: str) -> None:
    assert clean(written) == printed
    assert clean(printed) == printed


def test_lines_of_a_text() -> None:
    assert line(" ก \n ข ") == "ก ข"
    assert lines("ก\n\n ข \n") == ["ก", "ข"]


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("สม 0018.1/ว 96 พ.ศ. 2570", "สม ๐๐๑๘.๑/ว ๙๖ พ.ศ. ๒๕๗๐"),
        ("https://a1.example/2?x=3 ข้อ 4", "https://a1.example/2?x=3 ข้อ ๔"),
        ("saraban12@a1.go.th, 0 2000 1111", "saraban12@a1.go.th, ๐ ๒๐๐๐ ๑๑๑๑"),
        ("www.a1.go.th/1 และ psc1.opm.go.th 12", "www.a1.go.th/1 และ psc1.opm.go.th ๑๒"),
        ("LINE @gecc2570 และ line://ti/p/@x1 ปี 2570", "LINE @gecc2570 และ line://ti/p/@x1 ปี ๒๕๗๐"),
        ("form1.pdf ISO 9001 v2.0 1.2.3", "form1.pdf ISO ๙๐๐๑ v๒.๐ ๑.๒.๓"),
        ("ข้อ ๓", "ข้อ ๓"),
    ],
)
def test_digits_but_not_in_addresses(written: str, printed: str) -> None:
    assert digits(written, thai=True) == printed


def test_one_kind_of_digits() -> None:
    assert digits("ข้อ ๓ และ 4", thai=False) == "ข้อ 3 และ 4"


def test_days_and_numbers() -> None:
    assert dated(datetime.date(2022, 12, 12), thai=True) == "๑๒ ธันวาคม ๒๕๖๕"
    assert dated(datetime.date(2027, 2, 1), thai=False) == "1 กุมภาพันธ์ 2570"
    assert dated(None, thai=True) == ""
    assert [number_is_open(text) for text in ("", " ", "สม 0018.1/", "สม 0018.1/ว ", "สม 0018.1/ว 96")] == [
        True,
        True,
        True,
        True,
        False,
    ]


def test_each_line_of_a_paragraph_is_a_paragraph() -> None:
    letter = as_printed(dataclasses.replace(s.EXTERNAL, paragraphs=("ดังนี้\n1. ก\n\n2. ข", "")))
    assert letter.paragraphs == ("ดังนี้", "๑. ก", "๒. ข")


def test_a_memo_has_everything_in_its_line_and_its_text() -> None:
    letter = as_printed(s.MEMO)
    assert letter.issuer == "ที่ทำการปกครองจังหวัด กลุ่มงานปกครอง โทร. ๐ ๔๐๐๐ ๑๘๑๗"
    assert (letter.contact, letter.owner_unit, letter.closing) == ((), "", "")
    assert (letter.references, letter.attachments) == ((), ())
    assert letter.paragraphs[:2] == (
        "อ้างถึง หนังสือกรมตัวอย่าง ที่ กต ๐๓๑๐.๑/ว ๕๑ ลงวันที่ ๘ มกราคม ๒๕๖๖",
        "สิ่งที่ส่งมาด้วย กำหนดการตรวจประเมิน จำนวน ๑ ชุด",
    )
    assert (
        as_printed(dataclasses.replace(s.MEMO, issuer="กอง โทร. 0 4000 1817")).issuer
        == "กอง โทร. ๐ ๔๐๐๐ ๑๘๑๗"
    )


def test_what_a_memos_text_says_itself_is_not_said_again() -> None:
    said = f"ตาม{s.MEMO.references[0]} ส่งกำหนดการตรวจประเมิน นั้น"
    letter = as_printed(dataclasses.replace(s.MEMO, paragraphs=(said,)))
    assert len(letter.paragraphs) == 1
    several = dataclasses.replace(
        s.MEMO, references=(), attachments=(Attached("ก"), Attached("ข", "1 ชุด"), Attached(" "))
    )
    assert as_printed(several).paragraphs[:2] == ("สิ่งที่ส่งมาด้วย ๑. ก", "๒. ข ๑ ชุด")


def test_a_stamped_letter_is_signed_by_nobody() -> None:
    letter = as_printed(
        dataclasses.replace(s.STAMPED, signature=s.EXTERNAL.signature, closing="ขอแสดงความนับถือ")
    )
    assert (letter.signature, letter.closing) == (None, "")


def test_what_no_letter_draws_is_a_question_mark() -> None:
    assert drawable({"a": ["ก😀", 1, None], "b": ("中\n",)}) == {"a": ["ก?", 1, None], "b": ["?\n"]}
