"""What assessing offices have left to do, counted ahead for the home page. Only where the secretariat said who assesses."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from saduak.applications.models import AssessorPlan, Readiness, ReadinessCount, ReadinessSending
from saduak.applications.queries.readiness.desk import OPEN, Totals
from saduak.applications.queries.readiness.lists import UNDER_WAY
from saduak.applications.queries.readiness.who import Plan, units
from saduak.applications.rules import readiness as rules
from saduak.foundation.access import Actor
from saduak.organisations.models import Organisation
from saduak.programme.models import Round, Stage
from saduak.programme.queries import over_q


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits at one office in a round. `what`: "assess", "send", "confirm", or "stopped": a list that could not be sent."""

    what: str
    count: int
    round: Round
    office: Organisation
    due_at: datetime | None


def waiting(actor: Actor) -> Iterator[Waiting]:
    """What waits for who assesses. One query; none for everybody else: heads are told by a notice."""
    keys = set(rules.offices(actor, rules.ASSESS))
    for row in _left(actor, keys) if keys else ():
        programme_id = row.round.programme_id
        assesses = row.office_id in rules.offices(actor, rules.ASSESS, programme_id)
        confirms = row.office_id in rules.offices(actor, rules.CONFIRM, programme_id)
        counts = {
            "assess": row.to_assess if assesses else 0,
            "stopped": row.stopped if assesses else 0,
            # What is confirmed meanwhile is sent after what is on its way, which waits for nobody.
            "send": row.confirmed if assesses and row.going is None else 0,
            "confirm": row.assessed if confirms else 0,
        }
        for what, count in counts.items():
            if count:
                yield Waiting(what, count, row.round, row.office, row.closes)


def _left(actor: Actor, offices: set[int]) -> QuerySet[Any]:
    """Where anything is left in rounds that are not over, with the day on which each takes no more applications."""
    window = Stage.objects.filter(round=OuterRef("round"), key=Stage.Key.APPLICATION)
    sending = ReadinessSending.objects.filter(
        UNDER_WAY, round=OuterRef("round"), assessor=OuterRef("office")
    ).order_by()
    some = Q(to_assess__gt=0) | Q(assessed__gt=0) | Q(confirmed__gt=0) | Q(stopped__gt=0)
    rows: QuerySet[Any] = ReadinessCount.objects.filter(office__in=offices).annotate(
        closes=Subquery(window.values("ends_at")[:1]),
        going=Subquery(sending.values("units")[:1]),
        stopped=Subquery(sending.filter(stopped_at__isnull=False).values("units")[:1]),
    )
    rows = rows.filter(some).exclude(over_q(actor.received_at, "round__"))
    return rows.select_related("round", "office").order_by("-round__fiscal_year", "pk")


# --- Counting ----------------------------------------------------------------------------------------------------------


def counted(round_: Round, plan: Plan) -> list[ReadinessCount]:
    """What each office has left in a round under its rules. One query."""
    said = Readiness.objects.filter(round=round_, centre=OuterRef("pk"), assessor=OuterRef("falls_to"))
    state = Coalesce(Subquery(said.values("state")[:1]), Value("none"), output_field=CharField())
    rows = units(plan.rules).filter(falls_to__isnull=False).annotate(state=state).order_by()
    found: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for office, state_, n in (
        rows.values("falls_to", "state").annotate(n=Count("pk")).values_list("falls_to", "state", "n")
    ):
        found[office][state_] += n
    return [count_of(round_, office, states) for office, states in found.items()]


def count_of(round_: Round, office_id: int, states: Any) -> ReadinessCount:
    """One office's numbers from how many units it has in each state."""
    return ReadinessCount(
        round=round_,
        office_id=office_id,
        to_assess=sum(states[state] for state in sorted(OPEN)),
        assessed=states["assessed"],
        confirmed=states["confirmed"],
    )


def count_from(round_: Round, office: Organisation, totals: Totals) -> ReadinessCount:
    """As above, from the numbers of its list."""
    return count_of(round_, office.pk, totals.states)


def running_rounds(moment: datetime) -> list[UUID]:
    """The rounds that are not over and for which the secretariat said who assesses. One query."""
    rows = AssessorPlan.objects.exclude(over_q(moment, "round__")).order_by("pk")
    return list(rows.values_list("round__public_id", flat=True))
