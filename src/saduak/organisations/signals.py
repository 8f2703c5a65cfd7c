"""What this room tells the rooms above it."""

from django.dispatch import Signal

# One appointment gave its work to another, inside the transaction that records it.
# Arguments: handover (Handover, with from_appointment and to_appointment), actor.
# A receiver moves what is its own (tasks, drafts, helpers) and returns {"what": how many}, for the record and the page.
appointment_handed_over = Signal()

# An appointment began or ended. Arguments: appointment, actor.
appointment_made = Signal()
appointment_ended = Signal()

# Somebody took an invitation. Arguments: invitation, appointment (what they got by it), actor (with the new account).
invitation_taken = Signal()

# A relation between two organisations has ended. Arguments: relation (with child and parent), actor.
relation_ended = Signal()

# A centre's identity changed. Arguments: event (CentreEvent), actor.
centre_changed = Signal()

# The centres of a table were made in the background. Arguments: table (BranchImport), actor.
branches_made = Signal()

# Sent at the end of every seed, inside its transaction: rooms above put their own reference data in place, each repeatably.
seeded = Signal()
