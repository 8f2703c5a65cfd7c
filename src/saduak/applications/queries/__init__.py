"""Reads of this room. Every list starts at `visible_to`; content needs more than status (see rules)."""

from saduak.applications.queries.board import Board, BoardFilters, BoardRow, BoardTotals, board
from saduak.applications.queries.criterion import CriterionPage, criterion_page, history
from saduak.applications.queries.dates import Due, closes_at, dues, kept, may_submit_now
from saduak.applications.queries.filing import (
    Receipt,
    SigningPage,
    current_digest,
    receipt_by_code,
    receipt_of,
    signing_page,
    submission_page,
    submissions,
)
from saduak.applications.queries.library import libraries, library, own_centres
from saduak.applications.queries.overview import (
    TaskList,
    gaps,
    readable,
    sees_content,
    share_of,
    task_list,
)
from saduak.applications.queries.reviews import (
    ReviewerOption,
    ReviewPage,
    coordinators,
    review_inbox,
    review_page,
    reviewers,
)
from saduak.applications.queries.standing import Estimate, Step, TaskGroup, TaskPart, TaskRow
from saduak.applications.queries.starting import StartOption, can_start, my_applications, suggested_kinds
from saduak.applications.queries.todos import Todo, todos

__all__ = [
    "Board",
    "BoardFilters",
    "BoardRow",
    "BoardTotals",
    "CriterionPage",
    "Due",
    "Estimate",
    "Receipt",
    "ReviewPage",
    "ReviewerOption",
    "SigningPage",
    "StartOption",
    "Step",
    "TaskGroup",
    "TaskList",
    "TaskPart",
    "TaskRow",
    "Todo",
    "board",
    "can_start",
    "closes_at",
    "coordinators",
    "criterion_page",
    "current_digest",
    "dues",
    "gaps",
    "history",
    "kept",
    "libraries",
    "library",
    "may_submit_now",
    "my_applications",
    "own_centres",
    "readable",
    "receipt_by_code",
    "receipt_of",
    "review_inbox",
    "review_page",
    "reviewers",
    "sees_content",
    "share_of",
    "signing_page",
    "submission_page",
    "submissions",
    "suggested_kinds",
    "task_list",
    "todos",
]
