"""Readiness lists as files: short ones at once, long ones made by a job and offered on a page of their own."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_GET

from saduak.applications import actions, queries, readiness_papers
from saduak.applications.actions.exports import KEPT
from saduak.applications.models import ReadinessExport
from saduak.applications.queries import readiness
from saduak.applications.rules import readiness as rules
from saduak.applications.web import shared
from saduak.foundation import files, spreadsheets
from saduak.foundation.web.pages import page as marked

NAV: Final = "readiness"
NAV_LISTS: Final = "readiness-lists"


def answer(
    request: HttpRequest,
    content: str,
    count: int,
    *,
    write: Callable[[], spreadsheets.Written],
    ask: Callable[[], ReadinessExport],
    back_url: str,
) -> HttpResponseBase:
    """The file at once when it is short; else a page that says so, from which a POST has it made.

    Args:
        request: a GET, or the POST of that page.
        content: a value of `ReadinessExport.Content`.
        count: how many lines the file has.
        write: writes it now.
        ask: has it made in the background.
        back_url: the page of the list.
    """
    if request.method == "POST":
        return redirect("applications:readiness-made", ask().public_id)
    if count <= readiness_papers.AT_ONCE[content]:
        made = write()
        return files.made(made.file, readiness_papers.TYPES[content], made.name)
    context = {
        "title": ReadinessExport.Content(content).label,
        "count": count,
        "once": shared.new_once(),
        "back_url": back_url,
        "nav_key": NAV,
    }
    return shared.page(request, "readiness_file", context)


@marked()
def made(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """Whether a long file is made already; a POST has it made once more when that failed."""
    actor = shared.actor_of(request)
    row = shared.found(readiness.export(actor, export_id))
    if request.method == "POST":
        actions.request_readiness_file_again(actor=actor, export_id=export_id)
        return redirect("applications:readiness-made", export_id)
    context = {
        "title": row.get_content_display(),
        "made": row,
        "failed": queries.has_failed(row),
        "kept_days": KEPT.days,
        "file_url": reverse("applications:readiness-made-file", args=[export_id]),
        "back_url": _list_url(row),
        "nav_key": NAV if actor.can(rules.USE) else NAV_LISTS,
    }
    return shared.page(request, "readiness_file", context)


def _list_url(row: ReadinessExport) -> str:
    """The page of the list that was written out."""
    if row.list is not None:
        return reverse("applications:readiness-list", args=[row.list.public_id])
    place: list[Any] = [row.round.public_id, row.office.public_id]
    if row.content == ReadinessExport.Content.SIGNING:
        return reverse("applications:readiness-confirm", args=place)
    where = f"round={place[0]}&office={place[1]}"
    return f"{reverse('applications:readiness')}?{where}{'&' if row.query else ''}{row.query}"


@marked()
@require_GET
def made_file(request: HttpRequest, export_id: UUID) -> HttpResponseBase:
    """The file."""
    row = shared.found(readiness.export(shared.actor_of(request), export_id))
    if row.file is None:
        raise Http404
    return files.attachment(row.file)


URLS: list[URLPattern] = [
    path("readiness/files/<uuid:export_id>/", made, name="readiness-made"),
    path("readiness/files/<uuid:export_id>/file/", made_file, name="readiness-made-file"),
]
