"""What this room tells the rooms above it. Sent inside the action's transaction; receivers only enqueue or write rows."""

from django.dispatch import Signal

# round: Round, actor: Actor
round_opened = Signal()
# stage: Stage, before: (starts_at, ends_at), reason: str, actor: Actor
window_moved = Signal()
# round: Round, reason: str, actor: Actor
round_closed = Signal()
# deadline: InternalDeadline, actor: Actor; also sent when its date changed or it was withdrawn
internal_deadline_changed = Signal()
