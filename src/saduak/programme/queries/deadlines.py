"""Which dates count for an organisation: the national window, and what those above it set for their reach."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import CharField, Q, Value

from saduak.foundation import clock
from saduak.foundation.access import Actor
from saduak.organisations.models import Organisation, Relation, TreePath
from saduak.organisations.models.dated import on_day
from saduak.organisations.paths import ancestors
from saduak.organisations.queries import under_q
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
    """The organisations (keys) whose dates may count for any of these: those above them in any way, and they themselves.

    One query.
    """
    found = _above(organisation_ids)
    return set(organisation_ids).union(*(keys for each in found.values() for keys in each.all))


def reached_q(deadline: InternalDeadline, to: str = "organisation") -> Q:
    """Rows whose organisation a date counts for today. A few queries to read where its owner stands.

    Args:
        deadline: with its owner.
        to: how to get from the row to its organisation.
    """
    reach, owner = InternalDeadline.Reach, deadline.owner
    if deadline.reach == reach.OWN:
        return Q(**{to: owner.pk})
    if deadline.reach != reach.NAME:
        return under_q(owner, deadline.reach, to)
    line = under_q(owner, "line", to)
    writers = under_q(owner, "line", "child")
    named = Relation.objects.filter(writers, on_day(clock.today()), kind=Relation.Kind.ISSUES_FOR)
    # The nearer way counts, as for letters.
    return Q(**{f"{to}__in": named.values("parent")}) & ~line & ~under_q(owner, "supervision", to)


def effective_deadlines(row: Round, organisation: Organisation) -> Effective:
    """The dates that count for one organisation. Two queries; the stages should be prefetched."""
    return effective_deadlines_of(row, [organisation.pk])[organisation.pk]


def effective_deadlines_of(
    row: Round, organisation_ids: Collection[int], known: Collection[InternalDeadline] | None = None
) -> dict[int, Effective]:
    """The dates that count for each of many organisations. Two queries, however many there are.

    Args:
        row: with its stages.
        organisation_ids: whose dates are wanted (keys).
        known: all internal dates of the round with their owners, by date; one query less for who has read them.
    """
    over = _above(organisation_ids)
    national = stage_of(row)
    set_here = InternalDeadline.objects.filter(round=row, retired_at__isnull=True).select_related("owner")
    if len(organisation_ids) == 1:
        (only,) = organisation_ids
        set_here = set_here.filter(
            Q(owner=only, reach__in=["own", "line"])
            | Q(owner__in=over[only].line, reach="line")
            | Q(owner__in=over[only].supervision, reach="supervision")
            | Q(owner__in=over[only].name, reach="name")
        )
    by_owner: dict[int, list[InternalDeadline]] = defaultdict(list)
    for deadline in set_here.order_by("due_at", "id") if known is None else known:
        by_owner[deadline.owner_id].append(deadline)
    return {pk: Effective(national, tuple(_counting(pk, by_owner, over[pk]))) for pk in organisation_ids}


@dataclass(frozen=True, slots=True)
class _Over:
    """Who stands over an organisation, by the nearest way: commands it, supervises it, or reaches it in a name (keys)."""

    line: set[int] = field(default_factory=set)
    supervision: set[int] = field(default_factory=set)
    name: set[int] = field(default_factory=set)

    @property
    def all(self) -> tuple[set[int], set[int], set[int]]:
        return self.line, self.supervision, self.name


def _counting(pk: int, by_owner: dict[int, list[InternalDeadline]], over: _Over) -> list[InternalDeadline]:
    found = [
        deadline
        for owner in {pk}.union(*over.all)
        for deadline in by_owner.get(owner, ())
        if (deadline.reach == "own" and owner == pk)
        or (deadline.reach == "line" and (owner in over.line or owner == pk))
        or (deadline.reach == "supervision" and owner in over.supervision)
        or (deadline.reach == "name" and owner in over.name)
    ]
    return sorted(found, key=lambda deadline: (deadline.due_at, deadline.pk))


def _above(organisation_ids: Collection[int]) -> dict[int, _Over]:
    """For each organisation who stands over it (without itself). One query."""
    found: dict[int, _Over] = defaultdict(_Over)
    ids = list(organisation_ids)
    own = TreePath.objects.filter(organisation__in=ids).exclude(kind=TreePath.Kind.AREA)
    # In whose line those stand that write in its name.
    named = Relation.objects.filter(
        on_day(clock.today()), kind=Relation.Kind.ISSUES_FOR, parent__in=ids, child__paths__kind="line"
    ).annotate(by=Value("name", output_field=CharField()))
    rows = own.values_list("organisation_id", "kind", "path").union(
        named.values_list("parent_id", "by", "child__paths__path"), all=True
    )
    for pk, kind, path in rows:
        getattr(found[pk], kind).update(set(ancestors(path)) - {pk})
    for over in found.values():
        # A supervision path goes on along the line below the supervised office: who commands does not supervise.
        over.supervision.difference_update(over.line)
        over.name.difference_update(over.line, over.supervision)
    return found
