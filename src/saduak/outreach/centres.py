"""What centres and those above them hear of obstacles, of more time, and of a headquarters' shared library."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from saduak.applications import signals as applications
from saduak.applications.models import Application, Extension, Obstacle, SharedItem
from saduak.applications.queries.obstacles import CLOCK, reached
from saduak.applications.rules.obstacles import topic_words
from saduak.foundation import deadlines, jobs
from saduak.foundation.access import Actor
from saduak.foundation.thai import calendar
from saduak.outreach.actions import notify
from saduak.outreach.posts import secretariat_of

# What is told to whose turn it is.
_COMES = {
    "reported": "obstacle_came",
    "moved": "obstacle_came",
    "raised": "obstacle_up",
    "passed": "obstacle_up",
    "reopened": "obstacle_again",
    "near": "obstacle_near",
}
# What is told to everybody whom it has reached.
_OVER = {"answered": "obstacle_answered", "closed": "obstacle_closed", "withdrawn": "obstacle_withdrawn"}


@receiver(applications.obstacle_told, dispatch_uid="outreach.obstacle_told")
def _obstacle(
    sender: object,  # noqa: ARG001 - as Django sends it
    *,
    obstacle: Obstacle,
    how: str,
    actor: Actor,
    **more: Any,
) -> None:
    """Whose turn it is hears that it came; the centre hears where it went and that it was answered."""
    # What was written is not repeated: a notice goes to the whole office, and may hold what names a person.
    said = {"centre": str(obstacle.centre), "topic": str(topic_words(obstacle.topic))}
    said["office"] = str(obstacle.at) if obstacle.at is not None else obstacle.round.programme.short_name
    event = f"{obstacle.public_id}:{obstacle.audit_seq}:{more.get('days', '')}"
    if how in _COMES:
        running = deadlines.of(obstacle, CLOCK)
        due = {"due": calendar.closing_day(running.due_at).isoformat()} if running is not None else {}
        due |= {"days": str(more["days"])} if "days" in more else {}
        _tell(actor, obstacle, _COMES[how], event, said | due, _turn(obstacle))
    else:
        _tell(actor, obstacle, _OVER[how], event, said, {"organisation_ids": reached(obstacle)})
    if how in {"raised", "passed", "moved", "answered"}:
        centre = {"organisation_ids": [obstacle.centre.organisation_id], "centre_id": obstacle.centre_id}
        _tell(
            actor, obstacle, "obstacle_reply" if how == "answered" else "obstacle_sent", event, said, centre
        )


def _turn(obstacle: Obstacle) -> dict[str, Any]:
    """The office whose turn it is; the secretariat by name, wherever its people are appointed."""
    if obstacle.at_id is not None:
        return {"organisation_ids": [obstacle.at_id]}
    people = secretariat_of(obstacle.round.programme_id)
    return {"person_ids": people.values_list("person", flat=True)}


def _tell(
    actor: Actor, obstacle: Obstacle, kind: str, event: str, params: dict[str, str], whom: dict[str, Any]
) -> None:
    notify(
        actor=actor,
        kind=kind,
        event=event,
        params=params,
        target=obstacle.public_id,
        programme_id=obstacle.round.programme_id,
        **whom,
    )


@receiver(applications.extended, dispatch_uid="outreach.extended")
def _extended(
    sender: object,  # noqa: ARG001 - as Django sends it
    *,
    extension: Extension,
    how: str,
    actor: Actor,
    **_: Any,
) -> None:
    """The centre's people hear until when, and why."""
    given = how == "given"
    notify(
        actor=actor,
        kind="extended" if given else "extension_ended",
        event=str(extension.public_id),
        params={
            "centre": str(extension.centre),
            "due": calendar.closing_day(extension.until).isoformat(),
            "reason": extension.reason if given else extension.ended_reason,
        },
        organisation_ids=[extension.centre.organisation_id],
        centre_id=extension.centre_id,
        programme_id=extension.round.programme_id,
    )


@receiver(applications.correction_extended, dispatch_uid="outreach.correction_extended")
def _correction(
    sender: object,  # noqa: ARG001 - as Django sends it
    *,
    application: Application,
    due_at: datetime,
    reason: str,
    actor: Actor,
    **_: Any,
) -> None:
    notify(
        actor=actor,
        kind="correction_extended",
        event=f"{application.public_id}:{due_at.isoformat()}",
        params={
            "centre": str(application.centre),
            "due": calendar.closing_day(due_at).isoformat(),
            "reason": reason,
        },
        target=application.public_id,
        organisation_ids=[application.centre.organisation_id],
        centre_id=application.centre_id,
        programme_id=application.round.programme_id,
    )


@receiver(applications.proof_fell, dispatch_uid="outreach.proof_fell")
def _fell(
    sender: object,  # noqa: ARG001 - as Django sends it
    *,
    application: Application,
    item: SharedItem,
    numbers: list[str],
    actor: Actor,
    **_: Any,
) -> None:
    """Those who work for the centre hear for which criteria they have to bring proof of their own."""
    notify(
        actor=actor,
        kind="proof_fell",
        event=f"{application.public_id}:{application.audit_seq}",
        params={
            "centre": str(application.centre),
            "numbers": ", ".join(numbers),
            "caption": item.caption,
            "office": str(item.organisation),
        },
        target=application.public_id,
        organisation_ids=[application.centre.organisation_id],
        centre_id=application.centre_id,
        programme_id=application.round.programme_id,
    )


@receiver(applications.shared_changed, dispatch_uid="outreach.shared_changed")
def _shared(
    sender: object,  # noqa: ARG001 - as Django sends it
    *,
    item: SharedItem,
    following: SharedItem | None,
    **_: Any,
) -> None:
    """The centres that use the old one hear that there is a new one, or none any more: after this, as they are many."""
    jobs.enqueue("outreach.tasks.tell_of_shared", item=item.pk, renewed=following is not None)
