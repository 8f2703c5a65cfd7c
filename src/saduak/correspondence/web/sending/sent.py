"""Letters that my offices sent: the list, where one is, whom to remind, calling it back and correcting it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from saduak.correspondence import paper, rules
from saduak.correspondence.actions import recalling, reminding
from saduak.correspondence.actions.drafting import create_draft
from saduak.correspondence.models import Delivery, Dispatch, Letter, WrittenKind
from saduak.correspondence.queries import cleared, deliveries, tree
from saduak.correspondence.queries.searching import excerpt_of
from saduak.correspondence.queries.timesaved import window_of
from saduak.correspondence.queries.workdays import OfficeDays, office_days
from saduak.correspondence.web.forms import Once
from saduak.correspondence.web.sending import messages as line
from saduak.correspondence.web.sending import rails, tree_rows
from saduak.correspondence.web.sending.follow_forms import RecallForm
from saduak.correspondence.web.shared import actor_of
from saduak.foundation import batches, ids
from saduak.foundation.access import Actor, Conflict, Refused, require
from saduak.foundation.thai import calendar, numerals, workdays
from saduak.foundation.web.forms import refuse
from saduak.foundation.web.pages import page
from saduak.organisations.models import Organisation
from saduak.programme.models import InternalDeadline
from saduak.programme.rules import owners

ROWS: Final = 25
OFFICES: Final = 50
# As many names as one message can bear.
NAMES: Final = 100


class Counted(Paginator[Any]):
    """A paginator that knows how many there are, because the page counted them already."""

    def __init__(self, rows: QuerySet[Any], size: int, count: int) -> None:
        super().__init__(rows, size)
        self.count = count


def dispatch_of(request: HttpRequest, dispatch_id: uuid.UUID) -> Dispatch:
    """One sending that the reader may see.

    Raises:
        Http404: there is none, or none for this reader.
    """
    found = deliveries.dispatch(actor_of(request), dispatch_id)
    if found is None:
        raise Http404
    return found


# --- The list ---------------------------------------------------------------------------------------------------------


@page(needs=rules.READ)
def sent(request: HttpRequest) -> HttpResponse:
    """What my offices sent, each with how far those are who got it."""
    actor = actor_of(request)
    query = request.GET.get("q", "")
    shown = Paginator(deliveries.sent(actor, query=query), ROWS).get_page(request.GET.get("page"))
    tallies = tree.progress(actor, list(shown.object_list)) if shown.object_list else {}
    context = {
        "page": shown,
        "rows": [
            {
                "dispatch": row,
                "tally": tallies.get(row.pk, tree.Tally()),
                "found": excerpt_of(row, row.letter, query),
            }
            for row in shown
        ],
        "query": query,
        "may_write": bool(rules.offices(actor, rules.WRITE)),
    }
    return render(request, "correspondence/sent/list.html", context)


# --- Where it is ------------------------------------------------------------------------------------------------------


@page(needs=rules.READ)
def dispatch(request: HttpRequest, dispatch_id: uuid.UUID) -> HttpResponse:
    """A sending: the way here from the top, and all who got it, each with what came of it."""
    actor, row = actor_of(request), dispatch_of(request, dispatch_id)
    own = rules.offices(actor, rules.READ)
    if not {row.sender_id, row.letter.issuer_id} & own:
        mine = Delivery.objects.visible_to(actor).filter(dispatch=row, organisation__in=sorted(own)).first()
        if mine is not None:
            # Whoever only received it sees its own part.
            return redirect("correspondence:tree", mine.public_id)
    chain = tree.above(row.forwards) if row.forwards is not None else []
    return _tree(request, _Place(row, None, chain, tree.of_dispatch(row), row.sender, row.letter.issuer_id))


@page(needs=rules.READ)
def tree_of(request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
    """One office: the way down to it, and all to whom it passed the letter on."""
    row = deliveries.delivery(actor_of(request), delivery_id)
    if row is None:
        raise Http404
    return _tree(request, _Place(None, row, tree.above(row), tree.of_delivery(row), row.organisation, None))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a tree the page stands: at a sending, or at one office's delivery."""

    dispatch: Dispatch | None
    delivery: Delivery | None
    # From the top to it.
    chain: list[Delivery]
    node: tree.Node
    # Who sent to those right below, in whose name.
    sender: Organisation
    issuer_id: int | None

    @property
    def letter(self) -> Letter:
        """The letter that the page is about."""
        found = self.dispatch or self.delivery
        assert found is not None  # noqa: S101 - a place is one of the two
        return found.letter

    @property
    def top(self) -> Dispatch | None:
        """The first sending of all; None for a letter on paper that nobody has passed on."""
        if self.chain and self.chain[0].dispatch is not None:
            return self.chain[0].dispatch
        return self.dispatch if self.dispatch is not None and self.dispatch.forwards_id is None else None


def _tree(request: HttpRequest, place: _Place) -> HttpResponse:
    """The page: what the table shows, and the rail above it."""
    actor = actor_of(request)
    # Before what it counts: offices that the batch reaches meanwhile are in the table, never only in its heading.
    going = _progress(place.dispatch)
    kinds = tree.kinds(actor, place.node)
    days = office_days(_first_day(place))
    today = calendar.bangkok_date(actor.received_at)
    passed, table = _table(request, place, kinds, days)
    window = window_of(place.letter.round)
    last = place.dispatch or (passed.get(place.delivery.pk) if place.delivery else None)
    context = table | {
        "letter": place.letter,
        "dispatch": place.dispatch,
        "delivery": place.delivery,
        "unit": _unit(kinds),
        "further": tree.Tally.of(tally for level, _kind, tally in kinds if level > 1),
        "rail": rails.build(_hops(place, last), kinds, today=today, window=window, days=days),
        "window": window,
        "left": _left(window, today, days.holidays),
        "rough": days.rough,
        "may_follow": place.dispatch is not None and bool(rules.may_call_back(actor, place.dispatch)),
        "may_open": _may_open(actor, place),
        "wants_forwarding": bool(table["near"].forwarded or (last is not None and last.forward_by)),
        **_outside(actor, place),
        # What the office passed on is reminded, corrected and called back on its own page.
        "own": last if place.dispatch is None and last and rules.may_call_back(actor, last) else None,
        "progress": going,
        "withdrawn": tree.withdrawn(place.dispatch),
        "once": ids.public_id(),
    }
    return render(request, "correspondence/sent/tree.html", context)


def _outside(actor: Actor, place: _Place) -> dict[str, Any]:
    """What the office of the page passed on outside the system, and whether the reader may write such down. At most one query."""
    row = place.delivery
    if row is None:
        return {}
    way = [one.dispatch for one in place.chain if one.dispatch is not None]
    open_ = row.received_at is not None and row.state != "withdrawn"
    concerned = bool(rules.may_tell_of(actor, row, way) and rules.secrecy.may_read(actor, row.letter))
    return {
        "passed_outside": deliveries.passed_outside(row),
        # To whom exactly, and what was said of it, is between the office and those from whom the letter came.
        "reads_notes": concerned,
        "may_tell": concerned and open_,
    }


def _table(
    request: HttpRequest, place: _Place, kinds: Sequence[tuple[int, str, tree.Tally]], days: OfficeDays
) -> tuple[dict[int, Dispatch], dict[str, Any]]:
    """The offices right below, one page of them; and in which sending each, and the place itself, passed the letter on."""
    actor = actor_of(request)
    near = tree.Tally.of(tally for level, _kind, tally in kinds if level == 1)
    chosen = _view(request, near)
    shown = _page_of(request, tree.children(actor, place.node, view=chosen), near, chosen)
    passed = tree.forwards_of([*shown, *([place.delivery] if place.delivery else [])])
    around = tree_rows.Around(
        actor=actor,
        leads=tree_rows.leads(actor, place.chain, place.sender, place.issuer_id),
        today=calendar.bangkok_date(actor.received_at),
        days=days,
        passed=passed,
        branches=tree.branches(actor, place.node, list(shown)) if len({row[0] for row in kinds}) > 1 else {},
        contacts=tree.last_contacts(actor, list(shown)) if shown.object_list else {},
        nobody=cleared.unopened(shown),
    )
    rows = tree_rows.rows_of(shown, around)
    return passed, {
        "near": near,
        "page": shown,
        "rows": rows,
        "has_phones": any(row.phone and row.may_follow for row in rows),
        "has_branches": bool(around.branches),
        "views": tree_rows.views(chosen, near),
        "view": chosen,
    }


def _may_open(actor: Actor, place: _Place) -> bool:
    """Whether the letter itself is the reader's to read; no query where its own offices have it."""
    letter, own = place.letter, rules.offices(actor, rules.READ, place.letter.programme_id)
    if not letter.is_secret and {place.sender.pk, letter.issuer_id} & own:
        return True
    return Letter.objects.visible_to(actor).filter(pk=letter.pk).exists()


def _unit(kinds: Sequence[tuple[int, str, tree.Tally]]) -> str:
    """What those right below are called, when they are all of one kind."""
    found = {kind for level, kind, _tally in kinds if level == 1}
    return str(rails.KINDS[found.pop()]) if len(found) == 1 else _("หน่วยงาน")


def _view(request: HttpRequest, near: tree.Tally) -> str:
    chosen = request.GET.get("view", "")
    return chosen if chosen in tree.VIEWS else ("open" if near.open else "all")


def _page_of(request: HttpRequest, rows: QuerySet[Delivery], near: tree.Tally, view: str) -> Page[Any]:
    counts = {
        "open": near.open,
        "late": near.late,
        "unread": near.unread,
        "done": near.total - near.open,
    }
    return Counted(rows, OFFICES, counts.get(view, near.total)).get_page(request.GET.get("page"))


def _first_day(place: _Place) -> Any:
    """The earliest day that the page may reckon with."""
    told = [place.letter.dated, *(calendar.bangkok_date(row.delivered_at) for row in place.chain)]
    if place.top is not None:
        told.append(place.top.letter.dated)
    told += [hop.dated for hop in _paper(place)]
    return min(day for day in told if day is not None)


def _paper(place: _Place) -> list[paper.PaperHop]:
    """What the bundle tells with which the letter came into the system, when it came on paper."""
    first = _on_paper(place)
    if first is None or first.letter.is_secret:
        # Numbers of secret letters are not told along the way.
        return []
    return paper.chain(first.letter.reading.get("documents", []))


def _on_paper(place: _Place) -> Delivery | None:
    if place.chain and place.chain[0].dispatch is None:
        return place.chain[0]
    return place.top.forwards if place.top is not None else None


def _hops(place: _Place, last: Dispatch | None) -> list[rails.Hop]:
    hops = rails.on_paper(_paper(place))
    first = _on_paper(place)
    if first is not None and first not in place.chain:
        hops.append(rails.of_delivery(first, place.top))
    elif place.top is not None:
        hops.append(rails.of_top(place.top))
    return hops + rails.chain(place.chain, last)


def _left(window: Any, today: Any, holidays: frozenset[Any]) -> dict[str, Any] | None:
    """How much of the window is left: calendar and working days until it closes."""
    if window is None:
        return None
    first, last = window
    return {
        "days": (last - today).days,
        "working": max(0, workdays.working_days_between(today, last, holidays)),
        "first": first,
        "last": last,
        "over": today > last,
        "ahead": today < first,
    }


def _progress(row: Dispatch | None) -> batches.Progress | None:
    return batches.progress(row.batch) if row is not None and row.state == "sending" and row.batch else None


# --- Whom to remind ---------------------------------------------------------------------------------------------------


@page(needs=rules.READ)
def remind(request: HttpRequest, dispatch_id: uuid.UUID) -> HttpResponse:
    """Who has not received it, or is late: a notice in the system to all of them, and a text for the LINE group."""
    actor, row = actor_of(request), dispatch_of(request, dispatch_id)
    require(rules.may_call_back(actor, row))
    late = request.GET.get("view") == "late"
    if request.method == "POST":
        return _reminded(request, actor, row, late=late)
    rows = tree.children(actor, tree.of_dispatch(row), view="late" if late else "unread")
    shown = Paginator(rows, NAMES).get_page(request.GET.get("page"))
    window = window_of(row.letter.round)
    names = [delivery.organisation.name_th for delivery in shown]
    text = line.to_many(row, names, late=late, closes_on=window[1] if window else None) if names else ""
    context = {
        "dispatch": row,
        "letter": row.letter,
        "page": shown,
        "late": late,
        "text": text,
        "lines": text.count("\n") + 2,
    }
    return render(request, "correspondence/sent/remind.html", context)


def _reminded(request: HttpRequest, actor: Actor, row: Dispatch, *, late: bool) -> HttpResponse:
    try:
        count = reminding.remind(actor=actor, dispatch_id=row.public_id, late=late)
    except Conflict as problem:
        messages.warning(request, str(problem.reason))
    else:
        if count:
            said = _("แจ้งเตือนในระบบแล้ว %(count)s แห่ง") % {"count": numerals.format_number(count)}
            messages.success(request, said)
    return redirect("correspondence:dispatch", row.public_id)


# --- Calling back and correcting --------------------------------------------------------------------------------------


@page(needs=rules.ISSUE)
def recall(request: HttpRequest, dispatch_id: uuid.UUID) -> HttpResponse:
    """Call a sending back, with the reason that everybody who had it will read."""
    actor, row = actor_of(request), dispatch_of(request, dispatch_id)
    require(rules.may_call_back(actor, row))
    if row.state == "recalled":
        return redirect("correspondence:dispatch", row.public_id)
    set_days = _own_deadlines(actor, row)
    form = RecallForm(request.POST if request.method == "POST" else None, with_deadlines=bool(set_days))
    if request.method == "POST" and form.is_valid():
        try:
            recalling.recall(
                actor=actor,
                dispatch_id=row.public_id,
                reason=form.cleaned_data["reason"],
                withdraw_deadlines=form.cleaned_data.get("deadlines", False),
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("เรียกหนังสือคืนแล้ว หน่วยงานที่ได้ไปเห็นเหตุผลแล้ว"))
            return redirect("correspondence:dispatch", row.public_id)
    tally = tree.progress(actor, [row]).get(row.pk, tree.Tally())
    further = tree.Tally.of(found for level, found in tree.levels(actor, tree.of_dispatch(row)) if level > 1)
    context = {
        "dispatch": row,
        "letter": row.letter,
        "form": form,
        "tally": tally,
        "further": further,
        "set_days": set_days,
    }
    return render(request, "correspondence/sent/recall.html", context, status=422 if form.errors else 200)


def _own_deadlines(actor: Actor, row: Dispatch) -> list[InternalDeadline]:
    """The days that the letter set and the actor may take back with it: not while it stands by another sending."""
    letter = row.letter
    stands = letter.dispatches.exclude(pk=row.pk).exclude(state="recalled").exists()
    if stands or letter.issuer_id not in owners(actor, letter.programme_id):
        return []
    return list(recalling.deadlines_of(letter))


@page(needs=rules.ISSUE)
@require_POST
def correct(request: HttpRequest, dispatch_id: uuid.UUID) -> HttpResponse:
    """Begin the letter that takes this one's place; nothing changes until it is issued."""
    actor, row = actor_of(request), dispatch_of(request, dispatch_id)
    require(rules.may_call_back(actor, row))
    letter = row.letter
    assert letter.issuer is not None  # noqa: S101 - what was sent was issued
    form = Once(request.POST)
    draft = create_draft(
        actor=actor,
        office_id=row.sender.public_id,
        issuer_id=letter.issuer.public_id,
        programme_id=letter.programme.public_id,
        kind=letter.kind if letter.kind in WrittenKind.values else WrittenKind.EXTERNAL,
        round_id=letter.round.public_id if letter.round else None,
        corrects=letter.public_id,
        idempotency_key=form.key if form.is_valid() else None,
    )
    messages.success(request, _("เริ่มร่างหนังสือแก้ไขแล้ว ฉบับเดิมยังใช้อยู่จนกว่าจะออกฉบับใหม่"))
    return redirect("correspondence:draft", draft.public_id)
