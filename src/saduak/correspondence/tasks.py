"""Background work of this room: reading scans, and sending to many."""

from datetime import timedelta

from saduak.correspondence import (
    intake,
    mailing,
    registers_tasks,  # noqa: F401 - registers its job
)
from saduak.correspondence.actions import keep_reading
from saduak.correspondence.actions.exchanging import CHANNEL, RECALLED, note_mailed
from saduak.correspondence.actions.sending import SEND, Hop, deliver, finish_sending
from saduak.correspondence.models import Delivery, ExchangeMessage, Letter
from saduak.foundation import batches, jobs, outbox
from saduak.foundation.access import Actor, Invalid
from saduak.foundation.models import Batch, BatchItem, OutboxMessage


@jobs.job(queue="batches", attempts=3, lease=timedelta(minutes=40))
def read_letter(letter_id: str) -> None:
    """Recognise a scanned letter and read it. Running twice changes nothing."""
    letter = Letter.objects.select_related("file").get(public_id=letter_id)
    actor = Actor.system("letters")
    try:
        reading = intake.read(intake.bytes_of(letter.file), letter.file.name)
    except Invalid as problem:
        keep_reading(
            actor=actor,
            letter_id=letter.public_id,
            reading=None,
            problem=str(problem.reason),
            code=problem.code,
        )
        return
    keep_reading(actor=actor, letter_id=letter.public_id, reading=reading)


def _finished(batch: Batch) -> None:
    """Say that everybody has it, unless an office was set aside."""
    if not batch.items.exclude(state=BatchItem.State.DONE).exists():
        finish_sending(actor=Actor.system("letters"), dispatch_id=batch.params["dispatch"])


# A chunk is a handful of queries: begin with many, the batch adapts.
@batches.worker(SEND, chunk=250, finish=_finished)
def send(batch: Batch, items: list[BatchItem]) -> None:
    """Deliver to some offices of a sending."""
    deliver(
        actor=Actor.system("letters"),
        dispatch_id=batch.params["dispatch"],
        hops=[Hop.of(item.item) for item in items],
        params=batch.params,
    )


@outbox.channel(CHANNEL)
def hand_over(message: OutboxMessage) -> None:
    """Send one letter as an e-mail with everything that goes along."""
    row = ExchangeMessage.objects.select_related(
        "delivery__letter__issuer",
        "delivery__letter__file",
        "delivery__organisation",
        "delivery__dispatch__letter",
        "organisation",
    ).get(public_id=message.payload["message"])
    if row.delivery is None or row.delivery.state == "withdrawn":
        return
    mailing.send(row)
    note_mailed(actor=Actor.system("letters"), message_id=row.public_id)


@outbox.channel(RECALLED)
def tell_recalled(message: OutboxMessage) -> None:
    """Tell somebody who got a letter by e-mail that it was called back."""
    rows = Delivery.objects.select_related(
        "letter__issuer", "organisation", "dispatch__sender", "dispatch__letter"
    )
    mailing.tell_recalled(rows.get(public_id=message.payload["delivery"]), message.recipient)


@jobs.job(queue="mail", attempts=3, lease=timedelta(minutes=20))
def fetch_mail(organisation: str, url_digest: str) -> None:
    """Take what is unread in one mailbox. Running twice changes nothing."""
    mailing.fetch(organisation, url_digest)


@jobs.tick(minutes=5)
def look_for_mail() -> None:
    """Have every mailbox looked at; none is, unless the settings name one."""
    for box in mailing.configured():
        jobs.enqueue(
            "correspondence.tasks.fetch_mail", organisation=box.organisation, url_digest=mailing.digest(box)
        )
