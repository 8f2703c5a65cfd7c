"""Screening: a filed application is accepted, returned with reasons, or not taken."""

import uuid
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from saduak.applications import actions as applications
from saduak.applications.models import Application, Submission
from saduak.assessment import signals
from saduak.assessment.models import Case, ScreeningReturn
from saduak.assessment.rules import may_screen
from saduak.assessment.states import CASE
from saduak.foundation import audit, deadlines
from saduak.foundation.access import Actor, Invalid, require
from saduak.foundation.actions import action
from saduak.foundation.thai.calendar import end_exclusive
from saduak.programme.queries import contents

CORRECTION = "correction"


@action("assessment.open_case")
def open_case(*, actor: Actor, application: Application, submission: Submission) -> Case:
    """Take a filed application in; a corrected one goes back to screening with its new submission."""
    case = Case.objects.select_for_update().filter(application=application).first()
    if case is None:
        case = Case.objects.create(
            application=application, submission=submission, opened_at=actor.received_at
        )
        audit.append(
            case, actor=actor, verb="assessment.case_opened", facts={"receipt": submission.receipt_code}
        )
        return case
    case.submission = submission
    case.state = CASE.initial if case.state == "withdrawn" else CASE.step("resubmit", case.state)
    case.save(update_fields=["submission", "state"])
    ScreeningReturn.objects.filter(case=case, answered_at__isnull=True).update(answered_at=actor.received_at)
    deadlines.meet(case, CORRECTION)
    audit.append(case, actor=actor, verb="assessment.resubmitted", facts={"receipt": submission.receipt_code})
    return case


@action("assessment.withdraw_case")
def withdraw_case(*, actor: Actor, application: Application) -> Case | None:
    """The centre withdrew; nothing when it had not filed."""
    case = Case.objects.select_for_update().filter(application=application).first()
    if case is None or not CASE.can("withdraw", case.state):
        return case
    case.state = CASE.step("withdraw", case.state)
    case.save(update_fields=["state"])
    deadlines.meet(case, CORRECTION)
    audit.append(case, actor=actor, verb="assessment.withdrawn")
    return case


@action("assessment.accept")
def accept(*, actor: Actor, case_id: uuid.UUID) -> Case:
    """The documents are in order: the case goes on to a panel.

    Raises:
        Refused: not the secretariat.
        Conflict: not in screening.
    """
    case = Case.locked(case_id)
    require(may_screen(actor, case))
    case.state = CASE.step("accept", case.state)
    case.screened_at = actor.received_at
    case.save(update_fields=["state", "screened_at"])
    audit.append(case, actor=actor, verb="assessment.accepted")
    signals.case_accepted.send(Case, case=case, actor=actor)
    return case


@action("assessment.return")
def return_case(
    *, actor: Actor, case_id: uuid.UUID, reason: str, due_on: date, items: list[dict[str, str]] | None = None
) -> ScreeningReturn:
    """Give it back to the centre to be corrected, with reasons and a day to answer by (that day counts).

    Args:
        actor: the secretariat.
        case_id: which case.
        reason: what must be corrected, for the centre to read.
        due_on: the last day, in Bangkok.
        items: `{"criterion": key, "text": what to correct there}`.

    Raises:
        Refused: not the secretariat.
        Conflict: not in screening.
        Invalid: no reason, a day that is over, or an unknown criterion.
    """
    case = Case.locked(case_id)
    require(may_screen(actor, case))
    due_at = end_exclusive(due_on)
    wrong: dict[str, Any] = {}
    if not reason.strip():
        wrong["reason"] = _("ระบุสิ่งที่ต้องแก้ ศูนย์จะได้อ่านข้อความนี้")
    if due_at <= actor.received_at:
        wrong["due_on"] = _("เลือกวันที่ยังมาไม่ถึง")
    known = contents(case.application.round.criteria_set).by_key
    if any(item.get("criterion") not in known for item in items or []):
        wrong["items"] = _("มีข้อที่ไม่อยู่ในชุดเกณฑ์ของรอบนี้")
    if wrong:
        raise Invalid(_("ยังส่งคืนไม่ได้ แก้ตามที่แจ้งไว้ก่อน"), wrong)
    case.state = CASE.step("return", case.state)
    case.screened_at = actor.received_at
    case.save(update_fields=["state", "screened_at"])
    entry = ScreeningReturn.objects.create(
        case=case,
        ordinal=case.returns.count() + 1,
        reason=reason.strip(),
        items=[{"criterion": item["criterion"], "text": item["text"].strip()} for item in items or []],
        returned_at=actor.received_at,
        returned_by_id=actor.user_id,
        due_at=due_at,
    )
    applications.return_for_correction(
        actor=actor, application_id=case.application.public_id, due_at=due_at, reason=entry.reason
    )
    deadlines.start(
        subject=case,
        kind=CORRECTION,
        start_event="assessment.returned",
        started_at=actor.received_at,
        due_at=due_at,
        reminder_days=[3, 1],
        effect="assessment.remind_correction",
    )
    audit.append(
        case, actor=actor, verb="assessment.returned", facts={"ordinal": entry.ordinal, "due": due_at}
    )
    signals.case_returned.send(Case, case=case, actor=actor, entry=entry)
    return entry


@action("assessment.reject")
def reject(*, actor: Actor, case_id: uuid.UUID, reason: str) -> Case:
    """Not taken for assessment, with the reason that the centre reads.

    Raises:
        Refused: not the secretariat.
        Conflict: with a panel already.
        Invalid: no reason.
    """
    case = Case.locked(case_id)
    require(may_screen(actor, case))
    if not reason.strip():
        raise Invalid(_("ระบุเหตุผลที่ไม่รับ"), {"reason": _("ระบุเหตุผล ศูนย์จะได้อ่านข้อความนี้")})
    case.state = CASE.step("reject", case.state)
    case.screened_at, case.agreed_note = actor.received_at, reason.strip()
    case.save(update_fields=["state", "screened_at", "agreed_note"])
    deadlines.meet(case, CORRECTION)
    audit.append(case, actor=actor, verb="assessment.rejected", facts={"reason": reason.strip()})
    signals.case_rejected.send(Case, case=case, actor=actor, reason=reason.strip())
    return case
