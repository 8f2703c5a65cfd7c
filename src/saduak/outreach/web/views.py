"""Pages of briefings and notices."""

import uuid
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from saduak.correspondence.rules import READ
from saduak.foundation import clock, files
from saduak.foundation.access import Actor, Refused
from saduak.foundation.web.forms import refuse
from saduak.foundation.web.pages import page
from saduak.outreach import actions, calendars, queries, rules
from saduak.outreach.models import Briefing
from saduak.outreach.web.forms import CancelForm

ROWS: Final = 25
OFFICES: Final = 50


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return] # set by WhoActs


def _briefing(request: HttpRequest, briefing_id: uuid.UUID) -> Briefing:
    found = queries.briefing(_actor(request), briefing_id)
    if found is None:
        raise Http404
    return found


@page(needs=READ)
def briefings(request: HttpRequest) -> HttpResponse:
    """Briefings to come, and those that were."""
    past = request.GET.get("view") == "past"
    rows = queries.briefings(_actor(request), past=past)
    context = {
        "page": Paginator(rows, ROWS).get_page(request.GET.get("page")),
        "past": past,
        "views": [
            {"label": _("ที่จะถึง"), "url": "?", "current": not past},
            {"label": _("ที่ผ่านมา"), "url": "?view=past", "current": past},
        ],
    }
    return render(request, "outreach/briefings.html", context)


def _one(request: HttpRequest, row: Briefing, form: CancelForm) -> HttpResponse:
    actor = _actor(request)
    offices = Paginator(queries.invited(actor, row), OFFICES).get_page(request.GET.get("page"))
    context = {
        "briefing": row,
        "items": row.items.all(),
        "offices": offices,
        "form": form,
        "over": row.ends_at <= clock.now(),
        "may_cancel": bool(rules.may_cancel(actor, row))
        and row.cancelled_at is None
        and row.starts_at > actor.received_at,
    }
    return render(request, "outreach/briefing.html", context, status=422 if form.errors else 200)


@page(needs=READ)
def briefing(request: HttpRequest, briefing_id: uuid.UUID) -> HttpResponse:
    """One briefing: when, where, through which channels, who speaks, who is invited."""
    return _one(request, _briefing(request, briefing_id), CancelForm())


@page(needs=READ)
def calendar_file(request: HttpRequest, briefing_id: uuid.UUID) -> HttpResponse:
    """The briefing for a calendar program."""
    row = _briefing(request, briefing_id)
    url = settings.PUBLIC_URL + reverse("outreach:briefing", args=[row.public_id])
    content, name = calendars.ics(row, url=url), f"briefing-{row.starts_at:%Y%m%d}.ics"
    return files.made(content, "text/calendar; charset=utf-8", name)


@page(needs=READ)
@require_POST
def cancel(request: HttpRequest, briefing_id: uuid.UUID) -> HttpResponse:
    """Call a briefing off."""
    row = _briefing(request, briefing_id)
    form = CancelForm(request.POST)
    if form.is_valid():
        try:
            actions.cancel_briefing(
                actor=_actor(request), briefing_id=row.public_id, reason=form.cleaned_data["reason"]
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("ยกเลิกการประชุมแล้ว ผู้ได้รับเชิญได้รับแจ้งแล้ว"))
            return redirect("outreach:briefing", row.public_id)
    return _one(request, row, form)


@page()
def notices(request: HttpRequest) -> HttpResponse:
    """What was told to me and my offices."""
    actor = _actor(request)
    unread = request.GET.get("view") == "unread"
    found = Paginator(queries.notices(actor, unread=unread), ROWS).get_page(request.GET.get("page"))
    context = {
        "page": found,
        "lines": queries.lines(actor, list(found)),
        "unread": queries.unread(actor),
        "views": [
            {"label": _("ทั้งหมด"), "url": "?", "current": not unread},
            {"label": _("ยังไม่ได้อ่าน"), "url": "?view=unread", "current": unread},
        ],
    }
    return render(request, "outreach/notices.html", context)


@page()
@require_POST
def read(request: HttpRequest, notice_id: uuid.UUID) -> HttpResponse:
    """Mark a notice as read and go where it leads."""
    actor = _actor(request)
    row = queries.notice(actor, notice_id)
    if row is None:
        raise Http404
    actions.mark_read(actor=actor, notice_id=row.public_id)
    (line,) = queries.lines(actor, [row])
    return redirect(line.url or reverse("outreach:notices"))


@page()
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    actions.mark_all_read(actor=_actor(request))
    messages.success(request, _("ทำเครื่องหมายว่าอ่านแล้วทั้งหมด"))
    return redirect("outreach:notices")
