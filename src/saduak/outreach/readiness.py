"""What heads hear of units that were assessed, who sent and who reads of lists on their way, and who asked of files."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.dispatch import receiver

from saduak.applications import signals as applications
from saduak.applications.models import (
    ReadinessEntry,
    ReadinessExport,
    ReadinessList,
    ReadinessSending,
)
from saduak.foundation import clock
from saduak.foundation.access import Actor
from saduak.foundation.thai import calendar
from saduak.organisations.models import Appointment, Organisation, Person, Relation, Role
from saduak.organisations.models.dated import on_day
from saduak.outreach.actions import Told, notify, notify_each
from saduak.outreach.boards import tell_made
from saduak.outreach.posts import posts_in, secretariat_of
from saduak.programme.models import Round


@receiver(applications.readiness_waits, dispatch_uid="outreach.readiness_waits")
def _waits(
    sender: object,  # noqa: ARG001 - as Django sends it
    *,
    round: Round,  # noqa: A002 - as it is sent
    office: Organisation,
    actor: Actor,
    **_: Any,
) -> None:
    """Whoever may confirm, once a day however many units were assessed: heads there, and of who writes in its name."""
    heads = _posts(round, office, Role.HEAD)
    day = calendar.bangkok_date(actor.received_at)
    notify(
        actor=actor,
        kind="readiness_waits",
        event=f"{round.public_id}:{office.pk}:{day}",
        params={"office": str(office)},
        target=round.public_id,
        person_ids=heads.values_list("person", flat=True).distinct(),
        programme_id=round.programme_id,
    )


def _posts(round_: Round, office: Organisation, *roles: str) -> QuerySet[Appointment]:
    """Today's posts of these roles at an assessing office, and at who writes in its name."""
    writers = Relation.objects.filter(
        on_day(clock.today()), kind=Relation.Kind.ISSUES_FOR, parent=office
    ).values("child")
    there = Q(organisation=office) | Q(organisation__in=writers)
    return posts_in(round_.programme_id, there & Q(role__in=roles, centre__isnull=True))


@receiver(applications.readiness_stopped, dispatch_uid="outreach.readiness_stopped")
def _stopped(sender: object, *, sending: ReadinessSending, actor: Actor, **_: Any) -> None:  # noqa: ARG001 - as above
    """Whoever sent it, and all who may send it on or take it back."""
    office = _posts(sending.round, sending.assessor, Role.HEAD, Role.SUPERVISOR)
    people = {*office.values_list("person", flat=True), *_sender(sending)}
    _about(sending, actor, "readiness_stopped", sending.round.public_id, sorted(people))


@receiver(applications.readiness_filed, dispatch_uid="outreach.readiness_filed")
def _filed(sender: object, *, sending: ReadinessSending, actor: Actor, **_: Any) -> None:  # noqa: ARG001 - as above
    """Whoever sent it hears that it is there."""
    if sending.list is not None:
        _about(sending, actor, "readiness_filed", sending.list.public_id, _sender(sending))


def _sender(sending: ReadinessSending) -> list[int]:
    return list(
        Person.objects.filter(user=sending.sent_by_id, user__isnull=False).values_list("pk", flat=True)
    )


def _about(sending: ReadinessSending, actor: Actor, kind: str, target: UUID, people: list[int]) -> None:
    notify(
        actor=actor,
        kind=kind,
        event=f"{sending.public_id}:{sending.audit_seq}",
        params={"office": str(sending.assessor), "count": sending.units, "reason": sending.stopped_because},
        target=target,
        person_ids=people,
        programme_id=sending.round.programme_id,
    )


@receiver(applications.readiness_sent, dispatch_uid="outreach.readiness_sent")
def _sent(
    sender: object,  # noqa: ARG001 - as Django sends it
    *,
    sent: ReadinessList,
    entries: list[ReadinessEntry],
    actor: Actor,
    **_: Any,
) -> None:
    """The secretariat once a list; each centre once a list too, whose reasons stand on the page: all of its office read it."""
    programme_id = sent.round.programme_id
    notify(
        actor=actor,
        kind="readiness_came",
        event=str(sent.public_id),
        params={"office": str(sent.assessor), "count": sent.units},
        target=sent.public_id,
        person_ids=secretariat_of(programme_id).values_list("person", flat=True).distinct(),
        programme_id=programme_id,
    )
    for ready, kind in ((True, "readiness_ready"), (False, "readiness_not_ready")):
        rows = [
            Told(
                entry.centre.organisation_id,
                f"{sent.public_id}:{entry.centre_id}",
                {"office": str(sent.assessor), "centre": str(entry.centre)},
                target=entry.public_id,
                centre_id=entry.centre_id,
                programme_id=programme_id,
            )
            for entry in entries
            if entry.ready is ready
        ]
        if rows:
            notify_each(actor=actor, kind=kind, rows=rows)


@receiver(applications.readiness_written, dispatch_uid="outreach.readiness_written")
def _written(sender: object, *, export: ReadinessExport, actor: Actor, **_: Any) -> None:  # noqa: ARG001 - as above
    tell_made(export, actor, "readiness_written")


@receiver(applications.readiness_refused, dispatch_uid="outreach.readiness_refused")
def _refused(sender: object, *, export: ReadinessExport, actor: Actor, **_: Any) -> None:  # noqa: ARG001 - as above
    tell_made(export, actor, "readiness_refused")
