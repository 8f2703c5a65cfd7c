"""The units of the board as the database lists them: centres, and offices without one, as one union."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    DateTimeField,
    Exists,
    F,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from saduak.applications import rules
from saduak.applications.models import Answer, Application, Review
from saduak.applications.queries.board.dates import Dates
from saduak.applications.queries.board.shapes import OF_CHECK, OVER, STATES, BoardFilters, BoardTotals, code
from saduak.applications.queries.dates import extensions
from saduak.foundation import clock
from saduak.foundation.access import Actor, registry
from saduak.foundation.thai.text import search_terms
from saduak.organisations.models import Appointment, Organisation, Role, ServiceCentre, TreePath
from saduak.organisations.models.dated import on_day
from saduak.organisations.queries import NONE, reach_q
from saduak.organisations.queries.reach import NATIONAL
from saduak.programme.models import Round

# The digits of a province, a district or a subdistrict. Anything else narrows nothing, as an unknown state does.
AREA: Final = re.compile(r"[0-9]{2}(?:[0-9]{2}){0,2}")
# Offices that are expected to have a centre, so that one without is a row too.
EXPECTED: Final = (Organisation.Kind.DISTRICT, Organisation.Kind.LOCAL_GOVERNMENT)
# What has no value sorts as if it had this one, so that every database puts it in the same place.
EARLIEST: Final = datetime(1900, 1, 1, tzinfo=clock.BANGKOK)
LATEST: Final = datetime(9000, 1, 1, tzinfo=clock.BANGKOK)
# By these columns of the union; `sorted_by` is what `Units._sorted_by` says.
SORTS: Final[dict[str, tuple[str, ...]]] = {
    "risk": ("status_only", "shown", "share", "name_key", "key"),
    "name": ("status_only", "name_key", "key"),
    "state": ("shown", "name_key", "key"),
    **dict.fromkeys(
        ("written", "gates", "evidence", "activity", "officer", "due", "closing"),
        ("status_only", "sorted_by", "name_key", "key"),
    ),
}
# The column that turns round when a sort does.
_TURNS: Final = {"risk": "shown", "name": "name_key", "state": "shown"}


def order_of(sort: str) -> tuple[str, ...]:
    """The columns to order by. An unknown sort is the usual one."""
    bare = sort.removeprefix("-")
    if bare not in SORTS:
        return SORTS["risk"]
    turned = _TURNS.get(bare, "sorted_by") if sort != bare else ""
    return tuple(f"-{column}" if column == turned else column for column in SORTS[bare])


def as_key(text: str) -> UUID | None:
    """A public id as an address carries it; anything else is None."""
    try:
        return UUID(text)
    except ValueError:
        return None


class Units:
    """The units in an actor's reach for one round.

    Rows that the actor only supervises know three states and nothing else: whatever sorts, filters, counts or is
    written out has to be empty for them.
    """

    def __init__(self, actor: Actor, round_: Round, capability: str = rules.SEE_STATUS) -> None:
        self.round = round_
        programme = round_.programme_id
        here = replace(
            actor, holdings=tuple(h for h in actor.holdings if h.programme_id in {None, programme})
        )
        self.actor = here
        # The programme's own office works with every state; who only supervises knows three.
        self.knows = any(h.role in NATIONAL for h in here.holding_with(rules.SEE_STATUS))
        self.full = Organisation.objects.filter(reach_q(here, rules.SEE, "pk", sharing=True)).values("pk")
        self.reach = Organisation.objects.filter(reach_q(here, capability, "pk"), retired_at__isnull=True)
        self.denied = registry.visible(Application, actor)[1] or NONE

    # --- Both kinds of rows --------------------------------------------------------------------------------------------

    def centres(self) -> QuerySet[Any]:
        """Centres with the application of this round, if any."""
        checks = Review.objects.filter(application=OuterRef("app__pk"), state__in=OF_CHECK)
        codes = [When(state=state, then=Value(code(shown))) for state, shown in OF_CHECK.items()]
        told = checks.order_by("-requested_at", "-pk").annotate(code=Case(*codes, output_field=CharField()))
        more_time = extensions(round=self.round, centre=OuterRef("pk")).values("until")[:1]
        in_full = Q(organisation__in=self.full)
        rows: QuerySet[Any] = ServiceCentre.objects.filter(
            retired_at__isnull=True, organisation__in=self.reach.values("pk")
        ).annotate(
            app=FilteredRelation("applications", condition=Q(applications__round=self.round)),
            status_only=_status_only(in_full),
            shown=Case(
                When(app__state="submitted", then=Value(code("submitted"))),
                When(app__state="withdrawn", then=Value(code("withdrawn"))),
                *self._coarse(in_full),
                When(app__pk__isnull=True, then=Value(code("none"))),
                When(app__state="correction", then=Value(code("correction"))),
                When(app__state="signed", then=Value(code("signed"))),
                default=Coalesce(Subquery(told.values("code")[:1]), Value(code("draft"))),
                output_field=CharField(),
            ),
            # Also what sorts is known only where the content is.
            written=_known(in_full, "app__items_answered", IntegerField()),
            gates=_known(in_full, "app__gates_met", IntegerField()),
            share=_known(in_full, "app__items_evidenced", IntegerField()),
            edited=_known(in_full, "app__last_edit_at", DateTimeField()),
            corrects=_known(in_full, "app__correction_due_at", DateTimeField()),
            extended=Case(When(in_full, then=Subquery(more_time)), output_field=DateTimeField()),
        )
        return rows.exclude(app__in=Application.objects.filter(self.denied))

    def offices(self) -> QuerySet[Any]:
        """Expected offices without any centre."""
        in_full = Q(pk__in=self.full)
        have_one = ServiceCentre.objects.filter(organisation=OuterRef("pk"), retired_at__isnull=True)
        rows: QuerySet[Any] = self.reach.filter(~Exists(have_one), kind__in=EXPECTED).annotate(
            status_only=_status_only(in_full),
            shown=Case(*self._coarse(in_full), default=Value(code("none")), output_field=CharField()),
            written=_NO_NUMBER,
            gates=_NO_NUMBER,
            share=_NO_NUMBER,
            edited=_NO_MOMENT,
            corrects=_NO_MOMENT,
            extended=_NO_MOMENT,
        )
        return rows

    def _coarse(self, in_full: Q) -> list[When]:
        """Before submission, who only supervises learns that it is not submitted; the programme's office learns more."""
        return [] if self.knows else [When(~in_full, then=Value(code("open")))]

    def _officers(self, organisation: str, centre: str | None) -> Exists:
        """Whether somebody is responsible today: for the centre, or for the whole office."""
        rows = Appointment.objects.filter(
            on_day(clock.today()), organisation=OuterRef(organisation), role=Role.OFFICER
        )
        reach = Q(centre__isnull=True)
        return Exists(rows.filter(reach | Q(centre=OuterRef(centre)) if centre else reach))

    # --- Narrowed ------------------------------------------------------------------------------------------------------

    def narrowed(self, wanted: BoardFilters) -> tuple[QuerySet[Any], QuerySet[Any]]:
        """Centres and offices, narrowed by the filters."""
        both = self.centres(), self.offices()
        alike: dict[str, Any] = {}
        if wanted.state in STATES:
            alike["shown"] = code(wanted.state)
        if wanted.group in {"line", "supervised"}:
            alike["status_only"] = wanted.group == "supervised"
        centres, offices = (rows.filter(**alike) for rows in both)
        if AREA.fullmatch(wanted.area):
            centres = centres.filter(organisation__area__code__startswith=wanted.area)
            offices = offices.filter(area__code__startswith=wanted.area)
        for term in search_terms(wanted.q):
            centres = centres.filter(
                Q(search_key__contains=term) | Q(organisation__search_key__contains=term)
            )
            offices = offices.filter(search_key__contains=term)
        if office := as_key(wanted.of):
            below = TreePath.objects.filter(
                kind=TreePath.Kind.LINE, path__startswith=Subquery(_way_to(office))
            ).values("organisation")
            centres, offices = centres.filter(organisation__in=below), offices.filter(pk__in=below)
        if wanted.officer == "none":
            centres = centres.filter(~self._officers("organisation", "pk"), status_only=False)
            offices = offices.filter(~self._officers("pk", None), status_only=False)
        if criterion := as_key(wanted.lacks):
            centres, offices = centres.filter(self._lacks(criterion)), offices.filter(NONE)
        return centres, offices

    def path_of(self, office: UUID) -> str:
        """One way down to an office (public id); what stands under it is the same by every way. One query.

        Empty when there is no such office.
        """
        found = _way_to(office).first()
        return found["path"] if found else ""

    def readable(self) -> QuerySet[Any]:
        """Applications of this round whose content the actor may read."""
        return Application.objects.filter(rules.content_q(self.actor), round=self.round).exclude(self.denied)

    def _lacks(self, criterion: UUID) -> Q:
        """Whose draft the actor may read, and in which a criterion is not met with evidence."""
        met = Answer.objects.filter(claim="met", evidence_count__gt=0, application=OuterRef("app__pk"))
        return Q(app__in=self.readable()) & Q(~Exists(met.filter(criterion__public_id=criterion)))

    def matching(self, wanted: BoardFilters, dates: Dates | None = None) -> QuerySet[Any]:
        """Both kinds of rows as one list of plain values, narrowed by the filters and ready to be ordered."""
        centres, offices = self.narrowed(wanted)
        left_by, right_by = self._sorted_by(wanted.sort.removeprefix("-"), dates)
        # A union pairs columns by place, so both sides name the same ones in the same order.
        left: QuerySet[Any] = centres.annotate(sorted_by=left_by, **_CENTRE_COLUMNS)
        right: QuerySet[Any] = offices.annotate(sorted_by=right_by, **_OFFICE_COLUMNS)
        named = left.values_list(*_COLUMNS, named=True).order_by()
        together: QuerySet[Any] = named.union(right.values_list(*_COLUMNS, named=True).order_by(), all=True)
        return together

    def _sorted_by(self, sort: str, dates: Dates | None) -> tuple[Any, Any]:
        """What a sort goes by, for centres and for offices; without a value in a fixed place."""
        numbers = {"written": "written", "gates": "gates", "evidence": "share"}
        if sort in numbers:
            return Coalesce(F(numbers[sort]), Value(-1), output_field=IntegerField()), Value(-1)
        if sort == "activity":
            return _moment(Coalesce(F("edited"), Value(EARLIEST))), _moment(Value(EARLIEST))
        if sort == "officer":
            here = self._officers("organisation", "pk"), self._officers("pk", None)
            return _has_one(here[0]), _has_one(here[1])
        if sort == "closing":
            closes = Value((dates.closes_at if dates else None) or LATEST)
            over = When(shown__in=[code(state) for state in OVER], then=Value(LATEST))
            return _moment(Case(over, default=Coalesce(F("corrects"), F("extended"), closes))), _moment(
                closes
            )
        if sort == "due" and dates is not None:
            return dates.nearest("organisation_id", LATEST), dates.nearest("pk", LATEST)
        return Value(0), Value(0)

    # --- Counted -------------------------------------------------------------------------------------------------------

    def counted(
        self, *by: str, wanted: BoardFilters | None = None, more: Callable[..., Any] | None = None
    ) -> Iterable[tuple[Any, ...]]:
        """How many units there are of each combination of some columns: (values of `by`, …, number). One query.

        Args:
            by: names of columns, also of those that `more` adds.
            wanted: filters.
            more: gives both sides further columns: `more(centres, offices)`.
        """
        both = self.narrowed(wanted) if wanted else (self.centres(), self.offices())
        left, right = more(*both) if more else both
        counts = [
            rows.order_by().values(*by).annotate(n=Count("pk")).values_list(*by, "n")
            for rows in (left, right)
        ]
        found: Iterable[tuple[Any, ...]] = counts[0].union(counts[1], all=True)
        return found

    def totals(self) -> BoardTotals:
        """The numbers over everything in reach. One query."""
        held = self.actor.holding_with(rules.REVIEW)
        mine = {pk for h in held if h.centre_id is None for pk in h.organisation_ids}
        waiting = Review.objects.filter(
            application=OuterRef("app__pk"), state="requested", organisation__in=mine
        )

        def more(centres: QuerySet[Any], offices: QuerySet[Any]) -> tuple[Any, Any]:
            return (
                centres.annotate(waits=Exists(waiting), has_officer=self._officers("organisation", "pk")),
                offices.annotate(waits=_NO, has_officer=self._officers("pk", None)),
            )

        found: Mapping[str, int] = dict.fromkeys(BoardTotals.__dataclass_fields__, 0)
        sums = dict(found)
        for shown, status_only, has_officer, waits, n in self.counted(
            "shown", "status_only", "has_officer", "waits", more=more
        ):
            state = shown[1:]
            sums["total"] += n
            sums["started"] += n * (state not in {"none", "open"})
            sums["not_started"] += n * (state == "none")
            sums["submitted"] += n * (state == "submitted")
            sums["no_officer"] += n * (not has_officer and not status_only)
            sums["reviews_waiting"] += n * bool(waits)
        return BoardTotals(**sums)

    def areas(self) -> tuple[tuple[str, str], ...]:
        """Provinces in reach, for the filter; the districts, when there is only one province. One query."""
        steps = ("area__", "area__parent__", "area__parent__parent__")
        columns = [f"{step}{name}" for step in steps for name in ("code", "sort_key", "name_th")]
        places: dict[str, tuple[str, str]] = {}
        for row in self.reach.filter(area__isnull=False).order_by().values_list(*columns).distinct():
            places |= {row[at]: (row[at + 1], row[at + 2]) for at in (0, 3, 6) if row[at]}
        provinces = {key for key in places if len(key) == 2}
        shown = provinces if len(provinces) != 1 else {key for key in places if len(key) == 4}
        found = sorted((places[key][0], key, places[key][1]) for key in shown)
        return tuple((key, name) for _sort, key, name in found)


def _way_to(office: UUID) -> QuerySet[Any]:
    rows = TreePath.objects.filter(organisation__public_id=office, kind=TreePath.Kind.LINE)
    return rows.order_by("path").values("path")[:1]


def _status_only(in_full: Q) -> Case:
    return Case(When(in_full, then=Value(False)), default=Value(True), output_field=BooleanField())


def _known(in_full: Q, field: str, kind: Any) -> Case:
    return Case(When(in_full, then=F(field)), output_field=kind)


def _moment(expression: Any) -> Any:
    return Coalesce(expression, Value(LATEST), output_field=DateTimeField())


def _has_one(officers: Exists) -> Case:
    """Those without a responsible officer first; who is only supervised counts as having one."""
    return Case(
        When(~officers, status_only=False, then=Value(0)), default=Value(1), output_field=IntegerField()
    )


# The columns of the board, as each side of the union finds them.
_NO: Any = Value(False, output_field=BooleanField())
_NO_NUMBER: Any = Value(None, output_field=IntegerField())
_NO_MOMENT: Any = Value(None, output_field=DateTimeField())
_CENTRE_COLUMNS: dict[str, Any] = {
    "key": F("pk"),
    "is_office": Value(0, output_field=IntegerField()),
    "office_key": F("organisation_id"),
    "office_id": F("organisation__public_id"),
    "office_name": F("organisation__name_th"),
    "office_kind": F("organisation__kind"),
    "name_key": F("organisation__sort_key"),
    "area_name": F("organisation__area__name_th"),
    "call": Case(When(organisation__phone="", then=F("phone")), default=F("organisation__phone")),
    "centre": F("public_id"),
    "centre_name": F("name_th"),
    "application": F("app__public_id"),
    "gates_total": F("app__gates_total"),
    "items_total": F("app__items_total"),
}
_OFFICE_COLUMNS: dict[str, Any] = {
    "key": F("pk"),
    "is_office": Value(1, output_field=IntegerField()),
    "office_key": F("pk"),
    "office_id": F("public_id"),
    "office_name": F("name_th"),
    "office_kind": F("kind"),
    "name_key": F("sort_key"),
    "area_name": F("area__name_th"),
    "call": F("phone"),
    "centre": Value(None, output_field=UUIDField()),
    "centre_name": Value("", output_field=CharField()),
    "application": Value(None, output_field=UUIDField()),
    "gates_total": _NO_NUMBER,
    "items_total": _NO_NUMBER,
}
_COLUMNS = (
    *("status_only", "shown", "written", "gates", "share", "edited", "corrects", "extended", "sorted_by"),
    *_CENTRE_COLUMNS,
)
