"""Pages of a service centre."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from saduak.foundation.access import Refused, require
from saduak.foundation.web.forms import refuse
from saduak.foundation.web.pages import page
from saduak.organisations import actions, queries, rules
from saduak.organisations.models import CentreEvent, ServiceCentre
from saduak.organisations.web.forms import WEEKDAYS, CentreForm, ChangeForm, NewCentreForm
from saduak.organisations.web.views.browse import found


def _centre(request: HttpRequest, public_id: uuid.UUID) -> ServiceCentre:
    row: ServiceCentre = get_object_or_404(queries.centre_with_history(request.actor), public_id=public_id)
    return row


def hours_in_words(hours: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Hours as people read them: days, and from when to when."""
    names = {number: str(label) for number, label in WEEKDAYS}
    found_hours = []
    for slot in hours:
        days = sorted(slot["days"])
        in_row = len(days) > 2 and days == list(range(days[0], days[-1] + 1))
        words = f"{names[days[0]]} – {names[days[-1]]}" if in_row else " ".join(names[day] for day in days)
        times = _("%(opens)s – %(closes)s น.") % {
            "opens": slot["opens"].replace(":", "."),
            "closes": slot["closes"].replace(":", "."),
        }
        found_hours.append((words, times))
    return found_hours


@page()
def centre(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A centre: where, when, what it offers, who looks after it, and what became of it."""
    row = _centre(request, public_id)
    context = {
        "centre": row,
        "hours": hours_in_words(row.hours),
        "people": queries.people_of(request.actor, row.organisation, centre=row),
        "links": queries.centre_links(request.actor, row),
        "may_edit": bool(rules.may_manage_centre(request.actor, row.organisation, row))
        and not row.retired_at,
        "changes": CentreEvent.Kind.choices,
    }
    return render(request, "organisations/centre.html", context)


@page(needs=rules.MANAGE_CENTRE)
def new(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Add a centre to an organisation."""
    owner = found(request, public_id)
    require(rules.may_manage_centre(request.actor, owner))
    form = NewCentreForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_centre(
                actor=request.actor,
                organisation=owner.public_id,
                name_th=form.cleaned_data["name_th"],
                opened_on=form.cleaned_data["opened_on"],
                details=form.details,
                idempotency_key=form.key,
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("เพิ่มศูนย์แล้ว"))
            return redirect("organisations:centre", made.public_id)
    context = {"organisation": owner, "form": form}
    return render(request, "organisations/centre_new.html", context, status=422 if form.errors else 200)


@page(needs=rules.MANAGE_CENTRE)
def edit(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Correct contacts, hours and services."""
    row = _centre(request, public_id)
    require(rules.may_manage_centre(request.actor, row.organisation, row))
    form = CentreForm(request.POST or None, centre=row)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_centre(actor=request.actor, centre=row.public_id, details=form.details)
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("บันทึกข้อมูลศูนย์แล้ว"))
            return redirect("organisations:centre", row.public_id)
    return render(
        request,
        "organisations/centre_edit.html",
        {"centre": row, "form": form},
        status=422 if form.errors else 200,
    )


@page(needs=rules.MANAGE_CENTRE)
def change(request: HttpRequest, public_id: uuid.UUID, kind: str) -> HttpResponse:
    """Record a dated change of identity."""
    if kind not in CentreEvent.Kind.values:
        raise Http404
    row = _centre(request, public_id)
    require(rules.may_manage_centre(request.actor, row.organisation, row))
    others = [one for one in queries.centres_of(row.organisation, request.actor) if one.pk != row.pk]
    form = ChangeForm(request.POST or None, change=kind, others=others)
    if request.method == "POST" and form.is_valid():
        try:
            _change(request, row, kind, form.cleaned_data)
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("บันทึกการเปลี่ยนแปลงแล้ว"))
            return redirect("organisations:centre", row.public_id)
    context = {
        "centre": row,
        "form": form,
        "label": CentreEvent.Kind(kind).label,
        "kind": kind,
        "others": others,
    }
    return render(request, "organisations/centre_change.html", context, status=422 if form.errors else 200)


def _change(request: HttpRequest, row: ServiceCentre, kind: str, values: dict[str, Any]) -> None:
    doing: dict[str, Any] = {
        CentreEvent.Kind.RENAMED: actions.rename_centre,
        CentreEvent.Kind.UPGRADED: actions.upgrade_centre,
        CentreEvent.Kind.MOVED: actions.move_centre,
        CentreEvent.Kind.SPLIT: actions.split_centre,
        CentreEvent.Kind.CLOSED: actions.close_centre,
    }
    if kind == CentreEvent.Kind.MERGED:
        merged = [uuid.UUID(one) for one in values.pop("centres")]
        actions.merge_centres(actor=request.actor, into=row.public_id, centres=merged, **values)
        return
    if "names" in values:
        values["names"] = values["names"].splitlines()
    doing[kind](actor=request.actor, centre=row.public_id, **values)
