"""What this room tells the rooms above. Sent inside the action's transaction; receivers only write rows or enqueue."""

from django.dispatch import Signal

# letter: Letter (confirmed; its `meeting` holds what a briefing needs), reading: dict as it was read, actor: Actor
letter_confirmed = Signal()
# letter: Letter, organisation_ids: list[int] (offices that got a duty from it just now), actor: Actor
duties_given = Signal()
# dispatch: Dispatch, organisation_ids: list[int] (offices that it reached just now, but for those that got a duty or were
# told before), actor: Actor
letter_delivered = Signal()
# dispatch: Dispatch, organisation_ids: list[int] (offices that had the letter, or passed it on further down), actor: Actor
letter_recalled = Signal()
# letter: Letter (the later one), earlier: Letter, organisation_ids: list[int] (offices that had the earlier), actor: Actor
letter_corrected = Signal()
# letter: Letter (whose holder asks that somebody be told), finding: LetterFinding, organisation_id: int (the office that
# can put it right: the issuer of the document in doubt, else of the letter beside it), actor: Actor
finding_told = Signal()
