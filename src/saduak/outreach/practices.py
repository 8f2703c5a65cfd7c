"""What heads and the programme's secretariat hear of good practices."""

from typing import Any

from django.db.models import Q
from django.dispatch import receiver

from saduak.applications import signals as applications
from saduak.applications.models import Practice
from saduak.foundation.access import Actor
from saduak.organisations.models import Role
from saduak.outreach.actions import notify
from saduak.outreach.posts import posts_in, secretariat_of

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
    heads = posts_in(
        practice.programme_id, Q(role=Role.HEAD, organisation=practice.centre.organisation_id)
    ).filter(Q(centre__isnull=True) | Q(centre=practice.centre_id))
    by_centre = how in _ANSWERS or (how == "withdrawn" and practice.ended_by_centre)
    people = secretariat_of(practice.programme_id) if by_centre else heads
    notify(
        actor=actor,
        kind=f"practice_{how}",
        event=f"{practice.public_id}:{practice.audit_seq}",
        params={"centre": str(practice.centre), "title": practice.title},
        target=practice.public_id,
        programme_id=practice.programme_id,
        person_ids=people.exclude(person=actor.person_id or 0).values_list("person", flat=True).distinct(),
    )
