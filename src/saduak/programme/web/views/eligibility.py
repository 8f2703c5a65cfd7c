"""Who may apply in a round and as what: for everybody to read, for the secretariat to change before applications open."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from saduak.foundation.access import Refused, require
from saduak.foundation.web.forms import refuse
from saduak.foundation.web.pages import page
from saduak.organisations.models import Organisation
from saduak.programme import eligibility, rules
from saduak.programme.actions import change_eligibility, rules_can_change
from saduak.programme.web.eligible import EligibilityForm
from saduak.programme.web.views.rounds import found


@page(needs=rules.SEE)
def one(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The rules of a round in words; the form with them for whoever may change them now."""
    row = found(request, public_id)
    known = eligibility.rules_of(row)
    mine = rules.may_open_round(request.actor, row.programme)
    changeable = bool(mine) and rules_can_change(row, request.received_at)
    form = EligibilityForm(request.POST or None, initial=EligibilityForm.filled(known))
    if request.method == "POST":
        require(mine)
        if form.is_valid():
            try:
                change_eligibility(actor=request.actor, round_id=row.public_id, eligibility=form.rules())
            except Refused as refusal:
                refuse(form, refusal)
            else:
                messages.success(request, _("บันทึกเงื่อนไขการสมัครของรอบนี้แล้ว"))
                return redirect("programme:eligibility", row.public_id)
    context = {
        "round": row,
        "rules": known,
        "said": eligibility.conditions(known, dict(Organisation.Kind.choices)),
        "form": form if changeable or form.errors else None,
        "mine": bool(mine),
    }
    return render(request, "programme/eligibility.html", context, status=422 if form.errors else 200)
