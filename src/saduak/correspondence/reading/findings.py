"""What a careful clerk would notice: things that disagree, come in the wrong order, or are missing."""

from __future__ import annotations

import re
from datetime import date

from saduak.correspondence.reading.dates import BUDDHIST_OFFSET, WEEKDAY_NAMES, DateHit
from saduak.correspondence.reading.model import Document, Finding, Reference
from saduak.correspondence.reading.provinces import PROVINCE_CODES

_SHORT_MONTHS = [
    "ม.ค.",
    "ก.พ.",
    "มี.ค.",
    "เม.ย.",
    "พ.ค.",
    "มิ.ย.",
    "ก.ค.",
    "ส.ค.",
    "ก.ย.",
    "ต.ค.",
    "พ.ย.",
    "ธ.ค.",
]
_REQUIRED = {
    "external": ("number", "date", "subject", "recipients", "signer"),
    "memo": ("number", "date", "subject", "recipients"),
    "stamped": ("number", "date", "recipients"),
    "order": ("number", "date", "subject"),
    "announcement": ("date", "subject"),
    "agenda": ("agenda",),
    "other": (),
}
_FIELD_NAMES = {
    "number": "ที่ของหนังสือ",
    "date": "วันที่ของหนังสือ",
    "subject": "เรื่อง",
    "recipients": "ผู้รับ (เรียน หรือ ถึง)",
    "signer": "ผู้ลงนาม",
    "agenda": "รายการตามเวลา",
}
_MOST = 200


def thai_day(day: date) -> str:
    """Show a day as people read it: 29 ธ.ค. 2563."""
    return f"{day.day} {_SHORT_MONTHS[day.month - 1]} {day.year + BUDDHIST_OFFSET}"


def _cited(reference: Reference) -> str:
    return f"{reference.number} ลงวันที่ {thai_day(reference.date)}" if reference.date else reference.number


def _printed(document: Document) -> str:
    when = f" ลงวันที่ {thai_day(document.date)}" if document.date else ""
    return f"{document.number or '(ไม่มีเลข)'}{when}"


def _stem(number: str | None) -> str:
    return re.split(r"/", number or "", maxsplit=1)[0].replace(" ", "")


def _references(documents: list[Document]) -> list[Finding]:
    """Compare what a letter cites with what is really enclosed behind it."""
    found: list[Finding] = []
    for index, document in enumerate(documents):
        enclosed = [other for other in documents[index + 1 :] if other.number]
        for reference in document.references:
            same = next((other for other in enclosed if other.number == reference.number), None)
            if same is not None:
                if reference.date is None or same.date is None or reference.date == same.date:
                    continue
                text = "วันที่ของหนังสือที่อ้างถึงไม่ตรงกับฉบับที่แนบมา"
            else:
                cited_here = {item.number for item in document.references}
                stem = _stem(reference.number)
                same = next(
                    (o for o in enclosed if _stem(o.number) == stem and o.number not in cited_here), None
                )
                if same is None:
                    continue
                text = "เลขที่ของหนังสือที่อ้างถึงไม่ตรงกับฉบับที่แนบมา"
                if reference.date and same.date and reference.date != same.date:
                    text = "เลขที่และวันที่ของหนังสือที่อ้างถึงไม่ตรงกับฉบับที่แนบมา"
            found.append(
                Finding("reference-mismatch", "warning", index, text, [_cited(reference), _printed(same)])
            )
    return found


def _order_of_days(index: int, document: Document) -> list[Finding]:
    found: list[Finding] = []
    sent = document.date
    for receipt in document.receipts:
        if sent and receipt.date and receipt.date < sent:
            text = f"วันรับหนังสือของ{receipt.office or 'หน่วยที่ประทับตรา'}มาก่อนวันที่ออกหนังสือ"
            evidence = [
                f"เลขรับ {receipt.number or '-'} วันที่ {thai_day(receipt.date)}",
                f"ออกหนังสือ {thai_day(sent)}",
            ]
            found.append(Finding("receipt-before-letter", "warning", index, text, evidence))
    last_window = max((window.end for window in document.windows), default=None)
    for deadline in document.deadlines:
        if last_window and deadline.date > last_window:
            evidence = [
                f"{deadline.what} {thai_day(deadline.date)}".strip(),
                f"สิ้นสุดช่วงเวลา {thai_day(last_window)}",
            ]
            found.append(
                Finding(
                    "deadline-after-window", "warning", index, "วันครบกำหนดอยู่หลังวันสิ้นสุดของช่วงเวลา", evidence
                )
            )
        if sent and deadline.date < sent:
            evidence = [thai_day(deadline.date), f"ออกหนังสือ {thai_day(sent)}"]
            found.append(
                Finding("deadline-before-letter", "warning", index, "วันครบกำหนดมาก่อนวันที่ออกหนังสือ", evidence)
            )
    return found


def weekday_findings(index: int, hits: list[DateHit], folded: str) -> list[Finding]:
    """Notice printed weekdays that do not fit their dates, and dates that no calendar has."""
    found: list[Finding] = []
    seen: set[str] = set()
    for hit in hits:
        raw = folded[hit.start : hit.end]
        if hit.first is None and hit.has_year and raw not in seen:
            seen.add(raw)
            text = "วันที่ไม่มีอยู่จริงหรืออ่านไม่แน่ชัด" if not hit.is_range else "ช่วงวันที่ไม่มีอยู่จริงหรือสลับลำดับ"
            found.append(Finding("unsure-value", "warning", index, text, [raw]))
        for weekday, day in hit.weekdays:
            key = f"{weekday}{day}"
            if day.weekday() != weekday and key not in seen:
                seen.add(key)
                printed = f"วัน{WEEKDAY_NAMES[weekday]}ที่ {thai_day(day)}"
                real = f"{thai_day(day)} ตรงกับวัน{WEEKDAY_NAMES[day.weekday()]}"
                found.append(Finding("weekday-mismatch", "warning", index, "ชื่อวันไม่ตรงกับวันที่", [printed, real]))
    return found


def _slots(index: int, document: Document) -> list[Finding]:
    found: list[Finding] = []
    last_end, last_what, day = None, "", None
    for slot in document.agenda:
        if slot.day != day:
            last_end, day = None, slot.day
        if slot.start and slot.end and slot.end < slot.start:
            evidence = [f"{slot.start} - {slot.end} {slot.what}"]
            found.append(Finding("agenda-overlap", "warning", index, "เวลาสิ้นสุดมาก่อนเวลาเริ่ม", evidence))
            continue
        if last_end and slot.start and slot.start < last_end:
            evidence = [f"ถึง {last_end} {last_what}", f"{slot.start} {slot.what}"]
            found.append(Finding("agenda-overlap", "warning", index, "รายการในกำหนดการซ้อนเวลากัน", evidence))
        end = slot.end or slot.start
        if end and (last_end is None or end > last_end):
            last_end, last_what = end, slot.what
    return found


def _outside(documents: list[Document]) -> list[Finding]:
    """Compare an agenda's slots with the hours that a letter before it gives for that day."""
    found: list[Finding] = []
    hours = [
        meeting
        for document in documents
        if document.kind != "agenda"
        for meeting in document.meetings
        if meeting.start
    ]
    for index, document in enumerate(documents):
        if document.kind != "agenda" or not document.meetings:
            continue
        for slot in document.agenda:
            day = slot.day or document.meetings[0].date
            meeting = next((item for item in hours if item.date == day), None)
            if meeting is None or meeting.start is None:
                continue
            early = slot.start is not None and slot.start < meeting.start
            last = slot.end or slot.start
            late = meeting.end is not None and last is not None and last > meeting.end
            if early or late:
                evidence = [
                    f"{slot.start or ''} - {slot.end or ''} {slot.what}",
                    f"{meeting.start} - {meeting.end or ''}",
                ]
                text = "รายการในกำหนดการอยู่นอกเวลาประชุมที่หนังสือแจ้ง"
                found.append(Finding("agenda-outside-meeting", "warning", index, text, evidence))
    return found


def _missing(index: int, document: Document) -> list[Finding]:
    found: list[Finding] = []
    for name in _REQUIRED[document.kind]:
        signed = document.signer.name or document.signer.position
        if not (signed if name == "signer" else getattr(document, name)):
            text = f"ไม่พบ{_FIELD_NAMES[name]}"
            found.append(Finding("missing-field", "warning" if index == 0 else "info", index, text, [name]))
    return found


def _agency_code(index: int, document: Document) -> list[Finding]:
    match = re.match(r"(?:ศาลากลาง)?จังหวัด([ก-๙]+)", document.issuer or "")
    number = re.match(r"([ก-ฮ]+)\s\d", document.number or "")
    if not match or not number:
        return []
    expected = PROVINCE_CODES.get(match[1])
    if expected is None or expected == number[1]:
        return []
    text = f"รหัสหน่วยงานในที่ของหนังสือไม่ใช่รหัสของจังหวัด{match[1]} ({expected})"
    return [
        Finding(
            "agency-code-mismatch", "warning", index, text, [document.number or "", f"{expected} {match[1]}"]
        )
    ]


def find_findings(documents: list[Document]) -> list[Finding]:
    """Give all findings that follow from the documents' fields."""
    found = _references(documents)
    for index, document in enumerate(documents):
        found += _order_of_days(index, document)
        found += _slots(index, document)
        found += _missing(index, document)
        found += _agency_code(index, document)
    return (found + _outside(documents))[:_MOST]
