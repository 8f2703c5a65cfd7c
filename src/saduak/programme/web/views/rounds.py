"""Rounds: the list, one round with what concerns the reader, and what only the secretariat does."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from saduak.foundation import clock
from saduak.foundation.access import Actor, Refused, require
from saduak.foundation.thai import calendar
from saduak.foundation.web.forms import refuse
from saduak.foundation.web.pages import page
from saduak.organisations.models import Organisation, Programme
from saduak.programme import eligibility, queries, rules
from saduak.programme.actions import check_windows, close_round, move_window, open_round
from saduak.programme.models import CriteriaSet, InternalDeadline, Round, Stage
from saduak.programme.web import present
from saduak.programme.web.forms import OpenRoundForm, ReasonForm, WindowForm, proposed

ROWS = 20


def found(request: HttpRequest, public_id: uuid.UUID) -> Round:
    """The round of this page, through the scoped door, with its stages."""
    row: Round = get_object_or_404(queries.rounds(request.actor), public_id=public_id)
    return row


def programmes_for(actor: Actor, capability: str) -> Any:
    """The programmes in which the actor holds a capability."""
    rows = Programme.objects.visible_to(actor).filter(retired_at__isnull=True).order_by("code")
    bound = {holding.programme_id for holding in actor.holding_with(capability)}
    if actor.is_system or None in bound:
        return rows
    return rows.filter(pk__in=[pk for pk in bound if pk is not None])


@page(needs=rules.SEE)
def index(request: HttpRequest) -> HttpResponse:
    """Every round, the newest first."""
    rows = Paginator(queries.rounds(request.actor), ROWS).get_page(request.GET.get("page"))
    context = {
        "rows": rows,
        "rounds": [present.round_row(row) for row in rows],
        "may_open": request.actor.can(rules.OPEN_ROUND),
    }
    return render(request, "programme/rounds.html", context)


@page(needs=rules.SEE)
def one(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One round: where it stands, the dates for me, the dates that my office set."""
    actor, row = request.actor, found(request, public_id)
    own = {pk for holding in actor.holding_with(rules.SEE) for pk in holding.organisation_ids}
    owners = rules.owners(actor, row.programme_id)
    set_by_us = InternalDeadline.objects.visible_to(actor).filter(
        round=row, retired_at__isnull=True, owner__in=owners
    )
    mine = present.mine(queries.effective_deadlines_of(row, own)) if own else []
    ours = list(set_by_us.select_related("owner").order_by("due_at")) if owners else []
    sources = queries.source_links(actor, (each.source_letter for each in (*mine, *ours)))
    context = {
        "round": row,
        "rail": present.rail(row),
        "phase": queries.round_phase_of(row).value,
        "state": present.TAGS[queries.round_phase_of(row)],
        "application": queries.stage_of(row),
        "taking": queries.is_open(row, request.received_at),
        "mine": present.with_sources(mine, sources),
        "set_by_us": present.with_sources(ours, sources),
        "letters": queries.round_links(actor, row),
        "pages": queries.round_pages(actor, row),
        "may_set": bool(owners) and row.closed_at is None,
        "may_move": bool(rules.may_move_window(actor, row)) and row.closed_at is None,
        "stages": Stage.Key.choices,
    }
    return render(request, "programme/round.html", context)


@page(needs=rules.OPEN_ROUND)
def open_page(request: HttpRequest) -> HttpResponse:
    """Open a round by form."""
    actor = request.actor
    programmes = list(programmes_for(actor, rules.OPEN_ROUND))
    sets = CriteriaSet.objects.visible_to(actor).filter(state="published", programme__in=programmes)
    known = proposed(request.GET)
    form = OpenRoundForm(
        request.POST or None,
        initial=known,
        programmes=programmes,
        sets=sets.defer("document").order_by("-published_at"),
        year=known.get("fiscal_year") or queries.next_year(programmes, calendar.fiscal_year(clock.today())),
    )
    if request.method == "POST" and "back" not in request.POST and form.is_valid():
        try:
            check_windows(form.cleaned_data["fiscal_year"], form.windows)
            if "sure" not in request.POST:
                return render(request, "programme/open_check.html", _to_check(request, form))
            row = _opened(actor, form)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("เปิดรอบการรับรองแล้ว"))
            return redirect("programme:round", row.public_id)
    refused = "back" not in request.POST and form.errors
    context = {"form": form, "no_sets": not form.sets}
    return render(request, "programme/open.html", context, status=422 if refused else 200)


def _opened(actor: Actor, form: OpenRoundForm) -> Round:
    return open_round(
        actor=actor,
        programme=form.programmes[form.cleaned_data["programme"]],
        fiscal_year=form.cleaned_data["fiscal_year"],
        criteria_set=form.sets[form.cleaned_data["criteria_set"]],
        windows=form.windows,
        validity_years=form.cleaned_data["validity_years"],
        source_letter=form.cleaned_data["source_letter"],
        idempotency_key=form.key,
    )


def _to_check(request: HttpRequest, form: OpenRoundForm) -> dict[str, Any]:
    """What is read once more before a round opens for the whole country, and what was typed, to be sent again."""
    typed = form.cleaned_data
    rules_ = eligibility.proposed(form.programmes[typed["programme"]])
    return {
        "rules": rules_,
        "said": eligibility.conditions(rules_, dict(Organisation.Kind.choices)),
        "programme": form.programmes[typed["programme"]],
        "criteria_set": form.sets[typed["criteria_set"]],
        "fiscal_year": typed["fiscal_year"],
        "validity_years": typed["validity_years"],
        "stages": [(Stage.Key(key).label, *dates) for key, dates in form.windows.items()],
        "typed": [(name, value) for name, value in request.POST.items() if name != "csrfmiddlewaretoken"],
    }


@page(needs=rules.MOVE_WINDOW)
def move_page(request: HttpRequest, public_id: uuid.UUID, key: str) -> HttpResponse:
    """Move one stage, with a reason."""
    row = found(request, public_id)
    require(rules.may_move_window(request.actor, row))
    if key not in Stage.Key.values:
        raise Http404
    stage = queries.stage_of(row, key)
    initial = (
        {"starts_at": stage.starts_at, "ends_at": calendar.closing_day(stage.ends_at)}
        if stage is not None
        else {}
    )
    form = WindowForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        starts_at, ends_at = form.window
        try:
            move_window(
                actor=request.actor,
                round_id=row.public_id,
                key=key,
                starts_at=starts_at,
                ends_at=ends_at,
                reason=form.cleaned_data["reason"],
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("เลื่อนช่วงเวลาแล้ว"))
            return redirect("programme:round", row.public_id)
    context = {
        "form": form,
        "overline": row.name,
        "title": _("เลื่อนช่วง{stage}").format(stage=Stage.Key(key).label),
        "lead": _("การเลื่อนมีผลทันทีกับทุกหน่วยงาน กำหนดส่งภายในที่หน่วยงานตั้งไว้ไม่เลื่อนตาม"),
        "present_days": present.days(stage) if stage else "",
        "submit": _("เลื่อนช่วงเวลา"),
        "back_url": reverse("programme:round", args=[row.public_id]),
    }
    return render(request, "programme/form.html", context, status=422 if form.errors else 200)


@page(needs=rules.OPEN_ROUND)
def close_page(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Close a round before its last stage is over."""
    row = found(request, public_id)
    require(rules.may_open_round(request.actor, row.programme))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            close_round(actor=request.actor, round_id=row.public_id, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("ปิดรอบการรับรองแล้ว"))
            return redirect("programme:round", row.public_id)
    context = {
        "form": form,
        "overline": row.name,
        "title": _("ปิดรอบก่อนกำหนด"),
        "lead": _("ทุกขั้นของรอบนี้ปิดพร้อมกันทันที ปิดแล้วเปิดใหม่ไม่ได้"),
        "submit": _("ปิดรอบนี้"),
        "back_url": reverse("programme:round", args=[row.public_id]),
    }
    return render(request, "programme/form.html", context, status=422 if form.errors else 200)
