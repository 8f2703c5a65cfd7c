"""What the clerk compares: the documents of a file, the letters and offices known besides, and the doubts it has."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from saduak.correspondence.clerk.words import memory_key


@dataclass(frozen=True, slots=True)
class Office:
    """An organisation of the register.

    Args:
        pk: its key.
        name: as the register has it.
        codes: the letters with which its numbers may begin; empty when nobody knows.
        above: the keys of those that command it.
        same: itself and those in whose name it writes: their letters count as its own.
    """

    pk: int
    name: str
    codes: frozenset[str] = frozenset()
    above: frozenset[int] = frozenset()
    same: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Cited:
    """A letter that a document cites. `place` is the name of its span."""

    number: str
    day: datetime.date | None
    place: str
    office: Office | None = None


@dataclass(frozen=True, slots=True)
class Stamp:
    """A receipt stamp; `time` is `HH:MM` or empty."""

    name: str
    number: str
    day: datetime.date
    time: str
    place: str
    office: Office | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A last day that a document names; `applies` when it is one by which to apply."""

    day: datetime.date
    what: str
    place: str
    applies: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """One document of the file. `last_day` is the last of all days that it names as a deadline or a window's end."""

    index: int
    number: str
    day: datetime.date | None
    subject: str
    issuer: str
    office: Office | None = None
    cited: tuple[Cited, ...] = ()
    stamps: tuple[Stamp, ...] = ()
    dues: tuple[Due, ...] = ()
    windows_end: datetime.date | None = None

    @property
    def last_day(self) -> datetime.date | None:
        """The last of all days that it names as a deadline or as a window's end."""
        days = [due.day for due in self.dues] + ([self.windows_end] if self.windows_end else [])
        return max(days, default=None)


@dataclass(frozen=True, slots=True)
class Known:
    """A letter that the office has besides; `same_file` when its file is the very same."""

    pk: int
    number: str
    day: datetime.date | None
    subject: str
    issuer_id: int | None = None
    same_file: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """The last day to apply for those to whom the letter speaks; `owner` set it, empty for the round itself."""

    day: datetime.date
    owner: str
    about: str


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything beside the file. `last_days`: of the letters that it cites, their last days; `told`: what the reader said."""

    known: tuple[Known, ...] = ()
    last_days: Mapping[int, datetime.date] = field(default_factory=dict)
    limit: Limit | None = None
    # The day on which the register was opened here that gives this letter's number, when it is the holder's to give.
    opened: datetime.date | None = None
    # (code, document, first line shown)
    told: frozenset[tuple[str, int, str]] = frozenset()

    def reader_said(self, code: str, document: int, start: str = "") -> bool:
        """Whether the reader had this doubt about a document already, showing something that begins with `start`."""
        return any(
            (code, document) == (said, where) and line.startswith(start) for said, where, line in self.told
        )


@dataclass(frozen=True, slots=True)
class Doubt:
    """What does not fit: what stands `here`, what stands `there` and, when it is a letter, which. `about` makes its key."""

    code: str
    document: int
    text: str
    here: str
    there: str
    about: tuple[object, ...]
    severity: str = "warning"
    place: str = ""
    related: int | None = None

    @property
    def key(self) -> str:
        """The same for the same doubt about the same things, in whatever letter it comes up."""
        return memory_key(self.code, self.about)
