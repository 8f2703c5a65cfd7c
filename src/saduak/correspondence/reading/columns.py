"""What stands on one line and is read apart: receipt stamps beside the text, and the title, number and subject of an order."""

from __future__ import annotations

import re
from typing import Final

from saduak.correspondence.reading.dates import find_dates
from saduak.correspondence.reading.text import Line
from saduak.correspondence.reading.words import ABBREVIATED_UNIT, OFFICE_LABEL, RECEIPT_KEY, UNIT_LINE

_GUTTER: Final = re.compile(r"\s{0,60}\|\s{0,60}|\s{3,60}")
_TITLED: Final = re.compile(
    r"(?P<title>(?:คำสั่ง|ประกาศ)(?!ณ|ให้)(?:(?!ลงวันที่|เรื่อง|\sที่\s).){2,90}?)(?:\s+(?P<number>ที่\s{0,3}[^\s/]{1,20}\s?/\s?\d{2,4}))?"
    r"(?:\s+(?P<subject>เรื่อง\s(?:(?!ลงวันที่|\sนั้น).){3,200}))?$"
)
_MOST: Final = 300  # of stamps; more are no stamps
_LONGEST_CELL: Final = 60
_ABOVE, _BELOW = 2, 4  # lines of a stamp over and under its number
_DATED: Final = re.compile(r"(?:ลง|รับ)?วันที่?[\s.…:_]|เวลา|ผู้รับ|\d{1,2}[.:]\d\d\s?น")
# A date or time after these is a stamp's that was pressed beside them: the letter's own stands by its number.
_BESIDE: Final = re.compile(r"(?:ส่วนราชการ|ส่วนงาน|หน่วยงาน|เรื่อง|เรียน|ถนน|โทร)\S*\s.{2,90}?\s(?=(?:ลง|รับ)?วันที่)")


def set_apart(lines: list[Line]) -> list[Line]:
    """Give the lines with what belongs to a stamp at their right as lines of its own below them."""
    keyed = [index for index, line in enumerate(lines) if "รับ" in line.text and _beside(line)]
    if not keyed or len(keyed) > _MOST:
        return lines
    moved: dict[int, Line] = {}  # by the line that a piece was cut from
    blocks: dict[int, list[int]] = {}  # by the line below which the pieces go
    for index in keyed:
        if index in moved:
            continue
        block = _block(lines, index, moved)
        blocks[max(block)] = sorted(block)
    result: list[Line] = []
    for index, line in enumerate(lines):
        cut = moved.get(index)
        result.append(line if cut is None else _left_of(line, cut))
        result += [moved[place] for place in blocks.get(index, [])]
    return result


def titles_apart(lines: list[Line]) -> list[Line]:
    """Give the lines with `คำสั่งกรม… ที่ 12/2565 เรื่อง …` cut into its title, its number and its subject."""
    result: list[Line] = []
    gap = True
    for line in _joined(lines):
        match = _TITLED.match(line.text) if line.text.startswith(("คำสั่ง", "ประกาศ")) and gap else None
        gap = line.blank or line.text.startswith("(")
        if match is None or not (match["number"] or match["subject"]):
            result.append(line)
            continue
        result += [
            Line(line.start + match.start(name), line.start + match.end(name), match[name])
            for name in ("title", "number", "subject")
            if match[name]
        ]
    return result


def _joined(lines: list[Line]) -> list[Line]:
    """Give the lines with a word that heads a paper (คำสั่ง, ประกาศ) put before the agency on the line below it."""
    alone = [index for index, line in enumerate(lines[:-1]) if line.text in {"คำสั่ง", "ประกาศ"}][:_MOST]
    if not alone:
        return lines
    result = list(lines)
    for index in alone:
        word, below = lines[index].text, lines[index + 1]
        if UNIT_LINE.match(below.text) and below.start >= len(word):
            # It begins so much before the agency as the word is long: what is read from it stands where it is printed.
            result[index + 1] = Line(below.start - len(word), below.end, word + below.text)
            result[index] = Line(lines[index].start, lines[index].start, "")
    return result


def _right_cell(line: Line) -> Line | None:
    gutters = list(_GUTTER.finditer(line.text)) if len(line.text) <= 400 else []
    if not gutters:
        return None
    at = gutters[-1].end()
    cell = line.text[at:]
    if not 0 < len(cell) <= _LONGEST_CELL or not gutters[-1].start():
        return None
    return Line(line.start + at, line.end, cell)


def _beside(line: Line) -> Line | None:
    """The receipt number at the end of a line that begins with something else."""
    cell = _right_cell(line)
    if cell is not None and RECEIPT_KEY.match(cell.text):
        return cell
    key = RECEIPT_KEY.search(line.text, 2) if len(line.text) <= 160 else None
    if key is None or not key["number"] or line.text[key.start() - 1] not in " |":
        return None
    left, rest = line.text[: key.start()].rstrip(" |"), line.text[key.end() :].strip(" .")
    if _office(left) or left.endswith(("หนังสือ", "ตาม", "และ")):
        return None  # the office stands before its own number; or it is a sentence
    if rest and not _DATED.match(rest):
        return None
    return Line(line.start + key.start(), line.end, line.text[key.start() :])


def _office(text: str) -> bool:
    """Tell whether words are an office's name alone, as it stands before its receipt number."""
    if any(char.isdigit() for char in text) or re.match(OFFICE_LABEL, text):
        return False
    return bool(UNIT_LINE.match(text) or ABBREVIATED_UNIT.match(text))


def _block(lines: list[Line], index: int, moved: dict[int, Line]) -> list[int]:
    """Take the number's piece and those above and below that go with it; give their lines."""
    key = _beside(lines[index])
    if key is None:
        return [index]
    moved[index] = key
    block = [index]
    for above in range(index - 1, max(-1, index - 1 - _ABOVE), -1):
        cell = _right_cell(lines[above])
        if cell and above not in moved and (UNIT_LINE.match(cell.text) or ABBREVIATED_UNIT.match(cell.text)):
            moved[above] = cell
            block.append(above)
            break
    for below in range(index + 1, min(len(lines), index + 1 + _BELOW)):
        cell = _dated(lines[below])
        if cell:
            moved[below] = cell
            block.append(below)
    return block


def _dated(line: Line) -> Line | None:
    cell = _right_cell(line)
    if cell and _DATED.match(cell.text):
        return cell if "ที่" not in line.text[: cell.start - line.start] or "|" in line.text else None
    match = _BESIDE.match(line.text)
    if not match or not find_dates(line.text[match.end() :]):
        return None
    return Line(line.start + match.end(), line.end, line.text[match.end() :])


def _left_of(line: Line, cut: Line) -> Line:
    text = line.text[: cut.start - line.start].rstrip(" |\t")
    return Line(line.start, line.start + len(text), text, line.page_end)
