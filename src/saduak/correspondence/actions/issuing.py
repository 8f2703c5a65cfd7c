"""Issuing: a draft that was signed gets its number and date, becomes a letter, and goes to those whom it names.

What it asks (duties), until when (internal deadlines) and the meeting that it announces are made here, in the same
transaction: a letter never goes out without the work that it gives.
"""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from typing import BinaryIO, Final

from django.core.files import File
from django.db import IntegrityError, transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.correspondence import intake, rules, signals, written
from saduak.correspondence.actions import recalling, receiving, sending
from saduak.correspondence.actions.confirming import make_duties, set_deadlines
from saduak.correspondence.actions.drafting import ready_problems
from saduak.correspondence.actions.registers import Columns, attach_letter, take_number, use_reserved
from saduak.correspondence.addresses import page_of
from saduak.correspondence.draft_values import NOTHING_WANTED
from saduak.correspondence.inputs import DeadlineInput, DutyInput, Numbering, Sending, Target
from saduak.correspondence.models import (
    Delivery,
    Dispatch,
    Draft,
    Duty,
    Letter,
    LetterAttachment,
    LetterReference,
    Origin,
    RegisterEntry,
    Secrecy,
    WrittenKind,
)
from saduak.correspondence.queries import forwarding
from saduak.correspondence.queries.documents import changed_since_signed, document_of
from saduak.correspondence.queries.recipients import audience_of, digest_of_offices, words_of
from saduak.correspondence.queries.registers import number_text, registry_for
from saduak.correspondence.registers_text import body_key
from saduak.correspondence.secrecy_floor import class_of_file, floor_of, highest, rank
from saduak.correspondence.states import DELIVERY, DISPATCH, DRAFT
from saduak.correspondence.writing import LetterDocument
from saduak.correspondence.writing.pdf import to_pdf
from saduak.foundation import audit, clock, files
from saduak.foundation.access import Actor, Conflict, Invalid, require
from saduak.foundation.access.registry import Words
from saduak.foundation.actions import action
from saduak.foundation.models import StoredFile
from saduak.foundation.thai import calendar
from saduak.foundation.thai.text import search_key
from saduak.organisations.recipients import audience

# What a signed paper is kept as: everybody who gets the letter opens it.
SIGNED: Final = frozenset({"image", "pdf"})


def attach_signed(
    *, actor: Actor, draft_id: uuid.UUID, file: bytes | BinaryIO | File[bytes], name: str = ""
) -> Draft:
    """Keep the signed paper, scanned, as what goes out. The file is checked before the transaction begins.

    Raises:
        Refused: another office's draft, or a secret one that the actor may not see.
        Invalid: the file is not taken, or more secret than the draft.
        Conflict: it went out already, or is being signed in the system.
    """
    stored = files.store(file, name=name or str(getattr(file, "name", "")), actor=actor, accept=SIGNED)
    printed = intake.class_in(stored)  # the highest class goes through no electronic system
    return _attach_signed(actor=actor, draft_id=draft_id, stored=stored, printed=printed)


@action("correspondence.attach_signed")
def _attach_signed(*, actor: Actor, draft_id: uuid.UUID, stored: StoredFile, printed: str) -> Draft:
    draft = Draft.locked(draft_id)
    require(rules.may_edit(actor, draft))
    require(rules.secrecy.may_work_on(actor, draft))
    if not DRAFT.can("print", draft.state):
        raise Conflict(_("แนบฉบับลงนามได้ก่อนส่งเท่านั้น ถ้ากำลังเสนอในระบบ ดึงกลับมาก่อน"), "not-on-paper")
    intake.refuse_more_secret(stored, printed, draft.secrecy, "signed_copy")
    draft.signed_copy = stored
    draft.save(update_fields=["signed_copy"])
    audit.append(draft, actor=actor, verb="correspondence.signed_copy", facts={"sha256": stored.sha256})
    return draft


@action("correspondence.issue")
def issue(
    *,
    actor: Actor,
    draft_id: uuid.UUID,
    numbering: Numbering,
    idempotency_key: uuid.UUID | None = None,  # noqa: ARG001 - read by @action
) -> Letter:
    """Number a signed draft and send it.

    Locks: the draft, the delivery that it passes on, the earlier letter that it corrects, the register; in this order.

    Raises:
        Refused: the actor does not issue letters in that name, or may not see this one, which is secret.
        Invalid: something is missing; `fields` says where ("number", "dated", "signed_copy", "recipients", "duty-0-who", …).
        Conflict: it went out already, the number is taken, or what it passes on was called back.
    """
    draft = Draft.locked(draft_id)
    require(rules.may_send(actor, draft))
    require(rules.secrecy.may_work_on(actor, draft))
    state = DRAFT.step("issue", draft.state)
    parent = _parent(actor, draft)
    earlier = Letter.locked(draft.corrects.public_id) if draft.corrects is not None else None
    _check_arrived(earlier)
    targets = _targets(draft, numbering)
    _check(draft, numbering, actor)
    letter = _letter(actor, draft, numbering)
    made, who = _duties(draft, letter, targets)
    if letter.round is not None:
        recalling.release_deadlines(actor, letter, earlier, _deadlines(draft))
        set_deadlines(actor, letter, _deadlines(draft), sending.reaches(targets))
    dispatch = sending.begin(
        actor=actor,
        letter=letter,
        sender=draft.office,
        targets=targets,
        sending=_sending(draft),
        forwards=parent,
        corrects=earlier.dispatches.order_by("pk").last() if earlier is not None else None,
        duties={duty.pk: ids for duty, ids in zip(made, who, strict=True)},
    )
    if parent is not None:
        _note_forwarded(actor, parent, dispatch)
    if earlier is not None:
        recalling.correct(actor=actor, dispatch=dispatch, earlier=earlier)
    draft.state, draft.letter, draft.issued_at = state, letter, clock.now()
    draft.number, draft.dated = letter.number, letter.dated
    draft.save(update_fields=["state", "letter", "issued_at", "number", "dated"])
    facts = {"letter": letter.public_id, "number": letter.number, "dated": letter.dated}
    audit.append(draft, actor=actor, verb="correspondence.issued", facts=facts)
    signals.letter_confirmed.send(sender=Letter, letter=letter, reading=letter.reading, actor=actor)
    return letter


# --- What must be there ----------------------------------------------------------------------------------------------


def _parent(actor: Actor, draft: Draft) -> Delivery | None:
    """The delivery that the draft passes on, locked. Passing on counts as received."""
    if draft.forwards is None:
        return None
    found: Delivery = (
        Delivery.objects.select_for_update(of=("self",), no_key=True)
        .select_related("letter__issuer", "organisation", "root")
        .get(pk=draft.forwards.pk)
    )
    require(rules.may_receive(actor, found))
    if found.state == "withdrawn":
        raise Conflict(_("ผู้ส่งเรียกหนังสือที่จะแจ้งต่อคืนแล้ว"), "withdrawn")
    return found


def _check_arrived(earlier: Letter | None) -> None:
    """A correction goes to those who had the earlier letter: not before everybody has it.

    Whoever the batch reached later would get the dead letter alone, and what it asks.
    """
    if earlier is not None and earlier.dispatches.filter(state=DISPATCH.initial).exists():
        words = _("หนังสือฉบับเดิมยังส่งไม่ถึงทุกแห่ง รอให้ส่งครบแล้วกดส่งฉบับแก้ไขอีกครั้ง ถ้ารอนานแล้วแจ้งผู้ดูแลระบบ")
        raise Conflict(words, "still-sending")


def _targets(draft: Draft, numbering: Numbering) -> list[Target]:
    """Whom it goes to. Nobody sends to other offices than those that were on the page.

    Raises:
        Invalid: words that name nobody, or others than were seen.
    """
    if draft.corrects_id is not None:
        had = Delivery.objects.filter(letter=draft.corrects_id).exclude(organisation=draft.office_id)
        ways = dict(had.order_by("-pk").values_list("organisation_id", "way"))
        targets = [Target(pk, way) for pk, way in sorted(ways.items())]
    else:
        found = audience_of(draft)
        if found.unknown:
            words = format_lazy(_("ไม่พบหน่วยงานตามคำว่า: {words}"), words=", ".join(found.unknown))
            raise Invalid(words, {"recipients": words}, "unknown-recipients")
        targets = [sending.target(office) for office in found.offices]
    changed: Words = ""
    if numbering.expected is not None and numbering.expected != len(targets):
        changed = format_lazy(_("ผู้รับเปลี่ยนเป็น {count} แห่ง ตรวจรายชื่อแล้วกดส่งอีกครั้ง"), count=len(targets))
    elif numbering.seen and numbering.seen != digest_of_offices([one.organisation_id for one in targets]):
        changed = _("ผู้รับบางแห่งเปลี่ยนไป แม้จำนวนเท่าเดิม ตรวจรายชื่อแล้วกดส่งอีกครั้ง")
    if changed:
        raise Invalid(changed, {"recipients": changed}, "audience-changed")
    return targets


def _check(draft: Draft, numbering: Numbering, actor: Actor) -> None:
    wrong: dict[str, Words] = dict(ready_problems(draft, day=numbering.dated))
    if draft.signed_copy is None and draft.state != "signed":
        wrong["signed_copy"] = _("แนบฉบับที่ลงนามแล้ว หรือเสนอลงนามในระบบก่อน")
    if rank(draft.secrecy) < rank(highest([floor_of(draft), _class_signed(draft)])):
        wrong["secrecy"] = _("ชั้นความลับต่ำกว่าฉบับที่ลงนาม หรือหนังสือที่แจ้งต่อ แก้ไข หรือแนบไม่ได้")
    wrong |= forwarding.days_not_allowed(actor, draft)
    if changed_since_signed(draft):
        wrong["recipients"] = _("ผู้รับหรือข้อความเปลี่ยนไปหลังลงนาม ดึงร่างกลับมา แล้วเสนอลงนามใหม่")
    today = calendar.bangkok_date(actor.received_at)
    if numbering.dated > today:
        wrong["dated"] = _("วันที่ของหนังสืออยู่ในอนาคต")
    if not numbering.number.strip() and registry_for(draft.office_id, draft.issuer_id) is None:
        wrong["number"] = _("เขียนที่ของหนังสือจากทะเบียนของหน่วยงาน")
    if wrong:
        raise Invalid(_("ยังส่งหนังสือไม่ได้ ดูช่องที่มีข้อความกำกับ"), wrong, "not-ready")


def _class_signed(draft: Draft) -> str:
    """The class of the signed paper: as it is printed, or of the letter of which it is a copy."""
    stored = draft.signed_copy
    return str(Secrecy.NONE) if stored is None else class_of_file(stored, intake.class_in(stored))


# --- The letter -------------------------------------------------------------------------------------------------------


def _letter(actor: Actor, draft: Draft, numbering: Numbering) -> Letter:
    """The letter under its number, with what it encloses and cites."""
    letter = _begun(actor, draft, numbering)
    entry = _number(actor, draft, letter, numbering)
    letter.subject_key = search_key(f"{letter.subject} {letter.number}")[:500]
    _check_number(letter)
    document = document_of(draft, number=letter.number, dated=numbering.dated, qr_url=page_of(letter))
    letter.text = written.text_of(document)
    letter.body_key = body_key(letter.subject, letter.text)
    letter.reading = written.reading_of(
        document,
        is_circular=draft.is_circular,
        duties=draft.duties,
        deadlines=draft.deadlines,
        meeting=draft.meeting,
    )
    letter.file = _paper(actor, draft, letter, document)
    try:
        with transaction.atomic():
            letter.save()
    except IntegrityError:
        # Somebody else gave the number at the same moment: what was not there before is found now.
        _check_number(letter)
        raise
    if entry is not None:
        attach_letter(entry=entry, letter=letter)
    _enclose(draft, letter)
    facts = {
        "number": letter.number,
        "dated": letter.dated,
        "issuer": draft.issuer.code,
        "draft": draft.public_id,
        "sha256": letter.file.sha256,
    }
    audit.append(letter, actor=actor, verb="correspondence.issued", facts=facts)
    return letter


def _begun(actor: Actor, draft: Draft, numbering: Numbering) -> Letter:
    """A letter as the draft has it, without its number and its paper."""
    return Letter(
        holder=draft.office,
        issuer=draft.issuer,
        issuer_text=draft.issuer.name_th[:300],
        owner_unit=draft.owner_unit,
        programme=draft.programme,
        round=draft.round,
        origin=Origin.WRITTEN,
        state="confirmed",
        for_issuer=True,
        kind=draft.kind,
        urgency=draft.urgency,
        secrecy=draft.secrecy,
        is_circular=draft.is_circular,
        dated=numbering.dated,
        subject=draft.subject.strip(),
        meeting=draft.meeting,
        page_token=None if draft.secrecy or draft.kind == WrittenKind.MEMO else draft.page_token,
        loaded_at=clock.now(),
        loaded_by_id=actor.user_id,
        confirmed_at=clock.now(),
        confirmed_by_id=actor.user_id,
    )


def _number(actor: Actor, draft: Draft, letter: Letter, numbering: Numbering) -> RegisterEntry | None:
    """Set the letter's number: as typed from the agency's own register, reserved here, or the next one here.

    The next number is taken before the paper is drawn, because it stands on it: others of the same agency wait meanwhile.
    """
    registry = registry_for(draft.office_id, draft.issuer_id)
    if registry is None:
        letter.number = numbering.number.strip()[:120]
        return None
    columns = Columns(
        dated=numbering.dated,
        from_text=draft.owner_unit or draft.office.name_th,
        to_text=draft.addressee,
        subject=letter.subject,
        secrecy=draft.secrecy,
    )
    series = RegisterEntry.Series.CIRCULAR if draft.is_circular else RegisterEntry.Series.ORDINARY
    if numbering.reserved_id is not None:
        entry = use_reserved(
            actor=actor, entry_id=numbering.reserved_id, columns=columns, registry=registry, series=series
        )
    else:
        entry = take_number(
            actor=actor,
            registry=registry,
            direction=RegisterEntry.Direction.SEND,
            series=series,
            day=numbering.dated,
            columns=columns,
        )
    letter.number = number_text(entry)
    return entry


def _check_number(letter: Letter) -> None:
    """A number is one letter of its issuer in a year; the table itself holds to it, whoever issues at the same moment."""
    assert letter.dated is not None  # noqa: S101 - set when it was made
    letter.number_year = letter.dated.year
    same = Letter.objects.filter(
        issuer=letter.issuer,
        number=letter.number,
        dated__year=letter.dated.year,
        for_issuer=True,
        state="confirmed",
    )
    if same.exists():
        words = _("หน่วยงานออกหนังสือเลขนี้ไปแล้วในปีนี้")
        raise Invalid(words, {"number": words}, "number-taken")


def _paper(actor: Actor, draft: Draft, letter: Letter, document: LetterDocument) -> StoredFile:
    """What goes out: the signed scan; or, signed in the system, what the signer saw, whatever lies beside it."""
    if draft.signed_copy is not None and draft.state != "signed":
        return draft.signed_copy
    name = f"{letter.number or letter.subject}.pdf".replace("/", "-")
    return files.put(to_pdf(document), name=name, media_type="application/pdf", actor=actor)


def _enclose(draft: Draft, letter: Letter) -> None:
    rows = [
        LetterAttachment(
            letter=letter, ordinal=row.ordinal, title=row.title, copies=row.copies, file_id=row.file_id
        )
        for row in draft.attachments.all()
    ]
    LetterAttachment.objects.bulk_create(rows)
    LetterReference.objects.bulk_create(
        [LetterReference(letter=letter, text=text, to=to) for text, to in _cited(draft).items()]
    )


def _cited(draft: Draft) -> dict[str, Letter | None]:
    """What the letter cites, line by line; the letters that it passes on or corrects are known, cited or not."""
    parent = draft.forwards.letter if draft.forwards is not None else None
    known = [row for row in (draft.corrects, parent) if row is not None]
    cited: dict[str, Letter | None] = {
        line[:400]: next((row for row in known if row.number and row.number in line), None)
        for line in written.lines(draft.references)
    }
    missing = [row for row in known if row not in cited.values()]
    return {f"{row.issuer_text} {row.number}".strip()[:400]: row for row in missing} | cited


# --- The work that it gives ---------------------------------------------------------------------------------------


def _duties(
    draft: Draft, letter: Letter, targets: Sequence[Target]
) -> tuple[list[Duty], list[list[int] | None]]:
    """The duties of the letter, and for each whom it concerns: everybody who gets it unless words name some of them.

    Raises:
        Invalid: words that name nobody among those who get the letter.
    """
    inputs = [_asked(row) for row in draft.duties]
    gets = {target.organisation_id for target in targets}
    named = list(dict.fromkeys(row.who for row in inputs if row.who.strip()))
    # Asked as the letter itself is addressed: what only stands near by gets it too, and is asked, never ordered.
    found = audience(named, [], draft.issuer, sender=draft.office).phrases if named else ()
    resolved = dict(zip(named, found, strict=True))
    who: list[list[int] | None] = []
    wrong: dict[str, Words] = {}
    for number, row in enumerate(inputs):
        ids = sorted(resolved[row.who].organisation_ids & gets) if row.who in resolved else None
        if ids == []:
            wrong[f"duty-{number}-who"] = _("ไม่มีผู้รับหนังสือฉบับนี้ตรงกับคำนี้ เว้นว่างไว้คือทุกหน่วยงานที่ได้รับ")
        who.append(ids)
    if wrong:
        raise Invalid(_("หน้าที่บางเรื่องยังไม่มีผู้รับ"), wrong, "duty-for-nobody")
    conditions = [resolved[row.who].condition if row.who in resolved else "" for row in inputs]
    return make_duties(letter, inputs, conditions), who


def _asked(row: Mapping[str, str]) -> DutyInput:
    said = row.get("wants", "")
    wants = "" if said == NOTHING_WANTED else said or None
    return DutyInput(row["who"], row["what"], written.day(row["due"]), row["force"], wants=wants)


def _deadlines(draft: Draft) -> list[DeadlineInput]:
    found = [(written.day(row["due"]), row["kind"]) for row in draft.deadlines]
    return [DeadlineInput(due, kind) for due, kind in found if due is not None]


def _sending(draft: Draft) -> Sending:
    def until(day: datetime.date | None) -> datetime.datetime | None:
        return calendar.end_exclusive(day) if day else None

    return Sending(
        recipients=words_of(draft),
        exceptions=draft.exceptions,
        acknowledge_by=until(draft.acknowledge_by),
        forward_by=until(draft.forward_by),
        advance=draft.advance,
    )


def _note_forwarded(actor: Actor, parent: Delivery, dispatch: Dispatch) -> None:
    """The delivery was passed on: received too, when nobody had said so; the first time counts."""
    unread = parent.received_at is None
    parent.state = DELIVERY.step("forward", parent.state)
    parent.forwarded_at = parent.forwarded_at or clock.now()
    if unread:
        receiving.note_receipt(parent, actor, fields=["forwarded_at"])
    else:
        parent.save(update_fields=["state", "forwarded_at"])
    facts = {
        "organisation": parent.organisation.code,
        "dispatch": dispatch.public_id,
        "offices": dispatch.expected,
    }
    audit.append(parent, actor=actor, verb="correspondence.forwarded", facts=facts)
