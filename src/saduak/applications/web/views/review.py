"""The check of the writing: asked for by the centre, answered by the office above."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from saduak.applications import actions, queries
from saduak.applications.models import Review
from saduak.applications.queries import readiness
from saduak.applications.web import present, reading, shared
from saduak.applications.web.forms import ReviewRequestForm
from saduak.applications.web.views.overview import frame
from saduak.foundation import clock
from saduak.foundation.access import Actor, Refused
from saduak.foundation.web import autosave
from saduak.foundation.web.pages import page as marked

PER_PAGE = 50
COMMENT = "comment-"


@marked()
def request_page(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Ask for a check, and see where it stands."""
    actor = shared.actor_of(request)
    tasks = shared.found(queries.task_list(actor, application_id))
    options = queries.reviewers(tasks.application)
    form = ReviewRequestForm(request.POST or None, options=options)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            office = UUID(form.cleaned_data["organisation"])
            done, status = shared.attempt(
                form,
                lambda: actions.request_review(
                    actor=actor,
                    application_id=application_id,
                    organisation_id=office,
                    idempotency_key=shared.once(request),
                ),
            )
            if done is not None:
                messages.success(request, _("ส่งร่างให้ตรวจทานแล้ว แก้ต่อได้ระหว่างรอ"))
                return redirect("applications:review-request", application_id)
    context = {
        **frame(tasks),
        "form": form,
        "notes": {str(o.organisation.public_id): o.force_label for o in options},
        "options": options,
        "due": present.due_of(tasks, "check"),
        "review_tag": present.review_tag(tasks.review) if tasks.review else None,
        "once": shared.key_for(request),
    }
    return shared.shown_again(request, "review_request", context, status)


@marked()
@require_POST
def cancel(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Take a request back."""
    actor = shared.actor_of(request)
    rows = Review.objects.visible_to(actor).select_related("application")
    review = shared.found(rows.filter(public_id=review_id).first())
    try:
        actions.cancel_review(actor=actor, review_id=review_id)
    except Refused as refusal:
        messages.error(request, str(refusal.reason))
    else:
        messages.success(request, _("ยกเลิกคำขอตรวจทานแล้ว"))
    return redirect("applications:review-request", review.application.public_id)


@marked(needs="applications.review")
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """Drafts that wait for my office's check, and those it has answered."""
    rows = queries.review_inbox(shared.actor_of(request))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    found = [(row, present.review_tag(row)) for row in page]
    context = {
        "page_obj": page,
        "nav_key": "reviews",
        "waiting": [pair for pair in found if pair[0].state == "requested"],
        "answered": [pair for pair in found if pair[0].state != "requested"],
    }
    return shared.page(request, "reviews", context)


@marked()
def page(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Read everything by criterion, comment, then return or endorse."""
    actor = shared.actor_of(request)
    view = shared.found(queries.review_page(actor, review_id))
    if request.method == "POST":
        one = autosave.submitted(request) if shared.is_script(request) else None
        if one is not None:
            return _comment_one(actor, view, one)
        return _answer(request, actor, view)
    return shared.page(request, "review", _context(actor, view))


def _context(actor: Actor, view: Any, typed: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    said = {str(key): comment.text for key, comment in view.comments.items()}
    parts = reading.parts(view.tasks, said if typed is None else typed, view)
    items = [item for part in parts for group in part.groups for item in group.items_in]
    return {
        **frame(view.tasks),
        "v": view,
        "nav_key": "reviews",
        "review": view.review,
        "readiness": readiness.told_of(actor, view.tasks.application),
        "review_tag": present.review_tag(view.review),
        "parts": parts,
        "jumps": _jumps(parts, may_answer=bool(view.may_answer)),
        "again": [item for item in items if item.asked or item.changed],
        "note": view.review.note,
        **more,
    }


def _jumps(parts: list[reading.Part], *, may_answer: bool) -> list[dict[str, Any]]:
    """Ways down a long page: to its parts, and to the answer."""
    ways = [
        {"label": f"{number}. {part.part.title}", "url": f"#r-{part.part.key}"}
        for number, part in enumerate(parts, 1)
    ]
    return [*ways, {"label": _("ส่งผลการตรวจทาน"), "url": "#answer-title"}] if may_answer else ways


def _comment_one(actor: Actor, view: Any, one: autosave.Submission) -> HttpResponse:
    """One comment, saved while it is written. A comment has one writer's text, so its version never clashes."""
    try:
        key = UUID(one.field.removeprefix(COMMENT))
        _save_comment(actor, view, key, one.values[0] if one.values else "")
    except ValueError:
        if one.field == "note":
            return autosave.saved(one.version, clock.wall())
        raise Http404 from None
    except Refused as refusal:
        return autosave.refused(refusal)
    return autosave.saved(one.version, clock.wall())


def _save_comment(actor: Actor, view: Any, criterion_id: UUID, text: str) -> None:
    stored = view.comments.get(criterion_id)
    words = text.strip().replace("\r\n", "\n")
    if words and (stored is None or stored.text != words):
        actions.comment(actor=actor, review_id=view.review.public_id, criterion_id=criterion_id, text=words)
    elif not words and stored is not None:
        actions.remove_comment(actor=actor, comment_id=stored.public_id)


def _answer(request: HttpRequest, actor: Actor, view: Any) -> HttpResponse:
    """All comments at once, then the answer; when something is refused, every text is shown again."""
    typed = {
        key.removeprefix(COMMENT): str(value)
        for key, value in request.POST.items()
        if key.startswith(COMMENT)
    }
    note = request.POST.get("note", "").strip()
    answer = request.POST.get("answer", "")
    review_id = view.review.public_id
    try:
        for row in view.tasks.rows:
            if str(row.criterion_id) in typed:
                _save_comment(actor, view, row.criterion_id, typed[str(row.criterion_id)])
        if answer == "return":
            actions.return_review(actor=actor, review_id=review_id, note=note)
        elif answer == "endorse" and (remarks := sum(1 for text in typed.values() if text.strip())):
            # Asked before it is said: is this to be changed, or only to be known?
            context = _context(actor, view, typed) | {"note": note, "remarks": remarks}
            return shared.shown_again(request, "review", context)
        elif answer in {"endorse", "remarks"}:
            actions.endorse_review(actor=actor, review_id=review_id, note=note)
    except Refused as refusal:
        context = _context(actor, view, typed, refusal=refusal) | {"note": note}
        return shared.shown_again(request, "review", context, refusal.status)
    said = {
        "return": _("ส่งกลับพร้อมความเห็นแล้ว"),
        "endorse": _("แจ้งศูนย์แล้วว่าตรวจทานเรียบร้อย"),
        "remarks": _("แจ้งศูนย์แล้วว่าตรวจทานเรียบร้อย พร้อมข้อสังเกต"),
    }
    messages.success(request, said.get(answer, _("บันทึกความเห็นแล้ว ยังไม่ได้ส่ง")))
    return redirect("applications:reviews") if answer in said else redirect("applications:review", review_id)
