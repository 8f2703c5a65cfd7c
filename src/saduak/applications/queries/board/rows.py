"""From the union's plain values to the rows of a page: who is responsible, what was done, what may be done."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from saduak.applications.models import Call, RemindedUnit
from saduak.applications.queries.board.dates import Dates, Unit
from saduak.applications.queries.board.shapes import STATES, BoardRow
from saduak.applications.queries.board.units import Units
from saduak.applications.queries.dates import Due
from saduak.applications.rules import following
from saduak.foundation import clock
from saduak.foundation.access import Actor, Reach
from saduak.foundation.access.registry import Words
from saduak.organisations.models import Appointment, Organisation, Relation, Role, ServiceCentre, TreePath
from saduak.organisations.models.dated import on_day
from saduak.organisations.queries import NONE, reach_q
from saduak.organisations.rules import APPOINT, INVITE_SUPERVISED, LEADING
from saduak.programme.models import Round

_NO: Any = Value(False, output_field=BooleanField())
_OUTCOMES: dict[str, Words] = dict(Call.Outcome.choices)


@dataclass(frozen=True, slots=True)
class _About:
    """What one query says about a row of the page besides its numbers."""

    position: str | None = None
    title: str | None = None
    phone: str | None = None
    reminded_at: datetime | None = None
    called_at: datetime | None = None
    outcome: str | None = None
    may_appoint: bool = False
    may_invite: bool = False


def ref_of(row: Any) -> str:
    """How a unit is named in a form: "c:" and its centre's public id, or "o:" and its office's."""
    return f"o:{row.office_id}" if row.is_office else f"c:{row.centre}"


def rows_of(units: Units, found: list[Any], dates: Dates) -> list[BoardRow]:
    """The rows of a page. Two queries, none for no rows."""
    about = _about(units.actor, units.round, found) if found else {}
    told = dates.of_units([_unit(row) for row in found])
    return [
        _row(row, about.get((row.is_office, row.key), _About()), due, reads_submitted=units.knows)
        for row, due in zip(found, told, strict=True)
    ]


def _unit(row: Any) -> Unit:
    return Unit(row.office_key, row.shown[1:], row.status_only, row.corrects, row.extended)


def _row(row: Any, about: _About, due: tuple[Due | None, Due | None], *, reads_submitted: bool) -> BoardRow:
    state = row.shown[1:]
    label, tag = STATES[state]
    full = not row.status_only
    started = full and row.application is not None
    officer = _officer(about) if full else ""
    return BoardRow(
        ref=ref_of(row),
        organisation_id=row.office_id,
        organisation_name=row.office_name,
        organisation_kind=row.office_kind,
        area_name=row.area_name or "",
        phone=(full and about.phone) or row.call,
        centre_id=row.centre,
        centre_name=row.centre_name,
        status_only=row.status_only,
        application_id=row.application if full or (reads_submitted and state == "submitted") else None,
        state=state,
        state_label=label,
        tag=tag,
        written=_share(row.written, row.items_total) if started else None,
        gates_met=row.gates if started else None,
        gates_total=row.gates_total if started else None,
        evidenced=_share(row.share, row.items_total) if started else None,
        last_edit_at=row.edited if started else None,
        internal=due[0],
        national=due[1],
        officer=officer,
        reminded_at=about.reminded_at,
        called_at=about.called_at,
        call_outcome=_OUTCOMES.get(about.outcome or "", ""),
        may_appoint=about.may_appoint,
        may_invite=about.may_invite,
    )


def _officer(about: _About) -> str:
    """The position of whoever is responsible; empty when nobody is."""
    return "" if about.position is None else about.position or about.title or str(Role.OFFICER.label)


def _share(part: int, whole: int) -> int:
    return part * 100 // whole if whole else 0


def _about(actor: Actor, round_: Round, found: Iterable[Any]) -> dict[tuple[int, int], _About]:
    """What is known about the rows of a page besides their numbers. One query for both kinds."""
    centres = ServiceCentre.objects.filter(pk__in=[row.key for row in found if not row.is_office])
    offices = Organisation.objects.filter(pk__in=[row.key for row in found if row.is_office])
    sides = (
        _annotated(centres, actor, round_, office="organisation_id", centre="pk"),
        _annotated(offices, actor, round_, office="pk", centre=None),
    )
    rows = sides[0].union(sides[1], all=True)
    return {(is_office, key): _About(*values) for is_office, key, *values in rows}


def _annotated(rows: QuerySet[Any], actor: Actor, round_: Round, *, office: str, centre: str | None) -> Any:
    officers = officers_of(office, centre)
    reminded = _of_unit(RemindedUnit.objects.filter(round=round_), office, centre)
    called = _of_unit(Call.objects.filter(round=round_), office, centre)
    ours = following.offices(actor, following.REMIND, round_.programme_id)
    latest = called.filter(caller__in=ours).order_by("-at", "-pk")
    columns: dict[str, Any] = {
        "side": Value(0 if centre else 1, output_field=IntegerField()),
        "key": F("pk"),
        "position": _first(officers, "person__position"),
        "title": _first(officers, "title"),
        "phone_of": _first(officers, "person__phone"),
        "reminded_at": _first(reminded.filter(sender__in=ours).order_by("-at"), "at"),
        "called_at": _first(latest, "at"),
        "outcome": _first(latest, "outcome"),
        "may_appoint": _when(_may_appoint(actor, office)),
        "may_invite": _when(_may_invite(actor, office)),
    }
    return rows.annotate(**columns).order_by().values_list(*columns)


def officers_of(office: str, centre: str | None) -> QuerySet[Appointment]:
    """Who is responsible for a unit today, the first of them first: for the centre itself, regular, longest there."""
    rows = Appointment.objects.filter(on_day(clock.today()), organisation=OuterRef(office), role=Role.OFFICER)
    whole = Q(centre__isnull=True)
    rows = rows.filter(whole | Q(centre=OuterRef(centre)) if centre else whole)
    # Not "NULLS LAST": whether it is for the centre itself is a number in every database.
    nearest = Case(When(centre__isnull=True, then=Value(1)), default=Value(0), output_field=IntegerField())
    found: QuerySet[Appointment] = rows.order_by(nearest, "stand_in", "valid_from", "-pk")
    return found


def _of_unit(rows: QuerySet[Any], office: str, centre: str | None) -> QuerySet[Any]:
    if centre:
        return rows.filter(centre=OuterRef(centre))
    return rows.filter(organisation=OuterRef(office), centre__isnull=True)


def _first(rows: QuerySet[Any], field: str) -> Subquery:
    return Subquery(rows.values(field)[:1])


def _when(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=_NO, output_field=BooleanField())


def _may_appoint(actor: Actor, office: str) -> Q:
    """Offices at which the actor may give a post by command. Its page decides again, in full.

    Who writes in a governor's name gives nothing to the sister offices that write in it as well.
    """
    holdings = tuple(h for h in actor.holdings if h.reach.value != Reach.AREA.value)
    reached = reach_q(replace(actor, holdings=holdings), APPOINT, office)
    names = {pk for h in holdings for pk in h.organisation_ids if pk != h.organisation_id}
    if not names:
        return reached
    writers = Relation.objects.filter(
        on_day(clock.today()), kind=Relation.Kind.ISSUES_FOR, parent__in=names, child__paths__kind="line"
    )
    under = ExpressionWrapper(OuterRef("path"), output_field=CharField())
    over = writers.annotate(under=under).filter(under__startswith=F("child__paths__path"))
    sisters = TreePath.objects.filter(Exists(over), organisation=OuterRef(office), kind=TreePath.Kind.LINE)
    return reached & Q(~Exists(sisters))


def _may_invite(actor: Actor, office: str) -> Q:
    """Offices that are only supervised and that nobody with an account leads yet: the first invitation may be carried."""
    holdings = tuple(h for h in actor.holdings if h.reach.value == Reach.SUPERVISION.value)
    reached = reach_q(replace(actor, holdings=holdings), INVITE_SUPERVISED, office) if holdings else NONE
    leads = Appointment.objects.filter(
        on_day(clock.today()),
        organisation=OuterRef(office),
        role__in=LEADING,
        centre__isnull=True,
        person__user__is_active=True,
    )
    return reached & Q(~Exists(leads))
