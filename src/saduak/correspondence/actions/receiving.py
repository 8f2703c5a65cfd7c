"""What an office does with a letter that came: receive, acknowledge, give it to somebody, show it to a group."""

import uuid
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from saduak.correspondence import rules, signals
from saduak.correspondence.actions.registers import Columns, take_number
from saduak.correspondence.models import Circulation, Delivery, DistributionGroup, Letter, RegisterEntry, Way
from saduak.correspondence.queries.registers import registry_of
from saduak.correspondence.states import DELIVERY
from saduak.foundation import audit, clock
from saduak.foundation.access import Actor, Conflict, Invalid, require
from saduak.foundation.actions import action
from saduak.foundation.thai import calendar
from saduak.organisations.models import Appointment, Person
from saduak.organisations.models.dated import on_day
from saduak.organisations.recipients import commands

_LONGEST_NUMBER = 60


def locked(actor: Actor, delivery_id: uuid.UUID) -> Delivery:
    """A delivery with its letter, locked and checked: the actor works at the office that it came to.

    Raises:
        Refused: another office's letter, or a secret one that the actor may not see.
        Conflict: it was called back.
    """
    found: Delivery = (
        Delivery.objects.select_for_update(of=("self",), no_key=True)
        .select_related("letter__issuer", "organisation", "dispatch")
        .get(public_id=delivery_id)
    )
    require(rules.may_receive(actor, found))
    require(rules.secrecy.may_read(actor, found.letter))
    if found.state == "withdrawn":
        raise Conflict(_("ผู้ส่งเรียกหนังสือนี้คืนแล้ว"), "withdrawn")
    return found


@action("correspondence.receive")
def receive(*, actor: Actor, delivery_id: uuid.UUID, receipt_number: str = "") -> Delivery:
    """Receive a letter. One letter is one receipt, whatever it encloses; receiving it twice changes nothing.

    Args:
        actor: works at the office.
        delivery_id: public id of the delivery.
        receipt_number: from the office's own register; left out where Saduak keeps the register and gives the next one.

    Raises:
        Refused: another office's letter.
        Conflict: it was called back.
    """
    row = locked(actor, delivery_id)
    if DELIVERY.can("receive", row.state):
        row.state = DELIVERY.step("receive", row.state)
        note_receipt(row, actor, receipt_number)
    elif receipt_number.strip() and not row.receipt_number:
        row.receipt_number = receipt_number.strip()[:_LONGEST_NUMBER]
        row.save(update_fields=["receipt_number"])
        audit.append(
            row, actor=actor, verb="correspondence.receipt_number", facts={"number": row.receipt_number}
        )
    return row


def note_receipt(row: Delivery, actor: Actor, receipt_number: str = "", fields: Sequence[str] = ()) -> None:
    """Write down that a locked delivery was received now, in the office's register when Saduak keeps it.

    The register's number is taken last, because every other receipt of the office waits for it.
    """
    row.received_at, row.received_by_id = actor.received_at, actor.user_id
    row.receipt_number = receipt_number.strip()[:_LONGEST_NUMBER]
    registry = registry_of(row.organisation_id)
    if registry is not None:
        row.receipt = take_number(
            actor=actor,
            registry=registry,
            direction=RegisterEntry.Direction.RECEIVE,
            series=RegisterEntry.Series.ORDINARY,
            day=calendar.bangkok_date(actor.received_at),
            columns=columns_of(row),
            letter=row.letter,
        )
        row.receipt_number = str(row.receipt.number)
    row.save(update_fields=["state", "received_at", "received_by", "receipt_number", "receipt", *fields])
    facts = {"state": row.state, "organisation": row.organisation.code, "number": row.receipt_number}
    audit.append(row, actor=actor, verb="correspondence.received", facts=facts)


def columns_of(row: Delivery) -> Columns:
    """The line that a received letter makes in the register."""
    letter = row.letter
    return Columns(
        letter_number=letter.number,
        dated=letter.dated,
        from_text=letter.issuer_text or str(letter.issuer or ""),
        to_text=row.organisation.head_title or row.organisation.name_th,
        subject=letter.subject,
        secrecy=letter.secrecy,
    )


def came_on_paper(letter: Letter, actor: Actor) -> Delivery:
    """What an office brought in and confirmed is at that office: received now, and to be passed on as any other.

    When the same letter came through the system too, that one delivery is received, and there is no second: but for a
    secret one that the actor may not see. It stays as it was, for those who are cleared.
    """
    assert letter.issuer is not None  # noqa: S101 - a confirmed letter has one
    same = Delivery.objects.select_for_update(of=("self",), no_key=True).filter(
        organisation=letter.holder_id,
        letter__issuer=letter.issuer_id,
        letter__number=letter.number,
        letter__dated=letter.dated,
    )
    present: Delivery | None = None
    if letter.number:
        rows = same.exclude(state="withdrawn").select_related("letter__issuer", "organisation").order_by("pk")
        present = next((row for row in rows if rules.secrecy.may_read(actor, row.letter)), None)
    row = present or Delivery.objects.create(letter=letter, organisation=letter.holder, way=_way(letter))
    if row.received_at is None:
        row.state = DELIVERY.step("receive", row.state)
        note_receipt(row, actor)
    return row


def _way(letter: Letter) -> Way:
    assert letter.issuer is not None  # noqa: S101 - a confirmed letter has one
    return Way.LINE if commands(letter.issuer, letter.holder) else Way.OTHER


@action("correspondence.acknowledge")
def acknowledge(*, actor: Actor, delivery_id: uuid.UUID) -> Delivery:
    """Say that the office has read the letter; it counts as received too. Saying it again changes nothing.

    Raises:
        Refused: another office's letter.
        Conflict: it was called back.
    """
    row = locked(actor, delivery_id)
    note_acknowledged(row, actor)
    return row


def note_acknowledged(row: Delivery, actor: Actor, name: str = "") -> None:
    """Write down that a locked delivery was acknowledged now; nothing when it was before."""
    if row.acknowledged_at is not None:
        return
    unread = row.received_at is None
    row.acknowledged_at, row.acknowledged_by_id = actor.received_at, actor.user_id
    row.acknowledged_name = name[:200]
    fields = ["acknowledged_at", "acknowledged_by", "acknowledged_name"]
    if DELIVERY.can("acknowledge", row.state):
        row.state = DELIVERY.step("acknowledge", row.state)
    if unread:
        note_receipt(row, actor, fields=fields)
    else:
        row.save(update_fields=["state", *fields])
    personal = {"name": row.acknowledged_name} if name else None
    facts = {"organisation": row.organisation.code}
    audit.append(row, actor=actor, verb="correspondence.acknowledged", facts=facts, personal=personal)


@action("correspondence.assign")
def assign(*, actor: Actor, delivery_id: uuid.UUID, person_id: uuid.UUID) -> Delivery:
    """Give a letter to a colleague to act on. It can be given to another one later; who had it before still sees it.

    Raises:
        Refused: another office's letter.
        Invalid: the person does not work at this office.
        Conflict: it was called back.
    """
    row = locked(actor, delivery_id)
    person = _colleague(row, person_id)
    if row.assigned_to_id == person.pk:
        return row
    if row.assigned_to_id is not None:
        seen = {"seen_at": clock.now()}
        Circulation.objects.get_or_create(delivery=row, person_id=row.assigned_to_id, defaults=seen)
    row.assigned_to, row.assigned_at = person, clock.now()
    if row.received_at is None:
        row.state = DELIVERY.step("receive", row.state)
        note_receipt(row, actor, fields=["assigned_to", "assigned_at"])
    else:
        row.save(update_fields=["assigned_to", "assigned_at"])
    audit.append(row, actor=actor, verb="correspondence.assigned", facts={"person": person.public_id})
    _hand(row, [person.pk], "assigned", actor)
    return row


def _hand(row: Delivery, people: Sequence[int], how: str, actor: Actor) -> None:
    """Tell those who were given a letter; who took it themselves knows."""
    others = [pk for pk in people if pk != actor.person_id]
    if others:
        signals.letter_handed.send(sender=Delivery, delivery=row, person_ids=others, how=how, actor=actor)


def _colleague(row: Delivery, person_id: uuid.UUID) -> Person:
    today = clock.today()
    held = Appointment.objects.filter(on_day(today), organisation=row.organisation_id).values("person")
    found: Person | None = Person.objects.filter(pk__in=held, public_id=person_id).first()
    if found is None:
        words = _("เลือกผู้ที่ปฏิบัติงานในหน่วยงานนี้")
        raise Invalid(words, {"person": words}, "not-a-colleague")
    return found


@action("correspondence.circulate")
def circulate(
    *,
    actor: Actor,
    delivery_id: uuid.UUID,
    group_ids: Sequence[uuid.UUID] = (),
    person_ids: Sequence[uuid.UUID] = (),
) -> int:
    """Show a letter to groups and people of the office; how many see it now who did not before.

    Raises:
        Refused: another office's letter.
        Invalid: nobody was chosen, or somebody of another office.
        Conflict: it was called back.
    """
    row = locked(actor, delivery_id)
    groups = list(
        DistributionGroup.objects.filter(
            public_id__in=list(group_ids), organisation=row.organisation_id, retired_at__isnull=True
        ).prefetch_related("members")
    )
    chosen: dict[int, DistributionGroup | None] = {
        member.pk: group for group in groups for member in group.members.all()
    }
    chosen |= {_colleague(row, pk).pk: None for pk in person_ids}
    if not chosen or len(groups) < len(set(group_ids)):
        words = _("เลือกกลุ่มหรือผู้ที่จะเวียนให้ทราบ")
        raise Invalid(words, {"groups": words}, "nobody-chosen")
    present = set(Circulation.objects.filter(delivery=row).values_list("person_id", flat=True))
    made = [
        Circulation(delivery=row, person_id=pk, group=group)
        for pk, group in chosen.items()
        if pk not in present
    ]
    Circulation.objects.bulk_create(made, ignore_conflicts=True)
    if row.received_at is None:
        row.state = DELIVERY.step("receive", row.state)
        note_receipt(row, actor)
    facts = {"people": len(made), "groups": [group.name for group in groups]}
    audit.append(row, actor=actor, verb="correspondence.circulated", facts=facts)
    _hand(row, [one.person_id for one in made], "circulated", actor)
    return len(made)


@action("correspondence.see")
def see(*, actor: Actor, delivery_id: uuid.UUID) -> bool:
    """Say that one has seen a letter that was shown to one. Saying it again changes nothing; whether it did."""
    mine = Circulation.objects.filter(
        delivery__public_id=delivery_id, person=actor.person_id, seen_at__isnull=True
    )
    return bool(mine.update(seen_at=clock.now()))
