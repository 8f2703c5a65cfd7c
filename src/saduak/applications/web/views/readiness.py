"""Readiness, the assessing office's side: its units, one or several at once, the head's confirmation, sending."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from saduak.applications import actions, readiness_papers
from saduak.applications.models import ReadinessSending
from saduak.applications.queries import readiness as queries
from saduak.applications.queries.readiness import STATES, Desk, Totals, Wanted
from saduak.applications.rules import readiness as rules
from saduak.applications.web import shared
from saduak.applications.web.readiness_forms import (
    ManyForm,
    StatementForm,
    UnitsForm,
    initial_of,
)
from saduak.applications.web.views.readiness_files import NAV, answer
from saduak.foundation.access import Actor
from saduak.foundation.access.registry import Words
from saduak.foundation.thai.calendar import bangkok_date
from saduak.foundation.web.forms import whole_number
from saduak.foundation.web.pages import page as marked
from saduak.organisations.models import Organisation
from saduak.programme.models import Round
from saduak.programme.queries import is_open, round_phase_of, rounds, stage_of
from saduak.programme.states import Phase

PER_PAGE: Final = 50
# So many names are read before one presses; the rest is a number.
NAMES_SHOWN: Final = 60
# One office in one round.
DESK: Final = "readiness/<uuid:round_id>/<uuid:office_id>/"
# The tag (word and loop) of each state of a unit.
TAGS: Final[dict[str, tuple[str, Words]]] = {
    "none": ("none", gettext_lazy("ยังไม่ประเมิน")),
    "draft": ("work", gettext_lazy("ยังไม่เสร็จ")),
    "assessed": ("wait", gettext_lazy("รอหัวหน้ายืนยัน")),
    "confirmed": ("due", gettext_lazy("ยืนยันแล้ว รอส่ง")),
    "sending": ("wait", gettext_lazy("กำลังส่ง")),
    "sent": ("sent", gettext_lazy("ส่งโครงการแล้ว")),
}
# The same for what the states leave open (`queries.standings`), and for what is marked on a list that has stopped.
STANDING: Final[dict[str, tuple[str, Words]]] = {
    "queued": ("wait", gettext_lazy("อยู่ในรายการที่กำลังส่ง")),
    "refused": ("late", gettext_lazy("ส่งแห่งนี้ไม่สำเร็จ")),
    "stopped": ("late", gettext_lazy("ส่งไม่สำเร็จ")),
    "back": ("due", gettext_lazy("ดึงกลับแล้ว รอส่งใหม่")),
}
# What can be said anew without opening it first.
CHANGEABLE: Final = ("none", "draft", "assessed")


@dataclass(frozen=True, slots=True)
class Asked:
    """Who looks at the list of which office in which round, through which filters."""

    actor: Actor
    rounds: list[Round]
    desk: Desk | None
    offices: list[Organisation]
    wanted: Wanted

    @property
    def query(self) -> str:
        """The filters as an address carries them."""
        return self.wanted.query

    def url(self, name: str = "applications:readiness", **changes: str) -> str:
        """The list, or a page about it, with the same round, office and filters."""
        assert self.desk is not None  # noqa: S101 - asked before
        said = dict(parse_qsl(self.wanted.query))
        here = name == "applications:readiness"
        if here:
            if self.rounds and self.desk.round != _first(self.rounds, self.actor):
                said["round"] = str(self.desk.round.public_id)
            if self.desk.office != self.offices[0]:
                said["office"] = str(self.desk.office.public_id)
        query = urlencode({key: value for key, value in (said | changes).items() if value})
        place = reverse(name, args=None if here else place_of(self.desk))
        return f"{place}?{query}" if query else place


def place_of(desk: Desk) -> list[UUID]:
    """What an address names a desk by."""
    return [desk.round.public_id, desk.office.public_id]


def _first(known: list[Round], actor: Actor) -> Round:
    """The round that takes applications now, else the newest that goes on, else the newest that went on."""
    phases = [(row, round_phase_of(row, actor.received_at)) for row in known]
    taking = [row for row in known if is_open(row, actor.received_at)]
    going = [row for row, phase in phases if phase is Phase.OPEN]
    begun = [row for row, phase in phases if phase is not Phase.PLANNED]
    return next(iter([*taking, *going, *begun, *known]))


def _known(actor: Actor) -> list[Round]:
    """The rounds of the programmes in which the reader works for any assessing office, the newest first."""
    return [row for row in rounds(actor) if rules.offices(actor, rules.USE, row.programme_id)]


def _asked(request: HttpRequest) -> Asked:
    """What the list is asked for; what is not known is passed over."""
    actor, given = shared.actor_of(request), request.GET
    known, filters = _known(actor), Wanted.of(given.urlencode())
    wanted = [row for row in known if str(row.public_id) == given.get("round", "")]
    if not known:
        return Asked(actor, known, None, [], filters)
    row = wanted[0] if wanted else _first(known, actor)
    offices = queries.offices_of(actor, row.programme_id)
    plan = queries.plan_of(row)
    desks = [Desk(row, office, plan) for office in offices]
    chosen = [desk for desk in desks if str(desk.office.public_id) == given.get("office", "")]
    # Who works in several offices' names sees first the one that assesses.
    working = [desk for desk in desks if desk.may_have_units]
    found = next(iter([*chosen, *working, *desks]), None)
    return Asked(actor, known, found, offices, filters)


def desk_asked(
    request: HttpRequest, round_id: UUID, office_id: UUID, given: QueryDict | None = None
) -> Asked:
    """The desk that an address names; 404 when it is not the actor's."""
    actor = shared.actor_of(request)
    known = _known(actor)
    row = shared.found(next((row for row in known if row.public_id == round_id), None))
    offices = queries.offices_of(actor, row.programme_id)
    office = shared.found(next((one for one in offices if one.public_id == office_id), None))
    return Asked(actor, known, Desk(row, office), offices, Wanted.of((given or request.GET).urlencode()))


def opened(what: Asked) -> Desk:
    """The desk that was asked for; 404 while there is none."""
    return shared.found(what.desk)


# --- The list ----------------------------------------------------------------------------------------------------------


@marked(needs=rules.USE)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The units that fall to the reader's office, what was said about each, and the next step."""
    what = _asked(request)
    if what.desk is None or not what.desk.may_have_units:
        nothing = {
            "desk": what.desk,
            "views": _offices(what),
            "rounds": _rounds(what),
            "lists": queries.lists_of(what.actor, what.desk.round, what.desk.office)[:20]
            if what.desk
            else (),
            "nav_key": NAV,
        }
        return shared.page(request, "readiness", nothing)
    desk, totals = what.desk, what.desk.totals()
    number = whole_number(request.GET.get("page", "")) or 1
    page, window = queries.page_of(desk, what.wanted, totals, number, PER_PAGE), stage_of(desk.round)
    way = way_of(desk)
    context = {
        **way,
        "desk": desk,
        "round": desk.round,
        "totals": totals,
        "numbers": _numbers(totals),
        "next_step": _next_step(what, totals, going=way["going"] is not None),
        "views": _states(what, totals),
        "offices": _offices(what),
        "rounds": _rounds(what),
        "form": UnitsForm(request.GET),
        "filtered": what.wanted.narrows,
        "reset_url": what.url(state="", verdict="", q="", sort=""),
        "page_obj": page,
        "rows": _rows(desk, list(page), **way),
        "query": what.query,
        "due_at": window.ends_at if window else None,
        "sent": queries.current_list(desk),
        "may_pick": any(row.state in CHANGEABLE for row in page)
        and bool(rules.may_assess(what.actor, desk.office, desk.round.programme_id)),
        "many_url": reverse("applications:readiness-many", args=place_of(desk)),
        "all_url": what.url("applications:readiness-many"),
        "export_url": what.url("applications:readiness-export"),
        "nav_key": NAV,
    }
    return shared.page(request, "readiness", context)


def _rows(
    desk: Desk, units: Sequence[Any], going: ReadinessSending | None, *, stopped: bool
) -> list[tuple[Any, tuple[str, Words]]]:
    """Units with where each stands: what is on its way is not there yet. At most one query."""
    known = queries.standings(desk, going, units)
    if stopped:
        known |= {row.statement: "stopped" for row in units if row.state == "sending"}
    return [(row, STANDING.get(known.get(row.statement, ""), TAGS[row.state])) for row in units]


def _numbers(totals: Totals) -> list[tuple[Any, Any, Any]]:
    waits = totals.states["assessed"]
    return [
        (totals.to_assess, _("จาก %(total)s") % {"total": totals.total}, _("ยังต้องประเมิน")),
        (waits, _("แห่ง"), _("รอหัวหน้ายืนยัน")),
        (totals.states["confirmed"], _("แห่ง"), _("รอส่งให้โครงการ")),
        (totals.ready, _("ไม่พร้อม %(n)s") % {"n": totals.not_ready}, _("ประเมินว่าพร้อม")),
    ]


def way_of(desk: Desk) -> dict[str, Any]:
    """The office's list on its way to the programme, and whether it has come to a stop. At most two queries."""
    going = queries.on_its_way(desk)
    return {"going": going, "stopped": going is not None and queries.has_stopped(going)}


def _next_step(what: Asked, totals: Totals, *, going: bool) -> dict[str, str] | None:
    """The one thing to do now: send what is confirmed, have confirmed what was assessed, assess the rest.

    While a list is `going`, a notice says so and leads on: nothing else is sent.
    """
    desk = opened(what)
    programme_id = desk.round.programme_id
    steps = [
        (0 if going else totals.states["confirmed"], "readiness-send", _("ส่งรายการให้โครงการ")),
        (totals.states["assessed"], "readiness-confirm", _("ให้หัวหน้ายืนยัน %(n)s แห่ง")),
    ]
    if rules.may_confirm(what.actor, desk.office, programme_id):
        steps[1] = (totals.states["assessed"], "readiness-confirm", _("ยืนยันผลประเมิน %(n)s แห่ง"))
    for count, name, words in steps:
        if count:
            said = words % {"n": count} if "%" in words else words
            return {"label": said, "url": reverse(f"applications:{name}", args=place_of(desk))}
    return None


def _states(what: Asked, totals: Totals) -> list[dict[str, Any]]:
    views = [("", _("ทั้งหมด"), totals.total)]
    views += [(state, str(TAGS[state][1]), totals.states[state]) for state in STATES]
    return [
        {
            "label": label,
            "icon": "",
            "count": count,
            "url": what.url(state=state),
            "current": what.wanted.state == state,
        }
        for state, label, count in views
    ]


def _offices(what: Asked) -> list[dict[str, Any]]:
    """The offices between which somebody with several can choose."""
    if len(what.offices) < 2 or what.desk is None:
        return []
    here, row = reverse("applications:readiness"), what.desk.round
    return [
        {
            "label": office.name_th,
            "icon": "",
            "count": None,
            "url": f"{here}?{urlencode({'round': str(row.public_id), 'office': str(office.public_id)})}",
            "current": office == what.desk.office,
        }
        for office in what.offices
    ]


def _rounds(what: Asked) -> list[dict[str, Any]]:
    """The rounds between which somebody can choose, with their programmes where there are several."""
    if len(what.rounds) < 2 or what.desk is None:
        return []
    several, here = len({row.programme_id for row in what.rounds}) > 1, reverse("applications:readiness")
    return [
        {
            "label": f"{row.programme.short_name} {row.fiscal_year}" if several else row.name,
            "icon": "",
            "count": None,
            "url": f"{here}?{urlencode({'round': str(row.public_id)})}",
            "current": row == what.desk.round,
        }
        for row in what.rounds
    ]


@marked(needs=rules.USE)
@require_GET
def of_round(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Where a notice leads: the list in its own round."""
    shared.found(next((row for row in _known(shared.actor_of(request)) if row.public_id == round_id), None))
    return redirect(f"{reverse('applications:readiness')}?{urlencode({'round': str(round_id)})}")


# --- One unit ----------------------------------------------------------------------------------------------------------


@marked(needs=rules.USE)
def unit(request: HttpRequest, round_id: UUID, office_id: UUID, centre_id: UUID) -> HttpResponse:
    """What the office says about one unit: ready or not, why, which gates were looked at and when."""
    what = desk_asked(request, round_id, office_id)
    desk = opened(what)
    view = shared.found(queries.unit_page(what.actor, desk, centre_id))
    initial = initial_of(view.statement, bangkok_date(what.actor.received_at))
    do = request.POST.get("do", "")
    data = request.POST if request.method == "POST" and do != "reopen" else None
    form: Any = StatementForm(data, initial=initial, gates=view.gates)
    refused: Form | None = None
    status = 200
    if do == "reopen":
        refused = Form(request.POST)
        done, status = shared.attempt(
            refused,
            lambda: actions.reopen_readiness(
                actor=what.actor, round_id=round_id, office_id=office_id, centre_id=centre_id
            ),
        )
        if done is not None:
            messages.success(request, _("เปิดให้แก้แล้ว ต้องให้หัวหน้ายืนยันและส่งใหม่"))
            return redirect(request.path)
    elif request.method == "POST":
        status = 422
        if form.is_valid():
            finished = do != "keep"
            saved, status = shared.attempt(
                form,
                lambda: actions.assess_readiness(
                    actor=what.actor,
                    round_id=round_id,
                    office_id=office_id,
                    centre_ids=[centre_id],
                    finished=finished,
                    **form.said(),
                ),
            )
            if saved is not None:
                said = _("บันทึกผลประเมินแล้ว") if finished else _("บันทึกไว้ก่อนแล้ว ยังไม่นับว่าประเมิน")
                messages.success(request, said)
                return redirect(what.url())
    return shared.shown_again(request, "readiness_unit", _unit(what, view, form, refused), status)


def _unit(what: Asked, view: queries.UnitPage, form: Any, refused: Form | None) -> dict[str, Any]:
    desk = view.desk
    programme_id = desk.round.programme_id
    closed = view.state in {"confirmed", "sending", "sent"}
    work = closed and bool(rules.may_work(what.actor, desk.office, programme_id))
    way = way_of(desk) if work else {"going": None, "stopped": False}
    may_reopen = rules.may_reopen(desk.round, what.actor.received_at) if work else None
    return {
        **way,
        "v": view,
        "desk": desk,
        "unit": view.unit,
        "statement": view.statement,
        "tag": _rows(desk, [view.unit], **way)[0][1],
        "form": form,
        "refused": refused,
        "gates_open": bool(view.statement and view.statement.gates) or form.is_bound,
        "seen": _seen(view.gates, view.statement.gates if view.statement else {}),
        "may_assess": not closed and bool(rules.may_assess(what.actor, desk.office, programme_id)),
        "may_reopen": None if way["going"] else may_reopen,
        "closed": closed,
        "back_url": what.url(),
        "nav_key": NAV,
    }


def _seen(gates: Any, said: dict[str, str]) -> list[tuple[str, str, str]]:
    """The gates that were looked at: (number and name, tag, word)."""
    words = {"yes": ("done", _("มี")), "no": ("due", _("ยังไม่มี"))}
    return [(f"{gate.number} {gate.label}", *words[said[gate.key]]) for gate in gates if gate.key in said]


# --- Several at once ---------------------------------------------------------------------------------------------------


@marked(needs=rules.ASSESS)
def many(request: HttpRequest, round_id: UUID, office_id: UUID) -> HttpResponse:
    """The same said about several units: their names and number are read before it is."""
    data = request.POST if request.method == "POST" else request.GET
    what = desk_asked(request, round_id, office_id, data)
    desk = opened(what)
    refs = [ref for ref in data.getlist("unit") if ref]
    chosen = data.get("chosen") == "1"
    units = [] if chosen and not refs else _to_assess(desk, what.wanted, refs)
    form = ManyForm(
        request.POST if request.method == "POST" else None,
        initial={"ready": "yes", "assessed_on": bangkok_date(what.actor.received_at)},
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            saved, status = shared.attempt(
                form,
                lambda: actions.assess_readiness(
                    actor=what.actor,
                    round_id=round_id,
                    office_id=office_id,
                    centre_ids=[row.public_id for row in units],
                    expected=whole_number(request.POST.get("count", "")),
                    **form.said(),
                ),
            )
            if saved is not None:
                n = len(saved)
                said = ngettext("บันทึกผลประเมิน %(n)s แห่งแล้ว", "บันทึกผลประเมิน %(n)s แห่งแล้ว", n) % {"n": n}
                messages.success(request, said)
                return redirect(what.url())
    context = {
        "desk": desk,
        "form": form,
        "names": units[:NAMES_SHOWN],
        "count": len(units),
        "more": max(0, len(units) - NAMES_SHOWN),
        "too_many": len(units) > actions.readiness.MOST_UNITS,
        "most": actions.readiness.MOST_UNITS,
        "refs": refs,
        "chosen": chosen,
        "wanted": what.wanted,
        "back_url": what.url(),
        "nav_key": NAV,
    }
    return shared.shown_again(request, "readiness_many", context, status)


def _to_assess(desk: Desk, wanted: Wanted, refs: list[str]) -> list[Any]:
    """The chosen units, or all as the filters have them, that can be assessed now; one more than are taken at once."""
    rows = desk.matching(wanted).filter(state__in=CHANGEABLE)
    if refs:
        keys = [key for key in map(_key, refs) if key is not None]
        rows = desk.matching(Wanted()).filter(public_id__in=keys, state__in=CHANGEABLE)
    return list(rows[: actions.readiness.MOST_UNITS + 1])


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


# --- As a spreadsheet --------------------------------------------------------------------------------------------------


@marked(needs=rules.USE)
def export(request: HttpRequest, round_id: UUID, office_id: UUID) -> HttpResponseBase:
    """The office's list as XLSX, as it is filtered."""
    what = desk_asked(request, round_id, office_id)
    desk = opened(what)
    return answer(
        request,
        "units",
        desk.matching(what.wanted).count(),
        write=lambda: readiness_papers.units_sheet(desk, what.wanted),
        ask=lambda: actions.request_readiness_file(
            actor=what.actor,
            content="units",
            round_id=round_id,
            office_id=office_id,
            query=what.query,
            idempotency_key=shared.once(request),
        ),
        back_url=what.url(),
    )


URLS: list[URLPattern] = [
    path("readiness/", index, name="readiness"),
    path("readiness/rounds/<uuid:round_id>/", of_round, name="readiness-round"),
    path(f"{DESK}units/<uuid:centre_id>/", unit, name="readiness-unit"),
    path(f"{DESK}many/", many, name="readiness-many"),
    path(f"{DESK}export/", export, name="readiness-export"),
]
