"""An application as a whole: the task list, what is missing, and how the panel will read it."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from saduak.applications import actions, queries
from saduak.applications.actions import PlanConflict
from saduak.applications.models import Application
from saduak.applications.queries import readiness
from saduak.applications.queries.dates import extension_of
from saduak.applications.queries.planning import GapPlan, GapRow, gap_plan
from saduak.applications.rules.extension import may_extend
from saduak.applications.web import present, reading, shared
from saduak.applications.web.selfcheck_forms import PlanForm
from saduak.foundation.access import Actor, Refused
from saduak.foundation.thai.calendar import bangkok_date
from saduak.foundation.web.forms import refuse
from saduak.foundation.web.pages import page as marked
from saduak.organisations.models import Appointment
from saduak.organisations.models.dated import on_day

WORKERS = ("officer", "helper", "head")


@marked()
@require_GET
def task_list(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """What is missing for a level, what to do in which order, every row, and the four steps to filing."""
    actor = shared.actor_of(request)
    tasks = queries.task_list(actor, application_id)
    if tasks is None:
        return _status_only(request, actor, application_id)
    held = queries.held(actor, tasks.application)
    context = {
        **frame(tasks),
        "steps": present.steps(tasks),
        "stages": present.stages(tasks),
        "step_now": present.present_step(tasks),
        "buttons": present.buttons(tasks),
        "parts": [_part(part, held) for part in tasks.parts],
        "people": _people(actor, tasks.application),
        "coordinators": queries.coordinators(tasks.application) if "applications.edit" in tasks.may else [],
        "first_save": any(row.status != "none" for row in tasks.rows),
        "readiness": readiness.told_of(actor, tasks.application),
    }
    return shared.page(request, "task_list", context)


def _status_only(request: HttpRequest, actor: Actor, application_id: UUID) -> HttpResponse:
    """For who only supervises: the centre and where it stands, nothing of what is written."""
    rows = Application.objects.visible_to(actor).select_related("centre__organisation", "round")
    application = shared.found(rows.filter(public_id=application_id).first())
    context = {
        "application": application,
        "tag": present.status_only_tag(application),
        "extended": extension_of(application.round, application.centre_id),
        "may_extend": bool(may_extend(actor, application.round)),
        "nav_key": "board",
    }
    return shared.page(request, "status_only", context)


def frame(tasks: Any) -> dict[str, Any]:
    """What every page about one application shows at its top."""
    return {
        "t": tasks,
        "application": tasks.application,
        "tag": present.state_tag(tasks.application),
        "is_mine": "applications.edit" in tasks.may,
        "nav_key": "applications" if "applications.edit" in tasks.may else "board",
    }


def _part(part: Any, held: Mapping[UUID, Any]) -> dict[str, Any]:
    """A part with its rows split as the page shows them, each with who has it; open is the side that asks for work first."""

    def marked_rows(rows: Iterable[Any]) -> list[tuple[Any, Any]]:
        return [(row, held.get(row.answer_id)) for row in rows]

    returned = [group.key for group in part.groups if any(row.status == "returned" for row in group.rows)]
    begun = [group.key for group in part.groups if group.open]
    first = (returned or begun or [""])[0]
    return {
        "part": part,
        "groups": [
            {
                "group": group,
                "rows": marked_rows(group.rows),
                "kinds": [
                    (title, wait, marked_rows(rows)) for title, wait, rows in present.by_kind(group.rows)
                ],
                "open": group.key == first,
                "name": present.side_name(group.rows[0].number, group.title) if group.rows else group.title,
            }
            for group in part.groups
        ],
    }


def _people(actor: Actor, application: Application) -> list[Any]:
    """Who works on it today, as far as the reader may know people there. One query."""
    today = on_day(bangkok_date(actor.received_at))
    rows = Appointment.objects.visible_to(actor).select_related("person")
    rows = rows.filter(today, organisation=application.centre.organisation_id, role__in=WORKERS)
    return [row for row in rows.order_by("role", "pk")[:20] if row.centre_id in {None, application.centre_id}]


@marked()
@require_http_methods(["GET", "HEAD", "POST"])
def gaps(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Everything that blocks or is missing, with links, and who closes which gap by when: a form for each."""
    actor = shared.actor_of(request)
    tasks = shared.found(queries.task_list(actor, application_id))
    plan = gap_plan(actor, tasks)
    if request.method != "POST":
        return shared.page(request, "gaps", _gaps(tasks, plan))
    typed = request.POST.get("answer", "")
    if typed not in {str(row.answer_id) for row in tasks.rows}:
        raise Http404
    row = _open_row(plan, typed)
    if row is None:
        messages.info(request, _("ข้อนี้ไม่ขาดแล้ว แผนของข้อนี้จึงไม่เปลี่ยน"))
        return redirect("applications:gaps", application_id)
    form, status = PlanForm(request.POST, plan=plan, row=row, auto_id=f"id_{row.row.key}_%s"), 422
    try:
        if form.is_valid():
            actions.plan_item(actor=actor, **form.arguments())
            words = _("บันทึกแผนของข้อ %(number)s แล้ว") % {"number": row.row.number}
            messages.success(request, words)
            return redirect(reverse("applications:gaps", args=[application_id]) + f"#plan-{row.row.key}")
    except PlanConflict as clash:
        # Sent once more it counts: by then its writer has read what somebody else planned.
        plan = gap_plan(actor, tasks)
        form, status = form.beside(plan, shared.found(_open_row(plan, typed)), clash.by), clash.status
        # At a field of its row: the summary at the top of the page leads there.
        form.add_error("who", str(clash.reason))
    except Refused as refusal:
        status = refusal.status
        refuse(form, refusal)
    return shared.shown_again(request, "gaps", _gaps(tasks, plan, form), status)


def _open_row(plan: GapPlan, answer_id: str) -> GapRow | None:
    return next((each for each in plan.open if str(each.row.answer_id) == answer_id), None)


def _gaps(tasks: queries.TaskList, plan: GapPlan, bad: PlanForm | None = None) -> dict[str, Any]:
    """The groups of the page, each row with its form: the one that was refused as it was typed."""

    def drawn(rows: Iterable[GapRow]) -> list[tuple[GapRow, PlanForm | None]]:
        return [(row, _plan_form(plan, row, bad)) for row in rows]

    groups = (
        ("gates", _("ต้องครบก่อนยื่น"), drawn(plan.gates)),
        ("returned", _("ขอให้แก้"), drawn(plan.returned)),
        ("lacking", _("ตอบแล้ว ขาดแต่หลักฐาน"), drawn(plan.lacking)),
        ("unanswered", _("ยังไม่ได้ตอบ หรือยังเขียนไม่จบ"), drawn(plan.unanswered)),
    )
    return {**frame(tasks), "plan": plan, "groups": [group for group in groups if group[2]], "bad": bad}


def _plan_form(plan: GapPlan, row: GapRow, bad: PlanForm | None) -> PlanForm | None:
    if not plan.may_plan:
        return None
    if bad is not None and bad.row is row:
        return bad
    return PlanForm(plan=plan, row=row, auto_id=f"id_{row.row.key}_%s")


@marked()
@require_GET
def gaps_paper(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """The gap plan as a table for the office's meeting, with room for a pen where nothing is planned yet."""
    actor = shared.actor_of(request)
    tasks = shared.found(queries.task_list(actor, application_id))
    return shared.page(request, "gaps_paper", {**frame(tasks), "plan": gap_plan(actor, tasks)})


@marked()
@require_GET
def preview(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """The whole application as the panel reads it; made for paper."""
    actor = shared.actor_of(request)
    tasks = shared.found(queries.task_list(actor, application_id))
    told = readiness.told_of(actor, tasks.application)
    return shared.page(request, "preview", {**frame(tasks), "parts": reading.parts(tasks), "readiness": told})
