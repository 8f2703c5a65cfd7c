"""What belongs to a letter and stays one click away from it: where my office has it, what it encloses, what came of it."""

from dataclasses import dataclass, field
from typing import Final

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When

from saduak.correspondence import rules
from saduak.correspondence.long_texts import long_of
from saduak.correspondence.models import (
    Delivery,
    Dispatch,
    Letter,
    LetterAttachment,
    LetterReference,
    Origin,
)
from saduak.correspondence.queries.deliveries import advance_copies, dispatches_of
from saduak.correspondence.queries.meetings import beginnings_of, meetings_of
from saduak.correspondence.queries.tree import only_outside
from saduak.foundation.access import Actor
from saduak.organisations.queries import NONE, Link
from saduak.programme.models import InternalDeadline

# Of the letters that cite one, so many are shown.
MOST: Final = 10
# So many are read: those that it names, and one more than are shown, to know that there are more.
_NEAR: Final = 30


@dataclass(slots=True)
class Around:
    """Everything around a letter that its reader may see."""

    # Where it came to: the reader's own offices, and offices where it was given to the reader in person.
    deliveries: list[Delivery] = field(default_factory=list)
    # Its sendings, for whoever sent it or follows it.
    dispatches: list[Dispatch] = field(default_factory=list)
    attachments: list[LetterAttachment] = field(default_factory=list)
    cites: list[Letter] = field(default_factory=list)
    # The first letters that cite it (`passes_on`: they pass it on), and whether there are more.
    cited_by: list[Letter] = field(default_factory=list)
    more_cite: bool = False
    # The letter in its place, where the reader may open it, and where that came to the reader's own office.
    successor: Letter | None = None
    successor_at: Delivery | None = None
    # Letters whose place it took.
    replaces: list[Letter] = field(default_factory=list)
    deadlines: list[InternalDeadline] = field(default_factory=list)
    meetings: list[Link] = field(default_factory=list)
    # Whether it came ahead of the order down the line, and what may be begun meanwhile.
    is_advance: bool = False
    beginnings: list[Link] = field(default_factory=list)


def around(actor: Actor, row: Letter, *, leads: bool) -> Around:
    """Everything around a confirmed letter. At most six queries, and what rooms above ask for meetings and beginnings.

    Args:
        actor: who looks.
        row: the letter, found through `letter`.
        leads: whether the reader's own office wrote it, or it is in that office's name.
    """
    found = Around(meetings=meetings_of(actor, row))
    _deliveries(actor, row, found)
    if leads or (not found.deliveries and actor.can(rules.FOLLOW)):
        found.dispatches = dispatches_of(actor, row)
    if row.origin != Origin.LOADED:
        enclosed = LetterAttachment.objects.visible_to(actor).filter(letter=row)
        found.attachments = list(enclosed.select_related("file"))
    _related(actor, row, found)
    if row.round_id is not None:
        found.deadlines = deadlines_of(row)
    if row.round_id is not None and not leads and not found.deliveries:
        found.is_advance = advance_copies(actor).filter(pk=row.pk).exists()
    if found.is_advance:
        found.beginnings = beginnings_of(actor, row)
    return found


def _deliveries(actor: Actor, row: Letter, found: Around) -> None:
    """Where the letter came to, and where the one in its place did; what was called back last. One query."""
    mine = rules.own(actor, rules.READ, "organisation", "letter__") or NONE
    if actor.person_id is not None:
        mine |= Q(assigned_to=actor.person_id)
    rows = (
        Delivery.objects.visible_to(actor)
        .filter(mine, letter__in=[pk for pk in (row.pk, row.superseded_by_id) if pk is not None])
        .annotate(only_outside=only_outside())
        .select_related("organisation", "dispatch")
        .order_by(F("withdrawn_at").asc(nulls_first=True), "delivered_at", "pk")
    )
    for one in rows:
        if one.letter_id == row.pk:
            one.letter = row
            found.deliveries.append(one)
        else:
            found.successor_at = found.successor_at or one


def _related(actor: Actor, row: Letter, found: Around) -> None:
    """Letters that it cites and that cite it, that it replaces and that replace it. One query."""
    for other in _near(actor, row):
        if other.pk == row.superseded_by_id:
            found.successor = other
        elif other.superseded_by_id == row.pk:
            found.replaces.append(other)
        elif other.is_cited:  # type: ignore[attr-defined] # told by the query
            found.cites.append(other)
        else:
            found.cited_by.append(other)
    found.more_cite = len(found.cited_by) > MOST
    del found.cited_by[MOST:]


def _near(actor: Actor, row: Letter) -> QuerySet[Letter]:
    """A call is passed on by hundreds: those that it names itself, or that name it as their successor, come first."""
    cited = Q(Exists(LetterReference.objects.filter(letter=row, to=OuterRef("pk"))))
    named = cited | Q(pk=row.superseded_by_id or 0) | Q(superseded_by=row)
    rows: QuerySet[Letter] = (
        Letter.objects.visible_to(actor)
        .filter(named | Q(pk__in=LetterReference.objects.filter(to=row).values("letter")), state="confirmed")
        .annotate(
            is_cited=cited,
            passes_on=Exists(Dispatch.objects.filter(letter=OuterRef("pk"), forwards__letter=row)),
            place=Case(When(named, then=0), default=1),
        )
        .select_related("issuer")
        .defer(*long_of(""))
        .order_by("place", "dated", "pk")
    )
    return rows[:_NEAR]


def deadlines_of(row: Letter) -> list[InternalDeadline]:
    """The internal deadlines that a letter set, the earliest first: whoever may read it reads them in it. One query."""
    rows = InternalDeadline.objects.filter(source_letter=row.public_id, retired_at__isnull=True)
    return list(rows.select_related("owner", "round").order_by("due_at", "pk"))
