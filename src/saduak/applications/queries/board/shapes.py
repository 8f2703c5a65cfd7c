"""What the board is made of: its filters, the states of a row, rows, numbers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Page
from django.utils.translation import gettext_lazy as _

from saduak.applications.queries.dates import Due
from saduak.foundation.access.registry import Words

# state: (word, tag), the riskiest first: what is furthest from being filed.
STATES: dict[str, tuple[Words, str]] = {
    "none": (_("ยังไม่เริ่ม"), "none"),
    "correction": (_("ส่งคืนให้แก้"), "back"),
    "draft": (_("กำลังเขียน"), "work"),
    "open": (_("ยังไม่ยื่น"), "none"),
    "changes": (_("ตรวจแล้ว ขอให้แก้"), "back"),
    "review": (_("รอตรวจทาน"), "wait"),
    "checked": (_("ตรวจทานแล้ว"), "work"),
    "signed": (_("ลงนามแล้ว รอยื่น"), "wait"),
    "submitted": (_("ยื่นแล้ว"), "done"),
    "withdrawn": (_("ถอนแล้ว"), "off"),
}
RANKS = {key: f"{rank}{key}" for rank, key in enumerate(STATES)}
# A draft by what became of its newest check.
OF_CHECK = {"requested": "review", "returned": "changes", "endorsed": "checked"}
# Whoever has handed a draft in for checking has kept that date.
HANDED_IN = frozenset({*OF_CHECK.values(), "signed"})
# Nothing more is asked of these.
OVER = frozenset({"submitted", "withdrawn"})


def code(state: str) -> str:
    """A state as the database shows and sorts it: its rank and its name."""
    return RANKS[state]


@dataclass(frozen=True, slots=True)
class BoardFilters:
    """What the board is narrowed to. Empty means everything.

    Attributes:
        state: a key of `STATES`.
        area: the digits of a province, a district or a subdistrict.
        q: words of the name.
        group: "line" or "supervised".
        officer: "none" for those whose responsible officer is missing, as far as the reader knows.
        of: an office (public id); only what stands under it.
        lacks: a criterion (public id); only those whose readable draft has not met it with evidence.
        sort: a key of `units.SORTS`, with "-" the other way round.
    """

    state: str = ""
    area: str = ""
    q: str = ""
    group: str = ""
    officer: str = ""
    of: str = ""
    lacks: str = ""
    sort: str = "risk"


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One centre, or one office that has none yet."""

    ref: str
    organisation_id: UUID
    organisation_name: str
    organisation_kind: str
    area_name: str
    phone: str
    centre_id: UUID | None
    centre_name: str
    status_only: bool
    application_id: UUID | None
    state: str
    state_label: Words
    tag: str
    written: int | None
    gates_met: int | None
    gates_total: int | None
    evidenced: int | None
    last_edit_at: datetime | None
    internal: Due | None
    national: Due | None
    officer: str
    reminded_at: datetime | None
    called_at: datetime | None
    call_outcome: Words
    may_appoint: bool
    may_invite: bool

    @property
    def due(self) -> Due | None:
        """The nearer of both dates."""
        known = [due for due in (self.internal, self.national) if due is not None]
        return min(known, key=lambda due: due.due_at, default=None)

    @property
    def over(self) -> bool:
        """Whether nothing more is asked of it."""
        return self.state in OVER


@dataclass(frozen=True, slots=True)
class BoardTotals:
    """The numbers over the whole reach, before filters."""

    total: int
    started: int
    not_started: int
    submitted: int
    no_officer: int
    reviews_waiting: int


@dataclass(frozen=True, slots=True)
class Board:
    """A page of the board."""

    rows: tuple[BoardRow, ...]
    page: Page[Any]
    totals: BoardTotals
    deadlines: tuple[Due, ...]
    states: tuple[tuple[str, Words], ...]
    areas: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class BoardGroup:
    """A part of the board: a province, a district, a department, a branch.

    `key` is what narrows the board to it (`area` or `of`); `deeper` says that it has parts of its own.
    """

    key: str
    name: str
    total: int
    not_started: int
    submitted: int
    deeper: bool

    @property
    def percent(self) -> int:
        """How much of it is filed."""
        return self.submitted * 100 // self.total if self.total else 0


@dataclass(frozen=True, slots=True)
class BoardGroups:
    """The parts of one step, the office that they stand under, and the ways back up (label, key)."""

    by: str
    groups: tuple[BoardGroup, ...]
    trail: tuple[tuple[str, str], ...] = ()
