"""Dates of recognised text: put right, given up, or said to be unsure; never silently wrong."""

from datetime import date

import pytest

from saduak.correspondence.reading import Reading, read_text
from saduak.correspondence.reading.misread import weighed
from saduak.correspondence.reading.text import fold

LETTER = """ที สม 0200/5

จังหวัดสมมุติ

{sent}

เรือง ทดสอบ

เรียน นายอำเภอทุกอำเภอ

ด้วยจังหวัดจะสำรวจข้อมูล จึงขอให้อำเภอส่งข้อมูลภายใน{due}

จึงเรียนมาเพื่อทราบและดำเนินการ

ขอแสดงความนับถือ

(นายหนึ่ง ตัวอย่าง)
ผู้ว่าราชการจังหวัดสมมุติ
"""


def read(due: str, sent: str = "1 กุมภาพันธ์ 2567") -> tuple[list[date], list[str], Reading]:
    reading = read_text(LETTER.format(due=due, sent=sent), "a.txt", recognised=True)
    said = [finding.text for finding in reading.findings if finding.code == "unsure-value"]
    return [deadline.date for deadline in reading.documents[0].deadlines], said, reading


def test_a_day_that_its_weekday_confirms_is_sure() -> None:
    days, said, _reading = read("วันพฤหัสบดีที่ ๒๙ กุมภาพันธ์ ๒๕๖๗")
    assert (days, said) == ([date(2024, 2, 29)], [])


def test_a_day_that_does_not_fit_its_weekday_is_put_right_where_one_day_can_be_meant() -> None:
    days, said, reading = read("วันพฤหัสบดีที่ ๒๕ กุมภาพันธ์ ๒๕๖๗")  # ๙ read as ๕; 22 is no reading of it
    assert days == [date(2024, 2, 29)]
    assert "29" in said[0]
    assert "๒๕ กุมภาพันธ์" in reading.text  # what was read stays to be seen


def test_a_day_that_no_reading_fits_is_given_up() -> None:
    days, said, _reading = read("วันจันทร์ที่ ๑๐ กุมภาพันธ์ ๒๕๖๗")
    assert days == []
    assert "ไม่ตรงกับชื่อวัน" in said[0]


def test_a_year_that_cannot_be_is_put_right_by_the_letters_other_years() -> None:
    days, said, _reading = read("วันที่ ๑๐ มีนาคม ๒๕๒๓")
    assert days == [date(2024, 3, 10)]
    assert "2567" in said[0]


def test_a_year_that_nothing_helps_is_given_up() -> None:
    days, said, reading = read("วันที่ ๑๐ มีนาคม ๒๕๐", sent="๑ กุมภาพันธ์ ๒๕๐")
    assert days == []
    assert reading.documents[0].date is None
    assert sum("อ่านไม่ได้" in text for text in said) == 2


def test_a_day_in_thai_digits_that_nothing_confirms_is_said_to_be_unsure() -> None:
    days, said, _reading = read("วันที่ ๑๐ มีนาคม ๒๕๖๗")
    assert days == [date(2024, 3, 10)]
    assert ["๑๐" in fold(text) or "10 มีนาคม" in text for text in said] == [True]


def test_arabic_digits_are_believed() -> None:
    days, said, _reading = read("วันที่ 10 มีนาคม 2567")
    assert (days, said) == ([date(2024, 3, 10)], [])


def test_a_number_in_thai_digits_is_said_to_be_unsure() -> None:
    text = LETTER.format(due="วันที่ 10 มีนาคม 2567", sent="1 กุมภาพันธ์ 2567").replace("0200/5", "๐๒๐๐/๕")
    said = [finding.evidence for finding in read_text(text, "a.txt", recognised=True).findings]
    assert ["สม ๐๒๐๐/๕"] in said


def test_a_weekday_does_not_confirm_a_year_that_stands_alone() -> None:
    """Read as 2550, 2570 keeps its weekday one time in seven."""
    days, said, _reading = read("วันพฤหัสบดีที่ ๘ กุมภาพันธ์ ๒๕๕๐", sent="1 กุมภาพันธ์ 2567")
    assert days == [date(2007, 2, 8)]
    assert ["ห่างจากปีอื่น" in text for text in said] == [True]


@pytest.mark.parametrize(
    "due", ["วันที่ ๑· มีนาคม ๒๕๖๗", "วันที่ ๑๐ มีนาคม ๒๕·๗", "วันที่ ·๕ มีนาคม 2567", "วันที่ ·· มีนาคม ๒๕๖๗ หรือ ๒·"]
)
def test_a_day_with_a_digit_that_cannot_be_told_is_none(due: str) -> None:
    days, said, reading = read(due)
    assert days == []
    assert any("ไม่ออก" in text for text in said)
    assert "·" in reading.text


def test_a_number_with_a_digit_that_cannot_be_told_is_none() -> None:
    for number in ("สม ๐๒·๐/ว ๕", "สม ๐๒๐๐/ว ๕·", "สม ๐๒๐๐/·๕"):
        text = LETTER.format(due="วันที่ 10 มีนาคม 2567", sent="1 กุมภาพันธ์ 2567").replace("สม 0200/5", number)
        reading = read_text(text, "a.txt", recognised=True)
        assert reading.documents[0].number is None
        assert any("ไม่ออก" in finding.text for finding in reading.findings)
    assert weighed("ก · ข 12", "ก · ข 12") == ("ก · ข 12", [])


def test_other_values_in_thai_digits_are_said_to_be_unsure() -> None:
    due = "วันที่ 10 มีนาคม 2567 และเชิญประชุมในวันที่ 11 มีนาคม 2567 เวลา ๐๙.๓๐ น. ตามหนังสือที่ สม ๐๓๐๐/ว ๗"
    text = LETTER.format(due=due, sent="1 กุมภาพันธ์ 2567") + "โทร. ๐ ๒๐๐๐ ๓๓๓๓\n"
    reading = read_text(text, "a.txt", recognised=True)
    said = [words for finding in reading.findings for words in finding.evidence]
    assert (reading.documents[0].phones, reading.documents[0].meetings[0].start) == (["0 2000 3333"], "09:30")
    assert {"๐ ๒๐๐๐ ๓๓๓๓", "ที่ สม ๐๓๐๐/ว ๗"} <= set(said)
    assert any("๐๙.๓๐" in words for words in said)
    typed = read_text(text.replace("ที สม", "ที่ สม").replace("เรือง", "เรื่อง"), "a.txt")
    assert not any("๐๙.๓๐" in words for finding in typed.findings for words in finding.evidence)


@pytest.mark.parametrize("text", ["๑ มกราคม ๒๕๐", "วันจันทร์ที่ ๕ มีนาคม ๒๕๒๕", "1 มกราคม 25222", "ไม่มีวันที่"])
def test_length_stays(text: str) -> None:
    folded, _doubts = weighed(text, fold(text))
    assert len(folded) == len(text)


def test_text_that_was_typed_is_not_weighed() -> None:
    typed = LETTER.format(due="วันที่ ๑๐ มีนาคม ๒๕๒๓", sent="1 กุมภาพันธ์ 2567")
    reading = read_text(typed.replace("ที สม", "ที่ สม").replace("เรือง", "เรื่อง"), "a.txt")
    assert [deadline.date for deadline in reading.documents[0].deadlines] == [date(1980, 3, 10)]
    assert not any(finding.code == "read-from-picture" for finding in reading.findings)
