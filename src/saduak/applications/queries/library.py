"""A centre's library of evidence, and the centres whose library somebody may add to."""

from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value

from saduak.applications import rules
from saduak.applications.models import Evidence, EvidenceUse
from saduak.foundation.access import Actor, Reach
from saduak.organisations.models import ServiceCentre


def library(
    actor: Actor, centre_id: UUID, *, q: str = "", kind: str = "", answer_id: UUID | None = None
) -> QuerySet[Any]:
    """The evidence of a centre, newest first, with how often it is used (`uses`) and whether by an answer (`linked`).

    Args:
        actor: who looks.
        centre_id: whose library.
        q: words of the caption.
        kind: "photo" or "document"; everything when empty.
        answer_id: the answer that `linked` speaks of.
    """
    rows: QuerySet[Any] = Evidence.objects.visible_to(actor).filter(
        centre__public_id=centre_id, retired_at__isnull=True
    )
    for word in q[:200].split()[:8]:
        rows = rows.filter(caption__icontains=word)
    if kind:
        rows = rows.filter(kind=kind)
    mine = EvidenceUse.objects.filter(evidence=OuterRef("pk"), removed_at__isnull=True)
    linked = Exists(mine.filter(answer__public_id=answer_id)) if answer_id else Value(value=False)
    counted: QuerySet[Any] = rows.annotate(
        uses_now=Count("uses", filter=Q(uses__removed_at__isnull=True)), linked=linked
    )
    return counted.select_related("file", "centre").order_by("-added_at", "-pk")


def libraries(actor: Actor) -> QuerySet[Any]:
    """The centres whose library the actor may add to, in Thai order. One query."""
    return own_centres(actor, rules.EDIT)


def own_centres(actor: Actor, capability: str) -> QuerySet[Any]:
    """Centres at which the actor is appointed with `capability`: at the centre itself, or at its organisation."""
    rows: QuerySet[Any] = ServiceCentre.objects.filter(retired_at__isnull=True).select_related("organisation")
    if actor.is_system:
        return rows.order_by("sort_key", "pk")
    held = [h for h in actor.holding_with(capability) if h.reach == Reach.OWN]
    centres = [h.centre_id for h in held if h.centre_id is not None]
    offices = {pk for h in held if h.centre_id is None for pk in h.organisation_ids}
    return rows.filter(Q(pk__in=centres) | Q(organisation__in=offices)).order_by("sort_key", "pk")
