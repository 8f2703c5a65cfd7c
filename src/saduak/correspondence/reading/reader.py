"""Putting it together: from a cleaned text to a `Reading`."""

from __future__ import annotations

import re
from pathlib import PurePath

from saduak.correspondence.reading.agenda import read_agenda
from saduak.correspondence.reading.bundle import MAX_DOCUMENTS, Piece, split
from saduak.correspondence.reading.closing import (
    find_tail,
    read_late_date,
    read_owner_unit,
    read_purpose,
    read_signer,
)
from saduak.correspondence.reading.columns import set_apart, titles_apart
from saduak.correspondence.reading.contacts import read_contacts
from saduak.correspondence.reading.dates import find_dates
from saduak.correspondence.reading.duties import read_duties
from saduak.correspondence.reading.errors import ReadingError
from saduak.correspondence.reading.findings import find_findings, weekday_findings
from saduak.correspondence.reading.head import Head, add_body_references, read_head
from saduak.correspondence.reading.minutes import read_held, read_title
from saduak.correspondence.reading.misread import Doubt, weighed
from saduak.correspondence.reading.model import Document, Finding, Reading
from saduak.correspondence.reading.opening import MAX_CHARACTERS, MAX_LINES
from saduak.correspondence.reading.scans import looks_recognised, mended
from saduak.correspondence.reading.schedule import read_schedule
from saduak.correspondence.reading.sources import recognised, text_of
from saduak.correspondence.reading.stamps import find_stamps
from saduak.correspondence.reading.text import Flow, Sheet

_FROM_PICTURE = (
    "ข้อความนี้อ่านจากภาพสแกน ตัวเลขและวันที่ผิดได้ทุกตัว โดยเฉพาะเลขไทย เปิดต้นฉบับเทียบทุกวัน ทุกเวลา และเลขที่หนังสือก่อนยืนยัน"
)
_MOST_DOUBTS = 200
_MOST_EVIDENCE = 30
# What is said of values in Thai digits, by the fields that they stand in.
_DOUBTED = {
    "number": "ที่ของหนังสือ “{}” อ่านจากเลขไทยในภาพ ไม่มีอะไรยืนยัน กรุณาตรวจกับต้นฉบับ",
    "references": "หนังสือที่อ้างถึง “{}” อ่านจากเลขไทยในภาพ ไม่มีอะไรยืนยัน กรุณาตรวจกับต้นฉบับ",
    "phones faxes": "หมายเลขโทรศัพท์ “{}” อ่านจากเลขไทยในภาพ ไม่มีอะไรยืนยัน กรุณาตรวจกับต้นฉบับ",
    "meetings agenda": "เวลา “{}” อ่านจากเลขไทยในภาพ ไม่มีอะไรยืนยัน กรุณาตรวจกับต้นฉบับ",
    "receipts": "เลขรับ “{}” อ่านจากเลขไทยในภาพ ไม่มีอะไรยืนยัน กรุณาตรวจกับต้นฉบับ",
}
_THAI_DIGIT = re.compile("[๐-๙]")


def read_bytes(data: bytes, filename: str, *, scans: bool = True) -> Reading:
    """Read an official letter from a file's bytes.

    Args:
        data: the file.
        filename: its name.
        scans: also read pictures of text, which takes minutes; else they are "a-scan".

    Raises:
        ReadingError: the file cannot be read, or holds no official letter.
    """
    try:
        text, scanned = text_of(data, filename), False
    except ReadingError as problem:
        if problem.code != "a-scan" or not scans:
            raise
        text, scanned = recognised(data, filename), True
    return read_text(text, filename, recognised=scanned)


def read_text(text: str, filename: str, *, recognised: bool = False) -> Reading:
    """Read an official letter from text.

    Args:
        text: of the letter.
        filename: its name.
        recognised: it was recognised from a picture; text that shows so itself counts as such, too.

    Raises:
        ReadingError: the text is empty, too long, or no official letter.
    """
    if len(text) > MAX_CHARACTERS or text.count("\n") > MAX_LINES:
        raise ReadingError("too-large")
    if not text.strip():
        raise ReadingError("empty")
    recognised = recognised or looks_recognised(text)
    sheet = Sheet(mended(text) if recognised else text)
    if len(sheet.lines) > MAX_LINES + 1:  # other signs end lines, too: returns, separators, <br>
        raise ReadingError("too-large")
    doubts: list[Doubt] = []
    sheet.recognised = recognised
    if recognised:
        folded, doubts = weighed(sheet.text, sheet.folded)
        sheet.reread(folded)
    sheet.lines = set_apart(titles_apart(sheet.lines))
    pieces = split(sheet, find_stamps(sheet))
    documents: list[Document] = []
    unsure: list[Finding] = []
    for index, piece in enumerate(pieces):
        document = Document(piece.kind)
        unsure += _read_piece(document, piece, sheet, index)
        unsure += _doubted_values(document, sheet, index)
        documents.append(document)
    if len(documents) >= MAX_DOCUMENTS:
        text_left = f"ไฟล์นี้มีหนังสือมาก ระบบแยกให้เพียง {MAX_DOCUMENTS} ฉบับแรก ส่วนที่เหลือรวมอยู่ในฉบับสุดท้าย"
        unsure.append(Finding("unsure-value", "warning", len(documents) - 1, text_left))
    if not any(_is_letter(document) for document in documents):
        raise ReadingError("not-a-letter")
    findings = find_findings(documents) + unsure + _doubted(doubts, documents)
    if recognised:
        findings.insert(0, Finding("read-from-picture", "warning", 0, _FROM_PICTURE))
    return Reading(PurePath(filename.replace("\\", "/")).name, sheet.text, documents, findings)


def _doubted_values(document: Document, sheet: Sheet, index: int) -> list[Finding]:
    """Say of numbers, telephones and hours in Thai digits that were recognised that nothing confirms them."""
    if not sheet.recognised:
        return []
    found: list[Finding] = []
    for field, text in _DOUBTED.items():
        raws = [
            sheet.text[start:end]
            for name, (start, end) in document.spans.items()
            if name.partition(".")[0] in field.split() and _THAI_DIGIT.search(sheet.text, start, end)
        ]
        if raws:
            raws = list(dict.fromkeys(raws))[:_MOST_EVIDENCE]
            found.append(Finding("unsure-value", "warning", index, text.format("” “".join(raws)), raws))
    return found


def _doubted(doubts: list[Doubt], documents: list[Document]) -> list[Finding]:
    """Give what is doubtful about the dates of recognised text, each with the document that it stands in."""
    found: list[Finding] = []
    begins = [document.spans.get("document", (0, 0))[0] for document in documents]
    said: set[tuple[int, str]] = set()
    for doubt in doubts[:_MOST_DOUBTS]:
        index = max((n for n, begin in enumerate(begins) if begin <= doubt.start), default=0)
        if (index, doubt.text) not in said:
            said.add((index, doubt.text))
            found.append(Finding("unsure-value", "warning", index, doubt.text, doubt.evidence))
    return found


def _is_letter(document: Document) -> bool:
    if document.kind == "agenda":
        return bool(document.agenda)
    if document.kind == "other":
        return bool(document.subject)
    signed = document.signer.name or document.signer.position
    marks = [
        document.number,
        document.date,
        document.subject,
        document.recipients,
        document.issuer,
        signed,
        document.purpose,
    ]
    return sum(bool(mark) for mark in marks) >= 2


def _read_piece(document: Document, piece: Piece, sheet: Sheet, index: int) -> list[Finding]:
    """Fill one document from its lines; give the findings about single values."""
    _stamps(document, piece)
    if not piece.lines:
        return []
    begin, end = piece.lines[0].start, piece.lines[-1].end
    document.spans["document"] = (begin, end)
    read_contacts(document, sheet.folded, begin, end)
    if piece.kind == "agenda":
        read_agenda(document, piece.lines[piece.head :])
        flow = Flow(piece.lines)
        return weekday_findings(index, find_dates(flow.text), flow.text)
    head = read_head(document, piece)
    tail = find_tail(document, piece.lines, head.body_at)
    body_end = max(head.body_at, tail.start)
    flow = Flow(piece.lines[head.body_at : body_end])
    read_late_date(document, piece.lines, tail)
    read_signer(document, piece.lines, tail)
    read_owner_unit(document, piece.lines, tail)
    read_purpose(document, flow)
    add_body_references(document, flow)
    if piece.kind == "other":
        return _read_evidence(document, piece, flow, index)
    schedule = read_schedule(document, flow)
    read_duties(document, flow, schedule)
    return weekday_findings(index, schedule.hits, flow.text) + _unsure(document, head, schedule.unsure, index)


def _read_evidence(document: Document, piece: Piece, flow: Flow, index: int) -> list[Finding]:
    """Read minutes and the like: what they resolve are duties, but no day in them is to be met by the reader."""
    lines = piece.lines[piece.head :]
    if document.subject is None or piece.lines[piece.head].text.startswith("รายงาน"):
        read_title(document, lines)
    schedule = read_schedule(document, flow)
    document.meetings.clear()
    if document.subject and document.subject.startswith("รายงานการประชุม"):
        read_held(document, lines)
    read_duties(document, flow, schedule)
    return weekday_findings(index, schedule.hits, flow.text)


def _stamps(document: Document, piece: Piece) -> None:
    for number, stamp in enumerate(piece.receipts):
        document.receipts.append(stamp.receipt)
        document.spans[f"receipts.{number}"] = stamp.span
    for distribution in piece.distributions:
        document.distribution += [unit for unit in distribution.units if unit not in document.distribution]
        document.spans["distribution"] = distribution.span


def _unsure(document: Document, head: Head, notes: list[tuple[str, str]], index: int) -> list[Finding]:
    found = [Finding("unsure-value", "info", index, text, [raw]) for raw, text in dict(notes).items()]
    for wrong, right in dict(head.repaired).items():
        text = f"อ่าน “{wrong}” เป็น “{right}” กรุณาตรวจกับต้นฉบับ"
        found.append(Finding("unsure-value", "info", index, text, [wrong, right]))
    if head.number is not None and not head.number.has_serial:
        text = "ที่ของหนังสือยังไม่มีเลขลำดับ"
        found.append(Finding("unsure-value", "warning", index, text, [document.number or ""]))
    if head.number is not None and head.number.unsure:
        text = f"อ่าน “ว” จากเลข 2 ในที่ของหนังสือ เป็น “{document.number}” กรุณาตรวจกับต้นฉบับ"
        found.append(Finding("unsure-value", "warning", index, text, [document.number or ""]))
    for hit in head.dates:
        if hit.first is None:
            text = "วันที่ของหนังสือไม่มีอยู่จริง ไม่ครบ หรืออ่านไม่แน่ชัด"
            found.append(Finding("unsure-value", "warning", index, text, ["date"]))
    return found
