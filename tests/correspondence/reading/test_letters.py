"""Whole invented letters of every kind."""

from datetime import date
from typing import Any

import pytest

from saduak.correspondence.reading import ReadingError, read_text
from tests.correspondence.reading import samples


def read(text: str) -> list[dict[str, Any]]:
    documents: list[dict[str, Any]] = read_text(text, "ตัวอย่าง.txt").as_json()["documents"]
    return documents


def codes(text: str) -> list[tuple[str, int]]:
    return [(finding.code, finding.document) for finding in read_text(text, "a.txt").findings]


def test_external_letter() -> None:
    (letter,) = read(samples.EXTERNAL)
    assert letter["kind"] == "external"
    assert (letter["urgency"], letter["secrecy"]) == ("ด่วนมาก", "ลับ")
    assert (letter["number"], letter["is_circular"], letter["date"]) == (
        "สม 0123.4/ว 617",
        True,
        "2024-03-05",
    )
    assert letter["issuer"] == "อำเภอสมมุติ (ที่ว่าการอำเภอสมมุติ)"
    assert letter["owner_unit"] == "ที่ทำการปกครองอำเภอ ฝ่ายทะเบียนและบัตร"
    assert letter["recipients"] == ["กำนัน", "ผู้ใหญ่บ้าน", "นายกองค์การบริหารส่วนตำบลทุกแห่ง"]
    assert letter["references"] == [{"number": "กต 0402.3/026695", "date": "2024-03-01"}]
    assert letter["attachments"] == ["ระเบียบวาระการประชุม จำนวน 1 ฉบับ", "แบบตอบรับ จำนวน 1 แผ่น"]
    assert letter["deadlines"] == [{"date": "2024-03-15", "what": "ส่งแบบตอบรับ"}]
    (meeting,) = letter["meetings"]
    assert (meeting["date"], meeting["start"], meeting["end"]) == ("2024-03-20", "09:00", "12:00")
    assert meeting["where"] == "ห้องประชุมชั้น 2 ที่ว่าการอำเภอสมมุติ"
    assert meeting["channels"] == ["Zoom Meeting"]
    assert letter["signer"] == {"name": "นายตัวอย่าง สมมุตินาม", "position": "นายอำเภอสมมุติ"}
    assert letter["phones"] == ["0 2000 1111 ต่อ 12", "0 2000 1111"]
    assert letter["faxes"] == ["0 2000 2222"]
    assert letter["links"] == ["saraban@example.go.th"]
    assert letter["purpose"] == "เพื่อโปรดทราบ และเข้าร่วมประชุมโดยพร้อมเพรียงกัน"
    assert [(duty["due"], duty["force"]) for duty in letter["actions"]] == [
        ("2024-03-20", "invite"),
        ("2024-03-15", "request"),
    ]


def test_urgency_in_a_reference_is_not_the_letters_own() -> None:
    text = samples.EXTERNAL.replace("ด่วนมาก\n", "").replace("ลับ\n", "", 1)
    (letter,) = read(text)
    assert (letter["urgency"], letter["secrecy"]) == (None, None)


def test_memo() -> None:
    (memo,) = read(samples.MEMO)
    assert memo["kind"] == "memo"
    assert (memo["number"], memo["date"], memo["issuer"]) == (
        "สม 0208/ว 6153",
        "2024-02-01",
        "กองตัวอย่าง กลุ่มงานสารบรรณ",
    )
    assert memo["recipients"] == ["ผู้อำนวยการสำนักทุกสำนัก", "หัวหน้ากลุ่มทุกกลุ่ม"]
    assert [item["date"] for item in memo["deadlines"]] == ["2024-02-15", "2024-03-31"]
    assert [(duty["who"], duty["due"], duty["force"]) for duty in memo["actions"]] == [
        ("ทุกสำนัก", "2024-02-15", "order"),
        ("ทุกสำนัก", "2024-03-31", "order"),
    ]
    assert memo["signer"] == {"name": None, "position": "ผู้อำนวยการกองตัวอย่าง"}
    assert memo["owner_unit"] is None


def test_stamped_letter() -> None:
    (letter,) = read(samples.STAMPED)
    assert letter["kind"] == "stamped"
    assert (letter["number"], letter["date"], letter["issuer"]) == (
        "สม 0405.2/ว 116",
        "2024-04-09",
        "กรมตัวอย่าง",
    )
    assert (letter["owner_unit"], letter["subject"]) == ("กองกลาง", None)
    assert letter["recipients"] == ["สำนักงานตัวอย่างจังหวัดทุกจังหวัด"]
    assert letter["purpose"] == "เพื่อทราบและถือปฏิบัติ"
    assert letter["signer"] == {"name": None, "position": None}
    assert codes(samples.STAMPED) == []


def test_order() -> None:
    (order,) = read(samples.ORDER)
    assert order["kind"] == "order"
    assert (order["number"], order["date"], order["issuer"]) == ("125/2567", "2024-05-02", "จังหวัดสมมุติ")
    assert order["subject"] == "แต่งตั้งคณะทำงานพัฒนาศูนย์บริการ"
    assert [(duty["who"], duty["due"], duty["force"]) for duty in order["actions"]] == [
        ("คณะทำงาน", "2024-05-31", "order"),
        ("คณะทำงาน", None, "order"),
    ]


def test_announcement() -> None:
    (notice,) = read(samples.ANNOUNCEMENT)
    assert notice["kind"] == "announcement"
    assert (notice["date"], notice["issuer"], notice["number"]) == ("2024-12-01", "กรมตัวอย่าง", None)
    assert notice["windows"] == [{"start": "2024-12-15", "end": "2025-01-31", "what": "เปิดรับสมัครหน่วยงาน"}]
    assert notice["signer"] == {"name": None, "position": "อธิบดีกรมตัวอย่าง"}
    assert notice["links"] == ["https://www.example.go.th/apply"]


def test_agenda() -> None:
    (agenda,) = read(samples.AGENDA)
    assert agenda["kind"] == "agenda"
    assert agenda["subject"] == "โครงการอบรมเชิงปฏิบัติการผู้ให้บริการ"
    (meeting,) = agenda["meetings"]
    assert (meeting["date"], meeting["start"], meeting["end"]) == ("2024-11-12", "08:30", "12:00")
    assert meeting["where"] == "ห้องประชุมใหญ่ ชั้น 5 อาคารตัวอย่าง"
    assert [(slot["start"], slot["end"], slot["what"]) for slot in agenda["agenda"]] == [
        ("08:30", "09:00", "ลงทะเบียน"),
        ("09:00", "10:30", "บรรยาย เรื่อง การบริการ"),
        ("10:15", "12:00", "ฝึกปฏิบัติ"),
        ("12:00", None, "ปิดการอบรม"),
    ]
    assert agenda["agenda"][1]["parts"] == [{"what": "บรรยาย เรื่อง การบริการ", "speaker": "ผู้แทนกรมตัวอย่าง"}]
    assert codes(samples.AGENDA) == [("agenda-overlap", 0)]


def test_agenda_of_numbered_items() -> None:
    (agenda,) = read(samples.AGENDA_ITEMS)
    assert [slot["what"] for slot in agenda["agenda"]] == [
        "เรื่องที่ประธานแจ้งให้ที่ประชุมทราบ",
        "เรื่องรับรองรายงานการประชุม",
        "เรื่องเพื่อพิจารณา",
    ]
    assert agenda["meetings"][0]["start"] == "13:30"


def test_bundle_with_stamps() -> None:
    received, enclosed = read(samples.BUNDLE)
    assert (received["number"], enclosed["number"]) == ("สม 0200/ว 88", "กต 0300/ว 54")
    assert received["receipts"] == [
        {"office": "สำนักงานเลขานุการ", "number": "1201", "date": "2024-06-14", "time": "10:05"}
    ]
    assert enclosed["receipts"] == [
        {"office": "จังหวัดสมมุติ", "number": "9876", "date": "2024-06-10", "time": "09:15"}
    ]
    assert enclosed["distribution"] == ["กลุ่มงานข้อมูล", "ฝ่ายบริหาร"]
    assert (received["urgency"], enclosed["urgency"]) == (None, "ด่วนที่สุด")
    assert [(duty["who"], duty["due"], duty["force"]) for duty in received["actions"]] == [
        ("อำเภอ", "2024-07-05", "order")
    ]
    assert [(duty["who"], duty["due"], duty["force"]) for duty in enclosed["actions"]] == [
        ("จังหวัด", "2024-06-28", "request")
    ]
    assert codes(samples.BUNDLE) == [("reference-mismatch", 0), ("deadline-after-window", 0)]


def test_a_stamp_older_than_the_letter_below_stays_with_the_letter_above() -> None:
    text = samples.BUNDLE.replace("วันที่ 10 มิ.ย. 2567", "วันที่ 13 มิ.ย. 2567").replace(
        "\n3 มิถุนายน 2567\n\nเรื่อง", "\n20 มิถุนายน 2567\n\nเรื่อง"
    )
    received, enclosed = read(text)
    assert [receipt["number"] for receipt in received["receipts"]] == ["1201", "9876"]
    assert enclosed["receipts"] == []


@pytest.mark.parametrize("name", sorted(samples.ALL))
def test_thai_digits_read_the_same(name: str) -> None:
    text = samples.ALL[name]
    thai = text.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
    keep = ["links", "spans"]  # web addresses are never written with Thai digits

    def bare(source: str) -> list[dict[str, Any]]:
        return [
            {key: value for key, value in document.items() if key not in keep} for document in read(source)
        ]

    assert bare(thai) == bare(text)


@pytest.mark.parametrize("name", sorted(samples.ALL))
def test_lines_without_gaps_still_read(name: str) -> None:
    text = "\n".join(line for line in samples.ALL[name].split("\n") if line.strip())
    tight, loose = read(text), read(samples.ALL[name])
    for key in (
        "kind",
        "number",
        "date",
        "subject",
        "recipients",
        "windows",
        "purpose",
        "signer",
        "receipts",
    ):
        assert [document[key] for document in tight] == [document[key] for document in loose], key


@pytest.mark.parametrize("name", sorted(samples.ALL))
def test_spans_show_what_was_read(name: str) -> None:
    reading = read_text(samples.ALL[name], "a.txt")
    for document in reading.documents:
        for start, end in document.spans.values():
            assert 0 <= start <= end <= len(reading.text)
        if document.subject:
            start, end = document.spans["subject"]
            assert document.subject.split(" ")[0] in reading.text[start:end]
        if document.signer.position:
            start, end = document.spans["signer.position"]
            assert reading.text[start:end].split()[0] == document.signer.position.split()[0]


def test_an_information_letter_informs() -> None:
    text = samples.BUNDLE[: samples.BUNDLE.index("จังหวัดสมมุติ\nเลขที่รับ")]
    start, end = text.index("ด้วยกรมตัวอย่างแจ้งว่า"), text.index("ขอแสดงความนับถือ")
    text = f"{text[:start]}ด้วยกรมตัวอย่างได้ย้ายที่ทำการแล้ว\n\nจึงเรียนมาเพื่อทราบ\n\n{text[end:]}"
    (letter,) = read(text)
    assert letter["actions"] == [
        {"who": "นายอำเภอทุกอำเภอ", "what": "เพื่อทราบ", "due": None, "force": "inform"}
    ]


def test_values_that_are_not_there_are_null_or_empty() -> None:
    (letter,) = read("ที่ สม 1234/5\nเรื่อง ทดสอบ\nเรียน อธิบดีกรมตัวอย่าง\n")
    assert (letter["date"], letter["issuer"], letter["purpose"], letter["urgency"]) == (
        None,
        None,
        None,
        None,
    )
    assert letter["signer"] == {"name": None, "position": None}
    for key in (
        "references",
        "attachments",
        "windows",
        "deadlines",
        "meetings",
        "agenda",
        "actions",
        "phones",
        "receipts",
        "links",
    ):
        assert letter[key] == []


@pytest.mark.parametrize(
    "text", ["สวัสดีครับ", "Dear Sir,\nhello", "รายการซื้อของ 1. ไข่ 2. นม", "ที่\n\nเรื่อง", "1\n2\n3"]
)
def test_what_is_no_letter(text: str) -> None:
    with pytest.raises(ReadingError) as raised:
        read_text(text, "a.txt")
    assert raised.value.code == "not-a-letter"


def test_empty_text() -> None:
    with pytest.raises(ReadingError) as raised:
        read_text(" \n ", "a.txt")
    assert raised.value.code == "empty"


def test_dates_without_a_year_follow_the_letter_and_say_so() -> None:
    text = samples.EXTERNAL.replace("ภายในวันศุกร์ที่ 15 มีนาคม 2567", "ภายในวันที่ 15 มีนาคม")
    reading = read_text(text, "a.txt")
    assert [item.date for item in reading.documents[0].deadlines] == [date(2024, 3, 15)]
    assert [finding.code for finding in reading.findings] == ["unsure-value"]


def test_signed_above_the_printed_name() -> None:
    (letter,) = read(
        samples.EXTERNAL.replace("(นายตัวอย่าง สมมุตินาม)", "(ลงชื่อ) ตัวอย่าง สมมุตินาม\n(นายตัวอย่าง สมมุตินาม)")
    )
    assert letter["signer"] == {"name": "นายตัวอย่าง สมมุตินาม", "position": "นายอำเภอสมมุติ"}


def test_a_letter_that_lost_its_number_still_stands_before_its_agenda() -> None:
    text = samples.EXTERNAL.replace("ที่ สม 0123.4/ว.617", "") + samples.AGENDA.replace("\n\n", "\n")
    letter, agenda = read(text)
    assert (letter["kind"], letter["number"], agenda["kind"]) == ("external", None, "agenda")
    assert letter["recipients"] == ["กำนัน", "ผู้ใหญ่บ้าน", "นายกองค์การบริหารส่วนตำบลทุกแห่ง"]


def test_a_last_day_that_begins_a_line_is_not_the_day_of_a_stamped_letter() -> None:
    text = samples.STAMPED.replace("ภายในวันที่ 30 เมษายน 2567", "ภายในวันที่\n30 เมษายน 2567")
    (document,) = read_text(text, "a.txt").documents
    assert (document.issuer, str(document.date)) == ("กรมตัวอย่าง", "2024-04-09")
    assert [str(deadline.date) for deadline in document.deadlines] == ["2024-04-30"]
