"""Templates of letters and legal references that come with the program: versioned data files, checked when they are read."""

import datetime
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from saduak.correspondence.writing.placeholders import LAW, names, unknown
from saduak.correspondence.writing.printed import DATA

USES = (
    *("call", "briefing", "appoint", "reminder", "visit"),
    *("result", "rejected", "refused", "expiry", "forward", "free"),
)
KINDS = ("external", "memo", "stamped")


class DataError(ValueError):
    """A data file is wrong; the message names the file and what is wrong, for whoever keeps it."""


@dataclass(frozen=True, slots=True)
class TemplateSource:
    """A template as its file has it.

    Args:
        code, version: together never used twice.
        use: what such letters are for, one of `USES`.
        kind: one of `KINDS`.
        name: what people choose it by.
        subject: of the letter.
        body: why, and what is wanted: paragraphs between blank lines.
        purpose: the last paragraph (จึงเรียนมาเพื่อ…).
        source: where its words come from.
        official: whether the programme confirmed it.
    """

    code: str
    version: int
    use: str
    kind: str
    name: str
    subject: str
    body: str
    purpose: str
    source: str
    official: bool


@dataclass(frozen=True, slots=True)
class LegalSource:
    """A law, regulation or policy as letters cite it; `valid_from` and `valid_to` only where the source says so."""

    code: str
    version: int
    citation: str
    source: str
    official: bool
    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None


def load_templates(
    folder: Path = DATA / "templates", legal: Path = DATA / "legal.toml"
) -> list[TemplateSource]:
    """The templates of a folder, by code and version.

    Raises:
        DataError: a file is no TOML, lacks a field, has one too many, or a place or law that nobody knows.
    """
    laws = {row.code for row in load_legal(legal)}
    found = []
    for path in sorted(folder.glob("*.toml")):
        row = _row(path.name, _read(path), TemplateSource)
        _check(path.name, row, laws)
        found.append(row)
    _once(folder.name, found)
    return sorted(found, key=lambda row: (row.code, row.version))


def load_legal(path: Path = DATA / "legal.toml") -> list[LegalSource]:
    """The legal references of a file, by code and version.

    Raises:
        DataError: the file is no TOML, or a reference lacks a field or has one too many.
    """
    found = [_row(path.name, row, LegalSource) for row in _read(path).get("legal", [])]
    _once(path.name, found)
    return sorted(found, key=lambda row: (row.code, row.version))


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path.name}: {error}") from None


def _row(file: str, values: Mapping[str, Any], kind: type[Any]) -> Any:
    known = {field.name: field for field in fields(kind)}
    needed = {"str": str, "int": int, "bool": bool}
    for name, value in values.items():
        if name not in known:
            raise DataError(f"{file}: {name} is no field")
        expected = needed.get(getattr(known[name].type, "__name__", ""), datetime.date)
        if type(value) is not expected:
            raise DataError(f"{file}: {name} is no {expected.__name__}")
    optional = {"valid_from", "valid_to"}
    missing = [name for name in known if name not in values and name not in optional]
    if missing:
        raise DataError(f"{file}: {', '.join(missing)} missing")
    empty = [name for name, value in values.items() if isinstance(value, str) and not value.strip()]
    if empty:
        raise DataError(f"{file}: {', '.join(empty)} empty")
    return kind(
        **{name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    )


def _check(file: str, row: TemplateSource, laws: set[str]) -> None:
    if row.use not in USES:
        raise DataError(f"{file}: use {row.use} is none of {', '.join(USES)}")
    if row.kind not in KINDS:
        raise DataError(f"{file}: kind {row.kind} is none of {', '.join(KINDS)}")
    text = f"{row.subject}\n{row.body}\n{row.purpose}"
    strange = unknown(text)
    if strange:
        raise DataError(f"{file}: unknown places {', '.join(strange)}")
    uncited = [name for name in names(text) if name.startswith(LAW) and name.removeprefix(LAW) not in laws]
    if uncited:
        raise DataError(f"{file}: unknown laws {', '.join(uncited)}")


def _once(file: str, rows: Iterable[TemplateSource | LegalSource]) -> None:
    seen: set[tuple[str, int]] = set()
    for row in rows:
        if (row.code, row.version) in seen:
            raise DataError(f"{file}: {row.code} version {row.version} stands twice")
        seen.add((row.code, row.version))
