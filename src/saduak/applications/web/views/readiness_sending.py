"""Readiness, the assessing office's side: its head confirms, in the system or on paper, and the list is sent."""

from typing import Any, Final
from uuid import UUID

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from saduak.applications import actions, readiness_papers
from saduak.applications.queries import readiness as queries
from saduak.applications.rules import readiness as rules
from saduak.applications.web import shared
from saduak.applications.web.forms import PaperForm
from saduak.applications.web.readiness_forms import ConfirmForm
from saduak.applications.web.views.readiness import (
    DESK,
    NAMES_SHOWN,
    Asked,
    desk_asked,
    opened,
    place_of,
    way_of,
)
from saduak.applications.web.views.readiness_files import NAV, answer
from saduak.foundation import files
from saduak.foundation.web.forms import whole_number
from saduak.foundation.web.pages import page as marked

ROWS_SHOWN: Final = 200


# --- The head confirms -------------------------------------------------------------------------------------------------


@marked(needs=rules.USE)
def confirm(request: HttpRequest, round_id: UUID, office_id: UUID) -> HttpResponse:
    """The head reads what was assessed and confirms it; everybody else sees how it can be confirmed."""
    what = desk_asked(request, round_id, office_id)
    view = queries.confirm_page(what.actor, opened(what))
    form = ConfirmForm(
        request.POST or None, initial={"capacity": "self" if view.in_own_right else "on_behalf"}
    )
    done, status = shared.sent(
        request,
        form,
        lambda data: actions.confirm_readiness(
            actor=what.actor,
            round_id=round_id,
            office_id=office_id,
            digest=request.POST.get("digest", ""),
            capacity=data["capacity"],
            on_behalf_of=data["on_behalf_of"],
            idempotency_key=shared.once(request),
        ),
        said=_("ยืนยันผลประเมินแล้ว ขั้นต่อไปคือส่งรายการให้โครงการ"),
        then=("applications:readiness-send", round_id, office_id),
    )
    return done or shared.shown_again(
        request, "readiness_confirm", _confirm(request, what, view, form), status
    )


def _confirm(request: HttpRequest, what: Asked, view: queries.ConfirmPage, form: Any) -> dict[str, Any]:
    return {
        "v": view,
        "desk": view.desk,
        "rows": view.rows[:ROWS_SHOWN],
        "more": max(0, len(view.rows) - ROWS_SHOWN),
        "form": form,
        "place": place_of(view.desk),
        "once": shared.key_for(request),
        "back_url": what.url(),
        "nav_key": NAV,
    }


@marked(needs=rules.USE)
def paper_to_sign(request: HttpRequest, round_id: UUID, office_id: UUID) -> HttpResponseBase:
    """The list to print, sign by hand and attach; back to the page of the head when nothing waits any more."""
    what = desk_asked(request, round_id, office_id)
    desk = opened(what)
    count, back = (
        desk.statements("assessed").count(),
        reverse("applications:readiness-confirm", args=place_of(desk)),
    )
    if not count:
        return redirect(back)
    return answer(
        request,
        "signing",
        count,
        write=lambda: readiness_papers.signing_file(queries.confirm_page(what.actor, desk)),
        ask=lambda: actions.request_readiness_file(
            actor=what.actor,
            content="signing",
            round_id=round_id,
            office_id=office_id,
            idempotency_key=shared.once(request),
        ),
        back_url=back,
    )


@marked(needs=rules.USE)
def paper(request: HttpRequest, round_id: UUID, office_id: UUID) -> HttpResponse:
    """Attach the list that the head signed by hand."""
    what = desk_asked(request, round_id, office_id)
    view = queries.confirm_page(what.actor, opened(what))
    form = PaperForm(request.POST or None, request.FILES or None)
    done, status = shared.sent(
        request,
        form,
        lambda data: actions.record_readiness_paper(
            actor=what.actor,
            round_id=round_id,
            office_id=office_id,
            idempotency_key=shared.once(request),
            **data,
        ),
        said=_("บันทึกการลงนามบนกระดาษแล้ว ขั้นต่อไปคือส่งรายการให้โครงการ"),
        then=("applications:readiness-send", round_id, office_id),
    )
    context = {
        **_confirm(request, what, view, form),
        "limits": files.limits_text({"pdf", "image"}),
        "accept": files.accept_attribute({"pdf", "image"}),
    }
    return done or shared.shown_again(request, "readiness_paper", context, status)


# --- Sending -----------------------------------------------------------------------------------------------------------


@marked(needs=rules.USE)
def send(request: HttpRequest, round_id: UUID, office_id: UUID) -> HttpResponse:
    """What goes to the programme, and what went before; what has stopped on its way is sent on or taken back."""
    what = desk_asked(request, round_id, office_id)
    form = Form(request.POST if request.method == "POST" else None)
    place: dict[str, Any] = {"actor": what.actor, "round_id": round_id, "office_id": office_id}
    back = request.POST.get("do") == "take-back"
    done, status = shared.sent(
        request,
        form,
        lambda _data: (
            actions.take_back_readiness(**place)
            if back
            else actions.send_readiness(
                **place,
                expected=whole_number(request.POST.get("count", "")),
                idempotency_key=shared.once(request),
            )
        ),
        said=_("ดึงรายการกลับมาแล้ว เปิดแก้ผลประเมินได้ แล้วส่งรายการใหม่")
        if back
        else _("กำลังส่งรายการให้โครงการ และแจ้งทุกศูนย์ในรายการ"),
        then=("applications:readiness-send", round_id, office_id),
    )
    return done or shared.shown_again(request, "readiness_send", _sending(request, what, form), status)


def _sending(request: HttpRequest, what: Asked, form: Any) -> dict[str, Any]:
    desk = opened(what)
    way = way_of(desk)
    going = way["going"]
    totals, lists = desk.totals(), list(queries.lists_of(what.actor, desk.round, desk.office)[:20])
    before = next((row for row in lists if row.superseded_at is None), None)
    # What a new list would leave out is asked only where one can be sent now.
    edited = before is not None and totals.states["draft"] + totals.states["assessed"] > 0
    correcting = list(queries.being_corrected(desk, before)[:NAMES_SHOWN]) if edited and not going else []
    moved = [] if going or correcting else list(queries.moved(desk))
    kept = sum(row.stays for row in moved)
    return {
        **way,
        "desk": desk,
        "totals": totals,
        # What is on its way counts for the programme only once it is filed.
        "in_force": before.units if before is not None and going is not None else totals.states["sent"],
        "count": totals.states["confirmed"] + totals.states["sent"] + kept,
        "kept": kept,
        "falling": [row for row in moved if not row.stays][:NAMES_SHOWN],
        "before": before,
        "correcting": correcting,
        "lists": lists,
        "form": form,
        "once": shared.key_for(request),
        "back_url": what.url(),
        "place": place_of(desk),
        "nav_key": NAV,
    }


URLS: list[URLPattern] = [
    path(f"{DESK}confirm/", confirm, name="readiness-confirm"),
    path(f"{DESK}confirm/print/", paper_to_sign, name="readiness-print"),
    path(f"{DESK}confirm/paper/", paper, name="readiness-paper"),
    path(f"{DESK}send/", send, name="readiness-send"),
]
