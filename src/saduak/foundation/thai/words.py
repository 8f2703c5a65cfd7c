"""Dates and names in the reader's language for texts made in Python, written out only when somebody reads them."""

from datetime import date, datetime

from django.utils.functional import lazy
from django.utils.translation import get_language

from saduak.foundation.thai import calendar
from saduak.foundation.thai.names import Language

__all__ = ["bare_level", "language", "long_day", "moment", "short_day", "span"]


def language() -> Language:
    """The language of the reader: Thai unless it is English."""
    return "en" if (get_language() or "th").startswith("en") else "th"


def _short(day: date) -> str:
    return calendar.format_short(day, language=language())


def _long(day: date, *, weekday: bool = True) -> str:
    return calendar.format_long(day, weekday=weekday, language=language())


def _moment(when: datetime) -> str:
    return calendar.format_datetime(when, language=language())


def _span(first: date, last: date) -> str:
    return calendar.format_range(first, last, language=language())


def _bare_level(name: object) -> str:
    """The name of a level as it follows the word for level, which some criteria sets write into the name."""
    return str(name).removeprefix("ระดับ").lstrip()


bare_level = lazy(_bare_level, str)
short_day = lazy(_short, str)
long_day = lazy(_long, str)
moment = lazy(_moment, str)
span = lazy(_span, str)
