"""What an issuer keeps here, against which a loaded letter is held before it speaks in that name.

Who may sign on the letter's day (the register of delegations), and which register gave its number.
"""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import Subquery

from saduak.correspondence.models import Delegation, Letter, RegisterEntry, Registry
from saduak.correspondence.queries.delegations import Signers, signers
from saduak.correspondence.queries.registers import BOOKS, SEND, outside
from saduak.correspondence.registers_text import CIRCULAR
from saduak.foundation.thai import calendar
from saduak.foundation.thai.numerals import to_arabic_digits
from saduak.foundation.thai.text import normalise

_SERIAL: Final = re.compile(rf"(?P<circular>{CIRCULAR}?)\.?(?P<number>\d{{1,9}})$")


@dataclass(frozen=True, slots=True)
class Standing:
    """Who may sign in the issuer's name on a day, and the register (its key) that gives its numbers, when one is kept here.

    `can_be_signed`: the letter's file can bear a signature. Text and word processors' files cannot.
    """

    signers: Signers
    registry_id: int | None = None
    can_be_signed: bool = True

    @property
    def lacks_paper(self) -> bool:
        """Whether only the signed paper speaks in the issuer's name, and this file is none."""
        return (self.signers.kept or self.registry_id is not None) and not self.can_be_signed


def standing_of(letter: Letter, issuer_id: int, day: datetime.date, kind: str = "") -> Standing:
    """What is kept here for a letter in an organisation's (key) name. Two queries.

    Args:
        letter: its office keeps a register of its own, or writes in the issuer's.
        issuer_id: in whose name it is.
        day: on which it is dated.
        kind: of the letter; whoever signs only some kinds signs no other.
    """
    opened = Registry.objects.filter(closed_at__isnull=True)
    media_type, own, issuers = (
        Letter.objects.filter(pk=letter.pk)
        .values_list(
            "file__media_type",
            # As `registry_for` has it: the office's own, else the issuer's.
            Subquery(opened.filter(organisation=letter.holder_id).values("pk")[:1]),
            Subquery(opened.filter(organisation=issuer_id).values("pk")[:1]),
        )
        .get()
    )
    return Standing(
        signers=signers(issuer_id, day, kind),
        registry_id=own or issuers,
        can_be_signed=media_type == "application/pdf" or media_type.startswith("image/"),
    )


def signer_like(rows: Iterable[Delegation], name: str, position: str) -> Delegation | None:
    """The one power that fits a signature as it was read: by the name, else by the lines under it; None when unsure."""
    known = list(rows)
    for said, of in ((name, _name_of), (position, _lines_of)):
        found = [row for row in known if said and _tight(of(row)) == _tight(said)]
        if len(found) == 1:
            return found[0]
    return None


def _name_of(row: Delegation) -> str:
    return str(row.person)


def _lines_of(row: Delegation) -> str:
    return "".join(row.lines)


# --- Numbers ----------------------------------------------------------------------------------------------------------


def _tight(text: str) -> str:
    """A text without what differs from hand to hand: spaces, brackets, Thai digits."""
    return re.sub(r"[\s()]+", "", to_arabic_digits(normalise(text)))


def _same_number(one: str, other: str) -> bool:
    def plain(text: str) -> str:
        return _SERIAL.sub(r"\g<circular>\g<number>", _tight(text))

    return plain(one) == plain(other)


def line_of(registry: Registry, number: str, dated: datetime.date) -> RegisterEntry | None:
    """The line of the register of letters sent that gave a number in the year of a date. At most one query."""
    serial = _SERIAL.search(_tight(number))
    if serial is None:
        return None
    rows = RegisterEntry.objects.filter(
        registry=registry,
        direction=SEND,
        year=calendar.to_be(dated.year),
        number=int(serial["number"]),
    )
    return next((row for row in rows if _same_number(row.letter_number, number)), None)


def is_from_own_book(registry: Registry, number: str, dated: datetime.date) -> bool:
    """Whether a number is none of Saduak's to give: the agency's own book gave it, before this register or beside it.

    Where the register knows which numbers of a year its own book gave, a day before the opening makes no other one fit.
    """
    before = dated < calendar.bangkok_date(registry.opened_at)
    serial = _SERIAL.search(_tight(number))
    if serial is None:
        return before
    book = BOOKS["circular" if serial["circular"] else "send"]
    ranges = outside(registry, book, calendar.to_be(dated.year))
    return any(first <= int(serial["number"]) <= last for first, last in ranges) or (before and not ranges)
