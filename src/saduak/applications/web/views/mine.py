"""My applications, starting one, and why it is made."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from saduak.applications import actions, queries, rules
from saduak.applications.models import Application
from saduak.applications.queries.starting import rounds_extended
from saduak.applications.web import present, shared
from saduak.applications.web.forms import KindForm, StartForm
from saduak.foundation.access import Actor, Refused
from saduak.foundation.access.registry import Words
from saduak.foundation.web.pages import page as marked
from saduak.programme.eligibility import Verdict
from saduak.programme.models import Round
from saduak.programme.queries import contents, effective_deadlines, is_open, rounds
from saduak.register.models import Certificate


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
    if application.kind != "new" and actions.carry_over(actor=actor, application_id=application.public_id):
        return redirect("applications:changes", application.public_id)
    return redirect("applications:task-list", application.public_id)


def _context(request: HttpRequest, typed: HttpRequest | None = None) -> dict[str, Any]:
    actor = shared.actor_of(request)
    applications = list(queries.my_applications(actor))
    extended = rounds_extended(actor)
    asked = request.GET.get("centre", "")
    return {
        "waits": _waits(actor, asked),
        "applications": [
            (row, present.state_tag(row), contents(row.round.criteria_set).gate_title) for row in applications
        ],
        "openings": [
            opening
            for row in rounds(actor)
            if (is_open(row, actor.received_at) or row.pk in extended)
            and (opening := _opening(actor, row, typed, asked))
        ],
        "once": shared.key_for(request) if request.method == "POST" else shared.new_once(),
    }


def _waits(actor: Actor, asked: str) -> list[tuple[Certificate, queries.Renewal]]:
    """What of the centre (public id) that the page is opened for can't be renewed yet; nothing when it is none."""
    try:
        return queries.waits(actor, UUID(asked))
    except ValueError:
        return []


def _opening(actor: Actor, row: Round, typed: HttpRequest | None, asked: str) -> dict[str, Any] | None:
    """A round that takes applications now, the centres that may still start and those that may not, with the dates.

    Args:
        actor: who may start.
        row: the round.
        typed: the form that was sent, when it is shown again.
        asked: the centre (public id) that the page is opened for, from its certificate; else nothing.
    """
    unstarted = [option for option in queries.can_start(actor, row) if option.application is None]
    if not unstarted:
        return None
    options = [option for option in unstarted if option.suggested_kind]
    centres = [(str(option.centre.public_id), str(option.centre)) for option in options]
    prefix = str(row.public_id)
    chosen = {"centre": asked} if asked in dict(centres) else {}
    data = typed.POST if typed and typed.POST.get("round") == prefix else None
    return {
        "round": row,
        "options": [{"centre": option.centre, "kind": _kind_of(option)} for option in options],
        "notes": {str(option.centre.public_id): _kind_of(option) for option in options},
        "told": [{"centre": option.centre, "verdicts": _told(option.verdicts)} for option in unstarted],
        "form": StartForm(data, centres=centres, prefix=prefix, initial=chosen),
        "deadlines": _deadlines(row, unstarted[0].centre),
    }


def _told(found: Mapping[str, Verdict]) -> list[dict[str, Any]]:
    """Every kind in words: whether it can be chosen, and why or why not."""
    return [
        {"key": key, "label": Application.Kind(key).label, "allowed": bool(each), "words": each.words}
        for key, each in found.items()
    ]


def _kind_of(option: queries.StartOption) -> Words:
    return Application.Kind(option.suggested_kind).label


def _deadlines(row: Round, centre: Any) -> list[dict[str, Any]]:
    """The dates that count: to hand in the draft for checking, to submit as a superior wishes, and the closing. Two queries."""
    dates = effective_deadlines(row, centre.organisation)
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
        _closing(dates.closes_at, centre),
    ]
    return [due for due in found if due]


def _closing(closes_at: datetime | None, centre: Any) -> dict[str, Any] | None:
    """The round's closing, or the centre's own when the secretariat gave it more time."""
    if centre.extended:
        note = _("ขยายเวลาให้ศูนย์นี้ เพราะ %(reason)s") % {"reason": centre.extended_because}
        return {"what": _("ยื่นใบสมัคร"), "due_at": centre.extended, "note": note}
    if closes_at is None:
        return None
    return {"what": _("ยื่นใบสมัคร"), "due_at": closes_at, "note": _("ปิดรับ 23.59.59 น.")}


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
    told = _told(queries.kinds_of(tasks.application, actor.received_at))
    context = {
        "application": tasks.application,
        "is_mine": rules.EDIT in tasks.may,
        "form": form,
        "notes": {
            verdict["key"]: verdict["words"]
            if verdict["allowed"]
            else format_lazy(_("เลือกไม่ได้ {why}"), why=verdict["words"])
            for verdict in told
        },
    }
    return shared.shown_again(request, "kind", context, status)
