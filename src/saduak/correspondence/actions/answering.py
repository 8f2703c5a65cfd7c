"""What an office does about a duty: it acknowledges, and says when it is done."""

import uuid

from saduak.correspondence import rules
from saduak.correspondence.models import DutyRecipient, Letter
from saduak.foundation import audit, clock
from saduak.foundation.access import Actor, require
from saduak.foundation.actions import action


def _locked(actor: Actor, recipient_id: uuid.UUID) -> DutyRecipient:
    """The share of one office, locked; its letter is not, so that a thousand offices answer side by side."""
    row: DutyRecipient = (
        DutyRecipient.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organisation", "duty__letter")
        .get(public_id=recipient_id)
    )
    require(rules.may_answer(actor, row))
    return row


def _note(row: DutyRecipient, actor: Actor, verb: str) -> None:
    """One entry in the letter's chain. The letter is locked last and only for this."""
    letter = Letter.locked(row.duty.letter.public_id)
    facts = {"duty": row.duty.ordinal, "organisation": row.organisation.code}
    audit.append(letter, actor=actor, verb=verb, facts=facts)


@action("correspondence.acknowledge_duty")
def acknowledge_duty(*, actor: Actor, recipient_id: uuid.UUID) -> DutyRecipient:
    """Say that the office has read a duty. Saying it again changes nothing.

    Raises:
        Refused: another office's duty.
    """
    row = _locked(actor, recipient_id)
    if row.acknowledged_at is None:
        row.acknowledged_at, row.acknowledged_by_id = actor.received_at, actor.user_id
        row.save(update_fields=["acknowledged_at", "acknowledged_by"])
        _note(row, actor, "correspondence.duty_acknowledged")
    return row


@action("correspondence.finish_duty")
def finish_duty(*, actor: Actor, recipient_id: uuid.UUID, note: str = "") -> DutyRecipient:
    """Say that a duty is done, with a line for the issuer; it counts as acknowledged too. The line can be changed later.

    Raises:
        Refused: another office's duty.
    """
    row = _locked(actor, recipient_id)
    fields = ["note"]
    row.note = note.strip()[:500]
    if row.acknowledged_at is None:
        row.acknowledged_at, row.acknowledged_by_id = actor.received_at, actor.user_id
        fields += ["acknowledged_at", "acknowledged_by"]
    if row.done_at is None:
        row.done_at, row.done_by_id = clock.now(), actor.user_id
        fields += ["done_at", "done_by"]
    row.save(update_fields=fields)
    _note(row, actor, "correspondence.duty_done")
    return row
