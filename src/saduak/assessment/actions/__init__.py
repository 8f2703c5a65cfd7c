"""Writing the assessment."""

from saduak.assessment.actions.panels import (
    LONGEST_INTEREST,
    add_member,
    assign,
    assign_many,
    create_panel,
    declare_conflict,
    note_conflicts,
    note_declared,
    remove_member,
    restore_panel,
    retire_panel,
    unassign,
)
from saduak.assessment.actions.scoring import Given, agree, hand_in, save_scores
from saduak.assessment.actions.screening import (
    accept,
    extend_return,
    guard_return,
    note_lapse,
    open_case,
    reject,
    return_case,
    withdraw_case,
)

__all__ = [
    "LONGEST_INTEREST",
    "Given",
    "accept",
    "add_member",
    "agree",
    "assign",
    "assign_many",
    "create_panel",
    "declare_conflict",
    "extend_return",
    "guard_return",
    "hand_in",
    "note_conflicts",
    "note_declared",
    "note_lapse",
    "open_case",
    "reject",
    "remove_member",
    "restore_panel",
    "retire_panel",
    "return_case",
    "save_scores",
    "unassign",
    "withdraw_case",
]
