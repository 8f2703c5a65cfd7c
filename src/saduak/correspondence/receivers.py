"""What rooms below tell: with the country come the texts of letters and how long letters are kept; an officer was named."""

from typing import Any

from django.dispatch import receiver

from saduak.correspondence import registers_retention, seeds
from saduak.correspondence.actions.naming import note_officer
from saduak.foundation.access import Actor
from saduak.organisations.models import Appointment, Role
from saduak.organisations.signals import appointment_made, seeded


@receiver(seeded, dispatch_uid="correspondence.seeded")
def _seeded(sender: object, **_: Any) -> None:
    seeds.seed()
    registers_retention.seed()


@receiver(appointment_made, dispatch_uid="correspondence.officer_named")
def _appointed(sender: object, *, appointment: Appointment, actor: Actor, **_: Any) -> None:
    if appointment.role == Role.OFFICER:
        note_officer(actor=actor, appointment=appointment)
