"""Windows, deadlines, meetings and contacts in running text."""

from datetime import date

import pytest

from saduak.correspondence.reading.contacts import read_contacts
from saduak.correspondence.reading.model import Document
from saduak.correspondence.reading.schedule import read_schedule
from saduak.correspondence.reading.text import Flow, Sheet


def schedule(text: str) -> Document:
    document = Document("external", date=date(2024, 1, 10))
    read_schedule(document, Flow(Sheet(text).lines))
    return document


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("เปิดรับสมัคร ตั้งแต่วันที่ 1 มกราคม - 28 กุมภาพันธ์ 2567", date(2024, 1, 1), date(2024, 2, 28)),
        ("ยื่นคำขอระหว่างวันที่ 1 ถึงวันที่ 15 มีนาคม 2567", date(2024, 3, 1), date(2024, 3, 15)),
        (
            "รับสมัครตั้งแต่วันที่ 1 มีนาคม 2567 เวลา 08.30 น. ถึงวันที่ 5 เมษายน 2567 เวลา 16.30 น.",
            date(2024, 3, 1),
            date(2024, 4, 5),
        ),
        ("ลงทะเบียนระหว่างวันที่ 1 มีนาคม 2567 และวันที่ 5 มีนาคม 2567", date(2024, 3, 1), date(2024, 3, 5)),
    ],
)
def test_windows(text: str, start: date, end: date) -> None:
    document = schedule(text)
    assert [(window.start, window.end) for window in document.windows] == [(start, end)]
    assert document.deadlines == []
    assert document.meetings == []


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("ส่งใบสมัครภายในวันที่ 15 กุมภาพันธ์ 2567", date(2024, 2, 15)),
        ("ให้แล้วเสร็จภายในวันศุกร์ที่ 15 มี.ค. 67", date(2024, 3, 15)),
        ("รายงานผลอย่างช้าวันที่ 1 มีนาคม 2567", date(2024, 3, 1)),
        ("รับสมัครตั้งแต่บัดนี้จนถึงวันที่ 31 มีนาคม 2567", date(2024, 3, 31)),
        ("ส่งข้อมูลไม่เกินวันที่ 2 เมษายน 2567 เวลา 16.30 น.", date(2024, 4, 2)),
        ("เบิกจ่ายภายในเดือนกุมภาพันธ์ 2567", date(2024, 2, 29)),
        ("ให้แล้วเสร็จภายในปีงบประมาณ พ.ศ. 2567", date(2024, 9, 30)),
        ("รายงานภายในไตรมาสที่ 2 ปีงบประมาณ พ.ศ. 2567", date(2024, 3, 31)),
        ("ส่งข้อมูลก่อนวันที่ 2 เมษายน 2567", date(2024, 4, 2)),
    ],
)
def test_deadlines(text: str, day: date) -> None:
    document = schedule(text)
    assert [deadline.date for deadline in document.deadlines] == [day]
    assert document.meetings == []


def test_a_deadline_that_is_past_is_none() -> None:
    assert schedule("ให้ส่งภายในวันที่ 5 มกราคม 2567 ที่ผ่านมา").deadlines == []


def test_same_window_twice_counts_once() -> None:
    text = "สมัครตั้งแต่วันที่ 1 - 5 มีนาคม 2567 และสมัครได้ตั้งแต่วันที่ 1 - 5 มีนาคม 2567"
    assert len(schedule(text).windows) == 1


def test_meeting_place_and_channels() -> None:
    text = "กำหนดประชุมในวันพุธที่ 7 กุมภาพันธ์ 2567 เวลา 13.30 - 16.30 น. ผ่านระบบ Zoom Meeting และ Facebook Live ทั้งนี้ ขอให้เข้าร่วม"
    (meeting,) = schedule(text).meetings
    assert (meeting.date, meeting.start, meeting.end, meeting.where) == (
        date(2024, 2, 7),
        "13:30",
        "16:30",
        "ผ่านระบบ Zoom Meeting",
    )
    assert meeting.channels == ["Zoom Meeting", "Facebook Live"]


def test_meeting_without_hours() -> None:
    (meeting,) = schedule("ขอเชิญประชุมวันที่ 7 กุมภาพันธ์ 2567 ณ ห้องประชุมใหญ่").meetings
    assert (meeting.start, meeting.where) == (None, "ห้องประชุมใหญ่")


def test_a_fiscal_year_in_brackets_is_no_window() -> None:
    assert schedule("แผนประจำปีงบประมาณ พ.ศ. 2567 (1 ตุลาคม 2566 - 30 กันยายน 2567)").windows == []


def test_a_moved_date_replaces_the_former_one() -> None:
    document = schedule(
        "ขยายเวลารับสมัคร จากเดิมวันที่ 1 ธันวาคม 2566 ถึงวันที่ 31 มกราคม 2567 เป็นถึงวันที่ 29 กุมภาพันธ์ 2567"
    )
    assert document.windows == []
    assert [(item.date, item.what) for item in document.deadlines] == [(date(2024, 2, 29), "รับสมัคร")]


def test_the_place_ends_where_the_next_sentence_begins() -> None:
    (meeting,) = schedule("ประชุมวันที่ 7 กุมภาพันธ์ 2567 เวลา 09.00 น. ณ ห้องใหญ่ ชั้น 1 จังหวัดสมมุติจึงขอเชิญท่าน").meetings
    assert meeting.where == "ห้องใหญ่ ชั้น 1"


def contacts(text: str) -> Document:
    document = Document("external")
    read_contacts(document, text, 0, len(text))
    return document


@pytest.mark.parametrize(
    ("text", "phones", "faxes"),
    [
        ("โทร. 0 2000 1111 ต่อ 12, 13", ["0 2000 1111 ต่อ 12, 13"], []),
        (
            "โทร 0 2000 1111 หรือ 0 2000 2222 โทรสาร 0 2000 3333",
            ["0 2000 1111", "0 2000 2222"],
            ["0 2000 3333"],
        ),
        ("โทร./โทรสาร 0-4200-1811", ["0-4200-1811"], ["0-4200-1811"]),
        ("โทรศัพท์ 08-1000-2000", ["08-1000-2000"], []),
        ("โทร. 0 2000 1111-3", ["0 2000 1111-3"], []),
        ("สายด่วน 1999", ["1999"], []),
        ("ทร. 0 2000 0560 มท 50259", ["0 2000 0560"], []),
        ("โทรสาร 0 2000 3333", [], ["0 2000 3333"]),
        ("โทรเลข 2567", [], []),
    ],
)
def test_phones(text: str, phones: list[str], faxes: list[str]) -> None:
    document = contacts(text)
    assert (document.phones, document.faxes) == (phones, faxes)


def test_links() -> None:
    document = contacts("ที่ www.example.go.th หรือ https://example.go.th/a?b=1. และ saraban@example.go.th")
    assert document.links == ["www.example.go.th", "https://example.go.th/a?b=1", "saraban@example.go.th"]


def test_hours_of_a_day_come_from_after_its_place_but_not_from_another_day() -> None:
    document = schedule("กำหนดจัดประชุม ในวันที่ 5 มีนาคม 2567 ณ ห้องประชุม 1 เวลา 09.00 - 12.00 น.")
    assert [(m.date, m.start, m.end) for m in document.meetings] == [(date(2024, 3, 5), "09:00", "12:00")]
    document = schedule("จัดงาน ในวันที่ 5 มีนาคม 2567 ณ ลาน 1 และประชุมวันที่ 6 มีนาคม 2567 เวลา 09.00 น.")
    assert [(m.date, m.start) for m in document.meetings] == [
        (date(2024, 3, 5), None),
        (date(2024, 3, 6), "09:00"),
    ]


def test_hours_told_later_go_to_the_same_day() -> None:
    document = schedule("จัดงาน ในวันที่ 5 มีนาคม 2567 ณ ลาน 1\n\nพิธีเปิดวันที่ 5 มีนาคม 2567 เวลา 18.00 น.")
    assert [(m.date, m.start, m.where) for m in document.meetings] == [(date(2024, 3, 5), "18:00", "ลาน 1")]


@pytest.mark.parametrize(
    "text", ["เวลา 0930 - 1130", "เวลา 09:30 - 11:30 น.", "เวลา 9.30 น. - 11.30 น.", "(09.30 - 11.30 น.)"]
)
def test_ways_to_write_hours(text: str) -> None:
    document = schedule(f"ประชุมวันที่ 5 มีนาคม 2567 {text}")
    assert [(m.start, m.end) for m in document.meetings] == [("09:30", "11:30")]


def test_a_day_that_was_moved_or_is_over_is_none() -> None:
    assert (
        schedule("ตามที่เชิญประชุมวันที่ 5 มกราคม 2567 เวลา 09.00 น. นั้น").meetings == []
    )  # the letter is of the 10th
    moved = "ตามที่เชิญประชุมวันที่ 15 มกราคม 2567 เวลา 09.00 น. นั้น\n\nขอเลื่อนการประชุม เป็นวันที่ 20 มกราคม 2567 เวลา 09.00 น."
    assert [m.date for m in schedule(moved).meetings] == [date(2024, 1, 20)]


@pytest.mark.parametrize(
    "text",
    ["รายงานภายในวันที่ 5 ของทุกเดือน", "รายงานทุกวันที่ 5 ของเดือน", "รายงานภายใน 7 วันทำการ", "รายงานภายในสามสิบวัน"],
)
def test_a_last_day_without_a_date_is_told_and_not_guessed(text: str) -> None:
    document = Document("external", date=date(2024, 1, 10))
    found = read_schedule(document, Flow(Sheet(text).lines))
    assert document.deadlines == []
    assert found.unsure
