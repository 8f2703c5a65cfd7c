"""Letters that the project writes itself, as a scanner would see them, read again by the real tesseract."""

import dataclasses
import datetime
import io
import re
from typing import Any

import pypdfium2
import pytest

from saduak.correspondence.reading import Reading, ReadingError, read_bytes
from saduak.correspondence.reading.opening import tesseract
from saduak.correspondence.reading.text import fold
from saduak.correspondence.writing.document import Attached, LetterDocument, Signature
from saduak.correspondence.writing.pdf import to_pdf
from tests.correspondence.reading import scoring

pytestmark = pytest.mark.slow

LOWEST_F1 = 0.85
DOTS_AN_INCH = 200
# Every digit stands in a number or a day of it.
LETTER = LetterDocument(
    kind="external",
    issuer="ที่ว่าการอำเภอสมมุติ",
    address=("ถนนประชาราษฎร์ สม 99120",),
    number="สม 0518/ว 2496",
    dated=datetime.date(2025, 6, 17),
    urgency="ด่วนมาก",
    subject="การสำรวจข้อมูลศูนย์บริการประชาชนระดับอำเภอ",
    salutation="เรียน",
    addressee="นายกองค์การบริหารส่วนตำบล ทุกแห่ง",
    references=("หนังสือจังหวัดสมมุติ ที่ สม 0023.4/ว 3857 ลงวันที่ 9 มิถุนายน 2568",),
    attachments=(Attached("แบบสำรวจข้อมูล", "จำนวน 1 ชุด"),),
    paragraphs=(
        "ตามหนังสือที่อ้างถึง จังหวัดสมมุติแจ้งให้อำเภอสำรวจข้อมูลศูนย์บริการประชาชน นั้น",
        (
            "อำเภอสมมุติขอเชิญประชุมชี้แจง ในวันพฤหัสบดีที่ 26 มิถุนายน 2568 เวลา 09.30 - 12.00 น. ณ ห้องประชุมอำเภอ "
            "และขอให้รายงานผลการสำรวจภายในวันที่ 18 กรกฎาคม 2568"
        ),
        "จึงเรียนมาเพื่อทราบและดำเนินการ",
    ),
    closing="ขอแสดงความนับถือ",
    signature=Signature("นายหนึ่ง ตัวอย่าง", ("นายอำเภอสมมุติ",)),
    owner_unit="ที่ทำการปกครองอำเภอ",
    contact=("โทร. 0 4396 2578", "โทรสาร 0 4396 2579"),
)
LABEL: dict[str, Any] = {
    "kind": "external",
    "urgency": "ด่วนมาก",
    "number": "สม 0518/ว 2496",
    "is_circular": True,
    "date": "2025-06-17",
    "issuer": "ที่ว่าการอำเภอสมมุติ",
    "owner_unit": "ที่ทำการปกครองอำเภอ",
    "subject": LETTER.subject,
    "purpose": "เพื่อทราบและดำเนินการ",
    "signer": {"name": "นายหนึ่ง ตัวอย่าง", "position": "นายอำเภอสมมุติ"},
    "recipients": ["นายกองค์การบริหารส่วนตำบล ทุกแห่ง"],
    "references": [{"number": "สม 0023.4/ว 3857", "date": "2025-06-09"}],
    "attachments": ["แบบสำรวจข้อมูล จำนวน 1 ชุด"],
    "deadlines": [{"date": "2025-07-18"}],
    "meetings": [{"date": "2025-06-26", "start": "09:30", "end": "12:00"}],
    "actions": [{"due": None, "force": "invite"}, {"due": "2025-07-18", "force": "order"}],
    "phones": ["0 4396 2578"],
    "faxes": ["0 4396 2579"],
}
WITH_DIGITS = ("references", "windows", "deadlines", "meetings", "phones", "faxes")


def scanned(letter: LetterDocument) -> bytes:
    """The first page of a letter as a picture, made from its PDF."""
    made = io.BytesIO()
    with pypdfium2.PdfDocument(to_pdf(letter)) as pdf:
        pdf[0].render(scale=DOTS_AN_INCH / 72, grayscale=True).to_pil().save(made, "PNG")
    return made.getvalue()


@pytest.fixture(scope="module", params=[True, False], ids=["thai digits", "arabic digits"])
def reading(request: pytest.FixtureRequest) -> tuple[bool, Reading]:
    """What is read from a scan, and whether its digits are Thai."""
    try:
        tesseract()
    except ReadingError:
        pytest.skip("no tesseract that knows Thai on this machine: own letters were not scanned")
    letter = dataclasses.replace(LETTER, thai_digits=request.param)
    return request.param, read_bytes(scanned(letter), "scan.png")


def test_a_scan_of_an_own_letter_is_read(reading: tuple[bool, Reading]) -> None:
    (document,) = reading[1].as_json()["documents"]
    assert (document["subject"], document["date"]) == (LABEL["subject"], LABEL["date"])
    tallies: dict[str, scoring.Tally] = {}
    scoring.score(tallies, LABEL, document, "")
    tallies.pop("duty words")
    hit, want, got = (
        sum(getattr(tally, name) for tally in tallies.values()) for name in ("hit", "want", "got")
    )
    assert 2 * hit / (want + got) >= LOWEST_F1, [row for tally in tallies.values() for row in tally.wrong]


def test_no_digit_of_a_scan_is_wrong(reading: tuple[bool, Reading]) -> None:
    """A number or a day is right, or left out; one in Thai digits that nothing confirms is said to be so."""
    thai, read = reading
    document, shown = read.documents[0], read.as_json()["documents"][0]
    given = {name: [shown[name]] for name in ("number", "date") if shown[name]}
    wanted = {name: [LABEL[name]] for name in ("number", "date")}
    for name in WITH_DIGITS:
        given[name] = scoring.items(shown, name)
        wanted[name] = scoring.items(LABEL, name)
    said = [
        fold(words)
        for finding in read.findings
        if finding.code in {"unsure-value", "missing-field"}
        for words in finding.evidence
    ]
    assert {
        name: set(values) - set(wanted[name])
        for name, values in given.items()
        if set(values) - set(wanted[name])
    } == {}
    if thai:
        spans = [
            span
            for name, span in document.spans.items()
            if name.partition(".")[0] in {"number", "references", "phones", "faxes"}
        ]
        for start, end in spans:
            assert fold(read.text[start:end]) in said
        assert re.search("18 กรกฎาคม 2568", " ".join(said))
    assert read.findings[0].code == "read-from-picture"
