"""Numbers of the registers that Saduak keeps, for the actions that issue and receive letters.

The row of the register is locked by whatever writes in it, so that all numbering of one agency waits in line and the
audit of its register is one chain. A number is taken last; one that is rolled back was never taken.
"""

import datetime
import uuid
from dataclasses import dataclass
from typing import Any, Final, cast

from django.db.models import CharField
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.correspondence import registers_retention as classes
from saduak.correspondence.models import Letter, RegisterEntry, Registry, RetentionClass
from saduak.correspondence.queries.registers import Book, book_of, counter_name
from saduak.correspondence.registers_text import key_of, numbered
from saduak.correspondence.rules import registers as access
from saduak.correspondence.states import REGISTER_ENTRY
from saduak.foundation import audit, clock, counters
from saduak.foundation.access import Actor, Conflict, Invalid, Refused, require
from saduak.foundation.access.registry import Words
from saduak.foundation.models import StoredFile
from saduak.foundation.thai import calendar

TEXTS: Final = ("letter_number", "from_text", "to_text", "subject", "action_text", "remark")


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a line, as people write them. `letter_number` is that of a received letter: ours is given here.

    Args:
        urgency, secrecy: left out, those of the letter.
        retention: the code of a class; left out, the one that the register has for all.
    """

    letter_number: str = ""
    dated: datetime.date | None = None
    from_text: str = ""
    to_text: str = ""
    subject: str = ""
    action_text: str = ""
    remark: str = ""
    urgency: str = ""
    secrecy: str = ""
    retention: str = ""


def take_number(
    *,
    actor: Actor,
    registry: Registry,
    direction: str,
    series: str,
    day: datetime.date,
    columns: Columns,
    letter: Letter | None = None,
    file: StoredFile | None = None,
) -> RegisterEntry:
    """Take the next number of a series and write its line. Part of other actions, at their very end. Six queries.

    Everybody who numbers in this register waits until the action ends. Whoever calls it has checked what its actor may.

    Args:
        actor: in whose action it happens.
        registry: as `registry_of` found it; it is locked here.
        direction: of which register, with `series` one of `BOOKS`.
        series: circulars or all others.
        day: on which it was received or is dated; the Buddhist calendar year of this day in Bangkok is the series'.
        columns: what is written down; longer texts than a register holds are cut.
        letter: when the letter is in the system. One that is made later is added by `attach_letter`.
        file: a scan, of a letter that is not.

    Raises:
        Invalid: a day in a year that the register doesn't keep (field "dated"), or no such book.
        Conflict: the register was closed meanwhile.
    """
    row = opened(registry.public_id)
    book = found_book(direction, series)
    year = year_of(row, day)
    entry = RegisterEntry(
        registry=row, direction=direction, series=series, year=year, day=day, letter=letter, file=file
    )
    write(entry, columns, actor)
    entry.number = counters.take(counter_name(row.organisation_id, book.direction, year, book.series))
    seal(entry, row.prefix)
    entry.save(force_insert=True)
    tell(row, actor, "correspondence.number_taken", entry)
    return entry


def use_reserved(
    *,
    actor: Actor,
    entry_id: uuid.UUID,
    columns: Columns,
    registry: Registry | None = None,
    series: str | None = None,
    letter: Letter | None = None,
    file: StoredFile | None = None,
) -> RegisterEntry:
    """Use a reserved number. Part of other actions, at their very end.

    Args:
        actor: in whose action it happens.
        entry_id: public id of the reserved line.
        columns: what is written down; an empty remark leaves the reason of the reservation.
        registry: the register that the number must be of. Left out, one in which the actor may write.
        series: the series that the number must be of, if it matters.
        letter: when the letter is in the system already.
        file: a scan, of a letter that is not.

    Raises:
        Refused: a number of another register.
        Invalid: a number of another series, or of another year than the letter's date (field "reserved").
        Conflict: it was used or cancelled meanwhile.
    """
    entry, row = locked_line(entry_id)
    if registry is None:
        require(access.may_register(actor, row.organisation_id))
    elif registry.pk != row.pk:
        raise Refused(_("เลขที่จองนี้เป็นของทะเบียนหน่วยงานอื่น"), "other-register")
    entry.state = REGISTER_ENTRY.step("use", entry.state)
    if series is not None and entry.series != series:
        words: Words = _("เลขที่จองเป็นคนละชุดกับหนังสือนี้ หนังสือเวียนใช้เลข ว หนังสืออื่นใช้เลขปกติ")
        raise Invalid(words, {"reserved": words}, "other-series")
    day = columns.dated or clock.today()
    if calendar.to_be(day.year) != entry.year:
        words = format_lazy(_("เลขที่จองเป็นของปี {year} ใช้กับหนังสือที่ลงวันที่ในปีนั้นเท่านั้น"), year=entry.year)
        raise Invalid(words, {"reserved": words}, "other-year")
    entry.day, entry.letter, entry.file = day, letter, file
    reserved_for = entry.remark
    write(entry, columns, actor)
    entry.remark = entry.remark or reserved_for
    entry.search_key = key_of(entry, letter)
    entry.save()
    tell(row, actor, "correspondence.reserved_number_used", entry)
    return entry


def attach_letter(*, entry: RegisterEntry, letter: Letter) -> None:
    """Tie a letter, saved meanwhile, to the line that gave its number; from now on it is found by its body too.

    In the transaction that took the number. One query.
    """
    entry.letter, entry.search_key = letter, key_of(entry, letter)
    entry.urgency, entry.secrecy = letter.urgency, letter.secrecy
    entry.save(update_fields=["letter", "search_key", "urgency", "secrecy"])


# --- Parts that all writing in a register shares -----------------------------------------------------------------------


def opened(registry_id: uuid.UUID) -> Registry:
    """A register under its lock, to take a number of.

    Raises:
        Conflict: it was closed.
    """
    row = locked(registry_id)
    if row.closed_at is not None:
        raise closed()
    return row


def locked(registry_id: uuid.UUID) -> Registry:
    """A register under its lock, open or not."""
    found: Registry = (
        Registry.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organisation", "retention")
        .get(public_id=registry_id)
    )
    return found


def closed() -> Conflict:
    """The refusal where Saduak does not keep the register."""
    return Conflict(_("หน่วยงานนี้ใช้ทะเบียนของตนเอง ระบบจึงไม่ออกเลขให้"), "registry-closed")


def locked_line(entry_id: uuid.UUID, seen_by: Actor | None = None) -> tuple[RegisterEntry, Registry]:
    """A line with its register, which is locked first; the line is read again under that lock.

    Args:
        entry_id: public id of the line.
        seen_by: who must see the line.

    Raises:
        RegisterEntry.DoesNotExist: no such line, or not for these eyes.
    """
    lines = RegisterEntry.objects.all() if seen_by is None else RegisterEntry.objects.visible_to(seen_by)
    registry_id = lines.values_list("registry__public_id", flat=True).get(public_id=entry_id)
    row = locked(registry_id)
    rows = RegisterEntry.objects.select_related("letter", "retention").defer(
        "letter__reading", "letter__body_key"
    )
    entry: RegisterEntry = rows.get(public_id=entry_id)
    entry.registry = row
    return entry, row


def found_book(direction: str, series: str) -> Book:
    """The book of a direction and series.

    Raises:
        Invalid: there is no such book.
    """
    found = book_of(direction, series)
    if found is None:
        words = _("เลือกทะเบียนรับ ทะเบียนส่ง หรือทะเบียนหนังสือเวียน หนังสือที่รับใช้เลขเดียวกันทั้งหมด")
        raise Invalid(words, {"book": words}, "no-such-book")
    return found


def year_of(row: Registry, day: datetime.date) -> int:
    """The year (Buddhist era) in whose series a day falls, when the register keeps it.

    Raises:
        Invalid: a year from before it was opened, which stands in the agency's own book, or one that has not begun.
    """
    year, first = calendar.to_be(day.year), calendar.to_be(calendar.bangkok_date(row.opened_at).year)
    words: Words = ""
    if year < first:
        words = format_lazy(_("ทะเบียนในระบบเริ่มปี {year} เลขของปีก่อนอยู่ในทะเบียนของหน่วยงาน"), year=first)
    elif year > calendar.to_be(clock.today().year):
        words = format_lazy(_("ยังไม่ถึงปี {year}"), year=year)
    if words:
        raise Invalid(words, {"dated": words}, "other-year")
    return year


def class_of(code: str) -> RetentionClass | None:
    """The retention class with a code; None without one.

    Raises:
        Invalid: an unknown code.
    """
    found = classes.class_of(code)
    if code and found is None:
        words = _("เลือกอายุการเก็บจากรายการ")
        raise Invalid(words, {"retention": words}, "no-such-class")
    return found


def write(entry: RegisterEntry, columns: Columns, actor: Actor) -> None:
    """Put columns onto a line; texts that are longer than a register holds are cut."""
    for name in TEXTS:
        longest = cast("CharField[Any, Any]", RegisterEntry._meta.get_field(name)).max_length
        if name != "letter_number" or entry.direction == RegisterEntry.Direction.RECEIVE:
            setattr(entry, name, getattr(columns, name).strip()[:longest])
    letter = entry.letter
    entry.dated = columns.dated
    entry.urgency = columns.urgency or (letter.urgency if letter else "")
    entry.secrecy = columns.secrecy or (letter.secrecy if letter else "")
    entry.retention = class_of(columns.retention) or entry.registry.retention
    entry.entered_at, entry.entered_by_id = clock.now(), actor.user_id


def seal(entry: RegisterEntry, prefix: str) -> None:
    """Once a line has its number: how that is written on what we send, and what the line is found by."""
    if entry.direction == RegisterEntry.Direction.SEND:
        entry.letter_number = numbered(prefix, entry.series, entry.number)
    entry.search_key = key_of(entry, entry.letter)


def tell(
    row: Registry,
    actor: Actor,
    verb: str,
    entry: RegisterEntry,
    personal: dict[str, Any] | None = None,
    **facts: object,
) -> None:
    """One entry in the register's chain: which number of which book, and what happened to it."""
    book = found_book(entry.direction, entry.series)
    letter = entry.letter.public_id if entry.letter else None
    told = {"book": book.key, "year": entry.year, "number": entry.number, "letter": letter, **facts}
    audit.append(row, actor=actor, verb=verb, facts=told, personal=personal)
