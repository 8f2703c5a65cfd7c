"""A register as a file: typed dates, texts that are no formulas, every number, and only what one may see."""

import datetime
import io
import re
import uuid
import zipfile
from xml.etree import ElementTree as ET

import pikepdf
import pypdfium2
import pytest

from saduak.correspondence import registers_export as drawing
from saduak.correspondence import registers_tasks
from saduak.correspondence.actions import registers_hand, registers_keeping
from saduak.correspondence.actions.registers_keeping import Extract
from saduak.correspondence.models.registers import RegisterExport
from saduak.correspondence.queries import registers as queries
from saduak.correspondence.queries.registers import BOOKS
from saduak.foundation import clock, files, jobs
from saduak.foundation.access import Invalid, Refused
from saduak.organisations.models import Appointment
from tests.correspondence import factories_registers as f
from tests.correspondence.factories_registers import ORDINARY, RECEIVE, SEND
from tests.organisations.factories import actor_for, actor_of, me

pytestmark = [pytest.mark.django_db]
FIRST, LAST = datetime.date(2026, 1, 1), datetime.date(2026, 12, 31)
NS = {"s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


@pytest.fixture(autouse=True)
def _day():
    with clock.travel(f.IN_2569):
        yield


def cells(data: bytes) -> list[dict[str, str]]:
    """The rows of the sheet by column letter; numbers and dates as "n:…", texts as they are."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        sheet = ET.fromstring(packed.read("xl/worksheets/sheet1.xml"))
        assert "xl/sharedStrings.xml" not in packed.namelist() or b"=cmd" not in packed.read(
            "xl/sharedStrings.xml"
        )
    assert sheet.findall(".//s:f", NS) == []
    rows = []
    for row in sheet.iterfind(".//s:row", NS):
        found = {}
        for cell in row.iterfind("s:c", NS):
            column = re.match("[A-Z]+", cell.get("r"))[0]
            text = "".join(t.text or "" for t in cell.iterfind(".//s:t", NS))
            value = cell.find("s:v", NS)
            found[column] = text if cell.get("t") == "inlineStr" else f"n:{value.text}"
        rows.append(found)
    return rows


def book(row, actor, key="receive", first=FIRST, last=LAST):
    return drawing.book_sheet(actor, row, BOOKS[key], first, last)


def lines_of(sheet):
    return [(line.number, line.entry.subject if line.entry else str(line.hidden)) for line in sheet.lines]


def test_a_sheet_with_typed_dates_and_no_formula(exactly):
    row = f.kept(start={(RECEIVE, ORDINARY): 4}, retention="ordinary")
    clerk = f.clerk_of(row)
    f.numbered(
        row, subject='=cmd|" /C calc"!A0', remark="https://example.org", urgency="urgent", secrecy="secret"
    )
    f.numbered(row, dated=None)
    gone = f.numbered(row)
    registers_hand.cancel_entry(actor=clerk, entry_id=gone.public_id, reason="ลงซ้ำ")
    with exactly(3):
        data, count = drawing.draw(book(row, clerk), "xlsx")
    assert count == 3
    title, office, _days, _blank, head, first, second, third = [*cells(data)[:3], {}, *cells(data)[3:]]
    assert title["A"] == "ทะเบียนหนังสือรับ ประจำปี พ.ศ. 2569"
    assert office["A"] == row.organisation.name_th
    by_head = {text: column for column, text in head.items()}
    day = (datetime.date(2026, 2, 27) - datetime.date(1899, 12, 30)).days
    assert {name: first.get(column, "") for name, column in by_head.items()} == {
        "เลขทะเบียน": "n:5",
        "ที่": "มท 0018.1/96",
        "ลงวันที่": f"n:{day}",
        "ลงวันที่ (พ.ศ.)": "27 ก.พ. 2569",
        "จาก": "จังหวัดทดสอบ",
        "ถึง": "นายอำเภอทดสอบ",
        "เรื่อง": '=cmd|" /C calc"!A0',
        "การปฏิบัติ": "",
        "หมายเหตุ": "https://example.org",
        "วันที่ลงทะเบียน": f"n:{day + 3}",
        "วันที่ลงทะเบียน (พ.ศ.)": "2 มี.ค. 2569",
        "สถานะ": "ใช้แล้ว",
        "ชั้นความเร็ว": "ด่วน",
        "ชั้นความลับ": "ลับ",
        "อายุการเก็บ": "หนังสือทั่วไป",
    }
    assert by_head["ลงวันที่"] not in second
    assert third[by_head["หมายเหตุ"]] == "ยกเลิกเลข: ลงซ้ำ"


def test_who_is_not_cleared_gets_the_numbers_of_secret_lines_and_nothing_more():
    row = f.kept()
    f.numbered(row, subject="เปิดเผย")
    f.numbered(row, subject="ลับสุดใจ", secrecy="secret")
    other = f.uncleared(row)
    assert lines_of(book(row, other)) == [(1, "เปิดเผย"), (2, "ลับ")]
    data, _count = drawing.draw(book(row, other), "xlsx")
    assert cells(data)[-1] == {"A": "n:2", "B": "ลับ"}
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert all("ลับสุดใจ".encode() not in packed.read(name) for name in packed.namelist())


def test_some_days_of_a_year():
    row = f.kept()
    clerk, other = f.clerk_of(row), f.uncleared(row)
    told = [
        (1, "ก่อน", ""),
        (2, "ต้น", ""),
        (3, "ลับ ๆ", "secret"),
        (1, "ย้อนวัน", ""),
        (4, "ปลาย", ""),
        (5, "หลัง", ""),
    ]
    for day, subject, secrecy in told:
        f.numbered(row, subject=subject, secrecy=secrecy, day=datetime.date(2026, 2, day))
    days = {"first": datetime.date(2026, 2, 2), "last": datetime.date(2026, 2, 4)}
    assert lines_of(book(row, clerk, **days)) == [(2, "ต้น"), (3, "ลับ ๆ"), (5, "ปลาย")]
    assert lines_of(book(row, other, **days)) == [(2, "ต้น"), (3, "ลับ"), (5, "ปลาย")]
    none = book(row, clerk, first=datetime.date(2026, 5, 1), last=datetime.date(2026, 5, 2))
    assert (none.most, lines_of(none)) == (0, [])


def text_of(data: bytes) -> str:
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data)]
    return "".join(pages).replace("\r\n", "")


def test_on_paper(monkeypatch):
    row = f.kept(prefix="ทส 1")
    clerk = f.clerk_of(row)
    registers_hand.reserve(
        actor=clerk,
        organisation_id=row.organisation.public_id,
        direction=SEND,
        series=ORDINARY,
        count=5,
        reason="คำสั่งแต่งตั้งผู้รับผิดชอบ",
    )
    data, count = drawing.draw(book(row, clerk, "send"), "pdf")
    text = text_of(data)
    assert (count, data[:5]) == (5, b"%PDF-")
    for words in ("ทะเบียนหนังสือส่ง", "ประจำปี พ.ศ. 2569", "ทส 1/5", "จองไว้: คำสั่งแต่งตั้งผู้รับผิดชอบ", "2 มี.ค. 2569"):
        assert words in text
    # A long one is drawn in parts, whose pages are numbered on.
    monkeypatch.setattr(drawing, "PART", 2)
    data, count = drawing.draw(book(row, clerk, "send"), "pdf")
    assert (count, len(pikepdf.open(io.BytesIO(data)).pages)) == (5, 3)
    assert "หน้า 3" in text_of(data)
    monkeypatch.setattr(drawing, "PART", 5)
    assert drawing.draw(book(row, clerk, "send"), "pdf")[1] == 5
    assert drawing.draw(book(row, clerk, "circular"), "pdf")[1] == 0


def test_what_is_over_its_time_for_the_committee():
    row = f.kept()
    clerk = f.clerk_of(row)
    f.numbered(row, SEND, retention="routine", subject="ครบแล้ว")
    f.numbered(row, retention="permanent")
    with clock.travel(datetime.datetime(2031, 1, 2, tzinfo=clock.BANGKOK)):
        data, count = drawing.draw(drawing.due_sheet(clerk, row), "xlsx")
        paper, _count = drawing.draw(drawing.due_sheet(clerk, row), "pdf")
    rows = cells(data)
    assert count == 1
    assert "ไม่ทำลายหนังสือ" in rows[3]["A"]
    assert (rows[-1]["B"], rows[-1]["H"]) == ("ทะเบียนหนังสือส่ง 2569", "ครบแล้ว")
    assert "หนังสือที่ทำเป็นประจำ" in text_of(paper)


def test_a_line_of_no_known_book_has_no_label():
    entry = f.numbered(f.kept())
    entry.series = "circular"
    assert drawing._label(entry) == ""


# --- In the background ------------------------------------------------------------------------------------------------


def ask(actor, row, **told):
    wanted = {"content": "book", "format": "xlsx", "book": "receive", "first": FIRST, "last": LAST} | told
    return registers_keeping.request_export(actor=actor, registry_id=row.public_id, wanted=Extract(**wanted))


def test_a_large_one_is_made_by_a_job_as_whoever_asked_sees_it():
    row = f.kept()
    f.numbered(row, subject="เปิดเผย")
    f.numbered(row, subject="ลับสุดใจ", secrecy="secret")
    other = f.uncleared(row)
    made = ask(other, row)
    assert (made.file, list(queries.exports(other, row))) == (None, [made])
    jobs.run_pending()
    made = queries.export(other, made.public_id)
    assert (made.lines, made.file.name) == (2, "register-receive-20260101-20261231.xlsx")
    with files.open(made.file) as file:
        data = file.read()
    assert cells(data)[-1] == {"A": "n:2", "B": "ลับ"}
    # Twice changes nothing; nobody else gets it, nor they when they no longer work there.
    registers_tasks.make_register_file(str(made.public_id))
    again = registers_keeping.keep_export(actor=f.SYSTEM, export_id=made.public_id, stored=made.file, lines=9)
    assert again.lines == 2
    assert queries.export(f.clerk_of(row), made.public_id) is None
    Appointment.objects.filter(person=other.person_id).update(valid_to=f.DAY)
    assert queries.export(actor_of(me(other)), made.public_id) is None


def test_the_list_of_what_is_over_its_time_by_a_job():
    row = f.kept()
    clerk = f.clerk_of(row)
    f.numbered(row, retention="routine")
    with clock.travel(datetime.datetime(2031, 1, 2, tzinfo=clock.BANGKOK)):
        made = ask(clerk, row, content="due", format="pdf", book="", first=None, last=None)
        jobs.run_pending()
        found = queries.export(clerk, made.public_id)
    assert (found.lines, found.file.media_type) == (1, "application/pdf")


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"format": "docx"}, "format"),
        ({"content": "everything"}, "format"),
        ({"book": "diary"}, "book"),
        ({"first": None}, "last"),
        ({"last": None}, "last"),
        ({"last": datetime.date(2025, 1, 1)}, "last"),
        ({"last": datetime.date(2027, 1, 1)}, "last"),
    ],
)
def test_what_can_not_be_asked_for(told, field):
    row = f.kept()
    with pytest.raises(Invalid) as wrong:
        ask(f.clerk_of(row), row, **told)
    assert list(wrong.value.fields) == [field]
    assert not RegisterExport.objects.exists()


def test_who_can_not_ask():
    row = f.kept()
    for actor in (actor_for("clerk"), f.SYSTEM):
        with pytest.raises(Refused) as refusal:
            ask(actor, row)
        assert refusal.value.code == "not-own-register"
    assert queries.export(f.clerk_of(row), uuid.uuid4()) is None
