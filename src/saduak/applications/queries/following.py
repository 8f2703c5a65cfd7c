"""What a supervisor has at hand for many units: views, targets with their progress, and whom a reminder would reach."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value

from saduak.applications.models import Application, BoardExport, Call, RemindedUnit, SavedView, Target
from saduak.applications.queries.board.rows import officers_of
from saduak.applications.queries.board.shapes import OVER, BoardFilters, code
from saduak.applications.queries.board.units import Units, as_key
from saduak.applications.rules import SEE, following
from saduak.foundation.access import Actor, registry
from saduak.foundation.access.resolver import of_user
from saduak.foundation.thai import calendar
from saduak.organisations.models import Organisation, ServiceCentre, TreePath
from saduak.organisations.paths import ancestors
from saduak.organisations.queries import NONE, reach_q
from saduak.programme.models import Round


def saved_views(actor: Actor) -> list[SavedView]:
    """The actor's own views, in the order of their names. One query."""
    return list(SavedView.objects.visible_to(actor).order_by("name", "pk"))


def board_export(actor: Actor, export_id: UUID) -> BoardExport | None:
    """A file that the actor asked for, or None; also None when it was made by a post that they hold no longer.

    One query, and what finding out their posts of that day takes.
    """
    rows = BoardExport.objects.visible_to(actor).select_related("file", "round", "requested_by")
    found: BoardExport | None = rows.filter(public_id=export_id).first()
    if found is None or found.made_at is None:
        return found
    before = of_user(found.requested_by, found.made_at)
    return found if following.reaches_as_far(actor, before, found.round.programme_id) else None


# --- Units by name ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReminderUnit:
    """A unit that a reminder would go to. `item` is how the batch names it."""

    item: str
    name: str


@dataclass(frozen=True, slots=True)
class CalledUnit:
    """A unit that is called: its office, and its centre if it has one."""

    organisation: Organisation
    centre: ServiceCentre | None

    @property
    def name(self) -> str:
        """The office, and its centre where that says more."""
        return _name(self.organisation.name_th, self.centre.name_th if self.centre else "")


def _name(office: str, centre: str) -> str:
    return office if not centre or centre == office else f"{centre}, {office}"


def to_remind(
    actor: Actor, round_: Round, wanted: BoardFilters, refs: Collection[str] = ()
) -> list[ReminderUnit]:
    """Whom a reminder goes to: the units of the filters, or those chosen by name ("c:" or "o:" and a public id).

    Left out is who has filed or withdrawn, and whom the actor's office reminded today. One query.
    """
    units = Units(actor, round_, following.REMIND)
    centres, offices = units.narrowed(BoardFilters() if refs else wanted)
    if refs:
        centres = centres.filter(public_id__in=_keys(refs, "c:"))
        offices = offices.filter(public_id__in=_keys(refs, "o:"))
    over = Q(shown__in=[code(state) for state in sorted(OVER)])
    sender = sender_of(actor, round_)
    today = RemindedUnit.objects.filter(
        round=round_, sender=sender, day=calendar.bangkok_date(actor.received_at)
    )
    left = centres.exclude(over).filter(~Exists(today.filter(centre=OuterRef("pk"))))
    right = offices.filter(~Exists(today.filter(centre__isnull=True, organisation=OuterRef("pk"))))
    columns = ("side", "key", "office_name", "centre_name", "name_key")
    here = left.annotate(
        side=_number(0),
        key=F("pk"),
        office_name=F("organisation__name_th"),
        centre_name=F("name_th"),
        name_key=F("organisation__sort_key"),
    )
    there = right.annotate(
        side=_number(1), key=F("pk"), office_name=F("name_th"), centre_name=Value(""), name_key=F("sort_key")
    )
    both = here.order_by().values_list(*columns).union(there.order_by().values_list(*columns), all=True)
    return [
        ReminderUnit(f"{'o' if side else 'c'}:{key}", _name(office, centre))
        for side, key, office, centre, _sort in both.order_by("name_key", "key")
    ]


def _number(value: int) -> Value:
    return Value(value, output_field=IntegerField())


def _keys(refs: Iterable[str], kind: str) -> list[UUID]:
    found = (as_key(ref.removeprefix(kind)) for ref in refs if ref.startswith(kind))
    return [key for key in found if key is not None]


def sender_of(actor: Actor, round_: Round) -> int:
    """The office (key) in whose name the actor reminds and calls; 0 for nobody. No query."""
    posts = following.posts(actor, following.REMIND, round_.programme_id)
    return (posts[0].organisation_id if posts else None) or 0


def called_unit(actor: Actor, round_: Round, ref: str) -> CalledUnit | None:
    """A unit that the actor may call, by its name in a form; None when it is not theirs. One query."""
    kind, _sep, _rest = ref.partition(":")
    key = next(iter(_keys([ref], f"{kind}:")), None)
    if kind not in {"c", "o"} or key is None:
        return None
    units = Units(actor, round_, following.REMIND)
    if kind == "o":
        office = units.reach.filter(public_id=key).first()
        return None if office is None else CalledUnit(office, None)
    rows = units.centres().select_related("organisation")
    centre = rows.filter(public_id=key).first()
    return None if centre is None else CalledUnit(centre.organisation, centre)


def calls_of(actor: Actor, round_: Round, unit: CalledUnit) -> list[Call]:
    """The calls of the actor's office to a unit, the newest first. One query."""
    rows = Call.objects.visible_to(actor).filter(
        round=round_, organisation=unit.organisation, centre=unit.centre
    )
    return list(rows.order_by("-at", "-pk")[:20])


def phone_of(actor: Actor, unit: CalledUnit) -> tuple[str, str]:
    """Whom to call and the number: who is responsible where the actor reads drafts, else the office. One query."""
    office = unit.organisation
    usual = (office.name_th, office.phone or (unit.centre.phone if unit.centre else ""))
    rows: QuerySet[Any]
    if unit.centre is None:
        rows, officers = (
            Organisation.objects.filter(reach_q(actor, SEE, "pk", sharing=True)),
            officers_of("pk", None),
        )
    else:
        rows = ServiceCentre.objects.filter(reach_q(actor, SEE, "organisation", sharing=True))
        officers = officers_of("organisation_id", "pk")
    rows = rows.filter(pk=(unit.centre or office).pk)
    found = rows.annotate(
        position=Subquery(officers.values("person__position")[:1]),
        number=Subquery(officers.values("person__phone")[:1]),
    ).first()
    if found is None or not found.number:
        return usual
    return (found.position or office.name_th, found.number)


# --- Targets ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Progress:
    """A target and how many have filed so far."""

    target: Target
    filed: int
    may_change: bool

    @property
    def percent(self) -> int:
        """How much of it is reached; never more than a hundred."""
        return min(100, self.filed * 100 // self.target.wanted)

    @property
    def missing(self) -> int:
        """How many are still wanted."""
        return max(0, self.target.wanted - self.filed)


def targets(actor: Actor, round_: Round) -> list[Progress]:
    """The targets that the actor's offices set, and those set for them, with their progress. At most four queries."""
    rows = Target.objects.visible_to(actor).filter(round=round_).select_related("owner__area", "about")
    found = list(rows.order_by("about__sort_key", "owner__sort_key", "scope", "pk"))
    if not found:
        return []
    filed, places = _filed(actor, round_)
    mine = following.offices(actor, following.SET_TARGET, round_.programme_id)
    return [
        Progress(
            row, sum(n for office, n in filed.items() if _counts(row, places[office])), row.owner_id in mine
        )
        for row in found
    ]


@dataclass(slots=True)
class _Place:
    """Where an office stands: who commands it (itself too), who supervises it, and its area's codes."""

    line: set[int]
    supervision: set[int]
    area: set[str]


def _filed(actor: Actor, round_: Round) -> tuple[Counter[int], dict[int, _Place]]:
    """How many centres of each office have filed, and where those offices stand. Two queries."""
    rows: QuerySet[Any] = Application.objects.filter(round=round_, state="submitted")
    denied = registry.visible(Application, actor)[1] or NONE
    rows = rows.exclude(denied).order_by()
    counts = rows.values("centre__organisation").annotate(n=Count("pk"))
    filed = Counter({row["centre__organisation"]: row["n"] for row in counts})
    places = {pk: _Place({pk}, set(), set()) for pk in filed}
    paths = TreePath.objects.filter(organisation__in=rows.values("centre__organisation"))
    for pk, kind, path in paths.values_list("organisation_id", "kind", "path"):
        if kind == TreePath.Kind.AREA:
            places[pk].area.add(path)
        elif kind == TreePath.Kind.LINE:
            places[pk].line.update(ancestors(path))
        else:
            places[pk].supervision.update(ancestors(path))
    return filed, places


def _counts(target: Target, place: _Place) -> bool:
    if target.about_id is not None:
        return target.about_id in place.line
    scope = Target.Scope
    if target.scope == scope.LINE:
        return target.owner_id in place.line
    if target.scope == scope.SUPERVISION:
        return target.owner_id in place.supervision - place.line
    if target.scope == scope.AREA:
        area = target.owner.area
        return area is not None and any(path.startswith(area.code) for path in place.area)
    return True


def offices_below(actor: Actor, round_: Round) -> QuerySet[Organisation]:
    """Offices that can be given a share of a target: those that the actor follows and that have others below them."""
    rows: QuerySet[Organisation] = Organisation.objects.filter(
        reach_q(actor, following.SET_TARGET, "pk"), retired_at__isnull=True, kind__in=_WITH_OTHERS
    ).exclude(pk__in=following.offices(actor, following.SET_TARGET, round_.programme_id))
    return rows.order_by("sort_key", "pk")


_WITH_OTHERS = (
    Organisation.Kind.MINISTRY,
    Organisation.Kind.DEPARTMENT,
    Organisation.Kind.PROVINCE,
    Organisation.Kind.STATE_ENTERPRISE,
)
