"""The careful clerk who looks across letters: what stands in one that other letters, or the register of offices, deny.

Pure comparisons of plain values: `queries.clerk` gathers them, `actions.remembering` writes what is found. Nothing is
ever corrected here: a doubt shows what stands on each side, and a person decides.
"""

from saduak.correspondence.clerk.citing import parents
from saduak.correspondence.clerk.codes import (
    ALREADY_HERE,
    BEFORE_REGISTER,
    CITES_DIFFERENTLY,
    CODE_NOT_OF_ISSUER,
    DEADLINE_LATER,
    ISSUER_UNKNOWN,
    NUMBER_REUSED,
    RECEIPT_BEFORE_LETTER,
    RECEIPT_ORDER,
)
from saduak.correspondence.clerk.looking import doubts_of
from saduak.correspondence.clerk.model import (
    Cited,
    Document,
    Doubt,
    Due,
    Knowledge,
    Known,
    Limit,
    Office,
    Stamp,
)
from saduak.correspondence.clerk.words import key_of_reading

__all__ = [
    "ALREADY_HERE",
    "BEFORE_REGISTER",
    "CITES_DIFFERENTLY",
    "CODE_NOT_OF_ISSUER",
    "DEADLINE_LATER",
    "ISSUER_UNKNOWN",
    "NUMBER_REUSED",
    "RECEIPT_BEFORE_LETTER",
    "RECEIPT_ORDER",
    "Cited",
    "Document",
    "Doubt",
    "Due",
    "Knowledge",
    "Known",
    "Limit",
    "Office",
    "Stamp",
    "doubts_of",
    "key_of_reading",
    "parents",
]
