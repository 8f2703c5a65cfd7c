"""What those who are followed hear of a reminder, and who asked for a large board of its file."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q
from django.dispatch import receiver

from saduak.applications import signals as applications
from saduak.applications.models import BoardExport, RemindedUnit, Reminder, RequestedFile
from saduak.foundation import clock
from saduak.foundation.access import Actor
from saduak.organisations.models import Appointment, Person, Role
from saduak.organisations.models.dated import on_day
from saduak.outreach.actions import Told, notify, notify_each


@receiver(applications.units_reminded, dispatch_uid="outreach.units_reminded")
def _reminded(
    sender: object,  # noqa: ARG001 - every receiver has one
    *,
    reminder: Reminder,
    units: list[RemindedUnit],
    actor: Actor,
    **_: Any,
) -> None:
    """The responsible officers and the head of each unit, or its office where no officer could read it. Two queries."""
    programme_id = reminder.round.programme_id
    posts = _posts({unit.organisation_id for unit in units}, programme_id)
    said = {"office": str(reminder.organisation), "text": reminder.text}
    told: list[Told] = []
    for unit in units:
        event = _event(reminder, unit, unit.day)
        params = said | {"unit": str(unit.centre or unit.organisation)}
        people = _people(posts[unit.organisation_id], unit.centre_id)
        told += [Told(None, event, params, person_id=pk, programme_id=programme_id) for pk in people]
        if not people:
            told.append(
                Told(
                    unit.organisation_id,
                    event,
                    params,
                    centre_id=unit.centre_id,
                    programme_id=programme_id,
                )
            )
    notify_each(actor=actor, kind="unit_reminded", rows=told)


def _event(reminder: Reminder, unit: RemindedUnit, day: date) -> str:
    """Once a day from one office, whichever of its reminders it was."""
    which = f"c{unit.centre_id}" if unit.centre_id else f"o{unit.organisation_id}"
    return f"{reminder.round_id}:{reminder.organisation_id}:{which}:{day}"


def _posts(offices: set[int], programme_id: int) -> dict[int, list[tuple[str, int | None, int]]]:
    """(role, centre, person) of those who can read a notice, by office. One query."""
    rows = Appointment.objects.filter(
        on_day(clock.today()),
        Q(programme=None) | Q(programme=programme_id),
        organisation__in=offices,
        role__in=[Role.OFFICER, Role.HEAD],
        person__user__is_active=True,
    )
    found: dict[int, list[tuple[str, int | None, int]]] = defaultdict(list)
    columns = ("organisation_id", "role", "centre_id", "person_id")
    for office, role, centre, person in rows.order_by("pk").values_list(*columns):
        found[office].append((role, centre, person))
    return found


def _people(posts: Iterable[tuple[str, int | None, int]], centre_id: int | None) -> list[int]:
    """Whose work a unit is: nobody, when no officer is appointed for it."""
    here = [post for post in posts if post[1] in {None, centre_id}]
    if not any(role == Role.OFFICER for role, _centre, _person in here):
        return []
    return list(dict.fromkeys(person for _role, _centre, person in here))


@receiver(applications.board_written, dispatch_uid="outreach.board_written")
def _written(sender: object, *, export: BoardExport, actor: Actor, **_: Any) -> None:  # noqa: ARG001 - as above
    tell_made(export, actor, "board_written")


def tell_made(export: RequestedFile, actor: Actor, kind: str) -> None:
    """Tell who asked for a file that it is made, or why not. One query, and what `notify` takes."""
    notify(
        actor=actor,
        kind=kind,
        event=str(export.public_id),
        params={"reason": export.refused} if export.refused else {"count": str(export.lines)},
        target=export.public_id,
        person_ids=Person.objects.filter(user=export.requested_by_id).values_list("pk", flat=True),
    )
