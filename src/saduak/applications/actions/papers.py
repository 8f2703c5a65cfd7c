"""The whole application as a file that a job makes, and texts that come back from a word processor."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field
from typing import BinaryIO

from django.core.files import File
from django.utils.translation import gettext_lazy as _

from saduak.applications import content, papers, word
from saduak.applications.actions.common import locked, read_fresh, require_writable
from saduak.applications.actions.writing import AnswerConflict, save_answer
from saduak.applications.models import Answer, Application, Paper
from saduak.applications.queries.overview import readable, task_list_of
from saduak.applications.queries.words import Changed, changes_of, fields_of, joined, print_failed
from saduak.foundation import audit, files, jobs
from saduak.foundation.access import Actor, Invalid, Refused, no, require
from saduak.foundation.access.registry import Words
from saduak.foundation.actions import action
from saduak.foundation.models import StoredFile


@action("applications.ask_whole")
def ask_whole(*, actor: Actor, application_id: uuid.UUID) -> Paper:
    """Have the whole application printed as it is now. Asking twice for the same content is asking once.

    What could not be printed is tried anew; what was printed of earlier content is given up.

    Raises:
        Refused: the actor may not read it.
        DoesNotExist: no such application.
    """
    application = locked(application_id)
    if not readable(actor).filter(pk=application.pk).exists():
        require(no(_("พิมพ์ได้เฉพาะใบสมัครที่คุณอ่านได้"), "not-yours"))
    digest = content.digest(
        content.content_of(application, content.answers_of(application), content.uses_of(application))
    )
    rows = Paper.objects.filter(application=application, kind=Paper.Kind.WHOLE)
    known: Paper | None = rows.filter(digest=digest).first()
    if known is not None:
        if print_failed(known):
            _enqueue(known)
        return known
    rows.delete()
    paper: Paper = Paper.objects.create(
        application=application,
        kind=Paper.Kind.WHOLE,
        digest=digest,
        asked_at=actor.received_at,
        asked_by_id=actor.user_id,
    )
    _enqueue(paper)
    return paper


def _enqueue(paper: Paper) -> None:
    paper.job = jobs.enqueue("applications.tasks.print_whole_paper", paper_id=str(paper.public_id)).key
    paper.save(update_fields=["job"])


def print_whole(*, actor: Actor, paper_id: uuid.UUID) -> Paper | None:
    """Print a whole application and keep it; one that is there already stays, one that was given up is nothing.

    It is printed before the transaction begins, so that drawing holds no lock.
    """
    paper = Paper.objects.filter(public_id=paper_id, kind=Paper.Kind.WHOLE).first()
    if paper is None or paper.file_id is not None:
        return paper
    application = readable(Actor.system("papers")).get(pk=paper.application_id)
    data = papers.whole_pdf(task_list_of(actor, application), content.uses_of(application))
    return _attach_whole(actor=actor, paper_id=paper_id, data=data)


@action("applications.attach_whole")
def _attach_whole(*, actor: Actor, paper_id: uuid.UUID, data: bytes) -> Paper | None:
    rows = Paper.objects.select_for_update(of=("self",), no_key=True)
    paper: Paper | None = rows.filter(public_id=paper_id).first()
    if paper is not None and paper.file_id is None:
        name = _("ใบสมัคร {centre}.pdf").format(centre=paper.application.centre.name_th)
        paper.file = files.put(data, name=str(name), media_type="application/pdf", actor=actor)
        paper.save(update_fields=["file"])
    return paper


# --- Texts from a word processor ---------------------------------------------------------------------------------------


def bring_word(
    *, actor: Actor, application_id: uuid.UUID, file: bytes | BinaryIO | File[bytes], name: str = ""
) -> Paper:
    """Keep a Word file whose texts shall be taken over; nothing is changed in the application yet.

    The file is checked and read before the transaction begins.

    Raises:
        Invalid: no Word file, broken, or not one of this application; in words that say what to do.
        Refused: not the actor's centre.
        Conflict: submitted, withdrawn or closed.
        DoesNotExist: no such application.
    """
    application = read_fresh(Application.objects.values_list("pk", flat=True).get(public_id=application_id))
    require_writable(actor, application)
    stored = files.store(file, name=name or getattr(file, "name", "") or "", actor=actor, accept={"office"})
    fields = word.read(files.path_of(stored.sha256))
    if any(field.application != word.mark(application_id) for field in fields):
        words = _("ไฟล์ Word นี้เป็นของใบสมัครอื่น ดาวน์โหลดไฟล์จากใบสมัครนี้แล้วเขียนในไฟล์นั้น")
        raise Invalid(words, {"file": words}, "word-other")
    return _keep_word(actor=actor, application_id=application_id, stored=stored, fields=fields)


@action("applications.bring_word")
def _keep_word(
    *, actor: Actor, application_id: uuid.UUID, stored: StoredFile, fields: Sequence[word.Field]
) -> Paper:
    application = locked(application_id)
    require_writable(actor, application)
    paper: Paper = Paper.objects.create(
        application=application,
        kind=Paper.Kind.WORD,
        file=stored,
        fields=[astuple(each) for each in fields],
        asked_at=actor.received_at,
        asked_by_id=actor.user_id,
    )
    facts = {"paper": paper.public_id, "sha256": stored.sha256}
    audit.append(application, actor=actor, verb="applications.word_brought", facts=facts)
    return paper


@dataclass(slots=True)
class Taken:
    """What became of the texts: the numbers that were saved, those that somebody changed meanwhile, and what is wrong."""

    saved: list[str] = field(default_factory=list)
    clashes: list[str] = field(default_factory=list)
    problems: list[tuple[str, Words]] = field(default_factory=list)


def take_word(*, actor: Actor, paper_id: uuid.UUID, chosen: Mapping[str, tuple[str, int]]) -> Taken:
    """Save the texts that were chosen, each by itself: one that clashes does not lose the others.

    Args:
        actor: who writes.
        paper_id: the Word file that was brought.
        chosen: by key of the criterion: "mine" (the file's text), "both" (joined) or anything else (leave it), and the
            version of the answer that stood beside it on the page. Whoever saved since then makes it a clash.

    Raises:
        Refused: not the actor's centre.
        Conflict: submitted, withdrawn or closed.
        DoesNotExist: no such file.
    """
    paper = Paper.objects.select_related("file").get(public_id=paper_id, kind=Paper.Kind.WORD)
    application = read_fresh(paper.application_id)
    require_writable(actor, application)
    answers = content.answers_of(application)
    taken = Taken()
    for change in changes_of(fields_of(paper), answers):
        choice, version = chosen.get(change.answer.criterion.key, ("", 0))
        if choice in {"mine", "both"}:
            _take(actor, change, choice, version, taken)
    return taken


def _take(actor: Actor, change: Changed, choice: str, version: int, taken: Taken) -> None:
    answer: Answer = change.answer
    text = change.text if choice == "mine" else joined(answer.narrative, change.text)
    try:
        save_answer(actor=actor, answer_id=answer.public_id, version=version, narrative=text)
    except AnswerConflict:
        taken.clashes.append(answer.criterion.number)
    except Refused as refusal:
        taken.problems.append((answer.criterion.number, refusal.reason))
    else:
        taken.saved.append(answer.criterion.number)
