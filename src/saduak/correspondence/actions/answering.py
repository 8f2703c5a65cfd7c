"""What an office does about a duty: it acknowledges, and says when it is done."""

import uuid

from saduak.correspondence import rules
from saduak.correspondence.models import DutyRecipient, Letter
from saduak.correspondence.queries.deliveries import ended
from saduak.foundation import audit, clock
from saduak.foundation.access import Actor, Conflict, require
from saduak.foundation.actions import action


def _locked(actor: Actor, recipient_id: uuid.UUID) -> DutyRecipient:
    """The share of one office, locked after its letter, in whose chain the answer is noted.

    Whoever calls the letter back or corrects it locks in the same order. So the answers to one letter follow one another,
    which they do anyway at its chain; they are short.

    Raises:
        Refused: another office's duty, or of a secret letter that the actor may not see.
        Conflict: the duty asks for nothing more.
    """
    rows = DutyRecipient.objects.values_list("duty__letter__public_id", flat=True)
    letter = Letter.locked(rows.get(public_id=recipient_id))
    row: DutyRecipient = (
        DutyRecipient.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organisation", "duty")
        .get(public_id=recipient_id)
    )
    row.duty.letter = letter
    require(rules.may_answer(actor, row))
    require(rules.secrecy.may_read(actor, letter))
    over = ended(actor, row)
    if over is not None:
        raise Conflict(over.words, "superseded")
    return row


def _note(row: DutyRecipient, actor: Actor, verb: str) -> None:
    facts = {"duty": row.duty.ordinal, "organisation": row.organisation.code}
    audit.append(row.duty.letter, actor=actor, verb=verb, facts=facts)


@action("correspondence.acknowledge_duty")
def acknowledge_duty(*, actor: Actor, recipient_id: uuid.UUID) -> DutyRecipient:
    """Say that the office has read a duty. Saying it again changes nothing.

    Raises:
        Refused: another office's duty.
        Conflict: its letter was called back, replaced, or came again from its issuer.
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
        Conflict: its letter was called back, replaced, or came again from its issuer.
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
