"""Where a letter is: its tree by level, by branch and by lateness, each with a constant number of queries.

Nine thousand deliveries are never loaded: levels and branches are counted by the database, and a page shows one node with
those right below it.
"""

import datetime
import uuid
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Substr

from saduak.correspondence.long_texts import long_of
from saduak.correspondence.models import ContactLog, Delivery, Dispatch, PassedOutside
from saduak.correspondence.models.cascade import STEP
from saduak.foundation.access import Actor

VIEWS: Final = ("open", "all", "late", "unread", "done")


@dataclass(frozen=True, slots=True)
class Node:
    """A place in a tree: a sending, or one office's delivery; what is beneath it, and what right beneath it."""

    beneath: Q
    children: Q
    # How long the path of a child is: what is beneath a child begins with its path.
    width: int
    depth: int


def of_dispatch(dispatch: Dispatch) -> Node:
    """A sending: its own deliveries, and all that came of passing them on. One query for a sending further down."""
    root = dispatch.root_id or dispatch.pk
    children = Q(dispatch=dispatch)
    if dispatch.root_id is None and dispatch.forwards_id is None:
        return Node(Q(root=root), children, STEP, 0)
    parent = dispatch.forwards
    depth = parent.depth + 1 if parent is not None and parent.root_id is not None else 0
    width = STEP * (depth + 1)
    sisters = Delivery.objects.filter(dispatch=dispatch).values("path")
    heads = (
        Delivery.objects.filter(root=root).annotate(head=Substr("path", 1, width)).filter(head__in=sisters)
    )
    return Node(Q(pk__in=heads.values("pk")), children, width, depth)


def of_delivery(delivery: Delivery) -> Node:
    """One office: all that came of its passing the letter on, itself not among it. No query but one for paper."""
    if delivery.root_id is None:
        first = Dispatch.objects.filter(forwards=delivery).order_by("pk").values_list("pk", flat=True)[:1]
        return Node(Q(root__in=first), Q(root__in=first, depth=0), STEP, 0)
    here = Q(root=delivery.root_id, path__startswith=delivery.path) & ~Q(path=delivery.path)
    depth = delivery.depth + 1
    return Node(here, here & Q(depth=depth), STEP * (depth + 1), depth)


def beneath(dispatch: Dispatch) -> QuerySet[Delivery]:
    """The deliveries of a sending, and all further down that came of passing them on."""
    rows: QuerySet[Delivery] = Delivery.objects.filter(of_dispatch(dispatch).beneath)
    return rows


def further_down(dispatches: Iterable[Dispatch], had: Container[int]) -> dict[int, uuid.UUID]:
    """Offices (keys) that have a letter only by others' passing it on, each with what came to it first (public id).

    Two queries for one sending, whatever the number of offices. What was called back from an office by whoever sent it
    there is not counted.

    Args:
        dispatches: sendings of one letter.
        had: offices (keys) that have the letter itself.
    """
    rows = Delivery.objects.none()
    for dispatch in dispatches:
        rows = rows | beneath(dispatch)
    found: dict[int, uuid.UUID] = {}
    kept = rows.exclude(state="withdrawn").order_by("depth", "pk")
    for office, delivery_id in kept.values_list("organisation_id", "public_id"):
        if office not in had:
            found.setdefault(office, delivery_id)
    return found


# What was asked with a delivery and not done: passing on acknowledges too. A later letter in its place asks instead.
_UNFORWARDED: Final = Q(dispatch__forward_by__isnull=False, forwarded_at__isnull=True)
_UNACKNOWLEDGED: Final = Q(
    dispatch__acknowledge_by__isnull=False, acknowledged_at__isnull=True, forwarded_at__isnull=True
)
_STANDS: Final = Q(letter__superseded_by__isnull=True) & ~Q(state="withdrawn")


_WAITS: Final = (_UNFORWARDED | _UNACKNOWLEDGED) & _STANDS
_OPEN: Final = Q(received_at__isnull=True) | _WAITS


def only_outside() -> Q:
    """Whether all that an office did with a letter to pass it on happened outside the system, as a condition on deliveries."""
    noted = PassedOutside.objects.filter(delivery=OuterRef("pk"), taken_back_at__isnull=True)
    sent = Dispatch.objects.filter(forwards=OuterRef("pk")).exclude(state="recalled")
    return Q(Exists(noted) & ~Exists(sent))


def late_q(now: datetime.datetime) -> Q:
    """Deliveries whose time to pass on, or to acknowledge, is over and nothing was done."""
    unforwarded = _UNFORWARDED & Q(dispatch__forward_by__lte=now)
    unread = _UNACKNOWLEDGED & Q(dispatch__acknowledge_by__lte=now)
    return (unforwarded | unread) & _STANDS


@dataclass(frozen=True, slots=True)
class Tally:
    """How many deliveries there are and how far they came; of one level, one branch or all."""

    total: int = 0
    received: int = 0
    acknowledged: int = 0
    forwarded: int = 0
    outside: int = 0
    late: int = 0
    # Not received, or not done what was asked: the view "open".
    open: int = 0
    first_at: datetime.datetime | None = None
    last_at: datetime.datetime | None = None

    @classmethod
    def of(cls, parts: Iterable["Tally"]) -> "Tally":
        """All of them together; their times are left out."""
        rows = list(parts)
        names = ("total", "received", "acknowledged", "forwarded", "outside", "late", "open")
        return cls(**{name: sum(getattr(row, name) for row in rows) for name in names})

    @property
    def unread(self) -> int:
        """How many have not received it yet."""
        return self.total - self.received


def _counts(now: datetime.datetime) -> dict[str, Count | Min | Max]:
    return {
        "total": Count("pk"),
        "received": Count("pk", filter=Q(received_at__isnull=False)),
        "acknowledged": Count("pk", filter=Q(acknowledged_at__isnull=False) | Q(forwarded_at__isnull=False)),
        "forwarded": Count("pk", filter=Q(forwarded_at__isnull=False)),
        "outside": Count("pk", filter=~Q(outside="")),
        "late": Count("pk", filter=late_q(now)),
        "open": Count("pk", filter=_OPEN),
        "first_at": Min("delivered_at"),
        "last_at": Max("delivered_at"),
    }


def _seen(actor: Actor, node: Node) -> QuerySet[Delivery]:
    rows: QuerySet[Delivery] = (
        Delivery.objects.visible_to(actor).filter(node.beneath).exclude(state="withdrawn")
    )
    return rows


def _tallies(rows: QuerySet[Delivery], now: datetime.datetime, *by: str) -> list[tuple[list[Any], Tally]]:
    """Counted by the database: (values of `by`, how far those are), in the order of `by`."""
    found: Any = rows.values(*by).annotate(**_counts(now)).order_by(*by)
    return [([row.pop(name) for name in by], Tally(**row)) for row in found]


def levels(actor: Actor, node: Node) -> list[tuple[int, Tally]]:
    """(how many hops below the node, how far those are), from the top. One query."""
    found = _tallies(_seen(actor, node), actor.received_at, "depth")
    return [(depth - node.depth + 1, tally) for (depth,), tally in found]


def kinds(actor: Actor, node: Node) -> list[tuple[int, str, Tally]]:
    """(hops below the node, kind of office, how far those are), from the top, the many first. One query."""
    found = _tallies(_seen(actor, node), actor.received_at, "depth", "organisation__kind")
    rows = [(depth - node.depth + 1, str(kind), tally) for (depth, kind), tally in found]
    return sorted(rows, key=lambda row: (row[0], -row[2].total, row[1]))


def children(actor: Actor, node: Node, *, view: str = "open") -> QuerySet[Delivery]:
    """The offices right below a node, those with something left to do first, then in Thai order.

    Each tells whether it passed the letter on only outside the system (`only_outside`).

    Args:
        actor: who looks.
        node: where.
        view: "open" (not received, or not done what was asked), "late", "unread", "done" or "all".
    """
    now = actor.received_at
    late = late_q(now)
    unread = Q(received_at__isnull=True)
    rows: QuerySet[Delivery] = (
        Delivery.objects.visible_to(actor).filter(node.children).exclude(state="withdrawn")
    )
    if view == "late":
        rows = rows.filter(late)
    elif view == "unread":
        rows = rows.filter(unread)
    elif view == "done":
        rows = rows.exclude(_OPEN)
    elif view == "open":
        rows = rows.filter(_OPEN)
    order = Case(
        When(late, then=Value(0)),
        When(unread, then=Value(1)),
        When(_WAITS, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    return (
        rows.select_related("organisation", "dispatch__letter", "receipt", "assigned_to")
        .defer(*long_of("dispatch__letter__"))
        .annotate(standing=order, only_outside=only_outside())
        .order_by("standing", "organisation__sort_key", "pk")
    )


def branches(actor: Actor, node: Node, rows: Sequence[Delivery]) -> dict[int, Tally]:
    """For each of the deliveries of one page, how far those beneath it are, by key. One query."""
    paths = {row.path: row.pk for row in rows if row.root_id is not None}
    if not paths:
        return {}
    further = _seen(actor, node).filter(depth__gt=node.depth).annotate(head=Substr("path", 1, node.width))
    found = _tallies(further.filter(head__in=list(paths)), actor.received_at, "head")
    return {paths[head]: tally for (head,), tally in found}


def progress(actor: Actor, dispatches: Sequence[Dispatch]) -> dict[int, Tally]:
    """How far the offices right below each of some sendings are, by key; nothing for one that was not delivered. One query."""
    rows = Delivery.objects.visible_to(actor).filter(dispatch__in=[row.pk for row in dispatches])
    found = _tallies(rows.exclude(state="withdrawn"), actor.received_at, "dispatch")
    return {pk: tally for (pk,), tally in found}


def withdrawn(dispatch: Dispatch | None) -> int:
    """From how many offices a sending was called back. One query, none for one that stands."""
    if dispatch is None or dispatch.state != "recalled":
        return 0
    return Delivery.objects.filter(dispatch=dispatch, state="withdrawn").count()


def above(delivery: Delivery) -> list[Delivery]:
    """The hops from the top to a delivery, itself last: plain dates of superiors, for whoever may see this one.

    One query. A superior's letter is shown by number and date; its text only to whom it came, and of a secret one neither
    number nor subject to whoever may not see it (`queries.deliveries.hidden_among`).
    """
    if delivery.root_id is None:
        return [delivery]
    paths = [delivery.path[:end] for end in range(STEP, len(delivery.path) + 1, STEP)]
    rows = (
        Delivery.objects.filter(root=delivery.root_id, path__in=paths)
        .select_related(
            "organisation", "dispatch__letter__issuer", "dispatch__letter__superseded_by", "dispatch__sender"
        )
        .defer(*long_of("dispatch__letter__", "dispatch__letter__superseded_by__"))
        .order_by(F("depth").asc())
    )
    return list(rows)


def last_contacts(actor: Actor, rows: Sequence[Delivery]) -> dict[int, ContactLog]:
    """For each delivery (key) the last call or message about it, as far as the actor sees it. One query."""
    found = ContactLog.objects.visible_to(actor).filter(delivery__in=[row.pk for row in rows])
    return {row.delivery_id: row for row in found.order_by("at", "pk")}


def forwards_of(rows: Sequence[Delivery]) -> dict[int, Dispatch]:
    """For each delivery (key) the first sending that passed it on, with its letter's number. One query."""
    sent = (
        Dispatch.objects.filter(forwards__in=[row.pk for row in rows])
        .exclude(state="recalled")
        .select_related("letter__issuer")
        .defer(*long_of("letter__"))
        .order_by("-pk")
    )
    return {row.forwards_id: row for row in sent if row.forwards_id is not None}
