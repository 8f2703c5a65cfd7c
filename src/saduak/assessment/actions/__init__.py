"""Writing the assessment."""

from saduak.assessment.actions.panels import (
    add_member,
    assign,
    create_panel,
    declare_conflict,
    remove_member,
    unassign,
)
from saduak.assessment.actions.scoring import agree, hand_in, save_scores
from saduak.assessment.actions.screening import accept, open_case, reject, return_case, withdraw_case

__all__ = [
    "accept",
    "add_member",
    "agree",
    "assign",
    "create_panel",
    "declare_conflict",
    "hand_in",
    "open_case",
    "reject",
    "remove_member",
    "return_case",
    "save_scores",
    "unassign",
    "withdraw_case",
]
