"""Dates in recognised text: Thai digits are misread again and again, so each is weighed before it counts.

๖ is read as ๒, ๔ ๘ ๙ as ๕, ๗ as ๓ or ๕, ๙ as ๑. A printed weekday decides; so does a year that cannot be. What can be put
right in one way only is, and said so; what cannot is no date. What nothing confirms stays, and is said to be unsure.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from saduak.correspondence.reading.dates import MONTH, WEEKDAY, on_weekday

_FIRST_YEAR, _LAST_YEAR = 2540, 2599
_MEANT: Final = {"1": "19", "2": "26", "3": "37", "5": "54897"}
_THAI_DIGITS: Final = re.compile("[๐-๙]")
_YEAR: Final = r"(?:(?:พ\.?\s?ศ\.?|พุทธศักราช)\s?)?(?P<year>\d{3,6})(?!\d)"
_DATE: Final = re.compile(
    rf"(?:วัน\s?(?P<weekday>{WEEKDAY})\s?ที่\s?)?(?<!\d)(?P<day>\d{{1,2}})\s{{0,2}}(?:เดือน\s?)?(?P<month>{MONTH})\s{{0,2}}(?:{_YEAR})?"
)
_SURE_YEAR: Final = re.compile(r"(?<!\d)25[4-9]\d(?!\d)")
_UNKNOWN: Final = "·"  # as `shapes` writes a digit that it cannot tell
_UNCLEAR: Final = re.compile(
    rf"[\d·]{{1,2}}\s{{0,2}}(?:เดือน\s?)?{MONTH}\s{{0,2}}(?:พ\.?\s?ศ\.?\s?)?[\d·]{{2,6}}|[\d·][\d·./:-]{{0,30}}(?:\s?ว\s?\.?\s?[\d·/]{{1,12}})?"
)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A date in doubt: where it stands, what to say about it, and what was printed and read."""

    start: int
    text: str
    evidence: list[str]


def weighed(text: str, folded: str) -> tuple[str, list[Doubt]]:
    """Weigh the dates of a recognised text.

    Args:
        text: as it is shown.
        folded: the same at the same length with Arabic digits.

    Returns:
        The folded text, at the same length, with dates put right and those made illegible that cannot be right; and the doubts.
    """
    folded, doubts = _illegible(text, folded)
    years = _sure_years(text, folded)
    letters = list(folded)
    dates = list(_DATE.finditer(folded))
    printed = [year for match in dates if (year := _plausible(match["year"]))]
    for match in dates:
        thai = bool(_THAI_DIGITS.search(text, match.start("day"), match.end()))
        year = _plausible(match["year"])
        if thai and year and match["weekday"] and _stands_alone(year, printed):
            # Misread, one year in seven has the same weekdays.
            raw = match.group().strip()
            words = f"ปีใน “{raw}” ห่างจากปีอื่นในหนังสือ กรุณาตรวจกับต้นฉบับ"
            doubts.append(Doubt(match.start(), words, [raw]))
        for name, written, doubt in _weigh(match, years, thai=thai):
            letters[match.start(name) : match.end(name)] = written
            doubts.append(doubt)
    return "".join(letters), doubts


def _illegible(text: str, folded: str) -> tuple[str, list[Doubt]]:
    """Take numbers with a digit that cannot be told for none at all, lest what is left of them pass for the whole."""
    letters, doubts = list(folded), []
    for match in _UNCLEAR.finditer(folded) if _UNKNOWN in folded else ():
        if _UNKNOWN not in match.group() or not any(char.isdigit() for char in match.group()):
            continue
        raw = text[match.start() : match.end()]
        words = f"อ่านตัวเลขใน “{raw}” ไม่ออก จึงไม่ถือเป็นตัวเลข กรุณาระบุเอง"
        doubts.append(Doubt(match.start(), words, [raw]))
        for at in range(match.start(), match.end()):
            letters[at] = _UNKNOWN if letters[at].isdigit() else letters[at]
    return "".join(letters), doubts


def _stands_alone(year: int, printed: list[int]) -> bool:
    """Tell whether a year is far from all other years of the dates around it."""
    others = [other for other in printed if other != year]
    return printed.count(year) == 1 and bool(others) and not any(abs(other - year) <= 1 for other in others)


def _sure_years(text: str, folded: str) -> set[int]:
    """Years that stand in Arabic digits, or in a date whose weekday fits."""
    years = {
        int(match.group())
        for match in _SURE_YEAR.finditer(folded)
        if not _THAI_DIGITS.match(text, match.start())
    }
    for match in _DATE.finditer(folded):
        year = _plausible(match["year"])
        if year and match["weekday"] and on_weekday(match["weekday"], match["day"], match["month"], year):
            years.add(year)
    return years


def _plausible(printed: str | None) -> int | None:
    year = int(printed) if printed and len(printed) == 4 else 0
    return year if _FIRST_YEAR <= year <= _LAST_YEAR else None


def _weigh(match: re.Match[str], years: set[int], *, thai: bool) -> Iterator[tuple[str, str, Doubt]]:
    raw, at = match.group().strip(), match.start()
    year = _plausible(match["year"])
    weekday = match["weekday"]
    if weekday and year and on_weekday(weekday, match["day"], match["month"], year):
        return
    if match["year"] and not year:
        yield from _year(match, years)
    elif thai and weekday and year:
        meant = _days(match, {year} if year in years else years | {year})
        if len(meant) == 1 and meant[0][1] == year:
            text = f"อ่านวันที่ “{raw}” เป็นวันที่ {int(meant[0][0])} เพราะวันที่ที่อ่านได้ไม่ตรงกับชื่อวัน กรุณาตรวจกับต้นฉบับ"
            yield "day", meant[0][0], Doubt(at, text, [raw, meant[0][0]])
            return
        text = f"วันที่ “{raw}” ไม่ตรงกับชื่อวัน น่าจะอ่านตัวเลขผิด จึงไม่ถือเป็นวันที่ กรุณาระบุเอง"
        yield "day", _UNKNOWN * len(match["day"]), Doubt(at, text, [raw])
    elif thai:
        text = f"วันที่ “{raw}” อ่านจากเลขไทยและไม่มีอะไรยืนยัน กรุณาตรวจกับต้นฉบับ"
        yield "day", match["day"], Doubt(at, text, [raw])


def _year(match: re.Match[str], years: set[int]) -> Iterator[tuple[str, str, Doubt]]:
    """A year that cannot be: put right where the digits and the other years allow one, else illegible."""
    raw, at = match.group().strip(), match.start()
    meant = sorted(
        {
            year
            for year in _expanded(match["year"])
            if _FIRST_YEAR <= year <= _LAST_YEAR and _near(year, years)
        }
    )
    if match["weekday"]:
        meant = [year for year in meant if on_weekday(match["weekday"], match["day"], match["month"], year)]
    if len(meant) == 1:
        text = f"อ่านปีใน “{raw}” เป็น {meant[0]} กรุณาตรวจกับต้นฉบับ"
        yield "year", str(meant[0]), Doubt(at, text, [raw, str(meant[0])])
        return
    text = f"ปีใน “{raw}” อ่านไม่ได้ กรุณาระบุวันที่เอง"
    yield "year", _UNKNOWN * len(match["year"]), Doubt(at, text, [raw])


def _near(year: int, years: set[int]) -> bool:
    return any(abs(year - known) <= 1 for known in years)


def _expanded(digits: str) -> Iterator[int]:
    if len(digits) != 4:
        return
    for choice in itertools.product(
        *(_MEANT.get(digit, digit) + ("" if digit in _MEANT.get(digit, digit) else digit) for digit in digits)
    ):
        yield int("".join(choice))


def _days(match: re.Match[str], years: set[int]) -> list[tuple[str, int]]:
    """Days, each with its year, that the digits may mean and that fall on the printed weekday."""
    choices = itertools.product(*(_MEANT.get(digit, digit) for digit in match["day"]))
    days = {"".join(choice) for choice in choices}
    return sorted(
        (day, year)
        for day in days
        for year in years
        if on_weekday(match["weekday"], day, match["month"], year)
    )
