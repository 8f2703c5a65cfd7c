"""From what was read to what is known: the round that a letter is about, and whether its dates fit the round's."""

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.correspondence.models import Wants
from saduak.foundation.access.registry import Words
from saduak.foundation.thai import calendar, words
from saduak.foundation.thai.numerals import to_arabic_digits
from saduak.organisations.models import Programme
from saduak.programme.models import Round
from saduak.programme.queries import stage_of

_YEAR: Final = re.compile(r"(?:ปีงบประมาณ|ประจำปี|ประจําปี|ปี)\s*(?:พ\.?\s*ศ\.?)?\s*(25\d\d)")
# In the body other years are told too: only the full words count there.
_YEAR_TOLD: Final = re.compile(r"ปีงบประมาณ\s*พ\.?\s*ศ\.?\s*(25\d\d)")
_APPLY: Final = re.compile(r"สมัคร")
_FIRST_YEAR, _LAST_YEAR = 2500, 2700
_NAMES: Final = re.compile(r"แต่งตั้ง|มอบหมาย|แจ้ง(?:ราย)?ชื่อ|กำหนดตัว")
# Not who is only sent somewhere, or follows up the work of others.
_OFFICER: Final = re.compile(r"(?:ผู้รับผิดชอบ|ผู้ประสานงาน)(?!\s?(?:เพื่อ|ไป|ให้)?(?:เข้า|ร่วม|ประชุม|ติดตาม|กำกับ))")
_PANEL: Final = re.compile(r"คณะ(?:กรรมการ|อนุกรรมการ|ทำงาน|ผู้)")
WINDOW_DIFFERS: Final = "window-differs"


def day(text: str | None) -> datetime.date | None:
    """A day as the reading writes it."""
    return datetime.date.fromisoformat(text) if text else None


def fiscal_year_of(document: dict[str, Any], text: str = "") -> int | None:
    """The year that a letter is about: said in its subject, else the one in which its window opens, else in its text.

    Args:
        document: the letter as it was read.
        text: its words; they tell a year only when they name a single one.
    """
    said = _YEAR.search(to_arabic_digits(document.get("subject") or ""))
    if said and _FIRST_YEAR <= int(said[1]) <= _LAST_YEAR:
        return int(said[1])
    window = window_of(document)
    if window:
        return calendar.fiscal_year(window[0])
    told = set(_YEAR_TOLD.findall(to_arabic_digits(text)))
    return int(told.pop()) if len(told) == 1 else None


def window_of(document: dict[str, Any]) -> tuple[datetime.date, datetime.date] | None:
    """The period in which one may apply, as a letter tells it; both days included."""
    for window in document.get("windows", []):
        first, last = day(window["start"]), day(window["end"])
        if first and last and _APPLY.search(window["what"] or ""):
            return first, last
    return None


def programme_for(text: str, programmes: Sequence[Programme]) -> Programme | None:
    """The programme whose short name stands in the text; else the only or the first one."""
    named = [row for row in programmes if row.short_name and row.short_name in text]
    return named[0] if named else (programmes[0] if programmes else None)


def round_for(
    document: dict[str, Any], rounds: Iterable[Round], programme_id: int | None = None, text: str = ""
) -> Round | None:
    """The round of the letter's year, in its programme when that is known; `text` as for `fiscal_year_of`."""
    year = fiscal_year_of(document, text)
    return next(
        (
            row
            for row in rounds
            if row.fiscal_year == year and (programme_id is None or row.programme_id == programme_id)
        ),
        None,
    )


def window_difference(document: dict[str, Any], round_: Round | None) -> tuple[str, str] | None:
    """(what the letter says, what the round says) when the two differ; None when they agree or nothing is said."""
    told, stage = window_of(document), stage_of(round_) if round_ else None
    if told is None or stage is None:
        return None
    real = calendar.bangkok_date(stage.starts_at), calendar.closing_day(stage.ends_at)
    if told == real:
        return None
    return calendar.format_range(*told), calendar.format_range(*real)


def wants_of(what: str) -> str:
    """What a duty wants that the program can see done, by its words: that somebody responsible is named, or nothing.

    One of `models.Wants`, or empty. A committee is not one person.
    """
    named = _NAMES.search(what)
    if named is None or _PANEL.search(what):
        return ""
    return str(Wants.OFFICER) if _OFFICER.search(what, named.end()) else ""


@dataclass(frozen=True, slots=True)
class Limits:
    """Between which days an internal deadline of a round makes sense."""

    first: datetime.datetime
    last: datetime.datetime

    @classmethod
    def of(cls, round_: Round) -> "Limits | None":
        """From the first day of any stage to the closing of applications; None without an application stage."""
        stage = stage_of(round_)
        if stage is None:
            return None
        return cls(min(row.starts_at for row in round_.stages.all()), stage.ends_at)


def no_deadline_because(due_on: datetime.date, round_: Round | None, now: datetime.datetime) -> Words:
    """Why a date of a letter does not become an internal deadline; empty when it may."""
    if round_ is None:
        return _("ยังไม่มีรอบที่ตรงกับหนังสือ จึงยังตั้งกำหนดส่งภายในไม่ได้")
    limits, due = Limits.of(round_), calendar.end_exclusive(due_on)
    if round_.closed_at is not None or limits is None:
        return _("รอบนี้ปิดแล้ว จึงไม่ตั้งกำหนดส่งภายใน")
    if not limits.first < due <= limits.last:
        return format_lazy(
            _("วันนี้อยู่นอกช่วงของรอบปี {year} ({range}) จึงไม่ตั้งกำหนดส่งภายใน"),
            year=round_.fiscal_year,
            range=words.span(calendar.bangkok_date(limits.first), calendar.closing_day(limits.last)),
        )
    if due <= now:
        return _("วันนี้ผ่านไปแล้ว จึงไม่ตั้งกำหนดส่งภายใน หนังสือยังแสดงวันเดิมไว้")
    return ""
