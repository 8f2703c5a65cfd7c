"""Reading what was brought in: the lists, their lines, and the centres that a line may speak of."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from saduak.foundation.access import Actor
from saduak.foundation.thai.text import search_key, search_terms
from saduak.organisations.models import ServiceCentre
from saduak.register.models import PastImport, PastResult

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
    return counted.select_related("programme").order_by("-fiscal_year", "-pk")


SHOWN: dict[str, Q] = {
    "open": Q(how=PastResult.How.OPEN),
    "ready": Q(centre__isnull=False, certificate__isnull=True),
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
