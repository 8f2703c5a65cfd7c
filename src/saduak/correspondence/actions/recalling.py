"""Calling a letter back, or putting a later one in its place: everybody who had the old one is told."""

import uuid
from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.correspondence import rules, signals
from saduak.correspondence.actions.exchanging import tell_mailed
from saduak.correspondence.actions.passing_outside import waits_again
from saduak.correspondence.inputs import DeadlineInput
from saduak.correspondence.models import Delivery, Dispatch, DutyRecipient, Letter
from saduak.correspondence.queries.tree import further_down
from saduak.correspondence.states import DISPATCH
from saduak.foundation import audit, clock
from saduak.foundation.access import Actor, Conflict, Invalid, require
from saduak.foundation.actions import action
from saduak.foundation.thai import calendar
from saduak.programme.actions import withdraw_internal_deadline
from saduak.programme.models import InternalDeadline


@action("correspondence.recall")
def recall(
    *, actor: Actor, dispatch_id: uuid.UUID, reason: str, withdraw_deadlines: bool = False
) -> Dispatch:
    """Call back what was sent. Those who had it keep seeing that it existed and why it was called back.

    The duties that it laid on them ask for nothing more. Letters in which others passed it on are theirs to call back;
    they are told. What it passed on itself waits to be passed on again. A constant number of queries, whatever the number
    of offices; those told are written in hundreds.

    Args:
        actor: works at the sender.
        dispatch_id: public id of the sending.
        reason: everybody who had it reads it.
        withdraw_deadlines: whether the internal deadlines that the letter set are taken back too, when it stands nowhere
            any more; each is one more write.

    Raises:
        Refused: not the sender, or the deadlines are not the actor's to take back.
        Invalid: no reason.
        Conflict: it was called back before.
    """
    dispatch = _locked(dispatch_id)
    require(rules.may_call_back(actor, dispatch))
    state = DISPATCH.step("recall", dispatch.state)
    if not reason.strip():
        words = _("เขียนเหตุผล ทุกหน่วยงานที่ได้หนังสือไปจะเห็น")
        raise Invalid(words, {"reason": words}, "no-reason")
    now, letter = clock.now(), dispatch.letter
    dispatch.state, dispatch.recalled_at, dispatch.recall_reason = state, now, reason.strip()[:500]
    dispatch.save(update_fields=["state", "recalled_at", "recall_reason"])
    sent = Delivery.objects.filter(dispatch=dispatch)
    # Under the locks: who got it, or passed it on, a moment ago is told too.
    had = set(sent.values_list("organisation_id", flat=True))
    further = further_down([dispatch], had)
    count = sent.exclude(state="withdrawn").update(state="withdrawn", withdrawn_at=now)
    if not letter.dispatches.exclude(state="recalled").exists():
        letter.recalled_at, letter.recall_reason = now, dispatch.recall_reason
        letter.save(update_fields=["recalled_at", "recall_reason"])
        audit.append(
            letter, actor=actor, verb="correspondence.recalled", facts={"reason": letter.recall_reason}
        )
        if withdraw_deadlines:
            _take_back_deadlines(actor, letter)
    if dispatch.forwards_id is not None:
        waits_again(actor, dispatch.forwards_id, {"dispatch": dispatch.public_id})
    # Who got the same letter by another sending too still has what it asks.
    elsewhere = Delivery.objects.filter(letter=letter).exclude(state="withdrawn").values("organisation")
    gone = Q(organisation__in=sent.values("organisation")) & ~Q(organisation__in=elsewhere)
    _asks_no_more(Q(duty__letter=letter) & gone)
    facts = {"reason": dispatch.recall_reason, "offices": count}
    audit.append(dispatch, actor=actor, verb="correspondence.recalled", facts=facts)
    tell_mailed(dispatch)
    signals.letter_recalled.send(
        sender=Dispatch, dispatch=dispatch, organisation_ids=sorted(had), further=further, actor=actor
    )
    return dispatch


def _locked(dispatch_id: uuid.UUID) -> Dispatch:
    """A sending with its letter, locked in the order of this room: deliveries, letter, sending; shares of duties follow.

    Among the deliveries is the one that it passed on: whoever passes that on meanwhile waits, or came before. What a batch delivers meanwhile waits for the sending, or came before and is found by whoever reads afterwards.
    """
    pk, letter_id, parent = Dispatch.objects.values_list("pk", "letter__public_id", "forwards").get(
        public_id=dispatch_id
    )
    held = Q(dispatch=pk) if parent is None else Q(dispatch=pk) | Q(pk=parent)
    rows = Delivery.objects.select_for_update(no_key=True).filter(held).order_by("pk")
    list(rows.values_list("pk", flat=True))
    letter = Letter.locked(letter_id)
    dispatch = Dispatch.locked(dispatch_id)
    dispatch.letter = letter
    return dispatch


def deadlines_of(letter: Letter) -> QuerySet[InternalDeadline]:
    """The internal deadlines that a letter set in its issuer's name, and that still count."""
    rows: QuerySet[InternalDeadline] = InternalDeadline.objects.filter(
        owner=letter.issuer_id, source_letter=letter.public_id, retired_at__isnull=True
    )
    return rows.order_by("due_at", "pk")


def _take_back_deadlines(actor: Actor, letter: Letter) -> None:
    words = format_lazy(_("เรียกคืนหนังสือ ที่ {number} ที่กำหนดวันนี้"), number=letter.number or "-")
    for row in deadlines_of(letter):
        withdraw_internal_deadline(actor=actor, deadline_id=row.public_id, reason=str(words))


def correct(*, actor: Actor, dispatch: Dispatch, earlier: Letter) -> None:
    """Put the letter of a new sending in the place of an earlier one; part of the action that issues it.

    What the earlier one asked is asked no more of those who had it: the later one says what counts. Deadlines are moved
    by their owner, never by this.

    Raises:
        Conflict: another letter took its place already, or it was called back.
    """
    if earlier.superseded_by_id is not None or earlier.recalled_at is not None:
        raise Conflict(_("หนังสือฉบับเดิมถูกแทนหรือเรียกคืนไปแล้ว"), "superseded")
    earlier.superseded_by = dispatch.letter
    earlier.save(update_fields=["superseded_by"])
    _asks_no_more(Q(duty__letter=earlier))
    facts = {"by": dispatch.letter.public_id, "number": dispatch.letter.number}
    audit.append(earlier, actor=actor, verb="correspondence.superseded", facts=facts)
    had = set(Delivery.objects.filter(letter=earlier).values_list("organisation_id", flat=True))
    signals.letter_corrected.send(
        sender=Letter,
        letter=dispatch.letter,
        earlier=earlier,
        organisation_ids=sorted(had),
        further=further_down(earlier.dispatches.all(), had),
        actor=actor,
    )


def release_deadlines(
    actor: Actor, letter: Letter, earlier: Letter | None, deadlines: Sequence[DeadlineInput]
) -> int:
    """Take back the internal deadlines that an earlier letter set and its correction sets anew; how many.

    Only its own, of the same owner and kind, and only those that the correction moves: whatever else the owner set stays,
    and what the correction does not name stays too. Called before the new ones are set, in the same transaction.

    Args:
        actor: who issues the correction, appointed at the owner.
        letter: the correction, as issued.
        earlier: the letter that it corrects; nothing is taken back without one.
        deadlines: those of the correction.

    Raises:
        Refused: the actor is not appointed at the owner.
        Conflict: the round is closed.
    """
    if earlier is None:
        return 0
    days = {row.kind: calendar.end_exclusive(row.due_on) for row in deadlines}
    own = InternalDeadline.objects.filter(
        round=letter.round,
        owner=earlier.issuer,
        kind__in=sorted(days),
        source_letter=earlier.public_id,
        retired_at__isnull=True,
    )
    moved = [row for row in own.order_by("pk") if row.due_at != days[row.kind]]
    for row in moved:
        words = format_lazy(_("หนังสือแก้ไข ที่ {number} กำหนดวันใหม่"), number=letter.number)
        withdraw_internal_deadline(actor=actor, deadline_id=row.public_id, reason=str(words))
    return len(moved)


def _asks_no_more(which: Q) -> None:
    open_ = DutyRecipient.objects.filter(which, superseded_at__isnull=True, done_at__isnull=True)
    open_.update(superseded_at=clock.now())
