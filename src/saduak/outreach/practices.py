"""What heads and the programme's secretariat hear of good practices."""

from typing import Any

from django.db.models import Q, QuerySet
from django.dispatch import receiver

from saduak.applications import signals as applications
from saduak.applications.models import Practice
from saduak.foundation import clock
from saduak.foundation.access import Actor
from saduak.organisations.models import Appointment, Role
from saduak.organisations.models.dated import on_day
from saduak.outreach.actions import notify

# What the centre answers, and so what the secretariat hears; of the rest, the head does.
_ANSWERS = frozenset({"consented", "declined"})


@receiver(applications.practice_told, dispatch_uid="outreach.practice_told")
def _told(
    sender: object,  # noqa: ARG001 - as Django sends it
    *,
    practice: Practice,
    how: str,
    actor: Actor,
    **_: Any,
) -> None:
    """The head is asked and hears what the secretariat does; the secretariat hears what the head answers."""
    heads = _people(practice, Q(role=Role.HEAD, organisation=practice.centre.organisation_id)).filter(
        Q(centre__isnull=True) | Q(centre=practice.centre_id)
    )
    secretaries = _people(practice, Q(role=Role.SECRETARIAT))
    by_centre = how in _ANSWERS or (how == "withdrawn" and practice.ended_by_centre)
    people = secretaries if by_centre else heads
    notify(
        actor=actor,
        kind=f"practice_{how}",
        event=f"{practice.public_id}:{practice.audit_seq}",
        params={"centre": str(practice.centre), "title": practice.title},
        target=practice.public_id,
        programme_id=practice.programme_id,
        person_ids=people.exclude(person=actor.person_id or 0).values_list("person", flat=True).distinct(),
    )


def _people(practice: Practice, posts: Q) -> QuerySet[Appointment]:
    of_programme = Q(programme=practice.programme_id) | Q(programme__isnull=True)
    return Appointment.objects.filter(on_day(clock.today()), of_programme, posts).order_by("person")
