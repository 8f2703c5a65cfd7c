"""Reads of this room: briefings with their agenda, and notices with the number of unread ones."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet
from django.urls import reverse

from saduak.correspondence.long_texts import long_of
from saduak.correspondence.models import Delivery, DutyRecipient, Letter
from saduak.foundation import clock
from saduak.foundation.access import Actor
from saduak.organisations.models import Organisation
from saduak.outreach.kinds import KINDS
from saduak.outreach.models import Briefing, Notice

MOST_UNREAD = 100


def briefings(actor: Actor, *, past: bool = False) -> QuerySet[Briefing]:
    """Briefings that the actor hosts or is invited to: those to come, the next first; or the past, the last first."""
    rows: QuerySet[Briefing] = Briefing.objects.visible_to(actor).select_related(
        "host", "round", "letter__issuer"
    )
    rows = rows.defer(*long_of("letter__"))
    if past:
        return rows.filter(ends_at__lte=clock.now()).order_by("-starts_at", "-pk")
    return rows.filter(ends_at__gt=clock.now()).order_by("starts_at", "pk")


def briefing(actor: Actor, briefing_id: uuid.UUID) -> Briefing | None:
    """One briefing with its agenda, or None when the actor may not see it. Two queries."""
    rows = Briefing.objects.visible_to(actor).select_related("host", "round", "letter__issuer")
    found: Briefing | None = (
        rows.defer(*long_of("letter__")).prefetch_related("items").filter(public_id=briefing_id).first()
    )
    return found


def invited(actor: Actor, row: Briefing) -> QuerySet[Organisation]:
    """The offices that have the briefing's letter, or duties from it; who only was invited sees its own."""
    asked = DutyRecipient.objects.visible_to(actor).filter(
        duty__letter=row.letter_id, superseded_at__isnull=True
    )
    came = Delivery.objects.visible_to(actor).filter(letter=row.letter_id).exclude(state="withdrawn")
    seen = Q(pk__in=asked.values("organisation")) | Q(pk__in=came.values("organisation"))
    rows: QuerySet[Organisation] = Organisation.objects.filter(seen)
    return rows.order_by("sort_key", "pk")


@dataclass(frozen=True, slots=True)
class Line:
    """A notice as it is shown."""

    notice: Notice
    text: str
    state: str
    url: str


def notices(actor: Actor, *, unread: bool = False) -> QuerySet[Notice]:
    """What was told to the actor and its offices, the newest first."""
    rows: QuerySet[Notice] = Notice.objects.visible_to(actor).select_related("organisation")
    if unread:
        rows = rows.filter(read_at__isnull=True)
    return rows.order_by("-created_at", "-pk")


def line(notice: Notice) -> Line:
    """A notice in words; a kind that this version no longer knows shows its bare name."""
    kind = KINDS.get(notice.kind)
    if kind is None:
        return Line(notice, notice.kind, "none", "")
    return Line(notice, kind.words(notice.params), kind.state, kind.url(notice.target))


def lines(actor: Actor, rows: Sequence[Notice]) -> list[Line]:
    """Notices in words, in their order. Two queries more when some are about letters, however many.

    A notice about a letter leads to where the office receives, acknowledges or passes it on; where it came to no office
    of the reader, to the letter itself; nowhere when the reader may not open that either (a secret one).
    """
    found = [line(row) for row in rows]
    about = {row.target for row in rows if row.target and row.kind in KINDS and KINDS[row.kind].about_letter}
    if not about:
        return found
    seen = Delivery.objects.visible_to(actor).filter(letter__public_id__in=about)
    at: dict[tuple[uuid.UUID, int], uuid.UUID] = {
        (letter_id, office): pk
        for letter_id, office, pk in seen.filter(
            organisation__in={row.organisation_id for row in rows if row.organisation_id}
        )
        .order_by("pk")
        .values_list("letter__public_id", "organisation_id", "public_id")
    }
    known = Letter.objects.visible_to(actor).filter(public_id__in=about)
    letters = set(known.values_list("public_id", flat=True))
    return [
        replace(one, url=_place(one, at, letters)) if one.notice.target in about else one for one in found
    ]


def _place(one: Line, at: Mapping[tuple[uuid.UUID, int], uuid.UUID], letters: Collection[uuid.UUID]) -> str:
    """Where a notice about a letter leads."""
    row = one.notice
    assert row.target is not None  # noqa: S101 - only those with a letter are asked for
    delivery_id = at.get((row.target, row.organisation_id or 0))
    if delivery_id is not None:
        return reverse("correspondence:delivery", args=[delivery_id])
    return one.url if row.target in letters else ""


def notice(actor: Actor, notice_id: uuid.UUID) -> Notice | None:
    """One notice, or None."""
    found: Notice | None = Notice.objects.visible_to(actor).filter(public_id=notice_id).first()
    return found


def unread(actor: Actor) -> int:
    """How many notices the actor has not read, up to 100. One query, none for who has no notices at all."""
    if not actor.is_signed_in:
        return 0
    rows = Notice.objects.visible_to(actor).filter(read_at__isnull=True)
    return rows.values("pk")[:MOST_UNREAD].count()
