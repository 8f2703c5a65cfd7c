"""The supervisor's check of the writing. It runs beside the application's state and never blocks it."""

import uuid

from django.utils.translation import gettext_lazy as _

from saduak.applications import rules, signals
from saduak.applications.actions import common
from saduak.applications.actions.common import locked, locked_by_key, require_open
from saduak.applications.models import Answer, Application, Review, ReviewComment
from saduak.applications.queries import reviewers
from saduak.applications.queries.reviews import may_answer
from saduak.applications.states import EDITABLE, REVIEW
from saduak.foundation import audit
from saduak.foundation.access import Actor, Conflict, Invalid, require
from saduak.foundation.actions import action

LONGEST = 5_000


@action("applications.request_review")
def request_review(
    *,
    actor: Actor,
    application_id: uuid.UUID,
    organisation_id: uuid.UUID,
    idempotency_key: uuid.UUID | None = None,
) -> Review:
    """Ask an office above to check the draft, complete or not. It may then read it.

    Raises:
        Refused: not the actor's centre.
        Conflict: submitted or withdrawn, or a check is waited for already.
        Invalid: this office neither commands nor supervises the centre's.
        DoesNotExist: no such application.
    """
    del idempotency_key  # the decorator's business
    application = locked(application_id)
    require(rules.may_act(actor, rules.SUBMIT, application))
    if application.state not in EDITABLE:
        raise Conflict(_("ขอให้ตรวจทานได้เฉพาะใบสมัครที่ยังไม่ยื่น"), "wrong-state")
    if Review.objects.filter(application=application, state="requested").exists():
        raise Conflict(_("ส่งให้ตรวจทานแล้ว กำลังรอคำตอบ"), "already-asked")
    option = next((o for o in reviewers(application) if o.organisation.public_id == organisation_id), None)
    if option is None:
        words = _("เลือกหน่วยงานที่บังคับบัญชาหรือกำกับดูแลหน่วยงานของคุณ")
        raise Invalid(words, {"organisation": words}, "not-above")
    review: Review = Review.objects.create(
        application=application,
        organisation=option.organisation,
        force=option.force,
        requested_at=actor.received_at,
        requested_by_id=actor.user_id,
        due_at=option.due_at,
    )
    facts = {"organisation": option.organisation.code, "force": option.force}
    audit.append(application, actor=actor, verb="applications.review_requested", facts=facts)
    signals.review_requested.send(Review, review=review, actor=actor)
    return review


def _locked(review_id: uuid.UUID) -> tuple[Application, Review]:
    """The application and the check, locked in this order."""
    key = Review.objects.values_list("application", flat=True).get(public_id=review_id)
    application = locked_by_key(key)
    rows = Review.objects.select_for_update(of=("self",), no_key=True).select_related("organisation")
    review: Review = rows.get(public_id=review_id)
    review.application = application
    return application, review


@action("applications.cancel_review")
def cancel_review(*, actor: Actor, review_id: uuid.UUID) -> Review:
    """Take a request back before it is answered.

    Raises:
        Refused: not the actor's centre.
        Conflict: it was answered.
        DoesNotExist: no such check.
    """
    application, review = _locked(review_id)
    require(rules.may_act(actor, rules.SUBMIT, application))
    _answer(actor, application, review, "cancel", "")
    return review


@action("applications.return_review")
def return_review(*, actor: Actor, review_id: uuid.UUID, note: str) -> Review:
    """Send the draft back with what should change: a note, comments on criteria, or both.

    Raises:
        Refused: not the office that was asked.
        Conflict: it was answered already.
        Invalid: neither a note nor a comment.
        DoesNotExist: no such check.
    """
    application, review = _locked(review_id)
    require(rules.may_review(actor, review))
    if not note.strip() and not review.comments.exists():
        words = _("เขียนว่าขอให้แก้อะไร หรือให้ความเห็นอย่างน้อย 1 ข้อ")
        raise Invalid(words, {"note": words}, "empty")
    _answer(actor, application, review, "return", note)
    return review


@action("applications.endorse_review")
def endorse_review(*, actor: Actor, review_id: uuid.UUID, note: str = "") -> Review:
    """Say that the writing is in order.

    Raises:
        Refused: not the office that was asked.
        Conflict: it was answered already.
        DoesNotExist: no such check.
    """
    application, review = _locked(review_id)
    require(rules.may_review(actor, review))
    _answer(actor, application, review, "endorse", note)
    return review


def _answer(actor: Actor, application: Application, review: Review, event: str, note: str) -> None:
    review.state = REVIEW.step(event, review.state)
    review.note = _text(note, "note") if note.strip() else ""
    review.answered_at, review.answered_by_id = actor.received_at, actor.user_id
    review.save(update_fields=["state", "note", "answered_at", "answered_by"])
    facts = {
        "organisation": review.organisation.code,
        "state": review.state,
        "comments": review.comments.count(),
    }
    audit.append(application, actor=actor, verb="applications.review_answered", facts=facts)
    if event != "cancel":
        signals.review_answered.send(Review, review=review, actor=actor)


def drop_open_review(application: Application, *, actor: Actor) -> None:
    """Cancel a check that nobody answered: nobody checks a draft that was submitted or withdrawn. It is locked."""
    rows = Review.objects.select_for_update(of=("self",), no_key=True).select_related("organisation")
    for review in rows.filter(application=application, state="requested"):
        _answer(actor, application, review, "cancel", "")


@action("applications.comment")
def comment(*, actor: Actor, review_id: uuid.UUID, criterion_id: uuid.UUID, text: str) -> ReviewComment:
    """Say something about one criterion; saying it again changes it. The centre sees it once the check is answered.

    Raises:
        Refused: not the office that was asked, or the check was answered.
        Invalid: nothing written, or too much.
        DoesNotExist: no such check, or no such criterion in its application.
    """
    review = _open_check(actor, review_id)
    answer = Answer.objects.get(application=review.application_id, criterion__public_id=criterion_id)
    made, _created = ReviewComment.objects.update_or_create(
        review=review,
        criterion_id=answer.criterion_id,
        defaults={"text": _text(text, "text"), "resolved_at": None},
    )
    return made


@action("applications.remove_comment")
def remove_comment(*, actor: Actor, comment_id: uuid.UUID) -> None:
    """Take back a comment that the centre has not seen yet: it was never sent, so nothing is kept of it.

    Raises:
        Refused: not the office that was asked, or the check was answered.
        DoesNotExist: no such comment.
    """
    review_id = ReviewComment.objects.values_list("review__public_id", flat=True).get(public_id=comment_id)
    _open_check(actor, review_id)
    ReviewComment.objects.filter(public_id=comment_id).delete()


def _open_check(actor: Actor, review_id: uuid.UUID) -> Review:
    """The check under its lock, while the actor may write in it."""
    rows = Review.objects.select_for_update(of=("self",), no_key=True)
    review: Review = rows.select_related("application__round", "organisation").get(public_id=review_id)
    require(rules.may_review(actor, review))
    require_open(may_answer(actor, review))
    return review


@action("applications.resolve_comment")
def resolve_comment(*, actor: Actor, comment_id: uuid.UUID, resolved: bool = True) -> ReviewComment:
    """The centre says that it dealt with a comment (or that it did not, after all).

    Raises:
        Refused: not the actor's centre.
        Conflict: submitted or withdrawn.
        DoesNotExist: no such comment.
    """
    key = ReviewComment.objects.values_list("review__application", flat=True).get(public_id=comment_id)
    application = locked_by_key(key)
    require(rules.may_act(actor, rules.EDIT, application))
    if application.state not in EDITABLE:
        raise Conflict(_("ใบสมัครนี้ยื่นหรือถอนแล้ว"), "wrong-state")
    found: ReviewComment = ReviewComment.objects.select_related("review", "criterion").get(
        public_id=comment_id
    )
    if found.review.state == "requested":
        raise Conflict(_("ผู้ตรวจทานยังเขียนไม่เสร็จ"), "wrong-state")
    if resolved != (found.resolved_at is not None):
        found.resolved_at = actor.received_at if resolved else None
        found.save(update_fields=["resolved_at"])
        facts = {"criterion": found.criterion.key, "resolved": resolved}
        audit.append(application, actor=actor, verb="applications.comment_resolved", facts=facts)
    return found


def _text(value: str, field: str) -> str:
    return common.text(value, field, LONGEST, required=_("เขียนความเห็นก่อน"))
