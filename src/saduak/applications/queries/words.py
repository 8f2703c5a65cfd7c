"""What a Word file that came back would change: by whom each text was changed since the file was made."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from saduak.applications import content
from saduak.applications.models import Answer, Application, Paper
from saduak.applications.queries.overview import may_edit, readable
from saduak.applications.word import Field, comparable
from saduak.applications.word.fields import digest
from saduak.foundation import jobs
from saduak.foundation.access import Actor, Decision


@dataclass(frozen=True, slots=True)
class Changed:
    """A text that differs. `who`: "mine", only the file changed it; "theirs", only the system; "both"."""

    answer: Answer
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class WordPage:
    """What the page of a Word file shows."""

    paper: Paper
    application: Application
    changes: tuple[Changed, ...]
    same: int
    may_edit: Decision

    def of(self, who: str) -> list[Changed]:
        """The texts that were changed by some."""
        return [change for change in self.changes if change.who == who]


def word_page(actor: Actor, paper_id: UUID) -> WordPage | None:
    """The page, or None when the actor may not read it. Five queries."""
    rows: QuerySet[Any] = Paper.objects.visible_to(actor).select_related("file")
    paper = rows.filter(public_id=paper_id, kind=Paper.Kind.WORD).first()
    application = None if paper is None else readable(actor).filter(pk=paper.application_id).first()
    if paper is None or application is None:
        return None
    fields = fields_of(paper)
    changes = changes_of(fields, content.answers_of(application))
    return WordPage(
        paper=paper,
        application=application,
        changes=tuple(changes),
        same=len(fields) - len(changes),
        may_edit=may_edit(actor, application),
    )


def fields_of(paper: Any) -> tuple[Field, ...]:
    """What stands in a Word file that was brought; it was read once, when it came."""
    return tuple(Field(*values) for values in paper.fields)


def whole_of(actor: Actor, application: Application, digest_now: str) -> Paper | None:
    """The printed whole of exactly this content: made, or waited for. One query."""
    rows: QuerySet[Any] = Paper.objects.visible_to(actor).filter(
        application=application, kind=Paper.Kind.WHOLE
    )
    found: Paper | None = rows.filter(digest=digest_now).select_related("file").first()
    return found


def print_failed(paper: Paper) -> bool:
    """Whether a paper is not there and nobody prints it any more. One query, none for one that is there."""
    return paper.file_id is None and jobs.is_over(paper.job)


def changes_of(fields: Iterable[Field], answers: Sequence[Answer]) -> list[Changed]:
    """The texts that differ between a file and the answers, in the order of the criteria. No query.

    A field whose criterion the application does not have is passed over.
    """
    by_key = {field.key: field for field in fields}
    pairs = [(answer, by_key[answer.criterion.key]) for answer in answers if answer.criterion.key in by_key]
    return [
        Changed(answer, _who(answer, field), field.text)
        for answer, field in pairs
        if comparable(answer.narrative) != comparable(field.text)
    ]


def _who(answer: Answer, field: Field) -> str:
    if not field.changed:
        return "theirs"
    return "mine" if digest(answer.narrative) == field.base else "both"


def joined(theirs: str, mine: str) -> str:
    """Both texts, one after the other: what is written into the answer when nobody wants to choose."""
    return f"{theirs}\n\n{mine}".strip()
