"""The board by its parts: province → district, or ministry → department → branch, each with its numbers."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Length, Substr

from saduak.applications import rules
from saduak.applications.queries.board.shapes import BoardFilters, BoardGroup, BoardGroups
from saduak.applications.queries.board.units import AREA, Units, as_key
from saduak.foundation.access import Actor
from saduak.organisations.models import Area, Organisation, TreePath
from saduak.organisations.models.dated import WIDTH, ancestors
from saduak.organisations.paths import span
from saduak.organisations.queries.reach import NATIONAL, outermost
from saduak.programme.models import Round


@dataclass(slots=True)
class _Sum:
    total: int = 0
    not_started: int = 0
    submitted: int = 0
    deepest: int = 0

    def add(self, shown: str, n: int, deepest: int) -> None:
        state = shown[1:]
        self.total += n
        self.not_started += n * (state == "none")
        self.submitted += n * (state == "submitted")
        self.deepest = max(self.deepest, deepest)


def board_groups(actor: Actor, round_: Round, wanted: BoardFilters, by: str) -> BoardGroups:
    """The parts one step below what the filters name ("line" or "area"), with their numbers. At most five queries.

    Units that are only supervised are counted by the three states that the reader knows of them.
    """
    units = Units(actor, round_)
    return _by_line(units, wanted) if by == "line" else _by_area(units, wanted)


# --- By area ---------------------------------------------------------------------------------------------------------


def _by_area(units: Units, wanted: BoardFilters) -> BoardGroups:
    here = wanted.area if AREA.fullmatch(wanted.area) else ""
    width = min(len(here) + 2, 4)

    def more(centres: QuerySet[Any], offices: QuerySet[Any]) -> tuple[Any, Any]:
        return (
            centres.annotate(part=Substr("organisation__area__code", 1, width)),
            offices.annotate(part=Substr("area__code", 1, width)),
        )

    sums: dict[str, _Sum] = defaultdict(_Sum)
    for part, shown, n in units.counted("part", "shown", wanted=wanted, more=more):
        sums[part or ""].add(shown, n, 0)
    trail = [here[:size] for size in range(2, len(here) + 1, 2)]
    places = Area.objects.filter(code__in=[*sums, *trail]).order_by("sort_key", "code")
    names = dict(places.values_list("code", "name_th"))
    groups = [
        _group(code, name, sums[code], deeper=len(code) == 2) for code, name in names.items() if code in sums
    ]
    return BoardGroups("area", tuple(groups), tuple((names[code], code) for code in trail if code in names))


def _group(key: str, name: str, found: _Sum, *, deeper: bool) -> BoardGroup:
    return BoardGroup(key, name, found.total, found.not_started, found.submitted, deeper)


# --- By line ---------------------------------------------------------------------------------------------------------


def _by_line(units: Units, wanted: BoardFilters) -> BoardGroups:
    office = as_key(wanted.of)
    path = units.path_of(office) if office else ""
    roots = [path] if path else _roots(units.actor)
    # Several ways down: the offices that they begin with are the parts.
    parts: list[tuple[int, _Sum, bool]] = []
    for low in roots:
        start = len(low) if len(roots) == 1 else len(low) - WIDTH
        sums = _counted(units, wanted, start, low)
        parts += [(pk, found, found.deepest > start + WIDTH) for pk, found in sums.items()]
    way = ancestors(path)
    rows = Organisation.objects.filter(pk__in={*way, *(pk for pk, _sum, _deeper in parts)})
    names = {row.pk: row for row in rows.only("public_id", "name_th", "sort_key")}
    parts.sort(key=lambda part: (names[part[0]].sort_key, part[0]))
    groups = (
        _group(str(names[pk].public_id), names[pk].name_th, found, deeper=deeper)
        for pk, found, deeper in parts
    )
    trail = tuple((names[pk].name_th, str(names[pk].public_id)) for pk in way)
    return BoardGroups("line", tuple(groups), trail)


def _roots(actor: Actor) -> list[str]:
    """Where the lines of command begin that the actor follows; "" is the top of the country."""
    held = list(actor.holding_with(rules.SEE_STATUS))
    if any(h.role in NATIONAL for h in held):
        return [""]
    return outermost(part.low for h in held for part in h.spans if part.kind == TreePath.Kind.LINE)


def _counted(units: Units, wanted: BoardFilters, start: int, low: str) -> Mapping[int, _Sum]:
    """The numbers by the office whose digits stand at a place in the line paths that begin with `low`. One query."""
    part = span(TreePath.Kind.LINE, low) if low else None

    def side(rows: QuerySet[Any], way: str) -> QuerySet[Any]:
        found: dict[str, Any] = {f"{way}kind": TreePath.Kind.LINE}
        if part is not None:
            found |= {f"{way}path__gte": part.low, f"{way}path__lt": part.high}
        digits = Substr(f"{way}path", start + 1, WIDTH)
        told: QuerySet[Any] = rows.filter(**found).annotate(part=digits, depth=Length(f"{way}path"))
        return told

    def more(centres: QuerySet[Any], offices: QuerySet[Any]) -> tuple[Any, Any]:
        return side(centres, "organisation__paths__"), side(offices, "paths__")

    sums: dict[int, _Sum] = defaultdict(_Sum)
    for digits, shown, depth, n in units.counted("part", "shown", "depth", wanted=wanted, more=more):
        if digits:
            sums[int(digits)].add(shown, n, depth)
    return sums
