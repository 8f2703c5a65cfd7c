"""Renewal: what is carried over from the last submission, and what changed in the criteria."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from saduak.applications import actions, queries
from saduak.applications.models import CarriedAnswer
from saduak.applications.web import shared
from saduak.foundation.access import Refused
from saduak.foundation.web.pages import page as marked

# What has to be looked at comes first; what is the same needs no reading.
_GROUPS = ("replaced", "rescaled", "reworded", "new", "same")


@marked()
@require_GET
def changes(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """What changed since the centre filed last, criterion by criterion, old and new words side by side."""
    found = shared.found(queries.changes(shared.actor_of(request), application_id))
    groups = [
        {"key": key, "title": _title(key), "rows": [row for row in found.rows if row.changed.change == key]}
        for key in _GROUPS
    ]
    context = {
        "c": found,
        "application": found.application,
        "groups": [group for group in groups if group["rows"]],
        "is_mine": found.may_edit,
    }
    return shared.page(request, "renewal_changes", context)


def _title(key: str) -> str:
    titles = {
        "replaced": _("ข้อที่มาแทนข้อเดิม"),
        "rescaled": _("ข้อที่เปลี่ยนคะแนน"),
        "reworded": _("ข้อที่ปรับถ้อยคำ"),
        "new": _("ข้อใหม่"),
        "same": _("ข้อที่เหมือนเดิม"),
    }
    return titles[key]


@marked(needs="applications.edit")
@require_POST
def carry(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Bring over what was filed last, into answers that nobody has touched."""
    actor = shared.actor_of(request)
    shared.found(queries.readable(actor).filter(public_id=application_id).first())
    try:
        count = actions.carry_over(actor=actor, application_id=application_id)
    except Refused as refusal:
        messages.error(request, str(refusal.reason))
    else:
        words = ngettext("นำคำตอบครั้งก่อนมาใช้แล้ว %(n)d ข้อ", "นำคำตอบครั้งก่อนมาใช้แล้ว %(n)d ข้อ", count)
        messages.success(request, words % {"n": count} if count else _("ไม่มีคำตอบครั้งก่อนที่นำมาใช้เพิ่มได้"))
    return redirect("applications:changes", application_id)


@marked()
@require_POST
def seen(request: HttpRequest, application_id: UUID, answer_id: UUID) -> HttpResponse:
    """Tick off an answer that was carried over; back to its page, or to the page of changes."""
    actor = shared.actor_of(request)
    row = shared.found(queries.readable(actor).filter(answers__public_id=answer_id).first())
    if row.public_id != application_id:
        raise Http404
    try:
        actions.see_change(actor=actor, answer_id=answer_id)
    except CarriedAnswer.DoesNotExist:
        raise Http404 from None
    except Refused as refusal:
        messages.error(request, str(refusal.reason))
    else:
        messages.success(request, _("บันทึกว่าดูแล้ว"))
    if request.POST.get("back") == "changes":
        return redirect("applications:changes", application_id)
    return redirect("applications:criterion", application_id, answer_id)


_ONE = "applications/<uuid:application_id>/"
URLS: list[URLPattern] = [
    path(f"{_ONE}changes/", changes, name="changes"),
    path(f"{_ONE}carry/", carry, name="carry"),
    path(f"{_ONE}items/<uuid:answer_id>/carried/", seen, name="carried-seen"),
]
