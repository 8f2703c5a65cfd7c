"""Whom a programme's news goes to by name."""

from django.db.models import Q, QuerySet

from saduak.foundation import clock
from saduak.organisations.models import Appointment, Role
from saduak.organisations.models.dated import on_day


def posts_in(programme_id: int, posts: Q) -> QuerySet[Appointment]:
    """Today's appointments of this kind for the programme or for any, by person: whoever has two comes twice."""
    of_programme = Q(programme=programme_id) | Q(programme__isnull=True)
    return Appointment.objects.filter(on_day(clock.today()), of_programme, posts).order_by("person")


def secretariat_of(programme_id: int) -> QuerySet[Appointment]:
    """The programme's secretariat, wherever its people are appointed."""
    return posts_in(programme_id, Q(role=Role.SECRETARIAT))
