"""Letters that come in from outside: from a mailbox, as a saved message, or as a packed file. Each once, by its key."""

import hashlib
import json
import re
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from saduak.correspondence import intake, rules
from saduak.correspondence.actions import loading
from saduak.correspondence.exchange import (
    Bundle,
    Enclosure,
    ExchangeError,
    Head,
    Mail,
    kind_of,
    read_message,
    read_zip,
    reading_of,
)
from saduak.correspondence.exchange.bundle import REFUSED
from saduak.correspondence.models import (
    ExchangeMessage,
    Letter,
    LetterAttachment,
    LetterFinding,
    Origin,
    Secrecy,
)
from saduak.correspondence.reading import Reading
from saduak.correspondence.secrecy_floor import highest
from saduak.foundation import audit, files, jobs
from saduak.foundation.access import Actor, Invalid, require
from saduak.foundation.actions import action
from saduak.foundation.files.kinds import EVERYTHING
from saduak.foundation.models import StoredFile
from saduak.organisations.models import Organisation
from saduak.organisations.recipients import find_issuer

SENDER_UNVERIFIED: Final = "sender-unverified"
SENDER_VOUCHED: Final = "sender-vouched"
_UNVERIFIED: Final = gettext_noop(
    "ที่อยู่อีเมลไม่ได้พิสูจน์ว่าใครเป็นผู้ส่ง โทรถามผู้ออกหนังสือก่อน ใช้เบอร์ในทะเบียนหน่วยงาน ไม่ใช้เบอร์ในจดหมาย"
)
_VOUCHED: Final = gettext_noop("เครื่องแม่ข่ายที่รับจดหมายตรวจลายเซ็นแล้ว จดหมายมาจากที่อยู่ของหน่วยงานผู้ออกหนังสือตามทะเบียน")
_NOT_TOLD: Final = _("จดหมายนี้รับเข้าระบบไม่ได้ ให้ผู้ที่ได้รับอนุญาตเปิดดูในกล่องจดหมายของหน่วยงาน แล้วติดต่อผู้ส่ง")
# A class of secrecy in a subject or in the name of a file, and no longer word (กลับ, สลับ, ตลับ, ขลับ, พลับ).
_CLASS_NAMED: Final = re.compile("(?<![กขตพส])ลับ")


@dataclass(frozen=True, slots=True)
class Arrival:
    """What came: the letter, what lies beside it, and how it came. `told` is its manifest, when it has one."""

    key: str
    channel: str
    subject: str
    main: Enclosure
    beside: tuple[Enclosure, ...]
    told: Head | None = None
    address: str = ""
    signed_by: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """What it is called, and what its files are called."""
        return (self.subject, *(text for row in (self.main, *self.beside) for text in (row.name, row.title)))

    @classmethod
    def of_bundle(cls, bundle: Bundle) -> "Arrival":
        """A packed file that somebody handed over."""
        return cls(bundle.key, "zip", bundle.head.subject, bundle.main, bundle.enclosures, bundle.head)

    @classmethod
    def of_mail(cls, mail: Mail) -> "Arrival":
        """An e-mail, with a manifest or without."""
        bundle = mail.bundle
        main, *beside = mail.files if bundle is None else (bundle.main, *bundle.enclosures)
        return cls(
            key=_key(mail),
            channel="email",
            subject=mail.subject if bundle is None else bundle.head.subject,
            main=main,
            beside=tuple(beside),
            told=None if bundle is None else bundle.head,
            address=mail.address,
            signed_by=mail.signed_by,
        )

    @property
    def digest(self) -> str:
        """Of all that came: the files in their order, and number, date, issuer and subject that the manifest tells."""
        told = self.told
        said = (told.number, told.dated, told.issuer, told.subject, told.secrecy) if told is not None else ()
        parts = json.dumps([*said, *(row.sha256 for row in (self.main, *self.beside))])
        return hashlib.sha256(parts.encode()).hexdigest()


def _key(mail: Mail) -> str:
    return mail.bundle.key if mail.bundle is not None else mail.message_id[:200]


def take_upload(
    *, actor: Actor, organisation_id: uuid.UUID, data: bytes, name: str, secrecy: str = Secrecy.NONE
) -> Letter | None:
    """Bring in a packed file or a saved e-mail that a person gives; twice the same is once.

    Args:
        actor: works at the office.
        organisation_id: which office it came to.
        data: the file.
        name: its name, by which a saved e-mail is known.
        secrecy: the class that the person says it has; what is read may raise it.

    Returns:
        The letter; None for a file that is neither, which is loaded as any letter is.

    Raises:
        Refused: the actor does not work at that office.
        Invalid: it cannot be taken, with the reason; nothing is kept of it.
    """
    kind = kind_of(data, name)
    if not kind:
        return None
    office = Organisation.objects.get(public_id=organisation_id)
    require(rules.may_load(actor, office))
    if secrecy not in Secrecy.values:
        raise Invalid(intake.TOP_SECRET, {"secrecy": intake.TOP_SECRET}, "top-secret")
    try:
        came = Arrival.of_bundle(read_zip(data)) if kind == "zip" else Arrival.of_mail(read_message(data))
    except ExchangeError as problem:
        raise Invalid(problem.reason, {"file": problem.reason}, problem.code) from problem
    return _take(actor, office, came, secrecy).letter


def take_mail(
    *, actor: Actor, organisation_id: uuid.UUID, raw: bytes, server: str = ""
) -> ExchangeMessage | None:
    """Bring in a letter that came to an office's mailbox; one that cannot be taken is kept as refused, with the reason.

    Args:
        actor: the program.
        organisation_id: whose mailbox.
        raw: the message.
        server: the name in whose Authentication-Results one may trust (`read_message`).

    Returns:
        What became of it; None when it was taken or refused before.
    """
    office = Organisation.objects.get(public_id=organisation_id)
    try:
        mail = read_message(raw, server=server)
    except ExchangeError as problem:
        return refuse_mail(actor=actor, office=office, raw=raw, reason=str(problem.reason))
    came = Arrival.of_mail(mail)
    present = _present(office, came.key)
    if present is not None and _is_same(present, came):
        return None
    try:
        return _take(actor, office, came)
    except _Closed as problem:
        # Of what is secret nothing is told to those who may not know of it: neither subject nor the name of a file.
        reason = intake.TOP_SECRET if problem.code == "top-secret" else _NOT_TOLD
        return refuse_mail(actor=actor, office=office, raw=raw, address=came.address, reason=str(reason))
    except Invalid as problem:
        return refuse_mail(
            actor=actor,
            office=office,
            raw=raw,
            address=came.address,
            subject=came.subject,
            reason=str(problem.reason),
        )


class _Closed(Invalid):
    """What is refused is secret, by whatever says so."""


def _take(actor: Actor, office: Organisation, came: Arrival, secrecy: str = Secrecy.NONE) -> ExchangeMessage:
    """Take what came.

    Raises:
        Invalid: it cannot be taken; a `_Closed` one when anything says that it is secret.
    """
    present = _present(office, came.key)
    if present is not None and _is_same(present, came):
        return present
    said = came.told.secrecy if came.told is not None else Secrecy.NONE
    classes = [secrecy, said]
    try:
        # Every file is looked at before the first is refused: what one of them says closes all.
        classes += [intake.class_printed(row.data, row.name) for row in (came.main, *came.beside)]
        if present is not None:
            raise _other_content()
        return _read_and_kept(actor, office, came, classes)
    except Invalid as problem:
        is_named = any(_CLASS_NAMED.search(text) for text in came.names)
        if problem.code == "top-secret" or highest(classes) != Secrecy.NONE or is_named:
            raise _Closed(problem.reason, problem.fields, problem.code) from problem
        raise


def _read_and_kept(actor: Actor, office: Organisation, came: Arrival, classes: list[str]) -> ExchangeMessage:
    """Everything that is slow, or may be refused, before the one transaction that writes letter and message.

    Args:
        actor: who takes it.
        office: that it came to.
        came: what came.
        classes: what is known of its secrecy; what is found besides is added.
    """
    if came.told is not None and came.told.recipient_code not in {"", office.code}:
        words = _("หนังสือนี้ส่งถึงหน่วยงานอื่น ไม่ใช่หน่วยงานนี้")
        raise Invalid(words, {"file": words}, "for-another-office")
    if came.told is None:
        reading = intake.read_now(came.main.data, came.main.name)
    else:
        reading = reading_of(came.told, _readable(came.main), came.main.name)
    main = _store(actor, came.main, loading.ACCEPT)
    # Looked at once more, the letter before anything else is kept: only now the right ending of each name is known.
    classes.append(intake.class_in(main))
    beside = []
    for row in came.beside:
        beside.append(_store(actor, row))
        classes.append(intake.class_in(beside[-1]))
    return _keep(
        actor=actor,
        office=office,
        came=came,
        stored=[main, *beside],
        reading=reading,
        secrecy=highest(classes),
    )


def _present(office: Organisation, key: str) -> ExchangeMessage | None:
    rows = ExchangeMessage.objects.filter(organisation=office, incoming=True, key=key, letter__isnull=False)
    found: ExchangeMessage | None = rows.select_related("letter").first()
    return found


def _is_same(present: ExchangeMessage, came: Arrival) -> bool:
    """Whether what came is what was taken under its key before. One without a digest was taken before there were any."""
    return present.digest in {"", came.digest}


def _other_content() -> Invalid:
    words = _("เลขอ้างอิงของจดหมายนี้ตรงกับหนังสือที่รับไว้แล้ว แต่เนื้อหาไม่เหมือนกัน โทรถามผู้ส่งก่อนใช้")
    return Invalid(words, {"file": words}, "other-content")


def _store(actor: Actor, row: Enclosure, accept: Collection[str] = EVERYTHING) -> StoredFile:
    """Keep one of several files; what is refused says which one."""
    try:
        return files.store(row.data, name=row.name, actor=actor, accept=accept)
    except Invalid as problem:
        words = f"{row.name}: {problem.reason}"
        raise Invalid(words, {"file": words}, problem.code) from problem


def _readable(main: Enclosure) -> Reading | None:
    """What can be read of a letter that its manifest tells of; the highest class is refused."""
    try:
        return intake.read_now(main.data, main.name)
    except Invalid as problem:
        if problem.code == "top-secret":
            raise
        return None


@action("correspondence.take")
def _keep(
    *,
    actor: Actor,
    office: Organisation,
    came: Arrival,
    stored: Sequence[StoredFile],
    reading: Reading | None,
    secrecy: str,
) -> ExchangeMessage:
    """Write letter and message down in one transaction; the letter waits for a person, as one that was read does."""
    require(rules.may_load(actor, office))
    message = _claim(office, came)
    if message.letter is not None:
        return message
    letter = loading.new_letter(actor, office, stored[0], reading.text if reading else "", secrecy)
    letter.origin = Origin.EXCHANGED
    letter.save(update_fields=["origin"])
    if reading is None:
        jobs.enqueue("correspondence.tasks.read_letter", letter_id=str(letter.public_id))
    else:
        letter = loading.keep_reading(actor=actor, letter_id=letter.public_id, reading=reading)
    _lay_beside(letter, came.beside, stored[1:])
    message.letter = letter
    message.save(update_fields=["letter"])
    if came.channel == ExchangeMessage.Channel.EMAIL:
        _note_sender(letter, came, reading)
    facts = {
        "key": came.key,
        "channel": came.channel,
        "files": len(stored),
        "sha256": stored[0].sha256,
        "signed_by": list(came.signed_by),
    }
    audit.append(letter, actor=actor, verb="correspondence.taken", facts=facts)
    return message


def _claim(office: Organisation, came: Arrival) -> ExchangeMessage:
    """The message under its key; when another worker was first, the one that it wrote."""
    try:
        with transaction.atomic():
            made: ExchangeMessage = ExchangeMessage.objects.create(
                organisation=office,
                incoming=True,
                channel=came.channel,
                state=ExchangeMessage.State.TAKEN,
                address=came.address[:254],
                key=came.key,
                digest=came.digest,
                subject=came.subject[:500],
            )
            return made
    except IntegrityError:
        present = _present(office, came.key)
        if present is None:
            raise
        if not _is_same(present, came):
            raise _other_content() from None
        return present


def _lay_beside(letter: Letter, rows: Sequence[Enclosure], stored: Sequence[StoredFile]) -> None:
    LetterAttachment.objects.bulk_create(
        LetterAttachment(
            letter=letter,
            ordinal=number,
            title=(row.title or kept.name)[:300],
            copies=row.copies[:60],
            file=kept,
        )
        for number, (row, kept) in enumerate(zip(rows, stored, strict=True), start=1)
    )


def _note_sender(letter: Letter, came: Arrival, reading: Reading | None) -> None:
    """Anybody can write any sender on a message: say so, unless the receiving server vouches for the issuer's address.

    The doubt is asked anew for each message: what a person learned of one says nothing of the next.
    """
    office = _vouched(came, reading)
    LetterFinding.objects.create(
        letter=letter,
        code=SENDER_VOUCHED if office else SENDER_UNVERIFIED,
        severity="info" if office else "warning",
        text=_VOUCHED if office else _UNVERIFIED,
        evidence=[line for line in (came.address, office) if line],
    )


def _vouched(came: Arrival, reading: Reading | None) -> str:
    """The office whose registered address the message came from, when it speaks for the letter's issuer; else empty.

    The server vouches for the domain alone, and a domain may be that of a mail provider: the whole address must fit.
    """
    if reading is None or came.address.rpartition("@")[2] not in came.signed_by:
        return ""
    issuer = find_issuer(reading.documents[0].issuer or "")
    rows = Organisation.objects.filter(email__iexact=came.address, retired_at__isnull=True).order_by("pk")[:5]
    return next((row.name_th for row in rows if issuer and issuer.pk in {row.pk, *row.writes_for}), "")


@action("correspondence.refuse_mail")
def refuse_mail(
    *, actor: Actor, office: Organisation, raw: bytes, reason: str, address: str = "", subject: str = ""
) -> ExchangeMessage | None:
    """Keep in mind that a message was not taken, and why; None when that is known already.

    It is known by its content: the same message put right by its sender may come again under its old name.
    """
    made, new = ExchangeMessage.objects.get_or_create(
        organisation=office,
        incoming=True,
        key=f"{REFUSED}{hashlib.sha256(raw).hexdigest()}",
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
