"""What the foundation tells the rooms above."""

from django.dispatch import Signal

# deadline: the Deadline that was not met in time. Sent in the transaction that marks it.
deadline_lapsed = Signal()

# deadline: an open Deadline; days: how many calendar days are left. Sent once for each of its reminder days.
deadline_reminder = Signal()
