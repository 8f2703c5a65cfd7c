"""One doubt as a page: the letter it is about, the letter beside it, what was answered before, and who could put it right."""

import uuid
from dataclasses import dataclass
from typing import Any

from saduak.correspondence.models import Letter, LetterFinding
from saduak.foundation.access import Actor
from saduak.organisations.models import Organisation
from saduak.organisations.recipients import find_issuer


@dataclass(frozen=True, slots=True)
class FindingPage:
    """One doubt. `related` and `before` are None where there is none, and where the actor may not see it."""

    finding: LetterFinding
    letter: Letter
    related: Letter | None
    # The doubt that was answered before, when the actor may see it.
    before: LetterFinding | None
    # Who can put it right; None when nobody in the register can, or the holder itself.
    concerned: Organisation | None
    # All doubts of the letter that the actor sees, in their order.
    order: tuple[uuid.UUID, ...]

    @property
    def at(self) -> int:
        """Its place among the doubts of the letter, from 0."""
        return self.order.index(self.finding.public_id)

    @property
    def document(self) -> dict[str, Any] | None:
        """The document of the file in which it stands."""
        documents: list[dict[str, Any]] = self.letter.reading.get("documents", [])
        return documents[self.finding.document] if self.finding.document < len(documents) else None

    @property
    def next(self) -> uuid.UUID | None:
        """The doubt after this one."""
        return self.order[self.at + 1] if self.at + 1 < len(self.order) else None


def finding_page(actor: Actor, finding_id: uuid.UUID) -> FindingPage | None:
    """One doubt with all that its page shows; None when the actor may not see it. At most six queries."""
    rows = LetterFinding.objects.visible_to(actor).select_related(
        "letter__holder", "letter__issuer", "settled_by__person", "remembers__settled_by__person"
    )
    finding: LetterFinding | None = rows.filter(public_id=finding_id).first()
    if finding is None:
        return None
    before = finding.remembers
    pks = [pk for pk in (finding.related_id, before.letter_id if before else None) if pk is not None]
    seen: dict[int, Letter] = {}
    if pks:
        others = Letter.objects.visible_to(actor).filter(pk__in=pks).select_related("holder", "issuer")
        seen = {row.pk: row for row in others}
    mine = LetterFinding.objects.visible_to(actor).filter(letter=finding.letter_id)
    return FindingPage(
        finding=finding,
        letter=finding.letter,
        related=seen.get(finding.related_id or 0),
        before=before if before is not None and before.letter_id in seen else None,
        concerned=concerned(finding.letter, finding),
        order=tuple(mine.values_list("public_id", flat=True)),
    )


def concerned(letter: Letter, finding: LetterFinding) -> Organisation | None:
    """The organisation that can put a doubt right: who issued the document in which it stands.

    Where the register does not have that one, it is the issuer, else the holder, of the letter beside it. None when it is
    nobody but the letter's holder itself. At most two queries.
    """
    documents = letter.reading.get("documents", [])
    office: Organisation | None = letter.issuer if finding.document == 0 else None
    if office is None and finding.document < len(documents):
        office = find_issuer(documents[finding.document]["issuer"] or "")
    if office is None and finding.related_id is not None:
        other = Letter.objects.select_related("issuer", "holder").get(pk=finding.related_id)
        office = other.issuer or other.holder
    return None if office is None or office.pk == letter.holder_id else office
