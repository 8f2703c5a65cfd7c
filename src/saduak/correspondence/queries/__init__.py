"""Reads of this room: the letters of an office, one letter as a page, what it asks of whom, and what waits for me."""

from saduak.correspondence.queries.letters import (
    duties_of,
    inbox,
    letter,
    letters_of_round,
    recipients_of,
    share,
    shares,
    tally,
)
from saduak.correspondence.queries.meetings import (
    beginnings_of,
    meetings_of,
    register_beginnings,
    register_meetings,
)
from saduak.correspondence.queries.page import DutyProposal, LetterPage, letter_page
from saduak.correspondence.queries.todos import Todo, todos

__all__ = [
    "DutyProposal",
    "LetterPage",
    "Todo",
    "beginnings_of",
    "duties_of",
    "inbox",
    "letter",
    "letter_page",
    "letters_of_round",
    "meetings_of",
    "recipients_of",
    "register_beginnings",
    "register_meetings",
    "share",
    "shares",
    "tally",
    "todos",
]
