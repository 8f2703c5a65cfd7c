"""Pages that everybody signed in may read: finding an organisation, an organisation, its contacts."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from saduak.foundation.access import Actor, Refused, require
from saduak.foundation.web.forms import refuse
from saduak.foundation.web.pages import page
from saduak.organisations import queries, rules
from saduak.organisations.actions import edit_contact, set_sharing
from saduak.organisations.models import Appointment, Area, Organisation
from saduak.organisations.web.forms import ContactForm, SearchForm

ROWS = 30
BELOW = 12


def found(request: HttpRequest, public_id: uuid.UUID) -> Organisation:
    """The organisation of this page, through the scoped door."""
    rows = Organisation.objects.visible_to(request.actor).select_related("area__parent__parent")
    row: Organisation = get_object_or_404(rows, public_id=public_id)
    return row


@page()
def search(request: HttpRequest) -> HttpResponse:
    """Find an organisation by name, kind and province."""
    provinces = Area.objects.visible_to(request.actor).filter(kind=Area.Kind.PROVINCE).order_by("sort_key")
    form = SearchForm(request.GET or None, provinces=list(provinces.values_list("code", "name_th")))
    wanted = form.cleaned_data if form.is_bound and form.is_valid() else {}
    rows = queries.search_organisations(
        request.actor, wanted.get("q", ""), kind=wanted.get("kind", ""), area=wanted.get("area", "")
    )
    shown = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    return render(request, "organisations/search.html", {"form": form, "rows": shown})


@page()
def organisation(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """An organisation: where it belongs, how to reach it, its centres and its people."""
    row = found(request, public_id)
    powers = queries.powers_over(request.actor, row, rules.ALL)
    appointing, inviting = rules.to_appoint(request.actor, row), rules.to_invite(request.actor, row)
    below = Paginator(queries.below(row), BELOW).get_page(request.GET.get("page"))
    context = {
        "organisation": row,
        "relations": queries.relations_of(row),
        "below": below,
        "centres": queries.centres_of(row, request.actor),
        "people": _people(request.actor, row, appointing, inviting),
        "links": queries.organisation_links(request.actor, row),
        "may_edit": rules.EDIT_CONTACT in powers,
        "may_appoint": bool(appointing.roles),
        "may_invite": bool(inviting.roles),
        "may_add_centre": bool(rules.may_manage_centre(request.actor, row)),
        "may_see_access": rules.SEE_PEOPLE in powers,
    }
    return render(request, "organisations/organisation.html", context)


def _people(
    actor: Actor, row: Organisation, appointing: rules.Giving, inviting: rules.Giving
) -> list[Appointment]:
    """Who works there, each with what the actor may do: end it, hand it over, invite the person to an account.

    What somebody without an account holds at other offices is asked for one by one: few hold anything there.
    """
    people = list(queries.people_of(actor, row))
    unknown = {held.person_id for held in people if held.person.user_id is None}
    refused = {
        held.person_id
        for held in queries.held_by(unknown if inviting.roles else ())
        if not (inviting.decide(held) if held.organisation_id == row.pk else rules.may_invite(actor, held))
    }
    for held in people:
        held.may_end = bool(appointing.decide(held, ends=True)) or held.person_id == actor.person_id
        held.may_hand_over = bool(rules.hands_over_own(actor, held) or appointing.decide(held))
        held.may_invite = bool(inviting.roles) and held.person_id in unknown - refused
    return people


@page(needs=rules.EDIT_CONTACT)
def contact(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Change how an organisation is reached, and what its supervisors may read."""
    row = found(request, public_id)
    require(rules.may_edit_contact(request.actor, row))
    names = ("head_title", "address", "phone", "email")
    initial = {name: getattr(row, name) for name in names} | {"shares": row.shares_with_supervisor}
    form = ContactForm(request.POST or None, initial=initial)
    if not rules.may_share(request.actor, row):
        del form.fields["shares"]
    if request.method == "POST" and form.is_valid():
        try:
            values = {name: form.cleaned_data[name] for name in names}
            edit_contact(actor=request.actor, organisation=row.public_id, **values)
            if form.cleaned_data.get("shares", row.shares_with_supervisor) != row.shares_with_supervisor:
                set_sharing(
                    actor=request.actor, organisation=row.public_id, shares=form.cleaned_data["shares"]
                )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("บันทึกช่องทางติดต่อแล้ว"))
            return redirect("organisations:organisation", row.public_id)
    context = {"organisation": row, "form": form}
    return render(request, "organisations/contact.html", context, status=422 if form.errors else 200)
