"""Registers as files: small ones at once, large ones by a job and a page that says when they are ready."""

import uuid
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from saduak.correspondence import registers_export as drawing
from saduak.correspondence import rules
from saduak.correspondence.actions import registers_keeping
from saduak.correspondence.actions.registers_keeping import Extract
from saduak.correspondence.models import Registry
from saduak.correspondence.models.registers import RegisterExport
from saduak.correspondence.queries import registers as queries
from saduak.correspondence.queries.registers import BOOKS
from saduak.correspondence.web.registers.forms import ExportForm, whole_year
from saduak.correspondence.web.registers.views import book_asked, frame, registry_for, year_asked
from saduak.correspondence.web.shared import actor_of
from saduak.foundation import files
from saduak.foundation.access import Conflict, Refused
from saduak.foundation.web.forms import refuse
from saduak.foundation.web.pages import page

LATEST: Final = 20


@page(needs=rules.REGISTER)
def export(request: HttpRequest, registry_id: uuid.UUID) -> HttpResponse:
    """Choose days and file; below, the files that were asked for before."""
    row = registry_for(request, registry_id)
    initial = {"book": book_asked(request).key, **whole_year(year_asked(request))}
    form = ExportForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            return _made(request, row, form.extract(), form.key)
        except Conflict:
            raise
        except Refused as refusal:
            refuse(form, refusal)
    context = {
        **frame(request, row),
        "form": form,
        "exports": list(queries.exports(actor_of(request), row).select_related("file")[:LATEST]),
    }
    return render(
        request, "correspondence/registers/export.html", context, status=422 if form.errors else 200
    )


@page(needs=rules.REGISTER)
@require_POST
def export_due(request: HttpRequest, registry_id: uuid.UUID) -> HttpResponse:
    """The list of what is over its time, for the committee."""
    row = registry_for(request, registry_id)
    kind = request.POST.get("format", "xlsx")
    return _made(request, row, Extract(content=str(RegisterExport.Content.DUE), format=kind), None)


def _made(request: HttpRequest, row: Registry, wanted: Extract, key: uuid.UUID | None) -> HttpResponse:
    """The file, when it is quickly made; else the page that says when it is ready."""
    actor = actor_of(request)
    registers_keeping.check_extract(wanted)
    if wanted.first is not None and wanted.last is not None:
        sheet = drawing.book_sheet(actor, row, BOOKS[wanted.book], wanted.first, wanted.last)
    else:
        sheet = drawing.due_sheet(actor, row)
    if sheet.most > drawing.AT_ONCE[wanted.format]:
        made = registers_keeping.request_export(
            actor=actor, registry_id=row.public_id, wanted=wanted, idempotency_key=key
        )
        messages.success(request, _("กำลังจัดทำไฟล์ ทำงานอื่นก่อนได้"))
        return redirect("correspondence:register-file", made.public_id)
    data, _lines = drawing.draw(sheet, wanted.format)
    return files.made(data, drawing.TYPES[wanted.format], drawing.file_name(sheet, wanted.format))


def _export(request: HttpRequest, export_id: uuid.UUID) -> RegisterExport:
    found = queries.export(actor_of(request), export_id)
    if found is None:
        raise Http404
    return found


@page(needs=rules.REGISTER)
def ready(request: HttpRequest, export_id: uuid.UUID) -> HttpResponse:
    """Whether a file is made already."""
    made = _export(request, export_id)
    context = {
        **frame(request, made.registry),
        "made": made,
        "book": queries.book_of(made.direction, made.series),
    }
    return render(request, "correspondence/registers/file.html", context)


@page(needs=rules.REGISTER)
def download(request: HttpRequest, export_id: uuid.UUID) -> HttpResponse:
    """The file."""
    made = _export(request, export_id)
    if made.file is None:
        raise Http404
    return files.attachment(made.file)  # type: ignore[return-value] # Django's stubs part the two
