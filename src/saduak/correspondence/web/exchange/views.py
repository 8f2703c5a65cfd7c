"""Letters to and from offices outside: mailing and packing one, mailing many, and what came and went."""

import uuid
from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from saduak.correspondence import rules
from saduak.correspondence.actions import exchanging
from saduak.correspondence.queries import exchange
from saduak.correspondence.web.exchange.forms import MailForm
from saduak.correspondence.web.exchange.standing import of_rows
from saduak.correspondence.web.sending import follow, sent
from saduak.correspondence.web.shared import actor_of
from saduak.foundation import files
from saduak.foundation.access import Conflict, Invalid, require
from saduak.foundation.files.names import clean
from saduak.foundation.web.forms import refuse
from saduak.foundation.web.pages import page

ROWS: Final = 25
NAMES: Final = 50
VIEWS: Final = {
    "all": gettext_lazy("ทั้งหมด"),
    "in": gettext_lazy("รับเข้า"),
    "out": gettext_lazy("ส่งออก"),
    "refused": gettext_lazy("ไม่สำเร็จ"),
}


@page(needs=rules.READ)
def listed(request: HttpRequest) -> HttpResponse:
    """What came to my offices, and went from them, by e-mail and as packed files."""
    actor = actor_of(request)
    view, query = request.GET.get("view", "all"), request.GET.get("q", "")
    view = view if view in VIEWS else "all"
    shown = Paginator(exchange.messages(actor, view=view, query=query), ROWS).get_page(
        request.GET.get("page")
    )
    context = {
        "page": shown,
        "rows": of_rows(exchange.shown(list(shown))),
        "views": [
            {"label": label, "url": f"?view={key}", "current": key == view} for key, label in VIEWS.items()
        ],
        "view": view,
        "query": query,
        "may_load": bool(rules.offices(actor, rules.LOAD)),
        "may_follow": bool(rules.offices(actor, rules.ISSUE)),
        "many_offices": len(rules.offices(actor, rules.READ)) > 1,
    }
    return render(request, "correspondence/exchange/list.html", context)


@page(needs=rules.ISSUE)
@require_POST
def mail(request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
    """Mail a letter to one office."""
    row = follow.delivery_of(request, delivery_id)
    form = MailForm(request.POST, auto_id="mail_%s")
    if form.is_valid():
        try:
            made = exchanging.mail_out(
                actor=actor_of(request), delivery_id=row.public_id, address=form.cleaned_data["address"]
            )
        except Invalid as refusal:
            refuse(form, refusal)
        except Conflict as problem:
            messages.warning(request, str(problem.reason))
            return redirect("correspondence:follow", row.public_id)
        else:
            told = {"address": made.address}
            messages.success(request, _("ส่งไปที่ %(address)s แล้ว ดูผลได้ที่หน้านี้") % told)
            return redirect("correspondence:follow", row.public_id)
    return follow.follow_page(request, row, mailed=form)


@page(needs=rules.ISSUE)
@require_POST
def packed(request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
    """The letter as a packed file for one office. That it was handed over is noted, so a button asks for it, no link."""
    row = follow.delivery_of(request, delivery_id)
    try:
        name, data = exchanging.packed(actor=actor_of(request), delivery_id=row.public_id)
    except Conflict as problem:
        messages.warning(request, str(problem.reason))
        return redirect("correspondence:follow", row.public_id)
    response = files.made(data, "application/zip", clean(name, ending="zip"))
    response["Cache-Control"] = "private, no-store"
    return response


@page(needs=rules.ISSUE)
def mail_many(request: HttpRequest, dispatch_id: uuid.UUID) -> HttpResponse:
    """Whom a sending may be mailed to at once, with their number before it is done."""
    actor, row = actor_of(request), sent.dispatch_of(request, dispatch_id)
    require(rules.may_call_back(actor, row))
    if request.method == "POST":
        try:
            count = exchanging.mail_everybody(actor=actor, dispatch_id=row.public_id)
        except Conflict as problem:
            messages.warning(request, str(problem.reason))
        else:
            messages.success(request, _("กำลังส่งไป %(count)s แห่ง ดูผลได้ที่รายการนี้") % {"count": count})
        return redirect("correspondence:exchange")
    shown = Paginator(exchange.mailable(row), NAMES).get_page(request.GET.get("page"))
    context = {
        "dispatch": row,
        "letter": row.letter,
        "page": shown,
        "open": not row.letter.is_secret and row.state != "recalled",
    }
    return render(request, "correspondence/exchange/mail_many.html", context)
