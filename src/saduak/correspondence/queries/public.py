"""What a secret in an address opens, without an account: one delivery to acknowledge, or the page of a letter."""

import uuid
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from saduak.correspondence.long_texts import long_of
from saduak.correspondence.models import Delivery, Letter, LetterAttachment, LetterReference, WrittenKind
from saduak.foundation import clock
from saduak.foundation.access.resolver import digest
from saduak.foundation.models import LinkGrant, StoredFile

# What a link may do, and to what.
ACKNOWLEDGE: Final = "correspondence.acknowledge_by_link"
TARGET: Final = "correspondence.delivery"


class Stands(StrEnum):
    """What a link to acknowledge can still do."""

    OPEN = "open"
    USED = "used"
    # A later link took its place.
    REPLACED = "replaced"
    EXPIRED = "expired"
    RECALLED = "recalled"


@dataclass(frozen=True, slots=True)
class ByLink:
    """A delivery as the holder of a link sees it. Only an open one shows what the letter says."""

    delivery: Delivery
    stands: Stands
    attachments: list[LetterAttachment] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether it still acknowledges."""
        return self.stands == Stands.OPEN


def by_link(token: str) -> ByLink | None:
    """What a link leads to; None when there is no such link. At most three queries."""
    grant = LinkGrant.objects.filter(token_digest=digest(token), target_model=TARGET).first()
    if grant is None:
        return None
    rows = Delivery.objects.filter(public_id=grant.target_id, letter__secrecy="")
    row: Delivery | None = rows.select_related(
        "letter__issuer", "letter__file", "letter__superseded_by", "organisation", "dispatch__sender"
    ).first()
    if row is None:
        return None
    stands = _stands(grant, row)
    enclosed = row.letter.attachments.select_related("file") if stands == Stands.OPEN else ()
    return ByLink(row, stands, list(enclosed))


def _stands(grant: LinkGrant, row: Delivery) -> Stands:
    if row.state == "withdrawn":
        return Stands.RECALLED
    if row.acknowledged_at is not None:
        return Stands.USED
    if grant.revoked_at is not None:
        return Stands.REPLACED
    return Stands.OPEN if grant.expires_at > clock.wall() else Stands.EXPIRED


@dataclass(frozen=True, slots=True)
class PublicLetter:
    """A letter as everybody sees it who has its paper: what it encloses, and what it cites.

    Never what cites it: whoever has the paper of the first letter would get the secrets of all that came of it.
    """

    letter: Letter
    attachments: list[LetterAttachment]
    # Those cited that have a page of their own carry it in `to`; the earlier one that it replaces is among them.
    cites: list[LetterReference]
    # The later letter in its place, when that has a page.
    successor: Letter | None


def public_letter(token: str) -> PublicLetter | None:
    """The page that the QR of a printed letter opens; None when there is none. Three queries.

    A secret letter has no page, and neither has a memo, which stays inside. One that was recalled keeps its page, which
    then says so and gives nothing away.
    """
    letter = _with_page(token)
    if letter is None:
        return None
    later = letter.superseded_by
    if letter.recalled_at is not None:
        return PublicLetter(letter, [], [], _open(later))
    cites = list(letter.references.select_related("to__issuer").defer(*long_of("to__")))
    for row in cites:
        row.to = _open(row.to)
    return PublicLetter(letter, list(letter.attachments.select_related("file")), cites, _open(later))


def _with_page(token: str) -> Letter | None:
    if not token.isascii() or not token.isprintable():
        return None
    rows = Letter.objects.filter(page_token=token, state="confirmed", secrecy="").exclude(
        kind=WrittenKind.MEMO
    )
    found: Letter | None = (
        rows.select_related("issuer", "file", "superseded_by__issuer")
        .defer("reading", "body_key", *long_of("superseded_by__"))
        .first()
    )
    return found


def _open(letter: Letter | None) -> Letter | None:
    """A related letter, when everybody may see it."""
    if letter is None or not letter.page_token or letter.kind == WrittenKind.MEMO:
        return None
    return letter if letter.state == "confirmed" and not letter.is_secret else None


def file_of(letter: Letter, attachment_id: uuid.UUID | None = None) -> StoredFile | None:
    """The letter's file, or that of one of its attachments. At most one query."""
    if attachment_id is None:
        return letter.file
    found = letter.attachments.filter(public_id=attachment_id).select_related("file").first()
    return found.file if found is not None else None
