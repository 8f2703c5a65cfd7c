"""Who can do what here, and why: for oneself, and for an organisation."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from saduak.foundation.access import require
from saduak.foundation.web.pages import page
from saduak.organisations import queries, rules
from saduak.organisations.models import Appointment
from saduak.organisations.web.views.browse import found


@page()
def rights(request: HttpRequest) -> HttpResponse:
    """My appointments: what each allows, where, until when, and who gave it."""
    rows = queries.my_appointments(request.actor)
    return render(request, "organisations/rights.html", {"rows": rows})


@page()
@require_POST
def act_as(request: HttpRequest) -> HttpResponse:
    """Choose the appointment that the pages speak from; powers stay the same."""
    wanted = request.POST.get("appointment", "")
    if any(holding.ref == wanted for holding in request.actor.holdings):
        request.session["acting"] = wanted
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return redirect(back)
    return redirect("organisations:rights")


@page(needs=rules.SEE_PEOPLE)
def organisation_access(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Every appointment that reaches an organisation, through what, and what it allows there."""
    row = found(request, public_id)
    require(rules.may_see_access(request.actor, row))
    visible = set(
        Appointment.objects.visible_to(request.actor).filter(organisation=row).values_list("pk", flat=True)
    )
    rows = queries.who_can(row)
    context = {"organisation": row, "rows": rows, "visible": visible}
    return render(request, "organisations/access.html", context)
