"""Public holidays as importable data: reading and checking the CSV file, without a database.

The file has the columns ``date,name_th,name_en,kind,source``. Holidays by the moon and substitution days are announced year
by year, so nothing is computed here: what the file does not say is not known (see ``coverage``).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _

from saduak.foundation.thai.names import DateError
from saduak.foundation.thai.parsing import parse_date

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

COLUMNS: Final = ("date", "name_th", "name_en", "kind", "source")
SAMPLE_SOURCE: Final = "ตัวอย่าง ไม่ใช่ประกาศทางการ"
MAX_ROWS: Final = 5_000
_MAX_NAME: Final = 200


class HolidayKind(StrEnum):
    """Why a day is a holiday."""

    FIXED = "fixed"
    LUNAR = "lunar"
    SUBSTITUTE = "substitute"
    SPECIAL = "special"
    # Labour Day and the like: private employers close, government offices work.
    PRIVATE = "private"


class Coverage(StrEnum):
    """How far the working days of a span can be relied on."""

    OFFICIAL = "official"
    SAMPLE = "sample"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Holiday:
    """One day of the list."""

    day: date
    name_th: str
    name_en: str
    kind: HolidayKind
    source: str

    @property
    def is_sample(self) -> bool:
        """Tell whether the row comes from no official list."""
        return self.source.startswith("ตัวอย่าง")

    @property
    def closes_offices(self) -> bool:
        """Tell whether government offices are closed on this day."""
        return self.kind is not HolidayKind.PRIVATE


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong in one row; ``line`` counts as a spreadsheet does, the heading being line 1."""

    line: int
    column: str
    message: str | _StrPromise | DateError
    params: dict[str, Any]

    def __str__(self) -> str:
        """Return the message in the active language."""
        return str(self.message) % self.params if self.params else str(self.message)


@dataclass(frozen=True, slots=True)
class HolidayFile:
    """What was read: import the holidays only when there are no errors."""

    holidays: tuple[Holiday, ...]
    errors: tuple[RowError, ...]


def read_holidays(content: str | bytes) -> HolidayFile:
    """Read and check a holiday file; every fault is reported with its line, none is raised.

    Bytes are UTF-8 with or without a byte order mark, or Windows-874 as Thai spreadsheets save it. Dates are ISO or any form
    that a person writes with a year. Empty lines are skipped.
    """
    text = content if isinstance(content, str) else _decode(content)
    if text is None:
        return HolidayFile((), (_error(1, "", _("เปิดแฟ้มไม่ออก บันทึกเป็น CSV แบบ UTF-8 แล้วลองใหม่")),))
    try:
        rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))
    except csv.Error:
        return HolidayFile((), (_error(1, "", _("แฟ้มนี้ไม่ใช่ CSV ที่อ่านได้ ตรวจเครื่องหมายคำพูดและจุลภาค")),))
    header = tuple(cell.strip().lower() for cell in rows[0]) if rows else ()
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        return HolidayFile(
            (), (_error(1, missing[0], _("ไม่มีคอลัมน์ %(columns)s"), columns=", ".join(missing)),)
        )
    if len(rows) > MAX_ROWS + 1:
        return HolidayFile(
            (), (_error(MAX_ROWS + 2, "", _("มีเกิน %(most)s แถว แบ่งเป็นหลายแฟ้ม"), most=MAX_ROWS),)
        )
    return _read_rows(header, rows[1:])


def closed_days(holidays: Iterable[Holiday]) -> frozenset[date]:
    """Return the days on which government offices are closed, as ``workdays`` takes them."""
    return frozenset(holiday.day for holiday in holidays if holiday.closes_offices)


def coverage(holidays: Iterable[Holiday], start: date, end: date) -> Coverage:
    """Tell how reliable a count of working days between two dates is.

    Unknown when a calendar year that the span touches has no holidays at all, a sample when one of them rests on sample
    rows, official otherwise.
    """
    by_year: dict[int, bool] = {}
    for holiday in holidays:
        by_year[holiday.day.year] = by_year.get(holiday.day.year, False) or holiday.is_sample
    years = range(min(start, end).year, max(start, end).year + 1)
    if any(year not in by_year for year in years):
        return Coverage.UNKNOWN
    return Coverage.SAMPLE if any(by_year[year] for year in years) else Coverage.OFFICIAL


def _decode(content: bytes) -> str | None:
    for encoding in ("utf-8-sig", "cp874"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _error(line: int, column: str, message: str | _StrPromise | DateError, **params: Any) -> RowError:
    return RowError(line=line, column=column, message=message, params=params)


def _read_rows(header: tuple[str, ...], rows: list[list[str]]) -> HolidayFile:
    holidays: list[Holiday] = []
    errors: list[RowError] = []
    seen: dict[tuple[date, str], int] = {}
    for line, row in enumerate(rows, start=2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(header):
            errors.append(
                _error(line, "", _("ต้องมี %(wanted)s ช่อง แต่มี %(found)s"), wanted=len(header), found=len(row))
            )
            continue
        cells = {name: cell.strip() for name, cell in zip(header, row, strict=True)}
        holiday, faults = _read_row(line, cells)
        errors.extend(faults)
        if holiday is None:
            continue
        first = seen.setdefault((holiday.day, holiday.name_th), line)
        if first != line:
            errors.append(_error(line, "date", _("ซ้ำกับแถวที่ %(first)s"), first=first))
            continue
        holidays.append(holiday)
    if not holidays and not errors:
        errors.append(_error(2, "", _("ไม่มีวันหยุดในแฟ้มนี้")))
    return HolidayFile(tuple(sorted(holidays, key=lambda item: (item.day, item.name_th))), tuple(errors))


def _read_row(line: int, cells: dict[str, str]) -> tuple[Holiday | None, list[RowError]]:
    faults: list[RowError] = []
    day: date | None = None
    try:
        day = parse_date(cells["date"])
    except DateError as error:
        faults.append(_error(line, "date", error))
    faults.extend(
        _error(line, column, _("ช่องนี้ต้องไม่ว่าง")) for column in ("name_th", "source") if not cells[column]
    )
    faults.extend(
        _error(line, column, _("ยาวเกิน %(most)s ตัวอักษร"), most=_MAX_NAME)
        for column in ("name_th", "name_en", "source")
        if len(cells[column]) > _MAX_NAME
    )
    kinds = ", ".join(HolidayKind)
    if cells["kind"].lower() not in set(HolidayKind):
        faults.append(_error(line, "kind", _("ต้องเป็นค่าใดค่าหนึ่งใน %(kinds)s"), kinds=kinds))
    if faults or day is None:
        return None, faults
    kind = HolidayKind(cells["kind"].lower())
    return Holiday(day, cells["name_th"], cells["name_en"], kind, cells["source"]), []
