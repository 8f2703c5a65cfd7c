"""What a page shows put into the text that was recognised from it, where it says more than tesseract did.

What tesseract recognised is cut into cells, one a letter or a word, each with its place on the page. A Thai number, known by
its shapes (`shapes`), takes the place of the cells that lie where it stands; where tesseract left it out, it is put between
its neighbours. So does a Latin word that was looked for by itself. Lines that only marks over letters make are dropped.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from saduak.correspondence.reading.shapes import UNCLEAR, Box, Ink, Word, are_latin, numbers

_WORD_LEVEL: Final = "5"
_COLUMNS: Final = 12
_MOST_CELLS: Final = 50_000
_REACH: Final = 6  # in heights of a number: so far away a neighbour may stand
_LETTER: Final = 0.6  # of the usual height; what is lower is a mark
_LOOSE: Final = 0.2
_LONGEST_OF_MARKS: Final = 4
_SURE: Final = 50  # of a hundred, how sure tesseract must be of a Latin word
_LATIN_WORD: Final = re.compile(r"(?=[!-~]*[A-Za-z][!-~]?[A-Za-z])[!-~]{3,200}")
# Thai letters mixed with others, as Latin words come where only Thai is looked for.
_MIXED: Final = re.compile(r"[A-Za-z@]|[0-9][ก-ฮ๐-๙]|[ก-ฮ๐-๙][0-9]|[=_<>\[\]{}%]")
_DIGIT: Final = re.compile("[0-9๐-๙]+")
_THAI_DIGIT: Final = re.compile("[๐-๙]+")


@dataclass(frozen=True, slots=True)
class _Cell:
    box: Box
    line: tuple[str, ...]
    start: int  # in the text
    end: int


@dataclass(frozen=True, slots=True)
class _Change:
    start: int
    end: int
    text: str


def latin_words(table: str) -> list[Word]:
    """Give the Latin words of a table of places (TSV) that tesseract is sure of."""
    return [
        Word(_box(parts), parts[11])
        for parts in _rows(table)
        if float(parts[10]) >= _SURE and _LATIN_WORD.fullmatch(parts[11])
    ]


def has_mixed(text: str) -> bool:
    """Tell whether Latin words may stand in what was recognised as Thai alone."""
    return bool(_MIXED.search(text))


def reread(text: str, table: str, ink: Ink, latin: list[Word]) -> str:
    """Give recognised text with the Thai numbers and Latin words that its page shows.

    Args:
        text: as tesseract gives it.
        table: the same as its table of places (TSV).
        ink: the page.
        latin: words that were looked for by themselves; those that do not look Latin do not count.
    """
    cells = _cells(text, table)
    if not cells or not ink.usual:
        return text
    words = [word for word in latin if are_latin(ink, word.box)]
    words += [number for number in numbers(ink) if not any(word.box.holds(number.box) for word in words)]
    changes = [*_without_marks(text, cells, ink), *_changes(text, cells, words, ink)]
    parts, at = [], 0
    for change in sorted(changes, key=lambda change: (change.start, -change.end)):
        if change.start >= at:
            parts += [text[at : change.start], change.text]
            at = change.end
    return "".join([*parts, text[at:]])


def _rows(table: str) -> Iterator[list[str]]:
    for row in table.split("\n"):
        parts = row.rstrip("\r").split("\t", _COLUMNS - 1)
        if len(parts) == _COLUMNS and parts[0] == _WORD_LEVEL and parts[11].strip():
            parts[11] = parts[11].strip()
            yield parts


def _box(parts: list[str]) -> Box:
    left, top, width, height = map(int, parts[6:10])
    return Box(left, top, left + width, top + height)


def _cells(text: str, table: str) -> list[_Cell]:
    """Find each cell of the table in the text: both say the same in the same order. None where they do not."""
    found: list[_Cell] = []
    at = 0
    for parts in itertools.islice(_rows(table), _MOST_CELLS):
        while at < len(text) and text[at].isspace():
            at += 1
        if not text.startswith(parts[11], at):
            return []
        found.append(_Cell(_box(parts), tuple(parts[1:5]), at, at + len(parts[11])))
        at = found[-1].end
    return found


def _without_marks(text: str, cells: list[_Cell], ink: Ink) -> Iterator[_Change]:
    """Drop lines of short pieces where hardly a letter stands: marks that were taken for a line of their own."""
    letters = sorted(
        (blot for blot in ink.letters if blot.height >= ink.usual * _LETTER), key=lambda blot: blot.left
    )
    lefts = [blot.left for blot in letters]
    for _line, group in itertools.groupby(cells, key=lambda cell: cell.line):
        own = list(group)
        start, end = own[0].start, own[-1].end
        if any(len(piece) > _LONGEST_OF_MARKS for piece in text[start:end].split()):
            continue
        held = sum(
            any(
                cell.box.holds(blot)
                for blot in letters[
                    bisect.bisect_left(lefts, cell.box.left - ink.usual * 2) : bisect.bisect_right(
                        lefts, cell.box.right
                    )
                ]
            )
            for cell in own
        )
        if held * 3 < len(own):
            yield _Change(start, end, "")


def _changes(text: str, cells: list[_Cell], words: list[Word], ink: Ink) -> Iterator[_Change]:
    """Say what each word changes: the cells that lie where it stands, else the gap that it stands in."""
    cells = sorted(cells, key=lambda cell: cell.box.left)
    lefts = [cell.box.left for cell in cells]
    widest = max(cell.box.width for cell in cells)
    unread = [blot for blot in ink.letters if not any(word.box.holds(blot) for word in words)]
    for word in words:
        box = word.box
        reach = box.height * _REACH
        begin = bisect.bisect_left(lefts, box.left - widest - reach)
        near = [
            cell
            for cell in cells[begin : bisect.bisect_right(lefts, box.right + reach)]
            if cell.box.level_with(box) and cell.box.right > box.left - reach
        ]
        under = [cell for cell in near if _stands_in(text, cell, box)]
        if under:
            yield from _instead(text, word, under, near, unread)
        else:
            yield from _between(text, word, near)


def _stands_in(text: str, cell: _Cell, box: Box) -> bool:
    """Tell whether a cell's middle lies in a place; the places of digits are seldom exact."""
    loose = box.height * _LOOSE if _DIGIT.fullmatch(text, cell.start, cell.end) else 0
    return box.left - loose <= (cell.box.left + cell.box.right) / 2 <= box.right + loose


def _instead(
    text: str, word: Word, under: list[_Cell], near: list[_Cell], unread: list[Box]
) -> Iterator[_Change]:
    """Put a word in the place of its cells; Thai digits beside them whose shapes are none go, or cannot be told."""
    lines = [cell.line for cell in under]
    line = max(lines, key=lines.count)  # cells of another line only brush it
    own = [cell for cell in under if cell.line == line]
    start, end = min(cell.start for cell in own), max(cell.end for cell in own)
    if "\n" in text[start:end]:
        return
    beside = {cell.start: cell for cell in near if cell.line == line and cell not in own}
    ends = {cell.end: cell for cell in beside.values()}
    before, after = "", ""
    while end in beside and _THAI_DIGIT.fullmatch(text, end, beside[end].end):
        after += "" if _is_phantom(text, beside[end], unread) else UNCLEAR
        end = beside[end].end
    while start in ends and _THAI_DIGIT.fullmatch(text, ends[start].start, start):
        before += "" if _is_phantom(text, ends[start], unread) else UNCLEAR
        start = ends[start].start
    yield _Change(start, end, before + word.text + after)


def _is_phantom(text: str, cell: _Cell, unread: list[Box]) -> bool:
    """Tell whether a cell is a digit where nothing stands but what is read already."""
    if not _DIGIT.fullmatch(text, cell.start, cell.end):
        return False
    return not any(
        min(blot.right, cell.box.right) - max(blot.left, cell.box.left) > cell.box.width * _LOOSE
        and blot.level_with(cell.box)
        for blot in unread
    )


def _between(text: str, word: Word, near: list[_Cell]) -> Iterator[_Change]:
    """Put a word that tesseract left out behind the cell at its left, else before the one at its right."""
    before = [cell for cell in near if cell.box.right <= word.box.left + word.box.height / 4]
    if before:
        last = max(before, key=lambda cell: cell.box.right)
        gap = "" if word.box.left - last.box.right < word.box.height / 4 else " "
        after = "" if text[last.end : last.end + 1].isspace() else " "
        yield _Change(last.end, last.end, gap + word.text + after)
        return
    behind = [cell for cell in near if cell.box.left >= word.box.right - word.box.height / 4]
    if behind:
        first = min(behind, key=lambda cell: cell.box.left)
        yield _Change(first.start, first.start, word.text + " ")
