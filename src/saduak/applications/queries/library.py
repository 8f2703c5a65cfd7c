"""A centre's library of evidence, and the centres whose library somebody may add to."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value

from saduak.applications import rules
from saduak.applications.models import Evidence, EvidenceUse
from saduak.foundation.access import Actor
from saduak.organisations.models import ServiceCentre
from saduak.organisations.queries import NONE, own_q


@dataclass(frozen=True, slots=True)
class LibraryChoices:
    """By what a library can be narrowed: the years and the criteria for which its evidence is used, newest year first."""

    years: tuple[int, ...]
    criteria: tuple[tuple[str, str, str], ...]


def library(
    actor: Actor,
    centre_id: UUID,
    *,
    q: str = "",
    kind: str = "",
    year: int | None = None,
    criterion: str = "",
    unused: bool = False,
    answer_id: UUID | None = None,
) -> QuerySet[Any]:
    """The evidence of a centre, newest first, with how often it is used (`uses`) and whether by an answer (`linked`).

    Args:
        actor: who looks.
        centre_id: whose library.
        q: words of the caption, or of a link's address.
        kind: "photo", "document", "link" or "video"; everything when empty.
        year: used in an application of this fiscal year, in the Buddhist era.
        criterion: used for the criterion with this key, in any year.
        unused: only what no answer uses.
        answer_id: the answer that `linked` speaks of.
    """
    rows: QuerySet[Any] = Evidence.objects.visible_to(actor).filter(
        centre__public_id=centre_id, retired_at__isnull=True
    )
    for word in q[:200].split()[:8]:
        rows = rows.filter(Q(caption__icontains=word) | Q(url__icontains=word))
    if kind:
        rows = rows.filter(kind=kind)
    mine = EvidenceUse.objects.filter(evidence=OuterRef("pk"), removed_at__isnull=True)
    wanted = mine.filter(**({"answer__application__round__fiscal_year": year} if year else {}))
    wanted = wanted.filter(**({"answer__criterion__key": criterion} if criterion else {}))
    if year or criterion:
        rows = rows.filter(Exists(wanted))
    if unused:
        rows = rows.exclude(Exists(mine))
    linked = Exists(mine.filter(answer__public_id=answer_id)) if answer_id else Value(value=False)
    counted: QuerySet[Any] = rows.annotate(
        uses_now=Count("uses", filter=Q(uses__removed_at__isnull=True)), linked=linked
    )
    return counted.select_related("file", "centre", "shared").order_by("-added_at", "-pk")


def library_choices(actor: Actor, centre_id: UUID) -> LibraryChoices:
    """The years and criteria (key, number, title) for which the evidence of a centre is used. One query."""
    seen = Evidence.objects.visible_to(actor).filter(centre__public_id=centre_id, retired_at__isnull=True)
    uses = EvidenceUse.objects.filter(evidence__in=seen.values("pk"), removed_at__isnull=True)
    rows = uses.order_by().values_list(
        "answer__application__round__fiscal_year",
        "answer__criterion__ordinal",
        "answer__criterion__key",
        "answer__criterion__number",
        "answer__criterion__title",
    )
    found = sorted(rows.distinct(), reverse=True)
    # A criterion that changed its number or its words is called as in the newest year.
    newest: dict[str, tuple[int, str, str]] = {}
    for _year, ordinal, key, number, title in found:
        newest.setdefault(key, (ordinal, number, title))
    order = sorted(newest, key=lambda key: (newest[key][0], key))
    return LibraryChoices(
        years=tuple(dict.fromkeys(row[0] for row in found)),
        criteria=tuple((key, newest[key][1], newest[key][2]) for key in order),
    )


@dataclass(frozen=True, slots=True)
class EvidencePage:
    """Evidence with what an edit would touch."""

    evidence: Evidence
    numbers: tuple[str, ...]
    is_signed: bool


def evidence_page(actor: Actor, evidence_id: UUID) -> EvidencePage | None:
    """Evidence that the actor may see, the criteria that use it now, and whether one of those applications is signed.

    Two queries.
    """
    row = Evidence.objects.visible_to(actor).filter(public_id=evidence_id)
    evidence = row.select_related("file", "centre__organisation").first()
    if evidence is None:
        return None
    uses = EvidenceUse.objects.filter(evidence=evidence, removed_at__isnull=True)
    facts = uses.order_by("answer__criterion__ordinal").values_list(
        "answer__criterion__number", "answer__application__state"
    )
    found = list(facts)
    return EvidencePage(
        evidence,
        numbers=tuple(dict.fromkeys(number for number, _state in found)),
        is_signed=any(state == "signed" for _number, state in found),
    )


def libraries(actor: Actor) -> QuerySet[Any]:
    """The centres whose library the actor may add to, in Thai order. One query."""
    return own_centres(actor, rules.EDIT)


def own_centres(actor: Actor, capability: str) -> QuerySet[Any]:
    """Centres at which the actor is appointed with `capability`: at the centre itself, or at its organisation."""
    rows: QuerySet[Any] = ServiceCentre.objects.filter(retired_at__isnull=True).select_related("organisation")
    if actor.is_system:
        return rows.order_by("sort_key", "pk")
    mine = own_q(actor, capability, office="organisation", centre="pk")
    return rows.filter(NONE if mine is None else mine).order_by("sort_key", "pk")
