"""Responsible officers that letters want: who there is already, and where the actor names one."""

from dataclasses import dataclass
from typing import Literal

from saduak.correspondence.models import DutyRecipient, Wants
from saduak.foundation import clock
from saduak.foundation.access import Actor
from saduak.organisations.models import Appointment, Role
from saduak.organisations.models.dated import on_day
from saduak.organisations.rules import to_appoint, to_invite


@dataclass(frozen=True, slots=True)
class Officers:
    """The responsible officers of an office today, and how the actor names one there; empty: others do."""

    present: tuple[Appointment, ...] = ()
    how: Literal["appoint", "invite", ""] = ""


def officers_for(actor: Actor, share: DutyRecipient) -> Officers | None:
    """What a duty that wants a responsible officer finds; None for any other duty. At most three queries."""
    if share.duty.wants != Wants.OFFICER:
        return None
    office, programme_id = share.organisation, share.duty.letter.programme_id
    rows = Appointment.objects.visible_to(actor).filter(
        on_day(clock.today()), organisation=office, role=Role.OFFICER
    )
    present = [
        row
        for row in rows.select_related("person", "centre").order_by("stand_in", "valid_from", "pk")
        if row.programme_id in {None, programme_id}
    ]
    if Role.OFFICER in to_appoint(actor, office).roles:
        return Officers(tuple(present), "appoint")
    return Officers(tuple(present), "invite" if Role.OFFICER in to_invite(actor, office).roles else "")
