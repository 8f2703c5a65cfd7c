"""Rounds and their windows. A round comes with its stages, so that asking about a window costs nothing more."""

import itertools
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet

from saduak.foundation import clock
from saduak.foundation.access import Actor
from saduak.foundation.thai import calendar
from saduak.organisations.models import Programme
from saduak.programme.models import Round, Stage
from saduak.programme.states import Phase, phase, round_phase

APPLICATION = Stage.Key.APPLICATION.value


def rounds(actor: Actor) -> QuerySet[Any]:
    """The rounds that an actor may see, the newest first, with programme, criteria set and stages. Two queries."""
    return _whole(Round.objects.visible_to(actor))


def _whole(rows: QuerySet[Any]) -> QuerySet[Any]:
    return (
        rows.select_related("programme", "criteria_set")
        .defer("criteria_set__document")
        .prefetch_related("stages")
        .order_by("-fiscal_year", "-id")
    )


def rounds_on(moment: datetime, actor: Actor | None = None) -> QuerySet[Any]:
    """Rounds that are neither over nor closed at `moment`, of every programme; with an actor, those it may see."""
    rows = Round.objects.all() if actor is None else Round.objects.visible_to(actor)
    running = rows.annotate(first_start=Min("stages__starts_at"), last_end=Max("stages__ends_at")).filter(
        Q(closed_at__isnull=True) | Q(closed_at__gt=moment), last_end__gt=moment
    )
    return _whole(running)


def over_q(moment: datetime, way: str = "") -> Q:
    """Rounds that are over at `moment`: closed by hand, or after the last of their stages. `way` leads to the round.

    Args:
        moment: when it is asked.
        way: for example "application__round__"; empty for rounds themselves.
    """
    by_hand = Q(**{f"{way}closed_at__lte": moment})
    to_come = Stage.objects.filter(round=OuterRef(f"{way}pk"), ends_at__gt=moment)
    begun = Stage.objects.filter(round=OuterRef(f"{way}pk"))
    return by_hand | (Q(Exists(begun)) & ~Q(Exists(to_come)))


def current_round(programme: Programme, moment: datetime | None = None) -> Round | None:
    """The round to speak of now, or None. Two queries.

    When two rounds overlap, the one that takes applications now; else the newest that has begun; else the next to come.
    """
    now = moment or clock.now()
    running = list(rounds_on(now).filter(programme=programme))
    taking = [row for row in running if is_open(row, now)]
    begun = [row for row in running if round_phase_of(row, now) is Phase.OPEN]
    ahead = sorted(running, key=lambda row: row.first_start)
    found = taking or begun or ahead
    return found[0] if found else None


def next_year(programmes: Iterable[Programme], this_year: int) -> int:
    """The fiscal year that a new round is likely for: the first one, from this year on, that has no round yet."""
    later = Round.objects.filter(programme__in=list(programmes), fiscal_year__gte=this_year)
    taken = set(later.values_list("fiscal_year", flat=True))
    return next(year for year in itertools.count(this_year) if year not in taken)


def stage_of(row: Round, key: str = APPLICATION) -> Stage | None:
    """One stage of a round, or None when the round has none of that kind. No query when stages are prefetched."""
    return next((stage for stage in row.stages.all() if stage.key == key), None)


def phase_of(row: Round, key: str = APPLICATION, moment: datetime | None = None) -> Phase:
    """Where a stage stands; a round that was closed by hand takes all its stages along, a missing stage is closed."""
    now = moment or clock.now()
    stage = stage_of(row, key)
    if stage is None or (row.closed_at is not None and now >= row.closed_at):
        return Phase.CLOSED
    return phase(stage, now)


def round_phase_of(row: Round, moment: datetime | None = None) -> Phase:
    """Where the round stands as a whole."""
    return round_phase(row.stages.all(), moment or clock.now(), closed_at=row.closed_at)


def is_open(row: Round, moment: datetime, key: str = APPLICATION) -> bool:
    """Whether a stage is open at `moment` (for a deadline: the actor's `received_at`), to the microsecond."""
    return phase_of(row, key, moment) is Phase.OPEN


def open_stages(row: Round, moment: datetime | None = None) -> list[Stage]:
    """The stages that are going on."""
    now = moment or clock.now()
    return [stage for stage in row.stages.all() if phase_of(row, stage.key, now) is Phase.OPEN]


def days_left(row: Round, key: str = APPLICATION, moment: datetime | None = None) -> int | None:
    """Days until a stage closes: 0 on its last day, negative when it is over, None without such a stage."""
    stage = stage_of(row, key)
    return None if stage is None else calendar.days_left(stage.ends_at, moment or clock.now())
