"""Certificates near their end, for those who follow the centres: whom to write to, and the letter that says so."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from saduak.correspondence.rules import hands
from saduak.foundation.thai.calendar import bangkok_date
from saduak.foundation.web.forms import whole_number
from saduak.foundation.web.pages import page
from saduak.organisations.models import Programme
from saduak.programme.eligibility import after_months
from saduak.register import letters, queries
from saduak.register.models import Certificate
from saduak.register.renewals import renewals
from saduak.register.rules import EXPIRING

ROWS = 50
USUAL = queries.SOON


@page(needs=EXPIRING)
@require_GET
def expiring(request: HttpRequest) -> HttpResponse:
    """What ends within three, six or twelve months in one's reach, programme by programme."""
    actor = request.actor
    known = queries.programmes_watched(actor)
    asked = request.GET.get("programme", "")
    programme = next((row for row in known if str(row.public_id) == asked), known[0] if known else None)
    months = whole_number(request.GET.get("months", "")) or USUAL
    months = months if months in letters.MONTHS else USUAL
    until = after_months(bangkok_date(actor.received_at), months)
    rows = queries.expiring(actor, until).filter(programme=programme)
    shown = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    told = _told(request, programme, rows, shown.paginator.count)
    certificates = list(shown)
    standing = renewals(actor, certificates)
    context = {
        "page": shown,
        "rows": [
            (row, standing.get(row.pk), _letter(request, row.programme, months, row)) for row in certificates
        ],
        "standing": standing,
        "told": told,
        "until": until,
        "programme": programme,
        "programmes": _programmes(known, programme, months),
        "views": _views(programme, months),
        "letter_url": _letter(request, programme, months) if told > 1 else "",
    }
    return render(request, "register/expiring.html", context)


def _told(request: HttpRequest, programme: Programme | None, rows: QuerySet[Certificate], count: int) -> int:
    """How many of them are told by a letter: all but those of the offices that would write it. At most one query."""
    own = hands(request.actor, programme.pk) if programme is not None else frozenset()
    return rows.exclude(centre__organisation__in=own).count() if own and count else count


def _letter(request: HttpRequest, programme: Programme | None, months: int, row: Any = None) -> str:
    return letters.expiry_url(request.actor, programme, months, row) if programme is not None else ""


def _views(programme: Programme | None, months: int) -> list[dict[str, Any]]:
    return [
        {
            "label": ngettext("ภายใน %(n)d เดือน", "ภายใน %(n)d เดือน", each) % {"n": each},
            "url": _address(programme, each),
            "current": each == months,
            "count": None,
        }
        for each in letters.MONTHS
    ]


def _programmes(known: list[Programme], chosen: Programme | None, months: int) -> list[dict[str, Any]]:
    """Where the reader follows several; one alone needs no choice."""
    return [
        {"label": row.short_name, "url": _address(row, months), "current": row == chosen, "count": None}
        for row in known
        if len(known) > 1
    ]


def _address(programme: Programme | None, months: int) -> str:
    about = f"&programme={programme.public_id}" if programme is not None else ""
    return f"?months={months}{about}"
