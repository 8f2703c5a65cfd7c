"""Whom the words of a duty reach: only offices that its issuer commands, supervises or reaches in a name."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.db.models import Q

from saduak.foundation import clock
from saduak.organisations.models import Organisation, Relation, TreePath
from saduak.organisations.models.dated import on_day
from saduak.organisations.paths import span
from saduak.organisations.recipients.offices import ORDER, Office, Resolved, Way
from saduak.organisations.recipients.words import (
    ALL,
    BELONGING,
    CLAUSE,
    INSIDE,
    LONGEST_NAME,
    NAMED_PLACE,
    STARTS,
    Group,
    clean,
    segments,
)

_FEW_WORDS: Final = 400


@dataclass(slots=True)
class _Wanted:
    """The parts of one phrase: groups as a whole, exact words, what narrows, what no group begins."""

    groups: list[tuple[str, Group]] = field(default_factory=list)
    exact: list[tuple[str, Group | None]] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)


def resolve(phrase: str, issuer: Organisation) -> Resolved:
    """The offices that a recipient expression means, coming from `issuer`. Four queries."""
    return resolve_many([phrase], issuer)[0]


def resolve_many(phrases: Sequence[str], issuer: Organisation) -> list[Resolved]:
    """The same for many expressions of one letter. Four queries, however many there are."""
    wanted = [_parse(clean(phrase)) for phrase in phrases]
    found = _offices(wanted, issuer)
    return [_settle(phrase, parts, found) for phrase, parts in zip(phrases, wanted, strict=True)]


# --- Reading the words ------------------------------------------------------------------------------------------------


def _parse(phrase: str) -> _Wanted:
    wanted = _Wanted()
    for segment, _listed in segments(phrase):
        word, group = STARTS.at(segment)
        rest = segment[len(word) :].strip() if group else ""
        if group is None:
            wanted.exact.append((segment, None))
        elif not rest or ALL.match(rest.replace(" ", "")):
            wanted.groups.append((segment, group))
        elif INSIDE.match(rest):
            wanted.groups.append((segment, group))
            if NAMED_PLACE.search(rest) and not group.line_only and BELONGING not in rest:
                wanted.conditions.append(rest)
        elif CLAUSE.match(rest):
            wanted.groups.append((segment, group))
            wanted.conditions.append(rest)
        else:
            wanted.exact.append((segment, group))
    return wanted


# --- Finding the offices ----------------------------------------------------------------------------------------------


def _offices(wanted: list[_Wanted], issuer: Organisation) -> list[Office]:
    """Every office in the issuer's reach that any of the phrases may mean."""
    condition = _condition(wanted)
    if condition is None:
        return []
    prefixes: dict[str, list[str]] = defaultdict(list)
    own = TreePath.objects.filter(organisation=issuer).exclude(kind=TreePath.Kind.AREA)
    for kind, path in own.values_list("kind", "path"):
        prefixes[kind].append(path)
    line = ranges(TreePath.Kind.LINE, prefixes[TreePath.Kind.LINE])
    every = [path for paths in prefixes.values() for path in paths]
    supervised = ranges(TreePath.Kind.SUPERVISION, every)
    rows = TreePath.objects.filter(line | supervised, condition, organisation__retired_at__isnull=True)
    found: dict[int, Office] = {}
    for kind, pk, *row in rows.values_list("kind", "organisation_id", *_FIELDS):
        _keep(found, pk, row, Way.OWN if pk == issuer.pk else _WAYS[kind])
    for pk, *row in _in_name(line, condition):
        _keep(found, pk, row, Way.NAME)
    return sorted(found.values(), key=lambda office: office.place)


_FIELDS: Final = tuple(
    f"organisation__{name}"
    for name in ("name_th", "kind", "type_th", "head_title", "aliases", "sort_key", "area__code")
)
_WAYS: Final = {TreePath.Kind.LINE: Way.LINE, TreePath.Kind.SUPERVISION: Way.SUPERVISION}


def ranges(kind: str, prefixes: Sequence[str]) -> Q:
    """Paths of a kind that begin with one of the prefixes; no path without prefixes."""
    total = Q(pk__in=())
    for prefix in prefixes:
        part = span(kind, prefix)
        total |= Q(kind=kind, path__gte=part.low, path__lt=part.high)
    return total


def named_by(line: Q) -> set[int]:
    """The keys of organisations in whose name an office of some line writes: a department's way to the governors.

    They are few (a province each), so they are named to the next query: as one query, with three levels of offices
    inside each other, it took PostgreSQL minutes while it did not know the sizes of freshly filled tables. One query.
    """
    writers = TreePath.objects.filter(line).values("organisation")
    named = Relation.objects.filter(on_day(clock.today()), kind=Relation.Kind.ISSUES_FOR, child__in=writers)
    return set(named.values_list("parent", flat=True))


def _in_name(line: Q, condition: Q) -> Iterator[Sequence[Any]]:
    rows = TreePath.objects.filter(
        condition,
        organisation__in=named_by(line),
        organisation__retired_at__isnull=True,
        kind=TreePath.Kind.LINE,
    )
    yield from rows.values_list("organisation_id", *_FIELDS).distinct()


def _condition(wanted: list[_Wanted]) -> Q | None:
    groups = {group for parts in wanted for _word, group in parts.groups}
    exact_words = (word for parts in wanted for word, _group in parts.exact)
    words = list(dict.fromkeys(word for word in exact_words if len(word) <= LONGEST_NAME))[:_FEW_WORDS]
    total: Q | None = None
    for group in groups:
        total = group.condition() if total is None else total | group.condition()
    if words:
        exact = Q(organisation__name_th__in=words) | Q(organisation__head_title__in=words)
        for word in words:
            exact |= Q(organisation__aliases__contains=word)
        total = exact if total is None else total | exact
    return total


def _keep(found: dict[int, Office], pk: int, row: Sequence[Any], way: Way) -> None:
    known = found.get(pk)
    if known is not None:
        if ORDER[way] < ORDER[known.way]:
            found[pk] = replace(known, way=way)
        return
    name, kind, type_th, title, aliases, sort_key, area = row
    words = frozenset(clean(word) for word in (name, title, *aliases.split()) if word)
    found[pk] = Office(pk, name, way, kind, type_th, words, sort_key, area or "")


def _settle(phrase: str, wanted: _Wanted, found: list[Office]) -> Resolved:
    chosen: dict[int, Office] = {}
    unknown, several = [], []
    for word, group in wanted.groups:
        hits = [office for office in found if group.holds(office)]
        chosen |= {office.pk: office for office in hits}
        if not hits:
            unknown.append(word)
    for word, _of_group in wanted.exact:
        hits = [office for office in found if word in office.words or word.replace(" ", "") in office.words]
        if len(hits) == 1:
            chosen[hits[0].pk] = hits[0]
        else:
            unknown.append(word)
            several += [word] if hits else []
    return Resolved(
        phrase, tuple(chosen.values()), " ".join(wanted.conditions), tuple(unknown), tuple(several)
    )
