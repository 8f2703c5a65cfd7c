"""What this room does when rooms below tell it something."""

from typing import Any

from django.db.models import Q
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from saduak.applications import rules, signals
from saduak.applications.actions import parting
from saduak.applications.actions.obstacles import UP, reroute_obstacles
from saduak.applications.models import Application, Obstacle, Review
from saduak.applications.queries.obstacles import CLOCK
from saduak.foundation import clock, jobs
from saduak.foundation.access import Actor, registry
from saduak.foundation.models import Deadline
from saduak.foundation.signals import deadline_lapsed, deadline_reminder
from saduak.organisations.models import Appointment, CentreEvent, Handover
from saduak.organisations.queries import MOVED
from saduak.organisations.signals import (
    appointment_ended,
    appointment_handed_over,
    centre_changed,
    relation_ended,
)

DRAFTS, REVIEWS = "applications.drafts", "applications.reviews"
MOVED[DRAFTS] = _("ใบสมัครที่ยังไม่ยื่น")
MOVED[REVIEWS] = _("ร่างที่รอตรวจทาน")


@receiver(centre_changed, dispatch_uid="applications.centre_moved")
def centre_moved(sender: Any, event: CentreEvent, actor: Actor, **_more: Any) -> None:
    """End what the agency before was given, when a centre has moved to another."""
    if event.before.get("organisation") == event.after.get("organisation"):
        return
    parting.centre_left(actor=actor, centre_id=event.centre_id)
    reroute_obstacles(actor=actor)


@receiver(relation_ended, dispatch_uid="applications.relation_ended")
def office_left(sender: Any, actor: Actor, **_more: Any) -> None:
    """Drop the checks that wait at an office which is above no longer."""
    parting.drop_stray_checks(actor=actor)
    reroute_obstacles(actor=actor)


@receiver(deadline_lapsed, dispatch_uid="applications.obstacle_lapsed")
def not_answered(sender: Any, *, deadline: Deadline, **_more: Any) -> None:
    """A job sends it up: it locks the obstacle before its clock, as whoever answers at this moment does."""
    if deadline.effect == UP:
        jobs.enqueue("applications.tasks.raise_obstacle", obstacle_pk=deadline.subject_id)


@receiver(deadline_reminder, dispatch_uid="applications.obstacle_near")
def answer_near(sender: Any, *, deadline: Deadline, days: int, **_more: Any) -> None:
    """Tell the rooms above that an obstacle is to be answered soon."""
    if deadline.kind != CLOCK or deadline.subject_model != Obstacle._meta.label_lower:
        return
    rows = Obstacle.objects.select_related("centre", "round__programme", "at")
    obstacle = rows.filter(pk=deadline.subject_id, state="open").first()
    if obstacle is not None:
        signals.obstacle_told.send(
            Obstacle, obstacle=obstacle, how="near", days=days, actor=Actor.system("obstacles")
        )


@receiver(appointment_ended, dispatch_uid="applications.appointment_ended")
def post_ended(sender: Any, appointment: Appointment, actor: Actor, **_more: Any) -> None:
    """Whoever is dismissed keeps no way in that they made for themselves."""
    if appointment.valid_to is not None and appointment.valid_to <= clock.today():
        parting.officer_left(actor=actor, left=appointment)


@receiver(appointment_handed_over, dispatch_uid="applications.handed_over")
def handed_over(sender: Any, handover: Handover, actor: Actor, **_more: Any) -> dict[str, int]:
    """Say what goes along with a hand-over.

    Drafts, their helpers and checks belong to the centre and the office, never to a person, so nothing has to be moved:
    whoever takes the appointment has them at once. The record says how many they are. Only links that the leaver made,
    and what was given to them to help with, end with their work.
    """
    if not handover.kept:
        parting.officer_left(actor=actor, left=handover.from_appointment)
    appointment = handover.to_appointment
    capabilities = registry.of_role(appointment.role)
    counts: dict[str, int] = {}
    if rules.EDIT in capabilities:
        here = Q(centre__organisation=appointment.organisation_id)
        if appointment.centre_id is not None:
            here = Q(centre=appointment.centre_id)
        counts[DRAFTS] = Application.objects.filter(here, state__in=["draft", "signed", "correction"]).count()
    if rules.REVIEW in capabilities:
        waiting = Review.objects.filter(organisation=appointment.organisation_id, state="requested")
        counts[REVIEWS] = waiting.count()
    return {key: count for key, count in counts.items() if count}
