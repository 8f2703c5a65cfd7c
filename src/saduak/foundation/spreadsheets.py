"""Tables as XLSX, written line by line: texts are texts (what begins with "=" is never a formula), days are days."""

import datetime
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, Final

import xlsxwriter  # type: ignore[import-untyped] # it has no types of its own

from saduak.foundation import clock

XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What is kept in memory before a file on the disk takes over.
_IN_MEMORY: Final = 2_000_000


@dataclass(frozen=True, slots=True)
class Written:
    """A table that is written out: an open file at its beginning, its name, and how many lines it has."""

    file: IO[bytes]
    name: str
    lines: int


@dataclass(frozen=True, slots=True)
class Table:
    """One that stands in a workbook: its sheet, the row of its heads, how many columns and lines it has."""

    sheet: Any
    top: int
    columns: int
    lines: int

    def keep_heads(self) -> None:
        """The heads and the first column stay in sight, and each column can be filtered."""
        self.sheet.freeze_panes(self.top + 1, 1)
        self.sheet.autofilter(self.top, 0, self.top + max(self.lines, 1), self.columns - 1)


class Workbook:
    """A workbook that is being written; `workbook` opens one."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._bold = book.add_format({"bold": True})
        self._head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self._day = book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"})
        self._plain = book.add_format({"text_wrap": True, "valign": "top"})

    def table(
        self,
        name: str,
        heads: Sequence[tuple[str, int]],
        lines: Iterable[Sequence[Any]],
        *,
        above: Sequence[str] = (),
    ) -> Table:
        """Write a table on a sheet of its own.

        Args:
            name: of the sheet.
            heads: the columns, each with its width in characters.
            lines: of texts, whole numbers and days; what is empty stays empty.
            above: words over the table, the first of them its title; an empty row follows.
        """
        sheet = self._book.add_worksheet(name)
        for at, (_label, width) in enumerate(heads):
            sheet.set_column(at, at, width)
        for at, words in enumerate(above):
            sheet.write_string(at, 0, words, self._bold if at == 0 else None)
        top = len(above) + 1 if above else 0
        for at, (label, _width) in enumerate(heads):
            sheet.write_string(top, at, label, self._head)
        count = 0
        for count, line in enumerate(lines, 1):
            self._write(sheet, top + count, line)
        return Table(sheet, top, len(heads), count)

    def _write(self, sheet: Any, row: int, line: Sequence[Any]) -> None:
        for at, value in enumerate(line):
            if isinstance(value, datetime.date):
                sheet.write_datetime(row, at, datetime.datetime.combine(value, datetime.time()), self._day)
            elif isinstance(value, int):
                sheet.write_number(row, at, value, self._plain)
            elif value:
                sheet.write_string(row, at, value, self._plain)


@contextmanager
def workbook(target: IO[bytes], title: str, *, company: str = "") -> Iterator[Workbook]:
    """Write a workbook to a file, sheet by sheet and line by line, in constant memory."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"title": title, "company": company, "created": clock.now().replace(tzinfo=None)})
        yield Workbook(book)


def temporary() -> IO[bytes]:
    """A file for a workbook, gone when it is closed."""
    return tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)
