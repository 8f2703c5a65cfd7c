"""Where lines end. A line of Thai ends between words, and words have no spaces: they are found with a dictionary.

The breaker built into typst guesses words and now and then cuts one in two (สะดว|ก); so lines are broken here and typst
only spreads each over its width. The widths of Sarabun's letters add up exactly in Thai, where nothing is kerned.
"""

import functools
import itertools
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from saduak.foundation.pdf import FONTS
from saduak.foundation.thai.names import MONTHS_TH
from saduak.foundation.thai.numerals import to_arabic_digits
from saduak.foundation.thai.segment import words_of_run

_DATA = Path(__file__).parent / "data" / "lines.toml"
# Thai letters, vowels and marks: everything of Thai but digits and signs.
_THAI = r"\u0e01-\u0e3a\u0e40-\u0e4e"
_RUN = re.compile(rf"[{_THAI}]+|[^{_THAI}\s]+|\s+")
_CLUSTER = re.compile(
    r"[\u0e40-\u0e44]?[\u0e01-\u0e2e][\u0e31\u0e33-\u0e3a\u0e47-\u0e4e]*[\u0e30\u0e32\u0e33\u0e45]?|.",
    re.DOTALL,
)
_THAI_RUN = re.compile(f"[{_THAI}]")
_LONG_WORD = 12
_CATCH = 8
_NO_BREAK_BEFORE = frozenset(")]}”’»,.;:!?%…/-–")
_NO_BREAK_AFTER = frozenset("([{“‘«.-–@")
_TOO_WIDE = 1e9
# What each line more costs, and in ragged text one that ends without a space, in squares of the part that is missing.
_LINE, _TORN = 0.0005, 0.25


@functools.cache
def _said() -> dict[str, Any]:
    return tomllib.loads(_DATA.read_text(encoding="utf-8"))


@functools.cache
def _together() -> re.Pattern[str]:
    """What stays together although a space stands in it; matched on the text with Arabic digits, of the same length."""

    def any_of(texts: Iterable[str]) -> str:
        return f"(?:{'|'.join(map(re.escape, texts))})"

    said = _said()
    telephone = r"(?<!\d)0(?:[ -]\d{4}|\d[ -]\d{4})[ -]\d{4}"
    circular = re.escape(said["circular"])
    return re.compile(
        "|".join(
            (
                rf"\d{{1,2}} {any_of(MONTHS_TH)}",
                rf"{any_of(said['eras'])} \d{{4}}",
                rf"(?:{any_of(said['phones'])}\.? )?{telephone}(?: {re.escape(said['extension'])} \d+)?",
                rf"[\u0e01-\u0e2e]{{1,3}} \d{{4}}(?:\.\d+)*/(?:{circular} ?)?\d+",
                rf"{circular} \d+",
                rf"[\d.:,]+ {any_of(said['units'])}(?![{_THAI}])",
                rf"{any_of(said['counters'])} \d+",
                # No line begins with the dash between two days or times.
                r"(?<=\S) [-–](?= )",
                # The number of a paragraph and its first word.
                rf"^\(?\d{{1,2}}(?:\.\d{{1,2}})*[.)]? [{_THAI}]",
            )
        )
    )


@functools.cache
def _advances(*, bold: bool) -> tuple[dict[int, int], int]:
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - heavy

    with TTFont(FONTS / f"Sarabun-{'Bold' if bold else 'Regular'}.ttf", lazy=True) as font:
        widths = font["hmtx"].metrics
        return {sign: widths[name][0] for sign, name in font.getBestCmap().items()}, font["head"].unitsPerEm


def width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a text in Sarabun is, in the unit of `size`."""
    known, em = _advances(bold=bold)
    return sum(known.get(ord(sign), em) for sign in text) * size / em


@functools.cache
def _dictionary() -> frozenset[str]:
    from pythainlp.corpus import thai_words

    return thai_words()


def _words(run: str) -> Iterator[str]:
    """The words of a run of Thai letters; long compounds in their parts."""
    for word in words_of_run(run):
        yield from _parts(word) if len(word) > _LONG_WORD else (word,)


@functools.lru_cache(maxsize=4096)
def _parts(word: str) -> tuple[str, ...]:
    """A compound as the fewest words of the dictionary that it is made of; itself when it is not."""
    best: list[tuple[str, ...] | None] = [()]
    for end in range(1, len(word) + 1):
        options = [
            (*before, word[start:end])
            for start in range(max(0, end - _LONG_WORD - 4), end)
            if (before := best[start]) is not None
            and end - start > 1
            and word[start:end] != word
            and word[start:end] in _dictionary()
        ]
        best.append(min(options, key=len, default=None))
    return best[-1] or (word,)


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is never torn apart, and the space behind it."""

    text: str
    space: bool


def _units(text: str) -> list[_Unit]:
    tied = {
        at
        for match in _together().finditer(to_arabic_digits(text))
        for at in range(match.start(), match.end() - 1)
    }
    units: list[_Unit] = []
    piece, at = "", 0
    for token in _tokens(text):
        if token.isspace():
            if at in tied or at - 1 in tied:
                piece += " "
            elif piece:
                units.append(_Unit(piece, space=True))
                piece = ""
        else:
            if piece and _may_break(piece, token) and at - 1 not in tied:
                units.append(_Unit(piece, space=False))
                piece = ""
            piece += token
        at += len(token)
    return [*units, _Unit(piece, space=False)] if piece else units


def _tokens(text: str) -> Iterator[str]:
    for run in _RUN.findall(text):
        yield from _words(run) if _THAI_RUN.match(run) else (run,)


def _may_break(before: str, after: str) -> bool:
    return (
        before[-1] not in _NO_BREAK_AFTER
        and before[-1] != " "
        and after[0] not in _NO_BREAK_BEFORE
        and after[0] not in _said()["never_first"]
    )


def _fitting(units: list[_Unit], size: float, most: float) -> Iterator[tuple[_Unit, float]]:
    """Units with their widths; what is wider than a line is cut between letters."""
    for unit in units:
        wide = width(unit.text, size)
        if wide <= most:
            yield unit, wide
            continue
        piece, used = "", 0.0
        for cluster in _CLUSTER.findall(unit.text):
            more = width(cluster, size)
            if piece and used + more > most:
                yield _Unit(piece, space=False), used
                piece, used = "", 0.0
            piece += cluster
            used += more
        yield _Unit(piece, unit.space), used


def broken(
    text: str, size: float, most: float, *, first: float | None = None, ragged: bool = False
) -> list[str]:
    """The lines of a paragraph, broken so that all are as full as can be together.

    Args:
        text: clean text on one line.
        size: the size of Sarabun.
        most: the width of a line, in the unit of `size`.
        first: the width of the first line when it is indented.
        ragged: lines are not spread over their width, so they rather end where a space stands.
    """
    return [_said_by(row) for row in _rows(text, size, (first or most, most), _TORN if ragged else 0.0)]


def announced(text: str, size: float, most: float, *, first: float | None = None) -> list[tuple[str, str]]:
    """The lines of a paragraph, each with its first words: what a page announces when the next one begins with it."""
    return [(_said_by(row), _catchword(row)) for row in _rows(text, size, (first or most, most), 0.0)]


def _rows(text: str, size: float, widths: tuple[float, float], torn: float) -> list[list[_Unit]]:
    units = list(_fitting(_units(text), size, min(widths)))
    ends = _best_ends([(unit.space, wide) for unit, wide in units], width(" ", size), widths, torn)
    return [[unit for unit, _ in units[start:end]] for start, end in itertools.pairwise([0, *ends])]


def _said_by(row: list[_Unit]) -> str:
    return "".join(unit.text + (" " if unit.space else "") for unit in row).rstrip()


def _catchword(row: list[_Unit]) -> str:
    said = ""
    for unit in row:
        said += unit.text
        if unit.space or len(said) >= _CATCH:
            break
    return said


def _best_ends(
    units: list[tuple[bool, float]], space: float, widths: tuple[float, float], torn: float
) -> list[int]:
    """Where lines end (as numbers of units) with the least sum of squares of what is missing on each.

    Args:
        units: whether a space follows, and the width.
        space: the width of a space.
        widths: of the first line and of the others.
        torn: what a line costs that ends without a space.
    """
    count = len(units)
    cost, back = [0.0] + [_TOO_WIDE] * count, [0] * (count + 1)
    for start in range(count):
        if cost[start] >= _TOO_WIDE:
            continue
        room = widths[0 if start == 0 else 1] * 1.0005
        used = 0.0
        for end in range(start + 1, count + 1):
            spaced, wide = units[end - 1]
            used += wide
            if used > room:
                break
            missing = 0.0 if end == count else (room - used) / room
            total = cost[start] + missing * missing
            if end < count:
                total += _LINE + (0.0 if spaced else torn)
            if total < cost[end]:
                cost[end], back[end] = total, start
            used += space if spaced else 0.0
    ends: list[int] = []
    at = count
    while at > 0:
        ends.insert(0, at)
        at = back[at]
    return ends
