"""What an assessing office works on in a round: its units, with what it has said about each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Self
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    F,
    FilteredRelation,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from saduak.applications.models import Application, Readiness
from saduak.applications.queries.overview import readable
from saduak.applications.queries.readiness.who import Plan, plan_of, units
from saduak.applications.rules import readiness as rules
from saduak.foundation.access import Actor
from saduak.foundation.thai.text import search_terms
from saduak.organisations.models import Organisation, ServiceCentre, TreePath
from saduak.organisations.queries import NONE, subtree_q
from saduak.programme.models import Criterion, Round
from saduak.programme.queries import contents

# In this order units are to be worked on; "none" is a unit about which nothing was said yet.
STATES: Final = ("none", "draft", "assessed", "confirmed", "sending", "sent")
OPEN: Final = frozenset({"none", "draft"})
# By which columns; "todo" is what is left to do first.
SORTS: Final[dict[str, tuple[str, ...]]] = {
    "todo": ("rank", "organisation__sort_key", "sort_key", "pk"),
    "name": ("organisation__sort_key", "sort_key", "pk"),
    "ready": ("verdict", "organisation__sort_key", "sort_key", "pk"),
    "area": ("place", "organisation__sort_key", "sort_key", "pk"),
}
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters of an office's list."""

    state: str = ""
    verdict: str = ""
    q: str = ""
    sort: str = "todo"

    @classmethod
    def of(cls, query: str) -> Self:
        """Filters from an address; what it does not name is as usual."""
        given = {key: value[:100].replace("\x00", "") for key, value in parse_qsl(query)}
        return cls(**{name: given[name] for name in ("state", "verdict", "q", "sort") if given.get(name)})

    @property
    def query(self) -> str:
        """The filters as an address carries them; what is as usual is left out."""
        said = {"state": self.state, "verdict": self.verdict, "q": self.q}
        said["sort"] = "" if self.sort == "todo" else self.sort
        return urlencode({name: value for name, value in said.items() if value})

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return bool(self.state or self.verdict or self.q)


@dataclass(frozen=True, slots=True)
class Totals:
    """How many units an office has in each state, and how many of those assessed are ready."""

    states: Mapping[str, int]
    ready: int
    not_ready: int

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.states.values())

    @property
    def to_assess(self) -> int:
        """Those that are not assessed yet."""
        return sum(self.states[state] for state in OPEN)


class Desk:
    """One office in one round. Its units come from the rules of the round and today's tree, whoever asks."""

    def __init__(self, round_: Round, office: Organisation, plan: Plan | None = None) -> None:
        self.round, self.office = round_, office
        self._plan = plan

    @cached_property
    def plan(self) -> Plan:
        """The rules of the round. One query, once."""
        return self._plan or plan_of(self.round)

    @property
    def may_have_units(self) -> bool:
        """Whether any rule can find this office. No query once the rules are read."""
        return any(
            rule.office_id == self.office.pk or self.office.kind in rule.assessor_kinds
            for rule in self.plan.rules
        )

    def units(self) -> QuerySet[Any]:
        """The units that fall to the office, with `state`, `verdict` and the statement's columns."""
        # A case, because PostgreSQL expects of a mere equality a handful of units, and then joins thousands in loops.
        here = When(falls_to=self.office.pk, then=Value(True))
        found = units(self.plan.rules).filter(
            self._near(),
            Case(here, default=Value(False), output_field=BooleanField()),
        )
        said = FilteredRelation(
            "readiness", condition=Q(readiness__round=self.round, readiness__assessor=self.office)
        )
        ranks = [When(state=state, then=Value(rank)) for rank, state in enumerate(STATES)]
        verdicts = [When(said__ready=True, then=Value("yes")), When(said__ready=False, then=Value("no"))]
        found = found.annotate(
            said=said, state=Coalesce("said__state", Value("none"), output_field=CharField())
        )
        rows: QuerySet[Any] = found.annotate(
            rank=Case(*ranks, output_field=IntegerField()),
            verdict=Case(*verdicts, default=Value(""), output_field=CharField()),
            reasons=F("said__reasons"),
            assessed_on=F("said__assessed_on"),
            statement=F("said__pk"),
            place_name=Coalesce("area__name_th", "organisation__area__name_th", Value("")),
        )
        return rows

    def _near(self) -> Q:
        """Where units of the office can be at all, so that not the whole country is worked through. One query, once."""
        if any(rule.office_id == self.office.pk for rule in self.plan.rules):
            return Q()
        near = NONE
        for kind, path in self.office.ways:
            if kind == TreePath.Kind.LINE:
                near |= subtree_q("line", path) | subtree_q("supervision", path)
        return near

    def matching(self, wanted: Wanted) -> QuerySet[Any]:
        """The units, narrowed and in order; what is not known narrows and sorts nothing."""
        rows = self.units()
        if wanted.state in STATES:
            rows = rows.filter(state=wanted.state)
        if wanted.verdict in {"yes", "no"}:
            rows = rows.filter(verdict=wanted.verdict)
        for term in search_terms(wanted.q):
            rows = rows.filter(Q(search_key__contains=term) | Q(organisation__search_key__contains=term))
        return rows.select_related("organisation").order_by(*SORTS.get(wanted.sort, SORTS["todo"]))

    def totals(self) -> Totals:
        """The numbers over all units. One query."""
        states = dict.fromkeys(STATES, 0)
        verdicts = {"": 0, "yes": 0, "no": 0}
        rows = self.units().order_by().values("state", "verdict").annotate(n=Count("pk"))
        for state, verdict, n in rows.values_list("state", "verdict", "n"):
            states[state] += n
            verdicts[verdict if state not in OPEN else ""] += n
        return Totals(states, verdicts["yes"], verdicts["no"])

    def lines(self, wanted: Wanted) -> Iterator[Any]:
        """All units as the filters have them, a few hundred at a time. One query."""
        yield from self.matching(wanted).iterator(chunk_size=_AT_ONCE)

    def statements(self, *states: str) -> QuerySet[Any]:
        """The statements in some states about units that still fall to the office, in the order of a list. One query."""
        return self.in_order(Q(state__in=states, centre__in=self.units().order_by().values("pk")))

    def in_order(self, which: Q) -> QuerySet[Any]:
        """Some of the office's statements in the order of a list, with what the list says of them. One query.

        `unit`: the public id of the unit that each is about.
        """
        rows = Readiness.objects.filter(which, round=self.round, assessor=self.office)
        rows = rows.annotate(unit=F("centre__public_id"))
        rows = rows.select_related("centre__organisation__area", "centre__area", "confirmation__paper")
        ordered: QuerySet[Any] = rows.order_by(
            "centre__organisation__sort_key", "centre__sort_key", "centre_id"
        )
        return ordered


def gates_of(round_: Round) -> list[Criterion]:
    """The criteria that every unit has to meet, in their order. No query for a published set that was read before."""
    return [row for row in contents(round_.criteria_set).criteria if row.kind == "gate"]


# --- Pages -------------------------------------------------------------------------------------------------------------


def offices_of(actor: Actor, programme_id: int) -> list[Organisation]:
    """The offices for which the actor assesses or confirms, the one chosen for this visit first. One query."""
    keys = [
        *rules.offices(actor, rules.ASSESS, programme_id),
        *rules.offices(actor, rules.CONFIRM, programme_id),
    ]
    found: dict[int, Organisation] = Organisation.objects.in_bulk(dict.fromkeys(keys))
    return [found[key] for key in dict.fromkeys(keys) if key in found]


def desk_of(actor: Actor, round_: Round, office_id: UUID) -> Desk | None:
    """The desk of one of the actor's offices, or None when it is not theirs. One query."""
    offices = offices_of(actor, round_.programme_id)
    office = next((row for row in offices if row.public_id == office_id), None)
    return None if office is None else Desk(round_, office)


def page_of(desk: Desk, wanted: Wanted, totals: Totals, number: int, per_page: int) -> Page[Any]:
    """A page of an office's list. One query; one more when filters ask for a count of their own."""
    pages = Paginator(desk.matching(wanted), per_page)
    if not wanted.narrows:
        pages.count = totals.total  # counted already
    return pages.get_page(number)


@dataclass(frozen=True, slots=True)
class UnitPage:
    """One unit with what the office says about it."""

    desk: Desk
    unit: ServiceCentre
    statement: Readiness | None
    gates: Sequence[Criterion]
    # The application, where the actor may read its content.
    application: Application | None

    @property
    def state(self) -> str:
        """Where the statement stands, "none" without one."""
        return self.statement.state if self.statement is not None else "none"


def unit_page(actor: Actor, desk: Desk, centre_id: UUID) -> UnitPage | None:
    """One of the office's units, or None when it does not fall to it. Three queries and what `readable` takes."""
    unit = desk.units().select_related("organisation").filter(public_id=centre_id).first()
    if unit is None:
        return None
    rows = Readiness.objects.visible_to(actor).filter(round=desk.round, assessor=desk.office, centre=unit)
    application = readable(actor).prefetch_related(None).filter(round=desk.round, centre=unit).first()
    return UnitPage(
        desk=desk,
        unit=unit,
        statement=rows.select_related("confirmation", "assessed_by__person").first(),
        gates=gates_of(desk.round),
        application=application,
    )
