"""Pages for everybody: the criteria that are asked, and where a round stands. No session, two languages, cacheable."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from saduak.foundation.web.pages import public
from saduak.programme import queries
from saduak.programme.models import CriteriaSet
from saduak.programme.web import present


@public
def criteria_index(request: HttpRequest) -> HttpResponse:
    """The published criteria sets."""
    rows = CriteriaSet.objects.visible_to(request.actor).select_related("programme").defer("document")
    return render(
        request, "programme/criteria_index_public.html", {"rows": rows.order_by("-published_at")[:50]}
    )


@public
def criteria_set(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One published set, to read and to print."""
    rows = CriteriaSet.objects.visible_to(request.actor).select_related("programme")
    row = get_object_or_404(rows, public_id=public_id)
    context = {
        "set": row,
        "contents": queries.contents(row),
        "links": list(queries.criteria_links(request.actor, row).items()),
    }
    return render(request, "programme/criteria_set_public.html", context)


@public
def round_page(request: HttpRequest, fiscal_year: int, programme: str) -> HttpResponse:
    """One round: its stages, when applications close, and the criteria that it uses."""
    row = get_object_or_404(queries.rounds(request.actor), fiscal_year=fiscal_year, programme__code=programme)
    context = {
        "round": row,
        "rail": present.rail(row),
        "application": queries.stage_of(row),
        "taking": queries.is_open(row, request.received_at),
    }
    return render(request, "programme/round_public.html", context)
