"""Paths: every way from the top to an organisation, written as digits, so that a subtree is an index range.

A line path strings together six digits an organisation, from the top down. A supervision path is a line path of the
supervisor, followed by the supervised organisation and what stands under it: so the offices that a province supervises
lie in the range of the province's own path, under the kind "supervision". An area path is the area's official code.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from saduak.foundation import clock
from saduak.foundation.access import Invalid, Span
from saduak.organisations.models import Organisation, Relation, TreePath
from saduak.organisations.models.dated import WIDTH, on_day
from saduak.organisations.models.dated import ancestors as ancestors  # noqa: PLC0414 - paths are read here

_FEW = 500
_CHUNK = 2000

Key = tuple[int, str, str]


def step(organisation_id: int) -> str:
    """The digits of one organisation in a path."""
    return f"{organisation_id:0{WIDTH}d}"


def span(kind: str, prefix: str) -> Span:
    """The range of all paths that begin with `prefix`: the prefix itself and everything below it.

    The upper bound is the next number of the same length, so that the range holds in any collation of digits.
    """
    return Span(kind, prefix, f"{int(prefix) + 1:0{len(prefix)}d}")


@dataclass(slots=True)
class Graph:
    """Today's relations in memory: a few ten thousand pairs at the size of the country."""

    line: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    supervision: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    below: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    _line_paths: dict[int, list[str]] = field(default_factory=dict)
    _supervision_paths: dict[int, list[str]] = field(default_factory=dict)
    _open: set[int] = field(default_factory=set)

    @classmethod
    def today(cls) -> "Graph":
        """The relations that hold on today's business date. One query."""
        rows = Relation.objects.filter(
            on_day(clock.today()), kind__in=[Relation.Kind.LINE, Relation.Kind.SUPERVISION]
        )
        return cls.of(rows.order_by("parent_id").values_list("kind", "child_id", "parent_id"))

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, int, int]]) -> "Graph":
        """A graph from (kind, child, parent)."""
        graph = cls()
        for kind, child, parent in pairs:
            (graph.line if kind == Relation.Kind.LINE else graph.supervision)[child].append(parent)
            graph.below[parent].append(child)
        return graph

    def under(self, roots: Collection[int]) -> set[int]:
        """The roots and everything below them, by command or supervision."""
        seen, waiting = set(roots), list(roots)
        while waiting:
            for child in self.below.get(waiting.pop(), ()):
                if child not in seen:
                    seen.add(child)
                    waiting.append(child)
        return seen

    def line_paths(self, organisation_id: int) -> list[str]:
        """Every line path of an organisation.

        Raises:
            Invalid: the relations run in a circle.
        """
        known = self._line_paths.get(organisation_id)
        if known is None:
            with self._entering(organisation_id):
                own, parents = step(organisation_id), self.line.get(organisation_id, ())
                known = [path + own for parent in parents for path in self.line_paths(parent)] or [own]
            self._line_paths[organisation_id] = known
        return known

    def supervision_paths(self, organisation_id: int) -> list[str]:
        """Every supervision path of an organisation: its supervisors' paths, and those it inherits from its own line.

        Raises:
            Invalid: the relations run in a circle.
        """
        known = self._supervision_paths.get(organisation_id)
        if known is None:
            with self._entering(organisation_id):
                above = [
                    path
                    for supervisor in self.supervision.get(organisation_id, ())
                    for path in (*self.line_paths(supervisor), *self.supervision_paths(supervisor))
                ]
                above += [
                    p for parent in self.line.get(organisation_id, ()) for p in self.supervision_paths(parent)
                ]
                known = [path + step(organisation_id) for path in dict.fromkeys(above)]
            self._supervision_paths[organisation_id] = known
        return known

    def _entering(self, organisation_id: int) -> "_Entry":
        return _Entry(self._open, organisation_id)


class _Entry:
    """Marks an organisation as being worked out; meeting it again there is a circle."""

    def __init__(self, opened: set[int], organisation_id: int) -> None:
        self.opened, self.organisation_id = opened, organisation_id

    def __enter__(self) -> None:
        if self.organisation_id in self.opened:
            raise Invalid(_("ความสัมพันธ์นี้ทำให้สายบังคับบัญชาวนกลับมาที่หน่วยงานเดิม"), code="circle")
        self.opened.add(self.organisation_id)

    def __exit__(self, *_: object) -> None:
        self.opened.discard(self.organisation_id)


def rebuild(*roots: Organisation) -> int:
    """Bring the paths in line with today's relations, for all or for what stands under `roots`.

    Call it in a transaction: half of the paths would be half of the access.

    Constant queries: read relations, organisations and paths, then delete what is gone and add what is new.

    Returns:
        How many rows changed.

    Raises:
        Invalid: the relations run in a circle.
    """
    for root in roots:
        root.__dict__.pop("ways", None)
        root.__dict__.pop("writes_for", None)
    graph = Graph.today()
    chosen = graph.under({root.pk for root in roots}) if roots else None
    organisations = Organisation.objects.order_by("pk")
    present = TreePath.objects.all()
    if chosen is not None and len(chosen) <= _FEW:
        organisations, present = organisations.filter(pk__in=chosen), present.filter(organisation__in=chosen)
    wanted = {
        key
        for pk, area in organisations.values_list("pk", "area__code")
        if chosen is None or pk in chosen
        for key in _keys(graph, pk, area)
    }
    existing: dict[Key, int] = {
        (organisation, kind, path): pk
        for pk, organisation, kind, path in present.values_list("pk", "organisation_id", "kind", "path")
        if chosen is None or organisation in chosen
    }
    gone = [pk for key, pk in existing.items() if key not in wanted]
    new = sorted(wanted - existing.keys())
    for start in range(0, len(gone), _CHUNK):
        TreePath.objects.filter(pk__in=gone[start : start + _CHUNK]).delete()
    TreePath.objects.bulk_create(
        (TreePath(organisation_id=organisation, kind=kind, path=path) for organisation, kind, path in new),
        batch_size=_CHUNK,
    )
    return len(gone) + len(new)


def _keys(graph: Graph, organisation_id: int, area: str | None) -> Iterator[Key]:
    for path in graph.line_paths(organisation_id):
        yield organisation_id, TreePath.Kind.LINE, path
    for path in graph.supervision_paths(organisation_id):
        yield organisation_id, TreePath.Kind.SUPERVISION, path
    if area:
        yield organisation_id, TreePath.Kind.AREA, area
