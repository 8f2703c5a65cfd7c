"""Offices that an office writes to often, and people among whom it hands letters round: lists under a name."""

import uuid
from collections.abc import Sequence
from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from saduak.correspondence import rules
from saduak.correspondence.models import DistributionGroup, Draft, RecipientList
from saduak.foundation import audit, clock
from saduak.foundation.access import Actor, Invalid, Refused
from saduak.foundation.actions import action, require_fits
from saduak.organisations.models import Appointment, Organisation, Person
from saduak.organisations.models.dated import on_day

Named = TypeVar("Named", DistributionGroup, RecipientList)

_NAMELESS = _("ตั้งชื่อให้รายชื่อนี้")
_TWICE = _("หน่วยงานมีรายชื่อชื่อนี้แล้ว")


@action("correspondence.keep_group")
def keep_group(
    *,
    actor: Actor,
    organisation_id: uuid.UUID,
    name: str,
    person_ids: Sequence[uuid.UUID],
    group_id: uuid.UUID | None = None,
    idempotency_key: uuid.UUID | None = None,  # noqa: ARG001 - read by @action
) -> DistributionGroup:
    """Make a group of people of an office, or change it. A group without people ends; what it was shown stays.

    Raises:
        Refused: another office's group.
        Invalid: no name, a name that is taken, or somebody of another office.
    """
    office = _office(actor, organisation_id, rules.RECEIVE)
    today = clock.today()
    here = Appointment.objects.filter(on_day(today), organisation=office).values("person")
    people = list(Person.objects.filter(pk__in=here, public_id__in=list(person_ids)))
    if len(people) < len(set(person_ids)):
        words = _("เลือกเฉพาะผู้ที่ปฏิบัติงานในหน่วยงานนี้")
        raise Invalid(words, {"people": words}, "not-colleagues")
    row = _named(DistributionGroup, office, group_id, name, ends=not people)
    row.members.set(people)
    facts = {"name": row.name, "people": len(people)}
    audit.append(row, actor=actor, verb="correspondence.group_kept", facts=facts)
    return row


@action("correspondence.keep_list")
def keep_list(
    *,
    actor: Actor,
    organisation_id: uuid.UUID,
    name: str,
    member_ids: Sequence[uuid.UUID],
    list_id: uuid.UUID | None = None,
    idempotency_key: uuid.UUID | None = None,  # noqa: ARG001 - read by @action
) -> RecipientList:
    """Make a named list of offices to write to, or change it. A list without offices ends.

    Raises:
        Refused: another office's list.
        Invalid: no name, a name that is taken, or an office that is not in the register any more.
    """
    office = _office(actor, organisation_id, rules.WRITE)
    members = list(Organisation.objects.filter(public_id__in=list(member_ids), retired_at__isnull=True))
    if len(members) < len(set(member_ids)):
        words = _("มีหน่วยงานที่ไม่อยู่ในทะเบียนแล้ว เลือกใหม่")
        raise Invalid(words, {"members": words}, "retired-office")
    row = _named(RecipientList, office, list_id, name, ends=not members)
    row.members.set(members)
    facts = {"name": row.name, "offices": len(members)}
    audit.append(row, actor=actor, verb="correspondence.list_kept", facts=facts)
    return row


def bind_list(*, actor: Actor, draft: Draft, name: str, offices: Sequence[Organisation]) -> RecipientList:
    """The offices that a new draft means by a name, and no other letter does; part of the action that begins it."""
    row = RecipientList.objects.create(organisation=draft.office, draft=draft, name=name)
    row.members.set(offices)
    facts = {"name": name, "offices": len(offices), "draft": draft.public_id}
    audit.append(row, actor=actor, verb="correspondence.list_kept", facts=facts)
    return row


def _office(actor: Actor, organisation_id: uuid.UUID, capability: str) -> Organisation:
    """The office under its lock, so that two lists of one name wait for each other."""
    office = Organisation.locked(organisation_id)
    if actor.is_system or office.pk in rules.offices(actor, capability):
        return office
    raise Refused(_("ทำได้เฉพาะของหน่วยงานที่คุณปฏิบัติงานอยู่"), "not-own-office")


def _named(
    table: type[Named], office: Organisation, row_id: uuid.UUID | None, name: str, *, ends: bool
) -> Named:
    """A list of the office under a name: a new one, or the present one locked and changed. One without members ends.

    Raises:
        Invalid: no name, a name that does not fit, or one that the office has already.
    """
    if row_id is None:
        row = table(organisation=office)
    else:
        row = table.locked(row_id, organisation=office, retired_at__isnull=True, **_kept_by_hand(table))
    row.name = name.strip()
    if not row.name:
        raise Invalid(_NAMELESS, {"name": _NAMELESS}, "no-name")
    require_fits(row, ["name"])
    same = table.objects.filter(
        organisation=office, name=row.name, retired_at__isnull=True, **_kept_by_hand(table)
    )
    if same.exclude(pk=row.pk).exists():
        raise Invalid(_TWICE, {"name": _TWICE}, "name-taken")
    row.retired_at = clock.now() if ends else None
    row.save()
    return row


def _kept_by_hand(table: type[Named]) -> dict[str, bool]:
    """Of lists of offices those that belong to no draft."""
    return {"draft__isnull": True} if table is RecipientList else {}
