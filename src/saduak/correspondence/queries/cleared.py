"""Offices where nobody may open a secret letter: whoever sends it there has to hand it over on paper."""

from collections.abc import Iterable

from django.db.models import Q

from saduak.correspondence.models import Delivery
from saduak.foundation import clock
from saduak.organisations.models import Appointment, Role
from saduak.organisations.models.dated import on_day

# Who is cleared at an office, as `rules.CLEARED` gives it to roles.
ROLES = (Role.HEAD, Role.CLERK)


def nobody_at(organisation_ids: Iterable[int], programme_id: int) -> frozenset[int]:
    """Of some offices (keys) those without anybody who may open a secret letter of a programme today. One query.

    Somebody may who is head or clerk of the very office, not of one centre of it alone, and has an account.
    """
    asked = frozenset(organisation_ids)
    somebody = Appointment.objects.filter(
        on_day(clock.today()),
        Q(programme=None) | Q(programme=programme_id),
        organisation__in=asked,
        centre=None,
        role__in=ROLES,
        person__user__is_active=True,
    )
    return asked.difference(somebody.values_list("organisation_id", flat=True)) if asked else asked


def unopened(rows: Iterable[Delivery]) -> frozenset[int]:
    """Of the deliveries of one page the offices (keys) where nobody may open what came, and nobody has received it.

    One query when something secret among them was not received, else none. What stands in one tree is of one programme.

    Args:
        rows: sent through the system, each with its sending and the letter of that.
    """
    waiting: dict[int, int] = {}
    for row in rows:
        if row.state == "sent" and row.dispatch is not None and row.dispatch.letter.is_secret:
            waiting[row.organisation_id] = row.dispatch.letter.programme_id
    return nobody_at(waiting, next(iter(waiting.values()))) if waiting else frozenset()
