"""The supervisor's board: who is where, what is due, whom to call."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from saduak.applications import queries
from saduak.applications.web import present, shared
from saduak.applications.web.forms import BoardForm
from saduak.foundation import clock
from saduak.foundation.access import Actor
from saduak.foundation.thai import calendar
from saduak.foundation.thai.words import short_day
from saduak.foundation.web.forms import whole_number
from saduak.foundation.web.pages import page as marked
from saduak.programme.models import Round
from saduak.programme.queries import is_open, round_phase_of, rounds
from saduak.programme.states import Phase

VIEWS = ("", "none", "review", "submitted")


@marked(needs="applications.see_status")
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Four numbers, filters, and one table in groups: own line, then supervised."""
    actor = shared.actor_of(request)
    known = list(rounds(actor))
    row = _round(actor, known, request.GET.get("round", ""))
    if row is None:
        return shared.page(request, "board", {"round": None})
    asked = {key: request.GET.get(key, "") for key in ("state", "area", "q", "group")}
    filters = queries.BoardFilters(**asked, sort=request.GET.get("sort", "") or "risk")
    number = whole_number(request.GET.get("page", ""))
    view = queries.board(actor, row, filters, page=number or 1)
    context = {
        "round": row,
        "rounds": known,
        "b": view,
        "groups": [group for group in _groups(view.rows) if group["rows"]],
        "numbers": _numbers(view),
        "views": _views(request, view),
        "form": BoardForm(request.GET, states=view.states, areas=view.areas),
        "filtered": any(asked.values()),
        "sort": filters.sort,
    }
    return shared.page(request, "board", context)


def _round(actor: Actor, known: list[Round], asked: str) -> Round | None:
    """The round asked for, else the one that takes applications now, else the newest that goes on or went on."""
    try:
        wanted = UUID(asked)
    except ValueError:
        wanted = None
    chosen = [row for row in known if row.public_id == wanted]
    taking = [row for row in known if is_open(row, actor.received_at)]
    begun = [row for row in known if round_phase_of(row, actor.received_at) is not Phase.PLANNED]
    return next(iter([*chosen, *taking, *begun, *known]), None)


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


def _views(request: HttpRequest, view: Any) -> list[dict[str, Any]]:
    """The views people want most, with their counts where the page knows them."""
    chosen = request.GET.get("state", "")
    totals = view.totals
    items = {
        "": (_("ทั้งหมด"), "", totals.total),
        "none": (_("ยังไม่เริ่ม"), "none", totals.not_started),
        "review": (_("รอตรวจทาน"), "wait", totals.reviews_waiting),
        "submitted": (_("ยื่นแล้ว"), "sent", totals.submitted),
    }
    found = []
    for key in VIEWS:
        label, icon, count = items[key]
        params = request.GET.copy()
        params.pop("page", None)
        params.pop("state", None)
        if key:
            params["state"] = key
        found.append(
            {
                "label": label,
                "icon": icon,
                "count": count,
                "url": f"?{params.urlencode()}",
                "current": chosen == key,
            }
        )
    return found
