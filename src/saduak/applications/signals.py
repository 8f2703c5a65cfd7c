"""What this room tells the rooms above. Sent inside the transaction, with `actor`; `sender` is the model."""

from django.dispatch import Signal

# application
application_started = Signal()
# review
review_requested = Signal()
# review
review_answered = Signal()
# application, sign_off
signed = Signal()
# application; its audit says why
signature_voided = Signal()
# application, submission, first (whether it is the first filing, not a correction)
submitted = Signal()
# application, reason
withdrawn = Signal()
# application, due_at, reason
returned = Signal()
# delegation, items (how many)
help_given = Signal()
# delegation
help_handed_in = Signal()
# delegation
help_returned = Signal()
# reminder, units (each: organisation_id, centre_id, name), day
units_reminded = Signal()
# export; the file that somebody asked for is made
board_written = Signal()
# application, due_at, reason: more time for a correction
correction_extended = Signal()
# extension; how: "given", or "ended" before its time
extended = Signal()
# obstacle; how: the kind of the step that was taken, or "near" (`days` left) when its day comes near
obstacle_told = Signal()
# item, following (the version that takes its place; None when there is none): a shared item is used no more
shared_changed = Signal()
# practice; how: "asked" (the head is), "consented", "declined", "published" or "withdrawn"
practice_told = Signal()
# round, office: what was assessed waits for the office's head
readiness_waits = Signal()
# export; the readiness list that somebody asked for is written out
readiness_written = Signal()
# export; the readiness list that somebody asked for is not written out, and `refused` says why
readiness_refused = Signal()
# sending (a ReadinessSending): a list comes no further; `stopped_because` says why; it is tried again, and each reason said once
readiness_stopped = Signal()
# sending: the list is filed as its `list`
readiness_filed = Signal()
# application, item, numbers: of which criteria less counts as proof, because a headquarters has published the same
proof_fell = Signal()
# sent (a ReadinessList), entries: what an office told the programme about some centres; in the background
readiness_sent = Signal()
