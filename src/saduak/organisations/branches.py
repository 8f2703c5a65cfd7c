"""Centres from a table, as CSV or XLSX: its columns, and what stands in each line. Touches no database."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from saduak.foundation.access import Invalid
from saduak.foundation.files import sheets
from saduak.foundation.thai.text import normalise, search_key

# What stands above the columns: the short name, or the Thai one; and what belongs there.
COLUMNS: Final[dict[str, tuple[Promise, Promise]]] = {
    "name": (gettext_lazy("ชื่อศูนย์"), gettext_lazy("ชื่อที่ประชาชนเห็น ต้องมี")),
    "kind": (
        gettext_lazy("ประเภท"),
        gettext_lazy("เช่น จุดบริการในสำนักงาน หรือ office ไม่กรอกคือจุดบริการในสำนักงาน"),
    ),
    "office": (
        gettext_lazy("หน่วยงาน"),
        gettext_lazy("ชื่อเต็มหรือรหัสของหน่วยงานในสังกัดที่ศูนย์อยู่ ไม่กรอกคือหน่วยงานที่นำเข้า"),
    ),
    "code": (
        gettext_lazy("รหัสพื้นที่"),
        gettext_lazy("รหัสจังหวัด 2 หลัก อำเภอ 4 หลัก ตำบล 6 หลัก หรือรหัสขององค์กรปกครองส่วนท้องถิ่น"),
    ),
    "province": (gettext_lazy("จังหวัด"), gettext_lazy("ชื่อจังหวัด เมื่อไม่รู้รหัส")),
    "district": (gettext_lazy("อำเภอ"), gettext_lazy("ชื่ออำเภอหรือเขต เมื่อไม่รู้รหัส กรอกคู่กับจังหวัด")),
    "address": (gettext_lazy("ที่อยู่"), gettext_lazy("ไม่บังคับ")),
    "phone": (gettext_lazy("โทรศัพท์"), gettext_lazy("ไม่บังคับ")),
    "email": (gettext_lazy("อีเมลของศูนย์"), gettext_lazy("ไม่บังคับ ทุกคนเห็น")),
    "officer": (
        gettext_lazy("อีเมลผู้รับผิดชอบ"),
        gettext_lazy("ไม่บังคับ ใช้ออกคำเชิญภายหลัง ไม่แสดงกับศูนย์"),
    ),
}
LIMITS: Final = {
    "name": 200,
    "kind": 100,
    "office": 200,
    "code": 60,
    "province": 100,
    "district": 100,
    "address": 400,
    "phone": 100,
    "email": 254,
    "officer": 254,
}
LIMIT_BYTES: Final = sheets.MOST_BYTES
LIMIT_LINES: Final = 5_000
_LIMIT_COLUMNS: Final = 60
# What stands before the name of a place, and what people call the capital.
_PLACES: Final = ("จังหวัด", "อำเภอ", "เขต", "จ.", "อ.")
_CAPITAL: Final = "กรุงเทพมหานคร"
_BETWEEN_DIGITS: Final = re.compile(r"(?<=\d)[\W_]+(?=\d)")
_CAPITALS: Final = frozenset({"กทม", "กทม.", "กรุงเทพ", "กรุงเทพฯ"})


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it stands in the file; line 1 holds the names of the columns."""

    line: int
    values: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")


@dataclass(frozen=True, slots=True)
class Table:
    """A file as it was read."""

    lines: list[Line] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


def read(content: bytes, name: str) -> Table:
    """Read a table; empty lines are none.

    Args:
        content: the file.
        name: as the browser sent it.

    Raises:
        Invalid: no table, broken, too large, without a column of names, or without a line.
    """
    # Rows between, which are empty, are no lines.
    rows = sheets.read_rows(content, name, most_rows=2 * LIMIT_LINES + 1, most_columns=_LIMIT_COLUMNS)
    heads, ignored = _heads(rows[0] if rows else ())
    if "name" not in heads:
        raise _invalid(_("บรรทัดแรกต้องเป็นชื่อช่อง และต้องมีช่อง %s") % f"{COLUMNS['name'][0]} (name)")
    table = Table(ignored=ignored)
    for number, row in enumerate(rows[1:], start=2):
        values = {key: _cell(row[at], LIMITS[key]) if at < len(row) else "" for key, at in heads.items()}
        if any(values.values()):
            table.lines.append(Line(number, values))
    if not table.lines:
        raise _invalid(_("ไฟล์นี้ไม่มีรายชื่อ"))
    if len(table.lines) > LIMIT_LINES:
        raise _invalid(_("ไฟล์มีมากกว่า 5,000 บรรทัด แบ่งเป็นหลายไฟล์"))
    return table


def _heads(row: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """Which column stands where, and the headings that nobody knows."""
    with translation.override("th"):
        names = {clean(str(label)): key for key, (label, _about) in COLUMNS.items()}
    names |= {key: key for key in COLUMNS}
    heads: dict[str, int] = {}
    ignored: list[str] = []
    for at, said in enumerate(row):
        key = names.get(clean(said).casefold())
        if key is None or key in heads:
            ignored += [clean(said)[:60]] if clean(said) else []
        else:
            heads[key] = at
    return heads, ignored


def _cell(value: str, most: int) -> str:
    """What was typed; of what is far too long as much as shows that, without the work of writing it in one way."""
    words = " ".join(value.split())
    return clean(words) if len(words) <= 2 * most else words[: most + 1]


def clean(value: str) -> str:
    """What was typed, in one way of writing."""
    return " ".join(normalise(value).split())


def name_key(name: str) -> str:
    """A name for comparing: two that differ in spaces, kinds of digits or signs alone are one centre.

    What stands between two digits parts two numbers: 1/2 is not 12.
    """
    return search_key(_BETWEEN_DIGITS.sub("x", normalise(name))).replace(" ", "")


def place_key(name: str) -> str:
    """The name of a place for comparing, without the word for what it is."""
    word = next((word for word in _PLACES if name.startswith(word) and name != word), "")
    return name_key(_CAPITAL if name in _CAPITALS else name.removeprefix(word))


def _invalid(words: str) -> Invalid:
    return Invalid(words, {"file": words}, "branches")
