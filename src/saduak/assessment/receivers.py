"""What this room does when an application is filed, withdrawn or sent back, and when a correction is near or late."""

from typing import Any

from django.dispatch import receiver

from saduak.applications import signals as applications
from saduak.applications.models import Application, Submission
from saduak.assessment import signals
from saduak.assessment.actions import guard_return, note_lapse, open_case, withdraw_case
from saduak.assessment.actions.screening import CORRECTION, LAPSES
from saduak.assessment.models import Case
from saduak.foundation.access import Actor
from saduak.foundation.models import Deadline
from saduak.foundation.signals import deadline_lapsed, deadline_reminder


@receiver(applications.submitted, dispatch_uid="assessment.open_case")
def _filed(
    sender: object, *, application: Application, submission: Submission, actor: Actor, **_: Any
) -> None:
    open_case(actor=actor, application=application, submission=submission)


@receiver(applications.withdrawn, dispatch_uid="assessment.withdraw_case")
def _withdrawn(sender: object, *, application: Application, actor: Actor, **_: Any) -> None:
    withdraw_case(actor=actor, application=application)


@receiver(applications.returned, dispatch_uid="assessment.guard_return")
def _returned(sender: object, *, application: Application, actor: Actor, **_: Any) -> None:
    guard_return(actor=actor, application=application)


@receiver(deadline_lapsed, dispatch_uid="assessment.note_lapse")
def _lapsed(sender: object, *, deadline: Deadline, **_: Any) -> None:
    if deadline.effect == LAPSES:
        note_lapse(actor=Actor.system("assessment"), case_pk=deadline.subject_id)


@receiver(deadline_reminder, dispatch_uid="assessment.correction_near")
def _near(sender: object, *, deadline: Deadline, days: int, **_: Any) -> None:
    if deadline.kind != CORRECTION or deadline.subject_model != Case._meta.label_lower:
        return
    case = Case.objects.filter(pk=deadline.subject_id, state="returned").first()
    if case is not None:
        signals.correction_near.send(Case, case=case, days=days, actor=Actor.system("assessment"))
