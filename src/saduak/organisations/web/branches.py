"""Centres from a spreadsheet: the template, the look at what would come of it, and the making."""

import io
import uuid

import xlsxwriter  # type: ignore[import-untyped] # it has no types of its own
from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from saduak.foundation import batches, files, spreadsheets
from saduak.foundation.access import Refused, require
from saduak.foundation.web.forms import refuse, whole_number
from saduak.foundation.web.pages import page
from saduak.organisations import actions, queries, rules
from saduak.organisations.branches import COLUMNS, LIMIT_BYTES
from saduak.organisations.models import BranchImport, BranchRow
from saduak.organisations.web.views.browse import found

ROWS = 50
LISTED = 20
# The tag (word and loop) of each line.
STATES = {
    BranchRow.State.NEW: "wait",
    BranchRow.State.EXISTS: "off",
    BranchRow.State.WRONG: "late",
    BranchRow.State.MADE: "done",
}

# The same of a whole table.
TABLES = {
    BranchImport.State.CHECKED: "wait",
    BranchImport.State.RUNNING: "work",
    BranchImport.State.DONE: "done",
}


class BranchForm(forms.Form):
    """The table."""

    file = forms.FileField(
        label=gettext_lazy("ไฟล์รายชื่อศูนย์"),
        help_text=gettext_lazy("XLSX หรือ CSV ไม่เกิน 5 MB และ 5,000 บรรทัด ระบบตรวจก่อน ยังไม่เพิ่มศูนย์จนกว่าจะกดยืนยัน"),
        error_messages={"required": gettext_lazy("เลือกไฟล์ก่อน"), "empty": gettext_lazy("ไฟล์นี้ว่างเปล่า")},
    )


@page(needs=rules.MANAGE_CENTRE)
def new(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Bring a table in; it is looked at, and no centre is made yet."""
    owner = found(request, public_id)
    require(rules.may_manage_centre(request.actor, owner))
    form, status = BranchForm(), 200
    if request.method == "POST":
        form, status = BranchForm(request.POST, request.FILES), 422
        if form.is_valid():
            try:
                made = actions.check_branches(
                    actor=request.actor,
                    organisation=owner.public_id,
                    # One byte more than is allowed is enough to say that it is too much.
                    content=form.cleaned_data["file"].read(LIMIT_BYTES + 1),
                    file_name=form.cleaned_data["file"].name,
                )
            except Refused as refusal:
                refuse(form, refusal)
                status = refusal.status
            else:
                return redirect("organisations:branches", made.public_id)
    columns = [(label, about) for label, about in COLUMNS.values()]
    tables = [
        (row, TABLES[BranchImport.State(row.state)])
        for row in queries.branch_imports(request.actor, owner)[:LISTED]
    ]
    context = {"organisation": owner, "form": form, "columns": columns, "tables": tables}
    return render(request, "organisations/branches_new.html", context, status=status)


@page(needs=rules.MANAGE_CENTRE)
@require_GET
def template(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """An empty table with the headings; what belongs below them stands on its second sheet."""
    owner = found(request, public_id)
    require(rules.may_manage_centre(request.actor, owner))
    return files.made(_workbook(), spreadsheets.XLSX_TYPE, "centres.xlsx")


def _workbook() -> bytes:
    made = io.BytesIO()
    with translation.override("th"), xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True})
        table, words = book.add_worksheet(_("ศูนย์")), book.add_worksheet(_("วิธีกรอก"))
        for at, (label, about) in enumerate(COLUMNS.values()):
            table.write_string(0, at, str(label), bold)
            words.write_string(at, 0, str(label), bold)
            words.write_string(at, 1, str(about))
        table.set_column(0, len(COLUMNS) - 1, 24)
        words.set_column(0, 0, 24)
        words.set_column(1, 1, 90)
        # Numbers that begin with a nought stay as they are typed.
        table.set_column(3, 3, 24, book.add_format({"num_format": "@"}))
        table.set_column(7, 7, 24, book.add_format({"num_format": "@"}))
        table.freeze_panes(1, 0)
    return made.getvalue()


def _table(request: HttpRequest, public_id: uuid.UUID) -> BranchImport:
    row = queries.branch_import(request.actor, public_id)
    if row is None:
        raise Http404
    return row


@page(needs=rules.MANAGE_CENTRE)
def one(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A table that was looked at, line by line; confirming it makes the centres."""
    row = _table(request, public_id)
    require(rules.may_manage_centre(request.actor, row.organisation))
    refusal = None
    if request.method == "POST":
        try:
            done = actions.confirm_branches(
                actor=request.actor,
                table=row.public_id,
                count=whole_number(request.POST.get("count", "")) or 0,
            )
        except Refused as told:
            refusal = told
        else:
            _say(request, done)
            return redirect("organisations:branches", row.public_id)
    show = request.GET.get("show", "")
    show = show if show in BranchRow.State.values else ""
    rows = Paginator(queries.branch_rows(row, show), ROWS).get_page(request.GET.get("page"))
    counts = queries.branch_counts(row)
    here = reverse("organisations:branches", args=[row.public_id])
    context = {
        "table": row,
        "organisation": row.organisation,
        "counts": counts,
        "views": [
            {"url": f"{here}?show={key}" if key else here, "label": label, "current": key == show}
            for key, label in _views(counts)
        ],
        "rows": [(line, STATES[BranchRow.State(line.state)]) for line in rows],
        "page_obj": rows,
        "progress": batches.progress(row.batch) if row.batch and row.state == "running" else None,
        "refusal": refusal,
    }
    status = refusal.status if refusal else 200
    return render(request, "organisations/branches.html", context, status=status)


def _views(counts: queries.BranchCounts) -> list[tuple[str, str]]:
    """The lists that there are, with their numbers."""
    numbers = {
        "": counts.all,
        "new": counts.new,
        "made": counts.made,
        "exists": counts.exists,
        "wrong": counts.wrong,
    }
    labels = {"": _("ทุกบรรทัด"), **{str(state): str(state.label) for state in BranchRow.State}}
    return [(key, f"{labels[key]} {number:,}") for key, number in numbers.items() if number or not key]


def _say(request: HttpRequest, row: BranchImport) -> None:
    if row.state == BranchImport.State.RUNNING:
        messages.success(request, _("รับไว้แล้ว กำลังเพิ่มศูนย์ เปิดหน้านี้ใหม่เพื่อดูความคืบหน้า"))
        return
    made = queries.branch_counts(row).made
    words = ngettext("เพิ่มศูนย์แล้ว %(n)d แห่ง", "เพิ่มศูนย์แล้ว %(n)d แห่ง", made)
    messages.success(request, words % {"n": made})


URLS: list[URLPattern] = [
    path("organisations/<uuid:public_id>/centres/import/", new, name="branches-new"),
    path("organisations/<uuid:public_id>/centres/template/", template, name="branches-template"),
    path("centres/imports/<uuid:public_id>/", one, name="branches"),
]
