"""A register as XLSX and PDF."""

import datetime
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext as _

from saduak.correspondence.models import RegisterEntry, Registry
from saduak.correspondence.models.registers import RegisterExport
from saduak.correspondence.queries.registers import Book, Line, book_lines, book_of, due
from saduak.foundation import clock, pdf, spreadsheets
from saduak.foundation.access import Actor
from saduak.foundation.thai import calendar

TEMPLATE: Final = Path(__file__).parent / "typst" / "register.typ"
TYPES: Final = {"xlsx": spreadsheets.XLSX_TYPE, "pdf": "application/pdf"}
# So many lines are made while the person waits; a PDF takes five milliseconds a line, because its text is mended.
AT_ONCE: Final = {"xlsx": 2_000, "pdf": 100}
# Typst keeps a whole document in memory: a quarter of a gigabyte for a thousand lines.
PART: Final = 1_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is written out: words at the top, and at most `most` lines."""

    title: str
    office: str
    notes: list[str]
    name: str
    most: int
    lines: Iterator[Line]
    with_class: bool = False


@dataclass(frozen=True, slots=True)
class _Column:
    """A column: its head, its width in a sheet (characters) and on paper (shares; 0: not on paper), its value.

    `paper` is its head on paper, where that is another: a date stands there once.
    """

    head: str
    width: int
    share: float
    value: Callable[[RegisterEntry], Any]
    paper: str = ""


def book_sheet(actor: Actor, row: Registry, book: Book, first: datetime.date, last: datetime.date) -> Sheet:
    """A book from one day to another, as the actor sees it. The register comes with its organisation."""
    with translation.override("th"):
        most, lines = book_lines(actor, row, book, first, last)
        year = calendar.to_be(first.year)
        return Sheet(
            title=f"{book.label} {_('ประจำปี พ.ศ.')} {year}",
            office=row.organisation.name_th,
            notes=[calendar.format_range(first, last, long=True)],
            name=f"register-{book.key}-{first:%Y%m%d}-{last:%Y%m%d}",
            most=most,
            lines=lines,
        )


def due_sheet(actor: Actor, row: Registry) -> Sheet:
    """The lines that are over their time, for the committee that decides about them."""
    with translation.override("th"):
        rows = due(actor, row)
        return Sheet(
            title=_("รายการหนังสือที่ครบอายุการเก็บ เพื่อพิจารณา"),
            office=row.organisation.name_th,
            notes=[
                _("นับเต็มปีปฏิทินถัดจากปีของทะเบียน อายุการเก็บเป็นค่าที่หน่วยงานตั้งไว้ในระบบ"),
                _("ระบบไม่ทำลายหนังสือและไม่ลบรายการใด การทำลายเป็นอำนาจของหน่วยงานตามระเบียบ"),
            ],
            name=f"retention-{clock.today():%Y%m%d}",
            most=rows.count(),
            lines=(Line(entry.number, entry) for entry in rows.iterator(chunk_size=2_000)),
            with_class=True,
        )


def sheet_of(actor: Actor, made: RegisterExport) -> Sheet:
    """What somebody asked for in the background, as the actor sees it now."""
    book = book_of(made.direction, made.series)
    if made.content == RegisterExport.Content.DUE or book is None:
        return due_sheet(actor, made.registry)
    assert made.first_day is not None  # noqa: S101 - by constraint
    assert made.last_day is not None  # noqa: S101 - by constraint
    return book_sheet(actor, made.registry, book, made.first_day, made.last_day)


def draw(sheet: Sheet, kind: str) -> tuple[bytes, int]:
    """The file ("xlsx" or "pdf"), and how many lines it has. In Thai, as the register is."""
    with translation.override("th"):
        return _xlsx(sheet) if kind == "xlsx" else _pdf(sheet)


# --- Columns ---------------------------------------------------------------------------------------------------------


def _columns(sheet: Sheet) -> list[_Column]:
    """Number and state first; each date once as a date and once as it is written."""
    shown: list[_Column] = [
        _Column(_("ที่"), 22, 1.6, lambda e: e.letter_number),
        _Column(_("ลงวันที่"), 12, 0, lambda e: e.dated),
        _Column(_("ลงวันที่ (พ.ศ.)"), 14, 0.9, lambda e: _short(e.dated), _("ลงวันที่")),
        _Column(_("จาก"), 30, 1.7, lambda e: e.from_text),
        _Column(_("ถึง"), 30, 1.7, lambda e: e.to_text),
        _Column(_("เรื่อง"), 60, 3, lambda e: e.subject),
        _Column(_("การปฏิบัติ"), 24, 1.3, lambda e: e.action_text),
        _Column(_("หมายเหตุ"), 24, 1.3, _remark),
        _Column(_("วันที่ลงทะเบียน"), 12, 0, lambda e: e.day),
        _Column(_("วันที่ลงทะเบียน (พ.ศ.)"), 14, 0.9, lambda e: _short(e.day), _("วันที่ลงทะเบียน")),
        _Column(_("สถานะ"), 12, 0, lambda e: str(e.get_state_display())),
        _Column(_("ชั้นความเร็ว"), 12, 0, lambda e: str(e.get_urgency_display()) if e.urgency else ""),
        _Column(_("ชั้นความลับ"), 12, 0, lambda e: str(e.get_secrecy_display()) if e.secrecy else ""),
        _Column(_("อายุการเก็บ"), 24, 1.4 if sheet.with_class else 0, lambda e: str(e.retention or "")),
    ]
    if sheet.with_class:
        book = _Column(_("ทะเบียน"), 26, 1.4, lambda e: f"{_label(e)} {e.year}")
        return [book, *shown]
    return shown


def _label(entry: RegisterEntry) -> str:
    book = book_of(entry.direction, entry.series)
    return str(book.label) if book else ""


def _remark(entry: RegisterEntry) -> str:
    """The remark, and for a number that is not used why."""
    if entry.state == "cancelled":
        return _("ยกเลิกเลข: %(why)s") % {"why": f"{entry.cancelled_because} {entry.remark}".strip()}
    return _("จองไว้: %(why)s") % {"why": entry.remark} if entry.state == "reserved" else entry.remark


def _short(day: datetime.date | None) -> str:
    return calendar.format_short(day) if day else ""


# --- Files -----------------------------------------------------------------------------------------------------------


def _xlsx(sheet: Sheet) -> tuple[bytes, int]:
    target = io.BytesIO()
    with spreadsheets.workbook(target, sheet.title, company=sheet.office) as book:
        columns = _columns(sheet)
        table = book.table(
            _("ทะเบียน"),
            [(_("เลขทะเบียน"), 10), *((column.head, column.width) for column in columns)],
            ([line.number, *_values(line, columns)] for line in sheet.lines),
            above=(sheet.title, sheet.office, *sheet.notes),
        )
        table.keep_heads()
        table.sheet.repeat_rows(table.top)
        table.sheet.set_landscape()
        table.sheet.set_paper(9)
        table.sheet.fit_to_pages(1, 0)
    return target.getvalue(), table.lines


def _values(line: Line, columns: list[_Column]) -> list[Any]:
    """The cells of a line; of a hidden one only the word that says so."""
    if line.entry is None:
        return [str(line.hidden), *[""] * (len(columns) - 1)]
    return [column.value(line.entry) for column in columns]


def _pdf(sheet: Sheet) -> tuple[bytes, int]:
    """In parts of a thousand lines, put together: the numbers of the pages go on."""
    columns = [column for column in _columns(sheet) if column.share]
    count = 0

    def parts() -> Iterator[dict[str, Any]]:
        nonlocal count
        rows = (_paper_row(line, columns) for line in sheet.lines)
        while (part := list(islice(rows, PART))) or not count:
            count += len(part)
            yield _paper(sheet, columns, part)
            if len(part) < PART:
                return

    return pdf.render_parts(TEMPLATE, parts()), count


def _paper(sheet: Sheet, columns: list[_Column], rows: list[list[str]]) -> dict[str, Any]:
    return {
        "title": sheet.title,
        "office": sheet.office,
        "notes": sheet.notes,
        "head": [_("เลขทะเบียน"), *(column.paper or column.head for column in columns)],
        "widths": [0.8, *(column.share for column in columns)],
        "rows": rows,
        "page_word": _("หน้า"),
        "printed": _("พิมพ์จากระบบสะดวก %(when)s") % {"when": calendar.format_datetime(clock.now())},
    }


def _paper_row(line: Line, columns: list[_Column]) -> list[str]:
    return [str(line.number), *(str(value) for value in _values(line, columns))]


def file_name(sheet: Sheet, kind: str) -> str:
    """The name of the download: ASCII, so that every program keeps it."""
    return f"{sheet.name}.{kind}"
