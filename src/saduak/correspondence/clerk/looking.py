"""All doubts about a file, the gravest kinds first."""

from collections.abc import Sequence
from typing import Final

from saduak.correspondence.clerk.citing import differences
from saduak.correspondence.clerk.days import deadlines, receipts
from saduak.correspondence.clerk.model import Document, Doubt, Knowledge
from saduak.correspondence.clerk.numbers import numbers

MOST: Final = 40


def doubts_of(documents: Sequence[Document], knowledge: Knowledge) -> list[Doubt]:
    """What in a file does not fit to what is known besides; each doubt once.

    Args:
        documents: of the file, in its order; the first is the letter, the others are what it encloses.
        knowledge: only what may be seen where the file is.
    """
    if not documents:
        return []
    found = [
        *differences(documents, knowledge),
        *receipts(documents, knowledge),
        *deadlines(documents, knowledge),
        *numbers(documents, knowledge),
    ]
    return list({(doubt.document, doubt.key): doubt for doubt in found}.values())[:MOST]
