"""What a supervisor does about many units: saved views, exports, targets, reminders, calls, the view by criterion."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from saduak.applications import actions, board_export, queries
from saduak.applications.actions.exports import KEPT
from saduak.applications.models import Call, Target
from saduak.applications.queries.board import told
from saduak.applications.rules import following as rules
from saduak.applications.web import present, shared
from saduak.applications.web.board_forms import CallForm, RemindForm, TargetForm, ViewForm
from saduak.applications.web.board_links import Asked, asked, board_url
from saduak.applications.web.views.board import framed, nav_key
from saduak.foundation import files, spreadsheets
from saduak.foundation.access import Actor, Refused, require
from saduak.foundation.thai.words import short_day
from saduak.foundation.web.pages import page as marked
from saduak.organisations.models import Role
from saduak.programme.models import Round
from saduak.programme.queries import contents, stage_of

# So many names are read before one presses; the rest is a number.
NAMES_SHOWN = 60


def _open(request: HttpRequest, data: QueryDict | None = None) -> tuple[Asked, Round]:
    """What the request asks for, with its round; 404 while there is none."""
    what = asked(request, data)
    return what, shared.found(what.round)


# --- By criterion ----------------------------------------------------------------------------------------------------


@marked(needs="applications.see_status")
@require_GET
def criteria(request: HttpRequest) -> HttpResponse:
    """Each criterion with how many of the readable drafts have met it."""
    what, row = _open(request)
    rows = queries.matrix(what.actor, row, what.filters)
    by_key = {line.criterion.pk: line for line in rows}
    known = contents(row.criteria_set)
    sides = [
        (view.part.title, [by_key[c.pk] for side in view.sides for c in side.criteria])
        for view in known.parts
    ]
    worst = sorted((line for line in rows if line.total), key=lambda line: line.percent)[:3]
    context = framed(what, "board-criteria") | {
        "parts": [(title, [(line, _lacking(what, line)) for line in lines]) for title, lines in sides],
        "total": max((line.total for line in rows), default=0),
        "worst": [(line, _lacking(what, line)) for line in worst],
        "told": told(what.actor, row, what.filters) if what.filtered else [],
        "reset_url": what.plain_url("applications:board-criteria"),
    }
    return shared.page(request, "board_criteria", context)


def _lacking(what: Asked, line: Any) -> str:
    """Which of the units that are counted have not met a criterion."""
    return what.url(lacks=line.criterion_id)


# --- As a file -------------------------------------------------------------------------------------------------------


@marked(needs="applications.see_status")
@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """The board as XLSX: at once, or made in the background when it is long."""
    what, row = _open(request, _typed(request))
    if queries.board_size(what.actor, row, what.filters) > board_export.AT_ONCE:
        made = actions.request_export(
            actor=what.actor,
            round_id=row.public_id,
            query=board_export.query_of(what.filters),
            idempotency_key=shared.once(request),
        )
        return redirect("applications:board-export", made.public_id)
    sheet = board_export.write(what.actor, row, what.filters)
    return files.made(sheet.file, spreadsheets.XLSX_TYPE, sheet.name)


def _typed(request: HttpRequest) -> QueryDict:
    """The filters that a form carries as one field."""
    return QueryDict(request.POST.get("query", ""))


@marked(needs="applications.see_status")
def export_page(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """Whether a large file is made already; a POST has it made once more when that failed."""
    actor = shared.actor_of(request)
    made = shared.found(queries.board_export(actor, export_id))
    if request.method == "POST":
        actions.request_export_again(actor=actor, export_id=export_id)
        return redirect("applications:board-export", export_id)
    context = {
        "made": made,
        "failed": queries.has_failed(made),
        "kept_days": KEPT.days,
        "board_url": board_url(made.round, made.query),
        "nav_key": nav_key(actor),
    }
    return shared.page(request, "board_export", context)


@marked(needs="applications.see_status")
@require_GET
def export_file(request: HttpRequest, export_id: UUID) -> HttpResponseBase:
    """The file."""
    made = shared.found(queries.board_export(shared.actor_of(request), export_id))
    if made.file is None:
        raise Http404
    return files.attachment(made.file)


# --- Views of one's own ----------------------------------------------------------------------------------------------


@marked(needs="applications.see_status")
def views(request: HttpRequest) -> HttpResponse:
    """The reader's own views; a new one comes from the board."""
    what = asked(request, request.POST if request.method == "POST" else None)
    form, status = ViewForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            done, status = shared.attempt(
                form,
                lambda: actions.save_view(
                    actor=what.actor,
                    name=form.cleaned_data["name"],
                    query=form.cleaned_data["query"],
                    idempotency_key=shared.once(request),
                ),
            )
            if done is not None:
                messages.success(request, _("บันทึกมุมมอง %(name)s แล้ว") % {"name": done.name})
                return redirect(what.view_url(done.query))
    context = framed(what) | {
        "form": form,
        "saved": [(row, what.view_url(row.query)) for row in queries.saved_views(what.actor)],
        "board_url": what.plain_url(),
        "once": shared.key_for(request),
    }
    return shared.shown_again(request, "board_views", context, status)


@marked(needs="applications.see_status")
@require_POST
def drop_view(request: HttpRequest, view_id: UUID) -> HttpResponse:
    """Forget a view of one's own."""
    what = asked(request, request.POST)
    if not actions.drop_view(actor=what.actor, view_id=view_id):
        raise Http404
    messages.success(request, _("ลบมุมมองแล้ว"))
    return redirect(what.plain_url("applications:board-views"))


# --- Targets ---------------------------------------------------------------------------------------------------------


@marked(needs=rules.SET_TARGET)
def targets(request: HttpRequest) -> HttpResponse:
    """Targets with their progress, and a form for one's own."""
    what, row = _open(request)
    offices = list(queries.offices_below(what.actor, row).values_list("public_id", "name_th"))
    form = TargetForm(
        request.POST or None,
        scopes=_scopes(what.actor, row),
        offices=[(str(key), name) for key, name in offices],
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            done, status = shared.attempt(
                form, lambda: _set_target(request, what.actor, row, form.cleaned_data)
            )
            if done is not None:
                messages.success(request, _("ตั้งเป้าหมายแล้ว"))
                return redirect(what.plain_url("applications:board-targets"))
    context = framed(what, "board-targets") | {
        "form": form,
        "targets": queries.targets(what.actor, row),
        "once": shared.key_for(request),
    }
    return shared.shown_again(request, "board_targets", context, status)


def _scopes(actor: Actor, row: Round) -> list[tuple[str, Any]]:
    """The country for who works for it, else what the office commands, supervises, and where it stands."""
    posts = rules.posts(actor, rules.SET_TARGET, row.programme_id)
    country = bool(posts) and posts[0].role == Role.SECRETARIAT
    wanted = {Target.Scope.COUNTRY} if country else set(Target.Scope) - {Target.Scope.COUNTRY}
    return [(key, label) for key, label in Target.Scope.choices if key in wanted]


def _set_target(request: HttpRequest, actor: Actor, row: Round, data: dict[str, Any]) -> Target:
    return actions.set_target(
        actor=actor,
        round_id=row.public_id,
        scope=data["scope"],
        wanted=data["wanted"],
        about_id=UUID(data["about"]) if data["about"] else None,
        note=data["note"],
        idempotency_key=shared.once(request),
    )


@marked(needs=rules.SET_TARGET)
@require_POST
def drop_target(request: HttpRequest, target_id: UUID) -> HttpResponse:
    """Take a target back."""
    what = asked(request, request.POST)
    shared.found(Target.objects.visible_to(what.actor).filter(public_id=target_id).first())
    try:
        actions.drop_target(actor=what.actor, target_id=target_id)
    except Refused as refusal:
        messages.error(request, str(refusal.reason))
    else:
        messages.success(request, _("ลบเป้าหมายแล้ว"))
    return redirect(what.plain_url("applications:board-targets"))


# --- Reminders -------------------------------------------------------------------------------------------------------


@marked(needs=rules.REMIND)
def remind(request: HttpRequest) -> HttpResponse:
    """Whom a reminder would reach, with names and number, and its text; then it is sent in the background."""
    posted = request.method == "POST"
    what, row = _open(request, _typed(request) if posted else None)
    require(rules.may_chase(what.actor, row))
    data = request.POST if posted else request.GET
    refs = [ref for ref in data.getlist("unit") if ref]
    chosen = data.get("chosen") == "1"
    form = RemindForm(request.POST if posted else None, initial={"text": _usual_text(row)})
    status = 422 if posted else 200
    if posted and form.is_valid():
        sent, status = shared.attempt(
            form, lambda: _send(request, what, row, refs, form.cleaned_data["text"])
        )
        if sent is not None:
            said = ngettext("กำลังส่งคำเตือนถึง %(count)s แห่ง", "กำลังส่งคำเตือนถึง %(count)s แห่ง", sent.units)
            messages.success(request, said % {"count": sent.units})
            return redirect(what.url())
    units = [] if chosen and not refs else queries.to_remind(what.actor, row, what.filters, refs)
    context = framed(what) | {
        "form": form,
        "units": units[:NAMES_SHOWN],
        "count": len(units),
        "more": max(0, len(units) - NAMES_SHOWN),
        "refs": refs,
        "chosen": chosen,
        "once": shared.key_for(request),
    }
    return shared.shown_again(request, "board_remind", context, status)


def _send(request: HttpRequest, what: Asked, row: Round, refs: list[str], text: str) -> Any:
    expected = request.POST.get("count", "")
    return actions.send_reminder(
        actor=what.actor,
        round_id=row.public_id,
        text=text,
        filters=what.filters,
        refs=refs,
        expected=int(expected) if expected.isascii() and expected.isdecimal() else None,
        idempotency_key=shared.once(request),
    )


def _usual_text(row: Round) -> str:
    """Words to begin with; whoever sends changes them."""
    stage = stage_of(row)
    if stage is None:
        return _("ยังไม่ได้ยื่นใบสมัคร ถ้าติดเรื่องใดโทรหาเราได้")
    day = short_day(present.last_day(stage.ends_at))
    return _("ยังไม่ได้ยื่นใบสมัคร ปิดรับ %(day)s ถ้าติดเรื่องใดโทรหาเราได้") % {"day": day}


# --- Calls -----------------------------------------------------------------------------------------------------------


@marked(needs=rules.REMIND)
def call(request: HttpRequest, kind: str, unit_id: UUID) -> HttpResponse:
    """A telephone link, and what came of the call: one tap each."""
    what, row = _open(request)
    ref = f"{kind}:{unit_id}"
    unit = shared.found(queries.called_unit(what.actor, row, ref))
    list_url = what.url(page=what.page if what.page > 1 else "")
    form, status = CallForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            done, status = shared.attempt(
                form,
                lambda: actions.log_call(
                    actor=what.actor,
                    round_id=row.public_id,
                    ref=ref,
                    outcome=request.POST.get("outcome", ""),
                    note=form.cleaned_data["note"],
                    idempotency_key=shared.once(request),
                ),
            )
            if done is not None:
                messages.success(request, _("จดผลการโทรแล้ว"))
                return redirect(list_url)
    context = framed(what) | {
        "unit": unit,
        "form": form,
        "outcomes": Call.Outcome.choices,
        "calls": queries.calls_of(what.actor, row, unit),
        "phone": queries.phone_of(what.actor, unit),
        "once": shared.key_for(request),
        "board_url": list_url,
    }
    return shared.shown_again(request, "board_call", context, status)


URLS: list[URLPattern] = [
    path("board/criteria/", criteria, name="board-criteria"),
    path("board/export/", export, name="board-write"),
    path("board/exports/<uuid:export_id>/", export_page, name="board-export"),
    path("board/exports/<uuid:export_id>/file/", export_file, name="board-export-file"),
    path("board/views/", views, name="board-views"),
    path("board/views/<uuid:view_id>/drop/", drop_view, name="board-view-drop"),
    path("board/targets/", targets, name="board-targets"),
    path("board/targets/<uuid:target_id>/drop/", drop_target, name="board-target-drop"),
    path("board/remind/", remind, name="remind"),
    path("board/units/<slug:kind>/<uuid:unit_id>/call/", call, name="call"),
]
