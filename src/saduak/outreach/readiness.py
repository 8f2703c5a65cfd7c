"""What a head hears of units that were assessed, and centres of what was sent to the programme about them."""

from typing import Any

from django.db.models import Q
from django.dispatch import receiver

from saduak.applications import signals as applications
from saduak.applications.models import ReadinessEntry, ReadinessList
from saduak.foundation import clock
from saduak.foundation.access import Actor
from saduak.foundation.thai import calendar
from saduak.organisations.models import Appointment, Organisation, Role
from saduak.organisations.models.dated import on_day
from saduak.outreach.actions import Told, notify, notify_each
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
    """The heads of the assessing office, once a day however many units were assessed."""
    heads = Appointment.objects.filter(
        on_day(clock.today()),
        Q(programme=None) | Q(programme=round.programme_id),
        organisation=office,
        role=Role.HEAD,
        centre__isnull=True,
    )
    day = calendar.bangkok_date(actor.received_at)
    notify(
        actor=actor,
        kind="readiness_waits",
        event=f"{round.public_id}:{office.pk}:{day}",
        params={"office": str(office)},
        person_ids=heads.values_list("person", flat=True),
        programme_id=round.programme_id,
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
    """Each centre once a list; the reasons stand on the page, for a notice goes to the whole office."""
    for ready, kind in ((True, "readiness_ready"), (False, "readiness_not_ready")):
        rows = [
            Told(
                entry.centre.organisation_id,
                f"{sent.public_id}:{entry.centre_id}",
                {"office": str(sent.assessor), "centre": str(entry.centre)},
                target=entry.public_id,
                centre_id=entry.centre_id,
                programme_id=sent.round.programme_id,
            )
            for entry in entries
            if entry.ready is ready
        ]
        if rows:
            notify_each(actor=actor, kind=kind, rows=rows)
