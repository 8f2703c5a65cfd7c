"""Reading dates and times that people write: either era, either kind of digits, long, short and numeric forms.

Nothing is guessed. A year of four digits from 2400 on is of the Buddhist era, below it is Gregorian; two digits are of the
Buddhist era, as in every Thai office; a day without its year needs ``today`` and is the one nearest to it.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, time
from typing import Final, Literal

from django.utils.translation import gettext_lazy as _

from saduak.foundation.thai.names import (
    MONTHS_EN,
    MONTHS_EN_SHORT,
    MONTHS_TH,
    MONTHS_TH_SHORT,
    WEEKDAYS_EN,
    WEEKDAYS_EN_SHORT,
    WEEKDAYS_TH,
    WEEKDAYS_TH_SHORT,
    DateError,
)
from saduak.foundation.thai.numerals import to_arabic_digits
from saduak.foundation.thai.text import normalise

BE_OFFSET: Final = 543
# From here on a year without an era is of the Buddhist era; 2400 is 1857, long before any date in this program.
FIRST_BE_YEAR: Final = 2400
MIN_YEAR: Final = FIRST_BE_YEAR - BE_OFFSET
MAX_YEAR: Final = FIRST_BE_YEAR - 1
_LONGEST: Final = 80
_MONTHS_A_YEAR: Final = 12
_LONGEST_SHORT_NAME: Final = 3

Era = Literal["be", "ce"]


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a text says, before the year is settled."""

    day: int
    month: int
    year: str = ""
    era: Era | None = None
    second_year: str = ""
    weekday: int | None = None
    english: bool = False


def _name_keys(*tables: tuple[str, ...]) -> dict[str, int]:
    return {_key(name): index for table in tables for index, name in enumerate(table)}


def _key(name: str) -> str:
    return re.sub(r"[.\s]", "", name).lower()


_SPOKEN_TH: Final = tuple(
    name.removesuffix("คม").removesuffix("ยน").removesuffix("พันธ์") for name in MONTHS_TH
)
_MONTHS: Final = {
    **_name_keys(MONTHS_TH, MONTHS_TH_SHORT, _SPOKEN_TH, MONTHS_EN, MONTHS_EN_SHORT),
    "sept": 8,
}
_WEEKDAYS: Final = {
    **_name_keys(WEEKDAYS_TH, WEEKDAYS_TH_SHORT, WEEKDAYS_EN, WEEKDAYS_EN_SHORT),
    "พฤหัส": 3,
    "พฤหัสฯ": 3,
}


def _alternatives(keys: dict[str, int]) -> str:
    """Return a pattern for the names, longest first, each with or without its full stops."""
    ordered = sorted(keys, key=len, reverse=True)
    return "|".join(_loose(key) if len(key) <= _LONGEST_SHORT_NAME else re.escape(key) for key in ordered)


def _loose(key: str) -> str:
    """Return a pattern for a short name that may be written with full stops and spaces: กพ, ก.พ., ก . พ ."""
    return r"\s?\.?\s?".join(map(re.escape, key))


_ERA: Final = r"(?:ปี\s*)?(?P<era>พ\.?\s?ศ\.?|ค\.?\s?ศ\.?|b\.?\s?e\.?|c\.?\s?e\.?|a\.?\s?d\.?)?\s*"
_YEAR: Final = rf"{_ERA}(?P<year>\d{{4}}|\d{{2}})"
_SECOND_YEAR: Final = r"(?:\s*\(?\s*(?:b\.?\s?e\.?|พ\.?\s?ศ\.?)\s*(?P<second>\d{4})\s*\)?)?"
_MONTH: Final = rf"(?P<month>{_alternatives(_MONTHS)})\s?\.?"

_PREFIX: Final = re.compile(
    rf"(?:ลง|เมื่อ)?\s*(?:วัน)?\s*(?:(?P<weekday>{_alternatives(_WEEKDAYS)})\.?(?![a-z]|(?!ที่)[ก-ฮ])|(?=ที่|\d|[a-z]))\s*"
)
_FORMS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<year>\d{4})-(?P<number>\d{1,2})-(?P<day>\d{1,2})",
        rf"(?P<day>\d{{1,2}})\s*(?P<mark>[/.-])\s*(?P<number>\d{{1,2}})\s*(?P=mark)\s*{_YEAR}",
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s*(?:เดือน)?\s*{_MONTH}(?:\s*,?\s*{_YEAR}{_SECOND_YEAR})?",
        rf"{_MONTH}\s*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s*,?\s+{_YEAR}{_SECOND_YEAR})?",
    )
)
_LOOKS_LIKE_NAMED: Final = re.compile(r"\d{1,2}\s*[^\W\d][^\d]*\s*(?:\d{2}|\d{4})?")
_TIME: Final = r"(?P<hour>\d{1,2})[.:](?P<minute>\d{2})(?:[.:](?P<second>\d{2}))?\s*(?:น\.?|นาฬิกา|\+07:00)?"
_TIME_FORM: Final = re.compile(rf"(?:เวลา\s*|at\s+)?{_TIME}")
_DATETIME_FORM: Final = re.compile(rf"(?P<date>.+?)(?:[\s,]+|(?<=-\d\d)t)(?P<time>(?:เวลา\s*|at\s+)?{_TIME})")
_SPAN: Final = re.compile(r"\s*[–—]\s*|\s+-\s+|\s*ถึง(?:วันที่)?\s*|\s+to\s+")
_TIGHT_SPAN: Final = re.compile(r"^(\d{1,2})-(\d{1,2}\s*[^\W\d])")


def parse_date(text: str, *, today: date | None = None, check_weekday: bool = True) -> date:
    """Read one date.

    Understood are จันทร์ 15 กุมภาพันธ์ 2570, 15 ก.พ. 70, ๑๕ ก.พ. ๒๕๗๐, 15/2/2570, 2027-02-15, 15 Feb 2027 (B.E. 2570)
    and their relatives. With ``today`` a missing year is the one that brings the date nearest to today, and the century of
    a year of two digits likewise. ``check_weekday=False`` accepts a weekday that does not fit its date.

    Raises:
        DateError: the text is no date, leaves a doubt, or names a day that does not exist.
    """
    return _settle(_read(_clean(text)), today=today, check_weekday=check_weekday)


def parse_date_range(text: str, *, today: date | None = None) -> tuple[date, date]:
    """Read a span of days, both included: 1 – 15 ก.พ. 2570, 28 ธ.ค. 2569 – 3 ม.ค. 2570; one date is a span of one day.

    Raises:
        DateError: a part is no date, or the span ends before it begins.
    """
    cleaned = _TIGHT_SPAN.sub(r"\1 – \2", _clean(text))
    first_text, *rest = _SPAN.split(cleaned)
    if not rest:
        only = parse_date(first_text, today=today)
        return only, only
    if len(rest) > 1:
        raise _not_a_date()
    last = parse_date(rest[0], today=today)
    first = _first_of_span(_PREFIX.sub("", first_text, count=1).removeprefix("ที่").strip(), first_text, last)
    if first > last:
        raise DateError(_("วันเริ่มต้องไม่อยู่หลังวันสิ้นสุด"), code="range-reversed")
    return first, last


def _first_of_span(bare: str, text: str, last: date) -> date:
    """Return the first day; a month or year that it leaves out is that of the last day."""
    if re.fullmatch(r"\d{1,2}", bare):
        return _make(last.year, last.month, int(bare))
    parts = _read(text)
    if parts.year:
        return _settle(parts, today=last, check_weekday=True)
    first = _make(last.year, parts.month, parts.day)
    return first if first <= last else _make(last.year - 1, parts.month, parts.day)


def parse_time(text: str) -> time:
    """Read a time of day: 16.42 น., 16:42, 16.42.07 น.

    Raises:
        DateError: the text is no time, or there is no such time.
    """
    match = _TIME_FORM.fullmatch(_clean(text))
    if match is None:
        raise DateError(_("เขียนเวลาแบบ 16.42 น."), code="not-a-time")
    try:
        return time(int(match["hour"]), int(match["minute"]), int(match["second"] or 0))
    except ValueError as error:
        raise DateError(_("ไม่มีเวลานี้ ชั่วโมงเป็น 0 ถึง 23 นาทีเป็น 0 ถึง 59"), code="no-such-time") from error


def split_datetime(text: str) -> tuple[str, str]:
    """Return the part with the date and the part with the time.

    Raises:
        DateError: the text does not end with a time.
    """
    match = _DATETIME_FORM.fullmatch(_clean(text))
    if match is None:
        raise DateError(_("เขียนวันและเวลาแบบ 15 ก.พ. 2570 16.42 น."), code="not-a-moment")
    return match["date"], match["time"]


def _clean(text: str) -> str:
    if len(text) > _LONGEST:
        raise _not_a_date()
    return re.sub(r"\s+", " ", to_arabic_digits(normalise(text))).strip().lower()


def _not_a_date() -> DateError:
    return DateError(_("อ่านวันที่ไม่ออก เขียนแบบ 15 ก.พ. 2570 หรือ 15/2/2570"), code="not-a-date")


def _read(cleaned: str) -> _Parts:
    """Return what the text says, or raise that it is no date."""
    prefix = _PREFIX.match(cleaned)
    weekday_name = prefix["weekday"] if prefix else None
    body = cleaned[prefix.end() :] if prefix else cleaned
    body = body.removeprefix("ที่").lstrip(" ,")
    for form in _FORMS:
        match = form.fullmatch(body)
        if match is not None:
            weekday = _WEEKDAYS[_key(weekday_name)] if weekday_name else None
            return _parts(match.groupdict(), weekday)
    if _LOOKS_LIKE_NAMED.fullmatch(body):
        raise DateError(_("ไม่รู้จักชื่อเดือนนี้ เขียนแบบ ก.พ. หรือ กุมภาพันธ์"), code="unknown-month")
    raise _not_a_date()


def _parts(groups: dict[str, str | None], weekday: int | None) -> _Parts:
    name = groups.get("month")
    era_text = (groups.get("era") or "").replace(" ", "")
    era: Era | None = None
    if era_text:
        era = "be" if era_text[0] in "พb" else "ce"
    return _Parts(
        day=int(groups["day"] or 0),
        month=_MONTHS[_key(name)] + 1 if name else int(groups["number"] or 0),
        year=groups.get("year") or "",
        era=era,
        second_year=groups.get("second") or "",
        weekday=weekday,
        english=bool(name and name.isascii()),
    )


def _settle(parts: _Parts, *, today: date | None, check_weekday: bool) -> date:
    """Return the date of the parts once the year is known, and check what else the text says."""
    if not parts.year:
        found = _nearest_without_year(parts, today)
    elif len(parts.year) == len("70"):
        found = _with_two_digits(parts, today)
    else:
        found = _make(_gregorian(int(parts.year), parts.era), parts.month, parts.day)
    if parts.second_year and int(parts.second_year) - BE_OFFSET != found.year:
        raise DateError(_("ปี พ.ศ. กับปี ค.ศ. ไม่ตรงกัน"), code="years-differ")
    if check_weekday and parts.weekday is not None and parts.weekday != found.weekday():
        raise DateError(_("ชื่อวันไม่ตรงกับวันที่"), code="weekday-differs")
    return found


def _gregorian(year: int, era: Era | None) -> int:
    if era == "be" or (era is None and year >= FIRST_BE_YEAR):
        return year - BE_OFFSET
    return year


def _with_two_digits(parts: _Parts, today: date | None) -> date:
    """Return the date of a two-digit year: Buddhist era unless it says otherwise, this century or the one nearest today."""
    if parts.english and parts.era is None:
        raise DateError(_("เขียนปีให้ครบ 4 หลัก เช่น 2570"), code="short-year")
    short = int(parts.year)
    base = 2000 if parts.era == "ce" else 2500 - BE_OFFSET
    if today is None:
        return _make(base + short, parts.month, parts.day)
    year = min(
        (base + short + shift for shift in (-100, 0, 100)), key=lambda candidate: abs(candidate - today.year)
    )
    return _make(year, parts.month, parts.day)


def _nearest_without_year(parts: _Parts, today: date | None) -> date:
    if today is None:
        raise DateError(_("ระบุปีด้วย เช่น 15 ก.พ. 2570"), code="year-missing")
    # Eight years reach the nearest 29 February also around 1900 and 2100.
    candidates = [
        date(year, parts.month, parts.day)
        for year in range(today.year - 8, today.year + 9)
        if 1 <= parts.month <= _MONTHS_A_YEAR and 1 <= parts.day <= monthrange(year, parts.month)[1]
    ]
    if not candidates:
        return _make(today.year, parts.month, parts.day)
    return min(candidates, key=lambda candidate: abs(candidate - today))


def _make(year: int, month: int, day: int) -> date:
    """Return the date, or raise in words what is wrong with it."""
    if not MIN_YEAR <= year <= MAX_YEAR:
        raise DateError(
            _("ปีต้องอยู่ระหว่าง พ.ศ. %(first)s ถึง %(last)s"),
            code="year-out-of-range",
            first=MIN_YEAR + BE_OFFSET,
            last=MAX_YEAR + BE_OFFSET,
        )
    if not 1 <= month <= _MONTHS_A_YEAR:
        raise DateError(_("เดือนต้องเป็น 1 ถึง 12"), code="no-such-month")
    days = monthrange(year, month)[1]
    if not 1 <= day <= days:
        raise DateError(_("ไม่มีวันที่ %(day)s เดือนนี้มี %(days)s วัน"), code="no-such-day", day=day, days=days)
    return date(year, month, day)
