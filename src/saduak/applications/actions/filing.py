"""Submission and what comes after it: withdrawal, starting again, return for correction, the panel's result."""

import datetime
import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _

from saduak.applications import content, rules, signals
from saduak.applications.actions import common, sittings
from saduak.applications.actions.common import (
    closes_at,
    lock_answers,
    locked,
    require_checks,
    require_open,
    void_valid,
)
from saduak.applications.actions.helping import end_all
from saduak.applications.actions.reviewing import drop_open_review
from saduak.applications.models import Answer, Application, EvidenceUse, Review, SignOff, Submission
from saduak.applications.queries.dates import may_submit_now
from saduak.applications.queries.overview import latest_review
from saduak.applications.states import APPLICATION
from saduak.foundation import audit, files, ids, jobs
from saduak.foundation.access import Actor, Conflict, Invalid, require
from saduak.foundation.actions import action
from saduak.foundation.clock import BANGKOK
from saduak.programme.levels import plain


@action("applications.submit")
def submit(
    *, actor: Actor, application_id: uuid.UUID, idempotency_key: uuid.UUID | None = None
) -> Submission:
    """File the application: canonical bytes that never change, a receipt code, and a receipt that a job prints.

    The moment that counts is the one at which the request was received.

    Raises:
        Refused: not the actor's centre.
        Conflict: not signed, changed after signing, a gate is open, or outside the window.
        DoesNotExist: no such application.
    """
    del idempotency_key  # the decorator's business
    application = locked(application_id)
    require(rules.may_act(actor, rules.SUBMIT, application))
    target = APPLICATION.step("submit", application.state)
    require_open(may_submit_now(application, actor.received_at))
    lock_answers(application)
    sittings.tell(application)
    answers, uses = content.answers_of(application), content.uses_of(application)
    signed = content.content_of(application, answers, uses)
    sign_off = _valid_sign_off(application, content.digest(signed))
    _require_gates(answers)
    require_checks(application, answers)
    submission = _file(actor, application, signed, sign_off, _summary(application, answers, uses))
    drop_open_review(application, actor=actor)
    end_all(application, actor=actor)
    application.state = target
    application.submitted_at = actor.received_at
    application.correction_due_at, application.correction_reason = None, ""
    application.save(update_fields=["state", "submitted_at", "correction_due_at", "correction_reason"])
    facts = {
        "ordinal": submission.ordinal,
        "sha256": submission.sha256,
        "receipt": submission.receipt_code,
        "received_at": submission.received_at,
    }
    audit.append(application, actor=actor, verb="applications.submitted", facts=facts)
    jobs.enqueue("applications.tasks.render_receipt", submission_id=str(submission.public_id))
    signals.submitted.send(
        Application,
        application=application,
        submission=submission,
        first=submission.ordinal == 1,
        actor=actor,
    )
    return submission


def _valid_sign_off(application: Application, digest: str) -> SignOff:
    """The signature, when it stands under exactly this content."""
    found: SignOff | None = (
        SignOff.objects.filter(application=application, voided_at__isnull=True)
        .select_related("paper")
        .first()
    )
    if found is None or found.content_digest != digest:
        raise Conflict(_("เนื้อหาเปลี่ยนไปหลังลงนาม ให้หัวหน้าหน่วยงานลงนามใหม่ก่อนยื่น"), "content-changed")
    return found


def _require_gates(answers: list[Answer]) -> None:
    """Signing asks for the same; asked again, because submitting is what can't be undone."""
    missing = [
        row.criterion.number
        for row in answers
        if row.criterion.kind == "gate" and not (row.claim == "met" and row.evidence_count)
    ]
    if missing:
        raise Conflict(_("เกณฑ์ที่ต้องผ่านยังไม่ครบทุกข้อ"), "incomplete")


def _file(
    actor: Actor, application: Application, signed: dict[str, Any], sign_off: SignOff, summary: dict[str, Any]
) -> Submission:
    review = latest_review(application)
    ordinal = Submission.objects.filter(application=application).count() + 1
    code = ids.code(ids.RECEIPT_CODE_LENGTH)
    data = content.canonical(
        content.snapshot_of(
            application,
            signed,
            sign_off=sign_off,
            review=review,
            receipt_code=code,
            ordinal=ordinal,
            received_at=actor.received_at,
        )
    )
    stored = files.put(data, name=f"application-{code}.json", media_type="application/json", actor=actor)
    made: Submission = Submission.objects.create(
        application=application,
        ordinal=ordinal,
        sign_off=sign_off,
        snapshot=stored,
        sha256=stored.sha256,
        receipt_code=code,
        summary={**summary, "check": _check_of(review)},
        received_at=actor.received_at,
        submitted_by_id=actor.user_id,
    )
    return made


def _check_of(review: Review | None) -> dict[str, str] | None:
    """Where the supervisor's check stood: who was asked, what was answered and on which day; None when nobody was."""
    if review is None:
        return None
    when = review.answered_at or review.requested_at
    return {
        "state": review.state,
        "by": review.organisation.name_th,
        "on": when.astimezone(BANGKOK).date().isoformat(),
    }


def _summary(
    application: Application, answers: list[Answer], uses: dict[int, list[EvidenceUse]]
) -> dict[str, Any]:
    """What the receipt says, frozen."""
    claimed = [row for row in answers if row.claim == "met"]
    gates = [row for row in answers if row.criterion.kind == "gate"]
    return {
        "centre": application.centre.name_th,
        "organisation": application.centre.organisation.name_th,
        "kind": application.kind,
        "gates_met": sum(row.claim == "met" for row in gates),
        "gates_total": len(gates),
        "items_claimed": len(claimed),
        "items_total": len(answers),
        "evidence": len({use.evidence_id for found in uses.values() for use in found}),
        "points": plain(sum(row.points for row in claimed)),
        "started_on": application.started_at.astimezone(BANGKOK).date().isoformat(),
    }


@action("applications.withdraw")
def withdraw(*, actor: Actor, application_id: uuid.UUID, reason: str) -> Application:
    """Withdraw, until the panel's result is in. What was filed stays on file.

    Raises:
        Refused: not the actor's centre.
        Conflict: withdrawn already, or the result is in.
        Invalid: no reason.
        DoesNotExist: no such application.
    """
    application = locked(application_id)
    require(rules.may_act(actor, rules.WITHDRAW, application))
    words = common.text(reason, "reason", 500, required=common.REASON)
    if application.settled_at is not None:
        raise Conflict(_("มีผลการประเมินแล้ว จึงถอนไม่ได้"), "settled")
    application.state = APPLICATION.step("withdraw", application.state)
    application.withdrawn_at, application.withdrawn_reason = actor.received_at, words
    application.save(update_fields=["state", "withdrawn_at", "withdrawn_reason"])
    void_valid(application, actor=actor, reason=_("ถอนใบสมัคร"))
    sittings.tell(application)
    drop_open_review(application, actor=actor)
    end_all(application, actor=actor)
    audit.append(application, actor=actor, verb="applications.withdrawn", facts={"reason": words})
    signals.withdrawn.send(Application, application=application, reason=words, actor=actor)
    return application


@action("applications.reopen")
def reopen(*, actor: Actor, application_id: uuid.UUID) -> Application:
    """Go on with a withdrawn application before the window closes; it is a draft again and needs a new signature.

    Raises:
        Refused: not the actor's centre.
        Conflict: not withdrawn, or too late.
        DoesNotExist: no such application.
    """
    application = locked(application_id)
    require(rules.may_act(actor, rules.WITHDRAW, application))
    application.state = APPLICATION.step("reopen", application.state)
    application.withdrawn_at, application.withdrawn_reason = None, ""
    application.submitted_at = application.correction_due_at = None
    application.correction_reason = ""
    require_open(rules.may_write(application, closes_at=closes_at(application), moment=actor.received_at))
    application.save(
        update_fields=[
            "state",
            "withdrawn_at",
            "withdrawn_reason",
            "submitted_at",
            "correction_due_at",
            "correction_reason",
        ]
    )
    audit.append(application, actor=actor, verb="applications.reopened")
    return application


@action("applications.return_for_correction")
def return_for_correction(
    *, actor: Actor, application_id: uuid.UUID, due_at: datetime.datetime, reason: str
) -> Application:
    """Send a submitted application back to be corrected until `due_at`, whatever the window says.

    Raises:
        Refused: not the programme's secretariat.
        Conflict: not submitted, or the panel's result is in.
        Invalid: no reason, or a moment that has passed.
        DoesNotExist: no such application.
    """
    application = locked(application_id)
    require(rules.may_for_programme(actor, rules.RETURN, application.round))
    words = common.text(reason, "reason", 5_000, required=common.REASON)
    if due_at <= actor.received_at:
        raise Invalid(_("กำหนดส่งคืนต้องเป็นเวลาในอนาคต"), {"due_at": _("กำหนดส่งคืนต้องเป็นเวลาในอนาคต")}, "past")
    if application.settled_at is not None:
        raise Conflict(_("มีผลการประเมินแล้ว จึงส่งคืนไม่ได้"), "settled")
    application.state = APPLICATION.step("return", application.state)
    application.correction_due_at, application.correction_reason = due_at, words
    application.save(update_fields=["state", "correction_due_at", "correction_reason"])
    void_valid(application, actor=actor, reason=_("ส่งคืนให้แก้"))
    facts = {"due_at": due_at, "reason": words}
    audit.append(application, actor=actor, verb="applications.returned", facts=facts)
    signals.returned.send(Application, application=application, due_at=due_at, reason=words, actor=actor)
    return application


@action("applications.extend_correction")
def extend_correction(
    *, actor: Actor, application_id: uuid.UUID, due_at: datetime.datetime, reason: str
) -> Application:
    """Give an application that was sent back more time, also after its first moment has passed; never less.

    Raises:
        Refused: not the programme's secretariat.
        Conflict: it is not out for correction, or its result is in.
        Invalid: no reason, a moment that has passed, or one no later than the one before.
        DoesNotExist: no such application.
    """
    application = locked(application_id)
    require(rules.may_for_programme(actor, rules.RETURN, application.round))
    words = common.text(reason, "reason", 500, required=common.REASON)
    if application.correction_due_at is None or application.state not in {"correction", "signed"}:
        raise Conflict(_("ใบสมัครนี้ไม่ได้ถูกส่งคืนให้แก้"), "wrong-state")
    if application.settled_at is not None:
        raise Conflict(_("มีผลการประเมินแล้ว จึงขยายเวลาแก้ไม่ได้"), "settled")
    if due_at <= actor.received_at:
        raise Invalid(_("กำหนดส่งคืนต้องเป็นเวลาในอนาคต"), {"due_at": _("กำหนดส่งคืนต้องเป็นเวลาในอนาคต")}, "past")
    if due_at <= application.correction_due_at:
        raise Invalid(_("เลือกวันหลังกำหนดเดิม"), {"due_at": _("เลือกวันหลังกำหนดเดิม")}, "not-later")
    application.correction_due_at = due_at
    application.save(update_fields=["correction_due_at"])
    facts = {"due_at": due_at, "reason": words}
    audit.append(application, actor=actor, verb="applications.correction_extended", facts=facts)
    signals.correction_extended.send(
        Application, application=application, due_at=due_at, reason=words, actor=actor
    )
    return application


@action("applications.settle")
def settle(*, actor: Actor, application_id: uuid.UUID) -> Application:
    """Note that the result is in: from now on nothing is withdrawn or returned. Doing it twice changes nothing.

    It may come while the application is out for correction: whoever let the time pass can be turned down.

    Raises:
        Refused: the actor does not work for the programme.
        Conflict: never submitted, or withdrawn.
        DoesNotExist: no such application.
    """
    application = locked(application_id)
    require(rules.may_for_programme(actor, rules.SETTLE, application.round))
    if application.submitted_at is None or application.state == "withdrawn":
        raise Conflict(_("บันทึกผลได้เฉพาะใบสมัครที่ยื่นแล้ว"), "wrong-state")
    if application.settled_at is None:
        application.settled_at = actor.received_at
        application.save(update_fields=["settled_at"])
        audit.append(application, actor=actor, verb="applications.settled")
    return application
