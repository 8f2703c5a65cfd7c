"""One criterion a page: what was sent back, what is asked, the claim, the narrative, the evidence."""

from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from saduak.applications import actions, numbers, queries
from saduak.applications.actions import AnswerConflict
from saduak.applications.actions.evidence import ACCEPTED
from saduak.applications.models import Answer, AnswerVersion, ReviewComment
from saduak.applications.queries.differences import difference
from saduak.applications.web import pieces, present, shared
from saduak.applications.web.attaching import Attached, attach_all
from saduak.applications.web.forms import SCALE, AnswerForm, arguments
from saduak.applications.web.views import practices
from saduak.foundation import files
from saduak.foundation.access import Actor, Invalid, Refused
from saduak.foundation.templatetags.thai import number
from saduak.foundation.web import autosave
from saduak.foundation.web.forms import whole_number
from saduak.foundation.web.pages import page as marked

FIELDS = frozenset({"claim", "points", "narrative"})


@marked()
def page(request: HttpRequest, application_id: UUID, answer_id: UUID) -> HttpResponse:
    """Show a criterion; save one field (autosave) or the whole form."""
    if request.method == "POST":
        one = autosave.submitted(request) if shared.is_script(request) else None
        if one:
            follows = reverse("applications:standing", args=[application_id, answer_id])
            return save_one(request, answer_id, one, follows)
        return _save_form(request, application_id, answer_id)
    view = _found(shared.actor_of(request), application_id, answer_id)
    return _shown(request, view, AnswerForm(page=view), status=200)


def _shown(
    request: HttpRequest, view: Any, form: AnswerForm, status: int = Invalid.status, **more: Any
) -> HttpResponse:
    """The page, with what its writers say of it to one another."""
    actor = shared.actor_of(request)
    talk = queries.talk(actor, view.application, view.answer)
    more = {"offers": queries.offers_for(actor, view), "practices": practices.beside(actor, view), **more}
    return shared.shown_again(request, "criterion", context(request, view, form, talk, **more), status)


def _found(actor: Actor, application_id: UUID, answer_id: UUID) -> Any:
    """The page's rows; an answer under another application's address is not here."""
    view = shared.found(queries.criterion_page(actor, answer_id))
    if view.application.public_id != application_id:
        raise Http404
    return view


def context(
    request: HttpRequest, view: Any, form: AnswerForm, talk: queries.Talk | None, **more: Any
) -> dict[str, Any]:
    """What the page of an item shows, to the centre's own people as to a helper."""
    # One who found the writing in order asks for nothing: what they add is a remark.
    left = [item for item in view.comments if item.comment.resolved_at is None]
    asks = [item for item in left if item.comment.review.state == "returned"]
    return {
        "p": view,
        "application": view.application,
        "form": form,
        "side_name": present.side_name(view.criterion.number, view.side_title),
        "once": shared.key_for(request) if request.method == "POST" else shared.new_once(),
        "open_comments": asks,
        "remarks": [item for item in left if item not in asks],
        "may_edit": bool(view.may_edit),
        "talk": talk,
        "carried": queries.carried_notice(
            view.application, view.answer, [item.evidence for item in view.evidence]
        ),
        "limits": files.limits_text(ACCEPTED),
        "accept": files.accept_attribute(ACCEPTED),
        **more,
    }


def save_one(request: HttpRequest, answer_id: UUID, one: autosave.Submission, follows: str) -> HttpResponse:
    """Autosave: one field, as JSON; it says where to get what follows from it (`follows`)."""
    actor = shared.actor_of(request)
    if one.field not in FIELDS and not one.field.startswith((SCALE, numbers.FIELD)):
        return autosave.invalid(_("ช่องนี้บันทึกไม่ได้ เปิดหน้านี้ใหม่แล้วลองอีกครั้ง"))
    value = one.values[0] if one.values else ""
    try:
        changes = arguments({one.field: value}, {})
        done = actions.save_answer(actor=actor, answer_id=answer_id, version=one.version, **changes)
    except AnswerConflict as clash:
        return _clash(one.field, clash, value)
    except Invalid as refusal:
        return autosave.invalid(next(iter(refusal.fields.values()), refusal.reason))
    except Refused as refusal:
        return autosave.refused(refusal)
    except InvalidOperation:
        return autosave.invalid(_("ช่องนี้บันทึกไม่ได้ เปิดหน้านี้ใหม่แล้วลองอีกครั้ง"))
    return autosave.saved(
        done.version,
        done.answer.updated_at,
        refresh=follows if done.moved or done.voided else "",
        note=_("ลายมือชื่อของหัวหน้าถูกยกเลิกแล้ว ต้องลงนามใหม่ก่อนยื่น") if done.voided else "",
    )


def _clash(field: str, clash: AnswerConflict, mine: str) -> HttpResponse:
    """Their version of one field: a text with what differs from the writer's, or of choices the words and the value."""
    if field == "narrative":
        both = difference(clash.theirs, mine.replace("\r\n", "\n"))
        return autosave.conflict(
            clash.version, clash.theirs, clash.by, passages=[(each.kind, each.text) for each in both]
        )
    values = {"claim": clash.claim, "points": number(clash.points) if clash.claim else ""}
    stated = clash.numbers.get(field.removeprefix(numbers.FIELD), "")
    return autosave.conflict(clash.version, clash.theirs, clash.by, [values.get(field, stated)])


@marked()
@require_GET
def standing(request: HttpRequest, application_id: UUID, answer_id: UUID) -> HttpResponse:
    """The parts that follow from an answer, fetched by the page after a save that moved them: a save itself stays quick."""
    view = _found(shared.actor_of(request), application_id, answer_id)
    return JsonResponse({"html": pieces.following(view)})


def _save_form(request: HttpRequest, application_id: UUID, answer_id: UUID) -> HttpResponse:
    """The whole form at once: the answer, then files, then what is taken off; nothing that was typed is lost."""
    actor = shared.actor_of(request)
    view = _found(actor, application_id, answer_id)
    form = AnswerForm(request.POST, page=view)
    if not form.is_valid():
        return _shown(request, view, form)
    try:
        save_answer(request, actor, view, form)
    except AnswerConflict as clash:
        return _shown(request, view, form, clash.status, **both(view, form, clash))
    except Refused as refusal:
        unsaved = form.cleaned_data["narrative"]
        return _shown(request, view, form, refusal.status, refusal=refusal, unsaved=unsaved)
    return _attachments(request, actor, application_id, answer_id)


def save_answer(request: HttpRequest, actor: Actor, view: Any, form: AnswerForm) -> None:
    """Save what differs from what is stored; after a conflict as the writer chose."""
    choice, stored = request.POST.get("resolve", ""), view.answer
    changes = {key: value for key, value in form.changes().items() if not _is_stored(stored, key, value)}
    if choice == "theirs":
        changes.pop("narrative", None)
    if not changes:
        return
    version = whole_number(request.POST.get("version", ""))
    actions.save_answer(
        actor=actor,
        answer_id=stored.public_id,
        version=stored.version if version is None else version,
        force=choice in {"mine", "theirs"},
        **changes,
    )


def _is_stored(answer: Answer, key: str, value: Any) -> bool:
    """Whether the answer says so already."""
    if key == "scale":
        return {k: Decimal(str(v)) for k, v in answer.scale.items()} == value
    if key == "numbers":
        return {k: v for k, v in value.items() if v} == answer.numbers
    return bool(getattr(answer, key) == value)


def both(view: Any, form: AnswerForm, clash: AnswerConflict) -> dict[str, Any]:
    """Somebody saved meanwhile: both texts with what differs; the writer chooses, or joins them."""
    mine, theirs = form.cleaned_data["narrative"], view.answer.narrative
    merged = theirs if theirs == mine else f"{theirs}\n\n{mine}".strip()
    passages = difference(theirs, mine)
    return {"clash": clash, "mine": mine, "merged": merged, "passages": passages}


def _attachments(request: HttpRequest, actor: Actor, application_id: UUID, answer_id: UUID) -> HttpResponse:
    """Files that came with the form, and what is to be taken off; then back to the page, or on to the next."""
    uploads: list[UploadedFile] = request.FILES.getlist("file")
    if uploads:
        outcome = attach_all(actor, answer_id, uploads, request.POST.get("caption", ""))
        if shared.is_script(request):
            return outcome.as_json(actor, answer_id)
        if outcome.problems:
            return _attach_problems(request, actor, application_id, answer_id, outcome)
        for note in outcome.notes:
            messages.info(request, str(note))
    removed = request.POST.get("remove", "")
    if removed:
        take_off(request, actor, answer_id, removed)
    return _onward(request, application_id, answer_id)


def _attach_problems(
    request: HttpRequest, actor: Actor, application_id: UUID, answer_id: UUID, outcome: Attached
) -> HttpResponse:
    view = _found(actor, application_id, answer_id)
    caption = request.POST.get("caption", "")
    return _shown(request, view, AnswerForm(page=view), upload_errors=outcome.errors, caption=caption)


def take_off(request: HttpRequest, actor: Actor, answer_id: UUID, evidence_id: str) -> None:
    """Take evidence off an answer, and say so."""
    try:
        actions.unlink_evidence(actor=actor, answer_id=answer_id, evidence_id=UUID(evidence_id))
    except ValueError:
        raise Http404 from None
    except Refused as refusal:
        messages.error(request, str(refusal.reason))
    else:
        messages.success(request, _("เอาหลักฐานออกจากข้อนี้แล้ว ไฟล์ยังอยู่ในคลังของศูนย์"))


def _onward(request: HttpRequest, application_id: UUID, answer_id: UUID) -> HttpResponse:
    following = request.POST.get("go", "")
    if following == "list":
        return redirect("applications:task-list", application_id)
    try:
        target = UUID(following)
    except ValueError:
        target = answer_id
    return redirect("applications:criterion", application_id, target)


@marked()
@require_GET
def by_key(request: HttpRequest, application_id: UUID, key: str) -> HttpResponse:
    """The page of a criterion by its permanent key, for links that outlive an answer's id."""
    rows = Answer.objects.visible_to(shared.actor_of(request)).filter(application__public_id=application_id)
    answer = shared.found(rows.filter(criterion__key=key).first())
    return redirect("applications:criterion", application_id, answer.public_id)


@marked()
@require_GET
def history(request: HttpRequest, application_id: UUID, answer_id: UUID) -> HttpResponse:
    """What stood there at the end of each sitting, and what changed between two of them."""
    actor = shared.actor_of(request)
    view = _found(actor, application_id, answer_id)
    versions = shared.found(queries.history(actor, answer_id))
    context = {"p": view, "application": view.application, "versions": versions}
    if len(versions) > 1:
        before, after = _chosen(request, versions)
        context |= {
            "before": before,
            "after": after,
            "passages": difference(before.narrative, after.narrative),
            "claims": [_claimed(before), _claimed(after)],
        }
    return shared.page(request, "history", context)


def _claimed(row: AnswerVersion) -> str:
    """What was claimed, with its points."""
    label = str(Answer.Claim(row.claim).label)
    return (
        _("%(claim)s %(points)s คะแนน") % {"claim": label, "points": number(row.points)}
        if row.points
        else label
    )


def _chosen(request: HttpRequest, versions: list[AnswerVersion]) -> tuple[AnswerVersion, AnswerVersion]:
    """The two versions to compare, the older first: those asked for, else the newest and the one before it."""
    by_number = {str(row.version): row for row in versions}
    after = by_number.get(request.GET.get("to", ""), versions[0])
    before = by_number.get(request.GET.get("from", ""), versions[1])
    return (before, after) if before.version <= after.version else (after, before)


@marked()
@require_POST
def resolve(request: HttpRequest, comment_id: UUID) -> HttpResponse:
    """The centre says that it dealt with a comment, or takes that back."""
    actor = shared.actor_of(request)
    rows = ReviewComment.objects.visible_to(actor).select_related("review__application", "criterion")
    comment = shared.found(rows.filter(public_id=comment_id).first())
    try:
        actions.resolve_comment(
            actor=actor, comment_id=comment_id, resolved=request.POST.get("resolved", "1") == "1"
        )
    except Refused as refusal:
        messages.error(request, str(refusal.reason))
    return redirect(
        "applications:criterion-by-key", comment.review.application.public_id, comment.criterion.key
    )
