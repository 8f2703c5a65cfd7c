"""The board as XLSX, line by line: texts are texts (what begins with "=" is never a formula), dates are dates."""

import datetime
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import IO, Any, Final
from urllib.parse import parse_qsl, urlencode

import xlsxwriter  # type: ignore[import-untyped] # it has no types of its own
from django.utils import translation
from django.utils.translation import gettext as _

from saduak.applications.queries.board import (
    BoardFilters,
    BoardRow,
    board_lines,
    gate_title,
    known_filters,
)
from saduak.applications.queries.dates import Due
from saduak.foundation import clock
from saduak.foundation.access import Actor
from saduak.foundation.access.registry import Words
from saduak.foundation.thai import calendar
from saduak.programme.models import Round

XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# So many lines are written while the person waits; more than these are a job's.
AT_ONCE: Final = 300
# What is kept in memory before a file on the disk takes over.
_IN_MEMORY: Final = 2_000_000
_USUAL: Final = BoardFilters()
_NAMES: Final = tuple(field.name for field in fields(BoardFilters))


@dataclass(frozen=True, slots=True)
class Written:
    """A board that is written out: an open file at its beginning, its name, and how many lines it has."""

    file: IO[bytes]
    name: str
    lines: int


@dataclass(frozen=True, slots=True)
class _Column:
    head: Words
    width: int
    value: Callable[[BoardRow], Any]


def said(wanted: BoardFilters) -> dict[str, str]:
    """Filters as an address names them; what is not set is left out."""
    named = {name: str(getattr(wanted, name)) for name in _NAMES}
    return {name: value for name, value in named.items() if value != getattr(_USUAL, name)}


def query_of(wanted: BoardFilters) -> str:
    """Filters as an address carries them. However long a name somebody looks for, it fits where it is kept."""
    return urlencode(said(wanted))


def filters_from(given: Mapping[str, Any]) -> BoardFilters:
    """Filters as somebody asked for them; what the board does not know is passed over."""
    return known_filters({name: str(given.get(name, "")) for name in _NAMES})


def filters_of(query: str) -> BoardFilters:
    """Filters from an address."""
    return filters_from(dict(parse_qsl(query)))


def write(actor: Actor, round_: Round, wanted: BoardFilters) -> Written:
    """The board as far as the actor sees it, in Thai. Whoever asks closes the file; then it is gone."""
    target = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - it goes on to the caller
    with translation.override("th"):
        lines = _write(target, round_, board_lines(actor, round_, wanted))
    target.seek(0)
    return Written(target, f"board-{round_.fiscal_year}-{clock.today():%Y%m%d}.xlsx", lines)


def _columns(gates: str) -> list[_Column]:
    """The columns; `gates` is what the criteria set calls what must be met."""
    return [
        _Column(_("หน่วยงาน"), 40, lambda row: row.organisation_name),
        _Column(_("ศูนย์"), 40, lambda row: row.centre_name),
        _Column(_("พื้นที่"), 18, lambda row: row.area_name),
        _Column(_("สถานะ"), 18, lambda row: str(row.state_label)),
        _Column(_("เห็นเพียงใด"), 16, lambda row: _("เห็นเฉพาะสถานะ") if row.status_only else _("เห็นร่าง")),
        _Column(_("เขียนแล้ว (%)"), 12, lambda row: row.written),
        _Column(_("%(gates)s ที่มีครบ (ข้อ)") % {"gates": gates}, 14, lambda row: row.gates_met),
        _Column(_("%(gates)s ทั้งหมด (ข้อ)") % {"gates": gates}, 14, lambda row: row.gates_total),
        _Column(_("มีหลักฐานแล้ว (%)"), 12, lambda row: row.evidenced),
        _Column(_("แก้ล่าสุด"), 14, lambda row: _day(row.last_edit_at)),
        _Column(_("กำหนดภายใน"), 14, lambda row: _closing_day(row.internal)),
        _Column(_("กำหนดภายใน เรื่อง"), 28, lambda row: str(row.internal.what) if row.internal else ""),
        _Column(_("กำหนดภายใน โดย"), 28, lambda row: row.internal.owner if row.internal else ""),
        _Column(_("เหลือ (วัน) ภายใน"), 10, lambda row: _left(row.internal)),
        _Column(_("วันปิดรับ"), 14, lambda row: _closing_day(row.national)),
        _Column(_("เหลือ (วัน) ปิดรับ"), 10, lambda row: _left(row.national)),
        _Column(_("ผู้รับผิดชอบ"), 28, _officer),
        _Column(_("โทรศัพท์"), 20, lambda row: row.phone),
        _Column(_("เตือนล่าสุด"), 14, lambda row: _day(row.reminded_at)),
        _Column(_("โทรล่าสุด"), 14, lambda row: _day(row.called_at)),
        _Column(_("ผลการโทร"), 20, lambda row: str(row.call_outcome)),
    ]


def _officer(row: BoardRow) -> str:
    return "" if row.status_only else row.officer or _("ยังไม่มีผู้รับผิดชอบ")


def _day(moment: datetime.datetime | None) -> datetime.date | None:
    return calendar.bangkok_date(moment) if moment else None


def _closing_day(due: Due | None) -> datetime.date | None:
    return calendar.closing_day(due.due_at) if due else None


def _left(due: Due | None) -> int | None:
    return calendar.days_left(due.due_at, clock.now()) if due else None


def _write(target: Any, round_: Round, lines: Iterator[BoardRow]) -> int:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    count = 0
    with xlsxwriter.Workbook(target, options) as workbook:
        workbook.set_properties({"title": round_.title, "created": clock.now().replace(tzinfo=None)})
        bold = workbook.add_format({"bold": True})
        head = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        day = workbook.add_format({"num_format": "dd/mm/yyyy", "valign": "top"})
        words = workbook.add_format({"text_wrap": True, "valign": "top"})
        page = workbook.add_worksheet(_("ติดตามหน่วยงาน"))
        columns = _columns(str(gate_title(round_)))
        for at, column in enumerate(columns):
            page.set_column(at, at, column.width)
        page.write_string(0, 0, round_.title, bold)
        page.write_string(1, 0, _("ณ วันที่ %(when)s") % {"when": calendar.format_datetime(clock.now())})
        for at, column in enumerate(columns):
            page.write_string(3, at, str(column.head), head)
        page.freeze_panes(4, 1)
        for count, row in enumerate(lines, 1):
            _write_line(page, 3 + count, [column.value(row) for column in columns], day, words)
        page.autofilter(3, 0, 3 + max(count, 1), len(columns) - 1)
    return count


def _write_line(page: Any, at: int, values: list[Any], day: Any, words: Any) -> None:
    for column, value in enumerate(values):
        if isinstance(value, datetime.date):
            page.write_datetime(at, column, datetime.datetime.combine(value, datetime.time()), day)
        elif isinstance(value, int):
            page.write_number(at, column, value, words)
        elif value:
            page.write_string(at, column, value, words)
