"""What this room tells the rooms above. Sent inside the action's transaction; receivers only write rows or enqueue."""

from django.dispatch import Signal

# letter: Letter (confirmed; its `meeting` holds what a briefing needs), reading: dict as it was read, actor: Actor
letter_confirmed = Signal()
# letter: Letter, organisation_ids: list[int] (offices that got a duty from it just now), actor: Actor
duties_given = Signal()
# dispatch: Dispatch, organisation_ids: list[int] (offices that it reached just now, but for those that got a duty or were
# told before), actor: Actor
letter_delivered = Signal()
# dispatch: Dispatch, organisation_ids: list[int] (offices that had the letter), further: dict[int, UUID] (offices that have
# it by others' passing it on, each with the delivery that came to it), actor: Actor
letter_recalled = Signal()
# dispatch: Dispatch, organisation_ids: list[int] (offices that have something left to do), actor: Actor (who reminds them)
letter_reminded = Signal()
# letter: Letter (the later one), earlier: Letter, organisation_ids: list[int] (offices that had the earlier), further: as
# above, actor: Actor
letter_corrected = Signal()
# delivery: Delivery, person_ids: list[int] (colleagues to whom the office gave it), how: "assigned" (to act on) or
# "circulated" (to read), actor: Actor
letter_handed = Signal()
# draft: Draft (being written again), step: ChainStep (with the reason why it came back), actor: Actor
draft_returned = Signal()
# draft: Draft (signed in the system, waiting for its number), step: ChainStep (the signature), actor: Actor
draft_signed = Signal()
# letter: Letter (whose holder asks that somebody be told), finding: LetterFinding, organisation_id: int (the office that
# can put it right: the issuer of the document in doubt, else of the letter beside it), actor: Actor
finding_told = Signal()
# delegation: Delegation (that somebody who is not at its organisation, but writes in its name, added or ended), how: "added"
# or "ended", actor: Actor
delegation_changed = Signal()
