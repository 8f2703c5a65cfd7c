"""The supervisor's board: who is where, what is due, whom to call."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from saduak.applications import queries
from saduak.applications.queries.board import area_name, gate_title
from saduak.applications.rules import following
from saduak.applications.rules.extension import may_extend
from saduak.applications.web import present, shared
from saduak.applications.web.board_forms import BoardForm, ViewForm
from saduak.applications.web.board_links import Asked, asked
from saduak.foundation import clock
from saduak.foundation.access import Actor
from saduak.foundation.thai import calendar
from saduak.foundation.thai.words import short_day
from saduak.foundation.web.pages import page as marked
from saduak.programme.models import Criterion, Round
from saduak.programme.queries import contents

VIEWS = ("", "none", "review", "submitted")


def framed(what: Asked, name: str = "board") -> dict[str, Any]:
    """What every page of the board has: its round, the ways to other rounds, and the way back to the list."""
    return {
        "round": what.round,
        "rounds": _rounds(what, f"applications:{name}"),
        "query": what.query,
        "board_url": what.url(),
        "nav_key": nav_key(what.actor),
    }


def nav_key(actor: Actor) -> str:
    """Which of the two entries of the navigation leads the reader here: a supervisor's, or the programme's office's."""
    return "board" if actor.can("applications.review") else "board-programme"


def _year(row: Round) -> str:
    return _("ปีงบประมาณ %(year)s") % {"year": row.fiscal_year}


def _rounds(what: Asked, name: str) -> list[dict[str, Any]]:
    """The rounds that the reader may look at, where there is more than one; a criterion belongs to one set alone."""
    several = len({row.programme_id for row in what.rounds}) > 1
    return [
        {
            "label": f"{row.programme.short_name} {row.fiscal_year}" if several else _year(row),
            "icon": "",
            "count": None,
            "url": what.url(name, round=row.public_id, lacks=""),
            "current": row == what.round,
        }
        for row in what.rounds
        if len(what.rounds) > 1
    ]


@marked(needs="applications.see_status")
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Four numbers, the next step, filters, and one table in groups: own line, then supervised; or the parts below."""
    what = asked(request)
    if what.round is None:
        return shared.page(request, "board", {"round": None})
    if not what.by:
        return shared.page(request, "board", _rows(request, what))
    context = _parts(request, what)
    # One part alone is no step down: its units are shown.
    return shared.page(request, "board", context) if context else redirect(what.url(by=""))


def _rows(request: HttpRequest, what: Asked) -> dict[str, Any]:
    assert what.round is not None  # noqa: S101 - asked before
    view = queries.board(what.actor, what.round, what.filters, page=what.page)
    lacking = _criterion(what.round, what.filters.lacks)
    return _frame(request, what, view) | {
        "groups": [group for group in _groups(view.rows) if group["rows"]],
        "lacking": lacking,
        "may_chase": bool(following.may_chase(what.actor, what.round)),
        "gates": gate_title(what.round),
        # A call leads back to where the list was.
        "here": urlencode(what.kept | ({"page": what.page} if what.page > 1 else {})),
    }


def _parts(request: HttpRequest, what: Asked) -> dict[str, Any] | None:
    """The parts below, or nothing where there are none."""
    assert what.round is not None  # noqa: S101 - asked before
    filters = what.filters if what.by == "line" else replace(what.filters, of="")
    found = queries.board_groups(what.actor, what.round, filters, what.by)
    if len(found.groups) < 2 and not any(group.deeper for group in found.groups):
        return None
    view = queries.board_head(what.actor, what.round)
    key = "of" if what.by == "line" else "area"
    parts = [
        (group, what.url(**{key: group.key, "by": what.by if group.deeper else ""})) for group in found.groups
    ]
    trail = [(name, what.url(**{key: value})) for name, value in found.trail]
    return _frame(request, what, view) | {"parts": parts, "trail": trail}


def _frame(request: HttpRequest, what: Asked, view: Any) -> dict[str, Any]:
    """What stands above the table either way."""
    assert what.round is not None  # noqa: S101 - asked before
    return framed(what) | {
        "b": view,
        "numbers": _numbers(view),
        "next_step": _next_step(what, view),
        "views": _views(what, view, queries.saved_views(what.actor)),
        "ways": _ways(what),
        "form": BoardForm(
            what.kept, states=view.states, areas=_areas(what, view), gates=gate_title(what.round)
        ),
        "view_form": ViewForm(auto_id="view-%s"),
        "filtered": what.filtered,
        "reset_url": what.plain_url(by=what.by),
        "any_url": what.url(lacks=""),
        "criteria_url": what.url("applications:board-criteria", by=""),
        "targets_url": what.plain_url("applications:board-targets"),
        "remind_url": what.url("applications:remind", by=""),
        "views_url": what.plain_url("applications:board-views"),
        "extensions_url": _extensions(what),
        "kept": list(what.kept.items()),
        "once": shared.key_for(request),
        "sort": what.filters.sort,
        "saved_query": what.saved_query,
        "by": what.by,
    }


def _areas(what: Asked, view: Any) -> list[tuple[str, Any]]:
    """The areas to choose from, also the one that somebody stepped down to."""
    here = what.filters.area
    known = list(view.areas)
    return known if not here or here in dict(known) else [*known, (here, area_name(here))]


def _extensions(what: Asked) -> str:
    """Where more time is given, for who gives it."""
    row = what.round
    if row is None or not may_extend(what.actor, row):
        return ""
    return reverse("applications:extensions", args=[row.public_id])


def _criterion(row: Round, key: str) -> Criterion | None:
    """The criterion that the shown drafts lack."""
    return (
        next((c for c in contents(row.criteria_set).criteria if str(c.public_id) == key), None)
        if key
        else None
    )


def _groups(rows: Any) -> list[dict[str, Any]]:
    return [
        {"title": _("ในสังกัดและในพื้นที่"), "status_only": False, "rows": [r for r in rows if not r.status_only]},
        {"title": _("ในกำกับดูแล"), "status_only": True, "rows": [r for r in rows if r.status_only]},
    ]


def _numbers(view: Any) -> list[tuple[Any, Any, Any]]:
    """What stands at the top: filed, without an officer, and the days to both deadlines."""
    totals = view.totals
    found: list[tuple[Any, Any, Any]] = [
        (totals.submitted, _("จาก %(total)s") % {"total": totals.total}, _("ยื่นแล้ว")),
        (totals.no_officer, _("แห่ง"), _("ยังไม่มีผู้รับผิดชอบ")),
    ]
    check = next((due for due in view.deadlines if due.kind.startswith("check")), None)
    window = next((due for due in view.deadlines if due.kind == "window"), None)
    for due, words in ((check, _("ส่งร่างให้ตรวจทาน")), (window, _("ยื่นใบสมัคร"))):
        if due is not None:
            days = calendar.days_left(due.due_at, clock.now())
            day = short_day(present.last_day(due.due_at))
            label = _("%(what)s ภายใน %(day)s") % {"what": words, "day": day}
            late = _("ปิดแล้ว เลยมา %(days)s วัน") % {"days": -days}
            found.append((max(days, 0), ngettext("วัน", "วัน", days) if days >= 0 else late, label))
    if len(found) < 4:
        found.insert(2, (totals.reviews_waiting, _("ฉบับ"), _("รอคุณตรวจทาน")))
    return found


def _next_step(what: Asked, view: Any) -> dict[str, str] | None:
    """The one thing to do now: answer who waits, then name who is responsible, then wake who has not started."""
    assert what.round is not None  # noqa: S101 - asked before
    totals = view.totals
    if totals.reviews_waiting and what.actor.can("applications.review"):
        words = _("ตรวจทานร่างที่รออยู่ %(count)s ฉบับ") % {"count": totals.reviews_waiting}
        return {"label": words, "url": reverse("applications:reviews")}
    if not following.may_chase(what.actor, what.round):
        return None
    if totals.no_officer and what.filters.officer != "none":
        words = _("ดู %(count)s แห่งที่ยังไม่มีผู้รับผิดชอบ") % {"count": totals.no_officer}
        return {"label": words, "url": what.plain_url(officer="none")}
    if totals.not_started:
        words = _("เตือน %(count)s แห่งที่ยังไม่เริ่ม") % {"count": totals.not_started}
        return {"label": words, "url": what.plain_url("applications:remind", state="none")}
    return None


def _views(what: Asked, view: Any, saved: list[Any]) -> list[dict[str, Any]]:
    """The views people want most, with their counts where the page knows them; then the reader's own."""
    totals = view.totals
    items = {
        "": (_("ทั้งหมด"), "", totals.total),
        "none": (_("ยังไม่เริ่ม"), "none", totals.not_started),
        "review": (_("รอตรวจทาน"), "wait", totals.reviews_waiting),
        "submitted": (_("ยื่นแล้ว"), "sent", totals.submitted),
    }
    mine = [_saved(what, row) for row in saved]
    own = any(item["current"] for item in mine)
    found = []
    for key in VIEWS:
        label, icon, count = items[key]
        found.append(
            {
                "label": label,
                "icon": icon,
                "count": count,
                "url": what.url(state=key),
                "current": what.filters.state == key and not own,
            }
        )
    return [*found, *mine]


def _saved(what: Asked, row: Any) -> dict[str, Any]:
    url = what.view_url(row.query)
    return {
        "label": row.name,
        "icon": "",
        "count": None,
        "url": url,
        "current": bool(row.query) and url == what.url(),
        "id": row.public_id,
    }


def _ways(what: Asked) -> list[dict[str, Any]]:
    """How the units are put together."""
    words = {"": _("ทีละแห่ง"), "line": _("ตามสายบังคับบัญชา"), "area": _("ตามพื้นที่")}
    return [
        {"label": label, "icon": "", "count": None, "url": what.url(by=key), "current": what.by == key}
        for key, label in words.items()
    ]
