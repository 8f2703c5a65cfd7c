"""Which dates count for an organisation: the national window, and what those above it set for their reach."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from saduak.foundation.access import Actor
from saduak.organisations.models import Organisation, TreePath
from saduak.organisations.paths import ancestors
from saduak.programme.models import InternalDeadline, Round, Stage
from saduak.programme.queries.rounds import rounds_on, stage_of

CHECK, SUBMIT = InternalDeadline.Kind.CHECK.value, InternalDeadline.Kind.SUBMIT.value


@dataclass(frozen=True, slots=True)
class Effective:
    """The dates that count for one organisation in one round.

    `check` and `submit` are the earliest internal dates of their kind; `internal` holds all of them by date.
    Only the national window closes anything: internal dates are promises within the line, they never block.
    """

    national: Stage | None
    internal: tuple[InternalDeadline, ...] = ()

    @property
    def check(self) -> InternalDeadline | None:
        """By when to hand in the draft for checking."""
        return next((row for row in self.internal if row.kind == CHECK), None)

    @property
    def submit(self) -> InternalDeadline | None:
        """By when to submit, as a superior wishes."""
        return next((row for row in self.internal if row.kind == SUBMIT), None)

    @property
    def closes_at(self) -> datetime | None:
        """When the national window closes."""
        return self.national.ends_at if self.national else None

    @property
    def submit_by(self) -> datetime | None:
        """The earlier of the national closing and the internal date to submit."""
        dates = [at for at in (self.closes_at, self.submit.due_at if self.submit else None) if at]
        return min(dates, default=None)


@dataclass(frozen=True, slots=True)
class Current:
    """A round that is going on, with the dates that count for each of the reader's own organisations."""

    round: Round
    effective: dict[int, Effective]

    @property
    def window(self) -> Stage | None:
        """When the round takes applications."""
        return stage_of(self.round)

    @property
    def internal(self) -> list[InternalDeadline]:
        """The internal dates of all the organisations, each once, by date."""
        rows = {deadline.pk: deadline for each in self.effective.values() for deadline in each.internal}
        return sorted(rows.values(), key=lambda deadline: (deadline.due_at, deadline.pk))


def current(actor: Actor, organisation_ids: Collection[int] = ()) -> list[Current]:
    """The rounds that are going on, the newest first. Two queries, and two a round when there are organisations.

    Args:
        actor: who reads, and when.
        organisation_ids: the organisations whose dates are wanted (keys).
    """
    return [
        Current(row, effective_deadlines_of(row, organisation_ids) if organisation_ids else {})
        for row in rounds_on(actor.received_at, actor)
    ]


def above(organisation_ids: Collection[int]) -> set[int]:
    """The organisations (keys) that stand above any of these, by command or supervision, and they themselves. One query."""
    line, supervision = _above(organisation_ids)
    return set(organisation_ids).union(*line.values(), *supervision.values())


def effective_deadlines(row: Round, organisation: Organisation) -> Effective:
    """The dates that count for one organisation. Two queries; the stages should be prefetched."""
    return effective_deadlines_of(row, [organisation.pk])[organisation.pk]


def effective_deadlines_of(row: Round, organisation_ids: Collection[int]) -> dict[int, Effective]:
    """The dates that count for each of many organisations. Two queries, however many there are."""
    line, supervision = _above(organisation_ids)
    national = stage_of(row)
    set_here = InternalDeadline.objects.filter(round=row, retired_at__isnull=True).select_related("owner")
    if len(organisation_ids) == 1:
        (only,) = organisation_ids
        set_here = set_here.filter(
            Q(owner=only, reach__in=["own", "line"])
            | Q(owner__in=line[only], reach="line")
            | Q(owner__in=supervision[only], reach="supervision")
        )
    by_owner: dict[int, list[InternalDeadline]] = defaultdict(list)
    for deadline in set_here.order_by("due_at", "id"):
        by_owner[deadline.owner_id].append(deadline)
    return {
        pk: Effective(national, tuple(_counting(pk, by_owner, line[pk], supervision[pk])))
        for pk in organisation_ids
    }


def _counting(
    pk: int, by_owner: dict[int, list[InternalDeadline]], line: set[int], supervision: set[int]
) -> list[InternalDeadline]:
    found = [
        deadline
        for owner in {pk} | line | supervision
        for deadline in by_owner.get(owner, ())
        if (deadline.reach == "own" and owner == pk)
        or (deadline.reach == "line" and (owner in line or owner == pk))
        or (deadline.reach == "supervision" and owner in supervision)
    ]
    return sorted(found, key=lambda deadline: (deadline.due_at, deadline.pk))


def _above(organisation_ids: Iterable[int]) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """For each organisation: who commands it, who supervises it (keys, without itself)."""
    line: dict[int, set[int]] = defaultdict(set)
    supervision: dict[int, set[int]] = defaultdict(set)
    rows = TreePath.objects.filter(organisation__in=list(organisation_ids)).exclude(kind=TreePath.Kind.AREA)
    for pk, kind, path in rows.values_list("organisation_id", "kind", "path"):
        (line if kind == TreePath.Kind.LINE else supervision)[pk].update(set(ancestors(path)) - {pk})
    for pk, commanding in line.items():
        # A supervision path goes on along the line below the supervised office: who commands does not supervise.
        supervision[pk] -= commanding
    return line, supervision
