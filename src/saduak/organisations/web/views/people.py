"""Appointing, inviting, ending and handing over: one page each."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from saduak.foundation.access import Actor, Refused, require
from saduak.foundation.web.forms import refuse
from saduak.foundation.web.pages import page
from saduak.organisations import queries, rules
from saduak.organisations.actions import appoint, end_appointment, hand_over, invite, revoke_invitation
from saduak.organisations.models import Appointment, Handover, Invitation, Organisation, Person, Programme
from saduak.organisations.web.forms import AppointForm, EndForm, HandOverForm, InviteForm, PostFields
from saduak.organisations.web.views.browse import found


def _narrow(form: PostFields, actor: Actor, organisation: Organisation, giving: rules.Giving) -> None:
    programmes = Programme.objects.visible_to(actor).filter(retired_at__isnull=True)
    if giving.programmes is not None:
        programmes = programmes.filter(pk__in=giving.programmes)
    form.narrow(
        giving.roles,
        giving.reaches,
        list(queries.centres_of(organisation, actor)),
        list(programmes.order_by("code").values_list("code", "short_name")),
        every_programme=giving.programmes is None,
    )


def _people(actor: Actor, organisation: Organisation) -> list[Person]:
    rows = queries.people_of(actor, organisation)
    return list({row.person_id: row.person for row in rows}.values())


def _shown(request: HttpRequest, template: str, form: Any, **context: Any) -> HttpResponse:
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)


@page(needs=rules.APPOINT)
def appoint_page(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Give somebody a role at an organisation."""
    row = found(request, public_id)
    giving = rules.to_appoint(request.actor, row)
    require(rules.may_give_any(giving))
    form = AppointForm(request.POST or None)
    _narrow(form, request.actor, row, giving)
    form.offer(_people(request.actor, row))
    if request.method == "POST" and form.is_valid():
        try:
            made = appoint(
                actor=request.actor,
                post=form.post(row),
                person=form.chosen,
                stand_in=form.cleaned_data["stand_in"],
                valid_from=form.cleaned_data["valid_from"],
                valid_to=form.valid_to,
                source=form.cleaned_data["source"],
                idempotency_key=form.key,
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("มอบหมาย %s แล้ว") % made.person)
            return redirect("organisations:organisation", row.public_id)
    return _shown(request, "organisations/appoint.html", form, organisation=row)


@page()
def invite_page(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Issue an invitation; its address is shown once."""
    row = found(request, public_id)
    giving = rules.to_invite(request.actor, row)
    require(rules.may_give_any(giving))
    person = queries.person_named(request.actor, request.GET.get("person", ""))
    form = InviteForm(request.POST or None, initial={"email": person.email} if person else None)
    _narrow(form, request.actor, row, giving)
    if request.method == "POST" and form.is_valid():
        try:
            issued = invite(
                actor=request.actor,
                post=form.post(row),
                person=person.public_id if person else None,
                email=form.cleaned_data["email"],
                source=form.cleaned_data["source"],
                idempotency_key=form.key,
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            address = request.build_absolute_uri(reverse("organisations:invitation", args=[issued.token]))
            context = {"organisation": row, "invitation": issued.invitation, "address": address}
            return render(request, "organisations/invited.html", context)
    waiting = list(queries.open_invitations(request.actor, row))
    for offer in waiting:
        offer.may_revoke = offer.issued_by == request.actor.ref or giving.decide(offer, ends=True)
    return _shown(
        request, "organisations/invite.html", form, organisation=row, waiting=waiting, person=person
    )


@page()
@require_POST
def revoke(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Make an invitation useless."""
    row = get_object_or_404(Invitation.objects.visible_to(request.actor), public_id=public_id)
    revoke_invitation(actor=request.actor, invitation=row.public_id)
    messages.success(request, _("ยกเลิกคำเชิญแล้ว"))
    return redirect("organisations:invite", row.organisation.public_id)


def _appointment(request: HttpRequest, public_id: uuid.UUID) -> Appointment:
    rows = Appointment.objects.visible_to(request.actor).select_related("person", "organisation", "centre")
    row: Appointment = get_object_or_404(rows, public_id=public_id)
    return row


@page()
def end_page(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """End an appointment."""
    row = _appointment(request, public_id)
    require(rules.may_end(request.actor, row))
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            end_appointment(
                actor=request.actor,
                appointment=row.public_id,
                on=queries.day_after(form.cleaned_data["last_day"]),
                reason=form.cleaned_data["reason"],
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("บันทึกวันสิ้นสุดแล้ว"))
            return redirect("organisations:organisation", row.organisation.public_id)
    return _shown(request, "organisations/end.html", form, appointment=row)


@page()
def hand_over_page(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Hand over: what moves, to whom, and what they should know."""
    row = _appointment(request, public_id)
    require(rules.may_hand_over(request.actor, row))
    form = HandOverForm(request.POST or None)
    people = [person for person in _people(request.actor, row.organisation) if person.pk != row.person_id]
    form.offer(people)
    form.fields["person"].label = _("ผู้รับงาน")
    if not rules.may_share_work(request.actor, row):
        del form.fields["keep"]
    if request.method == "POST" and form.is_valid():
        try:
            made = hand_over(
                actor=request.actor,
                appointment=row.public_id,
                to=form.chosen,
                note=form.cleaned_data["note"],
                keep=form.cleaned_data.get("keep", False),
                idempotency_key=form.key,
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            return redirect("organisations:handover", made.public_id)
    return _shown(request, "organisations/hand_over.html", form, appointment=row)


@page()
def handover(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A hand-over: who, when, what moved, and what is left to do."""
    rows = Handover.objects.visible_to(request.actor).select_related(
        "from_appointment__person",
        "to_appointment__person",
        "to_appointment__organisation",
        "to_appointment__centre",
    )
    row = get_object_or_404(rows, public_id=public_id)
    moved = [(queries.moved_words(key), count) for key, count in row.moved.items()]
    taken = row.to_appointment
    asks = taken.person.user_id is None
    may_invite = (
        asks
        and rules.may_invite(request.actor, taken)
        and rules.may_open_account(request.actor, taken.person)
    )
    context = {"handover": row, "moved": moved, "without_account": asks, "may_invite": may_invite}
    return render(request, "organisations/handover.html", context)
