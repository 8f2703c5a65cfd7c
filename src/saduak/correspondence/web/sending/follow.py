"""Following one office: the call and its log, the LINE text, the link that acknowledges, and what was received outside."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from saduak.correspondence import addresses, rules
from saduak.correspondence.actions import outside
from saduak.correspondence.models import ContactLog, Delivery, ExchangeMessage
from saduak.correspondence.queries import cleared, deliveries, exchange
from saduak.correspondence.queries.timesaved import window_of
from saduak.correspondence.web.exchange.forms import MailForm
from saduak.correspondence.web.exchange.standing import of_rows
from saduak.correspondence.web.sending import messages as line
from saduak.correspondence.web.sending.follow_forms import ContactForm, OutsideForm
from saduak.correspondence.web.sending.tree_rows import phones, standing_of
from saduak.correspondence.web.shared import actor_of
from saduak.correspondence.writing.picture import first_page_png
from saduak.foundation import clock, files
from saduak.foundation.access import Conflict, Invalid
from saduak.foundation.web.forms import refuse
from saduak.foundation.web.pages import page


def delivery_of(request: HttpRequest, delivery_id: uuid.UUID) -> Delivery:
    """A delivery that the reader's own office sent.

    Raises:
        Http404: there is none, none for this reader, one that nobody sent, or that another office sent.
    """
    found = deliveries.delivery(actor_of(request), delivery_id)
    if found is None or found.dispatch is None:
        raise Http404
    if not rules.may_call_back(actor_of(request), found.dispatch):
        raise Http404
    return found


def _outside(request: HttpRequest | None = None) -> OutsideForm:
    posted = request is not None
    return OutsideForm(
        request.POST if posted else None,  # type: ignore[union-attr] # posted
        request.FILES if posted else None,  # type: ignore[union-attr] # posted
        limits=files.limits_text(outside.EVIDENCE),
        accept=files.accept_attribute(outside.EVIDENCE),
        initial={"received_on": clock.today()},
    )


def _went(one: exchange.Shown) -> bool:
    """Whether somebody may have this message: what was called back before it went out reached nobody."""
    return bool(one.message.address) and one.standing == ExchangeMessage.State.SENT


def follow_page(
    request: HttpRequest,
    row: Delivery,
    *,
    noted: OutsideForm | None = None,
    made: outside.AcknowledgeLink | None = None,
    mailed: MailForm | None = None,
) -> HttpResponse:
    """The page of one office; each of its forms as it was sent when something in it is to be put right."""
    window = window_of(row.letter.round)
    state, label = standing_of(row)
    text = line.to_one(row, window[1] if window else None)
    exchanged = exchange.of_delivery(actor_of(request), row)
    context: dict[str, Any] = {
        "delivery": row,
        "letter": row.letter,
        "dispatch": row.dispatch,
        "office": row.organisation,
        "state": state,
        "label": label,
        "unopened": bool(cleared.unopened([row])),
        "phones": phones(row.organisation.phone),
        "outcomes": ContactLog.Outcome.choices,
        # Two forms on one page have a field of this name.
        "contact_form": ContactForm(auto_id="call_%s"),
        "outside_form": noted or _outside(),
        "mail_form": mailed or MailForm.of(row.organisation),
        "exchanged": of_rows(exchanged),
        "written_to": sorted({one.message.address for one in exchanged if _went(one)}),
        "text": text,
        "lines": text.count("\n") + 2,
        "has_picture": row.letter.file.media_type == "application/pdf",
        "contacts": deliveries.contacts(row),
        "passed_outside": deliveries.passed_outside(row),
        "may_tell": row.received_at is not None and row.state != "withdrawn",
        "reads_notes": True,
        "made": made,
        "link": addresses.link_of(made.token) if made else "",
    }
    bad = any(form is not None and form.errors for form in (noted, mailed))
    return render(request, "correspondence/sent/follow.html", context, status=422 if bad else 200)


@page(needs=rules.ISSUE)
def follow(request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
    """Everything that brings one office to receive a letter."""
    return follow_page(request, delivery_of(request, delivery_id))


@page(needs=rules.ISSUE)
@require_POST
def call(request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
    """Log a call: the button pressed is its outcome."""
    row = delivery_of(request, delivery_id)
    outside.log_contact(
        actor=actor_of(request),
        delivery_id=row.public_id,
        outcome=request.POST.get("outcome", ""),
        note=request.POST.get("note", ""),
    )
    messages.success(request, _("จดการโทรแล้ว"))
    return redirect("correspondence:follow", row.public_id)


@page(needs=rules.ISSUE)
@require_POST
def note(request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
    """Write down that the office received the letter outside the system."""
    row = delivery_of(request, delivery_id)
    form = _outside(request)
    if form.is_valid():
        data = form.cleaned_data
        try:
            outside.note_outside(
                actor=actor_of(request),
                delivery_id=row.public_id,
                how=data["how"],
                received_on=data["received_on"],
                note=data["note"],
                evidence=data["evidence"],
                evidence_name=data["evidence"].name if data["evidence"] else "",
            )
        except Conflict as problem:
            messages.warning(request, str(problem.reason))
            return redirect("correspondence:follow", row.public_id)
        except Invalid as problem:
            refuse(form, problem, otherwise="evidence")
        else:
            messages.success(request, _("จดว่ารับนอกระบบแล้ว"))
            return redirect("correspondence:follow", row.public_id)
    return follow_page(request, row, noted=form)


@page(needs=rules.ISSUE)
@never_cache
@require_POST
def link(request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
    """Make the link that acknowledges once; it is shown in this answer and never again."""
    row = delivery_of(request, delivery_id)
    made = outside.make_link(actor=actor_of(request), delivery_id=row.public_id)
    return follow_page(request, row, made=made)


@page(needs=rules.ISSUE)
def picture(request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
    """The first page of the letter, for groups that read on a phone. A secret letter has no picture."""
    row = delivery_of(request, delivery_id)
    if row.letter.is_secret or row.letter.file.media_type != "application/pdf":
        raise Http404
    with files.open(row.letter.file) as stream:
        data = stream.read()
    try:
        drawn = first_page_png(data)
    except ValueError as problem:
        raise Http404 from problem
    return files.made(drawn, "image/png", f"{row.letter.number or 'letter'}.png".replace("/", "-"))


@page(needs=rules.READ)
def evidence(request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
    """What proves that the letter was received outside the system."""
    row = deliveries.delivery(actor_of(request), delivery_id)
    if row is None or row.outside_evidence is None or not rules.may_answer_for(actor_of(request), row):
        raise Http404
    return files.attachment(row.outside_evidence)  # type: ignore[return-value] # a streaming HttpResponseBase
