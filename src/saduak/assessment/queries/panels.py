"""Panels of a round, who may sit on them, and what giving them cases would mean."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Max, Prefetch, Q, QuerySet

from saduak.assessment.conflicts import WITH_PLACES, Plan, plan
from saduak.assessment.models import Case, Conflict, Panel, PanelMember
from saduak.assessment.queries.cases import cases
from saduak.assessment.rules import MANAGE, may_retire
from saduak.foundation.access import Actor, Decision
from saduak.foundation.thai.calendar import bangkok_date
from saduak.organisations.models import Appointment, Person, Role
from saduak.organisations.models.dated import on_day


def _seated() -> Prefetch[str]:
    rows = PanelMember.objects.filter(left_at__isnull=True).select_related("person").order_by("pk")
    return Prefetch("members", rows, to_attr="seated")


def panels(actor: Actor, round_pk: int, *, retired: bool = False) -> QuerySet[Panel]:
    """Panels of a round with those who sit on them (`seated`) and how much they have to do. Two queries.

    Args:
        actor: who asks.
        round_pk: of which round.
        retired: those that are closed, in place of those that work.
    """
    rows: QuerySet[Panel] = Panel.objects.visible_to(actor).filter(
        round_id=round_pk, retired_at__isnull=not retired
    )
    return (
        rows.prefetch_related(_seated())
        .annotate(
            scoring=Count("cases", filter=Q(cases__state="scoring"), distinct=True),
            agreed=Count("cases", filter=Q(cases__state="agreed"), distinct=True),
        )
        .order_by("number")
    )


def next_number(actor: Actor, round_pk: int) -> int:
    """The number after the last panel of a round; that of a closed one is not given again. One query."""
    rows = Panel.objects.visible_to(actor).filter(round_id=round_pk)
    return (rows.aggregate(last=Max("number"))["last"] or 0) + 1


@dataclass(frozen=True, slots=True)
class PanelPage:
    """A panel: its members, those who left, its cases, and who may not judge which of them."""

    panel: Panel
    members: list[PanelMember]
    left: list[PanelMember]
    cases: QuerySet[Case]
    may_retire: Decision
    conflicts: list[Conflict]


def panel_page(actor: Actor, panel_id: uuid.UUID) -> PanelPage | None:
    """One panel, for those who make panels. Five queries and the list of cases."""
    panel = (
        Panel.objects.visible_to(actor)
        .filter(public_id=panel_id)
        .select_related("round__programme", "round__criteria_set")
        .first()
    )
    if panel is None or not actor.can(MANAGE, programme_id=panel.round.programme_id):
        return None
    everybody = list(PanelMember.objects.filter(panel=panel).select_related("person").order_by("pk"))
    rows = cases(actor).filter(panel=panel)
    barred = Conflict.objects.filter(
        case__in=rows.order_by().values("pk"), person__in=[member.person_id for member in everybody]
    )
    return PanelPage(
        panel=panel,
        members=[member for member in everybody if member.left_at is None],
        left=[member for member in everybody if member.left_at is not None],
        cases=rows,
        may_retire=may_retire(panel),
        conflicts=list(barred.select_related("person", "case__application__centre").order_by("case", "pk")),
    )


def members_of(panel: Panel) -> list[PanelMember]:
    """Who sits on a panel now."""
    rows = PanelMember.objects.filter(panel=panel, left_at__isnull=True)
    return list(rows.select_related("person").order_by("pk"))


def evaluators(actor: Actor, programme_id: int) -> QuerySet[Person]:
    """Who is appointed as evaluator of a programme today, for those who make panels."""
    if not actor.can(MANAGE, programme_id=programme_id):
        return Person.objects.none()
    held = Appointment.objects.filter(on_day(bangkok_date(actor.received_at)), role=Role.EVALUATOR).filter(
        Q(programme__isnull=True) | Q(programme=programme_id)
    )
    return Person.objects.filter(pk__in=held.values("person")).order_by("name", "pk")


def waiting_for_panel(actor: Actor, round_pk: int) -> QuerySet[Case]:
    """Accepted cases of a round that no panel has yet, the longest waiting first."""
    return cases(actor, state="accepted").filter(application__round_id=round_pk)


def preview(actor: Actor, panel: Panel, case_ids: Iterable[uuid.UUID]) -> list[Plan]:
    """What giving these cases to a panel would mean, before it is done. Five queries, whatever their number."""
    rows = waiting_for_panel(actor, panel.round_id).filter(public_id__in=list(case_ids))
    return plan(members_of(panel), list(rows.select_related(*WITH_PLACES)), bangkok_date(actor.received_at))
