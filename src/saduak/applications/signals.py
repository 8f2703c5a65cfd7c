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
