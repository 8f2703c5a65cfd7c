"""The dates of the board's rows: the national closing, and what those above a unit set for it."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, DateTimeField, F, FilteredRelation, Q, Value, When
from django.utils.translation import gettext_lazy as _

from saduak.applications import rules
from saduak.applications.queries.board.shapes import HANDED_IN, OVER, code
from saduak.applications.queries.dates import Due
from saduak.foundation import clock
from saduak.foundation.access import Actor
from saduak.organisations.models import Relation, TreePath
from saduak.organisations.models.dated import on_day
from saduak.organisations.paths import ancestors
from saduak.organisations.queries import NONE, subtree_q
from saduak.programme.models import InternalDeadline, Round
from saduak.programme.queries import Effective, effective_deadlines_of, stage_of

LINE, SUPERVISION = InternalDeadline.Reach.LINE.value, InternalDeadline.Reach.SUPERVISION.value
OWN = InternalDeadline.Reach.OWN.value
CHECK = InternalDeadline.Kind.CHECK.value
# A date that is set is not yet kept in these states; a draft that came back has a date of its own.
_NOT_WAITED_FOR = frozenset({*OVER, "correction"})


@dataclass(frozen=True, slots=True)
class Unit:
    """What decides which dates count for a row."""

    office: int
    state: str
    status_only: bool
    corrects: datetime | None = None
    extended: datetime | None = None


class Dates:
    """The dates of one round as one actor sees them. One query, and one for the rows of a page."""

    def __init__(self, actor: Actor, round_: Round) -> None:
        # Each as often as there are ways down to its owner: where the owners stand is read along.
        rows = InternalDeadline.objects.filter(round=round_, retired_at__isnull=True).annotate(
            way=FilteredRelation("owner__paths", condition=Q(owner__paths__kind=TreePath.Kind.LINE)),
            path=F("way__path"),
        )
        found = list(rows.select_related("owner").order_by("due_at", "pk", "path"))
        self.internal: list[InternalDeadline] = list({row.pk: row for row in found}.values())
        self.paths: dict[int, set[str]] = defaultdict(set)
        for row in found:
            self.paths[row.owner_id] |= {row.path} - {None}
        self.round = round_
        stage = stage_of(round_)
        self.closes_at = stage.ends_at if stage else None
        held = list(actor.holding_with(rules.SEE_STATUS))
        self.mine = frozenset(pk for h in held for pk in h.organisation_ids)
        spans = [part for h in held for part in h.spans if part.kind != TreePath.Kind.AREA]
        above = {pk for part in spans for pk in ancestors(part.low)}
        # Of a unit that is only supervised one reads no date that it set itself for its own house.
        self.known = self.mine | above

    def listed(self) -> Iterable[Due]:
        """The dates that the actor's own offices set for those below, and the round's closing."""
        for row in self.internal:
            if row.owner_id in self.mine and row.reach != OWN:
                yield _due(row)
        if self.closes_at is not None:
            yield self._closing(self.closes_at)

    def of_units(self, units: Collection[Unit]) -> list[tuple[Due | None, Due | None]]:
        """For each unit the nearest internal date that it has not kept yet, and when its way is closed. One query."""
        offices = {unit.office for unit in units}
        over = effective_deadlines_of(self.round, offices, known=self.internal) if offices else {}
        return [(self._internal(unit, over[unit.office]), self._national(unit)) for unit in units]

    def _internal(self, unit: Unit, over: Effective) -> Due | None:
        return next((_due(row) for row in over.internal if self._waits(unit, row)), None)

    def _waits(self, unit: Unit, row: InternalDeadline) -> bool:
        if unit.state in _NOT_WAITED_FOR or (row.kind == CHECK and unit.state in HANDED_IN):
            return False
        return not unit.status_only or self._open_to_all(row)

    def _open_to_all(self, row: InternalDeadline) -> bool:
        return row.reach == SUPERVISION and row.owner_id in self.known

    def _national(self, unit: Unit) -> Due | None:
        if unit.state in OVER:
            return None
        if unit.corrects is not None:
            return Due("correction", _("ส่งใบสมัครที่แก้แล้ว"), unit.corrects)
        moment = unit.extended or self.closes_at
        return None if moment is None else self._closing(moment)

    def _closing(self, moment: datetime) -> Due:
        return Due("window", _("ยื่นใบสมัคร"), moment, self.round.programme.short_name)

    def nearest(self, field: str, never: datetime) -> Case:
        """The nearest internal date as the database sorts it. No query.

        Args:
            field: how to get from the row to its office.
            never: for rows that have none.
        """
        waited = ~Q(shown__in=[code(state) for state in sorted(_NOT_WAITED_FOR)])
        handed_in = Q(shown__in=[code(state) for state in sorted(HANDED_IN)])
        whens = []
        for row in self.internal:
            counts = waited & _reached(row, sorted(self.paths[row.owner_id]), field)
            if row.kind == CHECK:
                counts &= ~handed_in
            if not self._open_to_all(row):
                counts &= Q(status_only=False)
            whens.append(When(counts, then=Value(row.due_at)))
        return Case(*whens, default=Value(never), output_field=DateTimeField())


def _reached(row: InternalDeadline, paths: list[str], field: str) -> Q:
    """The rows for which a date counts, as `programme.queries.effective_deadlines_of` says."""
    if row.reach == OWN:
        return Q(**{field: row.owner_id})
    line = _under(LINE, paths, field)
    if row.reach == LINE:
        return line
    supervised = _under(SUPERVISION, paths, field) & ~line
    if row.reach == SUPERVISION:
        return supervised
    writers = Relation.objects.filter(
        _under(LINE, paths, "child"), on_day(clock.today()), kind=Relation.Kind.ISSUES_FOR
    )
    return Q(**{f"{field}__in": writers.values("parent")}) & ~line & ~supervised


def _under(kind: str, paths: list[str], field: str) -> Q:
    found = NONE
    for path in paths:
        found |= subtree_q(kind, path, field)
    return found


def _due(row: InternalDeadline) -> Due:
    what = _("ส่งร่างให้ตรวจทาน") if row.kind == CHECK else _("ยื่นใบสมัครตามที่กำหนดภายใน")
    return Due(f"{row.kind}:{row.reach}", what, row.due_at, row.owner.name_th, row.source_letter, row.note)
