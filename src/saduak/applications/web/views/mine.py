"""My applications, starting one, and why it is made."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from saduak.applications import actions, queries
from saduak.applications.web import present, shared
from saduak.applications.web.forms import KindForm, StartForm
from saduak.foundation.access import Actor, Refused
from saduak.foundation.web.pages import page as marked
from saduak.organisations.models import Organisation
from saduak.programme.models import Round
from saduak.programme.queries import effective_deadlines, is_open, rounds


@marked()
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """My applications, and what can be started."""
    return shared.page(request, "mine", _context(request))


@marked(needs="applications.start")
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Start an application; started twice is the same one."""
    actor = shared.actor_of(request)
    try:
        form = StartForm(
            request.POST, centres=[(request.POST.get("centre", ""), "")], prefix=request.POST.get("round")
        )
        centre_id, round_id = UUID(form.data.get(f"{form.prefix}-centre", "")), UUID(form.prefix or "")
    except ValueError:
        return shared.shown_again(request, "mine", _context(request, typed=request))
    try:
        application = actions.start(
            actor=actor, centre_id=centre_id, round_id=round_id, idempotency_key=shared.once(request)
        )
    except Refused as refusal:
        return shared.page(request, "mine", _context(request), refusal)
    return redirect("applications:task-list", application.public_id)


def _context(request: HttpRequest, typed: HttpRequest | None = None) -> dict[str, Any]:
    actor = shared.actor_of(request)
    applications = list(queries.my_applications(actor))
    return {
        "applications": [(row, present.state_tag(row)) for row in applications],
        "openings": [
            opening
            for row in rounds(actor)
            if is_open(row, actor.received_at) and (opening := _opening(actor, row, typed))
        ],
        "once": shared.key_for(request) if request.method == "POST" else shared.new_once(),
    }


def _opening(actor: Actor, row: Round, typed: HttpRequest | None) -> dict[str, Any] | None:
    """A round that takes applications now, the centres that may still start, and the dates that count for them."""
    options = [option for option in queries.can_start(actor, row) if option.application is None]
    if not options:
        return None
    centres = [(str(option.centre.public_id), str(option.centre)) for option in options]
    prefix = str(row.public_id)
    data = typed.POST if typed and typed.POST.get("round") == prefix else None
    return {
        "round": row,
        "options": options,
        "form": StartForm(data, centres=centres, prefix=prefix),
        "deadlines": _deadlines(row, options[0].centre.organisation),
    }


def _deadlines(row: Round, organisation: Organisation) -> list[dict[str, Any]]:
    """The dates that count: to hand in the draft for checking, to submit as a superior wishes, and the closing. Two queries."""
    dates = effective_deadlines(row, organisation)
    found = [
        {"what": _("ส่งร่างให้ตรวจทาน"), "due_at": dates.check.due_at, "note": dates.check.owner.name_th}
        if dates.check
        else None,
        {
            "what": _("ยื่นใบสมัครตามที่หน่วยงานเหนือขึ้นไปกำหนด"),
            "due_at": dates.submit.due_at,
            "note": dates.submit.owner.name_th,
        }
        if dates.submit
        else None,
        {"what": _("ยื่นใบสมัคร"), "due_at": dates.closes_at, "note": _("ปิดรับ 23.59.59 น.")}
        if dates.closes_at
        else None,
    ]
    return [due for due in found if due]


@marked()
def kind(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """New, renewal or upgrade."""
    actor = shared.actor_of(request)
    tasks = shared.found(queries.task_list(actor, application_id))
    form = KindForm(request.POST or None, initial={"kind": tasks.application.kind})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            chosen = form.cleaned_data["kind"]
            done, status = shared.attempt(
                form, lambda: actions.choose_kind(actor=actor, application_id=application_id, kind=chosen)
            )
            if done is not None:
                messages.success(request, _("เปลี่ยนประเภทการสมัครแล้ว"))
                return redirect("applications:task-list", application_id)
    return shared.shown_again(request, "kind", {"t": tasks, "form": form}, status)
