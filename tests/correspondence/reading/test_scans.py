"""Words that a recognised picture lost marks of, and words that must stay as they are."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saduak.correspondence.reading import read_text
from saduak.correspondence.reading.scans import looks_recognised, mended


@pytest.mark.parametrize(
    ("recognised", "meant"),
    [
        ("สิงทีส่งมาด้วย 1. ระเบียบวาระ", "สิ่งที่ส่งมาด้วย 1. ระเบียบวาระ"),
        ("ด่วนท๊สุด", "ด่วนที่สุด"),
        ("ที สม 0123.4/ว 617 ทีว่าการอําเภอสมมุติ", "ที่ สม 0123.4/ว 617 ที่ว่าการอำเภอสมมุติ"),
        ("เรือง ขอเชิญประชุม", "เรื่อง ขอเชิญประชุม"),
        ("ลงวันที 1 มีนาคม 2567", "ลงวันที่ 1 มีนาคม 2567"),
        ("ในวันพุธที 20 มีนาคม", "ในวันพุธที่ 20 มีนาคม"),
        ("ทังนี ขอให้ส่งภายในวันศุกร์ที ๑๕", "ทั้งนี้ ขอให้ส่งภายในวันศุกร์ที่ ๑๕"),
        ("ส่งมาด้วย ที มท\n0810.7/ว 51", "ส่งมาด้วย ที่ มท\n0810.7/ว 51"),
        ("ด่วนที สุ ด", "ด่วนที่สุด"),
        ("สิง ทีส่งมาด้วย ก", "สิ่งที่ส่งมาด้วย ก"),
        ("ความละเอียดแจ้งแล้ว WU", "ความละเอียดแจ้งแล้ว นั้น"),
        ("ให้ดำเนินการ AAU", "ให้ดำเนินการ ดังนี้"),
        ("เวลา ๑๓.๓๐ VU.", "เวลา ๑๓.๓๐ น."),
        ("lo. แบบตอบรับ", "๒. แบบตอบรับ"),
        ("JUN ๕ มีนาคม", "วันที่ ๕ มีนาคม"),
        ("N ตย 0301/ว 31", "ที่ ตย 0301/ว 31"),
        (", ด้วยกรม           ;  ,", "ด้วยกรม"),
        ("vy  vy  ๕  ๑ ๐  ๑7\nบรรทัด", "บรรทัด"),
        ("จํานวน 1 ชุด", "จำนวน 1 ชุด"),
        ("จ้านวน 1 ชุด", "จำนวน 1 ชุด"),
        ("ท สม 0018/5      จนท ๒๐ตุลาคม ๒๕๖๙", "ที่ สม 0018/5      วันที่ ๒๐ตุลาคม ๒๕๖๙"),
        ("ลงวันที ๘ ธั้นวาคม ๒๕๖๕", "ลงวันที่ ๘ ธันวาคม ๒๕๖๕"),
        ("๑๒ จธันวาคม ๒๕๖๕", "๑๒ ธันวาคม ๒๕๖๕"),
        ("ขอเลือนการตรวจเยียม", "ขอเลื่อนการตรวจเยี่ยม"),
        ("บรรทัดหนึ่ง\n๐        vu     ฆ ๕      a     a a\nบรรทัดสอง", "บรรทัดหนึ่ง\nบรรทัดสอง"),
    ],
)
def test_what_recognising_takes_is_put_back(recognised, meant):
    assert mended(recognised) == meant


@pytest.mark.parametrize(
    "text",
    [
        "จนท. 12 คน",
        "ส่งให้ จนท 5 คน",
        "อาคารที่จอดรถ",
        "ความรุ่งเรือง ของเมือง",
        "ทีมงาน 3 คน",
        "๑๒ ธันวาคม ๒๕๒๐๕",
        "1. 2",
        "รวม\n12 ๓ 4\n",
    ],
)
def test_other_words_and_every_digit_stay(text):
    assert mended(text) == text


def test_a_gap_after_a_full_line_is_none() -> None:
    full = "ก" * 60
    assert mended(f"{full}\n\nต่อ\n\nย่อหน้าใหม่") == f"{full}\nต่อ\n\nย่อหน้าใหม่"


@pytest.mark.parametrize(
    ("text", "so"),
    [
        ("เรือง ขอเชิญ\nสิงทีส่งมาด้วย ก", True),
        ("เรือง ขอเชิญ\nจํานวน 1 ชุด", True),
        ("เรื่อง ขอเชิญ\nจํานวน 1 ชุด", False),  # some type it so
        ("เรือง ขอเชิญ", False),  # one word may be a slip of the hand
        ("เรื่อง ขอเชิญ\nสิ่งที่ส่งมาด้วย ก", False),
    ],
)
def test_recognised_text_is_known_by_what_it_lost(text, so):
    assert looks_recognised(text) is so


def test_text_that_others_recognised_is_read_and_doubted() -> None:
    text = "ที สม 0200/5\nเรือง ทดสอบ\nเรียน นายอําเภอ\nสิงทีส่งมาด้วย แบบรายงาน จํานวน 1 ชุด"
    reading = read_text(text, "a.txt")
    (document,) = reading.documents
    assert (document.number, document.subject, document.recipients) == ("สม 0200/5", "ทดสอบ", ["นายอำเภอ"])
    assert document.attachments == ["แบบรายงาน จำนวน 1 ชุด"]
    assert reading.findings[0].code == "read-from-picture"


@given(st.text(alphabet="สิ่งที่ส่งมาด้วย 0๑\nเรื่องกํา"))
def test_mending_again_changes_nothing(text):
    assert mended(mended(text)) == mended(text)


def test_a_wall_of_marks_ends_soon():
    start = time.process_time()
    mended("ท" + "\u0e48" * 300_000)
    mended("ก ข " * 250_000)
    assert time.process_time() - start < 20
