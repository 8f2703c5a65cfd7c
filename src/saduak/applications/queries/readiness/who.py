"""Who assesses which unit, worked out by the database from the rules of a round and today's tree."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import BigIntegerField, Case, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Substr

from saduak.applications.models import AssessorPlan, AssessorRule
from saduak.applications.rules.readiness import Rule, usual
from saduak.foundation.access import Actor
from saduak.organisations.models import Area, Organisation, ServiceCentre, TreePath
from saduak.organisations.models.dated import WIDTH
from saduak.programme.models import Round

# How deep a path can be.
_LEVELS: Final = (TreePath._meta.get_field("path").max_length or WIDTH) // WIDTH
_KEY: Final = BigIntegerField()


@dataclass(frozen=True, slots=True)
class Plan:
    """The rules that count in a round. `is_set`: the secretariat said so; else they are the usual ones of the file."""

    rules: tuple[Rule, ...]
    source: str
    official: bool
    is_set: bool


def plan_of(round_: Round) -> Plan:
    """Who assesses whom in a round. One query, two where the secretariat said so."""
    row = AssessorPlan.objects.filter(round=round_).prefetch_related("rules").first()
    if row is not None:
        return plan_from(row)
    said = usual()
    return Plan(said.rules, said.source, said.official, is_set=False)


def plan_from(row: AssessorPlan) -> Plan:
    """The rules of a plan that was read with them."""
    ordered = sorted(row.rules.all(), key=lambda rule: rule.ordinal)
    return Plan(tuple(_rule(rule) for rule in ordered), row.source, row.official, is_set=True)


def fingerprint(plan: Plan) -> str:
    """What tells whether a plan is still the one that a page showed, by rules, source and whether it was set at all."""
    return hashlib.sha256(repr(plan).encode()).hexdigest()[:16]


def _rule(row: AssessorRule) -> Rule:
    return Rule(
        assessor=row.assessor,
        areas=tuple(row.areas),
        kinds=tuple(row.kinds),
        assessor_kinds=tuple(row.assessor_kinds),
        office_id=row.office_id,
        note=row.note,
    )


def units(rules: Sequence[Rule]) -> QuerySet[Any]:
    """All units that serve today, each with the office that assesses it: `falls_to` (a key), empty when nobody does."""
    rows: QuerySet[Any] = ServiceCentre.objects.filter(
        retired_at__isnull=True, organisation__retired_at__isnull=True
    )
    place = Coalesce("area__code", "organisation__area__code", Value(""))
    found: QuerySet[Any] = rows.annotate(place=place).annotate(
        falls_to=_first([_found_by(rule) for rule in rules])
    )
    return found


def _first(found: list[Any]) -> Any:
    """The first of some values that is there; nothing, when there are none."""
    if not found:
        return Value(None, output_field=_KEY)
    return found[0] if len(found) == 1 else Coalesce(*found, output_field=_KEY)


def _found_by(rule: Rule) -> Any:
    """The office that a rule finds for a unit, empty where the rule does not fit."""
    fits = Q()
    for area in rule.areas:
        fits |= Q(place__startswith=area)
    if rule.kinds:
        fits &= Q(organisation__kind__in=rule.kinds)
    office = _office(rule)
    return Case(When(fits, then=office), output_field=_KEY) if fits else office


def _office(rule: Rule) -> Any:
    if rule.assessor == "named":
        return Value(rule.office_id, output_field=_KEY)
    return _first([_nearest(rule.assessor, kind) for kind in rule.assessor_kinds])


def _nearest(way: str, kind: str) -> Subquery:
    """The nearest office of a kind along the ways up of a unit's organisation.

    The beginnings of a path are the paths of all who stand above it, so they are looked up, never walked. Of several
    ways the office with the lowest key counts, so that everybody finds the same one.
    """
    beginnings = [Substr(OuterRef("path"), 1, WIDTH * level) for level in range(1, _LEVELS + 1)]
    # Read one by one by its key: a join would go through every office of the kind, for each unit again.
    sort = Organisation.objects.filter(pk=OuterRef("organisation"), retired_at__isnull=True).values("kind")
    above = TreePath.objects.filter(kind=TreePath.Kind.LINE, path__in=beginnings)
    if way == TreePath.Kind.SUPERVISION:  # nobody supervises itself
        above = above.exclude(organisation=OuterRef("organisation"))
    above = above.annotate(sort=Subquery(sort[:1])).filter(sort=kind)
    nearest = Subquery(above.order_by("-path").values("organisation")[:1], output_field=_KEY)
    ways = TreePath.objects.filter(kind=way, organisation=OuterRef("organisation")).annotate(found=nearest)
    first = ways.order_by(F("found").asc(nulls_last=True)).values("found")
    return Subquery(first[:1], output_field=_KEY)


# --- How many fall to whom ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Falls:
    """How many units fall to an office; no office: nobody assesses them."""

    office: Organisation | None
    units: int


def falls(rules: Sequence[Rule]) -> list[Falls]:
    """How many units fall to whom: those whom nobody assesses first, then the offices with most. Two queries."""
    rows = units(rules).order_by().values("falls_to").annotate(n=Count("pk")).values_list("falls_to", "n")
    counts = dict(rows)
    nobody = counts.pop(None, 0)
    offices = Organisation.objects.in_bulk(counts)
    found = [Falls(offices.get(key), n) for key, n in counts.items()]
    found.sort(key=lambda row: (-row.units, row.office.sort_key if row.office else "", row.units))
    return [Falls(None, nobody), *found]


def nobodys(rules: Sequence[Rule]) -> QuerySet[Any]:
    """The units that nobody assesses, in Thai order. One query."""
    rows = units(rules).filter(falls_to__isnull=True).select_related("organisation__area", "area")
    found: QuerySet[Any] = rows.order_by("organisation__sort_key", "sort_key", "pk")
    return found


# --- What the secretariat types ----------------------------------------------------------------------------------------


def areas_named(words: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Areas by code, and what names none: provinces by name, any area by its code. One query."""
    asked = {"".join(word.split()): word for word in words}
    rows = Area.objects.filter(Q(code__in=asked) | Q(kind=Area.Kind.PROVINCE, name_th__in=asked))
    found = list(rows.order_by("code"))
    known = {row.name_th for row in found if row.kind == Area.Kind.PROVINCE} | {row.code for row in found}
    unknown = [word for key, word in asked.items() if key not in known]
    return {row.code: row.name_th for row in found}, unknown


def area_names(rules: Sequence[Rule]) -> dict[str, str]:
    """The names of all areas of some rules, by code. One query, none without areas."""
    codes = {code for rule in rules for code in rule.areas}
    return dict(Area.objects.filter(code__in=codes).values_list("code", "name_th")) if codes else {}


def office_names(rules: Sequence[Rule]) -> dict[int, str]:
    """The names of all named offices of some rules, by key. One query, none without any."""
    keys = {rule.office_id for rule in rules if rule.office_id is not None}
    return dict(Organisation.objects.filter(pk__in=keys).values_list("pk", "name_th")) if keys else {}


def office_named(actor: Actor, words: str) -> Organisation | None:
    """The one office of today with a code or a name, or None when there is none or several. One query."""
    rows = Organisation.objects.visible_to(actor).filter(retired_at__isnull=True)
    found = list(rows.filter(Q(code=words) | Q(name_th=words)).order_by("pk")[:2])
    return found[0] if len(found) == 1 else None
