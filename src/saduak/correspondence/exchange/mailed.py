"""A letter as an e-mail: readable by anybody, and complete for a system that knows the manifest."""

import email
import email.errors
import email.policy
import email.utils
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Final

from django.utils.translation import gettext_lazy as _

from saduak.correspondence.exchange.bundle import (
    MANIFEST,
    MOST_BYTES,
    MOST_FILES,
    Bundle,
    Enclosure,
    ExchangeError,
    check_content,
    clean_name,
    from_manifest,
    manifest,
    named,
)

# Four thirds of the content, and room for headers.
_MOST_RAW: Final = MOST_BYTES * 3 // 2
_MOST_PARTS: Final = 200
# What a letter without manifest may be; the first of these is the letter, the others are what it sends along.
_LETTERS: Final = (
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "image/png",
    "image/jpeg",
    "image/tiff",
    "text/plain",
)


@dataclass(frozen=True, slots=True)
class Mail:
    """What an e-mail brought: a bundle from a system like this one, or files that a person has to look at."""

    sender: str
    subject: str
    message_id: str
    bundle: Bundle | None = None
    files: tuple[Enclosure, ...] = ()


def to_message(bundle: Bundle, *, sender: str, recipient: str, text: str, at: datetime, host: str) -> bytes:
    """Write the e-mail. The same letter to the same office has the same Message-ID, however often it is sent.

    Args:
        bundle: the letter.
        sender: the address of the sending office.
        recipient: the central address of the receiving office.
        text: what a person reads, with the link by which it is acknowledged.
        at: when.
        host: the domain for the Message-ID.
    """
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"], message["To"] = sender, recipient
    head = bundle.head
    message["Subject"] = " ".join(f"{head.number} {head.subject}".split())
    message["Date"] = email.utils.format_datetime(at)
    message["Message-ID"] = f"<{bundle.key}@{host}>"
    message.set_content(text)
    for name, row in named(bundle):
        main, _slash, sub = row.media_type.partition("/")
        message.add_attachment(
            row.data, maintype=main or "application", subtype=sub or "octet-stream", filename=name
        )
    message.add_attachment(manifest(bundle), maintype="application", subtype="json", filename=MANIFEST)
    return message.as_bytes()


def read_message(raw: bytes) -> Mail:
    """Read an e-mail that came to an office's central address.

    Raises:
        ExchangeError: no e-mail, too large, wrongly encoded, with archives inside, or without any letter.
    """
    if len(raw) > _MOST_RAW:
        raise ExchangeError(_("จดหมายใหญ่เกินไป"), "too-large")
    try:
        message = email.message_from_bytes(raw, policy=email.policy.default)
        parts = list(message.walk())
        sender = str(message.get("From", ""))
        subject = str(message.get("Subject", ""))
        message_id = str(message.get("Message-ID", "")).strip()
    except (ValueError, LookupError, RecursionError, AttributeError, TypeError, IndexError) as problem:
        raise ExchangeError(_("จดหมายอ่านไม่ได้ ขอให้ผู้ส่งส่งใหม่"), "unreadable") from problem
    if not message_id or not sender:
        raise ExchangeError(_("จดหมายไม่มีผู้ส่งหรือเลขประจำจดหมาย"), "no-sender")
    if len(parts) > _MOST_PARTS:
        raise ExchangeError(_("จดหมายมีส่วนประกอบมากเกินไป"), "too-many-parts")
    contents = _attached(parts)
    if MANIFEST in contents:
        packed = contents.pop(MANIFEST)
        bundle = from_manifest(packed.data, {name: row.data for name, row in contents.items()})
        return Mail(sender, subject, message_id, bundle=bundle)
    files = [row for row in contents.values() if row.media_type in _LETTERS]
    if not files:
        raise ExchangeError(_("จดหมายไม่มีไฟล์หนังสือแนบมา"), "no-letter")
    files += [row for row in contents.values() if row.media_type not in _LETTERS]
    return Mail(sender, subject, message_id, files=tuple(files))


def _attached(parts: list[EmailMessage]) -> dict[str, Enclosure]:
    """What is attached, by name. Each part is decoded by its own encoding, which must be what it says."""
    left, taken = MOST_BYTES, set[str]()
    found: dict[str, Enclosure] = {}
    for part in parts:
        if part.is_multipart() or part.get_content_disposition() != "attachment":
            continue
        if len(found) >= MOST_FILES + 1:
            raise ExchangeError(_("มีไฟล์มากเกินไป"), "too-many-files")
        try:
            data = part.get_payload(decode=True)
            name = part.get_filename("") or ""
        except (ValueError, LookupError, TypeError, AttributeError) as problem:
            raise ExchangeError(_("ไฟล์แนบเข้ารหัสผิด ขอให้ผู้ส่งส่งใหม่"), "bad-encoding") from problem
        broken = (email.errors.InvalidBase64CharactersDefect, email.errors.InvalidBase64LengthDefect)
        if not isinstance(data, bytes) or any(isinstance(defect, broken) for defect in part.defects):
            raise ExchangeError(_("ไฟล์แนบเข้ารหัสผิด ขอให้ผู้ส่งส่งใหม่"), "bad-encoding")
        left -= len(data)
        if left < 0:
            raise ExchangeError(_("ไฟล์แนบรวมกันใหญ่เกินไป"), "too-large")
        check_content(data)
        if name == MANIFEST and MANIFEST not in found:
            found[MANIFEST] = Enclosure(MANIFEST, "application/json", data)
            continue
        packed = clean_name(name, taken)
        found[packed] = Enclosure(packed, part.get_content_type(), data)
    return found
