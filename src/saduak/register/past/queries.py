"""Reading what was brought in: the lists, their lines, and the centres that a line may speak of."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from saduak.foundation.access import Actor
from saduak.foundation.models import BatchItem
from saduak.foundation.thai.text import search_key, search_terms
from saduak.organisations.models import ServiceCentre
from saduak.register.models import Certificate, PastImport, PastResult
from saduak.register.past.entering import READY

FOUND = 20


@dataclass(frozen=True, slots=True)
class Choice:
    """One line, and the centres to choose from."""

    result: PastResult
    centres: tuple[ServiceCentre, ...]


def imports(actor: Actor) -> QuerySet[Any]:
    """The lists that the actor may see, the newest first, with how many lines stand how. One query."""
    rows: QuerySet[Any] = PastImport.objects.visible_to(actor)
    counted: QuerySet[Any] = rows.annotate(
        lines=Count("results"),
        waiting=Count("results", filter=Q(results__how=PastResult.How.OPEN)),
        ready=Count("results", filter=Q(results__centre__isnull=False, results__certificate__isnull=True)),
        entered=Count("results", filter=Q(results__certificate__isnull=False)),
        left_out=Count("results", filter=Q(results__how=PastResult.How.NONE)),
    )
    return counted.select_related("programme", "batch").order_by("-fiscal_year", "-pk")


@dataclass(frozen=True, slots=True)
class Entering:
    """What entering a list comes to: how many lines, by level (name and number), and how many hold one of that year."""

    lines: int
    levels: tuple[tuple[str, int], ...]
    held: int


def to_enter(actor: Actor, row: PastImport) -> Entering:
    """What is entered when it is confirmed. Two queries."""
    ready = PastResult.objects.visible_to(actor).filter(READY, past_import=row)
    counts = ready.order_by().values_list("level_ordinal", "level_name").annotate(n=Count("pk"))
    levels = sorted(counts, reverse=True)
    standing = Certificate.objects.filter(
        Q(state="standing") | Q(state="revoked"), programme=row.programme_id, fiscal_year=row.fiscal_year
    )
    return Entering(
        lines=sum(n for _ordinal, _name, n in levels),
        levels=tuple((name, n) for _ordinal, name, n in levels),
        held=ready.filter(centre__in=standing.values("centre")).count(),
    )


def refused_lines(actor: Actor, row: PastImport) -> list[tuple[PastResult, str]]:
    """The first lines that could not be entered the last time, with the reason. At most two queries."""
    failed = BatchItem.objects.filter(batch=row.batch_id, state=BatchItem.State.FAILED).order_by("pk")[:FOUND]
    notes = {int(item.item): item.note for item in failed} if row.batch_id else {}
    if not notes:
        return []
    rows = PastResult.objects.visible_to(actor).filter(READY, pk__in=notes).order_by("line")
    return [(line, notes[line.pk]) for line in rows]


SHOWN: dict[str, Q] = {
    "open": Q(how=PastResult.How.OPEN),
    "ready": READY,
    "entered": Q(certificate__isnull=False),
    "none": Q(how=PastResult.How.NONE),
}


def lines(actor: Actor, row: PastImport, show: str = "") -> QuerySet[Any]:
    """The lines of a list in its order, all of them or those that stand as `show` says. One query."""
    rows: QuerySet[Any] = PastResult.objects.visible_to(actor).filter(past_import=row)
    shown: QuerySet[Any] = rows.filter(SHOWN.get(show, Q()))
    return shown.select_related("centre__organisation", "certificate").order_by("line")


def centre(actor: Actor, public_id: UUID) -> ServiceCentre | None:
    """A centre that may be chosen for a line. One query."""
    rows: QuerySet[ServiceCentre] = ServiceCentre.objects.visible_to(actor)
    return rows.filter(public_id=public_id).first()


def choice(actor: Actor, result_id: UUID, query: str = "") -> Choice | None:
    """One line with the centres that fit: those proposed, or those that a search finds. Two queries."""
    rows: QuerySet[Any] = PastResult.objects.visible_to(actor)
    result = rows.select_related("past_import__programme", "centre").filter(public_id=result_id).first()
    if result is None:
        return None
    centres: QuerySet[Any] = ServiceCentre.objects.visible_to(actor).select_related("organisation", "area")
    terms = search_terms(query)
    if not terms:
        by_key = centres.in_bulk([*result.candidates, *filter(None, [result.centre_id])])
        return Choice(result, tuple(by_key[pk] for pk in dict.fromkeys(_proposed(result)) if pk in by_key))
    for term in terms:
        words = search_key(term)
        centres = centres.filter(Q(search_key__contains=words) | Q(organisation__search_key__contains=words))
    return Choice(result, tuple(centres.order_by("sort_key", "pk")[:FOUND]))


def _proposed(result: PastResult) -> list[int]:
    return [*filter(None, [result.centre_id]), *result.candidates]
