"""What should be put right, and the application on paper and in a word processor."""

import re
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from saduak.applications import actions, content, papers, queries, word
from saduak.applications.actions import Taken
from saduak.applications.queries import readiness
from saduak.applications.web import shared
from saduak.applications.web.forms import WordForm
from saduak.applications.web.views.overview import frame
from saduak.foundation import files
from saduak.foundation.access import Actor, Refused
from saduak.foundation.files.kinds import DOCX
from saduak.foundation.web.forms import whole_number
from saduak.foundation.web.pages import page as marked

# By severity: title, what it means, the tag and its word.
GROUPS = (
    (
        "block",
        gettext_lazy("ต้องแก้ก่อนยื่น"),
        gettext_lazy("แก้แล้วจึงลงนามและยื่นได้"),
        "late",
        gettext_lazy("ต้องแก้ก่อนยื่น"),
    ),
    ("should", gettext_lazy("ควรแก้"), gettext_lazy("ยื่นได้ แต่มักเสียคะแนน"), "due", gettext_lazy("ควรแก้")),
    ("hint", gettext_lazy("ข้อแนะนำ"), gettext_lazy("ลองดูอีกครั้ง อาจไม่ต้องแก้"), "work", gettext_lazy("ข้อแนะนำ")),
)
_SEEN = re.compile(r"use-(c-[0-9a-f]{6,12})")


@marked()
@require_GET
def findings(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """What should be put right before filing, the gravest first, each with a link to its place."""
    tasks = shared.found(queries.task_list(shared.actor_of(request), application_id))
    groups = [
        {
            "key": key,
            "title": title,
            "note": note,
            "state": state,
            "label": label,
            "rows": tasks.findings.of(key),
        }
        for key, title, note, state, label in GROUPS
    ]
    return shared.page(request, "findings", {**frame(tasks), "groups": groups})


# --- On paper ----------------------------------------------------------------------------------------------------------


@marked()
@require_GET
def hub(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Everything that can be printed, and writing in a word processor."""
    actor = shared.actor_of(request)
    tasks = shared.found(queries.task_list(actor, application_id))
    return shared.page(request, "papers", _hub(actor, tasks, WordForm()))


def _hub(actor: Actor, tasks: Any, form: WordForm) -> dict[str, Any]:
    uses = content.uses_of(tasks.application)
    pictures = len(papers.pictures_of(uses))
    at_once = pictures <= papers.AT_ONCE
    paper = None if at_once else queries.whole_of(actor, tasks.application, _digest(tasks, uses))
    return {
        **frame(tasks),
        "pictures": pictures,
        "at_once": at_once,
        "paper": paper,
        "failed": paper is not None and queries.print_failed(paper),
        "form": form,
        "edit": tasks.may_edit,
        "may_edit": bool(tasks.may_edit),
    }


def _digest(tasks: Any, uses: Any) -> str:
    answers = content.with_criteria(tasks.application, tasks.answers)
    return content.digest(content.content_of(tasks.application, answers, uses))


@marked()
def whole(request: HttpRequest, application_id: UUID) -> HttpResponseBase:
    """The whole application as PDF: at once while it has few photos, else as the job made it; a POST asks for it."""
    actor = shared.actor_of(request)
    tasks = shared.found(queries.task_list(actor, application_id))
    if request.method == "POST":
        actions.ask_whole(actor=actor, application_id=application_id)
        return redirect("applications:papers", application_id)
    uses = content.uses_of(tasks.application)
    name = _("ใบสมัคร %(centre)s.pdf") % {"centre": tasks.application.centre.name_th}
    if len(papers.pictures_of(uses)) <= papers.AT_ONCE:
        told = readiness.told_of(actor, tasks.application)
        return files.made(papers.whole_pdf(tasks, uses, told), "application/pdf", name)
    paper = queries.whole_of(actor, tasks.application, _digest(tasks, uses))
    if paper is None or paper.file is None:
        return redirect("applications:papers", application_id)
    return files.attachment(paper.file, name=name)


@marked()
@require_GET
def summary(request: HttpRequest, application_id: UUID) -> HttpResponseBase:
    """One page for the monthly meeting."""
    actor = shared.actor_of(request)
    tasks = shared.found(queries.task_list(actor, application_id))
    name = _("สรุปใบสมัคร %(centre)s.pdf") % {"centre": tasks.application.centre.name_th}
    told = readiness.told_of(actor, tasks.application)
    return files.made(papers.summary_pdf(tasks, told), "application/pdf", name)


# --- In a word processor -----------------------------------------------------------------------------------------------


@marked()
def in_word(request: HttpRequest, application_id: UUID) -> HttpResponseBase:
    """The texts as a Word file; a POST brings one back, to be looked at before anything changes."""
    actor = shared.actor_of(request)
    tasks = shared.found(queries.task_list(actor, application_id))
    if request.method != "POST":
        told = readiness.told_of(actor, tasks.application)
        book = papers.book_of(tasks, content.uses_of(tasks.application), told)
        name = _("ใบสมัคร %(centre)s.docx") % {"centre": tasks.application.centre.name_th}
        return files.made(word.to_docx(book), DOCX.media_type, name)
    form, status = WordForm(request.POST, request.FILES), 422
    if form.is_valid():
        file = form.cleaned_data["file"]
        paper, status = shared.attempt(
            form, lambda: actions.bring_word(actor=actor, application_id=application_id, file=file)
        )
        if paper is not None:
            return redirect("applications:word-import", application_id, paper.public_id)
    return shared.shown_again(request, "papers", _hub(actor, tasks, form), status)


@marked()
def from_word(request: HttpRequest, application_id: UUID, paper_id: UUID) -> HttpResponse:
    """What a Word file would change, item by item; a POST saves what was chosen."""
    actor = shared.actor_of(request)
    view = shared.found(queries.word_page(actor, paper_id))
    shared.found(view if view.application.public_id == application_id else None)
    taken, status, refusal = None, 200, None
    if request.method == "POST":
        try:
            taken = actions.take_word(actor=actor, paper_id=paper_id, chosen=_chosen(request))
        except Refused as refused:
            refusal, status = refused, refused.status
        else:
            status = _status(taken)
        view = shared.found(queries.word_page(actor, paper_id))
    context = {
        "w": view,
        "application": view.application,
        "taken": taken,
        "refusal": refusal,
        "is_mine": bool(view.may_edit),
        "nav_key": "applications",
    }
    return shared.shown_again(request, "word_import", context, status)


def _chosen(request: HttpRequest) -> dict[str, tuple[str, int]]:
    """By key of the criterion: which text to use, and the version that stood beside it."""
    found = {}
    for name, value in request.POST.items():
        match = _SEEN.fullmatch(name)
        version = whole_number(request.POST.get(f"seen-{match[1]}", "")) if match else None
        if match and version is not None:
            found[match[1]] = (str(value), version)
    return found


def _status(taken: Taken) -> int:
    """409 when somebody wrote meanwhile, 422 when a text can't be taken, else 200."""
    return 409 if taken.clashes else 422 if taken.problems else 200


_ONE = "applications/<uuid:application_id>/"
URLS: list[URLPattern] = [
    path(f"{_ONE}findings/", findings, name="findings"),
    path(f"{_ONE}papers/", hub, name="papers"),
    path(f"{_ONE}papers/whole/", whole, name="whole"),
    path(f"{_ONE}papers/summary/", summary, name="summary"),
    path(f"{_ONE}word/", in_word, name="word"),
    path(f"{_ONE}word/<uuid:paper_id>/", from_word, name="word-import"),
]
