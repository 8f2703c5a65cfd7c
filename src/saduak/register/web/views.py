"""Public pages: verify a certificate, find a certified centre. No session, cacheable by anyone."""

import uuid
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.safestring import mark_safe

from saduak.foundation import files, ids
from saduak.foundation.thai.calendar import bangkok_date
from saduak.foundation.web import languages, pages
from saduak.foundation.web.languages import public_url
from saduak.organisations.models import ServiceCentre
from saduak.register import certificates, queries
from saduak.register.web.contact import hours_of, place_of, way_to
from saduak.register.web.forms import SearchForm, VerifyForm

ROWS = 25
# Long enough to carry the hour of an announcement, short enough that a revocation shows at once.
FRESH_SECONDS = 60


def _cached(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, public=True, max_age=FRESH_SECONDS)
    return response


def _today(request: HttpRequest) -> date:
    """The day on which the request came in: also when it is answered after midnight."""
    return bangkok_date(request.actor.received_at)


@pages.public
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """The verdict on a certificate, in words, shape and colour before anything else."""
    certificate = queries.by_code(request.actor, code)
    if certificate is None:
        form = VerifyForm({"code": code})
        form.is_valid()
        context: dict[str, Any] = {
            "form": form,
            "asked": code,
            "well_formed": ids.is_code(ids.normalise_code(code)),
        }
        return _cached(render(request, "register/unknown.html", context, status=404))
    today = _today(request)
    if languages.current() == "en":
        queries.name_places(request.actor, [certificate])
    context = {
        "certificate": certificate,
        "way": way_to(certificate.centre),
        "status": queries.status_of(certificate, today),
        "successor": queries.successor(request.actor, certificate),
        "renewable": queries.speaks_of_renewing(certificate, today),
        # For paper: whoever holds a print of this page checks it anew.
        "qr": mark_safe(certificates.qr_svg(certificates.address(certificate))),  # noqa: S308 - drawn here, from a code
        "address": certificates.address(certificate),
        "grouped": certificates.grouped(certificate.code),
    }
    return _cached(render(request, "register/verify.html", context))


@pages.public
def verify_form(request: HttpRequest) -> HttpResponse:
    """Type the code that is printed under the QR."""
    if "code" not in request.GET:
        return _cached(render(request, "register/verify_form.html", {"form": VerifyForm()}))
    form = VerifyForm(request.GET)
    if form.is_valid():
        return HttpResponseRedirect(public_url("register:verify", code=form.cleaned_data["code"]))
    return render(request, "register/verify_form.html", {"form": form}, status=422)


@pages.public
def certificate_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """The certificate as it was issued; only while it stands."""
    certificate = queries.by_code(request.actor, code)
    if certificate is None or certificate.pdf is None or certificate.state != "standing":
        raise Http404
    response: HttpResponse = files.attachment(certificate.pdf)  # type: ignore[assignment] # a streaming HttpResponseBase
    return response


@pages.public
def search(request: HttpRequest) -> HttpResponse:
    """The public register, searched in Thai."""
    form = SearchForm(request.GET or None)
    today = _today(request)
    wanted = form.wanted(today)
    page = Paginator(queries.search(request.actor, wanted), ROWS).get_page(request.GET.get("page"))
    if languages.current() == "en":
        queries.name_places(request.actor, page.object_list)
    context = {
        "form": form,
        "page": page,
        "today": today,
        "asked": form.is_bound,
        "ignored": form.ignored(),
    }
    return _cached(render(request, "register/search.html", context))


@pages.public
def centre(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A certified centre for citizens: where, when, what, and its certificates."""
    found = ServiceCentre.objects.visible_to(request.actor).select_related(
        "organisation", "area__parent__parent"
    )
    row = found.filter(public_id=public_id).first()
    if row is None:
        raise Http404
    today = _today(request)
    held = [(item, queries.status_of(item, today)) for item in queries.of_centre(request.actor, row.pk)]
    context = {
        "centre": row,
        "place": place_of(row.area),
        "hours": hours_of(row),
        "office": queries.office_to_ask(row),
        "certificates": held,
    }
    return _cached(render(request, "register/centre.html", context))
