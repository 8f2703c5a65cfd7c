"""Buddhist era, fiscal years, Bangkok time and the way dates are written for people.

Inside the program everything is UTC and Gregorian. What a person reads is in the Buddhist era and in Bangkok time. A year
of the Buddhist era is the Gregorian year plus 543, also for the years before 1941 when the Thai year began in April.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from saduak.foundation.thai.names import (
    MONTHS_EN,
    MONTHS_EN_SHORT,
    MONTHS_TH,
    MONTHS_TH_SHORT,
    WEEKDAYS_EN,
    WEEKDAYS_EN_SHORT,
    WEEKDAYS_TH,
    DateError,
    Language,
)
from saduak.foundation.thai.parsing import (
    BE_OFFSET,
    MAX_YEAR,
    MIN_YEAR,
    parse_date,
    parse_date_range,
    parse_time,
    split_datetime,
)

__all__ = [
    "BANGKOK",
    "BE_OFFSET",
    "DateError",
    "Language",
    "bangkok",
    "bangkok_date",
    "closing_day",
    "days_left",
    "end_exclusive",
    "fiscal_year",
    "fiscal_year_range",
    "format_datetime",
    "format_days_left",
    "format_long",
    "format_month",
    "format_range",
    "format_short",
    "format_time",
    "format_time_range",
    "parse_date",
    "parse_date_range",
    "parse_datetime",
    "parse_time",
    "start_of_day",
    "to_be",
    "to_ce",
]

BANGKOK: Final = ZoneInfo("Asia/Bangkok")
_FISCAL_START_MONTH: Final = 10
_RANGE: Final = " – "


# --- Eras and fiscal years ---------------------------------------------------------------------------------------------


def to_be(year: int) -> int:
    """Return the year of the Buddhist era of a Gregorian year: 2027 → 2570."""
    return year + BE_OFFSET


def to_ce(year: int) -> int:
    """Return the Gregorian year of a year of the Buddhist era: 2570 → 2027."""
    return year - BE_OFFSET


def fiscal_year(day: date) -> int:
    """Return the fiscal year (Buddhist era) of a day: it begins on 1 October and is named after its end."""
    local = bangkok_date(day)
    return to_be(local.year + (local.month >= _FISCAL_START_MONTH))


def fiscal_year_range(year: int) -> tuple[date, date]:
    """Return the first and the last day of a fiscal year of the Buddhist era, both included."""
    end = to_ce(year)
    return date(end - 1, _FISCAL_START_MONTH, 1), date(end, _FISCAL_START_MONTH - 1, 30)


# --- Bangkok time ------------------------------------------------------------------------------------------------------


def bangkok(moment: datetime) -> datetime:
    """Return a moment in Bangkok time.

    Raises:
        ValueError: the moment has no time zone, so nobody knows when it is.
        DateError: it lies at the very end or beginning of all calendars, where Bangkok has no such day.
    """
    if moment.tzinfo is None:
        msg = "A moment needs a time zone."
        raise ValueError(msg)
    try:
        return moment.astimezone(BANGKOK)
    except OverflowError as error:
        raise _out_of_range() from error


def _out_of_range() -> DateError:
    return DateError(
        _("ปีต้องอยู่ระหว่าง พ.ศ. %(first)s ถึง %(last)s"),
        code="year-out-of-range",
        first=to_be(MIN_YEAR),
        last=to_be(MAX_YEAR),
    )


def bangkok_date(day: date) -> date:
    """Return the calendar day: that of a moment is its day in Bangkok."""
    return bangkok(day).date() if isinstance(day, datetime) else day


def start_of_day(day: date) -> datetime:
    """Return midnight in Bangkok with which the day begins."""
    return datetime.combine(bangkok_date(day), time.min, tzinfo=BANGKOK)


def end_exclusive(day: date) -> datetime:
    """Return the next midnight in Bangkok: the first moment that is no longer on this day (deadlines are half-open).

    Raises:
        DateError: no day follows in any calendar.
    """
    try:
        return start_of_day(bangkok_date(day) + timedelta(days=1))
    except OverflowError as error:
        raise _out_of_range() from error


def closing_day(closes_at: date) -> date:
    """Return the last day of a half-open deadline: one that closes at midnight ends on the day before."""
    if isinstance(closes_at, datetime):
        return (bangkok(closes_at) - timedelta(microseconds=1)).date()
    return closes_at


def days_left(closing: date, now: date) -> int:
    """Return the closing day minus today: 0 on the last day, negative when it is over.

    A moment as ``closing`` counts as a half-open deadline (see ``closing_day``).
    """
    return (closing_day(closing) - bangkok_date(now)).days


# --- Writing -----------------------------------------------------------------------------------------------------------


def format_long(day: date, *, weekday: bool = True, year: bool = True, language: Language = "th") -> str:
    """Return จันทร์ 15 กุมภาพันธ์ 2570, or Monday 15 February 2027 (B.E. 2570)."""
    local = bangkok_date(day)
    months, weekdays = (MONTHS_TH, WEEKDAYS_TH) if language == "th" else (MONTHS_EN, WEEKDAYS_EN)
    text = f"{local.day} {months[local.month - 1]}"
    if weekday:
        text = f"{weekdays[local.weekday()]} {text}"
    return f"{text} {_year(local, language)}" if year else text


def format_short(day: date, *, weekday: bool = False, year: bool = True, language: Language = "th") -> str:
    """Return 15 ก.พ. 2570, or 15 Feb 2027 (B.E. 2570); leave the year out only inside one round."""
    local = bangkok_date(day)
    months, weekdays = (
        (MONTHS_TH_SHORT, WEEKDAYS_TH) if language == "th" else (MONTHS_EN_SHORT, WEEKDAYS_EN_SHORT)
    )
    text = f"{local.day} {months[local.month - 1]}"
    if weekday:
        text = f"{weekdays[local.weekday()]} {text}"
    return f"{text} {_year(local, language)}" if year else text


def format_month(day: date, *, short: bool = False, language: Language = "th") -> str:
    """Return the month with its year: กุมภาพันธ์ 2570, or February 2027 (B.E. 2570)."""
    local = bangkok_date(day)
    if language == "th":
        names = MONTHS_TH_SHORT if short else MONTHS_TH
    else:
        names = MONTHS_EN_SHORT if short else MONTHS_EN
    return f"{names[local.month - 1]} {_year(local, language)}"


def format_time(moment: datetime | time, *, seconds: bool = False, language: Language = "th") -> str:
    """Return 16.42 น., with seconds 16.42.07 น.; in English 16:42. A bare time is taken as Bangkok time."""
    local = bangkok(moment) if isinstance(moment, datetime) else moment
    if language == "th":
        return f"{local:%H.%M.%S} น." if seconds else f"{local:%H.%M} น."
    return f"{local:%H:%M:%S}" if seconds else f"{local:%H:%M}"


def format_datetime(
    moment: datetime,
    *,
    long: bool = False,
    year: bool = True,
    seconds: bool = False,
    language: Language = "th",
) -> str:
    """Return 15 ก.พ. 2570 16.42 น., or in the long form 15 กุมภาพันธ์ 2570 เวลา 16.42 น."""
    clock = format_time(moment, seconds=seconds, language=language)
    if long:
        day = format_long(moment, weekday=False, year=year, language=language)
        return f"{day} เวลา {clock}" if language == "th" else f"{day} at {clock}"
    day = format_short(moment, year=year, language=language)
    return f"{day} {clock}" if language == "th" else f"{day}, {clock}"


def format_range(
    first: date,
    last: date,
    *,
    long: bool = False,
    year: bool = True,
    language: Language = "th",
) -> str:
    """Return a span of days, both included, naming an equal month and year once: 1 – 15 ก.พ. 2570.

    Raises:
        ValueError: the last day is before the first.
    """
    start, end = bangkok_date(first), bangkok_date(last)
    if end < start:
        msg = "A range ends before it begins."
        raise ValueError(msg)

    def write(day: date, *, with_year: bool) -> str:
        if long:
            return format_long(day, weekday=False, year=with_year, language=language)
        return format_short(day, year=with_year, language=language)

    tail = write(end, with_year=year)
    if start == end:
        return tail
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}{_RANGE}{tail}"
    if start.year == end.year:
        return f"{write(start, with_year=False)}{_RANGE}{tail}"
    # Without its years a span over New Year could mean anything, so both are always written.
    return f"{write(start, with_year=True)}{_RANGE}{write(end, with_year=True)}"


def format_time_range(start: datetime | time, end: datetime | time, *, language: Language = "th") -> str:
    """Return 09.00 – 12.00 น., or 09:00 – 12:00."""
    first = format_time(start, language=language).removesuffix(" น.")
    return f"{first}{_RANGE}{format_time(end, language=language)}"


def format_days_left(closing: date, now: date, *, language: Language = "th") -> str:
    """Return the days left in words: อีก 3 วัน, วันนี้, เลยมา 2 วัน."""
    days = days_left(closing, now)
    if language == "th":
        if days == 0:
            return "วันนี้"
        return f"อีก {days:,} วัน" if days > 0 else f"เลยมา {-days:,} วัน"
    if days == 0:
        return "today"
    count = f"{abs(days):,} day" + ("" if abs(days) == 1 else "s")
    return f"in {count}" if days > 0 else f"{count} ago"


def _year(day: date, language: Language) -> str:
    """Return the year as a person reads it: always with the Buddhist era."""
    return str(to_be(day.year)) if language == "th" else f"{day.year} (B.E. {to_be(day.year)})"


# --- Reading -----------------------------------------------------------------------------------------------------------


def parse_datetime(text: str, *, today: date | None = None) -> datetime:
    """Read a date followed by a time of day, as Bangkok time: 15 ก.พ. 2570 16.42 น.

    Raises:
        DateError: date or time is missing, cannot be understood or does not exist.
    """
    day_text, time_text = split_datetime(text)
    return datetime.combine(parse_date(day_text, today=today), parse_time(time_text), tzinfo=BANGKOK)
