"""Cutting one file into its documents: the letter received, the letters it forwards, memos, orders, agendas."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from saduak.correspondence.reading.dates import first_date
from saduak.correspondence.reading.numbers import LetterNumber, match_any_number
from saduak.correspondence.reading.stamps import Distribution, Stamp, Stamps
from saduak.correspondence.reading.text import Line, Sheet
from saduak.correspondence.reading.words import (
    CLOSING,
    ISSUED_ON,
    OFFICE_LABEL,
    PHONE_LABEL,
    SECRECY,
    UNIT_LINE,
    URGENCY,
)

MAX_DOCUMENTS = 100
_MEMO = re.compile(r"[-\s]*บันทึก\s?ข้อ\s?ความ[-\s]*$")
_MEMO_OFFICE = re.compile(rf"{OFFICE_LABEL}\s")
NUMBER_LINE = re.compile(rf"(?:(?P<urgency>{URGENCY})\s{{1,20}})?ที่\s{{0,20}}(?=(?P<rest>\S?.*))")
_AGENDA = re.compile(r"[(\s]*(?:ร่าง)?[)\s]*(?:กำหนดการ|ระเบียบวาระการประชุม|วาระการประชุม)")
_ORDER = re.compile(r"คำสั่ง\s?(?=[ก-๙])(?!การ|ที่|ลงวันที่|ของ)")
_ANNOUNCEMENT = re.compile(r"ประกาศ\s?(?=[ก-๙])(?!ณ\s|ใช้|ให้|มา|ผล|รับ|ว่า|ดังกล่าว|เป็น|ไว้)")
_OTHER = re.compile(r"(?:รายงานการประชุม|หนังสือรับรอง|(?:ระเบียบ|ข้อบังคับ)[ก-๙ ]{1,80}ว่าด้วย)")
_LABEL = re.compile(r"(?:อ้างถึง|อ้าง\s|(?:สิ่ง|เอกสาร)ที่(?:ส่ง|แนบ)มา(?:ด้วย|พร้อม))")
_SUBJECT = re.compile(r"เรื่อง(?!เดิม)")
_ADDRESSEE = re.compile(r"(?:กราบ)?เรียน\s{0,20}\S|ถึง\s|นมัสการ\s|กราบทูล\s")
_TIME_SLOT = re.compile(r"[-•*\s]*(?:เวลา\s?)?\d{1,2}[.:]\d\d\s?(?:น\.?)?(?:\s?-|\s|$)")
_ITEM_SLOT = re.compile(r"(?:ระเบียบ)?วาระที่\s?\d")
_MARK_ALONE = re.compile(rf"[(\[\s-]*(?:{URGENCY}|{SECRECY})[)\]\s-]*$")
_NOISE = re.compile(r"[-\s]*(?:สำเนา(?:คู่ฉบับ|ถูกต้อง)?|ตราครุฑ|\d{1,6})[-\s]*$")
_TAIL_LINES = 10
_SHORT_HEADING = 120
_SHORT_TITLE = 80
_UNNUMBERED_REACH = 400  # rows in which a letter without a number may begin


@dataclass(slots=True)
class Piece:
    """One document's stretch of the sheet: its kind, its own lines, and the stamps on it."""

    kind: str
    first_line: int
    head_line: int
    last_line: int
    lines: list[Line] = field(default_factory=list)
    receipts: list[Stamp] = field(default_factory=list)
    distributions: list[Distribution] = field(default_factory=list)
    head: int = 0  # index of the head line within `lines`


@dataclass(frozen=True, slots=True)
class _Row:
    """A non-blank, unclaimed line with its place on the sheet."""

    index: int
    text: str
    after_gap: bool


def read_number_line(text: str) -> tuple[str | None, LetterNumber, str] | None:
    """Read `(ด่วน) ที่ มท 0810.7/ว 51 (…)`: urgency, number, what follows. None when the line is no such line."""
    match = NUMBER_LINE.match(text)
    if not match:
        return None
    at = match.start("rest")
    number = match_any_number(text, at)
    if number is None:
        return None
    rest = text[number.end :].strip()
    if rest.startswith(("ลงวันที่", "ลว.", "ลง วันที่", ")")):
        return None
    return match["urgency"], number, rest


def _rows(sheet: Sheet, claimed: set[int]) -> list[_Row]:
    rows, gap = [], True
    for index, line in enumerate(sheet.lines):
        if line.blank or index in claimed:
            gap = True
            continue
        rows.append(_Row(index, line.text, gap))
        gap = False
    return rows


def _ahead(rows: list[_Row], at: int, count: int) -> list[str]:
    return [row.text for row in rows[at + 1 : at + 1 + count]]


def _is_letter_head(rows: list[_Row], at: int) -> bool:
    text = rows[at].text
    if "ที่" not in text[:40] or len(text) > 200:
        return False
    ahead = _ahead(rows, at, 14)
    read = read_number_line(text)
    if read:
        if at and _LABEL.match(rows[at - 1].text) and ahead and ahead[0].startswith("ลงวันที่"):
            return False
        rest = read[2]
        own = (
            not rest
            or first_date(rest)
            or UNIT_LINE.match(rest)
            or re.match(URGENCY, rest)
            or rest.startswith("วันที่")
        )
        return bool(own)
    if not re.match(rf"(?:(?:{URGENCY})\s)?ที่(?:\s|$)", text):
        return False
    subject = any(_SUBJECT.match(line) for line in ahead)
    addressed = any(_ADDRESSEE.match(line) for line in ahead)
    return subject and addressed and not any(read_number_line(line) for line in ahead[:6])


def _is_titled(rows: list[_Row], at: int, title: re.Pattern[str], proof: re.Pattern[str], reach: int) -> bool:
    text = rows[at].text
    if len(text) > _SHORT_HEADING or not title.match(text) or "ลงวันที่" in text:
        return False
    return any(proof.match(line) for line in _ahead(rows, at, reach))


_ORDER_PROOF = re.compile(r"(?:ที่\s?\d|ที่\s[ก-ฮ.…]|เรื่อง(?!เดิม))")
_ANNOUNCEMENT_PROOF = re.compile(r"(?:เรื่อง(?!เดิม)|-{3,})")
_AGENDA_PROOF = re.compile(f"{_TIME_SLOT.pattern}|{_ITEM_SLOT.pattern}")


def _kind_at(rows: list[_Row], at: int, open_kind: str | None, since: int) -> str | None:
    """Give the kind of the document that begins on a row, None when none does."""
    text = rows[at].text
    first = text[0]
    if first in "-บ " and _MEMO.match(text):
        return "memo"
    if first == "ส" and _MEMO_OFFICE.match(text) and _is_memo_office(rows, at):
        return None if open_kind == "memo" and since <= 6 else "memo"
    if _is_letter_head(rows, at):
        young = open_kind in {"memo", "order", "announcement", "other"} and since <= 8
        return None if young else "external"
    if first == "ค" and _is_titled(rows, at, _ORDER, _ORDER_PROOF, 4):
        return "order"
    if first == "ป" and _is_titled(rows, at, _ANNOUNCEMENT, _ANNOUNCEMENT_PROOF, 5):
        return "announcement"
    if first in "กรว(" and _is_agenda(rows, at):
        return "agenda"
    if (
        first in "รหข"
        and rows[at].after_gap
        and since > 4
        and (since > 999 or _after_tail(rows, at))
        and len(text) <= _SHORT_HEADING
        and _OTHER.match(text)
    ):
        return "other"
    return None


def _is_memo_office(rows: list[_Row], at: int) -> bool:
    """Tell whether a row names a memo's office: the longer labels always do, ส่วนงาน only above a number."""
    return rows[at].text.startswith("ส่วนราชการ") or any(line.startswith("ที่") for line in _ahead(rows, at, 3))


def _after_tail(rows: list[_Row], at: int) -> bool:
    """Tell whether a letter ended right above: closing words, the day of issue or telephones stand there."""
    above = rows[max(0, at - _TAIL_LINES) : at]
    return any(
        CLOSING.match(row.text) or ISSUED_ON.match(row.text) or PHONE_LABEL.match(row.text) for row in above
    )


def _is_agenda(rows: list[_Row], at: int) -> bool:
    """Tell whether a row heads an agenda: the bare word, or a title that stands apart; slots must follow."""
    text = rows[at].text
    apart = (rows[at].after_gap or _after_tail(rows, at)) and len(text) < _SHORT_TITLE
    return (apart or bool(_AGENDA.fullmatch(text))) and _is_titled(rows, at, _AGENDA, _AGENDA_PROOF, 15)


def _heads(rows: list[_Row]) -> list[tuple[int, str]]:
    heads: list[tuple[int, str]] = []
    open_kind, since, numbered = None, 1000, False
    for at, row in enumerate(rows):
        since += 1
        kind = _kind_at(rows, at, None if numbered else open_kind, since)
        if kind is None:
            if open_kind and since <= 8 and read_number_line(row.text):
                numbered = True
            continue
        heads.append((at, kind))
        open_kind, since = kind, 0
        numbered = kind == "external"
        if len(heads) >= MAX_DOCUMENTS:
            break
    first = heads[0][0] if heads else min(len(rows), _UNNUMBERED_REACH)
    return [(0, "external"), *heads] if _is_unnumbered_letter(rows[:first]) else heads


def _is_unnumbered_letter(rows: list[_Row]) -> bool:
    """Tell whether a letter whose number line is lost stands on these rows: a subject with an addressee below."""
    for at, row in enumerate(rows):
        if _SUBJECT.match(row.text) and any(_ADDRESSEE.match(line) for line in _ahead(rows, at, 6)):
            return True
    return False


def _retract(rows: list[_Row], at: int, floor: int) -> int:
    """Move a head's start up over urgency and secrecy marks and page noise."""
    while at > floor and (_MARK_ALONE.match(rows[at - 1].text) or _NOISE.match(rows[at - 1].text)):
        at -= 1
    return at


def _stretch(rows: list[_Row], heads: list[tuple[int, str]], total: int) -> list[Piece]:
    pieces: list[Piece] = []
    for position, (at, kind) in enumerate(heads):
        floor = heads[position - 1][0] + 1 if position else 0
        start = 0 if position == 0 else _retract(rows, at, floor)
        pieces.append(Piece(kind, 0 if position == 0 else rows[start].index, rows[at].index, total - 1))
    for left, right in pairwise(pieces):
        left.last_line = right.first_line - 1
    return pieces


def _document_date(sheet: Sheet, piece: Piece, claimed: set[int]) -> date | None:
    for index in range(piece.head_line, min(piece.last_line + 1, piece.head_line + 25)):
        if index in claimed:
            continue
        text = sheet.lines[index].text
        hit = first_date(text) if len(text) < _SHORT_HEADING else None
        if hit and hit.first and not hit.is_range and "ลงวันที่" not in text:
            return hit.first
    return None


def _owner_of(stamp: Stamp | Distribution, pieces: list[Piece]) -> int:
    owner = 0
    for position, piece in enumerate(pieces):
        if piece.first_line <= stamp.first_line:
            owner = position
    return owner


def _belongs_below(stamp: Stamp | Distribution, above: date | None, below: date | None) -> bool:
    """Tell whether a stamp right above a head is that head's: not when it is older than that letter but fits the one above."""
    day = stamp.receipt.date if isinstance(stamp, Stamp) else None
    if day is None or above is None or below is None:
        return True
    return not above <= day < below


def _place_stamps(sheet: Sheet, pieces: list[Piece], stamps: Stamps, rows: list[_Row]) -> None:
    """Give each stamp to its document; one that stands right above a head belongs to that head, unless its date forbids it."""
    row_lines = [row.index for row in rows]
    days = [_document_date(sheet, piece, stamps.claimed) for piece in pieces]
    every: list[Stamp | Distribution] = [*stamps.receipts, *stamps.distributions]
    for stamp in every:
        owner = _owner_of(stamp, pieces)
        if owner + 1 < len(pieces) and stamp.first_line > pieces[owner].head_line:
            next_row = row_lines[bisect_right(row_lines, stamp.last_line)]
            touches = next_row >= pieces[owner + 1].first_line
            if touches and _belongs_below(stamp, days[owner], days[owner + 1]):
                owner += 1
        if isinstance(stamp, Stamp):
            pieces[owner].receipts.append(stamp)
        else:
            pieces[owner].distributions.append(stamp)


def split(sheet: Sheet, stamps: Stamps) -> list[Piece]:
    """Cut a sheet into documents; an empty list when nothing on it is an official letter."""
    rows = _rows(sheet, stamps.claimed)
    heads = _heads(rows)
    if not heads:
        return []
    pieces = _stretch(rows, heads, len(sheet.lines))
    _place_stamps(sheet, pieces, stamps, rows)
    for piece in pieces:
        for index in range(piece.first_line, piece.last_line + 1):
            if index == piece.head_line:
                piece.head = len(piece.lines)
            if index not in stamps.claimed:
                piece.lines.append(sheet.lines[index])
        piece.kind = _refine(piece)
    return pieces


def _refine(piece: Piece) -> str:
    """A letter to somebody by ถึง instead of เรียน is a stamped letter."""
    if piece.kind != "external":
        return piece.kind
    for line in piece.lines[piece.head : piece.head + 40]:
        if re.match(r"(?:กราบ)?เรียน\s{0,20}\S|นมัสการ\s|กราบทูล\s", line.text):
            return "external"
        if re.match(r"ถึง\s", line.text):
            return "stamped"
    return "external"
