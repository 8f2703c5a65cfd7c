"""Screening: a filed application is accepted, returned with reasons, or not taken."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from saduak.applications import actions as applications
from saduak.applications.models import Application, Submission
from saduak.assessment import signals
from saduak.assessment.actions.common import locked, text, void_sheets
from saduak.assessment.models import Case, ScoreSheet, ScreeningReturn
from saduak.assessment.rules import may_reject, may_screen, only_program
from saduak.assessment.states import CASE
from saduak.foundation import audit, deadlines
from saduak.foundation.access import Actor, Conflict, Invalid, require
from saduak.foundation.access.registry import Words
from saduak.foundation.actions import action
from saduak.foundation.thai.calendar import end_exclusive
from saduak.programme.queries import contents

CORRECTION = "correction"
# What follows when a correction does not come: see receivers.py.
LAPSES = "assessment.note_lapse"
REMINDERS = (3, 1)
LONGEST = 5_000


@action("assessment.open_case")
def open_case(*, actor: Actor, application: Application, submission: Submission) -> Case:
    """Take a filed application in; a corrected one, or one filed anew, goes back to screening with its submission.

    Heard from the room below while it files: it has locked the application and checked that the actor may.

    Raises:
        Conflict: not taken for assessment in this round, or with a panel.
    """
    case = Case.objects.select_for_update(no_key=True).filter(application=application).first()
    if case is None:
        case = Case.objects.create(
            application=application, submission=submission, opened_at=actor.received_at
        )
        facts = {"receipt": submission.receipt_code}
        audit.append(case, actor=actor, verb="assessment.case_opened", facts=facts)
        return case
    if case.state == "rejected":
        raise Conflict(_("ใบสมัครนี้ไม่ผ่านการตรวจเอกสารแล้ว ยื่นใหม่ในรอบนี้ไม่ได้ สมัครได้อีกในรอบถัดไป"), "rejected")
    case.submission = submission
    if case.state == "withdrawn":
        case.state, case.opened_at = CASE.step("refile", case.state), actor.received_at
    elif case.state != CASE.initial:
        case.state = CASE.step("resubmit", case.state)
    case.save(update_fields=["submission", "state", "opened_at"])
    ScreeningReturn.objects.filter(case=case, answered_at__isnull=True).update(answered_at=actor.received_at)
    deadlines.meet(case, CORRECTION, at=actor.received_at)
    audit.append(case, actor=actor, verb="assessment.resubmitted", facts={"receipt": submission.receipt_code})
    return case


@action("assessment.guard_return")
def guard_return(*, actor: Actor, application: Application) -> None:
    """An application may be sent back only while its case is screened: not over the head of a panel.

    Heard from the room below while it sends back: it has locked the application and checked that the actor may.

    Raises:
        Conflict: screening is over.
    """
    del actor  # whoever it is: the rule is about the case
    case = Case.objects.select_for_update(no_key=True).filter(application=application).first()
    if case is not None and case.state not in {CASE.initial, "returned"}:
        raise Conflict(_("เรื่องนี้ผ่านการตรวจเอกสารแล้ว จึงส่งคืนให้แก้ไม่ได้"), "screened")


@action("assessment.withdraw_case")
def withdraw_case(*, actor: Actor, application: Application) -> Case | None:
    """The centre withdrew: sheets become void, and no panel has the case any more. Nothing when it had not filed.

    Heard from the room below while it withdraws: it has locked the application and checked that the actor may.
    """
    case = Case.objects.select_for_update(no_key=True).filter(application=application).first()
    if case is None or not CASE.can("withdraw", case.state):
        return case
    case.state = CASE.step("withdraw", case.state)
    case.panel, case.assigned_at = None, None
    case.save(update_fields=["state", "panel", "assigned_at"])
    void_sheets(ScoreSheet.objects.filter(case=case))
    deadlines.cancel(case, CORRECTION)
    audit.append(case, actor=actor, verb="assessment.withdrawn")
    return case


@action("assessment.accept")
def accept(*, actor: Actor, case_id: uuid.UUID, read: uuid.UUID | None = None) -> Case:
    """The documents are in order: the case goes on to a panel.

    Args:
        actor: the secretariat.
        case_id: which case.
        read: the submission that this rests on, where somebody read one; refused when another came in since.

    Raises:
        Refused: not the secretariat.
        Conflict: not in screening, or filed again since.
    """
    case = locked(case_id)
    require(may_screen(actor, case))
    _still_as_read(case, read)
    case.state = CASE.step("accept", case.state)
    case.screened_at = actor.received_at
    case.save(update_fields=["state", "screened_at"])
    audit.append(case, actor=actor, verb="assessment.accepted")
    signals.case_accepted.send(Case, case=case, actor=actor)
    return case


def _still_as_read(case: Case, read: uuid.UUID | None) -> None:
    """A correction that came in a moment before is not decided on by somebody who has not seen it."""
    if read is not None and case.submission.public_id != read:
        raise Conflict(_("ศูนย์ยื่นฉบับใหม่เข้ามาหลังจากที่คุณเปิดหน้านี้ อ่านฉบับใหม่ก่อนตัดสินใจ"), "filed-again")


@action("assessment.return")
def return_case(
    *,
    actor: Actor,
    case_id: uuid.UUID,
    reason: str,
    due_on: date,
    items: list[dict[str, str]] | None = None,
    read: uuid.UUID | None = None,
) -> ScreeningReturn:
    """Give it back to the centre to be corrected, with reasons and a day to answer by (that day counts).

    Args:
        actor: the secretariat.
        case_id: which case.
        reason: what must be corrected, for the centre to read.
        due_on: the last day, in Bangkok.
        items: `{"criterion": key, "text": what to correct there}`, each criterion once.
        read: the submission that this rests on, where somebody read one; refused when another came in since.

    Raises:
        Refused: not the secretariat.
        Conflict: not in screening, or filed again since.
        Invalid: no reason, a day that is over, an unknown criterion or one without words.
    """
    case = locked(case_id)
    require(may_screen(actor, case))
    _still_as_read(case, read)
    due_at = end_exclusive(due_on)
    words, listed = _checked(case, reason, due_at, items or [], actor)
    case.state = CASE.step("return", case.state)
    case.screened_at = actor.received_at
    case.save(update_fields=["state", "screened_at"])
    entry = ScreeningReturn.objects.create(
        case=case,
        ordinal=case.returns.count() + 1,
        reason=words,
        items=listed,
        returned_at=actor.received_at,
        returned_by_id=actor.user_id,
        due_at=due_at,
    )
    applications.return_for_correction(
        actor=actor, application_id=case.application.public_id, due_at=due_at, reason=entry.reason
    )
    _start_clock(case, due_at, actor)
    facts = {"ordinal": entry.ordinal, "due": due_at}
    audit.append(case, actor=actor, verb="assessment.returned", facts=facts)
    signals.case_returned.send(Case, case=case, actor=actor, entry=entry)
    return entry


def _checked(
    case: Case, reason: str, due_at: datetime, items: list[dict[str, str]], actor: Actor
) -> tuple[str, list[dict[str, str]]]:
    """The words and the items as they are kept; everything that is wrong at once."""
    wrong: dict[str, Any] = {}
    words = ""
    try:
        words = text(reason, "reason", longest=LONGEST, empty=_("ระบุสิ่งที่ต้องแก้ ศูนย์จะได้อ่านข้อความนี้"))
    except Invalid as problem:
        wrong.update(problem.fields)
    wrong.update(_day_wrong(due_at, actor))
    known = contents(case.application.round.criteria_set).by_key
    listed = [_item(item) for item in items]
    keys = [item["criterion"] for item in listed]
    if len(set(keys)) != len(keys) or any(key not in known for key in keys):
        wrong["items"] = _("มีข้อที่ซ้ำ หรือไม่อยู่ในชุดเกณฑ์ของรอบนี้")
    elif any(not item["text"] or len(item["text"]) > LONGEST for item in listed):
        wrong["items"] = _("เขียนสิ่งที่ต้องแก้ของแต่ละข้อ ไม่เกิน 5,000 ตัวอักษร")
    if wrong:
        raise Invalid(_("ยังส่งคืนไม่ได้ แก้ตามที่แจ้งไว้ก่อน"), wrong)
    return words, listed


def _item(item: Mapping[str, str]) -> dict[str, str]:
    return {"criterion": item.get("criterion", ""), "text": item.get("text", "").replace("\x00", "").strip()}


def _day_wrong(due_at: datetime, actor: Actor) -> dict[str, Words]:
    return {"due_on": _("เลือกวันที่ยังมาไม่ถึง")} if due_at <= actor.received_at else {}


def _start_clock(case: Case, due_at: datetime, actor: Actor) -> None:
    deadlines.start(
        subject=case,
        kind=CORRECTION,
        start_event="assessment.returned",
        started_at=actor.received_at,
        due_at=due_at,
        reminder_days=REMINDERS,
        effect=LAPSES,
        organisation_id=case.application.organisation_id,
    )


@action("assessment.extend_return")
def extend_return(*, actor: Actor, case_id: uuid.UUID, due_on: date, reason: str) -> ScreeningReturn:
    """Give the centre more time for its correction, also after the first day is over, and say why.

    Raises:
        Refused: not the secretariat.
        Conflict: the case is not out for correction.
        Invalid: no reason, the day is over, or no later than the one before.
    """
    case = locked(case_id)
    require(may_screen(actor, case))
    entry = case.returns.filter(answered_at__isnull=True).order_by("-ordinal").first()
    if case.state != "returned" or entry is None:
        raise Conflict(_("เรื่องนี้ไม่ได้รอศูนย์แก้ จึงไม่มีกำหนดให้ขยาย"), "not-returned")
    due_at = end_exclusive(due_on)
    wrong = _day_wrong(due_at, actor)
    # The room below may have been given another moment than the return: no extension takes any of it away.
    if not wrong and due_at <= max(entry.due_at, case.application.correction_due_at or entry.due_at):
        wrong["due_on"] = _("เลือกวันหลังกำหนดเดิม")
    if wrong:
        raise Invalid(_("ยังขยายกำหนดไม่ได้"), wrong)
    entry.due_at = due_at
    entry.save(update_fields=["due_at"])
    applications.extend_correction(
        actor=actor, application_id=case.application.public_id, due_at=due_at, reason=reason
    )
    _start_clock(case, due_at, actor)
    facts = {"ordinal": entry.ordinal, "due": due_at, "reason": reason}
    audit.append(case, actor=actor, verb="assessment.return_extended", facts=facts)
    signals.case_returned.send(Case, case=case, actor=actor, entry=entry)
    return entry


@action("assessment.note_lapse")
def note_lapse(*, actor: Actor, case_pk: int) -> Case | None:
    """A correction did not come in time: said in the audit and to the rooms above. The secretariat decides what follows.

    Nothing when the case is not out for correction any more.

    Raises:
        Refused: not the program itself.
    """
    require(only_program(actor))
    case = Case.objects.select_for_update(no_key=True).filter(pk=case_pk, state="returned").first()
    if case is not None:
        audit.append(case, actor=actor, verb="assessment.correction_lapsed")
        signals.correction_lapsed.send(Case, case=case, actor=actor)
    return case


@action("assessment.reject")
def reject(*, actor: Actor, case_id: uuid.UUID, reason: str, read: uuid.UUID | None = None) -> Case:
    """Not taken for assessment, with the reason that the centre reads.

    Args:
        actor: the secretariat.
        case_id: which case.
        reason: why, for the centre to read.
        read: the submission that this rests on, where somebody read one; refused when another came in since.

    Raises:
        Refused: not the secretariat.
        Conflict: with a panel already, the centre still has time to correct it, or has filed again since.
        Invalid: no reason.
    """
    case = locked(case_id)
    require(may_screen(actor, case))
    _still_as_read(case, read)
    words = text(reason, "reason", longest=LONGEST, empty=_("ระบุเหตุผลที่ไม่รับ ศูนย์จะได้อ่านข้อความนี้"))
    target = CASE.step("reject", case.state)
    decision = may_reject(case, actor.received_at)
    if not decision:
        raise Conflict(decision.reason, decision.code)
    case.state, case.screened_at, case.rejected_reason = target, actor.received_at, words
    case.save(update_fields=["state", "screened_at", "rejected_reason"])
    applications.settle(actor=actor, application_id=case.application.public_id)
    deadlines.cancel(case, CORRECTION)
    audit.append(case, actor=actor, verb="assessment.rejected", facts={"reason": words})
    signals.case_rejected.send(Case, case=case, actor=actor, reason=words)
    return case
