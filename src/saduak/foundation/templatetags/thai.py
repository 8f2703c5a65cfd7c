"""Template filters and tags for dates, times and numbers in the active language.

Dates are always in Bangkok time and carry the Buddhist era. An empty value is written as nothing, so that a template needs
no ``if`` around a date that is not known yet.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from saduak.foundation.thai import calendar, numerals
from saduak.foundation.thai.names import Language

register = template.Library()


def _language() -> Language:
    """Return the language of the page: Thai unless it is English."""
    return "en" if (get_language() or "th").startswith("en") else "th"


def _empty(value: object) -> bool:
    return value is None or value == ""


@register.filter
def thai_date(value: date | None) -> str:
    """Write จันทร์ 15 กุมภาพันธ์ 2570."""
    return "" if not value else calendar.format_long(value, language=_language())


@register.filter
def thai_date_no_weekday(value: date | None) -> str:
    """Write 15 กุมภาพันธ์ 2570."""
    return "" if not value else calendar.format_long(value, weekday=False, language=_language())


@register.filter
def thai_date_short(value: date | None) -> str:
    """Write 15 ก.พ. 2570."""
    return "" if not value else calendar.format_short(value, language=_language())


@register.filter
def thai_date_short_no_year(value: date | None) -> str:
    """Write 15 ก.พ., for use inside one round only."""
    return "" if not value else calendar.format_short(value, year=False, language=_language())


@register.filter
def thai_month(value: date | None) -> str:
    """Write กุมภาพันธ์ 2570."""
    return "" if not value else calendar.format_month(value, language=_language())


@register.filter
def thai_time(value: Any) -> str:
    """Write 16.42 น. of a moment or a time of day."""
    return "" if _empty(value) else calendar.format_time(value, language=_language())


@register.filter
def thai_time_seconds(value: Any) -> str:
    """Write 16.42.07 น., for deadlines and receipts."""
    return "" if _empty(value) else calendar.format_time(value, seconds=True, language=_language())


@register.filter
def thai_datetime(value: datetime | None) -> str:
    """Write 15 ก.พ. 2570 16.42 น."""
    return "" if not value else calendar.format_datetime(value, language=_language())


@register.filter
def fiscal_year(value: date | None) -> str:
    """Write the fiscal year (Buddhist era) of a day."""
    return "" if not value else str(calendar.fiscal_year(value))


@register.filter
def closing_day(value: date | None) -> date | None:
    """Return the last day of a half-open deadline, for the date filters: ``{{ closes_at|closing_day|thai_date }}``."""
    return calendar.closing_day(value) if value else None


@register.filter
def days_left(value: date | None, now: date) -> str:
    """Write the days left to the closing day in words: อีก 3 วัน, วันนี้, เลยมา 2 วัน."""
    return "" if not value else calendar.format_days_left(value, now, language=_language())


@register.filter
def days_left_count(value: date | None, now: date) -> int | None:
    """Return the days left as a number, for a figure with its unit beside it."""
    return calendar.days_left(value, now) if value else None


@register.filter
def thai_digits(value: Any) -> str:
    """Write with Thai digits: only in letters and what is printed from them.

    The result is escaped by the template like any text, so the digits of an entity cannot be spoilt.
    """
    return "" if _empty(value) else numerals.to_thai_digits(value)


@register.filter
def number(value: Any, decimals: int | None = None) -> str:
    """Write a number with thousands separators, and with so many decimals if told: ``{{ score|number:2 }}``."""
    if _empty(value):
        return ""
    exact = value if isinstance(value, int | float | Decimal) else Decimal(str(value))
    return numerals.format_number(exact, decimals=decimals)


@register.simple_tag
def thai_range(first: date | None, last: date | None, style: str = "short") -> str:
    """Write a span of days, both included: 1 – 15 ก.พ. 2570; ``"long"`` with whole months, ``"no_year"`` without the year."""
    if not first or not last:
        return ""
    if style not in {"short", "long", "no_year"}:
        msg = f"thai_range has no style {style!r}."
        raise template.TemplateSyntaxError(msg)
    return calendar.format_range(
        first, last, long=style == "long", year=style != "no_year", language=_language()
    )


@register.filter
def whole_dates(span: str) -> SafeString:
    """A span of days that breaks between its days only: neither a day nor the name of its era falls apart."""
    parts = re.split(r"(?<=–) | (?=\()", span)
    return format_html_join(" ", '<span class="nb">{}</span>', [(part,) for part in parts])


_STYLES: Final = {
    "long": thai_date,
    "long_no_weekday": thai_date_no_weekday,
    "short": thai_date_short,
    "short_no_year": thai_date_short_no_year,
    "datetime": thai_datetime,
    "time": thai_time,
    "time_seconds": thai_time_seconds,
}


@register.simple_tag
def time_tag(value: date | None, style: str = "short", css: str = "") -> str:
    """Write ``<time datetime="2027-02-15">15 ก.พ. 2570</time>``; styles: long, short, datetime, time and their variants."""
    if style not in _STYLES:
        msg = f"time_tag has no style {style!r}; it has {', '.join(_STYLES)}."
        raise template.TemplateSyntaxError(msg)
    if not value:
        return ""
    machine = (
        calendar.bangkok(value).isoformat(timespec="seconds")
        if isinstance(value, datetime)
        else value.isoformat()
    )
    if css:
        return format_html('<time class="{}" datetime="{}">{}</time>', css, machine, _STYLES[style](value))
    return format_html('<time datetime="{}">{}</time>', machine, _STYLES[style](value))


@register.filter
def unbroken(text: Any, part: str) -> SafeString:
    """A text in which one part, such as the number of a letter, stays on one line."""
    safe, piece = str(conditional_escape(text)), str(conditional_escape(part))
    whole = safe.replace(piece, f'<span class="nb">{piece}</span>', 1) if piece else safe
    return mark_safe(whole)  # noqa: S308 - both were escaped above
