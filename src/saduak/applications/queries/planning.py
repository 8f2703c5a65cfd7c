"""The gap plan of an application: every item that is missing with who does it by when, and what was planned and is met."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.applications import rules
from saduak.applications.models import Application, Delegation, DelegationItem, PlanItem
from saduak.applications.queries.overview import TaskList, gaps
from saduak.applications.queries.selfcheck import wanted_of
from saduak.applications.queries.standing import TaskRow
from saduak.applications.rules import helping, selfcheck
from saduak.foundation.access import Actor, Decision
from saduak.foundation.access.registry import Words
from saduak.foundation.thai.calendar import bangkok_date
from saduak.programme.queries import contents


@dataclass(frozen=True, slots=True)
class GapRow:
    """One item, what is planned for it, and to whom it was given."""

    row: TaskRow
    item: PlanItem
    wanted: tuple[str, ...]
    helpers: str
    who: Words
    late: bool
    today: date

    @property
    def is_planned(self) -> bool:
        """Whether anything is planned for it."""
        return self.item.pk is not None

    @property
    def days_over(self) -> int:
        """For how many days its date is over; 0 while it is not."""
        return (self.today - self.item.by).days if self.late and self.item.by else 0


@dataclass(frozen=True, slots=True)
class GapPlan:
    """What is missing, group by group, and what dropped out of it."""

    gates: tuple[GapRow, ...]
    returned: tuple[GapRow, ...]
    lacking: tuple[GapRow, ...]
    unanswered: tuple[GapRow, ...]
    # Planned once, and met by now or given up.
    closed: tuple[GapRow, ...]
    helpers: tuple[Delegation, ...]
    may_plan: Decision
    may_give: Decision

    @property
    def open(self) -> tuple[GapRow, ...]:
        """Everything that is missing, in the order of the page."""
        return (*self.gates, *self.returned, *self.lacking, *self.unanswered)

    @property
    def late(self) -> int:
        """For how many items the date is over."""
        return sum(row.late for row in self.open)

    @property
    def unplanned(self) -> int:
        """For how many items nobody is named."""
        return sum(not row.who for row in self.open)


def gap_plan(actor: Actor, tasks: TaskList) -> GapPlan:
    """The plan of an application whose task list the actor reads. Two queries; one for who is not of the centre.

    Who reads from above reads the plan, too: it says when the centre means to be done. Who the helpers are is the
    centre's own.
    """
    application = tasks.application
    set_ = contents(application.round.criteria_set)
    may_plan, may_give = selfcheck.may_plan(actor, application), helping.may_delegate(actor, application)
    if may_plan:
        may_plan = selfcheck.may_be_planned(application)
    if may_give:
        may_give = helping.may_be_helped(application)
    rows = PlanItem.objects.filter(application=application).select_related("delegation")
    items = {set_.by_id[item.criterion_id].key: item for item in rows}
    own = rules.is_own(actor, rules.EDIT, application.centre, application.round.programme_id)
    helpers, given = _helpers(application) if own else ((), {})
    today = bangkok_date(actor.received_at)
    left = gaps(tasks)
    missing = {row.key for row in left}

    def drawn(chosen: Sequence[TaskRow]) -> tuple[GapRow, ...]:
        found = []
        for row in chosen:
            item = items.get(row.key) or PlanItem(application=application)
            late = item.by is not None and item.by < today and item.done_at is None and row.key in missing
            wanted = wanted_of(set_.by_key[row.key])
            names = ", ".join(given.get(row.answer_id, ()))
            found.append(GapRow(row, item, wanted, names, _who(item, own=own), late, today))
        return tuple(found)

    return GapPlan(
        gates=drawn([row for row in left if row.is_gate]),
        returned=drawn([row for row in left if not row.is_gate and row.status == "returned"]),
        lacking=drawn([row for row in left if not row.is_gate and row.status == "lacking"]),
        unanswered=drawn([row for row in left if not row.is_gate and row.status in {"none", "doing"}]),
        closed=drawn([row for row in tasks.rows if row.key in items.keys() - missing]),
        helpers=helpers,
        may_plan=may_plan,
        may_give=may_give,
    )


def _who(item: PlanItem, *, own: bool) -> Words:
    if item.delegation is None:
        return item.who
    return format_lazy(_("{name} (ผู้ช่วย)"), name=item.delegation.name) if own else _("ผู้ช่วยของศูนย์")


def _helpers(application: Application) -> tuple[tuple[Delegation, ...], dict[UUID, list[str]]]:
    """Who helps with the application now, and their names by the items that they have. One query."""
    rows = DelegationItem.objects.filter(
        delegation__application=application, delegation__ended_at__isnull=True
    ).select_related("delegation", "answer")
    found: dict[int, Delegation] = {}
    given: dict[UUID, list[str]] = defaultdict(list)
    for row in rows.order_by("delegation", "pk"):
        found[row.delegation_id] = row.delegation
        given[row.answer.public_id].append(row.delegation.name)
    return tuple(found.values()), given
