"""An application as a whole: the task list, what is missing, and how the panel will read it."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from saduak.applications import queries
from saduak.applications.models import Application
from saduak.applications.queries.dates import extension_of
from saduak.applications.rules.extension import may_extend
from saduak.applications.web import present, reading, shared
from saduak.foundation.access import Actor
from saduak.foundation.thai.calendar import bangkok_date
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
    context = {
        **frame(tasks),
        "steps": present.steps(tasks),
        "stages": present.stages(tasks),
        "step_now": present.present_step(tasks),
        "buttons": present.buttons(tasks),
        "parts": [_part(part) for part in tasks.parts],
        "people": _people(actor, tasks.application),
        "coordinators": queries.coordinators(tasks.application) if "applications.edit" in tasks.may else [],
        "first_save": any(row.status != "none" for row in tasks.rows),
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


def _part(part: Any) -> dict[str, Any]:
    """A part with its rows split as the page shows them; open is the side that asks for work first."""
    returned = [group.key for group in part.groups if any(row.status == "returned" for row in group.rows)]
    begun = [group.key for group in part.groups if group.open]
    first = (returned or begun or [""])[0]
    return {
        "part": part,
        "groups": [
            {
                "group": group,
                "kinds": present.by_kind(group.rows),
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
@require_GET
def gaps(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Everything that blocks or is missing, with links."""
    tasks = shared.found(queries.task_list(shared.actor_of(request), application_id))
    left = queries.gaps(tasks)
    context = {
        **frame(tasks),
        "gates": [row for row in left if row.is_gate],
        "returned": [row for row in left if not row.is_gate and row.status == "returned"],
        "lacking": [row for row in left if not row.is_gate and row.status == "lacking"],
        "unanswered": [row for row in left if not row.is_gate and row.status in {"none", "doing"}],
    }
    return shared.page(request, "gaps", context)


@marked()
@require_GET
def preview(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """The whole application as the panel reads it; made for paper."""
    actor = shared.actor_of(request)
    tasks = shared.found(queries.task_list(actor, application_id))
    return shared.page(request, "preview", {**frame(tasks), "parts": reading.parts(tasks)})
