"""The board by criterion: how many of the drafts that one may read have met each, claim it, or do not have it yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from saduak.applications.models import Answer
from saduak.applications.queries.board.shapes import BoardFilters
from saduak.applications.queries.board.units import Units
from saduak.foundation.access import Actor
from saduak.programme.models import Criterion, Round
from saduak.programme.queries import contents

_CLAIMED, _BACKED = Q(claim="met"), Q(claim="met", evidence_count__gt=0)


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One criterion over many drafts."""

    criterion: Criterion
    met: int
    claimed: int
    missing: int

    @property
    def total(self) -> int:
        """How many drafts are counted."""
        return self.met + self.claimed + self.missing

    @property
    def percent(self) -> int:
        """How many of a hundred have met it with evidence."""
        return self.met * 100 // self.total if self.total else 0

    @property
    def criterion_id(self) -> UUID:
        """Its public id."""
        return self.criterion.public_id


def matrix(actor: Actor, round_: Round, wanted: BoardFilters | None = None) -> tuple[MatrixRow, ...]:
    """Each criterion of a round with its numbers, in the order of the criteria set. One query for the numbers.

    Only applications whose content the actor may read are counted, within the filters.
    """
    units = Units(actor, round_)
    centres, _offices = units.narrowed(wanted or BoardFilters())
    drafts = units.readable().filter(centre__in=centres.order_by().values("pk")).exclude(state="withdrawn")
    counts = (
        Answer.objects.filter(application__in=drafts.values("pk"))
        .order_by()
        .values("criterion_id")
        .annotate(met=Count("pk", filter=_BACKED), claimed=Count("pk", filter=_CLAIMED), total=Count("pk"))
    )
    by_criterion = {row["criterion_id"]: row for row in counts}
    return tuple(
        _row(criterion, by_criterion.get(criterion.pk))
        for criterion in contents(round_.criteria_set).criteria
    )


def _row(criterion: Criterion, found: Mapping[str, Any] | None) -> MatrixRow:
    if found is None:
        return MatrixRow(criterion, 0, 0, 0)
    return MatrixRow(
        criterion, found["met"], found["claimed"] - found["met"], found["total"] - found["claimed"]
    )
