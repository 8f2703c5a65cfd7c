"""Thai dates: Buddhist and Christian eras, two-digit years, short and long months, ranges, weekdays, fiscal years."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

BUDDHIST_OFFSET = 543
_LONG = ["มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน",
         "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม"]  # fmt: skip
_SHORT = ["มค", "กพ", "มีค", "เมย", "พค", "มิย", "กค", "สค", "กย", "ตค", "พย", "ธค"]
_WEEKDAYS = {
    "จันทร์": 0,
    "อังคาร": 1,
    "พุธ": 2,
    "พฤหัสบดี": 3,
    "พฤหัสฯ": 3,
    "พฤหัส": 3,
    "ศุกร์": 4,
    "เสาร์": 5,
    "อาทิตย์": 6,
}
WEEKDAY_NAMES = ["จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์", "อาทิตย์"]
_MONTHS = {name: index for index, name in enumerate(_LONG, 1)} | {
    name: index for index, name in enumerate(_SHORT, 1)
}
_MISSPELT = {"กรกฏาคม": 7, "กรกฎคม": 7, "กุมภาพันธุ์": 2, "กุมภาพันธ": 2, "พฤษจิกายน": 11, "พฤศภาคม": 5}
_MONTHS |= _MISSPELT

_dotted = "|".join(r"\.\s?".join([name[:-1], name[-1]]) + r"\.?" for name in _SHORT)
_bare = "|".join(name + r"(?=\s?(?:2[4-6]\d\d|[3-9]\d)(?!\d))" for name in _SHORT)
MONTH = f"(?:{'|'.join(_LONG)}|{'|'.join(_MISSPELT)}|{_dotted}|{_bare})"
_ERA = r"(?:พ\.?\s?ศ\.?|พุทธศักราช|ค\.?\s?ศ\.?)"
_YEAR = rf"(?:(?:{_ERA}\s?)?(?:(?:2[4-6]|19|20)\d\d|['’]?\d\d)(?!\d|\s?[.:]\d|/))"
WEEKDAY = f"(?:{'|'.join(_WEEKDAYS)})"
_LEAD = rf"(?:วัน\s?{WEEKDAY}?\s?ที่\s?)"

_DATE = re.compile(
    rf"(?<![\d.,/:])(?P<d1>\d{{1,2}})\s{{0,2}}(?:เดือน\s?)?(?:(?P<m1>{MONTH})\s{{0,2}}(?P<y1>{_YEAR})?)?"
    rf"(?:\s{{0,2}}(?:-|จนถึง|ถึง)\s{{0,2}}(?P<lead>{_LEAD})?(?P<d2>\d{{1,2}})\s{{0,2}}(?:เดือน\s?)?(?P<m2>{MONTH})\s{{0,2}}(?P<y2>{_YEAR})?)?"
)
_NUMERIC = re.compile(
    r"(?<![\d/.\-])(?P<d>\d{1,2})(?P<sep>[/-])(?P<m>\d{1,2})(?P=sep)(?P<y>2[4-6]\d\d|20\d\d|\d\d)(?![\d/\-])"
)
_ISO = re.compile(r"(?<![\d\-])(?P<y>20\d\d|25\d\d)-(?P<m>\d\d)-(?P<d>\d\d)(?![\d\-])")
_BEFORE = re.compile(rf"วัน\s?({WEEKDAY})\s?(?:ที่)?\s?$")
_MONTH_YEAR = re.compile(rf"เดือน\s?(?P<month>{MONTH})\s{{0,2}}(?P<year>{_YEAR})")
_FISCAL = re.compile(
    rf"(?:ไตรมาส(?:ที่)?\s?(?P<quarter>[1-4])\s?(?:ของ)?\s?)?ปีงบประมาณ\s{{0,2}}(?P<year>{_YEAR})"
)
_PAIR = re.compile(
    rf"(?<![\d.,/:])(?P<d1>\d{{1,2}})\s?และ\s?{_LEAD}?(?P<d2>\d{{1,2}})\s{{0,2}}(?P<month>{MONTH})\s{{0,2}}(?P<year>{_YEAR})"
)
_TWO_DIGIT_FLOOR = 30  # ๓๐ .. ๙๙ are 2530 .. 2599; below that a two-digit number after a month is no year


@dataclass(frozen=True, slots=True)
class DateHit:
    """A date or a range in folded text. `last` equals `first` for a single day; both None when no such day exists."""

    start: int
    end: int
    first: date | None
    last: date | None
    weekdays: tuple[tuple[int, date], ...] = ()
    is_range: bool = False
    month: int | None = None
    day: int | None = None
    has_year: bool = True

    def in_year(self, year: int) -> date | None:
        """Give the day in a Gregorian year, for a date printed without one."""
        return _day(year, self.month, self.day)


def _day(year: int | None, month: int | None, day: int | None) -> date | None:
    if year is None or month is None or day is None:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def gregorian_year(printed: str | None) -> int | None:
    """Turn a printed year (2565, พ.ศ. 2565, 65, ค.ศ. 2022) into a Gregorian one, None when it is no year."""
    if not printed:
        return None
    digits = re.sub(r"\D", "", printed)
    if len(digits) == 2:
        year = int(digits)
        return 2500 + year - BUDDHIST_OFFSET if year >= _TWO_DIGIT_FLOOR else None
    if len(digits) != 4:
        return None
    year = int(digits)
    return year - BUDDHIST_OFFSET if year >= 2400 else year


def on_weekday(weekday: str, day: str, month: str, year: int) -> bool:
    """Tell whether a printed day of a Buddhist year falls on a printed weekday."""
    found = _day(year - BUDDHIST_OFFSET, _month(month), int(day))
    return found is not None and found.weekday() == _WEEKDAYS[weekday]


def _month(printed: str | None) -> int | None:
    return _MONTHS.get(re.sub(r"[.\s]", "", printed)) if printed else None


def _hit(text: str, match: re.Match[str]) -> DateHit | None:
    m1, m2 = _month(match["m1"]), _month(match["m2"])
    if m1 is None and m2 is None:
        return None
    y1, y2 = gregorian_year(match["y1"]), gregorian_year(match["y2"])
    lead = _BEFORE.search(text, max(0, match.start() - 24), match.start())
    if m2 is None:
        end = match.end() if y1 or not match["y1"] else match.start("y1")
        first = _day(y1, m1, int(match["d1"]))
        weekdays = ((_WEEKDAYS[lead[1]], first),) if lead and first else ()
        return DateHit(match.start(), _trim(text, match.start(), end), first, first, weekdays, month=m1,
                       day=int(match["d1"]), has_year=y1 is not None)  # fmt: skip
    end = match.end() if y2 or not match["y2"] else match.start("y2")
    first = _day(y1 or y2, m1 or m2, int(match["d1"]))
    last = _day(y2, m2, int(match["d2"]))
    if first and last and first > last and m1 and y1 is None:
        first = _day(last.year - 1, m1, int(match["d1"]))  # 15 ธันวาคม - 31 มกราคม 2566
    pairs: list[tuple[int, date]] = []
    if lead and first:
        pairs.append((_WEEKDAYS[lead[1]], first))
    inside = re.search(WEEKDAY, match["lead"] or "")
    if inside and last:
        pairs.append((_WEEKDAYS[inside[0]], last))
    if first is None or last is None or first > last:
        first = last = None
    return DateHit(match.start(), _trim(text, match.start(), end), first, last, tuple(pairs), is_range=True, month=m2,
                   day=int(match["d2"]), has_year=y2 is not None)  # fmt: skip


def _trim(text: str, start: int, end: int) -> int:
    return start + len(text[start:end].rstrip())


def find_dates(text: str) -> list[DateHit]:
    """Find all dates and ranges in folded text, in order."""
    hits = [
        hit for match in _DATE.finditer(text) if (match["m1"] or match["m2"]) and (hit := _hit(text, match))
    ]
    for match in _PAIR.finditer(text) if "และ" in text else ():
        hits = _paired(hits, match)
    for pattern in (_NUMERIC, _ISO):
        for match in pattern.finditer(text):
            day = _day(gregorian_year(match["y"]), int(match["m"]), int(match["d"]))
            if day:
                hits.append(DateHit(match.start(), match.end(), day, day, month=day.month, day=day.day))
    return sorted(hits, key=lambda hit: hit.start)


def _paired(hits: list[DateHit], match: re.Match[str]) -> list[DateHit]:
    """Read `วันที่ 19 และ 20 ธันวาคม 2565` as two days running; other pairs stay as they were found."""
    month, year = _month(match["month"]), gregorian_year(match["year"])
    first, last = _day(year, month, int(match["d1"])), _day(year, month, int(match["d2"]))
    if first is None or last is None or (last - first).days != 1:
        return hits
    both = DateHit(match.start(), match.end(), first, last, is_range=True, month=month, day=last.day)
    return [*(hit for hit in hits if not match.start() <= hit.start < match.end()), both]


def first_date(text: str) -> DateHit | None:
    """Give the first date in a short folded text."""
    hits = find_dates(text)
    return hits[0] if hits else None


def impossible_date(text: str) -> DateHit | None:
    """Give the first date or range with a year that no calendar has, in folded text."""
    return next((hit for hit in find_dates(text) if hit.first is None and hit.has_year), None)


def month_end(text: str, position: int) -> tuple[date, int] | None:
    """Read `เดือนมีนาคม 2567` at `position`: the month's last day and where the words end."""
    match = _MONTH_YEAR.match(text, position)
    if not match:
        return None
    year, month = gregorian_year(match["year"]), _month(match["month"])
    if year is None or month is None:
        return None
    return date(year, month, calendar.monthrange(year, month)[1]), match.end()


def fiscal_span(text: str, position: int) -> tuple[date, date, int] | None:
    """Read `ปีงบประมาณ พ.ศ. 2566` (or a quarter of it) at `position`: first day, last day and where the words end."""
    match = _FISCAL.match(text, position)
    year = gregorian_year(match["year"]) if match else None
    if match is None or year is None:
        return None
    if not match["quarter"]:
        return date(year - 1, 10, 1), date(year, 9, 30), match.end()
    first_month = [10, 1, 4, 7][int(match["quarter"]) - 1]
    start = date(year - 1 if first_month == 10 else year, first_month, 1)
    return (
        start,
        date(start.year, first_month + 2, calendar.monthrange(start.year, first_month + 2)[1]),
        match.end(),
    )
