"""What this room does when an application is filed or withdrawn."""

from typing import Any

from django.dispatch import receiver

from saduak.applications import signals as applications
from saduak.applications.models import Application, Submission
from saduak.assessment.actions import open_case, withdraw_case
from saduak.foundation.access import Actor


@receiver(applications.submitted, dispatch_uid="assessment.open_case")
def _filed(
    sender: object, *, application: Application, submission: Submission, actor: Actor, **_: Any
) -> None:
    open_case(actor=actor, application=application, submission=submission)


@receiver(applications.withdrawn, dispatch_uid="assessment.withdraw_case")
def _withdrawn(sender: object, *, application: Application, actor: Actor, **_: Any) -> None:
    withdraw_case(actor=actor, application=application)
