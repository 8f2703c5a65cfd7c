"""The contents of a criteria set, in three queries; none for a published set that this process has read before."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from types import MappingProxyType
from uuid import UUID

from django.db import connection

from saduak.foundation.access.registry import Words
from saduak.organisations.models import Programme
from saduak.programme.levels import Scheme
from saduak.programme.models import CriteriaSet, Criterion, Level, Part
from saduak.programme.words import in_language

_KEPT = 32


@dataclass(frozen=True, slots=True)
class SideView:
    """A side of a part and its criteria; parts without sides have one without a name."""

    key: str
    number: int
    title_th: str
    title_en: str
    about: str
    criteria: tuple[Criterion, ...]

    @property
    def label(self) -> str:
        """The title in the reader's language."""
        return in_language(self.title_th, self.title_en)

    @property
    def points(self) -> int:
        """What the side is worth."""
        return sum(criterion.points for criterion in self.criteria)


@dataclass(frozen=True, slots=True)
class PartView:
    """A part, its criteria in order, and the same by side."""

    part: Part
    criteria: tuple[Criterion, ...]
    sides: tuple[SideView, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything in a set. Shared between requests when the set is published: read it, change nothing in it."""

    criteria_set: CriteriaSet
    parts: tuple[PartView, ...]
    levels: tuple[Level, ...]
    criteria: tuple[Criterion, ...]
    by_key: Mapping[str, Criterion]
    by_id: Mapping[int, Criterion]
    levels_by_key: Mapping[str, Level]
    scheme: Scheme

    @property
    def placeholders(self) -> int:
        """How many criteria still wait for their official title."""
        return sum(criterion.placeholder for criterion in self.criteria)

    @property
    def gate_title(self) -> Words:
        """What the set calls what must be met before anything counts, in the reader's language."""
        parts = (view.part for view in self.parts)
        return next((part.label for part in parts if part.kind == Part.Kind.GATE), Part.Kind.GATE.label)


_published: OrderedDict[tuple[str, int, UUID, str], Contents] = OrderedDict()
_guard = Lock()


def contents(criteria_set: CriteriaSet) -> Contents:
    """Parts, criteria, levels and the level rules of a set."""
    if not criteria_set.is_published:
        return _read(criteria_set)
    # The database is part of the name: a rehearsal with the same seed makes the same ids in another one.
    database = str(connection.settings_dict["NAME"])
    name = (database, criteria_set.pk, criteria_set.public_id, criteria_set.digest)
    with _guard:
        known = _published.get(name)
        if known is not None:
            _published.move_to_end(name)
            return known
    # Who asks may have read a narrow row; what is kept for everybody is the whole one.
    whole = (
        CriteriaSet.objects.get(pk=criteria_set.pk) if criteria_set.get_deferred_fields() else criteria_set
    )
    read = _read(whole)
    with _guard:
        _published[name] = read
        while len(_published) > _KEPT:
            _published.popitem(last=False)
    return read


def scheme_of(criteria_set: CriteriaSet) -> Scheme:
    """The level rules of a set."""
    return contents(criteria_set).scheme


def published_levels() -> list[tuple[str, str]]:
    """Key and name of every level that a published set gives, the highest first; of one key the newest name. One query."""
    rows = Level.objects.filter(criteria_set__state="published").order_by("criteria_set__published_at", "pk")
    newest = {row.key: row for row in rows.only("key", "name", "name_en", "ordinal")}
    ranked = sorted(newest.values(), key=lambda row: (-row.ordinal, row.key))
    return [(row.key, row.label) for row in ranked]


def known_keys(programme: Programme) -> frozenset[str]:
    """Keys of all criteria that a programme ever had: what `replaces` may name."""
    rows = Criterion.objects.filter(criteria_set__programme=programme)
    return frozenset(rows.values_list("key", flat=True))


def _read(criteria_set: CriteriaSet) -> Contents:
    parts = {part.pk: part for part in criteria_set.parts.order_by("ordinal")}
    criteria = tuple(criteria_set.criteria.order_by("ordinal"))
    levels = tuple(criteria_set.levels.order_by("ordinal"))
    for criterion in criteria:
        criterion.part = parts[criterion.part_id]
        criterion.criteria_set = criteria_set
    return Contents(
        criteria_set=criteria_set,
        parts=tuple(_part(criteria_set, part, criteria) for part in parts.values()),
        levels=levels,
        criteria=criteria,
        by_key=MappingProxyType({criterion.key: criterion for criterion in criteria}),
        by_id=MappingProxyType({criterion.pk: criterion for criterion in criteria}),
        levels_by_key=MappingProxyType({level.key: level for level in levels}),
        scheme=Scheme.of(criteria_set.document),
    )


def _part(criteria_set: CriteriaSet, part: Part, criteria: tuple[Criterion, ...]) -> PartView:
    own = tuple(criterion for criterion in criteria if criterion.part_id == part.pk)
    sides = [
        SideView(
            key=side["key"],
            number=side["number"],
            title_th=side["title"],
            title_en=side.get("title_en", ""),
            about=side.get("about", ""),
            criteria=tuple(criterion for criterion in own if criterion.side == side["key"]),
        )
        for side in criteria_set.sides
    ]
    bare = tuple(criterion for criterion in own if not criterion.side)
    if bare:
        sides.append(SideView(key="", number=0, title_th="", title_en="", about="", criteria=bare))
    return PartView(part=part, criteria=own, sides=tuple(side for side in sides if side.criteria))
