"""The supervisor's board: every centre and every office without one in reach, with where its application stands.

Rows that the actor only supervises know three states (not submitted, submitted, withdrawn) and nothing else, also when
they are filtered, sorted and counted (rule 12).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from django.core.paginator import Page, Paginator
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
from django.utils.translation import gettext_lazy as _

from saduak.applications import rules
from saduak.applications.models import Application, Review
from saduak.applications.queries.dates import Due
from saduak.foundation import clock
from saduak.foundation.access import Actor, registry
from saduak.foundation.access.registry import Words
from saduak.foundation.thai.text import search_terms
from saduak.organisations.models import Appointment, Area, Organisation, Role, ServiceCentre
from saduak.organisations.models.dated import on_day
from saduak.organisations.queries import NONE, reach_q
from saduak.organisations.queries.reach import NATIONAL
from saduak.programme.models import InternalDeadline, Round
from saduak.programme.queries import stage_of

# The position of whoever is responsible and the number to call.
Responsible: TypeAlias = tuple[str, str]
_NOBODY: Responsible = ("", "")
# The digits of a province, a district or a subdistrict. Anything else narrows nothing, as an unknown state does.
_AREA = re.compile(r"[0-9]{2}(?:[0-9]{2}){0,2}")
# Offices that are expected to have a centre, so that one without is a row too.
EXPECTED = (Organisation.Kind.DISTRICT, Organisation.Kind.LOCAL_GOVERNMENT)

# state: (word, tag), the riskiest first: what is furthest from being filed.
STATES: dict[str, tuple[Words, str]] = {
    "none": (_("ยังไม่เริ่ม"), "none"),
    "correction": (_("ส่งคืนให้แก้"), "back"),
    "draft": (_("กำลังเขียน"), "work"),
    "open": (_("ยังไม่ยื่น"), "none"),
    "changes": (_("ตรวจแล้ว ขอให้แก้"), "back"),
    "review": (_("รอตรวจทาน"), "wait"),
    "checked": (_("ตรวจทานแล้ว"), "work"),
    "signed": (_("ลงนามแล้ว รอยื่น"), "wait"),
    "submitted": (_("ยื่นแล้ว"), "done"),
    "withdrawn": (_("ถอนแล้ว"), "off"),
}
RANKS = {key: f"{rank}{key}" for rank, key in enumerate(STATES)}
# A draft by what became of its newest check.
_OF_CHECK = {"requested": "review", "returned": "changes", "endorsed": "checked"}
# Whoever has handed a draft in for checking has kept that date.
_HANDED_IN = frozenset({*_OF_CHECK.values(), "signed"})
SORTS = {
    "risk": ("status_only", "shown", "share", "name_key", "key"),
    "name": ("status_only", "name_key", "key"),
    "gates": ("status_only", "gates", "name_key", "key"),
    "state": ("shown", "name_key", "key"),
}


@dataclass(frozen=True, slots=True)
class BoardFilters:
    """What the board is narrowed to. Empty means everything."""

    state: str = ""
    area: str = ""
    q: str = ""
    group: str = ""
    sort: str = "risk"


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One centre, or one office that has none yet."""

    organisation_id: UUID
    organisation_name: str
    organisation_kind: str
    area_name: str
    phone: str
    centre_id: UUID | None
    centre_name: str
    status_only: bool
    application_id: UUID | None
    state: str
    state_label: Words
    tag: str
    gates_met: int | None
    gates_total: int | None
    evidenced: int | None
    last_edit_at: datetime | None
    due: Due | None
    officer: str


@dataclass(frozen=True, slots=True)
class BoardTotals:
    """The numbers over the whole reach, before filters."""

    total: int
    started: int
    not_started: int
    submitted: int
    no_officer: int
    reviews_waiting: int


@dataclass(frozen=True, slots=True)
class Board:
    """A page of the board."""

    rows: tuple[BoardRow, ...]
    page: Page[Any]
    totals: BoardTotals
    deadlines: tuple[Due, ...]
    states: tuple[tuple[str, Words], ...]
    areas: tuple[tuple[str, str], ...]


def board(
    actor: Actor, round_: Round, filters: BoardFilters | None = None, *, page: int = 1, per_page: int = 50
) -> Board:
    """A page of the board. At most twelve queries, whatever the reach."""
    wanted = filters or BoardFilters()
    everything = _Units(actor, round_)
    order = SORTS.get(wanted.sort, SORTS["risk"])
    found = everything.matching(wanted).order_by(*order)
    totals = everything.totals(actor)
    pages = Paginator(found, per_page)
    if wanted == BoardFilters(sort=wanted.sort):
        pages.count = totals.total  # counted already
    shown = pages.get_page(page)
    deadlines = tuple(_own_dates(actor, round_))
    return Board(
        rows=tuple(_rows(list(shown.object_list), deadlines, reads_submitted=everything.knows)),
        page=shown,
        totals=totals,
        deadlines=deadlines,
        states=tuple((key, label) for key, (label, _tag) in STATES.items()),
        areas=everything.areas(),
    )


class _Units:
    """The units in an actor's reach for one round: centres, and expected offices without one, as one union."""

    def __init__(self, actor: Actor, round_: Round) -> None:
        self.round = round_
        programme = round_.programme_id
        here = replace(
            actor, holdings=tuple(h for h in actor.holdings if h.programme_id in {None, programme})
        )
        status = reach_q(here, rules.SEE_STATUS, "pk")
        # The programme's own office works with every state; who only supervises knows three.
        self.knows = any(h.role in NATIONAL for h in here.holding_with(rules.SEE_STATUS))
        self.full = Organisation.objects.filter(reach_q(here, rules.SEE, "pk", sharing=True)).values("pk")
        self.reach = Organisation.objects.filter(status, retired_at__isnull=True)
        self.denied = registry.visible(Application, actor)[1] or NONE

    def _officers(self, organisation: str, centre: str | None) -> Exists:
        """Whether somebody is responsible today: for the centre, or for the whole office."""
        rows = Appointment.objects.filter(
            on_day(clock.today()), organisation=OuterRef(organisation), role=Role.OFFICER
        )
        reach = Q(centre__isnull=True)
        return Exists(rows.filter(reach | Q(centre=OuterRef(centre)) if centre else reach))

    def centres(self) -> QuerySet[Any]:
        """Centres with the application of this round, if any."""
        checks = Review.objects.filter(application=OuterRef("app__pk"), state__in=_OF_CHECK)
        codes = [When(state=state, then=Value(_code(code))) for state, code in _OF_CHECK.items()]
        told = checks.order_by("-requested_at", "-pk").annotate(code=Case(*codes, output_field=CharField()))
        in_full = Q(organisation__in=self.full)
        rows: QuerySet[Any] = ServiceCentre.objects.filter(
            retired_at__isnull=True, organisation__in=self.reach.values("pk")
        ).annotate(
            app=FilteredRelation("applications", condition=Q(applications__round=self.round)),
            status_only=_status_only(in_full),
            shown=Case(
                When(app__state="submitted", then=Value(_code("submitted"))),
                When(app__state="withdrawn", then=Value(_code("withdrawn"))),
                *self._coarse(in_full),
                When(app__pk__isnull=True, then=Value(_code("none"))),
                When(app__state="correction", then=Value(_code("correction"))),
                When(app__state="signed", then=Value(_code("signed"))),
                default=Coalesce(Subquery(told.values("code")[:1]), Value(_code("draft"))),
                output_field=CharField(),
            ),
            # Also what sorts is known only where the content is.
            gates=Case(When(in_full, then=F("app__gates_met")), output_field=IntegerField()),
            share=Case(When(in_full, then=F("app__items_evidenced")), output_field=IntegerField()),
        )
        return rows.exclude(app__in=Application.objects.filter(self.denied))

    def offices(self) -> QuerySet[Any]:
        """Expected offices without any centre."""
        in_full, nothing = Q(pk__in=self.full), Value(None, output_field=IntegerField())
        have_one = ServiceCentre.objects.filter(organisation=OuterRef("pk"), retired_at__isnull=True)
        rows: QuerySet[Any] = self.reach.filter(~Exists(have_one), kind__in=EXPECTED).annotate(
            status_only=_status_only(in_full),
            shown=Case(*self._coarse(in_full), default=Value(_code("none")), output_field=CharField()),
            gates=nothing,
            share=nothing,
        )
        return rows

    def _coarse(self, in_full: Q) -> list[When]:
        """Before submission, who only supervises learns that it is not submitted; the programme's office learns more."""
        return [] if self.knows else [When(~in_full, then=Value(_code("open")))]

    def matching(self, wanted: BoardFilters) -> QuerySet[Any]:
        """Both kinds of rows as one list of plain values, narrowed by the filters."""
        centres, offices = self.centres(), self.offices()
        if wanted.state in STATES:
            code = _code(wanted.state)
            centres, offices = centres.filter(shown=code), offices.filter(shown=code)
        if wanted.group == "line":
            centres, offices = centres.filter(status_only=False), offices.filter(status_only=False)
        elif wanted.group == "supervised":
            centres, offices = centres.filter(status_only=True), offices.filter(status_only=True)
        if _AREA.fullmatch(wanted.area):
            centres = centres.filter(organisation__area__code__startswith=wanted.area)
            offices = offices.filter(area__code__startswith=wanted.area)
        for term in search_terms(wanted.q):
            centres = centres.filter(
                Q(search_key__contains=term) | Q(organisation__search_key__contains=term)
            )
            offices = offices.filter(search_key__contains=term)
        # A union pairs columns by place, so both sides name the same ones in the same order.
        left: QuerySet[Any] = centres.annotate(**_CENTRE_COLUMNS).values_list(*_COLUMNS, named=True)
        right = offices.annotate(**_OFFICE_COLUMNS).values_list(*_COLUMNS, named=True)
        together: QuerySet[Any] = left.order_by().union(right.order_by(), all=True)
        return together

    def totals(self, actor: Actor) -> BoardTotals:
        """The numbers over everything in reach. Two queries."""
        held = actor.holding_with(rules.REVIEW, programme_id=self.round.programme_id)
        mine = {pk for h in held if h.centre_id is None for pk in h.organisation_ids}
        waiting = Review.objects.filter(
            application=OuterRef("app__pk"), state="requested", organisation__in=mine
        )
        started = ~Q(shown__in=[_code("none"), _code("open")])
        centres = (
            self.centres()
            .annotate(waits_for_me=Exists(waiting), has_officer=self._officers("organisation", "pk"))
            .aggregate(
                total=Count("pk"),
                started=Count("pk", filter=started),
                not_started=Count("pk", filter=Q(shown=_code("none"))),
                submitted=Count("pk", filter=Q(shown=_code("submitted"))),
                no_officer=Count("pk", filter=Q(has_officer=False, status_only=False)),
                reviews=Count("pk", filter=Q(waits_for_me=True)),
            )
        )
        offices = (
            self.offices()
            .annotate(has_officer=self._officers("pk", None))
            .aggregate(
                total=Count("pk"),
                not_started=Count("pk", filter=Q(shown=_code("none"))),
                no_officer=Count("pk", filter=Q(has_officer=False, status_only=False)),
            )
        )
        return BoardTotals(
            total=centres["total"] + offices["total"],
            started=centres["started"],
            not_started=centres["not_started"] + offices["not_started"],
            submitted=centres["submitted"],
            no_officer=centres["no_officer"] + offices["no_officer"],
            reviews_waiting=centres["reviews"],
        )

    def areas(self) -> tuple[tuple[str, str], ...]:
        """Provinces in reach, for the filter; the districts, when there is only one province. Two queries."""
        here = set(self.reach.filter(area__isnull=False).order_by().values_list("area__code", flat=True))
        provinces = {code[:2] for code in here}
        shown = provinces if len(provinces) != 1 else {code[:4] for code in here} - provinces
        rows = Area.objects.filter(code__in=sorted(shown)).order_by("sort_key", "code")
        return tuple(rows.values_list("code", "name_th"))


def _code(state: str) -> str:
    """A state as the database shows and sorts it: its rank and its name."""
    return RANKS[state]


def _status_only(in_full: Q) -> Case:
    return Case(When(in_full, then=Value(False)), default=Value(True), output_field=BooleanField())


def _own_dates(actor: Actor, round_: Round) -> Iterable[Due]:
    """The round's closing, and the dates that the actor's own offices set for those below."""
    offices = {pk for h in actor.holding_with(rules.SEE_STATUS) for pk in h.organisation_ids}
    rows = InternalDeadline.objects.filter(round=round_, owner__in=offices, retired_at__isnull=True)
    for row in rows.exclude(reach="own").select_related("owner").order_by("due_at", "pk"):
        what = _("ส่งร่างให้ตรวจทาน") if row.kind == "check" else _("ยื่นใบสมัครตามที่กำหนดภายใน")
        yield Due(f"{row.kind}:{row.reach}", what, row.due_at, row.owner.name_th, row.source_letter, row.note)
    stage = stage_of(round_)
    if stage is not None:
        yield Due("window", _("ยื่นใบสมัคร"), stage.ends_at, round_.programme.short_name)


def _rows(found: list[Any], deadlines: tuple[Due, ...], *, reads_submitted: bool) -> Iterable[BoardRow]:
    """The rows of a page with whoever is responsible. One query."""
    officers = _officers_of({row.office_key for row in found})
    return [_row(row, officers, deadlines, reads_submitted=reads_submitted) for row in found]


def _officers_of(offices: set[int]) -> dict[tuple[int, int | None], Responsible]:
    """Who is responsible, by office and centre; regular officers before stand-ins."""
    rows = Appointment.objects.filter(
        on_day(clock.today()), organisation__in=offices, role=Role.OFFICER
    ).select_related("person")
    return {
        (row.organisation_id, row.centre_id): (
            row.person.position or row.title or str(row.get_role_display()),
            row.person.phone,
        )
        for row in rows.order_by("-stand_in", "-valid_from", "pk")
    }


def _row(
    row: Any,
    officers: Mapping[tuple[int, int | None], Responsible],
    deadlines: tuple[Due, ...],
    *,
    reads_submitted: bool,
) -> BoardRow:
    state = row.shown[1:]
    label, tag = STATES[state]
    full = not row.status_only
    started = full and row.application is not None
    by_centre = None if row.is_office else officers.get((row.office_key, row.key))
    officer, phone = (by_centre or officers.get((row.office_key, None)) or _NOBODY) if full else _NOBODY
    return BoardRow(
        organisation_id=row.office_id,
        organisation_name=row.office_name,
        organisation_kind=row.office_kind,
        area_name=row.area_name or "",
        phone=phone or row.call,
        centre_id=row.centre,
        centre_name=row.centre_name,
        status_only=row.status_only,
        application_id=row.application if full or (reads_submitted and state == "submitted") else None,
        state=state,
        state_label=label,
        tag=tag,
        gates_met=row.gates if started else None,
        gates_total=row.gates_total if started else None,
        evidenced=_share(row.share, row.items_total) if started else None,
        last_edit_at=row.last_edit_at if started else None,
        due=_next_due(state, deadlines, status_only=row.status_only),
        officer=officer,
    )


def _share(part: int, whole: int) -> int:
    return part * 100 // whole if whole else 0


def _next_due(state: str, deadlines: tuple[Due, ...], *, status_only: bool) -> Due | None:
    """The nearest date that the actor's office set for this row, or the round's closing; None when all is done."""
    if state in {"submitted", "withdrawn"}:
        return None
    reach = "supervision" if status_only else "line"
    return min(
        (
            due
            for due in deadlines
            if due.kind in {"window", f"submit:{reach}"}
            or (due.kind == f"check:{reach}" and state not in _HANDED_IN)
        ),
        key=lambda due: due.due_at,
        default=None,
    )


# The columns of the board, as each side of the union finds them.
_NO_NUMBER = Value(None, output_field=IntegerField())
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
    "last_edit_at": F("app__last_edit_at"),
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
    "last_edit_at": Value(None, output_field=DateTimeField()),
}
_COLUMNS = ("status_only", "shown", "gates", "share", *_CENTRE_COLUMNS)
