"""Letters to and from offices outside this system: by e-mail to their central address, or as a packed file."""

import uuid
from collections.abc import Sequence
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from saduak.correspondence import rules, written
from saduak.correspondence.actions import loading
from saduak.correspondence.exchange import (
    Bundle,
    Enclosure,
    ExchangeError,
    Head,
    Mail,
    read_message,
    read_zip,
)
from saduak.correspondence.models import (
    Delivery,
    ExchangeMessage,
    Letter,
    LetterAttachment,
    Origin,
)
from saduak.correspondence.states import LETTER
from saduak.foundation import audit, files, outbox
from saduak.foundation.access import Actor, Conflict, Invalid, Refused, require
from saduak.foundation.actions import action
from saduak.foundation.models import StoredFile
from saduak.foundation.thai import calendar
from saduak.organisations.models import Organisation

CHANNEL: Final = "letter"
_KINDS: Final = {"external", "memo", "stamped", "order", "announcement", "agenda", "other"}


# --- Out --------------------------------------------------------------------------------------------------------------


def bundle_of(row: Delivery) -> Bundle:
    """A delivery as it is packed for the office that it goes to. Its letter, attachments and duties are read."""
    letter, dispatch = row.letter, row.dispatch
    issuer, until = letter.issuer, calendar.closing_day
    head = Head(
        kind=letter.kind,
        number=letter.number,
        dated=letter.dated.isoformat() if letter.dated else "",
        subject=letter.subject,
        issuer=letter.issuer_text or str(issuer or ""),
        issuer_code=issuer.code if issuer else "",
        owner_unit=letter.owner_unit,
        recipient=row.organisation.name_th,
        recipient_code=row.organisation.code,
        urgency=letter.urgency,
        secrecy=letter.secrecy,
        is_circular=letter.is_circular,
        references=tuple(letter.references.values_list("text", flat=True)),
        duties=tuple(
            {
                "who": share.duty.who,
                "what": share.duty.what,
                "due": until(share.duty.due_at).isoformat() if share.duty.due_at else None,
                "force": share.force,
            }
            for share in row.organisation.duties.filter(duty__letter=letter, superseded_at__isnull=True)
            .select_related("duty")
            .order_by("duty__ordinal")
        ),
        meeting=letter.meeting,
        acknowledge_by=until(dispatch.acknowledge_by).isoformat()
        if dispatch and dispatch.acknowledge_by
        else None,
        forward_by=until(dispatch.forward_by).isoformat() if dispatch and dispatch.forward_by else None,
    )
    enclosed = letter.attachments.filter(file__isnull=False).select_related("file")
    return Bundle(
        key=str(row.public_id),
        head=head,
        main=_enclosure(letter.file),
        enclosures=tuple(_enclosure(part.file, part.title, part.copies) for part in enclosed if part.file),
    )


def _enclosure(stored: StoredFile, title: str = "", copies: str = "") -> Enclosure:
    with files.open(stored) as stream:
        return Enclosure(stored.name, stored.media_type, stream.read(), title, copies)


def _to_hand_over(actor: Actor, delivery_id: uuid.UUID) -> Delivery:
    row: Delivery = (
        Delivery.objects.select_for_update(of=("self",), no_key=True)
        .select_related(
            "letter__issuer", "letter__file", "organisation", "dispatch__letter", "dispatch__sender"
        )
        .get(public_id=delivery_id)
    )
    if row.dispatch is None:
        raise Refused(_("ส่งออกได้เฉพาะหนังสือที่ส่งจากระบบนี้"), "not-sent")
    require(rules.may_call_back(actor, row.dispatch))
    if row.state == "withdrawn":
        raise Conflict(_("หนังสือนี้ถูกเรียกคืนแล้ว"), "withdrawn")
    return row


@action("correspondence.pack")
def pack(*, actor: Actor, delivery_id: uuid.UUID) -> ExchangeMessage:
    """Note that a letter is handed over as a packed file; the page gives the file itself (`bundle_of`).

    Raises:
        Refused: not the sender.
        Conflict: it was called back.
    """
    row = _to_hand_over(actor, delivery_id)
    made, _new = ExchangeMessage.objects.get_or_create(
        organisation_id=row.dispatch.sender_id,  # type: ignore[union-attr] # checked above
        incoming=False,
        key=f"zip:{row.public_id}",
        defaults={
            "channel": ExchangeMessage.Channel.ZIP,
            "state": ExchangeMessage.State.SENT,
            "subject": row.letter.subject,
            "delivery": row,
            "letter": row.letter,
        },
    )
    audit.append(
        row, actor=actor, verb="correspondence.packed", facts={"organisation": row.organisation.code}
    )
    return made


@action("correspondence.mail_out")
def mail_out(*, actor: Actor, delivery_id: uuid.UUID, address: str = "") -> ExchangeMessage:
    """Send a letter to an office's central address, with the link by which it acknowledges. Once for each address.

    Args:
        actor: works at the sender.
        delivery_id: public id of the delivery.
        address: empty: the one in the register of offices.

    Raises:
        Refused: not the sender, or a secret letter.
        Invalid: no address, or none that can be.
        Conflict: it was called back.
    """
    row = _to_hand_over(actor, delivery_id)
    if row.letter.is_secret:
        raise Refused(_("หนังสือลับไม่ส่งทางไปรษณีย์อิเล็กทรอนิกส์"), "secret")
    to = (address or row.organisation.email).strip()
    try:
        validate_email(to)
    except ValidationError as problem:
        words = _("เขียนที่อยู่ไปรษณีย์อิเล็กทรอนิกส์กลางของหน่วยงาน เช่น saraban@…")
        raise Invalid(words, {"address": words}, "no-address") from problem
    made, new = ExchangeMessage.objects.get_or_create(
        organisation_id=row.dispatch.sender_id,  # type: ignore[union-attr] # checked above
        incoming=False,
        key=f"email:{row.public_id}:{to.casefold()}"[:200],
        defaults={
            "channel": ExchangeMessage.Channel.EMAIL,
            "state": ExchangeMessage.State.WAITING,
            "address": to,
            "subject": row.letter.subject,
            "delivery": row,
            "letter": row.letter,
        },
    )
    if new:
        outbox.put(CHANNEL, to, {"message": str(made.public_id)}, dedupe=f"letter:{made.public_id}")
        facts = {"organisation": row.organisation.code}
        audit.append(row, actor=actor, verb="correspondence.mailed", facts=facts, personal={"address": to})
    return made


@action("correspondence.note_mailed")
def note_mailed(*, actor: Actor, message_id: uuid.UUID) -> ExchangeMessage:
    """Note that a message went out. Saying it again changes nothing."""
    row = ExchangeMessage.locked(message_id)
    if row.state == ExchangeMessage.State.WAITING:
        row.state = ExchangeMessage.State.SENT
        row.save(update_fields=["state"])
        audit.append(row, actor=actor, verb="correspondence.mail_sent", facts={"key": row.key})
    return row


# --- In ---------------------------------------------------------------------------------------------------------------


def take_file(*, actor: Actor, organisation_id: uuid.UUID, data: bytes) -> Letter:
    """Bring in a letter that was handed over as a packed file. Twice the same is once.

    Raises:
        Refused: the actor does not work at that office.
        Invalid: the file cannot be taken; nothing is kept of it.
    """
    office = Organisation.objects.get(public_id=organisation_id)
    require(rules.may_load(actor, office))
    try:
        bundle = read_zip(data)
    except ExchangeError as problem:
        raise Invalid(problem.reason, {"file": problem.reason}, problem.code) from problem
    return _keep(
        actor=actor, office=office, bundle=bundle, stored=_stored(actor, bundle), channel="zip", address=""
    )


def take_mail(*, actor: Actor, organisation_id: uuid.UUID, raw: bytes, key: str) -> ExchangeMessage | None:
    """Bring in a letter that came to an office's mailbox; one that cannot be taken is kept as refused, with the reason.

    Args:
        actor: the program.
        organisation_id: whose mailbox.
        raw: the message.
        key: what names it in its mailbox, when it has no Message-ID that can be read.

    Returns:
        What became of it; None when it was taken or refused before.
    """
    office = Organisation.objects.get(public_id=organisation_id)
    try:
        mail = read_message(raw)
    except ExchangeError as problem:
        return refuse_mail(
            actor=actor, office=office, key=key, address="", subject="", reason=str(problem.reason)
        )
    own = mail.bundle.key if mail.bundle else mail.message_id[:200]
    if ExchangeMessage.objects.filter(organisation=office, incoming=True, key=own).exists():
        return None
    try:
        if mail.bundle is not None:
            stored = _stored(actor, mail.bundle)
            letter = _keep(
                actor=actor,
                office=office,
                bundle=mail.bundle,
                stored=stored,
                channel="email",
                address=mail.sender,
            )
            return letter.exchanged.get()
        return _take_files(actor, office, mail, own)
    except Invalid as problem:
        return refuse_mail(
            actor=actor,
            office=office,
            key=own,
            address=mail.sender,
            subject=mail.subject,
            reason=str(problem.reason),
        )


def _take_files(actor: Actor, office: Organisation, mail: Mail, key: str) -> ExchangeMessage:
    """Files without a manifest: the first is read as any letter is, the others lie beside it."""
    first, *others = mail.files
    letter = loading.load(actor=actor, holder_id=office.public_id, file=first.data, name=first.name)
    beside = [(row, files.store(row.data, name=row.name, actor=actor)) for row in others]
    return _note_taken(actor=actor, office=office, letter=letter, beside=beside, mail=mail, key=key)


@action("correspondence.take_files")
def _note_taken(
    *,
    actor: Actor,
    office: Organisation,
    letter: Letter,
    beside: Sequence[tuple[Enclosure, StoredFile]],
    mail: Mail,
    key: str,
) -> ExchangeMessage:
    row = Letter.locked(letter.public_id)
    row.origin = Origin.EXCHANGED
    row.save(update_fields=["origin"])
    _lay_beside(row, beside)
    made = _message(office, key, "email", mail.sender, mail.subject, row)
    audit.append(row, actor=actor, verb="correspondence.came_by_mail", facts={"files": len(beside) + 1})
    return made


def _stored(actor: Actor, bundle: Bundle) -> list[StoredFile]:
    """The files of a bundle, each checked by its content; the letter itself must be of a kind that can be a letter."""
    main = files.store(bundle.main.data, name=bundle.main.name, actor=actor, accept=loading.ACCEPT)
    return [main, *(files.store(row.data, name=row.name, actor=actor) for row in bundle.enclosures)]


@action("correspondence.take_bundle")
def _keep(
    *,
    actor: Actor,
    office: Organisation,
    bundle: Bundle,
    stored: Sequence[StoredFile],
    channel: str,
    address: str,
) -> Letter:
    """Write a letter down as its manifest tells it; it waits for a person, as a letter that was read does."""
    present = (
        ExchangeMessage.objects.filter(organisation=office, incoming=True, key=bundle.key)
        .select_related("letter")
        .first()
    )
    if present is not None and present.letter is not None:
        return present.letter
    if bundle.head.recipient_code and bundle.head.recipient_code != office.code:
        words = _("หนังสือนี้ส่งถึงหน่วยงานอื่น ไม่ใช่หน่วยงานนี้")
        raise Invalid(words, {"file": words}, "for-another-office")
    head = bundle.head
    letter = loading.new_letter(actor, office, stored[0], f"{head.subject} {head.issuer}")
    letter.origin, letter.urgency, letter.secrecy = Origin.EXCHANGED, head.urgency, head.secrecy
    letter.is_circular = head.is_circular
    letter.text = _text(head)
    letter.reading = _reading(head)
    letter.state = LETTER.step("read", letter.state)
    letter.save()
    _lay_beside(letter, list(zip(bundle.enclosures, stored[1:], strict=True)))
    _message(office, bundle.key, channel, address, head.subject, letter)
    facts = {"key": bundle.key, "channel": channel, "files": len(stored), "sha256": stored[0].sha256}
    audit.append(letter, actor=actor, verb="correspondence.taken", facts=facts)
    return letter


def _lay_beside(letter: Letter, rows: Sequence[tuple[Enclosure, StoredFile]]) -> None:
    LetterAttachment.objects.bulk_create(
        LetterAttachment(
            letter=letter,
            ordinal=number,
            title=(row.title or row.name)[:300],
            copies=row.copies[:60],
            file=stored,
        )
        for number, (row, stored) in enumerate(rows, start=1)
    )


def _message(
    office: Organisation, key: str, channel: str, address: str, subject: str, letter: Letter
) -> ExchangeMessage:
    made: ExchangeMessage = ExchangeMessage.objects.create(
        organisation=office,
        incoming=True,
        channel=channel,
        state=ExchangeMessage.State.TAKEN,
        address=address[:254],
        key=key[:200],
        subject=subject[:500],
        letter=letter,
    )
    return made


@action("correspondence.refuse_mail")
def refuse_mail(
    *, actor: Actor, office: Organisation, key: str, address: str, subject: str, reason: str
) -> ExchangeMessage | None:
    """Keep in mind that a message was not taken, and why; None when that is known already."""
    made, new = ExchangeMessage.objects.get_or_create(
        organisation=office,
        incoming=True,
        key=key[:200],
        defaults={
            "channel": ExchangeMessage.Channel.EMAIL,
            "state": ExchangeMessage.State.REFUSED,
            "address": address[:254],
            "subject": subject[:500],
            "reason": reason[:500],
        },
    )
    if not new:
        return None
    audit.append(made, actor=actor, verb="correspondence.mail_refused", facts={"reason": reason[:500]})
    return made


def _text(head: Head) -> str:
    lines = [head.number, head.issuer, head.dated, head.subject, head.recipient, *head.references]
    return "\n\n".join([line for line in lines if line] + [row["what"] for row in head.duties])


def _reading(head: Head) -> dict[str, object]:
    """The manifest as the reader would have written it; nothing is in doubt, because nothing was read."""
    reading = written.empty_document()
    reading |= {
        "kind": head.kind if head.kind in _KINDS else "other",
        "urgency": head.urgency or None,
        "secrecy": head.secrecy or None,
        "number": head.number or None,
        "is_circular": head.is_circular,
        "date": head.dated,
        "issuer": head.issuer,
        "owner_unit": head.owner_unit or None,
        "subject": head.subject,
        "recipients": [head.recipient] if head.recipient else [],
        "references": [{"number": line, "date": None} for line in head.references],
        "deadlines": [
            {"date": row["due"], "what": row.get("what", "")} for row in head.deadlines if row.get("due")
        ],
        "actions": [dict(row) for row in head.duties],
        "meetings": [],
    }
    return {"documents": [reading], "findings": []}
