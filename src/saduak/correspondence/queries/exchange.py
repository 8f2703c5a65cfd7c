"""What came and went by e-mail and as packed files: as a list, of one office, and whom a letter may still be mailed to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from saduak.correspondence.long_texts import long_of
from saduak.correspondence.models import Delivery, Dispatch, ExchangeMessage
from saduak.foundation import clock
from saduak.foundation.access import Actor
from saduak.foundation.models import OutboxMessage
from saduak.organisations.models import Appointment
from saduak.organisations.models.dated import on_day

VIEWS: Final = ("all", "in", "out", "refused")
MOST_TERMS: Final = 8


@dataclass(frozen=True, slots=True)
class Shown:
    """A message, how it stands, and why when that is to be told.

    `standing` is one of: waiting, retrying (the server did not take it yet), failed, cancelled (called back before it
    went), sent, taken, refused (came, and could not be taken).
    """

    message: ExchangeMessage
    standing: str
    why: str = ""


def messages(actor: Actor, *, view: str = "all", query: str = "") -> QuerySet[ExchangeMessage]:
    """Messages that the actor may see, the newest first.

    Args:
        actor: who looks.
        view: "all", "in", "out", or "refused": what could not be taken, and what could not be delivered.
        query: a part of the subject or of the address.
    """
    rows: QuerySet[ExchangeMessage] = ExchangeMessage.objects.visible_to(actor)
    if view in {"in", "out"}:
        rows = rows.filter(incoming=view == "in")
    elif view == "refused":
        rows = rows.filter(state=ExchangeMessage.State.REFUSED)
    # A NUL stands in no text, and PostgreSQL refuses to look for it.
    for term in query.replace("\0", " ").split()[:MOST_TERMS]:
        rows = rows.filter(Q(subject__icontains=term) | Q(address__icontains=term))
    return _with_all(rows).order_by("-at", "-pk")


def of_delivery(actor: Actor, row: Delivery) -> list[Shown]:
    """What was mailed or packed of one delivery, the newest first. Two queries, one when nothing waits."""
    found = ExchangeMessage.objects.visible_to(actor).filter(delivery=row, incoming=False)
    return shown(list(_with_all(found).order_by("-at", "-pk")))


def _with_all(rows: QuerySet[ExchangeMessage]) -> QuerySet[ExchangeMessage]:
    return rows.select_related(
        "organisation", "letter__issuer", "delivery__organisation", "delivery__dispatch"
    ).defer(*long_of("letter__"))


def shown(rows: Sequence[ExchangeMessage]) -> list[Shown]:
    """Messages with how they stand. One query when some wait to be sent, else none."""
    waiting = {outbox_key(row) for row in rows if row.state == ExchangeMessage.State.WAITING}
    going = {row.dedupe: row for row in OutboxMessage.objects.filter(dedupe__in=waiting)} if waiting else {}
    return [_shown(row, going.get(outbox_key(row))) for row in rows]


def _shown(row: ExchangeMessage, going: OutboxMessage | None) -> Shown:
    if row.state == ExchangeMessage.State.REFUSED:
        return Shown(row, "refused" if row.incoming else "failed", row.reason)
    if row.state != ExchangeMessage.State.WAITING:
        return Shown(row, row.state)
    if row.delivery is not None and row.delivery.state == "withdrawn":
        return Shown(row, "cancelled")
    if going is not None and going.state == OutboxMessage.State.FAILED:
        return Shown(row, "failed", going.last_error)
    if going is not None and going.last_error:
        return Shown(row, "retrying", going.last_error)
    return Shown(row, "waiting")


def outbox_key(row: ExchangeMessage) -> str:
    """The name of a message in the outbox."""
    return f"letter:{row.public_id}"


def failed(row: ExchangeMessage) -> bool:
    """Whether a message that was to go out never will. One query at most."""
    return shown([row])[0].standing == "failed"


def mailable(dispatch: Dispatch) -> QuerySet[Delivery]:
    """Deliveries of a sending to offices that have not received it, have nobody with an account, and have an address.

    Whoever was mailed before is not among them. One query.
    """
    here = on_day(clock.today())
    accounts = Appointment.objects.filter(
        here, organisation=OuterRef("organisation"), person__user__is_active=True
    )
    mailed = ExchangeMessage.objects.filter(delivery=OuterRef("pk"), incoming=False, channel="email")
    rows: QuerySet[Delivery] = Delivery.objects.filter(
        ~Exists(accounts), ~Exists(mailed), dispatch=dispatch, state="sent"
    ).exclude(organisation__email="")
    return (
        rows.select_related("organisation", "letter", "dispatch")
        .defer(*long_of("letter__"))
        .order_by("organisation__sort_key", "pk")
    )
