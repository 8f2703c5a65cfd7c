"""Reads of this room: briefings with their agenda, and notices with the number of unread ones."""

import uuid
from dataclasses import dataclass

from django.db.models import QuerySet

from saduak.correspondence.models import DutyRecipient
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
    rows = rows.defer("letter__text", "letter__reading")
    if past:
        return rows.filter(ends_at__lte=clock.now()).order_by("-starts_at", "-pk")
    return rows.filter(ends_at__gt=clock.now()).order_by("starts_at", "pk")


def briefing(actor: Actor, briefing_id: uuid.UUID) -> Briefing | None:
    """One briefing with its agenda, or None when the actor may not see it. Two queries."""
    rows = Briefing.objects.visible_to(actor).select_related("host", "round", "letter__issuer")
    found: Briefing | None = (
        rows.defer("letter__text", "letter__reading")
        .prefetch_related("items")
        .filter(public_id=briefing_id)
        .first()
    )
    return found


def invited(actor: Actor, row: Briefing) -> QuerySet[Organisation]:
    """The offices with duties from the briefing's letter; who only was invited sees its own."""
    seen = DutyRecipient.objects.visible_to(actor).filter(duty__letter=row.letter_id)
    rows: QuerySet[Organisation] = Organisation.objects.filter(pk__in=seen.values("organisation"))
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
