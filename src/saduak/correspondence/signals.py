"""What this room tells the rooms above. Sent inside the action's transaction; receivers only write rows or enqueue."""

from django.dispatch import Signal

# letter: Letter (confirmed; its `meeting` holds what a briefing needs), reading: dict as it was read, actor: Actor
letter_confirmed = Signal()
# letter: Letter, organisation_ids: list[int] (offices that got a duty from it just now), actor: Actor
duties_given = Signal()
