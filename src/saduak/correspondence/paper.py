"""The way of a letter on paper: the hops that a bundle of letters tells of, with the days that each took."""

import datetime
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from saduak.correspondence.matching import day
from saduak.foundation.thai import workdays

# What was enclosed and is no letter of an office on the way.
_LETTERS = frozenset({"external", "memo", "stamped", "order", "announcement", "other"})


@dataclass(frozen=True, slots=True)
class PaperHop:
    """One office on the way: when its own letter was written, when the one before was stamped as received there."""

    issuer: str
    number: str
    dated: datetime.date
    received: datetime.date | None = None
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class Took:
    """From one hop's letter to the next one's, in both ways of counting."""

    calendar_days: int
    working_days: int


def chain(documents: Iterable[Mapping[str, Any]]) -> list[PaperHop]:
    """The hops of a bundle, the first letter first. A letter without issuer or date is no hop that can be reckoned with.

    The stamps on a letter are those of offices that it reached; the earliest is told with the letter after it. A stamp
    that is older than its letter, or younger than the next one, was misread: then the day is not known.
    """
    rows = [
        (written, row)
        for row in documents
        if row.get("kind") in _LETTERS and row.get("issuer") and (written := day(row.get("date")))
    ]
    # A bundle holds the latest letter first: of two letters of one day, the enclosed one was written before.
    rows.reverse()
    rows.sort(key=lambda pair: pair[0])
    found: list[PaperHop] = []
    before: tuple[datetime.date, Mapping[str, Any]] | None = None
    for written, row in rows:
        received, receipt = _stamp(before, written) if before else (None, "")
        found.append(PaperHop(row["issuer"], row.get("number") or "", written, received, receipt))
        before = written, row
    return found


def _stamp(
    letter: tuple[datetime.date, Mapping[str, Any]], until: datetime.date
) -> tuple[datetime.date | None, str]:
    """Day and number of the earliest stamp on a letter that can be true; (None, "") without one."""
    written, row = letter
    known = [
        (stamped, stamp.get("number") or "")
        for stamp in row.get("receipts", [])
        if (stamped := day(stamp.get("date"))) and written <= stamped <= until
    ]
    return min(known, key=lambda pair: pair[0], default=(None, ""))


def days_taken(hops: Iterable[PaperHop], holidays: AbstractSet[datetime.date]) -> list[Took]:
    """Between each hop and the next one."""
    return [took(first.dated, second.dated, holidays) for first, second in pairwise(hops)]


def took(first: datetime.date, last: datetime.date, holidays: AbstractSet[datetime.date]) -> Took:
    """From one day to another."""
    return Took(
        workdays.calendar_days_between(first, last), workdays.working_days_between(first, last, holidays)
    )
