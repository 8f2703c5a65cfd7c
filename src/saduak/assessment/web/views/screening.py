"""The secretariat's screening: the queue, a case, and what can become of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from saduak.applications.queries.readiness import told_of
from saduak.applications.rules.practices import may_suggest
from saduak.assessment import actions, queries
from saduak.assessment.letters import rejected_url, visit_url
from saduak.assessment.models import Case
from saduak.assessment.rules import MANAGE, SCREEN, may_manage, may_reject, may_screen
from saduak.assessment.states import CASE
from saduak.assessment.web import shared
from saduak.assessment.web.forms import ExtendForm, ReasonForm, ReturnForm, SearchForm
from saduak.foundation.access import Conflict, Decision
from saduak.foundation.access.registry import Words
from saduak.foundation.web.pages import page as marked

ROWS = 50
ITEM = "c-"
LATE = "lapsed"


@marked(needs=SCREEN)
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Filed applications by where they stand, the longest waiting first."""
    actor = shared.actor_of(request)
    form = SearchForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {"q": "", "state": ""}
    state = asked["state"] if asked["state"] in {*CASE.states, LATE, "all"} else CASE.initial
    if state == LATE:
        rows = queries.lapsed(actor)
    else:
        rows = queries.cases(actor, state="" if state == "all" else state, text=asked["q"])
    counts = queries.tally(actor)
    late = queries.lapsed(actor).count() if counts.get("returned") else 0
    listed = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "state": state,
        "asked": asked["q"],
        "page_obj": listed,
        "views": _views(counts, late, state),
        "first": listed.object_list[0] if state == CASE.initial and listed.object_list else None,
        "may_manage": actor.can(MANAGE),
    }
    return shared.page(request, "queue", context)


def _views(counts: dict[str, int], late: int, state: str) -> list[dict[str, Any]]:
    found = [
        _view(key, label, counts.get(key, 0), state)
        for key, label in CASE.states.items()
        if counts.get(key) or key in {CASE.initial, state}
    ]
    if late:
        found.append({**_view(LATE, _("เลยกำหนดแก้"), late, state), "icon": "late"})
    return [*found, _view("all", _("ทั้งหมด"), sum(counts.values()), state)]


def _view(key: str, name: Words, count: int, state: str) -> dict[str, Any]:
    """One tab; the number on it says that it counts cases."""
    said = {"name": name, "n": count}
    label = ngettext("%(name)s %(n)d เรื่อง", "%(name)s %(n)d เรื่อง", count) % said
    return {"label": label, "url": f"?state={key}", "current": key == state}


@marked()
@require_GET
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A case with everything that was filed, criterion by criterion."""
    actor = shared.actor_of(request)
    view = shared.found(queries.case_page(actor, case_id))
    row = view.case
    sheet = queries.my_sheets(actor).filter(case=row).first()
    screening = may_screen(actor, row)
    screens = bool(screening)
    context = {
        "v": view,
        "case": row,
        "filed": view.filed,
        "sheet": sheet,
        "screens": screens,
        "not_by_me": screening.reason if _is_left_to_others(screening, row) else "",
        "rejectable": screens and CASE.can("reject", row.state) and bool(may_reject(row, actor.received_at)),
        "manages": bool(may_manage(actor, row.application.round.programme_id)),
        "suggests": bool(may_suggest(actor, row.application.round.programme_id)),
        "visit_url": visit_url(actor, row),
        "rejected_url": rejected_url(actor, row),
        "readiness": told_of(actor, row.application),
        "open_return": next((entry for entry in view.returns if entry.answered_at is None), None),
    }
    return shared.page(request, "case", context)


def _is_left_to_others(screening: Decision, row: Case) -> bool:
    """Whether the reader would screen this, if it were not of an office that they serve besides."""
    return screening.code == "own-office" and row.state in {CASE.initial, "returned"}


def _screened(request: HttpRequest, case_id: UUID) -> Case:
    return shared.found(queries.case(shared.actor_of(request), case_id))


def _read(request: HttpRequest) -> UUID | None:
    """The submission that somebody read: the case's page leads on with it, and the form sends it along."""
    sent = request.POST if request.method == "POST" else request.GET
    try:
        return UUID(sent.get("read", ""))
    except ValueError:
        return None


def _must_have_read(request: HttpRequest) -> UUID:
    """The submission that a decision rests on.

    Raises:
        Conflict: nothing says which.
    """
    read = _read(request)
    if read is None:
        raise Conflict(_("หน้านี้ไม่ได้บอกว่าคุณอ่านฉบับใด เปิดเรื่องนี้อ่านก่อน แล้วเลือกอีกครั้ง"), "unread")
    return read


def _resting(request: HttpRequest, row: Case) -> dict[str, Any]:
    """The case, what of it was read, and whether the centre has filed another since.

    What was read stays what it was until the case is read again, however often the form is sent. A page that is opened
    without saying what was read names the newest.
    """
    newest, read = row.submission.public_id, _read(request)
    if read is None and request.method != "POST":
        read = newest
    return {"case": row, "read": read or "", "unread": read != newest}


@marked(needs=SCREEN)
def accept(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Take a case; asked once more, because it then goes to a panel as it is."""
    row = _screened(request, case_id)
    resting = _resting(request, row)
    posted = request.method == "POST"
    if posted and not resting["unread"]:
        actions.accept(actor=shared.actor_of(request), case_id=row.public_id, read=resting["read"])
        messages.success(request, _("รับเข้าประเมินแล้ว มอบให้คณะได้"))
        return redirect("assessment:queue")
    return shared.page(request, "accept", resting, Conflict.status if posted else 200)


@marked(needs=SCREEN)
def give_back(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Return with reasons: in all, and by criterion."""
    actor = shared.actor_of(request)
    row = _screened(request, case_id)
    filed = queries.filed(actor, row)
    form = ReturnForm(request.POST or None)
    typed = {
        claim.criterion.key: request.POST.get(f"{ITEM}{claim.criterion.key}", "") for claim in filed.claims
    }
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            items = [{"criterion": key, "text": text} for key, text in typed.items() if text.strip()]
            done, status = shared.attempt(
                form,
                lambda: actions.return_case(
                    actor=actor,
                    case_id=row.public_id,
                    items=items,
                    read=_must_have_read(request),
                    **form.cleaned_data,
                ),
            )
            if done is not None:
                messages.success(request, _("ส่งคืนให้ศูนย์แก้แล้ว เรื่องจะกลับเข้าคิวเมื่อศูนย์ยื่นใหม่"))
                return redirect("assessment:case", row.public_id)
    parts = [
        (part.view.part, [(claim, typed[claim.criterion.key]) for claim in part.rows]) for part in filed.parts
    ]
    context = {**_resting(request, row), "parts": parts, "form": form}
    return shared.page(request, "return", context, status)


@marked(needs=SCREEN)
def extend(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """More time for the centre's correction."""
    actor = shared.actor_of(request)
    view = shared.found(queries.case_page(actor, case_id))
    form = ExtendForm(request.POST or None)
    done, status = shared.sent(
        request, form, lambda: actions.extend_return(actor=actor, case_id=case_id, **form.cleaned_data)
    )
    if done is not None:
        messages.success(request, _("ขยายกำหนดแล้ว"))
        return redirect("assessment:case", case_id)
    entry = next((entry for entry in view.returns if entry.answered_at is None), None)
    return shared.page(request, "extend", {"case": view.case, "entry": entry, "form": form}, status)


@marked(needs=SCREEN)
def reject(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Not taken, with the reason that the centre reads."""
    actor = shared.actor_of(request)
    row = _screened(request, case_id)
    form = ReasonForm(
        request.POST or None, label=gettext_lazy("เหตุผลที่ไม่รับ"), hint=gettext_lazy("ศูนย์จะได้อ่านข้อความนี้")
    )
    done, status = shared.sent(
        request,
        form,
        lambda: actions.reject(
            actor=actor, case_id=row.public_id, read=_must_have_read(request), **form.cleaned_data
        ),
    )
    if done is not None:
        messages.success(request, _("บันทึกว่าไม่รับเข้าประเมินแล้ว"))
        return redirect("assessment:queue")
    return shared.page(request, "reject", {**_resting(request, row), "form": form}, status)


@marked()
@require_GET
def returned(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """For the centre: what was sent back and why, with the way to each answer."""
    said = shared.found(queries.screening_of(shared.actor_of(request), application_id))
    return shared.page(
        request, "returned", {"said": said, "application": said.case.application, "nav_key": "applications"}
    )
