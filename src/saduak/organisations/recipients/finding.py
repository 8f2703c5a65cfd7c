"""The offices that the lines of a letter may mean: read once, then asked by group, area and name."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q

from saduak.organisations.models import Organisation, TreePath
from saduak.organisations.paths import ancestors, span
from saduak.organisations.recipients import words as w
from saduak.organisations.recipients.lines import Line, Part, spellings
from saduak.organisations.recipients.offices import Office, Way
from saduak.organisations.recipients.places import Atlas, Chain
from saduak.organisations.recipients.reach import named_by, ranges
from saduak.organisations.recipients.words import Group

# Above the first two the rows are fetched without the condition: it would cost more than the rows. SQLite takes no
# condition of more than a thousand terms.
_FEW_NAMES: Final = 12
_FEW_PLACES: Final = 40
_FEW_UPPERS: Final = 30
_COLUMNS: Final = (
    "pk",
    "name_th",
    "kind",
    "type_th",
    "head_title",
    "aliases",
    "sort_key",
    "area__code",
    "in_line",
    "supervised",
)


@dataclass(slots=True)
class Stand:
    """Where an office stands: its paths by kind, and its area."""

    line: list[str] = field(default_factory=list)
    supervision: list[str] = field(default_factory=list)
    area: str = ""

    def add(self, kind: str, path: str) -> None:
        """Take in one of its paths."""
        if kind == TreePath.Kind.AREA:
            self.area = path
        else:
            (self.line if kind == TreePath.Kind.LINE else self.supervision).append(path)

    @property
    def below(self) -> tuple[Q, Q]:
        """The paths of what stands under it, by command and by supervision."""
        line = ranges(TreePath.Kind.LINE, self.line)
        return line, ranges(TreePath.Kind.SUPERVISION, [*self.line, *self.supervision])


class Finder:
    """Everything that some lines may mean for one writer. At most five queries, however many lines and offices.

    They read the issuer's paths, named places, who stands under named offices, in whose names the issuer's offices
    write, and the offices themselves, each once, with the way by which the issuer reaches it.
    """

    def __init__(
        self,
        lines: Sequence[Line],
        left_out: Sequence[Line],
        issuer: Organisation,
        *,
        anywhere: bool,
        keys: Collection[int] = (),
    ) -> None:
        """Read it.

        Args:
            lines: those of the letter.
            left_out: the exceptions, which are looked for only among what the lines mean.
            issuer: who writes.
            anywhere: whether offices count that are neither in the issuer's reach nor in its area.
            keys: offices that count by themselves, whatever the lines say.
        """
        self.issuer, self.anywhere = issuer, anywhere
        self.central = issuer.kind in w.CENTRAL_KINDS
        parts = [part for line in lines for part in line.parts]
        every = [part for line in (*lines, *left_out) for part in line.all_parts]
        self._stands: dict[int, Stand] = defaultdict(Stand)
        self._uppers: dict[str, set[int]] = defaultdict(set)
        self._read_stands(
            {part.by.under for part in every if part.by.under and len(part.by.under) <= w.LONGEST_NAME}
        )
        self.home = "" if self.central else self._stands[issuer.pk].area
        serves = issuer.kind in w.TERRITORIAL_KINDS or issuer.type_th in w.TERRITORIAL_TYPES
        self.territory = self.home if serves else ""
        self._atlas = Atlas.of(place for part in every for place in part.by.mentions)
        self._below = self._read_below()
        self._offices = self._read_offices(
            parts, {name for line in lines for name in _names_in(line.whole, line.parts)}, keys
        )
        asked = {name for line in (*lines, *left_out) for name in _names_in(line.whole, line.all_parts)}
        self._by_name: dict[str, list[Office]] = defaultdict(list)
        for office in self._offices:
            for word in office.words & asked:
                self._by_name[word].append(office)
        self._members: dict[Group, tuple[list[Office], list[str]]] = {}

    # --- Asking -----------------------------------------------------------------------------------------------------

    @property
    def offices(self) -> list[Office]:
        """All that were read."""
        return self._offices

    def named(self, names: Iterable[str]) -> list[Office]:
        """The offices that bear one of the names."""
        return list({office.pk: office for name in names for office in self._by_name.get(name, ())}.values())

    def members(self, group: Group) -> list[Office]:
        """The offices of a group among those that were read."""
        return self._sorted(group)[0]

    def within(self, group: Group, code: str) -> list[Office]:
        """The offices of a group in an area."""
        offices, codes = self._sorted(group)
        return offices[bisect_left(codes, code) : bisect_left(codes, span("area", code).high)]

    def code(self, place: Chain) -> str | None:
        """The code of a named place; None when it cannot be told which it is."""
        return self._atlas.find(place, self.home)

    def own_area(self, level: int) -> str:
        """The code of the writer's own area, or of the district or province where it is; empty when it has none."""
        return self.home[:level] if level else self.territory

    def upper(self, name: str) -> int | None:
        """The key of the office under which others stand, by its name; None when there is none, or several."""
        found = self._uppers.get(name, set())
        return next(iter(found)) if len(found) == 1 else None

    def below(self, pk: int) -> tuple[set[int], set[int]]:
        """The keys of what stands under an office that the words name, by command and by supervision."""
        return self._below.get(pk, (set(), set()))

    def goes_far(self, part: Part) -> bool:
        """Whether a group means the whole country: the words say so, or nobody could mean less by "every one"."""
        group, by = part.group, part.by
        if group is None or group.line_only or group.area_only or by.under is not None:
            return False
        return by.nation or (by.whole and (group.national or self.central))

    def _sorted(self, group: Group) -> tuple[list[Office], list[str]]:
        if group not in self._members:
            held = (office for office in self._offices if group.holds(office))
            offices = sorted(held, key=lambda office: office.area)
            self._members[group] = offices, [office.area for office in offices]
        return self._members[group]

    # --- Reading ----------------------------------------------------------------------------------------------------

    def _read_stands(self, uppers: set[str]) -> None:
        """Where the issuer stands, and the offices under which others are said to stand. One query."""
        here = Q(organisation=self.issuer)
        rows = TreePath.objects.filter(here | Q(organisation__retired_at__isnull=True) if uppers else here)
        if 0 < len(uppers) <= _FEW_UPPERS:
            named = Q(organisation__name_th__in=uppers)
            for name in sorted(uppers):
                named |= Q(organisation__aliases__contains=name)
            rows = rows.filter(here | named)
        columns = ("organisation_id", "organisation__name_th", "organisation__aliases", "kind", "path")
        for pk, name, aliases, kind, path in rows.values_list(*columns):
            self._stands[pk].add(kind, path)
            for word in {name, *aliases.split()} & uppers:
                self._uppers[word].add(pk)

    def _read_below(self) -> dict[int, tuple[set[int], set[int]]]:
        """What stands under other offices that the words name. At most one query."""
        named = {pk for name in self._uppers if (pk := self.upper(name)) is not None} - {self.issuer.pk}
        found: dict[int, tuple[set[int], set[int]]] = {pk: (set(), set()) for pk in named}
        if found:
            rows = TreePath.objects.exclude(kind=TreePath.Kind.AREA)
            if len(named) <= _FEW_UPPERS:
                rows = rows.filter(self._paths_below(named))
            for organisation, kind, path in rows.values_list("organisation_id", "kind", "path"):
                for pk in found.keys() & ancestors(path):
                    if pk != organisation:
                        found[pk][kind == TreePath.Kind.SUPERVISION].add(organisation)
        return found

    def _paths_below(self, pks: Iterable[int]) -> Q:
        total = Q(pk__in=())
        for pk in pks:
            line, supervised = self._stands[pk].below
            total |= line | supervised
        return total

    def _read_offices(self, parts: Collection[Part], names: set[str], keys: Collection[int]) -> list[Office]:
        """Every office that the pieces may mean, in no order. Two queries."""
        line, supervised = self._stands[self.issuer.pk].below
        written_for = named_by(line)
        rows = Organisation.objects.filter(retired_at__isnull=True)
        rows = rows.annotate(in_line=_standing(line), supervised=_standing(supervised))
        reached = Q(in_line=True) | Q(supervised=True) | Q(pk__in=written_for)
        if len(names) <= _FEW_NAMES:
            rows = rows.filter(self._condition(parts, names, reached) | Q(pk__in=keys))
        if not self.anywhere:
            rows = rows.filter(reached | _in_area(self.territory) if self.territory else reached)
        return [self._office(row, written_for) for row in rows.values_list(*_COLUMNS)]

    def _condition(self, parts: Collection[Part], names: set[str], reached: Q) -> Q:
        """The offices that the pieces mean: those of their groups in reach or beyond it, and those of a name."""
        near = {part.group for part in parts if part.group and not (part.by.loose or part.by.mentions)}
        total = reached & _any_of(near)
        areas, uppers, everywhere = self._far(parts)
        if sum(map(len, areas.values())) > _FEW_PLACES:
            everywhere |= areas.keys()
            areas = {}
        if sum(map(len, uppers.values())) > _FEW_UPPERS:
            everywhere |= uppers.keys()
            uppers = {}
        total |= _any_of(everywhere)
        for group, codes in areas.items():
            for code in sorted(codes):
                total |= group.condition("") & _in_area(code)
        for group, pks in uppers.items():
            total |= group.condition("") & Q(_standing(self._paths_below(pks)))
        if names:
            total |= Q(name_th__in=names) | Q(head_title__in=names)
            for name in sorted(names):
                total |= Q(aliases__contains=name)
        return total

    def _far(self, parts: Iterable[Part]) -> tuple[dict[Group, set[str]], dict[Group, set[int]], set[Group]]:
        """Beyond the reach: in which areas groups count, under which offices they do, and which count everywhere."""
        areas: dict[Group, set[str]] = defaultdict(set)
        uppers: dict[Group, set[int]] = defaultdict(set)
        everywhere: set[Group] = set()
        for part in parts:
            group, by = part.group, part.by
            if group is None or by.loose:
                continue
            areas[group].update(code for place in by.places if (code := self.code(place)))
            if by.within and not by.mentions and (code := self.own_area(by.level)):
                areas[group].add(code)
            if by.under and (pk := self.upper(by.under)) in self._below:
                uppers[group].add(pk)
            if self.goes_far(part):
                everywhere.add(group)
        return areas, uppers, everywhere

    def _office(self, row: Sequence[Any], written_for: Collection[int]) -> Office:
        pk, name, kind, type_th, head_title, aliases, sort_key, code, in_line, supervised = row
        area = code or ""
        if pk == self.issuer.pk:
            way = Way.OWN
        elif in_line or supervised:
            way = Way.LINE if in_line else Way.SUPERVISION
        elif pk in written_for:
            way = Way.NAME
        else:
            near = self.territory and area.startswith(self.territory)
            way = Way.TERRITORY if near else Way.OTHER
        words = frozenset(word for word in (name, head_title, aliases, *aliases.split()) if word)
        return Office(pk, name, way, kind, type_th, words, sort_key, area)


def by_keys(keys: Collection[int], issuer: Organisation) -> list[Office]:
    """Offices that are known already, each with the way by which an issuer reaches it; no retired one. At most three queries."""
    return Finder([], [], issuer, anywhere=True, keys=keys).offices if keys else []


def _names_in(whole: str, parts: Iterable[Part]) -> Iterator[str]:
    """The names that a line may say: the whole of it, or its pieces."""
    yield from spellings(whole)
    for part in parts:
        yield from part.names


def _standing(paths: Q) -> Exists:
    """Whether an organisation has one of some paths."""
    return Exists(TreePath.objects.filter(paths, organisation=OuterRef("pk")))


def _any_of(groups: Iterable[Group]) -> Q:
    return reduce(or_, (group.condition("") for group in groups), Q(pk__in=()))


def _in_area(code: str) -> Q:
    part = span("area", code)
    return Q(area__code__gte=part.low, area__code__lt=part.high)
