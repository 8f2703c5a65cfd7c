"""Bringing in a letter: the file is kept, read, and what was read waits for a person."""

import uuid
from typing import Any, BinaryIO

from django.core.files import File
from django.utils.translation import gettext_lazy as _

from saduak.correspondence import clerk, intake, matching, rules
from saduak.correspondence.actions.remembering import look_across, recall, settle
from saduak.correspondence.intake import TOP_SECRET
from saduak.correspondence.models import Letter, LetterFinding, Secrecy, Urgency
from saduak.correspondence.reading import Reading
from saduak.correspondence.registers_text import body_key
from saduak.correspondence.secrecy_floor import highest
from saduak.correspondence.states import LETTER
from saduak.foundation import audit, clock, files, jobs
from saduak.foundation.access import Actor, Invalid, require
from saduak.foundation.actions import action
from saduak.foundation.models import StoredFile
from saduak.foundation.thai.text import search_key
from saduak.organisations.models import Organisation, Programme
from saduak.programme.queries import rounds

ACCEPT = frozenset({"letter"})
_MOST_FINDINGS = 100
# As it is printed.
_URGENCY = {"ด่วน": Urgency.URGENT, "ด่วนมาก": Urgency.VERY_URGENT, "ด่วนที่สุด": Urgency.MOST_URGENT}


def load(
    *,
    actor: Actor,
    holder_id: uuid.UUID,
    file: bytes | BinaryIO | File[bytes],
    name: str = "",
    secrecy: str = Secrecy.NONE,
    idempotency_key: uuid.UUID | None = None,
) -> Letter:
    """Bring in a letter that came to `holder_id`. The file is checked and read before the transaction begins.

    A letter with text is read at once; a scan is read by a job, and the letter says so until then.

    Args:
        actor: works at the holder.
        holder_id: public id of the organisation that received the letter.
        file: as the form gave it, or bytes.
        name: the file's name, when `file` does not know it.
        secrecy: its class as whoever brings it in says: it is closed from then on. What is read may raise it.
        idempotency_key: makes sending the form twice the same as once.

    Raises:
        Refused: the actor does not work at the holder.
        Invalid: the file is not taken, cannot be read, is no official letter, or is of the highest class; nothing is
            kept of it.
    """
    if secrecy not in Secrecy.values:
        raise Invalid(TOP_SECRET, {"secrecy": TOP_SECRET}, "top-secret")
    holder = Organisation.objects.filter(public_id=holder_id).first()
    if holder is None:
        raise Invalid(_("เลือกหน่วยงานที่ได้รับหนังสือ"), {"holder": _("เลือกหน่วยงานที่ได้รับหนังสือ")}, "no-holder")
    require(rules.may_load(actor, holder))
    stored = files.store(file, name=name or str(getattr(file, "name", "")), actor=actor, accept=ACCEPT)
    reading = intake.read_now(intake.bytes_of(stored), stored.name, stored)
    return _keep(
        actor=actor,
        holder=holder,
        stored=stored,
        reading=reading,
        secrecy=secrecy,
        idempotency_key=idempotency_key,
    )


@action("correspondence.load")
def _keep(
    *,
    actor: Actor,
    holder: Organisation,
    stored: StoredFile,
    reading: Reading | None,
    secrecy: str,
    idempotency_key: uuid.UUID | None = None,  # noqa: ARG001 - read by @action
) -> Letter:
    """Write the letter down; what could not be read yet is left to a job."""
    require(rules.may_load(actor, holder))
    letter = new_letter(actor, holder, stored, reading.text if reading else "", secrecy)
    if reading is None:
        jobs.enqueue("correspondence.tasks.read_letter", letter_id=str(letter.public_id))
    else:
        _fill(letter, actor, reading)
    return letter


def new_letter(
    actor: Actor, holder: Organisation, stored: StoredFile, text: str, secrecy: str = Secrecy.NONE
) -> Letter:
    """Write down that a letter came to an office, with its file and class; nothing is read of it yet.

    Raises:
        Invalid: there is no programme that it could be about.
    """
    # Named in the text, else one for which whoever brings it in is appointed: the letter stays with its office's people.
    known = sorted(_programmes(), key=lambda row: holder.pk not in rules.offices(actor, rules.LOAD, row.pk))
    programme = matching.programme_for(text, known)
    if programme is None:
        raise Invalid(_("ยังไม่มีโครงการรับรองในระบบ"), code="no-programme")
    letter: Letter = Letter.objects.create(
        holder=holder,
        programme=programme,
        file=stored,
        state=LETTER.initial,
        secrecy=secrecy,
        loaded_by_id=actor.user_id,
    )
    facts = {
        "holder": holder.code,
        "sha256": stored.sha256,
        "programme": programme.code,
        "secrecy": str(secrecy),
    }
    audit.append(letter, actor=actor, verb="correspondence.loaded", facts=facts)
    return letter


@action("correspondence.keep_reading")
def keep_reading(
    *, actor: Actor, letter_id: uuid.UUID, reading: Reading | None, problem: str = "", code: str = ""
) -> Letter:
    """Write down what a job read from a scan, or why it could not. Doing it twice changes nothing.

    What turned out to be of the highest class is taken out of reach in the same transaction.
    """
    letter = Letter.locked(letter_id)
    if letter.state != LETTER.initial:
        return letter
    if reading is not None:
        _fill(letter, actor, reading)
        return letter
    if code == "top-secret":
        intake.withdraw(letter.file)
    letter.state = LETTER.step("fail", letter.state)
    letter.unreadable_why = problem[:500]
    letter.save(update_fields=["state", "unreadable_why"])
    audit.append(letter, actor=actor, verb="correspondence.unreadable", facts={"problem": problem})
    return letter


def _fill(letter: Letter, actor: Actor, reading: Reading) -> None:
    """The reading, its findings, those that lie between letters, and a national date that differs from the round's."""
    letter.text, letter.reading = reading.text, reading.as_json()
    letter.state = LETTER.step("read", letter.state)
    first = letter.reading["documents"][0]
    # Until somebody confirms it, its subject is found as a part of the body.
    subject = first["subject"] or ""
    letter.body_key = f"{search_key(subject)} {body_key(subject, letter.text)}".strip()
    known = sorted(_programmes(), key=lambda row: row.pk != letter.programme_id)
    letter.programme = matching.programme_for(reading.text, known) or letter.programme
    letter.round = matching.round_for(first, rounds(actor), letter.programme_id)
    # An enclosure makes the whole as secret as itself; what somebody said when bringing it in is not lowered.
    letter.secrecy = highest([letter.secrecy, intake.class_of(reading)])
    letter.urgency = _URGENCY.get(first["urgency"] or "", Urgency.NORMAL)
    letter.is_circular = first["is_circular"]
    letter.save(
        update_fields=[
            *("text", "body_key", "reading", "state", "programme", "round", "secrecy", "urgency"),
            "is_circular",
        ]
    )
    rows = [_finding(letter, row) for row in letter.reading["findings"][:_MOST_FINDINGS]]
    rows += look_across(letter)
    remembered = recall(letter, rows)
    LetterFinding.objects.bulk_create(rows)
    note_window(letter)
    facts = {"documents": len(reading.documents), "findings": len(rows), "remembered": remembered}
    audit.append(letter, actor=actor, verb="correspondence.read", facts=facts)


def _programmes() -> list[Programme]:
    return list(Programme.objects.filter(retired_at__isnull=True).order_by("pk"))


def _finding(letter: Letter, row: dict[str, Any]) -> LetterFinding:
    return LetterFinding(
        letter=letter,
        code=row["code"],
        severity=row["severity"],
        document=row["document"],
        text=row["text"],
        evidence=row["evidence"],
        memory_key=clerk.key_of_reading(row, letter.reading["documents"][row["document"]]),
    )


def note_window(letter: Letter) -> None:
    """Keep the finding about the national window in step with the letter's round; an answered one stays."""
    differs = matching.window_difference(letter.reading["documents"][0], letter.round)
    present = LetterFinding.objects.filter(letter=letter, code=matching.WINDOW_DIFFERS).first()
    if differs is None:
        if present is not None and not present.settled:
            present.delete()
        return
    row = present or LetterFinding(
        letter=letter, code=matching.WINDOW_DIFFERS, severity="warning", document=0
    )
    if row.pk is None or row.evidence != list(differs):
        row.text = "ช่วงรับสมัครในหนังสือไม่ตรงกับรอบที่โครงการเปิดไว้ ระบบยึดตามรอบ"
        row.evidence, row.settled = list(differs), ""
        row.save()


@action("correspondence.set_aside")
def set_aside(*, actor: Actor, letter_id: uuid.UUID, reason: str) -> Letter:
    """Keep a letter without acting on it.

    Raises:
        Refused: another office's letter, or a secret one that the actor may not see.
        Invalid: no reason.
        Conflict: it was confirmed or set aside already.
    """
    letter = Letter.locked(letter_id)
    require(rules.may_confirm(actor, letter))
    require(rules.secrecy.may_read(actor, letter))
    if not reason.strip():
        words = _("เขียนเหตุผลสั้น ๆ เพื่อนร่วมงานจะได้รู้ว่าทำไมไม่ดำเนินการ")
        raise Invalid(words, {"reason": words}, "no-reason")
    letter.state = LETTER.step("set_aside", letter.state)
    letter.set_aside_at, letter.set_aside_reason = clock.now(), reason.strip()[:500]
    letter.save(update_fields=["state", "set_aside_at", "set_aside_reason"])
    audit.append(
        letter, actor=actor, verb="correspondence.set_aside", facts={"reason": letter.set_aside_reason}
    )
    return letter


@action("correspondence.settle_finding")
def settle_finding(*, actor: Actor, finding_id: uuid.UUID, settled: str) -> LetterFinding:
    """Say what to make of a finding. It can be said anew.

    Raises:
        Refused: another office's letter, or a secret one that the actor may not see.
        Invalid: no answer was chosen.
    """
    letter_id = LetterFinding.objects.values_list("letter__public_id", flat=True).get(public_id=finding_id)
    letter = Letter.locked(letter_id)
    require(rules.may_confirm(actor, letter))
    require(rules.secrecy.may_read(actor, letter))
    row: LetterFinding = LetterFinding.objects.get(public_id=finding_id)
    settle(letter, [(row, settled)], actor)
    facts = {"code": row.code, "document": row.document, "settled": settled}
    audit.append(letter, actor=actor, verb="correspondence.finding_settled", facts=facts)
    return row
