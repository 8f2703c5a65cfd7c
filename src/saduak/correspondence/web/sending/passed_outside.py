"""Writing down that an office passed a letter on outside the system, taking that back, and what proves it."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from saduak.correspondence import rules
from saduak.correspondence.actions import outside, passing_outside
from saduak.correspondence.models import Delivery, Dispatch, PassedOutside
from saduak.correspondence.queries import deliveries, tree
from saduak.correspondence.web.sending.follow_forms import PassedOutsideForm
from saduak.correspondence.web.shared import actor_of
from saduak.foundation import clock, files
from saduak.foundation.access import Actor, Conflict, Invalid, require
from saduak.foundation.web.forms import refuse
from saduak.foundation.web.pages import page


def _way(row: Delivery) -> list[Dispatch]:
    return [one.dispatch for one in tree.above(row) if one.dispatch is not None]


def _delivery(request: HttpRequest, delivery_id: uuid.UUID) -> Delivery:
    actor = actor_of(request)
    row = deliveries.delivery(actor, delivery_id)
    if row is None:
        raise Http404
    require(rules.may_tell_of(actor, row, _way(row)))
    require(rules.secrecy.may_read(actor, row.letter))
    return row


def _back(actor: Actor, row: Delivery) -> str:
    """The page of the letter at one's own office; of others, where the letter is."""
    own = row.organisation_id in rules.offices(actor, rules.READ, row.letter.programme_id)
    return reverse("correspondence:delivery" if own else "correspondence:tree", args=[row.public_id])


@page(needs=rules.READ)
def passed_outside(request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
    """To whom, how and when an office passed the letter on outside the system."""
    actor, row = actor_of(request), _delivery(request, delivery_id)
    posted = request.method == "POST"
    form = PassedOutsideForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        limits=files.limits_text(outside.EVIDENCE),
        accept=files.accept_attribute(outside.EVIDENCE),
        initial={"passed_on": clock.today()},
    )
    if posted and form.is_valid() and _noted(request, row, form):
        messages.success(request, _("จดว่าแจ้งต่อนอกระบบแล้ว"))
        return redirect(_back(actor, row))
    context = {
        "delivery": row,
        "letter": row.letter,
        "form": form,
        "back_url": _back(actor, row),
        "own": bool(rules.may_receive(actor, row)),
    }
    status = form.refused_with or (422 if form.errors else 200)
    return render(request, "correspondence/sent/passed_outside.html", context, status=status)


def _noted(request: HttpRequest, row: Delivery, form: PassedOutsideForm) -> bool:
    """Whether it was written down; else the form says why not, with all that was typed."""
    data = form.cleaned_data
    try:
        passing_outside.note_passed_on(
            actor=actor_of(request),
            delivery_id=row.public_id,
            to=data["to"],
            how=data["how"],
            passed_on=data["passed_on"],
            note=data["note"],
            evidence=data["evidence"],
            evidence_name=data["evidence"].name if data["evidence"] else "",
            idempotency_key=form.key,
        )
    except Invalid as problem:
        refuse(form, problem, otherwise="evidence")
        return False
    except Conflict as problem:
        refuse(form, problem)
        form.refused_with = problem.status
        return False
    return True


def _note(request: HttpRequest, passed_id: uuid.UUID) -> tuple[PassedOutside, Delivery]:
    found = deliveries.passed_outside_one(actor_of(request), passed_id)
    if found is None:
        raise Http404
    return found, _delivery(request, found.delivery.public_id)


@page(needs=rules.READ)
@require_POST
def take_back(request: HttpRequest, passed_id: uuid.UUID) -> HttpResponse:
    """Take back what was written down by mistake."""
    found, row = _note(request, passed_id)
    try:
        passing_outside.take_back(actor=actor_of(request), passed_id=found.public_id)
    except Conflict as problem:
        # A colleague was quicker, or the letter was called back.
        messages.warning(request, str(problem.reason))
    else:
        messages.success(request, _("เอาบันทึกที่จดผิดออกแล้ว"))
    return redirect(_back(actor_of(request), row))


@page(needs=rules.READ)
def evidence(request: HttpRequest, passed_id: uuid.UUID) -> HttpResponse:
    """What proves it."""
    found, _row = _note(request, passed_id)
    if found.evidence is None or found.taken_back_at is not None:
        raise Http404
    return files.attachment(found.evidence)  # type: ignore[return-value] # a streaming HttpResponseBase
