"""Filing: the last look, the receipt, and taking an application back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from saduak.applications import actions, documents, queries
from saduak.applications.models import Application, Submission
from saduak.applications.web import present, shared
from saduak.applications.web.views.overview import frame
from saduak.applications.web.why import Why, ask, crumbs_of
from saduak.foundation import files
from saduak.foundation.access import Refused
from saduak.foundation.web.pages import page as marked
from saduak.programme.queries import stage_of


@marked()
def submit(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """The last check before filing, and filing itself."""
    actor = shared.actor_of(request)
    tasks = shared.found(queries.task_list(actor, application_id))
    if request.method == "POST":
        try:
            submission = actions.submit(
                actor=actor, application_id=application_id, idempotency_key=shared.once(request)
            )
        except Refused as refusal:
            context = _submit_context(request, tasks)
            return shared.page(request, "submit", context, refusal)
        return redirect("applications:receipt", submission.public_id)
    if tasks.submission is not None and tasks.application.state == "submitted":
        return redirect("applications:receipt", tasks.submission.public_id)
    return shared.page(request, "submit", _submit_context(request, tasks))


def _submit_context(request: HttpRequest, tasks: Any) -> dict[str, Any]:
    return {
        **frame(tasks),
        "due": present.due_of(tasks, "correction", "window"),
        "screening": stage_of(tasks.application.round, "screening"),
        "once": shared.key_for(request),
    }


@marked()
@require_GET
def latest_receipt(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """The receipt of the newest submission."""
    submission = queries.submissions(shared.actor_of(request), application_id).first()
    return redirect("applications:receipt", shared.found(submission).public_id)


@marked()
@require_GET
def receipt(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """The receipt on screen."""
    actor = shared.actor_of(request)
    found = shared.found(queries.submission_page(actor, submission_id))
    steps = [
        {
            "title": step.title,
            "state": "past" if step.when else "unknown",
            "text": step.note,
            "when": step.when,
        }
        for step in found.steps
    ]
    context = {
        "r": found,
        "application": found.application,
        "submission": found.submission,
        "steps": steps,
        "code": in_groups(found.submission.receipt_code),
        "screening": stage_of(found.application.round, "screening"),
        "may_withdraw": actor.can("applications.withdraw"),
        "pdf_ready": found.submission.receipt_pdf_id is not None,
    }
    return shared.page(request, "receipt", context)


def in_groups(code: str) -> str:
    """A code in groups of four, as people read it aloud; the check takes it with or without the spaces."""
    return " ".join(code[place : place + 4] for place in range(0, len(code), 4))


@marked()
@require_GET
def receipt_pdf(request: HttpRequest, submission_id: UUID) -> HttpResponseBase:
    """The receipt as PDF: the stored one, or made at once while the job has not come to it."""
    found = shared.found(queries.submission_page(shared.actor_of(request), submission_id))
    submission = found.submission
    if submission.receipt_pdf is not None:
        return files.attachment(submission.receipt_pdf)
    name = _("หลักฐานการรับใบสมัคร %(code)s.pdf") % {"code": submission.receipt_code}
    return files.made(documents.receipt_pdf(submission), "application/pdf", name)


@marked()
@require_GET
def submitted_file(request: HttpRequest, submission_id: UUID) -> HttpResponseBase:
    """The very bytes that were filed: whoever has them can check the digest."""
    rows = Submission.objects.visible_to(shared.actor_of(request)).select_related("snapshot")
    return files.attachment(shared.found(rows.filter(public_id=submission_id).first()).snapshot)


@marked()
def withdraw(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Take the application back, with the reason."""
    actor = shared.actor_of(request)
    tasks = shared.found(queries.task_list(actor, application_id))
    shown, back = frame(tasks), reverse("applications:task-list", args=[application_id])
    page = Why(
        title=_("ถอนใบสมัคร"),
        over=tasks.application.centre.name_th,
        told=_("ถอนแล้วใบสมัครนี้ไม่ได้รับการประเมิน คำตอบและหลักฐานไม่หาย เปิดเขียนต่อและยื่นใหม่ได้จนถึงวันปิดรับ"),
        wrong=_("ยังถอนไม่ได้"),
        stay=_("ไม่ถอน กลับไปหน้าใบสมัคร"),
        back_url=back,
        done=_("ถอนใบสมัครแล้ว เริ่มใหม่ได้จนถึงวันปิดรับ"),
        done_url=back,
        crumbs=crumbs_of(tasks.application, is_mine=shown["is_mine"]),
        nav_key=shown["nav_key"],
    )
    return ask(
        request,
        page,
        lambda reason: actions.withdraw(actor=actor, application_id=application_id, reason=reason),
    )


@marked()
@require_POST
def reopen(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Go on with an application that was taken back."""
    actor = shared.actor_of(request)
    shared.found(Application.objects.visible_to(actor).filter(public_id=application_id).first())
    try:
        actions.reopen(actor=actor, application_id=application_id)
    except Refused as refusal:
        messages.error(request, str(refusal.reason))
    else:
        messages.success(request, _("เปิดใบสมัครให้เขียนต่อแล้ว คำตอบและหลักฐานเดิมยังอยู่ครบ"))
    return redirect("applications:task-list", application_id)
