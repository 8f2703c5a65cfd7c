"""The issuer's own letter behind a copy that an office brings in: whether it was called back since."""

import datetime
from dataclasses import dataclass

from saduak.correspondence.long_texts import long_of
from saduak.correspondence.models import Delivery, Letter


@dataclass(frozen=True, slots=True)
class CalledBack:
    """That a letter counts no more for an office: since when, and why. `letter` is the issuer's own."""

    letter: Letter
    at: datetime.datetime
    reason: str


def called_back(
    *, issuer_id: int | None, number: str, dated: datetime.date | None, office_id: int
) -> CalledBack | None:
    """Whether the letter of this number and date was called back, from all or from this one office.

    Asked for a copy, so it looks at the issuer's own letter, whoever may see that. At most two queries.

    Args:
        issuer_id: key of the issuer; None, and a letter without a number, is never found.
        number: as the copy says it.
        dated: likewise.
        office_id: key of the office that brings the copy in.
    """
    if issuer_id is None or not number:
        return None
    own = Letter.objects.filter(
        issuer=issuer_id, number=number, dated=dated, state="confirmed", for_issuer=True
    ).defer(*long_of(""))
    letter = own.order_by("pk").last()
    if letter is None:
        return None
    if letter.recalled_at is not None:
        return CalledBack(letter, letter.recalled_at, letter.recall_reason)
    rows = list(
        Delivery.objects.filter(letter=letter, organisation=office_id)
        .select_related("dispatch")
        .order_by("pk")
    )
    # What came to the office by another sending too still counts.
    back = [row.dispatch for row in rows if row.dispatch is not None]
    told = [(row.recalled_at, row.recall_reason) for row in back if row.recalled_at is not None]
    if not told or len(told) < len(rows):
        return None
    return CalledBack(letter, *told[-1])
