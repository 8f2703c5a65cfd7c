"""Notes and remarks on an item: for the centre's own people and who helps with it. They void no signature."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from saduak.applications.actions import common
from saduak.applications.actions.common import read_with_answer
from saduak.applications.models import Answer, AnswerNote, Application, Remark
from saduak.applications.models.helping import LONGEST_REMARK
from saduak.applications.rules import helping as rules
from saduak.foundation.access import Actor, Conflict, require
from saduak.foundation.actions import action

LONGEST_NOTE = 5_000


class NoteConflict(Conflict):
    """Somebody else changed the note since it was read. Carries theirs; nothing was overwritten."""

    def __init__(self, note: AnswerNote) -> None:
        super().__init__(_("มีคนแก้บันทึกนี้พร้อมกับคุณ เลือกแบบที่จะใช้หรือรวมกัน"), "note-changed")
        self.version = note.version
        self.theirs = note.text
        self.by = note.by


@action("applications.save_note")
def save_note(*, actor: Actor, answer_id: uuid.UUID, version: int, text: str) -> AnswerNote:
    """Keep what the centre's people note for themselves on an item; it may be written as long as the application is there.

    Args:
        actor: one of the centre's people, or a helper of this item.
        answer_id: which item.
        version: the version of the note that the writer had before them, 0 for none.
        text: the whole note.

    Raises:
        NoteConflict: somebody else saved it since `version`; theirs is inside.
        Refused: not the actor's centre, nor an item that was given to them.
        Invalid: too long.
        DoesNotExist: no such item.
    """
    require(rules.may_talk(actor, read_with_answer(actor, answer_id)))
    clean = common.text(text, "note", LONGEST_NOTE, typing=True)
    key = Answer.objects.values_list("pk", flat=True).get(public_id=answer_id)
    AnswerNote.objects.get_or_create(answer_id=key)
    note: AnswerNote = AnswerNote.objects.select_for_update(no_key=True).get(answer_id=key)
    if note.text == clean:
        return note
    if note.version != version:
        raise NoteConflict(note)
    note.text, note.version, note.updated_at = clean, note.version + 1, actor.received_at
    note.actor, note.by = actor.ref, actor.name[:200]
    note.save(update_fields=["text", "version", "updated_at", "actor", "by"])
    return note


@action("applications.remark")
def remark(
    *, actor: Actor, answer_id: uuid.UUID, text: str, idempotency_key: uuid.UUID | None = None
) -> Remark:
    """Say something about an item to the others who write it.

    Raises:
        Refused: not the actor's centre, nor an item that was given to them.
        Invalid: nothing said, or too much.
        DoesNotExist: no such item.
    """
    del idempotency_key  # the decorator's business
    require(rules.may_talk(actor, read_with_answer(actor, answer_id)))
    clean = common.text(text, "text", LONGEST_REMARK, required=_("เขียนข้อความก่อนส่ง"))
    made: Remark = Remark.objects.create(
        answer=Answer.objects.get(public_id=answer_id),
        text=clean,
        actor=actor.ref,
        by=actor.name[:200],
        at=actor.received_at,
    )
    return made


@action("applications.resolve_remark")
def resolve_remark(*, actor: Actor, remark_id: uuid.UUID, resolved: bool = True) -> Remark:
    """Say that what somebody remarked is dealt with, or that it is not after all.

    Raises:
        Refused: not the actor's centre, nor an item that was given to them.
        DoesNotExist: no such remark.
    """
    rows: QuerySet[Any] = Remark.objects.select_for_update(of=("self",), no_key=True).select_related("answer")
    row: Remark = rows.get(public_id=remark_id)
    require(rules.may_talk(actor, _application(actor, row)))
    row.resolved_at = actor.received_at if resolved else None
    row.save(update_fields=["resolved_at"])
    return row


def _application(actor: Actor, row: Remark) -> Application:
    return read_with_answer(actor, row.answer.public_id)
