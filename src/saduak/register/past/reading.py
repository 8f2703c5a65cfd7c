"""A table of past results, as CSV or XLSX: its columns, and what is wrong in each line. Touches no database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from saduak.foundation.access import Invalid
from saduak.foundation.files import sheets
from saduak.foundation.thai.numerals import to_arabic_digits
from saduak.foundation.thai.text import normalise, search_key
from saduak.foundation.thai.words import bare_level

# What stands above the columns: the short name, or the Thai one.
COLUMNS: Final[dict[str, Promise]] = {
    "name": gettext_lazy("ชื่อศูนย์"),
    "organisation": gettext_lazy("หน่วยงาน"),
    "province": gettext_lazy("จังหวัด"),
    "level": gettext_lazy("ระดับ"),
    "number": gettext_lazy("เลขที่ใบรับรอง"),
}
LIMITS: Final = {"name": 300, "organisation": 300, "province": 100, "level": 100, "number": 60}
LIMIT_BYTES: Final = sheets.MOST_BYTES
LIMIT_LINES: Final = 5_000
# Columns that nobody knows are left out, but a list of centres has no more of them than this.
_LIMIT_COLUMNS: Final = 100
# Centres certified before this year got no level.
LEVELS_SINCE: Final = 2562


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a line; line 1 holds the names of the columns."""

    line: int
    message: str

    def __str__(self) -> str:
        return _("บรรทัด %(line)d: %(message)s") % {"line": self.line, "message": self.message}


@dataclass(frozen=True, slots=True)
class LevelName:
    """A level as the programme's criteria name it."""

    key: str
    name: str
    ordinal: int


@dataclass(frozen=True, slots=True)
class Line:
    """One result."""

    line: int
    name: str
    organisation: str = ""
    province: str = ""
    number: str = ""
    level: LevelName | None = None


@dataclass(slots=True)
class Table:
    """A file as it was read: to be used only when there are no problems."""

    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read(content: bytes, *, fiscal_year: int, levels: Sequence[LevelName]) -> Table:
    """Read a table; everything that is wrong is told by line.

    Args:
        content: the file.
        fiscal_year: of the announcement: levels are named since 2562.
        levels: that the programme knows.
    """
    table = Table()
    try:
        # Rows between, which are empty, are no lines.
        rows = sheets.read_rows(content, "", most_rows=2 * LIMIT_LINES + 1, most_columns=_LIMIT_COLUMNS)
    except Invalid as problem:
        table.problems.append(Problem(1, str(problem.reason)))
        return table
    _read_rows(rows, table, fiscal_year, _by_name(levels))
    return table


def _read_rows(
    rows: Sequence[Sequence[str]], table: Table, fiscal_year: int, levels: Mapping[str, LevelName]
) -> None:
    heads = _heads(rows[0] if rows else (), table)
    if table.problems:
        return
    seen: dict[tuple[str, ...], int] = {}
    numbers: dict[str, int] = {}
    for number, row in enumerate(rows[1:], start=2):
        values = {key: _clean(row[at]) if at < len(row) else "" for key, at in heads.items()}
        if not any(values.values()):
            continue
        if len(table.lines) >= LIMIT_LINES:
            table.problems.append(Problem(number, _("ไฟล์มีมากกว่า 5,000 บรรทัด แบ่งเป็นหลายไฟล์")))
            return
        table.problems += [Problem(number, words) for words in _wrong(values, fiscal_year, levels)]
        table.problems += [Problem(number, words) for words in _again(values, number, seen, numbers)]
        table.lines.append(
            Line(
                *(number, values["name"]),
                organisation=values.get("organisation", ""),
                province=values.get("province", ""),
                number=values.get("number", ""),
                level=levels.get(_level_key(values.get("level", ""))),
            )
        )
    if not table.lines:
        table.problems.append(Problem(1, _("ไฟล์นี้ไม่มีรายชื่อ")))


def _heads(row: Sequence[str], table: Table) -> dict[str, int]:
    """Which column stands where; columns that nobody knows are left out."""
    with translation.override("th"):
        names = {_clean(str(label)): key for key, label in COLUMNS.items()} | {key: key for key in COLUMNS}
    heads: dict[str, int] = {}
    for at, said in enumerate(row):
        key = names.get(_clean(said).casefold())
        if key is not None:
            heads.setdefault(key, at)
    if "name" not in heads:
        words = _("บรรทัดแรกต้องเป็นชื่อช่อง และต้องมีช่อง %s")
        table.problems.append(Problem(1, words % f"{COLUMNS['name']} (name)"))
    return heads


def _clean(value: str) -> str:
    return " ".join(normalise(value).split())


def _wrong(values: Mapping[str, str], fiscal_year: int, levels: Mapping[str, LevelName]) -> Iterable[str]:
    if not values["name"]:
        yield _("ไม่มีชื่อศูนย์")
    for key, value in values.items():
        if len(value) > LIMITS[key]:
            yield _("%(column)sยาวเกิน %(most)d ตัวอักษร") % {"column": COLUMNS[key], "most": LIMITS[key]}
    level = values.get("level", "")
    if level and _level_key(level) not in levels:
        yield _("ไม่รู้จักระดับ %s") % level
    if not level and fiscal_year >= LEVELS_SINCE:
        yield _("ไม่มีระดับ ตั้งแต่ปี 2562 ทุกศูนย์มีระดับ")


def _again(
    values: Mapping[str, str], line: int, seen: dict[tuple[str, ...], int], numbers: dict[str, int]
) -> Iterable[str]:
    same = tuple(search_key(values.get(key, "")) for key in ("name", "organisation", "province"))
    if seen.setdefault(same, line) != line:
        yield _("ซ้ำกับบรรทัด %d") % seen[same]
    number = values.get("number", "")
    if number and numbers.setdefault(number, line) != line:
        yield _("เลขที่ใบรับรองซ้ำกับบรรทัด %d") % numbers[number]


def _by_name(levels: Sequence[LevelName]) -> dict[str, LevelName]:
    by_name = {_level_key(level.name): level for level in levels}
    return {level.key: level for level in levels} | by_name


def _level_key(said: str) -> str:
    return to_arabic_digits(str(bare_level(_clean(said)))).casefold()
