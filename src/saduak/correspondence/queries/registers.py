"""Registers as they are read: whose they are, one book of a year as a page, one line, what is over its time.

A series has no gap, so a page shows every number of it. Of a line that somebody may not see, it shows the number alone:
nothing of the line is read for that, the number follows from the counter.
"""

import datetime
import uuid
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final, overload

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from saduak.correspondence.models import RegisterEntry, Registry, RetentionClass, Secrecy, Urgency
from saduak.correspondence.models.registers import RegisterExport
from saduak.correspondence.registers_text import numbered
from saduak.correspondence.rules import registers as access
from saduak.correspondence.rules.capabilities import READ, offices
from saduak.correspondence.states import REGISTER_ENTRY
from saduak.correspondence.writing.stamp import ReceiptStamp
from saduak.foundation import clock, counters
from saduak.foundation.access import Actor
from saduak.foundation.access.registry import Words
from saduak.foundation.thai import calendar
from saduak.foundation.thai.text import search_key, search_terms
from saduak.organisations.models import Organisation
from saduak.organisations.queries import NONE

ROWS: Final = 50
SEND, RECEIVE = RegisterEntry.Direction.SEND, RegisterEntry.Direction.RECEIVE
ORDINARY, CIRCULAR = RegisterEntry.Series.ORDINARY, RegisterEntry.Series.CIRCULAR


@dataclass(frozen=True, slots=True)
class Book:
    """One series of numbers as people know it: a register, of circulars apart."""

    key: str
    label: Words
    direction: str
    series: str


BOOKS: Final = {
    "receive": Book("receive", _("ทะเบียนหนังสือรับ"), RECEIVE, ORDINARY),
    "send": Book("send", _("ทะเบียนหนังสือส่ง"), SEND, ORDINARY),
    "circular": Book("circular", _("ทะเบียนหนังสือส่ง (หนังสือเวียน)"), SEND, CIRCULAR),
}


def book_of(direction: str, series: str) -> Book | None:
    """The book of a direction and series; None when there is no such book (circulars are received like all others)."""
    return next((b for b in BOOKS.values() if (b.direction, b.series) == (direction, series)), None)


# --- Whose register, and how far it is --------------------------------------------------------------------------------


def registry_of(organisation_id: int) -> Registry | None:
    """The register that Saduak keeps for an organisation (key); None while it keeps its own. One query."""
    found: Registry | None = Registry.objects.filter(
        organisation=organisation_id, closed_at__isnull=True
    ).first()
    return found


def registry_for(office_id: int, issuer_id: int) -> Registry | None:
    """The register for letters that an office (key) writes in an organisation's name (key): its own, else the other's."""
    return registry_of(office_id) or registry_of(issuer_id)


def registry(actor: Actor, registry_id: uuid.UUID) -> Registry | None:
    """One register, open or closed, or None when the actor may not see it. One query."""
    rows = Registry.objects.visible_to(actor).select_related("organisation", "retention")
    found: Registry | None = rows.filter(public_id=registry_id).first()
    return found


@dataclass(frozen=True, slots=True)
class Keeper:
    """An organisation of the actor, with its register when Saduak keeps or kept one."""

    organisation: Organisation
    registry: Registry | None
    may_keep: bool
    may_register: bool

    @property
    def is_open(self) -> bool:
        """Whether Saduak keeps it now."""
        return self.registry is not None and self.registry.closed_at is None


def keepers(actor: Actor) -> list[Keeper]:
    """The actor's own offices and those in whose name they write, each with its register. Two queries."""
    own = offices(actor, READ)
    rows = Organisation.objects.visible_to(actor).filter(pk__in=own, retired_at__isnull=True)
    kept = {
        row.organisation_id: row for row in Registry.objects.visible_to(actor).filter(organisation__in=own)
    }
    return [
        Keeper(
            organisation=row,
            registry=kept.get(row.pk),
            may_keep=bool(access.may_keep(actor, row.pk)),
            may_register=bool(access.may_register(actor, row.pk)),
        )
        for row in rows.order_by("sort_key", "pk")
    ]


def counter_name(organisation_id: int, direction: str, year: int, series: str) -> str:
    """The name of a series in the counters. By the organisation's key: codes and names change, numbers go on."""
    return f"register:{organisation_id}:{direction}:{year}:{series or 'ordinary'}"


def last_number(row: Registry, book: Book, year: int) -> int:
    """The last number of a book in a year, those on paper included; 0 when there is none. At most two queries."""
    return counters.standing(counter_name(row.organisation_id, book.direction, year, book.series)).last


def next_number_text(row: Registry, series: str, day: datetime.date) -> str:
    """What the next letter sent would be numbered, if nobody is quicker: for the page before sending."""
    book = BOOKS["circular" if series == CIRCULAR else "send"]
    return numbered(row.prefix, series, last_number(row, book, calendar.to_be(day.year)) + 1)


def number_text(entry: RegisterEntry) -> str:
    """A line's number as it is written: of what is sent "มห 0018.1/ว 96", of what is received "512"."""
    return entry.letter_number if entry.direction == SEND else str(entry.number)


# --- One book of a year -----------------------------------------------------------------------------------------------


def outside(row: Registry, book: Book, year: int) -> list[tuple[int, int]]:
    """The numbers of a book that stand in the agency's own: (first, last), rising."""
    return sorted(
        (part["first"], part["last"])
        for part in row.outside
        if (part["direction"], part["series"], part["year"]) == (book.direction, book.series, year)
    )


class Numbers(Sequence[int]):
    """The numbers that Saduak gave in a book, rising (or falling), without listing them."""

    def __init__(self, last: int, gaps: Sequence[tuple[int, int]] = (), *, falling: bool = False) -> None:
        parts, begin = [], 1
        for low, high in [*gaps, (last + 1, last + 1)]:
            if begin < low:
                parts.append(range(begin, low))
            begin = high + 1
        self._parts = [part[::-1] for part in reversed(parts)] if falling else parts
        self._ends = list(accumulate(len(part) for part in self._parts))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    @overload
    def __getitem__(self, place: int) -> int: ...
    @overload
    def __getitem__(self, place: slice) -> list[int]: ...
    def __getitem__(self, place: int | slice) -> int | list[int]:
        if isinstance(place, slice):
            return [self[at] for at in range(*place.indices(len(self)))]
        at = range(len(self))[place]
        part = bisect_right(self._ends, at)
        return self._parts[part][at - (self._ends[part - 1] if part else 0)]


@dataclass(frozen=True, slots=True)
class Line:
    """One number of a book; `entry` is None where the actor may not see more than that it was given."""

    number: int
    entry: RegisterEntry | None
    hidden: Words = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a page is narrowed to. Empty: everything."""

    query: str = ""
    state: str = ""
    urgency: str = ""
    secrecy: str = ""

    @property
    def anything(self) -> bool:
        """Whether it narrows at all."""
        return bool(self.query.strip() or self.state or self.urgency or self.secrecy)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of a list that is not counted: counting would read the whole year."""

    object_list: list[Line]
    number: int
    has_next: bool

    @property
    def has_previous(self) -> bool:
        """Whether a page lies before it."""
        return self.number > 1

    @property
    def has_other_pages(self) -> bool:
        """Whether there is more than this page."""
        return self.has_next or self.has_previous

    @property
    def next_page_number(self) -> int:
        """The page after it."""
        return self.number + 1

    @property
    def previous_page_number(self) -> int:
        """The page before it."""
        return self.number - 1


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """Fifty lines of a book of a year, the newest first. `page` is for the pager."""

    book: Book
    year: int
    years: list[int]
    last: int
    outside: list[tuple[int, int]]
    lines: list[Line]
    page: Any


def register_page(
    actor: Actor, row: Registry, book: Book, year: int, *, page: str = "1", wanted: Wanted | None = None
) -> RegisterPage:
    """One page of a book of a year. At most four queries; of hidden lines only the number.

    What is narrowed shows visible lines alone: so no search tells anything about a hidden one.

    Args:
        actor: who looks.
        row: the register, found through `registry`.
        book: one of `BOOKS`.
        year: of the Buddhist era.
        page: its number as the address has it; anything else is the first.
        wanted: what to narrow to.
    """
    last, gaps = last_number(row, book, year), outside(row, book, year)
    lines: list[Line]
    if wanted is not None and wanted.anything:
        shown: Any = _narrowed(actor, row, book, year, wanted, page)
        lines = shown.object_list
    else:
        shown = Paginator(Numbers(last, gaps, falling=True), ROWS).get_page(page)
        lines = _lines(actor, row, book, year, list(shown.object_list))
    years = _years(row, book)
    return RegisterPage(
        book=book,
        year=year,
        years=sorted({year, *years}, reverse=True),
        last=last,
        outside=gaps,
        lines=lines,
        page=shown,
    )


def entries(actor: Actor, row: Registry, book: Book, year: int) -> QuerySet[RegisterEntry]:
    """The lines of a book of a year that the actor may see. The text that they are found by is left behind."""
    rows: QuerySet[RegisterEntry] = RegisterEntry.objects.visible_to(actor).filter(
        registry=row, direction=book.direction, year=year, series=book.series
    )
    return rows.defer("search_key")


def why_hidden(actor: Actor, row: Registry) -> Words:
    """What stands in the place of a line that the actor may not see."""
    if access.may_register(actor, row.organisation_id):
        return _("ลับ")
    return _("ไม่อยู่ในส่วนที่คุณเห็น")


def _lines(actor: Actor, row: Registry, book: Book, year: int, numbers: list[int]) -> list[Line]:
    if not numbers:
        return []
    found = {e.number: e for e in entries(actor, row, book, year).filter(number__in=numbers)}
    why = why_hidden(actor, row)
    return [Line(number, found.get(number), "" if number in found else why) for number in numbers]


def _narrowed(actor: Actor, row: Registry, book: Book, year: int, wanted: Wanted, page: str) -> Leaf:
    rows = entries(actor, row, book, year)
    for name, known in (
        ("state", REGISTER_ENTRY.states),
        ("urgency", Urgency.values),
        ("secrecy", Secrecy.values),
    ):
        value = getattr(wanted, name)
        if value:
            rows = rows.filter(**{name: value}) if value in known else rows.none()
    for term in search_terms(wanted.query):
        rows = rows.filter(search_key__contains=search_key(term))
    at = max(1, int(page)) if page.isascii() and page.isdecimal() and len(page) < 5 else 1
    begin = (at - 1) * ROWS
    found = list(rows.order_by("-number")[begin : begin + ROWS + 1])
    return Leaf([Line(e.number, e) for e in found[:ROWS]], at, len(found) > ROWS)


def _years(row: Registry, book: Book) -> list[int]:
    """The years of a book, from the first to this one. One query, on the index of the page."""
    this = calendar.to_be(clock.today().year)
    given = RegisterEntry.objects.filter(registry=row, direction=book.direction)
    first = given.order_by("year").values_list("year", flat=True).first() or this
    return list(range(first, this + 1))


# --- One line -------------------------------------------------------------------------------------------------------


def line(actor: Actor, entry_id: uuid.UUID) -> RegisterEntry | None:
    """One line with what belongs to it, or None when the actor may not see it. One query."""
    rows = RegisterEntry.objects.visible_to(actor).select_related(
        "registry__organisation", "letter__issuer", "retention", "entered_by__person", "file", "delivery"
    )
    found: RegisterEntry | None = (
        rows.defer("search_key", "letter__text", "letter__body_key").filter(public_id=entry_id).first()
    )
    return found


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A document that came along with a letter, with the stamps of the offices that it passed: to be read only."""

    title: str
    stamps: list[dict[str, Any]]


def enclosed(entry: RegisterEntry) -> list[Enclosed]:
    """What a received letter encloses. One letter is one receipt: these are documents of it, not letters of their own.

    Nothing about them ever stops a receipt. No query beyond the letter's own.
    """
    documents = entry.letter.reading.get("documents", [])[1:] if entry.letter else []
    return [
        Enclosed(row.get("subject") or row.get("number") or "", list(row.get("receipts") or []))
        for row in documents
    ]


def stamp_of(entry: RegisterEntry) -> ReceiptStamp:
    """The stamp of a line in the receive register, found through `line`. No query then."""
    person = getattr(entry.entered_by, "person", None)
    return ReceiptStamp(
        office=entry.registry.organisation.name_th,
        number=number_text(entry),
        date_text=calendar.format_short(entry.entered_at),
        time_text=calendar.format_time(entry.entered_at),
        by=str(person) if person is not None else "",
    )


def reserved(actor: Actor, row: Registry, series: str) -> QuerySet[RegisterEntry]:
    """Numbers of letters to be sent that are reserved and not used yet, the lowest first: to choose one when sending."""
    rows: QuerySet[RegisterEntry] = RegisterEntry.objects.visible_to(actor).filter(
        registry=row, direction=SEND, series=series, state="reserved"
    )
    return rows.defer("search_key").order_by("year", "number")


# --- What is over its time --------------------------------------------------------------------------------------------


def due(actor: Actor, row: Registry) -> QuerySet[RegisterEntry]:
    """Lines whose letters were kept as long as their class says, the oldest first. One query for the classes.

    Whole calendar years after the year of the line are counted, so that nothing comes up too early.
    """
    this = calendar.to_be(clock.today().year)
    over = NONE
    for kind in RetentionClass.objects.filter(years__isnull=False):
        over |= Q(retention=kind, year__lt=this - (kind.years or 0))
    rows: QuerySet[RegisterEntry] = RegisterEntry.objects.visible_to(actor).filter(
        over, registry=row, state="used"
    )
    rows = rows.select_related("retention").defer("search_key")
    return rows.order_by("year", "direction", "series", "number")


def without_class(actor: Actor, row: Registry) -> int:
    """How many lines have no class: nobody is reminded of them. One query."""
    rows = RegisterEntry.objects.visible_to(actor).filter(registry=row, state="used", retention__isnull=True)
    return int(rows.count())


# --- As a file -----------------------------------------------------------------------------------------------------


def book_lines(
    actor: Actor, row: Registry, book: Book, first: datetime.date, last: datetime.date
) -> tuple[int, Iterator[Line]]:
    """The lines of a book from one day to another within a year, rising, and at most how many. Three queries.

    Of a whole year every number stands there; of a part the numbers between the first line and the last one of these days.
    """
    year = calendar.to_be(first.year)
    rows = entries(actor, row, book, year)
    numbers: Sequence[int] = Numbers(last_number(row, book, year), outside(row, book, year))
    whole = (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)
    if not whole:
        here = rows.filter(day__gte=first, day__lte=last).order_by("number").values_list("number", flat=True)
        low, high = here.first(), here.last()
        if low is None or high is None:
            return 0, iter(())
        numbers = [number for number in numbers if low <= number <= high]
        rows = rows.filter(number__gte=low, number__lte=high)
    found = rows.select_related("retention").order_by("number").iterator(chunk_size=2_000)
    return len(numbers), _merged(numbers, found, first, last, why_hidden(actor, row))


def _merged(
    numbers: Sequence[int],
    found: Iterator[RegisterEntry],
    first: datetime.date,
    last: datetime.date,
    why: Words,
) -> Iterator[Line]:
    entry = next(found, None)
    for number in numbers:
        if entry is None or entry.number != number:
            yield Line(number, None, why)
            continue
        if first <= entry.day <= last:
            yield Line(number, entry)
        entry = next(found, None)


def exports(actor: Actor, row: Registry) -> QuerySet[RegisterExport]:
    """The files that the actor asked for, the newest first."""
    rows: QuerySet[RegisterExport] = RegisterExport.objects.visible_to(actor).filter(registry=row)
    return rows.order_by("-requested_at", "-pk")


def export(actor: Actor, export_id: uuid.UUID) -> RegisterExport | None:
    """One file that the actor asked for, made or not yet."""
    rows = RegisterExport.objects.visible_to(actor).select_related("registry__organisation", "file")
    found: RegisterExport | None = rows.filter(public_id=export_id).first()
    return found
