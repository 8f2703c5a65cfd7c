"""Stamps beside the text, and titles on one line."""

import pytest

from saduak.correspondence.reading import read_text
from saduak.correspondence.reading.columns import set_apart, titles_apart
from saduak.correspondence.reading.text import Sheet


def texts(text: str) -> list[str]:
    return [line.text for line in set_apart(Sheet(text).lines)]


def test_a_stamp_at_the_right_reads_as_if_it_stood_alone() -> None:
    text = (
        "บันทึกข้อความ      สำนักงานกลาง\nส่วนราชการ กองตัวอย่าง      เลขรับ 12\nที่ สม 1/2      เวลา 9.05 น.\nเรื่อง ก"
    )
    assert texts(text) == [
        "บันทึกข้อความ", "ส่วนราชการ กองตัวอย่าง", "สำนักงานกลาง", "เลขรับ 12", "ที่ สม 1/2      เวลา 9.05 น.", "เรื่อง ก",
    ]  # fmt: skip


def test_a_bar_parts_even_beside_the_number() -> None:
    text = "ด่วน | เลขรับ 12\nที่ สม 1/2 | วันที่ 5 ม.ค. 67"
    assert texts(text) == ["ด่วน", "ที่ สม 1/2", "เลขรับ 12", "วันที่ 5 ม.ค. 67"]


def test_a_receipt_number_at_the_end_of_a_recognised_line() -> None:
    text = "ส่วนราชการ กองตัวอย่าง โทร. 0 2000 1111 เลขรับ 118\nเรื่อง ทดสอบวันนี้ วันที่ 5 ม.ค. 67"
    assert texts(text) == [
        "ส่วนราชการ กองตัวอย่าง โทร. 0 2000 1111",
        "เรื่อง ทดสอบวันนี้",
        "เลขรับ 118",
        "วันที่ 5 ม.ค. 67",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "กองตัวอย่าง เลขรับ 12",  # the office before its own number
        "ตามหนังสือ เลขรับ 12",  # a sentence
        "ที่ สม 1/2      จังหวัดสมมุติ",
        "เอกสาร เลขรับ 12 ของกองกลาง",
    ],
)
def test_other_lines_stay_whole(text: str) -> None:
    assert texts(text) == [text]


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("คำสั่งกรมตัวอย่าง ที่ 12/2565 เรื่อง แต่งตั้ง", ["คำสั่งกรมตัวอย่าง", "ที่ 12/2565", "เรื่อง แต่งตั้ง"]),
        ("ประกาศกรมตัวอย่าง เรื่อง รับสมัคร", ["ประกาศกรมตัวอย่าง", "เรื่อง รับสมัคร"]),
        ("คำสั่ง\nกรมตัวอย่าง\nที่ 1/2565", ["", "คำสั่งกรมตัวอย่าง", "ที่ 1/2565"]),
        ("ตาม\nประกาศกรมตัวอย่าง เรื่อง รับสมัคร", ["ตาม", "ประกาศกรมตัวอย่าง เรื่อง รับสมัคร"]),  # cited in a sentence
        ("คำสั่งกรมตัวอย่าง ที่ 12/2565 ลงวันที่ 5 มกราคม 2565", ["คำสั่งกรมตัวอย่าง ที่ 12/2565 ลงวันที่ 5 มกราคม 2565"]),
    ],
)
def test_titles(text: str, cut: list[str]) -> None:
    assert [line.text for line in titles_apart(Sheet(text).lines)] == cut


def test_what_is_read_from_a_joined_title_stands_where_it_is_printed() -> None:
    text = "คำสั่ง\nกรมตัวอย่าง\nที่ 1/2565\nเรื่อง ทดสอบ\nให้กองกลางรายงานผล\nสั่ง ณ วันที่ 5 มกราคม 2565\n(นายหนึ่ง ตัวอย่าง)\nอธิบดี"
    reading = read_text(text, "a.txt")
    start, end = reading.documents[0].spans["issuer"]
    assert reading.text[start:end] == reading.documents[0].issuer == "กรมตัวอย่าง"
