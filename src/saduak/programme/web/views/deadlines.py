"""Internal deadlines: those that the reader may see, and the forms of their owner."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from saduak.foundation.access import Refused, require
from saduak.foundation.thai import calendar
from saduak.foundation.web.forms import refuse
from saduak.foundation.web.pages import page
from saduak.organisations.models import Organisation
from saduak.programme import queries, rules
from saduak.programme.actions import (
    extend_internal_deadline,
    set_internal_deadline,
    withdraw_internal_deadline,
)
from saduak.programme.models import InternalDeadline
from saduak.programme.web import present
from saduak.programme.web.forms import DeadlineForm, ExtendForm, ReasonForm
from saduak.programme.web.views.rounds import found

ROWS = 50


@page(needs=rules.SEE)
def index(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Every internal deadline of a round that the reader may see, the earliest first."""
    row = found(request, public_id)
    rows = (
        InternalDeadline.objects.visible_to(request.actor)
        .filter(round=row, retired_at__isnull=True)
        .select_related("owner")
        .order_by("due_at", "id")
    )
    shown = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    sources = queries.source_links(request.actor, (each.source_letter for each in shown))
    context = {"round": row, "page": shown, "rows": present.with_sources(shown, sources)}
    return render(request, "programme/deadlines.html", context)


@page(needs=rules.SET_DEADLINE)
def new(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Set a date for the reach of one's own organisation."""
    actor, row = request.actor, found(request, public_id)
    owners = Organisation.objects.visible_to(actor).filter(pk__in=rules.owners(actor, row.programme_id))
    form = DeadlineForm(request.POST or None, owners=owners.order_by("sort_key", "id"))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            set_internal_deadline(
                actor=actor,
                round_id=row.public_id,
                owner=form.owners[values["owner"]],
                kind=values["kind"],
                reach=values["reach"],
                due_on=values["due_on"],
                note=values["note"],
                idempotency_key=form.key,
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("ตั้งกำหนดส่งภายในแล้ว"))
            return redirect("programme:round", row.public_id)
    national = queries.stage_of(row)
    context = {
        "form": form,
        "overline": row.title,
        "title": _("ตั้งกำหนดส่งภายใน"),
        "lead": _("กำหนดนี้ช่วยให้ทุกแห่งทำทัน ผู้ที่ส่งช้ากว่านี้ยังยื่นใบสมัครได้จนถึงวันปิดรับสมัคร"),
        "closes_at": national.ends_at if national else None,
        "submit": _("ตั้งกำหนด"),
        "back_url": reverse("programme:round", args=[row.public_id]),
    }
    return render(request, "programme/form.html", context, status=422 if form.errors else 200)


def _own(request: HttpRequest, public_id: uuid.UUID) -> InternalDeadline:
    """The deadline of this page; only its owner's people come here."""
    rows = InternalDeadline.objects.visible_to(request.actor).select_related("owner", "round")
    row: InternalDeadline = get_object_or_404(rows, public_id=public_id)
    require(rules.may_extend(request.actor, row))
    return row


def _about(row: InternalDeadline) -> str:
    day = calendar.format_long(calendar.closing_day(row.due_at), language=present.language())
    return _("{kind} ของ {owner} กำหนดเดิม {day}").format(
        kind=row.get_kind_display(), owner=row.owner.name_th, day=day
    )


@page(needs=rules.SET_DEADLINE)
def extend(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Give more time."""
    row = _own(request, public_id)
    form = ExtendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            extend_internal_deadline(
                actor=request.actor,
                deadline_id=row.public_id,
                due_on=form.cleaned_data["due_on"],
                reason=form.cleaned_data["reason"],
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("เลื่อนกำหนดแล้ว"))
            return redirect("programme:round", row.round.public_id)
    context = {
        "form": form,
        "overline": row.round.name,
        "title": _("เลื่อนกำหนดส่งภายใน"),
        "lead": _about(row),
        "submit": _("เลื่อนกำหนด"),
        "back_url": reverse("programme:round", args=[row.round.public_id]),
    }
    return render(request, "programme/form.html", context, status=422 if form.errors else 200)


@page(needs=rules.SET_DEADLINE)
def withdraw(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take a date back."""
    row = _own(request, public_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_internal_deadline(
                actor=request.actor, deadline_id=row.public_id, reason=form.cleaned_data["reason"]
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("ยกเลิกกำหนดแล้ว"))
            return redirect("programme:round", row.round.public_id)
    context = {
        "form": form,
        "overline": row.round.name,
        "title": _("ยกเลิกกำหนดส่งภายใน"),
        "lead": _about(row),
        "submit": _("ยกเลิกกำหนดนี้"),
        "back_url": reverse("programme:round", args=[row.round.public_id]),
    }
    return render(request, "programme/form.html", context, status=422 if form.errors else 200)
