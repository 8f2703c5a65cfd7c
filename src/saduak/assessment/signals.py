"""What rooms above hear, inside the transaction, with `case` and `actor`."""

from django.dispatch import Signal

case_returned = Signal()  # and `entry`, the ScreeningReturn
correction_near = Signal()  # and `days` before the last day; the actor is the program
correction_lapsed = Signal()  # the actor is the program
case_accepted = Signal()
case_rejected = Signal()  # and `reason`
case_assigned = Signal()
sheet_handed_in = Signal()  # and `sheet`
case_agreed = Signal()
