"""Which centres can apply in a round, and why: anew, to renew, or for a higher level."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from saduak.applications import rules
from saduak.applications.models import Application
from saduak.applications.queries.library import own_centres
from saduak.applications.queries.overview import with_round
from saduak.foundation.access import Actor
from saduak.foundation.clock import BANGKOK
from saduak.organisations.models import ServiceCentre
from saduak.programme.models import Round
from saduak.programme.queries import stage_of
from saduak.register.models import Certificate


@dataclass(frozen=True, slots=True)
class StartOption:
    """A centre that the actor may start for, and its application when there is one."""

    centre: ServiceCentre
    application: Application | None
    suggested_kind: str


def can_start(actor: Actor, round_: Round) -> list[StartOption]:
    """The centres that the actor may start for in a round, those already started included. Three queries."""
    centres = [centre for centre in own_centres(actor, rules.START) if rules.may_start(actor, centre, round_)]
    known = {row.centre_id: row for row in Application.objects.filter(round=round_, centre__in=centres)}
    kinds = suggested_kinds(round_, [centre.pk for centre in centres])
    return [StartOption(centre, known.get(centre.pk), kinds[centre.pk]) for centre in centres]


def suggested_kinds(round_: Round, centre_ids: Iterable[int]) -> dict[int, str]:
    """Why each centre would apply, from the newest certificate of this programme that it holds or held. One query.

    Without one it applies anew. One that outlasts the announcement of this round's results needs no renewal, so the
    centre asks for a higher level; otherwise it renews.
    """
    wanted = list(centre_ids)
    rows = Certificate.objects.filter(
        centre__in=wanted,
        programme=round_.programme_id,
        state="standing",
        publication__published_at__isnull=False,
    ).order_by("valid_from", "pk")
    newest = {row.centre_id: row for row in rows}
    results = stage_of(round_, "announcement") or stage_of(round_)
    day = results.ends_at.astimezone(BANGKOK).date() if results else None
    kinds: dict[int, str] = {}
    for pk in wanted:
        certificate = newest.get(pk)
        if certificate is None:
            kinds[pk] = "new"
        else:
            kinds[pk] = "upgrade" if day is not None and certificate.valid_until > day else "renewal"
    return kinds


def my_applications(actor: Actor, round_: Round | None = None) -> QuerySet[Any]:
    """Applications of the centres at which the actor works, newest round first. Two queries."""
    mine = own_centres(actor, rules.EDIT).values("pk")
    rows: QuerySet[Any] = Application.objects.visible_to(actor).filter(centre__in=mine)
    if round_ is not None:
        rows = rows.filter(round=round_)
    return with_round(rows).order_by("-round__fiscal_year", "centre__sort_key", "pk")
