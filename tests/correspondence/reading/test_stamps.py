"""Receipt and distribution stamps."""

from datetime import date

import pytest

from saduak.correspondence.reading.stamps import find_stamps
from saduak.correspondence.reading.text import Sheet


@pytest.mark.parametrize(
    ("text", "office", "number", "day", "time"),
    [
        (
            "กองตัวอย่าง\nเลขรับ..... 16846\nวันที่ 2 ธ.ค. 2563\nเวลา..... 15.29 น.",
            "กองตัวอย่าง",
            "16846",
            date(2020, 12, 2),
            "15:29",
        ),
        ("กอง.บด.\nเลขที่รับ 952\nวันที่ ๒๙ ธ.ค. ๖๓", "กอง.บด.", "952", date(2020, 12, 29), None),
        (
            "สำนักงานตัวอย่าง เลขรับ 12/2564 วันที่ 5 ม.ค. 64 เวลา 9.05 น.",
            "สำนักงานตัวอย่าง",
            "12/2564",
            date(2021, 1, 5),
            "09:05",
        ),
        ("รับที่ 77\nวันที่ 5/1/2564", None, "77", date(2021, 1, 5), None),
        (
            "สำนักงานตัวอย่าง\n\nเลขที่รับ..... 544\n\nลงวันที่..... ๑๓ ม.ค. ๒๕๖๔",
            "สำนักงานตัวอย่าง",
            "544",
            date(2021, 1, 13),
            None,
        ),
    ],
)
def test_receipts(text: str, office: str | None, number: str, day: date, time: str | None) -> None:
    (stamp,) = find_stamps(Sheet(text)).receipts
    receipt = stamp.receipt
    assert (receipt.office, receipt.number, receipt.date, receipt.time) == (office, number, day, time)


def test_a_blank_stamp_is_no_receipt_but_takes_its_lines() -> None:
    stamps = find_stamps(Sheet("กองตัวอย่าง\nเลขรับ..........\nวันที่..........\nเวลา.........."))
    assert stamps.receipts == []
    assert stamps.claimed == {0, 1, 2, 3}


@pytest.mark.parametrize(
    "text", ["ด้วยได้รับที่ดินจำนวน 5 แปลง", "เลขรับรอง 55", "เปิดรับสมัคร 5 คน", "ปลัดตัวอย่าง\n\nรายรับ 55"]
)
def test_running_text_is_no_stamp(text: str) -> None:
    assert find_stamps(Sheet(text)).receipts == []


def test_distribution_listed_and_ticked() -> None:
    listed = find_stamps(Sheet("- ๑. ฝ่ายบริหาร\n- ๒. กลุ่มงานกฎหมาย")).distributions
    assert [item.units for item in listed] == [["ฝ่ายบริหาร", "กลุ่มงานกฎหมาย"]]
    ticked = find_stamps(Sheet("☐ ฝ่ายบริหาร\n☑ กลุ่มงานกฎหมาย\n( / ) กลุ่มงานแผน")).distributions
    assert [item.units for item in ticked] == [["กลุ่มงานกฎหมาย", "กลุ่มงานแผน"]]


def test_a_list_in_the_body_is_no_distribution() -> None:
    assert find_stamps(Sheet("ประกอบด้วยหน่วยงาน ดังนี้\n1. กองคลัง\n2. กองกลาง")).distributions == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("กองตัวอย่าง\nเลขที่ 88\nวันที่ 5 ม.ค. 64\nเวลา 9.05 น.", "88"),
        ("กองตัวอย่าง\nลงรับที่ 88\nวันที่ 5 ม.ค. 64", "88"),
        ("กองตัวอย่าง\nเลขรับ......๘๘......\nวันที่ 5 ม.ค. 64", "88"),
    ],
)
def test_other_labels(text: str, number: str) -> None:
    (stamp,) = find_stamps(Sheet(text)).receipts
    assert (stamp.receipt.office, stamp.receipt.number, stamp.receipt.date) == (
        "กองตัวอย่าง",
        number,
        date(2021, 1, 5),
    )


@pytest.mark.parametrize(
    "text", ["กองตัวอย่าง\nเลขที่ 88", "เลขที่ 88\nวันที่ 5 ม.ค. 64\nเวลา 9.05 น.", "บ้านเลขที่ 88\nวันที่ 5 ม.ค. 64"]
)
def test_a_plain_number_needs_an_office_a_day_and_an_hour(text: str) -> None:
    assert find_stamps(Sheet(text)).receipts == []
