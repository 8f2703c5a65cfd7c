"""Letting Saduak keep an agency's registers, taking them back, and asking for them as files."""

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.correspondence.actions.registers import class_of, closed, locked
from saduak.correspondence.models import Registry
from saduak.correspondence.models.registers import RegisterExport
from saduak.correspondence.queries.registers import BOOKS, counter_name, last_number
from saduak.correspondence.queries.registers import registry as registry_seen
from saduak.correspondence.registers_text import clean_prefix
from saduak.correspondence.rules import registers as access
from saduak.foundation import audit, clock, counters, jobs
from saduak.foundation.access import Actor, Conflict, Invalid, Refused, require
from saduak.foundation.access.registry import Words
from saduak.foundation.actions import action
from saduak.foundation.models import StoredFile
from saduak.foundation.thai import calendar
from saduak.organisations.models import Organisation

LARGEST: Final = 9_999_999


@action("correspondence.open_registry")
def open_registry(
    *,
    actor: Actor,
    organisation_id: uuid.UUID,
    prefix: str,
    start: Mapping[tuple[str, str], int] | None = None,
    retention: str = "",
    idempotency_key: uuid.UUID | None = None,  # noqa: ARG001 - read by @action
) -> Registry:
    """Let Saduak be the register of an organisation, from now on. Its own book stands where it ended.

    Args:
        actor: keeps the registers of this very organisation.
        organisation_id: public id of whose letters are registered.
        prefix: what stands before the running number: "มท 0018.1".
        start: the last number that the own book gave this year, by (direction, series); those left out begin at 1,
            or go on where Saduak stopped when it was opened before.
        retention: the code of the class that lines have unless they say another.
        idempotency_key: makes sending the form twice the same as once.

    Raises:
        Refused: not the actor's to open.
        Invalid: no prefix, or a number that can't be; `fields` has "code", "retention" and the keys of `BOOKS`.
        Conflict: open already, or the organisation ended.
    """
    office = Organisation.locked(organisation_id)
    require(access.may_keep(actor, office.pk))
    if office.retired_at is not None:
        raise Conflict(_("หน่วยงานนี้ไม่มีแล้ว จึงเปิดทะเบียนไม่ได้"), "office-ended")
    row = Registry.objects.select_for_update(no_key=True).filter(organisation=office).first()
    if row is not None and row.closed_at is None:
        raise Conflict(_("เปิดทะเบียนนี้ไว้แล้ว"), "already-open")
    row = row or Registry(organisation=office)
    row.prefix, row.retention = clean_prefix(prefix), class_of(retention)
    row.opened_at, row.opened_by_id, row.closed_at = clock.now(), actor.user_id, None
    begun = _go_on_from(row, start or {})
    row.outside = [*row.outside, *begun]
    row.save()
    facts = {"organisation": office.code, "prefix": row.prefix, "retention": retention, "outside": begun}
    audit.append(row, actor=actor, verb="correspondence.registry_opened", facts=facts)
    return row


def _go_on_from(row: Registry, start: Mapping[tuple[str, str], int]) -> list[dict[str, Any]]:
    """Move the counters of this year to where the agency's own book stands; what was skipped stands there."""
    year = calendar.to_be(clock.today().year)
    begun: list[dict[str, Any]] = []
    wrong: dict[str, Words] = {}
    for key, book in BOOKS.items():
        present = last_number(row, book, year)
        last = start.get((book.direction, book.series), present)
        if last < present:
            words = _("ระบบออกเลขปีนี้ถึง {number} แล้ว เลขล่าสุดต้องไม่น้อยกว่านี้")
            wrong[key] = format_lazy(words, number=present)
        elif last > LARGEST:
            wrong[key] = _("เลขนี้มากเกินไป ตรวจอีกครั้ง")
        elif last > present:
            counters.take(
                counter_name(row.organisation_id, book.direction, year, book.series), last - present
            )
            begun.append(
                {
                    "direction": str(book.direction),
                    "series": str(book.series),
                    "year": year,
                    "first": present + 1,
                    "last": last,
                }
            )
    if wrong:
        raise Invalid(_("เลขล่าสุดของปีนี้บางช่องใช้ไม่ได้"), wrong, "start")
    return begun


@action("correspondence.close_registry")
def close_registry(*, actor: Actor, registry_id: uuid.UUID) -> Registry:
    """Go back to the agency's own registers. Every line stays readable; reserved numbers can still be used or cancelled.

    Raises:
        Refused: not the actor's to close.
        Conflict: closed already.
    """
    row = locked(registry_id)
    require(access.may_keep(actor, row.organisation_id))
    if row.closed_at is not None:
        raise closed()
    year = calendar.to_be(clock.today().year)
    row.closed_at = clock.now()
    row.save(update_fields=["closed_at"])
    facts = {"year": year, "last": {key: last_number(row, book, year) for key, book in BOOKS.items()}}
    audit.append(row, actor=actor, verb="correspondence.registry_closed", facts=facts)
    return row


@action("correspondence.edit_registry")
def edit_registry(*, actor: Actor, registry_id: uuid.UUID, prefix: str, retention: str = "") -> Registry:
    """Change what stands before the next numbers, and the class of the next lines. What was written stays.

    Raises:
        Refused: not the actor's to change.
        Invalid: no prefix, or an unknown class.
        Conflict: closed.
    """
    row = locked(registry_id)
    require(access.may_keep(actor, row.organisation_id))
    if row.closed_at is not None:
        raise closed()
    before = row.prefix
    row.prefix, row.retention = clean_prefix(prefix), class_of(retention)
    row.save(update_fields=["prefix", "retention"])
    facts = {"before": before, "prefix": row.prefix, "retention": retention}
    audit.append(row, actor=actor, verb="correspondence.registry_changed", facts=facts)
    return row


# --- As files -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Extract:
    """What is to be written out, as which file.

    Args:
        content: a value of `RegisterExport.Content`.
        format: a value of `RegisterExport.Format`.
        book: a key of `BOOKS`; of a book only.
        first, last: days, both included, within one calendar year; of a book only.
    """

    content: str
    format: str
    book: str = ""
    first: datetime.date | None = None
    last: datetime.date | None = None


def check_extract(wanted: Extract) -> None:
    """Refuse what can't be written out.

    Raises:
        Invalid: an unknown file, content or book, no days, or days of two years (field "last").
    """
    words: Words = ""
    name = "last"
    known = wanted.content in RegisterExport.Content.values and wanted.format in RegisterExport.Format.values
    if not known:
        name, words = "format", _("เลือกชนิดของไฟล์จากรายการ")
    elif wanted.content == RegisterExport.Content.BOOK:
        if wanted.book not in BOOKS:
            name, words = "book", _("เลือกทะเบียนจากรายการ")
        elif wanted.first is None or wanted.last is None:
            words = _("กรอกวันแรกและวันสุดท้าย")
        elif wanted.last < wanted.first:
            words = _("วันสุดท้ายอยู่ก่อนวันแรก")
        elif wanted.last.year != wanted.first.year:
            words = _("เลือกช่วงวันภายในปีเดียวกัน เลขทะเบียนเริ่มใหม่ทุกปี")
    if words:
        raise Invalid(words, {name: words}, "extract")


@action("correspondence.request_register_file")
def request_export(
    *,
    actor: Actor,
    registry_id: uuid.UUID,
    wanted: Extract,
    idempotency_key: uuid.UUID | None = None,  # noqa: ARG001 - read by @action
) -> RegisterExport:
    """Have a register written out in the background, as far as the actor sees it then.

    Raises:
        Refused: a register that the actor does not see, or no account to give the file to.
        Invalid: as `check_extract`.
    """
    row = registry_seen(actor, registry_id)
    if row is None or actor.user_id is None:
        raise Refused(_("ส่งออกได้เฉพาะทะเบียนของหน่วยงานที่คุณปฏิบัติงานอยู่"), "not-own-register")
    check_extract(wanted)
    book = BOOKS.get(wanted.book)
    made: RegisterExport = RegisterExport.objects.create(
        registry=row,
        content=wanted.content,
        format=wanted.format,
        direction=book.direction if book else "",
        series=book.series if book else "",
        first_day=wanted.first,
        last_day=wanted.last,
        requested_by_id=actor.user_id,
    )
    jobs.enqueue("correspondence.registers_tasks.make_register_file", export_id=str(made.public_id))
    return made


@action("correspondence.keep_register_file")
def keep_export(*, actor: Actor, export_id: uuid.UUID, stored: StoredFile, lines: int) -> RegisterExport:  # noqa: ARG001 - every action has one
    """Note that a file is made; one that was made before stays. What is drawn from lines is not told to the audit."""
    row: RegisterExport = RegisterExport.objects.select_for_update(of=("self",), no_key=True).get(
        public_id=export_id
    )
    if row.file_id is None:
        row.file, row.lines, row.made_at = stored, lines, clock.now()
        row.save(update_fields=["file", "lines", "made_at"])
    return row
