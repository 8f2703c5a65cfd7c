"""Criteria sets for signed-in people: reading one, and the secretariat's import and publication."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from saduak.foundation.access import Refused, require
from saduak.foundation.web.forms import refuse
from saduak.foundation.web.pages import page
from saduak.programme import queries, reading, rules
from saduak.programme.actions import import_criteria, publish_criteria
from saduak.programme.models import CriteriaSet
from saduak.programme.web.forms import ImportForm
from saduak.programme.web.views.rounds import programmes_for

ROWS = 20


def _found(request: HttpRequest, public_id: uuid.UUID) -> CriteriaSet:
    rows = CriteriaSet.objects.visible_to(request.actor).select_related("programme")
    row: CriteriaSet = get_object_or_404(rows, public_id=public_id)
    return row


@page(needs=rules.SEE)
def index(request: HttpRequest) -> HttpResponse:
    """The criteria sets that the reader may see."""
    rows = CriteriaSet.objects.visible_to(request.actor).select_related("programme").defer("document")
    shown = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    context = {"rows": shown, "may_import": request.actor.can(rules.PUBLISH)}
    return render(request, "programme/criteria_sets.html", context)


@page(needs=rules.SEE)
def one(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A whole set, to read and to print."""
    row = _found(request, public_id)
    context = {
        "set": row,
        "contents": queries.contents(row),
        "may_publish": not row.is_published and bool(rules.may_keep_criteria(request.actor, row.programme)),
    }
    return render(request, "programme/criteria_set.html", context)


@page(needs=rules.PUBLISH)
def import_page(request: HttpRequest) -> HttpResponse:
    """Bring in a file as a draft; its errors are shown by line."""
    programmes = list(programmes_for(request.actor, rules.PUBLISH))
    form = ImportForm(request.POST or None, request.FILES or None, programmes=programmes)
    problems: tuple[reading.Problem, ...] = ()
    if request.method == "POST" and form.is_valid():
        # One byte more than is allowed is enough to say that it is too much.
        content = form.cleaned_data["file"].read(reading.LIMIT_BYTES + 1)
        programme = form.programmes[form.cleaned_data["programme"]]
        try:
            row = import_criteria(actor=request.actor, programme=programme, content=content)
        except Refused as refusal:
            refuse(form, refusal)
            problems = reading.read(content, known_keys=queries.known_keys(programme)).problems
        else:
            messages.success(request, _("นำเข้าเป็นฉบับร่างแล้ว อ่านทวนก่อนประกาศใช้"))
            return redirect("programme:criteria-set", row.public_id)
    context = {"form": form, "problems": problems}
    return render(request, "programme/criteria_import.html", context, status=422 if form.errors else 200)


@page(needs=rules.PUBLISH)
def publish_page(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Publish a draft, after saying what that means."""
    row = _found(request, public_id)
    require(rules.may_keep_criteria(request.actor, row.programme))
    if request.method == "POST":
        publish_criteria(actor=request.actor, set_id=row.public_id)
        messages.success(request, _("ประกาศใช้ชุดเกณฑ์แล้ว"))
        return redirect("programme:criteria-set", row.public_id)
    context = {
        "overline": row.label,
        "title": _("ประกาศใช้ชุดเกณฑ์นี้"),
        "lead": _("ประกาศใช้แล้วแก้ไม่ได้ และเปิดรอบการรับรองด้วยชุดนี้ได้ ถ้าต้องแก้ภายหลังให้นำเข้าเป็นรุ่นใหม่"),
        "submit": _("ประกาศใช้"),
        "back_url": reverse("programme:criteria-set", args=[row.public_id]),
    }
    return render(request, "programme/form.html", context)
