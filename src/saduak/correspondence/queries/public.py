"""What a secret in an address opens, without an account: one delivery to acknowledge, or the page of a letter."""

import uuid
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from saduak.correspondence.models import Delivery, Letter, LetterAttachment, LetterReference
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
    """A letter as everybody sees it who has its paper: what it encloses, what it cites, and what cites it."""

    letter: Letter
    attachments: list[LetterAttachment]
    # Those cited that have a page of their own carry it in `to`.
    cites: list[LetterReference]
    cited_by: list[Letter]
    # The later letter in its place, when that has a page.
    successor: Letter | None


def public_letter(token: str) -> PublicLetter | None:
    """The page that the QR of a printed letter opens; None when there is none. Four queries.

    A secret letter has no page. One that was recalled keeps its page, which then says so and gives nothing away.
    """
    letter = _with_page(token)
    if letter is None:
        return None
    later = letter.superseded_by
    if letter.recalled_at is not None:
        return PublicLetter(letter, [], [], [], _open(later))
    cites = list(letter.references.select_related("to__issuer").defer("to__text", "to__reading"))
    for row in cites:
        row.to = _open(row.to)
    citing = Letter.objects.filter(
        references__to=letter, state="confirmed", secrecy="", recalled_at__isnull=True
    )
    citing = citing.exclude(page_token__isnull=True).select_related("issuer").defer("text", "reading")
    return PublicLetter(
        letter,
        list(letter.attachments.select_related("file")),
        cites,
        list(citing.order_by("dated", "pk").distinct()),
        _open(later),
    )


def _with_page(token: str) -> Letter | None:
    if not token.isascii() or not token.isprintable():
        return None
    rows = Letter.objects.filter(page_token=token, state="confirmed", secrecy="")
    found: Letter | None = (
        rows.select_related("issuer", "file", "superseded_by__issuer")
        .defer("reading", "superseded_by__text", "superseded_by__reading")
        .first()
    )
    return found


def _open(letter: Letter | None) -> Letter | None:
    """A related letter, when everybody may see it."""
    shown = letter is not None and letter.page_token and not letter.is_secret and letter.state == "confirmed"
    return letter if shown else None


def file_of(letter: Letter, attachment_id: uuid.UUID | None = None) -> StoredFile | None:
    """The letter's file, or that of one of its attachments. At most one query."""
    if attachment_id is None:
        return letter.file
    found = letter.attachments.filter(public_id=attachment_id).select_related("file").first()
    return found.file if found is not None else None
