"""The secretariat's pages: results announced before this register began are brought in, matched and entered."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from saduak.foundation import batches
from saduak.foundation.access import Actor, Refused
from saduak.foundation.web.forms import ThaiDateField, refuse, whole_number
from saduak.foundation.web.pages import page
from saduak.organisations.models import Programme
from saduak.register import rules
from saduak.register.actions import last_day
from saduak.register.models import PastImport, PastResult
from saduak.register.past import actions, entering, queries
from saduak.register.past.reading import LIMIT_BYTES

ROWS = 25
NO_CENTRE = "none"
# What became of a file that could be read.
READ = {
    "new": gettext_lazy("ตรวจไฟล์แล้ว ใช้ได้ ยังไม่มีอะไรเข้าทะเบียน ตรวจการจับคู่แล้วจึงลงทะเบียน หรือทิ้งรายการนี้"),
    "same": gettext_lazy("ไฟล์นี้นำเข้าไว้แล้ว นี่คือรายการเดิม"),
    "changed": gettext_lazy("ไฟล์นี้นำเข้าไว้แล้ว ปรับปีและประกาศตามที่กรอกครั้งนี้ ศูนย์ที่เลือกไว้ยังอยู่"),
}


class FindForm(forms.Form):
    """Which centre a line speaks of, by words of its name or its office."""

    q = forms.CharField(label=gettext_lazy("ค้นศูนย์ในทะเบียนด้วยชื่อ"), required=False, max_length=200)


class PastForm(forms.Form):
    """What an announcement says, and the table of its results."""

    programme = forms.ChoiceField(label=gettext_lazy("โครงการ"))
    fiscal_year = forms.IntegerField(
        label=gettext_lazy("ปีงบประมาณ (พ.ศ.)"), min_value=actions.FIRST_YEAR, max_value=2700
    )
    announcement = forms.CharField(
        label=gettext_lazy("ชื่อประกาศ"),
        help_text=gettext_lazy("ตามที่เขียนในประกาศ ทุกคนเห็นชื่อนี้ในทะเบียน"),
        max_length=200,
    )
    announced_on = ThaiDateField(label=gettext_lazy("วันที่ประกาศ"))
    validity_years = forms.IntegerField(
        label=gettext_lazy("ใบรับรองมีอายุกี่ปี"), min_value=1, max_value=20, initial=3
    )
    file = forms.FileField(
        label=gettext_lazy("ตารางรายชื่อ"),
        help_text=gettext_lazy(
            "CSV หรือ XLSX ไม่เกิน 5 MB บรรทัดแรกเป็นชื่อช่อง: ชื่อศูนย์ หน่วยงาน จังหวัด ระดับ เลขที่ใบรับรอง มีเฉพาะชื่อศูนย์ก็ได้"
        ),
    )

    def __init__(self, *args: Any, programmes: Iterable[Programme], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programmes = {str(row.public_id): row for row in programmes}
        choices = [(key, row.name_th) for key, row in self.programmes.items()]
        self.fields["programme"].choices = choices  # type: ignore[attr-defined] # a ChoiceField, declared above

    @property
    def announced(self) -> actions.Announced:
        """What was typed about the announcement."""
        typed = self.cleaned_data
        return actions.Announced(
            *(typed["fiscal_year"], typed["announcement"], typed["announced_on"], typed["validity_years"])
        )


def _programmes(actor: Actor) -> list[Programme]:
    rows = Programme.objects.visible_to(actor).filter(retired_at__isnull=True).order_by("code")
    return [row for row in rows if rules.may_import(actor, row.pk)]


@page(needs=rules.IMPORT)
def index(request: HttpRequest) -> HttpResponse:
    """The lists that were brought in."""
    rows = Paginator(queries.imports(request.actor), ROWS).get_page(request.GET.get("page"))
    return render(request, "register/past.html", {"rows": rows})


@page(needs=rules.IMPORT)
def new(request: HttpRequest) -> HttpResponse:
    """Bring a table in; its problems are shown by line. What can be read is kept aside until it is entered or dropped."""
    form = PastForm(request.POST or None, request.FILES or None, programmes=_programmes(request.actor))
    brought = None
    if request.method == "POST" and form.is_valid():
        try:
            brought = actions.import_past(
                actor=request.actor,
                programme=form.programmes[form.cleaned_data["programme"]],
                # One byte more than is allowed is enough to say that it is too much.
                content=form.cleaned_data["file"].read(LIMIT_BYTES + 1),
                file_name=form.cleaned_data["file"].name,
                announced=form.announced,
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            if brought.row is not None:
                messages.success(request, str(READ[brought.how]))
                return redirect("register:past-import", brought.row.public_id)
    bad = form.errors or (brought is not None and brought.problems)
    context = {"form": form, "brought": brought}
    return render(request, "register/past_new.html", context, status=422 if bad else 200)


def _found(request: HttpRequest, public_id: uuid.UUID) -> PastImport:
    row: PastImport = get_object_or_404(queries.imports(request.actor), public_id=public_id)
    return row


@page(needs=rules.IMPORT)
@require_GET
def one(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One list and its lines, and how far entering them has come."""
    row = _found(request, public_id)
    show = request.GET.get("show", "")
    show = show if show in queries.SHOWN else ""
    lines = queries.lines(request.actor, row, show)
    context = {
        "row": row,
        "rows": Paginator(lines, ROWS).get_page(request.GET.get("page")),
        "show": show,
        "progress": batches.progress(row.batch) if row.batch and row.is_being_entered else None,
        "refused": [] if row.is_being_entered else queries.refused_lines(request.actor, row),
    }
    return render(request, "register/past_import.html", context)


@page(needs=rules.IMPORT)
def enter(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What entering comes to, by number and level; a POST confirms it, and it is worked in the background."""
    row = _found(request, public_id)
    refusal = None
    if request.method == "POST":
        try:
            entering.apply_past(
                actor=request.actor,
                import_id=public_id,
                expected=whole_number(request.POST.get("count", "")) or 0,
            )
        except Refused as told:
            refusal = told
        else:
            messages.success(request, _("กำลังลงทะเบียน ปิดหน้านี้ได้ ระบบทำต่อเอง"))
            return redirect("register:past-import", public_id)
    context = {
        "row": row,
        "told": queries.to_enter(request.actor, row),
        "until": last_day(row.announced_on, row.validity_years),
        "refusal": refusal,
    }
    return render(request, "register/past_enter.html", context, status=refusal.status if refusal else 200)


@page(needs=rules.IMPORT)
def drop(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Throw a list away of which nothing was entered; asked before."""
    row = _found(request, public_id)
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            actions.drop_past(actor=request.actor, import_id=public_id)
        except Refused as told:
            refusal = told
        else:
            messages.success(request, _("ทิ้งรายการแล้ว นำไฟล์เดิมเข้ามาใหม่ได้"))
            return redirect("register:past")
    context = {"row": row, "refusal": refusal}
    return render(request, "register/past_drop.html", context, status=refusal.status if refusal else 200)


@page(needs=rules.IMPORT)
def line(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Choose the centre of one line, among those proposed or found by a search."""
    search = FindForm(request.GET)
    query = search.cleaned_data["q"] if search.is_valid() else ""
    found = queries.choice(request.actor, public_id, query)
    if found is None:
        raise Http404
    refusal = None
    if request.method == "POST":
        try:
            chosen = _chosen(request)
            row = actions.match_past(actor=request.actor, result_id=public_id, centre_id=chosen)
        except ValueError:
            refusal = Refused(_("เลือกศูนย์ 1 แห่ง หรือเลือกว่าไม่มีในทะเบียน"))
        except Refused as told:
            refusal = told
        else:
            messages.success(request, _("บันทึกแล้ว"))
            return _onward(request, found.result.past_import, row)
    context = {
        "choice": found,
        "result": found.result,
        "search": search,
        "searched": query,
        "refusal": refusal,
    }
    return render(request, "register/past_line.html", context, status=422 if refusal else 200)


def _chosen(request: HttpRequest) -> uuid.UUID | None:
    """The chosen centre; None for none in the register.

    Raises:
        ValueError: nothing was chosen, or no centre that the reader may see.
    """
    said = request.POST.get("centre", "")
    if said == NO_CENTRE:
        return None
    wanted = uuid.UUID(said)
    if queries.centre(request.actor, wanted) is None:
        raise ValueError(said)
    return wanted


def _onward(request: HttpRequest, row: PastImport, done: PastResult) -> HttpResponse:
    """To the next line that waits, or back to the list."""
    waiting = queries.lines(request.actor, row, "open").filter(line__gt=done.line).first()
    if waiting is not None:
        return redirect("register:past-line", waiting.public_id)
    return redirect("register:past-import", row.public_id)
