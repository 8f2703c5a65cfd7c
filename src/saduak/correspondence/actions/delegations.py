"""Writing down who may sign in an organisation's name, by which order and when; absences; and the letter head."""

import datetime
import uuid
from dataclasses import dataclass
from typing import BinaryIO, Final

from django.core.files import File
from django.utils.translation import gettext_lazy as _

from saduak.correspondence import signals
from saduak.correspondence.models import Absence, Delegation, LetterHead, WrittenKind
from saduak.correspondence.queries.delegations import (
    entered_on,
    is_oneself,
    may_delegate,
    may_note_absence,
    same_name,
    stands_at,
    was_undone,
)
from saduak.foundation import audit, clock, files
from saduak.foundation.access import Actor, Conflict, Invalid, require
from saduak.foundation.access.registry import Words
from saduak.foundation.actions import action, require_fits
from saduak.foundation.models import StoredFile
from saduak.organisations.actions import NewPerson
from saduak.organisations.models import Organisation, Person, Role

EMBLEMS: Final = frozenset({"image"})
_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Power:
    """What somebody may sign, in which capacity, by which order, and when. Days are the first and the last one.

    Args:
        position: as it is printed under the name.
        capacity: one of `Delegation.Capacity`.
        principal: whose power it is ("ผู้ว่าราชการจังหวัดมุกดาหาร"); empty when it is the signer's own.
        kinds: which kinds of letters; empty is all of them.
        substitute_for: public id of the entry in whose place this one counts while that person is absent.
    """

    position: str
    capacity: str = Delegation.Capacity.SELF
    principal: str = ""
    kinds: tuple[str, ...] = ()
    order_number: str = ""
    order_dated: datetime.date | None = None
    clause: str = ""
    first_day: datetime.date | None = None
    last_day: datetime.date | None = None
    substitute_for: uuid.UUID | None = None


@action("correspondence.add_delegation")
def add_delegation(
    *,
    actor: Actor,
    organisation_id: uuid.UUID,
    person: uuid.UUID | NewPerson,
    power: Power,
    idempotency_key: uuid.UUID | None = None,  # noqa: ARG001 - read by @action
) -> Delegation:
    """Write down that somebody may sign in an organisation's name. From the first entry on nobody else may.

    Nobody gives a power to themselves: only the organisation's own head does, by an order with its number and date.

    Args:
        actor: head or clerk of the organisation, or of an office that writes in its name.
        organisation_id: public id of the organisation.
        person: who; `NewPerson` for somebody who is not in the register of people yet.
        power: what, how and when.
        idempotency_key: the same key gives the same entry.

    Raises:
        Refused: another organisation.
        Invalid: something is missing or does not fit; `fields` says where.
    """
    organisation = Organisation.objects.get(public_id=organisation_id)
    require(may_delegate(actor, organisation.pk))
    row = Delegation(organisation=organisation, entered_by_id=actor.user_id)
    _fill(row, power)
    named = person if isinstance(person, NewPerson) else _known(actor, person)
    _check_not_own(actor, row, named)
    row.person = named.saved(is_sample=organisation.is_sample) if isinstance(named, NewPerson) else named
    row.save()
    facts = {
        "organisation": organisation.code,
        "capacity": row.capacity,
        "kinds": row.kinds,
        "order": row.order_number,
        "order_dated": row.order_dated,
        "clause": row.clause,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "substitute_for": row.substitute_for.public_id if row.substitute_for else None,
    }
    personal = {"person": str(row.person), "position": row.position, "principal": row.principal}
    audit.append(row, actor=actor, verb="correspondence.delegation_added", facts=facts, personal=personal)
    _tell_heads(actor, row, "added")
    return row


def _tell_heads(actor: Actor, row: Delegation, how: str) -> None:
    """What is done through its name the organisation hears; what it does itself it knows."""
    if not stands_at(actor, row.organisation_id):
        signals.delegation_changed.send(sender=Delegation, delegation=row, how=how, actor=actor)


def _known(actor: Actor, person_id: uuid.UUID) -> Person:
    found: Person | None = Person.objects.visible_to(actor).filter(public_id=person_id).first()
    if found is None:
        raise Invalid(_("เลือกผู้ลงนาม"), {"person": _("เลือกผู้ลงนาม หรือพิมพ์ชื่อ")}, "no-person")
    return found


def _check_not_own(actor: Actor, row: Delegation, person: Person | NewPerson) -> None:
    """Nobody writes down a power for themselves, under their own row or under their name typed anew.

    Raises:
        Invalid: the actor's own power, and the actor is not the organisation's head with an order.
    """
    me = Person.objects.filter(pk=actor.person_id).first() if actor.person_id is not None else None
    if me is None:
        return
    if not (is_oneself(me, person) if isinstance(person, Person) else same_name(person.name, me.name)):
        return
    if not stands_at(actor, row.organisation_id, Role.HEAD):
        words = _("จดอำนาจลงนามให้ตนเองไม่ได้ ให้หัวหน้าหรือเจ้าหน้าที่สารบรรณคนอื่นของหน่วยงานเป็นผู้จด")
        raise Invalid(words, {"person": words}, "own-power")
    if not row.order_number or row.order_dated is None:
        words = _("หัวหน้าหน่วยงานจดอำนาจของตนเองได้เมื่อมีเลขที่และวันที่ของคำสั่งแต่งตั้ง")
        missing = {"order_number": not row.order_number, "order_dated": row.order_dated is None}
        raise Invalid(words, {name: words for name, lacks in missing.items() if lacks}, "own-power")


def _fill(row: Delegation, power: Power) -> None:
    """The power onto a new row.

    Raises:
        Invalid: something is missing or does not fit.
    """
    row.position, row.principal = power.position.strip(), power.principal.strip()
    row.capacity, row.kinds = power.capacity, list(power.kinds)
    row.order_number, row.order_dated, row.clause = (
        power.order_number.strip(),
        power.order_dated,
        power.clause.strip(),
    )
    row.valid_from = power.first_day or clock.today()
    row.valid_to = power.last_day + _DAY if power.last_day else None
    wrong: dict[str, Words] = {}
    if not row.position:
        wrong["position"] = _("เขียนตำแหน่งตามที่พิมพ์ใต้ชื่อ")
    if row.capacity not in Delegation.Capacity.values:
        wrong["capacity"] = _("เลือกจากรายการ")
    elif row.capacity == Delegation.Capacity.SELF:
        row.principal = ""
    else:
        wrong |= _lacks_order(row)
    if not set(row.kinds) <= set(WrittenKind.values):
        wrong["kinds"] = _("เลือกจากรายการ")
    if row.valid_to is not None and row.valid_to <= row.valid_from:
        wrong["last_day"] = _("วันสุดท้ายต้องไม่ก่อนวันแรก")
    if power.substitute_for is not None:
        row.substitute_for = Delegation.objects.filter(
            public_id=power.substitute_for, organisation=row.organisation
        ).first()
        if row.substitute_for is None:
            wrong["substitute_for"] = _("เลือกจากผู้ลงนามของหน่วยงานนี้")
    if wrong:
        raise Invalid(_("ยังจดผู้ลงนามไม่ได้ ดูช่องที่มีข้อความกำกับ"), wrong, "bad-delegation")
    require_fits(row, ("position", "principal", "order_number", "clause"))


def _lacks_order(row: Delegation) -> dict[str, Words]:
    """What a power that is another's lacks: whose it is, and the order by which it was given."""
    wrong: dict[str, Words] = {}
    if not row.principal:
        wrong["principal"] = _("เขียนตำแหน่งของผู้ที่ลงนามแทน")
    if not row.order_number:
        wrong["order_number"] = _("เขียนเลขที่คำสั่งที่ให้ลงนามแทน")
    if row.order_dated is None:
        wrong["order_dated"] = _("กรอกวันที่ของคำสั่ง")
    return wrong


def _locked(actor: Actor, delegation_id: uuid.UUID) -> Delegation:
    row = Delegation.locked(delegation_id)
    require(may_delegate(actor, row.organisation_id))
    return row


@action("correspondence.end_delegation")
def end_delegation(*, actor: Actor, delegation_id: uuid.UUID, last_day: datetime.date) -> Delegation:
    """Write down the last day on which somebody may sign: today at the earliest, what was signed before stays signed.

    On the day on which the entry was written down, an earlier day undoes it, so that it never counted: by whoever wrote
    it, or by the organisation itself.

    Raises:
        Refused: another organisation.
        Invalid: a day that is over, or one long before its first day.
        Conflict: it has ended already.
    """
    row = _locked(actor, delegation_id)
    today = clock.today()
    if was_undone(row) or (row.valid_to is not None and row.valid_to <= today):
        raise Conflict(_("สิ้นสุดไปแล้ว"), "ended")
    end = last_day + _DAY
    if last_day < today:
        own = row.entered_by_id == actor.user_id or stands_at(actor, row.organisation_id)
        if entered_on(row) != today or not own:
            words = _("วันสุดท้ายเป็นวันที่ผ่านไปแล้วไม่ได้ เลือกวันนี้หรือวันหลังจากนี้")
            raise Invalid(words, {"last_day": words}, "past-day")
        row.valid_from = end = today
    elif row.valid_from is not None and end < row.valid_from:
        raise _backwards()
    row.valid_to = end
    row.save(update_fields=["valid_from", "valid_to"])
    facts = {"valid_to": end, "undone": was_undone(row)}
    audit.append(row, actor=actor, verb="correspondence.delegation_ended", facts=facts)
    _tell_heads(actor, row, "ended")
    return row


def _backwards() -> Invalid:
    """The refusal of days that run backwards."""
    words = _("วันสุดท้ายต้องไม่ก่อนวันแรก")
    return Invalid(words, {"last_day": words}, "bad-day")


def _check_not_past(actor: Actor, row: Delegation, field: str, since: datetime.date) -> None:
    """Through a name nobody changes who could sign on days that are over; the organisation itself may put it right.

    Args:
        actor: who writes.
        row: the entry whose days change.
        field: where to say it.
        since: the first day on which something changes.

    Raises:
        Invalid: a day that is over.
    """
    if since < clock.today() and not stands_at(actor, row.organisation_id):
        words = _("จดย้อนหลังได้เฉพาะหัวหน้าหรือเจ้าหน้าที่สารบรรณของหน่วยงานนั้นเอง")
        raise Invalid(words, {field: words}, "past-day")


@action("correspondence.add_absence")
def add_absence(
    *,
    actor: Actor,
    delegation_id: uuid.UUID,
    first_day: datetime.date,
    last_day: datetime.date | None = None,
    reason: str = "",
) -> Absence:
    """Write down days on which a signer is absent: then substitutes sign, and the signer does not.

    Raises:
        Refused: another organisation, or the actor would sign in that place.
        Invalid: the days run backwards, or are over for somebody who is not at the very organisation.
    """
    row = _locked(actor, delegation_id)
    if last_day is not None and last_day < first_day:
        raise _backwards()
    _check_not_past(actor, row, "first_day", first_day)
    require(may_note_absence(actor, row, first_day))
    made: Absence = Absence.objects.create(
        delegation=row,
        valid_from=first_day,
        valid_to=last_day + _DAY if last_day else None,
        reason=reason.strip()[:200],
    )
    facts = {"valid_from": made.valid_from, "valid_to": made.valid_to}
    audit.append(
        row,
        actor=actor,
        verb="correspondence.absence_added",
        facts=facts,
        personal={"reason": made.reason} if made.reason else None,
    )
    return made


@action("correspondence.end_absence")
def end_absence(*, actor: Actor, absence_id: uuid.UUID, last_day: datetime.date) -> Absence:
    """Write down the last day of an absence; the day before its first one undoes it.

    Raises:
        Refused: another organisation, or it becomes longer and the actor would sign in that place.
        Invalid: long before its first day, or changing days that are over for somebody who is not at the organisation.
    """
    owner = Delegation.objects.values_list("public_id", flat=True).get(absences__public_id=absence_id)
    row = _locked(actor, owner)
    found: Absence = Absence.objects.get(public_id=absence_id)
    end = last_day + _DAY
    if found.valid_from is not None and end < found.valid_from:
        raise _backwards()
    before = found.valid_to or datetime.date.max
    _check_not_past(actor, row, "last_day", min(end, before))
    if end > before:
        require(may_note_absence(actor, row, before))
    found.valid_to = end
    found.save(update_fields=["valid_to"])
    audit.append(row, actor=actor, verb="correspondence.absence_ended", facts={"valid_to": end})
    return found


# --- The letter head --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HeadValues:
    """How letters look: what stands above the address, the address (a line each), which digits, an emblem to take away."""

    heading: str = ""
    address: str = ""
    thai_digits: bool = True
    without_emblem: bool = False


def save_letter_head(
    *,
    actor: Actor,
    organisation_id: uuid.UUID,
    values: HeadValues,
    emblem: bytes | BinaryIO | File[bytes] | None = None,
    name: str = "",
) -> LetterHead:
    """Say how an organisation's letters look. The emblem's file is checked before the transaction begins.

    Raises:
        Refused: another organisation.
        Invalid: a file that is no picture, or a text that is too long.
    """
    organisation = Organisation.objects.get(public_id=organisation_id)
    require(may_delegate(actor, organisation.pk))
    stored = None
    if emblem is not None:
        stored = files.store(
            emblem, name=name or str(getattr(emblem, "name", "")), actor=actor, accept=EMBLEMS
        )
    return _keep_head(actor=actor, organisation=organisation, values=values, stored=stored)


@action("correspondence.save_letter_head")
def _keep_head(
    *, actor: Actor, organisation: Organisation, values: HeadValues, stored: StoredFile | None
) -> LetterHead:
    """Write it down, in the organisation's one row."""
    require(may_delegate(actor, organisation.pk))
    made, _new = LetterHead.objects.get_or_create(organisation=organisation)
    row = LetterHead.locked(made.public_id)
    row.heading, row.address = values.heading.strip(), values.address.replace("\r\n", "\n").strip()
    row.thai_digits = values.thai_digits
    require_fits(row, ("heading", "address"))
    if stored is not None:
        row.emblem = stored
    elif values.without_emblem:
        row.emblem = None
    row.save(update_fields=["heading", "address", "thai_digits", "emblem"])
    facts = {
        "organisation": organisation.code,
        "heading": row.heading,
        "address": row.address,
        "thai_digits": row.thai_digits,
        "emblem": row.emblem.sha256 if row.emblem else "",
    }
    audit.append(row, actor=actor, verb="correspondence.letter_head_saved", facts=facts)
    return row
