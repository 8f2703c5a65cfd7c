"""Registers as pages: whose they are, opting in and out, a book of a year, what is over its time."""

import uuid
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from saduak.correspondence import rules
from saduak.correspondence.actions import registers_keeping
from saduak.correspondence.models import Registry
from saduak.correspondence.queries import registers as queries
from saduak.correspondence.queries.registers import BOOKS, Book, Keeper
from saduak.correspondence.rules import registers as access
from saduak.correspondence.web.registers.forms import FilterForm, OpenForm, SettingsForm, wanted_of
from saduak.correspondence.web.shared import actor_of
from saduak.foundation import clock
from saduak.foundation.access import Conflict, Refused
from saduak.foundation.thai import calendar
from saduak.foundation.web.forms import refuse, whole_number
from saduak.foundation.web.pages import page

ROWS: Final = 50


def registry_for(request: HttpRequest, registry_id: uuid.UUID) -> Registry:
    """A register that the reader may see.

    Raises:
        Http404: none for this reader.
    """
    found = queries.registry(actor_of(request), registry_id)
    if found is None:
        raise Http404
    return found


def book_asked(request: HttpRequest) -> Book:
    """The book that the address names; received letters unless it names one."""
    return BOOKS.get(request.GET.get("book", ""), BOOKS["receive"])


def year_asked(request: HttpRequest) -> int:
    """The year (Buddhist era) that the address names; this one unless it names one that can be."""
    this = calendar.to_be(clock.today().year)
    year = whole_number(request.GET.get("year", "")) or this
    return year if 2500 < year <= this else this


def frame(request: HttpRequest, row: Registry) -> dict[str, Any]:
    """What every page of a register shows around its content."""
    actor = actor_of(request)
    return {
        "registry": row,
        "office": row.organisation,
        "is_open": row.closed_at is None,
        "may_register": bool(access.may_register(actor, row.organisation_id)),
        "may_keep": bool(access.may_keep(actor, row.organisation_id)),
    }


@page(needs=rules.READ)
def registers(request: HttpRequest) -> HttpResponse:
    """The reader's offices, and who keeps the register of each."""
    return render(
        request, "correspondence/registers/list.html", {"keepers": queries.keepers(actor_of(request))}
    )


# --- Opting in and out ------------------------------------------------------------------------------------------------


@page(needs=rules.KEEP_REGISTRY)
def open_register(request: HttpRequest, organisation_id: uuid.UUID) -> HttpResponse:
    """What changes and what does not, and where the agency's own book stands."""
    actor = actor_of(request)
    offices = queries.keepers(actor)
    keeper = next((k for k in offices if k.organisation.public_id == organisation_id and k.may_keep), None)
    if keeper is None:
        raise Http404
    if keeper.is_open:
        return redirect("correspondence:registers")
    form = OpenForm(request.POST if request.method == "POST" else None, initial=_proposed(keeper))
    if request.method == "POST" and form.is_valid():
        try:
            registers_keeping.open_registry(
                actor=actor,
                organisation_id=organisation_id,
                prefix=form.cleaned_data["code"],
                start=form.start(),
                retention=form.cleaned_data["retention"],
                idempotency_key=form.key,
            )
        except Conflict:
            raise
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("เปิดทะเบียนแล้ว จากนี้ระบบออกเลขให้"))
            return redirect("correspondence:registers")
    context = {
        "keeper": keeper,
        "office": keeper.organisation,
        "form": form,
        "year": calendar.to_be(clock.today().year),
        "others": [k for k in offices if k is not keeper and k.may_keep and not k.is_open],
    }
    return render(request, "correspondence/registers/open.html", context, status=422 if form.errors else 200)


def _proposed(keeper: Keeper) -> dict[str, str]:
    """The code before the numbers, as it was, else as the register of offices has it."""
    office = keeper.organisation
    prefix = (
        keeper.registry.prefix if keeper.registry else f"{office.letter_code} {office.unit_number}".strip()
    )
    return {"code": prefix, "retention": "ordinary"}


@page(needs=rules.KEEP_REGISTRY)
def settings(request: HttpRequest, registry_id: uuid.UUID) -> HttpResponse:
    """What stands before the numbers, the usual class, and the way back to the agency's own book."""
    row = registry_for(request, registry_id)
    if not access.may_keep(actor_of(request), row.organisation_id):
        raise Http404
    initial = {"code": row.prefix, "retention": row.retention.code if row.retention else ""}
    form = SettingsForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            registers_keeping.edit_registry(
                actor=actor_of(request),
                registry_id=row.public_id,
                prefix=form.cleaned_data["code"],
                retention=form.cleaned_data["retention"],
            )
        except Conflict:
            raise
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("บันทึกแล้ว ใช้กับเลขต่อไป"))
            return redirect("correspondence:register-settings", row.public_id)
    year = calendar.to_be(clock.today().year)
    last = [(book.label, queries.last_number(row, book, year)) for book in BOOKS.values()]
    context = {**frame(request, row), "form": form, "last": last, "year": year}
    return render(
        request, "correspondence/registers/settings.html", context, status=422 if form.errors else 200
    )


@page(needs=rules.KEEP_REGISTRY)
@require_POST
def close(request: HttpRequest, registry_id: uuid.UUID) -> HttpResponse:
    """Back to the agency's own book."""
    row = registry_for(request, registry_id)
    registers_keeping.close_registry(actor=actor_of(request), registry_id=row.public_id)
    messages.success(request, _("ปิดทะเบียนในระบบแล้ว รายการเดิมยังเปิดดูได้"))
    return redirect("correspondence:registers")


# --- A book of a year -------------------------------------------------------------------------------------------------


@page(needs=rules.REGISTER)
def register(request: HttpRequest, registry_id: uuid.UUID) -> HttpResponse:
    """Fifty lines of a book of a year, with search and filters."""
    actor, row, book = actor_of(request), registry_for(request, registry_id), book_asked(request)
    wanted = wanted_of(request.GET)
    told = queries.register_page(
        actor,
        row,
        book,
        year_asked(request),
        page=request.GET.get("page", "1"),
        wanted=wanted,
    )
    form = FilterForm(initial={**request.GET.dict(), "year": str(told.year)}, years=told.years)
    context = {
        **frame(request, row),
        "book": book,
        "books": [
            {"label": one.label, "url": f"?book={key}&year={told.year}", "current": one is book}
            for key, one in BOOKS.items()
        ],
        "told": told,
        "form": form,
        "narrowed": wanted.anything,
    }
    return render(request, "correspondence/registers/register.html", context)


@page(needs=rules.REGISTER)
def due(request: HttpRequest, registry_id: uuid.UUID) -> HttpResponse:
    """Lines whose letters were kept as long as their class says. Nothing is ever destroyed here."""
    actor, row = actor_of(request), registry_for(request, registry_id)
    rows = queries.due(actor, row)
    context = {
        **frame(request, row),
        "page": Paginator(rows, ROWS).get_page(request.GET.get("page")),
        "without_class": queries.without_class(actor, row),
    }
    return render(request, "correspondence/registers/due.html", context)
