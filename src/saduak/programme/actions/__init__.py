"""Writes of this room."""

from saduak.programme.actions.criteria import import_criteria, publish_criteria
from saduak.programme.actions.deadlines import (
    extend_internal_deadline,
    set_internal_deadline,
    withdraw_internal_deadline,
)
from saduak.programme.actions.rounds import (
    change_eligibility,
    check_windows,
    close_round,
    move_window,
    open_round,
    rules_can_change,
)

__all__ = [
    "change_eligibility",
    "check_windows",
    "close_round",
    "extend_internal_deadline",
    "import_criteria",
    "move_window",
    "open_round",
    "publish_criteria",
    "rules_can_change",
    "set_internal_deadline",
    "withdraw_internal_deadline",
]
