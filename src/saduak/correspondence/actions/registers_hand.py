"""What people write into a register by hand: numbers set aside, letters that went another way, corrections."""

import datetime
import uuid
from collections.abc import Mapping
from typing import Any, BinaryIO, Final

from django.core.files import File
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.correspondence import intake
from saduak.correspondence.actions.registers import (
    TEXTS,
    Columns,
    class_of,
    closed,
    found_book,
    locked,
    locked_line,
    seal,
    take_number,
    tell,
    use_reserved,
    write,
    year_of,
)
from saduak.correspondence.models import RegisterEntry, Registry, Secrecy
from saduak.correspondence.queries.registers import counter_name
from saduak.correspondence.registers_text import key_of
from saduak.correspondence.rules import registers as access
from saduak.correspondence.states import REGISTER_ENTRY
from saduak.foundation import audit, clock, counters, files
from saduak.foundation.access import Actor, Conflict, Invalid, require
from saduak.foundation.access.registry import Words
from saduak.foundation.actions import action, require_fits
from saduak.foundation.models import StoredFile

SCANS: Final = frozenset({"letter", "image"})
MOST_RESERVED: Final = 100
_SEND: Final = RegisterEntry.Direction.SEND
# What may be corrected later: always; where the line is not of our own letter; where no letter is in the system.
_ALWAYS: Final = frozenset({"action_text", "remark", "retention"})
_OF_OTHERS: Final = frozenset({"letter_number", "dated", "from_text", "to_text", "subject"})
_OF_PAPER: Final = frozenset({"urgency", "secrecy"})


@action("correspondence.reserve_numbers")
def reserve(
    *,
    actor: Actor,
    organisation_id: uuid.UUID,
    direction: str,
    series: str,
    count: int,
    reason: str,
    idempotency_key: uuid.UUID | None = None,  # noqa: ARG001 - read by @action
) -> list[RegisterEntry]:
    """Set numbers of this year aside, for letters that are signed elsewhere. A constant number of queries.

    Raises:
        Refused: another agency's register.
        Invalid: no reason, or none or too many at once.
        Conflict: Saduak does not keep this register, or the form was sent before.
    """
    row = _of_office(actor, organisation_id)
    book = found_book(direction, series)
    wrong: dict[str, Words] = {}
    if not 1 <= count <= MOST_RESERVED:
        wrong["count"] = format_lazy(_("จองได้ครั้งละ 1 ถึง {most} เลข"), most=MOST_RESERVED)
    if not reason.strip():
        wrong["reason"] = _("เขียนสั้น ๆ ว่าจองไว้ให้เรื่องใด")
    if wrong:
        raise Invalid(_("ยังจองเลขไม่ได้"), wrong, "reserve")
    day = clock.today()
    year = year_of(row, day)
    numbers = counters.take_block(counter_name(row.organisation_id, book.direction, year, book.series), count)
    made = []
    for number in numbers:
        entry = RegisterEntry(
            registry=row,
            direction=direction,
            series=series,
            year=year,
            day=day,
            number=number,
            state="reserved",
        )
        write(entry, Columns(remark=reason), actor)
        seal(entry, row.prefix)
        made.append(entry)
    RegisterEntry.objects.bulk_create(made)
    facts = {
        "book": book.key,
        "year": year,
        "first": numbers[0],
        "last": numbers[-1],
        "reason": reason.strip(),
    }
    audit.append(row, actor=actor, verb="correspondence.numbers_reserved", facts=facts)
    return made


def enter(  # noqa: PLR0913 - each is one answer of the form
    *,
    actor: Actor,
    organisation_id: uuid.UUID,
    direction: str,
    series: str,
    columns: Columns,
    day: datetime.date | None = None,
    file: bytes | BinaryIO | File[bytes] | None = None,
    name: str = "",
    idempotency_key: uuid.UUID | None = None,
) -> RegisterEntry:
    """Write down a letter that did not pass through the system, and give it the next number.

    Args:
        actor: keeps this register.
        organisation_id: public id of whose register.
        direction: of which register, with `series` one of `BOOKS`.
        series: circulars or all others.
        columns: what is written down.
        day: when it came or went; today when left out.
        file: a scan of it, checked before the transaction begins.
        name: the file's name, when `file` does not know it.
        idempotency_key: makes sending the form twice the same as once.

    Raises:
        Refused: another agency's register.
        Invalid: what is missing or wrong, by field.
        Conflict: Saduak does not keep this register.
    """
    kept = Registry.objects.filter(organisation__public_id=organisation_id).first()
    stored = _stored(actor, kept, file, name, columns.secrecy)
    return _enter(
        actor=actor,
        organisation_id=organisation_id,
        direction=direction,
        series=series,
        columns=columns,
        day=day,
        stored=stored,
        idempotency_key=idempotency_key,
    )


@action("correspondence.enter")
def _enter(
    *,
    actor: Actor,
    organisation_id: uuid.UUID,
    direction: str,
    series: str,
    columns: Columns,
    day: datetime.date | None,
    stored: StoredFile | None,
    idempotency_key: uuid.UUID | None = None,  # noqa: ARG001 - read by @action
) -> RegisterEntry:
    row = _of_office(actor, organisation_id)
    _check(columns, direction)
    today = clock.today()
    if day is not None and day > today:
        words = _("วันนี้ยังไม่ถึงวันที่เขียนไว้")
        raise Invalid(words, {"day": words}, "future")
    return take_number(
        actor=actor,
        registry=row,
        direction=direction,
        series=series,
        day=day or today,
        columns=columns,
        file=stored,
    )


def fill_reserved(
    *,
    actor: Actor,
    entry_id: uuid.UUID,
    columns: Columns,
    file: bytes | BinaryIO | File[bytes] | None = None,
    name: str = "",
    idempotency_key: uuid.UUID | None = None,
) -> RegisterEntry:
    """Write down for which letter, signed and sent outside the system, a reserved number was used.

    Raises:
        Refused, Invalid, Conflict: as `enter` and `use_reserved`.
    """
    found = RegisterEntry.objects.select_related("registry").get(public_id=entry_id)
    stored = _stored(actor, found.registry, file, name, columns.secrecy)
    return _fill_reserved(
        actor=actor, entry_id=entry_id, columns=columns, stored=stored, idempotency_key=idempotency_key
    )


@action("correspondence.fill_reserved")
def _fill_reserved(
    *,
    actor: Actor,
    entry_id: uuid.UUID,
    columns: Columns,
    stored: StoredFile | None,
    idempotency_key: uuid.UUID | None = None,  # noqa: ARG001 - read by @action
) -> RegisterEntry:
    _check(columns, _SEND)
    return use_reserved(actor=actor, entry_id=entry_id, columns=columns, file=stored)


@action("correspondence.cancel_number")
def cancel_entry(*, actor: Actor, entry_id: uuid.UUID, reason: str) -> RegisterEntry:
    """Cancel a number with its reason. The line stays, the number is never given again.

    Raises:
        Refused: another agency's register.
        Invalid: no reason.
        Conflict: cancelled before, or the number of a letter in the system.
    """
    entry, row = locked_line(entry_id, seen_by=actor)
    require(access.may_register(actor, row.organisation_id))
    entry.state = REGISTER_ENTRY.step("cancel", entry.state)
    if entry.letter_id is not None:
        raise Conflict(
            _("เลขนี้เป็นของหนังสือที่อยู่ในระบบ จึงยกเลิกไม่ได้ ถ้าส่งผิดให้เรียกคืนหนังสือ แล้วจดไว้ในหมายเหตุ"), "has-letter"
        )
    entry.cancelled_because = reason.strip()
    if not entry.cancelled_because:
        words = _("เขียนเหตุผลที่ยกเลิก ผู้ตรวจทะเบียนจะได้รู้ว่าเลขนี้หายไปไหน")
        raise Invalid(words, {"reason": words}, "no-reason")
    require_fits(entry, ["cancelled_because"])
    entry.cancelled_at = clock.now()
    entry.save(update_fields=["state", "cancelled_at", "cancelled_because"])
    name = counter_name(row.organisation_id, entry.direction, entry.year, entry.series)
    counters.void(name, entry.number, entry.cancelled_because)
    tell(row, actor, "correspondence.number_cancelled", entry, reason=entry.cancelled_because)
    return entry


@action("correspondence.amend_line")
def amend(*, actor: Actor, entry_id: uuid.UUID, changes: Mapping[str, Any]) -> RegisterEntry:
    """Correct columns of a line; the audit keeps what stood there.

    การปฏิบัติ, หมายเหตุ and the class can always be written; what a letter of others says, as long as the line is not of
    our own letter; urgency and secrecy only where no letter is in the system that has its own.

    Args:
        actor: keeps this register.
        entry_id: public id of the line.
        changes: new values by column, as in `Columns` ("retention" as code, "dated" as date or None).

    Raises:
        Refused: another agency's register.
        Invalid: a column that can't be changed here, a value that it doesn't take, or less secret than the line's scan.
        Conflict: the line is cancelled.
    """
    entry, row = locked_line(entry_id, seen_by=actor)
    require(access.may_register(actor, row.organisation_id))
    if entry.state == "cancelled":
        raise Conflict(_("เลขนี้ยกเลิกแล้ว แก้ไม่ได้อีก"), "cancelled")
    fixed = {name: _("ช่องนี้เป็นไปตามหนังสือ แก้ในทะเบียนไม่ได้") for name in set(changes) - amendable(entry)}
    if fixed:
        raise Invalid(_("บางช่องแก้ในทะเบียนไม่ได้"), dict(fixed), "not-amendable")
    before = {name: _said(entry, name) for name in changes}
    for name, value in changes.items():
        setattr(
            entry,
            name,
            class_of(value) if name == "retention" else value.strip() if isinstance(value, str) else value,
        )
    require_fits(entry, [name for name in changes if name != "retention"])
    if "secrecy" in changes and entry.file is not None:
        _check_class(entry.file, intake.class_in(entry.file), entry.secrecy, "secrecy")
    after = {name: _said(entry, name) for name in changes}
    changed = sorted(name for name in changes if before[name] != after[name])
    if not changed:
        return entry
    entry.search_key = key_of(entry, entry.letter)
    entry.save(update_fields=[*changed, "search_key"])
    # What stood there may name people: it is kept apart, and can be erased.
    personal = {"before": {n: before[n] for n in changed}, "after": {n: after[n] for n in changed}}
    tell(row, actor, "correspondence.line_amended", entry, personal=personal, columns=changed)
    return entry


def amendable(entry: RegisterEntry) -> frozenset[str]:
    """Which columns of a line can be corrected."""
    if entry.letter_id is None:
        # Of what we sent ourselves on paper the number is ours.
        own = {"letter_number"} if entry.direction == _SEND else set()
        return (_ALWAYS | _OF_OTHERS | _OF_PAPER) - own
    return _ALWAYS | _OF_OTHERS if entry.direction == RegisterEntry.Direction.RECEIVE else _ALWAYS


# --- Parts ------------------------------------------------------------------------------------------------------------


def _of_office(actor: Actor, organisation_id: uuid.UUID) -> Registry:
    """The open register of an organisation, locked; the actor writes in it."""
    ids = Registry.objects.filter(organisation__public_id=organisation_id).values_list("public_id", flat=True)
    registry_id = ids.first()
    row = locked(registry_id) if registry_id is not None else None
    if row is None or row.closed_at is not None:
        raise closed()
    require(access.may_register(actor, row.organisation_id))
    return row


def _check(columns: Columns, direction: str) -> None:
    """Refuse what a register could not hold, and lines that would say nothing."""
    wrong: dict[str, Words] = {}
    if not columns.subject.strip():
        wrong["subject"] = _("เขียนเรื่อง")
    if direction == _SEND and not columns.to_text.strip():
        wrong["to_text"] = _("เขียนว่าส่งถึงใคร")
    if direction != _SEND and not columns.from_text.strip():
        wrong["from_text"] = _("เขียนว่ามาจากหน่วยงานใด")
    if wrong:
        raise Invalid(_("ยังลงทะเบียนไม่ได้ ดูช่องที่มีข้อความกำกับ"), wrong, "incomplete")
    names = [*TEXTS, "dated", "urgency", "secrecy"]
    row = RegisterEntry(**{name: getattr(columns, name) for name in names})
    require_fits(row, names)


def _stored(
    actor: Actor,
    registry: Registry | None,
    file: bytes | BinaryIO | File[bytes] | None,
    name: str,
    secrecy: str,
) -> StoredFile | None:
    """A scan, checked and kept, once it is known that the actor may add it.

    Raises:
        Invalid: it is not taken, or more secret than the line says (field "file"); another class than there is is
            refused with the columns.
    """
    if file is None:
        return None
    if registry is None:
        raise closed()
    require(access.may_register(actor, registry.organisation_id))
    stored = files.store(file, name=name or str(getattr(file, "name", "")), actor=actor, accept=SCANS)
    printed = intake.class_in(stored)  # the highest class goes through no electronic system
    if secrecy in Secrecy.values:
        _check_class(stored, printed, secrecy, "file")
    return stored


def _check_class(stored: StoredFile, printed: str, secrecy: str, field: str) -> None:
    """A line of a register is at least as secret as its scan."""
    intake.refuse_more_secret(
        stored,
        printed,
        secrecy,
        field,
        _("ไฟล์ของบรรทัดนี้เป็นหนังสือชั้น{secrecy} ชั้นความลับในทะเบียนต้องไม่ต่ำกว่านี้"),
    )


def _said(entry: RegisterEntry, name: str) -> str:
    """A column's value as the audit keeps it."""
    if name == "retention":
        return entry.retention.code if entry.retention else ""
    value = getattr(entry, name)
    return value.isoformat() if isinstance(value, datetime.date) else str(value or "")
