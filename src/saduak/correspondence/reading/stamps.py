"""Receipt stamps of the offices that a letter passed, and distribution stamps (who inside gets it)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from saduak.correspondence.reading.dates import first_date
from saduak.correspondence.reading.model import Receipt, Span
from saduak.correspondence.reading.text import Line, Sheet
from saduak.correspondence.reading.words import ABBREVIATED_UNIT, HOLDER_LINE, RECEIPT_KEY, UNIT, UNIT_LINE

_PLAIN = re.compile(r"เลขที่[\s.…:_]*(?P<number>\d{1,9}(?:/\d{1,4})?)[\s.…]*$")
_DATE_LINE = re.compile(r"(?:ลง|รับ)?วันที่?[\s.…:_]*")
_TIME = re.compile(r"(?:^|\s|เวลา[\s.…:_]*)(?P<hour>[01]?\d|2[0-3])[.:](?P<minute>[0-5]\d)(?!\d)(?:\s?น)?")
_STOP = re.compile(r"(?:เรื่อง|เรียน|กราบเรียน|ถึง\s|อ้างถึง|สิ่งที่ส่งมาด้วย|ที่\s|ส่วนราชการ|บันทึกข้อความ|คำสั่ง|ประกาศ)")
_LONGEST_LINE = 160
_LONGEST_OFFICE = 80
_REACH = 10  # lines below the number in which date and time may stand
_TICKED = r"[☑☒■✓✔]|\(\s?[/xX✓✔]\s?\)|\[\s?[/xX✓✔]\s?\]"
_BOX = r"[☐□]|\(\s{0,3}\)|\[\s{0,3}\]"
_ITEM = re.compile(
    rf"[-•*]?\s?(?:(?P<tick1>{_TICKED})|{_BOX})?\s?(?:\d{{1,2}}[.)]?\s?)?(?:(?P<tick2>{_TICKED})|{_BOX})?\s?"
    rf"(?P<name>(?:{UNIT})[^\d:]{{0,50}})$"
)
_MARKED = re.compile(rf"(?:[-•*]|\d{{1,2}}[.)]|{_TICKED}|{_BOX})")
_ANNOUNCED = re.compile(r"(?:ดังนี้|ดังต่อไปนี้|ประกอบด้วย|ได้แก่|:)$")


@dataclass(slots=True)
class Stamp:
    """One receipt stamp: what it says, its lines and its span."""

    receipt: Receipt
    first_line: int
    last_line: int
    span: Span


@dataclass(slots=True)
class Distribution:
    """A list of inside units on a stamp; ticked ones only when any is ticked."""

    units: list[str]
    first_line: int
    last_line: int
    span: Span


@dataclass(slots=True)
class Stamps:
    """All stamps of a sheet and the lines they take up."""

    receipts: list[Stamp] = field(default_factory=list)
    distributions: list[Distribution] = field(default_factory=list)
    claimed: set[int] = field(default_factory=set)


def _is_office(text: str) -> bool:
    if not text or len(text) > _LONGEST_OFFICE or text[0] == "(" or re.search(r"\d{2}", text):
        return False
    if HOLDER_LINE.match(text) or _STOP.match(text):
        return False
    return bool(UNIT_LINE.match(text) or ABBREVIATED_UNIT.match(text))


def _time(text: str) -> str | None:
    match = _TIME.search(text)
    return f"{int(match['hour']):02d}:{match['minute']}" if match else None


def _office_above(lines: list[Line], index: int, claimed: set[int]) -> int | None:
    for above in range(index - 1, max(-1, index - 4), -1):
        if above in claimed:
            return None
        if lines[above].blank:
            continue
        return above if _is_office(lines[above].text) else None
    return None


def _below(lines: list[Line], index: int, receipt: Receipt, rest: str) -> list[int]:
    """Fill date and time from the rest of the line and the lines below; give the lines used."""
    used: list[int] = []
    hit = first_date(rest)
    receipt.date = hit.first if hit else None
    receipt.time = _time(rest[hit.end :] if hit else rest)
    strangers = 0
    for below in range(index + 1, min(len(lines), index + 1 + _REACH)):
        text = lines[below].text
        if (
            receipt.time
            or strangers > 1
            or len(text) > _LONGEST_OFFICE
            or _STOP.match(text)
            or RECEIPT_KEY.search(text)
        ):
            break
        if not text:
            continue
        label = _DATE_LINE.match(text)
        hit = first_date(text) if receipt.date is None else None
        if hit and (label or hit.start == 0):
            receipt.date, receipt.time = hit.first, _time(text[hit.end :])
            used.append(below)
        elif text.startswith("เวลา"):
            receipt.time = _time(text)
            used.append(below)
            break
        elif text.startswith("ผู้รับ") or label:
            used.append(below)
        else:
            strangers += 1
    return used


def _plain_number(lines: list[Line], index: int) -> re.Match[str] | None:
    """Read `เลขที่ 123` as a receipt number where an office stands above it, and a day and an hour below."""
    match = _PLAIN.match(lines[index].text)
    below = [line.text for line in lines[index + 1 : index + 4] if line.text]
    dated = bool(below) and bool(_DATE_LINE.match(below[0])) and first_date(below[0]) is not None
    timed = any(text.startswith("เวลา") or "เวลา" in text for text in below[:2])
    return match if match and dated and timed and _office_above(lines, index, set()) is not None else None


def _find_receipts(lines: list[Line], stamps: Stamps) -> None:
    for index, line in enumerate(lines):
        if index in stamps.claimed or len(line.text) > _LONGEST_LINE:
            continue
        if "รับ" not in line.text and not line.text.startswith("เลขที่"):
            continue
        match = RECEIPT_KEY.search(line.text) or _plain_number(lines, index)
        if not match:
            continue
        before = line.text[: match.start()].strip(" .:-")
        if before and not _is_office(before):
            continue
        receipt = Receipt(before or None, match["number"], None, None)
        used = [index]
        if not before and (above := _office_above(lines, index, stamps.claimed)) is not None:
            receipt.office = lines[above].text
            used.insert(0, above)
        used += _below(lines, index, receipt, line.text[match.end() :])
        stamps.claimed.update(used)
        if receipt.number or receipt.date:
            span = (lines[used[0]].start, max(lines[number].end for number in used))
            stamps.receipts.append(Stamp(receipt, used[0], max(used), span))


def _find_distributions(lines: list[Line], stamps: Stamps) -> None:
    run: list[tuple[int, str, bool]] = []
    previous = ""

    def close(before: str) -> None:
        if len(run) >= 2 and not _ANNOUNCED.search(before):
            ticked = [name for _, name, tick in run if tick]
            first, last = run[0][0], run[-1][0]
            units = ticked or [name for _, name, _ in run]
            stamps.distributions.append(
                Distribution(units, first, last, (lines[first].start, lines[last].end))
            )
            stamps.claimed.update(number for number, _, _ in run)
        run.clear()

    before_run = ""
    for index, line in enumerate(lines):
        if line.blank:
            continue
        text = line.text
        match = _ITEM.match(text) if len(text) <= _LONGEST_OFFICE and _MARKED.match(text) else None
        if match and index not in stamps.claimed:
            if not run:
                before_run = previous
            run.append((index, match["name"].strip(" ."), bool(match["tick1"] or match["tick2"])))
        else:
            close(before_run)
        previous = text
    close(before_run)


def find_stamps(sheet: Sheet) -> Stamps:
    """Find receipt and distribution stamps on a sheet."""
    stamps = Stamps()
    _find_receipts(sheet.lines, stamps)
    _find_distributions(sheet.lines, stamps)
    return stamps
