"""A responsible officer was named: what letters had asked the office for is done by that."""

from django.utils import translation
from django.utils.translation import gettext as _

from saduak.correspondence.models import DutyRecipient, Letter, Wants
from saduak.foundation import audit, clock
from saduak.foundation.access import Actor
from saduak.foundation.actions import action
from saduak.organisations.models import Appointment


@action("correspondence.note_officer")
def note_officer(*, actor: Actor, appointment: Appointment) -> int:
    """Note as done what open letters of the appointment's programme asked its organisation for: a responsible officer.

    Part of the appointing, whoever does it: it happened, so nobody is asked for leave. How many duties were done by it.
    """
    waiting = DutyRecipient.objects.filter(
        organisation=appointment.organisation_id,
        duty__wants=Wants.OFFICER,
        done_at__isnull=True,
        superseded_at__isnull=True,
    )
    if appointment.programme_id is not None:
        waiting = waiting.filter(duty__letter__programme=appointment.programme_id)
    letters = sorted(set(waiting.values_list("duty__letter__public_id", flat=True)))
    done = 0
    for public_id in letters:
        # The letter first, as whoever answers or calls it back locks them.
        letter = Letter.locked(public_id)
        shares = waiting.filter(duty__letter=letter).select_related("duty").order_by("pk")
        for share in shares.select_for_update(of=("self",), no_key=True):
            _note(actor, letter, share, appointment)
            done += 1
    return done


def _note(actor: Actor, letter: Letter, share: DutyRecipient, appointment: Appointment) -> None:
    if share.acknowledged_at is None:
        share.acknowledged_at, share.acknowledged_by_id = actor.received_at, actor.user_id
    share.done_at, share.done_by_id = clock.now(), actor.user_id
    with translation.override("th"):
        share.note = share.note or _("แต่งตั้งผู้รับผิดชอบในระบบแล้ว")
    share.save(update_fields=["acknowledged_at", "acknowledged_by", "done_at", "done_by", "note"])
    facts = {
        "duty": share.duty.ordinal,
        "organisation": appointment.organisation.code,
        "appointment": appointment.public_id,
    }
    audit.append(letter, actor=actor, verb="correspondence.duty_done", facts=facts)
