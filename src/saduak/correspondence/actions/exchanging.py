"""Letters to offices outside this system: by e-mail to their central address, or as a packed file.

How they come in stands in `taking`.
"""

import hashlib
import uuid
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from saduak.correspondence import rules
from saduak.correspondence.exchange import Bundle, Enclosure, Head, meeting_of, to_zip
from saduak.correspondence.models import Delivery, Dispatch, ExchangeMessage, Letter
from saduak.correspondence.queries.exchange import failed, mailable, outbox_key
from saduak.foundation import audit, files, outbox
from saduak.foundation.access import Actor, Conflict, Invalid, Refused, require
from saduak.foundation.actions import action
from saduak.foundation.models import StoredFile
from saduak.foundation.thai import calendar
from saduak.programme.models import InternalDeadline

CHANNEL: Final = "letter"
RECALLED: Final = "letter-recalled"
BULK: Final = 500
_NO_ADDRESS: Final = _("เขียนที่อยู่อีเมลกลางของหน่วยงาน เช่น saraban@…")


def bundle_of(row: Delivery) -> Bundle:
    """A delivery as it is packed for the office that it goes to. Its letter, attachments and duties are read.

    It asks nobody: only for those who may see the letter (`packed`, `mail_out`), after they were asked.
    """
    letter, dispatch = row.letter, row.dispatch
    issuer, until = letter.issuer, calendar.closing_day
    head = Head(
        kind=letter.kind,
        number=letter.number,
        dated=letter.dated.isoformat() if letter.dated else "",
        subject=letter.subject,
        issuer=letter.issuer_text or str(issuer or ""),
        issuer_code=issuer.code if issuer else "",
        owner_unit=letter.owner_unit,
        recipient=row.organisation.name_th,
        recipient_code=row.organisation.code,
        urgency=letter.urgency,
        secrecy=letter.secrecy,
        is_circular=letter.is_circular,
        references=tuple(letter.references.values_list("text", flat=True)),
        duties=tuple(
            {
                "who": share.duty.who,
                "what": share.duty.what,
                "due": until(share.duty.due_at).isoformat() if share.duty.due_at else None,
                "force": share.force,
            }
            for share in row.organisation.duties.filter(duty__letter=letter, superseded_at__isnull=True)
            .select_related("duty")
            .order_by("duty__ordinal")
        ),
        deadlines=_deadlines(letter),
        meeting=meeting_of(letter.meeting),
        acknowledge_by=until(dispatch.acknowledge_by).isoformat()
        if dispatch and dispatch.acknowledge_by
        else None,
        forward_by=until(dispatch.forward_by).isoformat() if dispatch and dispatch.forward_by else None,
    )
    enclosed = letter.attachments.filter(file__isnull=False).select_related("file")
    return Bundle(
        key=str(row.public_id),
        head=head,
        main=_enclosure(letter.file),
        enclosures=tuple(_enclosure(part.file, part.title, part.copies) for part in enclosed if part.file),
    )


def _deadlines(letter: Letter) -> tuple[dict[str, str], ...]:
    """The days that the letter names; what was made of them here says what for."""
    made = InternalDeadline.objects.filter(source_letter=letter.public_id).order_by("due_at", "pk")
    with override("th"):
        names = {calendar.closing_day(row.due_at).isoformat(): str(row.get_kind_display()) for row in made}
    documents: list[dict[str, Any]] = letter.reading.get("documents") or [{}]
    told = [
        (row["date"], row.get("what") or names.get(row["date"], ""))
        for row in documents[0].get("deadlines", [])
    ]
    told += [(day, name) for day, name in names.items() if day not in {row[0] for row in told}]
    return tuple({"due": day, "what": what} for day, what in told if day)


def _enclosure(stored: StoredFile, title: str = "", copies: str = "") -> Enclosure:
    with files.open(stored) as stream:
        return Enclosure(stored.name, stored.media_type, stream.read(), title, copies)


def _to_hand_over(actor: Actor, delivery_id: uuid.UUID) -> Delivery:
    row: Delivery = (
        Delivery.objects.select_for_update(of=("self",), no_key=True)
        .select_related(
            "letter__issuer", "letter__file", "organisation", "dispatch__letter", "dispatch__sender"
        )
        .get(public_id=delivery_id)
    )
    if row.dispatch is None:
        raise Refused(_("ส่งออกได้เฉพาะหนังสือที่ส่งจากระบบนี้"), "not-sent")
    require(rules.may_call_back(actor, row.dispatch))
    require(rules.secrecy.may_read(actor, row.letter))
    if row.state == "withdrawn":
        raise Conflict(_("หนังสือนี้ถูกเรียกคืนแล้ว"), "withdrawn")
    return row


def packed(*, actor: Actor, delivery_id: uuid.UUID) -> tuple[str, bytes]:
    """A letter as a packed file for the office that it goes to: its name and its content. That it was handed over is noted.

    Raises:
        Refused: not the sender, or a secret letter that the actor may not see.
        Conflict: it was called back.
    """
    made = pack(actor=actor, delivery_id=delivery_id)
    row = made.delivery
    assert row is not None  # noqa: S101 - just packed
    name = f"{row.letter.number or row.letter.subject} {row.organisation.name_th}".replace("/", "-")
    return f"{name}.zip", to_zip(bundle_of(row))


@action("correspondence.pack")
def pack(*, actor: Actor, delivery_id: uuid.UUID) -> ExchangeMessage:
    """Note that a letter is handed over as a packed file.

    Raises:
        Refused: not the sender, or a secret letter that the actor may not see.
        Conflict: it was called back.
    """
    row = _to_hand_over(actor, delivery_id)
    made, _new = ExchangeMessage.objects.get_or_create(
        organisation_id=_sender(row),
        incoming=False,
        key=f"zip:{row.public_id}",
        defaults={
            "channel": ExchangeMessage.Channel.ZIP,
            "state": ExchangeMessage.State.SENT,
            "subject": row.letter.subject,
            "letter": row.letter,
            "delivery": row,
        },
    )
    made.delivery = row
    audit.append(
        row, actor=actor, verb="correspondence.packed", facts={"organisation": row.organisation.code}
    )
    return made


def _sender(row: Delivery) -> int:
    assert row.dispatch is not None  # noqa: S101 - `_to_hand_over` looked
    return int(row.dispatch.sender_id)


@action("correspondence.mail_out")
def mail_out(*, actor: Actor, delivery_id: uuid.UUID, address: str = "") -> ExchangeMessage:
    """Send a letter to an office's central address, with the link by which it acknowledges.

    Once for each address; again only after it could not be delivered there.

    Args:
        actor: works at the sender.
        delivery_id: public id of the delivery.
        address: empty: the one in the register of offices.

    Raises:
        Refused: not the sender, or a secret letter.
        Invalid: no address, or none that can be.
        Conflict: it was called back.
    """
    row = _to_hand_over(actor, delivery_id)
    _refuse_secret(row.letter)
    to = (address or row.organisation.email).strip()
    try:
        validate_email(to)
    except ValidationError as problem:
        raise Invalid(_NO_ADDRESS, {"address": _NO_ADDRESS}, "no-address") from problem
    earlier = ExchangeMessage.objects.filter(
        delivery=row, channel="email", incoming=False, address__iexact=to
    )
    last = earlier.order_by("pk").last()
    if last is not None and not failed(last):
        return last
    made = _message(row, to, earlier.count())
    made.save()
    outbox.put_many([_draft(made)])
    facts = {"organisation": row.organisation.code}
    audit.append(row, actor=actor, verb="correspondence.mailed", facts=facts, personal={"address": to})
    return made


@action("correspondence.mail_everybody")
def mail_everybody(*, actor: Actor, dispatch_id: uuid.UUID) -> int:
    """Send a letter to all who have not received it, have no account, and have an address; how many. Again is none.

    A constant number of queries, however many there are.

    Raises:
        Refused: not the sender, or a secret letter.
        Conflict: it was called back.
    """
    # In the order of this room: deliveries, then their sending. Whoever mails one of them by hand meanwhile waits, or is
    # seen; what a batch delivers between the two locks is for the next time.
    waiting = Delivery.objects.filter(dispatch__public_id=dispatch_id, state="sent")
    locked = waiting.select_for_update(of=("self",), no_key=True).order_by("pk")
    held = set(locked.values_list("pk", flat=True))
    dispatch: Dispatch = (
        Dispatch.objects.select_for_update(of=("self",), no_key=True)
        .select_related("letter__issuer")
        .get(public_id=dispatch_id)
    )
    require(rules.may_call_back(actor, dispatch))
    _refuse_secret(dispatch.letter)
    if dispatch.state == "recalled":
        raise Conflict(_("หนังสือนี้ถูกเรียกคืนแล้ว"), "withdrawn")
    rows = [row for row in mailable(dispatch) if row.pk in held]
    made = [_message(row, row.organisation.email.strip(), 0) for row in rows]
    ExchangeMessage.objects.bulk_create(made, batch_size=BULK)
    outbox.put_many([_draft(row) for row in made])
    audit.append(dispatch, actor=actor, verb="correspondence.mailed_everybody", facts={"offices": len(made)})
    return len(made)


def _message(row: Delivery, to: str, number: int) -> ExchangeMessage:
    """A message that waits to be sent, not saved yet; `number` counts those to this address before it."""
    return ExchangeMessage(
        organisation_id=_sender(row),
        incoming=False,
        key=f"email:{row.public_id}:{_short(to)}:{number}",
        channel=ExchangeMessage.Channel.EMAIL,
        state=ExchangeMessage.State.WAITING,
        address=to,
        subject=row.letter.subject,
        letter=row.letter,
        delivery=row,
    )


def _draft(row: ExchangeMessage) -> outbox.Draft:
    return outbox.Draft(CHANNEL, row.address, {"message": str(row.public_id)}, outbox_key(row))


def tell_mailed(dispatch: Dispatch) -> int:
    """Part of calling a letter back: whoever got it by e-mail is told by e-mail; how many. One query, and the messages.

    Of a letter that became secret meanwhile nothing is said by e-mail.
    """
    if dispatch.letter.is_secret:
        return 0
    rows = ExchangeMessage.objects.filter(
        delivery__dispatch=dispatch,
        incoming=False,
        channel=ExchangeMessage.Channel.EMAIL,
        state=ExchangeMessage.State.SENT,
    )
    told = sorted(set(rows.values_list("delivery__public_id", "address")))
    return outbox.put_many(
        outbox.Draft(RECALLED, address, {"delivery": str(key)}, f"recalled:{key}:{_short(address)}")
        for key, address in told
    )


def _short(address: str) -> str:
    """An address as a key names it."""
    return hashlib.sha256(address.casefold().encode()).hexdigest()[:20]


def _refuse_secret(letter: Letter) -> None:
    if letter.is_secret:
        raise Refused(_("หนังสือลับไม่ส่งทางอีเมล"), "secret")


@action("correspondence.note_mailed")
def note_mailed(*, actor: Actor, message_id: uuid.UUID) -> ExchangeMessage:
    """Note that a message went out. Saying it again, or of one that was refused, changes nothing."""
    row = ExchangeMessage.locked(message_id)
    if row.state == ExchangeMessage.State.WAITING:
        row.state = ExchangeMessage.State.SENT
        row.save(update_fields=["state"])
        audit.append(row, actor=actor, verb="correspondence.mail_sent", facts={"key": row.key})
    return row


@action("correspondence.note_unmailed")
def note_unmailed(*, actor: Actor, message_id: uuid.UUID, reason: str) -> ExchangeMessage:
    """Note that a message will never go out, and why. Saying it again, or of one that went out, changes nothing."""
    row = ExchangeMessage.locked(message_id)
    if row.state == ExchangeMessage.State.WAITING:
        row.state, row.reason = ExchangeMessage.State.REFUSED, reason[:500]
        row.save(update_fields=["state", "reason"])
        audit.append(row, actor=actor, verb="correspondence.mail_not_sent", facts={"reason": row.reason})
    return row
