"""Words that a recognised picture lost marks of, and words that must stay as they are."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saduak.correspondence.reading.scans import mended


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
        ("ส่งมาด้วย ที มท\n0810.7/ว 51", "ส่งมาด้วย ที มท\n0810.7/ว 51"),
        ("จํานวน 1 ชุด", "จำนวน 1 ชุด"),
        ("บรรทัดหนึ่ง\n๐        vu     ฆ ๕      a     a a\nบรรทัดสอง", "บรรทัดหนึ่ง\nบรรทัดสอง"),
    ],
)
def test_what_recognising_takes_is_put_back(recognised, meant):
    assert mended(recognised) == meant


@pytest.mark.parametrize(
    "text", ["อาคารที่จอดรถ", "ความรุ่งเรือง ของเมือง", "ทีมงาน 3 คน", "๑๒ ธันวาคม ๒๕๒๐๕", "1. 2", "รวม\n12 ๓ 4\n"]
)
def test_other_words_and_every_digit_stay(text):
    assert mended(text) == text


@given(st.text(alphabet="สิ่งที่ส่งมาด้วย 0๑\nเรื่องกํา"))
def test_mending_again_changes_nothing(text):
    assert mended(mended(text)) == mended(text)


def test_a_wall_of_marks_ends_soon():
    start = time.process_time()
    mended("ท" + "\u0e48" * 300_000)
    mended("ก ข " * 250_000)
    assert time.process_time() - start < 20
