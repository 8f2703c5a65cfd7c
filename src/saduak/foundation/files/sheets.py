"""Tables that people bring, as XLSX or CSV: read with a bound on everything, whatever the file says of itself.

A workbook is opened in a process of its own (`sheet_look`). A CSV is read here: it is never larger than its bytes.
"""

import csv
import io
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from saduak.foundation import sheet_look
from saduak.foundation.access import Invalid
from saduak.foundation.files import apart, names, packed

MOST_BYTES: Final = 5_000_000
MOST_LETTERS: Final = 5_000
SECONDS: Final = 20
_ZIP: Final = b"PK"
# Controls but tab and line ends, and halves of characters.
_UNWRITTEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_TABS: Final = ("tsv", "tab")

_HEAVY: Final = _("ไฟล์ XLSX นี้ใหญ่หรือซับซ้อนผิดปกติ คัดลอกเฉพาะตารางไปไว้ในไฟล์ใหม่ แล้วลองอีกครั้ง")
_BROKEN: Final = _("เปิดไฟล์ XLSX นี้ไม่ได้ บันทึกใหม่จาก Excel แล้วลองอีกครั้ง")
_NO_TABLE: Final = _("ไฟล์ไม่ใช่ CSV แบบ UTF-8 หรือ XLSX ใน Excel ให้บันทึกเป็นไฟล์ .xlsx แล้วลองใหม่")
_QUOTES: Final = _("อ่านไฟล์ CSV ไม่ได้ ตรวจเครื่องหมายคำพูด")


def read_rows(content: bytes, name: str, *, most_rows: int, most_columns: int) -> list[list[str]]:
    """The rows of a table, empty ones too, so that a row's place is its number; of a workbook its first sheet.

    Characters that nobody writes and no database keeps (NUL and its like) are left out.

    Args:
        content: the file.
        name: as the browser sent it. What a file is, is seen by its content; the name tells a table with tabs.
        most_rows: how many rows a table may have here, with the one of the headings.
        most_columns: how many columns.

    Raises:
        Invalid: no table, broken, too large, or something stands beyond these bounds; in words that say where. Its code
            is one of `sheet-size`, `sheet-broken`, `sheet-kind`, `sheet-quotes`, `sheet-heavy`, `sheet-rows`,
            `sheet-columns`, `sheet-letters`, or that of `packed.check`.
    """
    if len(content) > MOST_BYTES:
        raise _invalid(_("ไฟล์ใหญ่เกิน 5 MB แบ่งเป็นหลายไฟล์"), "sheet-size")
    if content.startswith(_ZIP):
        rows = _workbook(content, most_rows, most_columns)
    else:
        rows = _csv(content, name, most_rows, most_columns)
    return [[_UNWRITTEN.sub("", words) for words in row] for row in rows]


def _workbook(content: bytes, most_rows: int, most_columns: int) -> list[list[str]]:
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "table.xlsx"
        path.write_bytes(content)
        _require_workbook(path)
        told = apart.found(
            *(sheet_look.__name__, path, folder),
            *(most_rows, most_columns, MOST_LETTERS),
            seconds=SECONDS,
        )
    if told is None:
        raise _invalid(_HEAVY, "sheet-heavy")
    if told["code"]:
        raise _refused(told, most_rows, most_columns)
    rows: list[list[str]] = told["rows"]
    return rows


def _require_workbook(path: Path) -> None:
    """Go on when it is a workbook that unpacks to no more than a document may."""
    try:
        kind = packed.check(path)
    except Invalid as problem:
        if problem.code == "file-bomb":
            raise _invalid(_HEAVY, "sheet-heavy") from problem
        if problem.code == "file-macro":
            raise
        kind = ""
    if kind != "xl/":
        raise _invalid(_BROKEN, "sheet-broken")


def _csv(content: bytes, name: str, most_rows: int, most_columns: int) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise _invalid(_NO_TABLE, "sheet-kind") from problem
    delimiter = "\t" if names.extension(name) in _TABS else ","
    rows: list[list[str]] = []
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1):
            told = _beyond(row, number, most_rows, most_columns)
            if told:
                raise _refused(told, most_rows, most_columns)
            # Nothing but empty rows and columns stands beyond: what programs leave at the end is no table.
            if number <= most_rows:
                rows.append(row[:most_columns])
    except csv.Error as problem:
        raise _invalid(_QUOTES, "sheet-quotes") from problem
    return rows


def _beyond(row: list[str], number: int, most_rows: int, most_columns: int) -> dict[str, Any]:
    """What is too much in this row; nothing when nothing is."""
    if number > most_rows and any(row):
        return {"code": "sheet-rows", "row": number}
    if any(row[most_columns:]):
        return {"code": "sheet-columns", "column": len(row)}
    long = next((at for at, words in enumerate(row, start=1) if len(words) > MOST_LETTERS), None)
    return {} if long is None else {"code": "sheet-letters", "row": number, "column": long}


def _refused(told: dict[str, Any], most_rows: int, most_columns: int) -> Invalid:
    """What the reader found wrong, in words."""
    code = told["code"]
    if code == "sheet-rows":
        words = _("ไฟล์มีมากกว่า %(most)s แถว (มีข้อความถึงแถว %(row)s) ลบแถวที่ไม่ใช้ หรือแบ่งเป็นหลายไฟล์")
        return _invalid(words % {"most": f"{most_rows:,}", "row": f"{told['row']:,}"}, code)
    if code == "sheet-columns":
        words = _("ไฟล์มีมากกว่า %(most)s คอลัมน์ (มีข้อความถึงคอลัมน์ที่ %(column)s) ลบคอลัมน์ที่ไม่ใช้")
        return _invalid(words % {"most": f"{most_columns:,}", "column": f"{told['column']:,}"}, code)
    if code == "sheet-letters":
        words = _("แถว %(row)s คอลัมน์ที่ %(column)s ยาวเกิน %(most)s ตัวอักษร ตัดให้สั้นลง")
        return _invalid(
            words % {"row": told["row"], "column": told["column"], "most": f"{MOST_LETTERS:,}"}, code
        )
    return _invalid(_BROKEN, "sheet-broken")


def _invalid(words: str | Promise, code: str) -> Invalid:
    return Invalid(words, {"file": words}, code)
