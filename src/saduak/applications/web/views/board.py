"""The supervisor's board: who is where, what is due, whom to call."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from saduak.applications import board_export, queries
from saduak.applications.rules import following
from saduak.applications.web import present, shared
from saduak.applications.web.board_forms import BoardForm, ViewForm
from saduak.foundation import clock
from saduak.foundation.access import Actor
from saduak.foundation.thai import calendar
from saduak.foundation.thai.words import short_day
from saduak.foundation.web.forms import whole_number
from saduak.foundation.web.pages import page as marked
from saduak.programme.models import Criterion, Round
from saduak.programme.queries import contents, is_open, round_phase_of, rounds
from saduak.programme.states import Phase

VIEWS = ("", "none", "review", "submitted")
GROUPS = ("line", "area")
# What an address carries of the filters, and what narrows (the sort does not).
_ASKED = ("state", "area", "q", "group", "officer", "of", "lacks")


@dataclass(frozen=True, slots=True)
class Asked:
    """Who looks at which round, through which filters."""

    actor: Actor
    rounds: list[Round]
    round: Round | None
    filters: queries.BoardFilters
    by: str

    @property
    def filtered(self) -> bool:
        """Whether anything narrows the board."""
        return any(getattr(self.filters, name) for name in _ASKED)

    @property
    def query(self) -> str:
        """The filters and the round as an address carries them."""
        row = self.round
        said = {"round": str(row.public_id)} if row is not None and row != self.rounds[0] else {}
        return "&".join(part for part in (urlencode(said), board_export.query_of(self.filters)) if part)

    @property
    def saved_query(self) -> str:
        """What a view of one's own keeps: the filters and how units are put together, in whichever round."""
        said = urlencode({"by": self.by}) if self.by else ""
        return "&".join(part for part in (said, board_export.query_of(self.filters)) if part)[:500]


def asked(request: HttpRequest, data: QueryDict | None = None) -> Asked:
    """What a request asks the board for; what it does not know is passed over."""
    actor, given = shared.actor_of(request), request.GET if data is None else data
    known = list(rounds(actor))
    row = _round(actor, known, given.get("round", ""))
    narrowed = {key: given.get(key, "") for key in _ASKED}
    filters = queries.BoardFilters(**narrowed, sort=given.get("sort", "") or "risk")
    by = given.get("by", "")
    return Asked(actor, known, row, filters, by if by in GROUPS else "")


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
    return shared.page(request, "board", context) if context else redirect(_url(request, by=""))


def _rows(request: HttpRequest, what: Asked) -> dict[str, Any]:
    assert what.round is not None  # noqa: S101 - asked before
    number = whole_number(request.GET.get("page", ""))
    view = queries.board(what.actor, what.round, what.filters, page=number or 1)
    lacking = _criterion(what.round, what.filters.lacks)
    return _frame(request, what, view) | {
        "groups": [group for group in _groups(view.rows) if group["rows"]],
        "lacking": lacking,
        "may_chase": bool(following.may_chase(what.actor, what.round)),
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
    parts = [(group, _part_url(request, what.by, key, group)) for group in found.groups]
    trail = [(name, _url(request, **{"by": what.by, key: value})) for name, value in found.trail]
    return _frame(request, what, view) | {"parts": parts, "trail": trail}


def _part_url(request: HttpRequest, by: str, key: str, group: Any) -> str:
    return _url(request, **{key: group.key, "by": by if group.deeper else ""})


def _url(request: HttpRequest, **changes: str) -> str:
    """The present address with some parameters changed; an empty one is taken away."""
    params = request.GET.copy()
    params.pop("page", None)
    for name, value in changes.items():
        params.pop(name, None)
        if value:
            params[name] = value
    here = reverse("applications:board")
    return f"{here}?{params.urlencode()}" if params else here


def _frame(request: HttpRequest, what: Asked, view: Any) -> dict[str, Any]:
    """What stands above the table either way."""
    assert what.round is not None  # noqa: S101 - asked before
    numbers = _numbers(view)
    return {
        "round": what.round,
        "rounds": what.rounds,
        "b": view,
        "numbers": numbers,
        "next_step": _next_step(what, view),
        "views": _views(request, view, queries.saved_views(what.actor)),
        "ways": _ways(request, what.by),
        "form": BoardForm(request.GET, states=view.states, areas=view.areas),
        "view_form": ViewForm(auto_id="view-%s"),
        "filtered": what.filtered,
        "sort": what.filters.sort,
        "query": what.query,
        "saved_query": what.saved_query,
        "by": what.by,
    }


def _criterion(row: Round, key: str) -> Criterion | None:
    """The criterion that the shown drafts lack."""
    return (
        next((c for c in contents(row.criteria_set).criteria if str(c.public_id) == key), None)
        if key
        else None
    )


def _round(actor: Actor, known: list[Round], asked_for: str) -> Round | None:
    """The round asked for, else the one that takes applications now, else the newest that goes on or went on."""
    try:
        wanted = UUID(asked_for)
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


def _next_step(what: Asked, view: Any) -> dict[str, str] | None:
    """The one thing to do now: answer who waits, then name who is responsible, then wake who has not started."""
    assert what.round is not None  # noqa: S101 - asked before
    totals, here = view.totals, reverse("applications:board")
    if totals.reviews_waiting and what.actor.can("applications.review"):
        words = _("ตรวจทานร่างที่รออยู่ %(count)s ฉบับ") % {"count": totals.reviews_waiting}
        return {"label": words, "url": reverse("applications:reviews")}
    if not following.may_chase(what.actor, what.round):
        return None
    if totals.no_officer and what.filters.officer != "none":
        words = _("ดู %(count)s แห่งที่ยังไม่มีผู้รับผิดชอบ") % {"count": totals.no_officer}
        return {"label": words, "url": f"{here}?officer=none"}
    if totals.not_started:
        words = _("เตือน %(count)s แห่งที่ยังไม่เริ่ม") % {"count": totals.not_started}
        return {"label": words, "url": f"{reverse('applications:remind')}?state=none"}
    return None


def _views(request: HttpRequest, view: Any, saved: list[Any]) -> list[dict[str, Any]]:
    """The views people want most, with their counts where the page knows them; then the reader's own."""
    chosen = request.GET.get("state", "")
    totals = view.totals
    items = {
        "": (_("ทั้งหมด"), "", totals.total),
        "none": (_("ยังไม่เริ่ม"), "none", totals.not_started),
        "review": (_("รอตรวจทาน"), "wait", totals.reviews_waiting),
        "submitted": (_("ยื่นแล้ว"), "sent", totals.submitted),
    }
    mine = [_saved(request, row) for row in saved]
    own = any(item["current"] for item in mine)
    found = []
    for key in VIEWS:
        label, icon, count = items[key]
        found.append(
            {
                "label": label,
                "icon": icon,
                "count": count,
                "url": _url(request, state=key),
                "current": chosen == key and not own,
            }
        )
    return [*found, *mine]


def _saved(request: HttpRequest, row: Any) -> dict[str, Any]:
    now = {name: value for name, value in request.GET.items() if value and name not in {"page", "round"}}
    return {
        "label": row.name,
        "icon": "",
        "count": None,
        "url": f"?{row.query}",
        "current": bool(row.query) and now == dict(parse_qsl(row.query)),
        "id": row.public_id,
    }


def _ways(request: HttpRequest, by: str) -> list[dict[str, Any]]:
    """How the units are put together."""
    words = {"": _("ทีละแห่ง"), "line": _("ตามสายบังคับบัญชา"), "area": _("ตามพื้นที่")}
    return [
        {"label": label, "icon": "", "count": None, "url": _url(request, by=key), "current": by == key}
        for key, label in words.items()
    ]
