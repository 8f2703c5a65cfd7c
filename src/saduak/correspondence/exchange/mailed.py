"""A letter as an e-mail: readable by anybody, and complete for a system that knows the manifest."""

import email
import email.errors
import email.policy
import email.utils
import re
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from saduak.correspondence.exchange.bundle import (
    MANIFEST,
    MOST_BYTES,
    MOST_FILES,
    REFUSED,
    Bundle,
    Enclosure,
    ExchangeError,
    check_content,
    check_name,
    clean_name,
    from_manifest,
    manifest,
    named,
)

# Four thirds of the content, and room for headers.
_MOST_RAW: Final = MOST_BYTES * 3 // 2
_MOST_PARTS: Final = 200
# Lines that may begin a part. Tens of thousands of parts take the parser minutes, and it cannot be interrupted.
_MOST_MARKS: Final = 2000
# The standard library reads a header in about a tenth of a millisecond a sign: what may take so long is limited.
_MOST_HEADER: Final = 8000
_MOST_HEADERS: Final = 250_000
_PDF: Final = "application/pdf"
_DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# What a letter without manifest may be; the first of these is the letter, the others are what it sends along.
_DOCUMENTS: Final = (_PDF, _DOCX)
_LETTERS: Final = (*_DOCUMENTS, "image/png", "image/jpeg", "image/tiff", "text/plain")
_MEDIA: Final = re.compile(r"(application|audio|font|image|text|video)/([\w.+-]{1,100})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Mail:
    """What an e-mail brought: a bundle from a system like this one, or files that a person has to look at.

    `address` is the bare address that it says it came from; `signed_by` are the domains for whose signature (DKIM) the
    receiving server vouches.
    """

    sender: str
    subject: str
    message_id: str
    bundle: Bundle | None = None
    files: tuple[Enclosure, ...] = ()
    signed_by: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """The bare address of the sender, in small letters; empty when it is none."""
        return email.utils.parseaddr(self.sender)[1].casefold()


_left: ContextVar[int] = ContextVar("_left", default=_MOST_HEADERS)


class _Careful(email.policy.EmailPolicy):
    """Reads headers as the standard library does, no longer ones and no more of them than a letter has."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        """Read one header.

        Raises:
            ValueError: too long, or too many.
        """
        left = _left.get() - len(value)
        _left.set(left)
        if len(value) > _MOST_HEADER or left < 0:
            raise ValueError(name)
        return super().header_fetch_parse(name, value)


_CAREFUL: Final[Any] = _Careful()


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
        media = _MEDIA.fullmatch(row.media_type)
        main, sub = media.groups() if media else ("application", "octet-stream")
        message.add_attachment(row.data, maintype=main, subtype=sub, filename=name)
    message.add_attachment(manifest(bundle), maintype="application", subtype="json", filename=MANIFEST)
    return message.as_bytes()


def read_message(raw: bytes, *, server: str = "") -> Mail:
    """Read an e-mail that came to an office's central address.

    Args:
        raw: the message.
        server: the name under which the receiving server signs its Authentication-Results (RFC 8601), when it is known
            that it removes those that others wrote in its name; what any other says of signatures is not believed.

    Raises:
        ExchangeError: no e-mail, too large, wrongly encoded, with archives inside, or without any letter.
    """
    if len(raw) > _MOST_RAW:
        raise ExchangeError(_("จดหมายใหญ่เกินไป"), "too-large")
    if raw.count(b"\n--") > _MOST_MARKS:
        raise ExchangeError(_("จดหมายมีส่วนประกอบมากเกินไป"), "too-many-parts")
    _left.set(_MOST_HEADERS)
    try:
        message: EmailMessage = email.message_from_bytes(raw, policy=_CAREFUL)
        parts: list[EmailMessage] = list(message.walk())
        senders = message.get_all("From", [])
        sender = _kept(str(senders[0])) if senders else ""
        subject = _kept(str(message.get("Subject", "")))
        message_id = _kept(str(message.get("Message-ID", ""))).strip()
        signed_by = tuple(_signed(message.get_all("Authentication-Results", []), server))
    except (ValueError, LookupError, RecursionError, AttributeError, TypeError) as problem:
        raise ExchangeError(_("จดหมายอ่านไม่ได้ ขอให้ผู้ส่งส่งใหม่"), "unreadable") from problem
    if len(senders) > 1:
        # A signature covers the last of them, and people are shown the first.
        raise ExchangeError(_("จดหมายมีผู้ส่งมากกว่าหนึ่ง จึงไม่รู้ว่าใครส่ง ขอให้ผู้ส่งส่งใหม่"), "many-senders")
    if not message_id or not sender or message_id.startswith(REFUSED):
        raise ExchangeError(_("จดหมายไม่มีผู้ส่งหรือเลขประจำจดหมาย"), "no-sender")
    if len(parts) > _MOST_PARTS:
        raise ExchangeError(_("จดหมายมีส่วนประกอบมากเกินไป"), "too-many-parts")
    contents = _attached(parts)
    if MANIFEST in contents:
        packed = contents.pop(MANIFEST)
        bundle = from_manifest(packed.data, {name: row.data for name, row in contents.items()})
        return Mail(sender, subject, message_id, bundle=bundle, signed_by=signed_by)
    files = sorted(contents.values(), key=_likely)
    if not files or files[0].media_type not in _LETTERS:
        raise ExchangeError(_("จดหมายไม่มีไฟล์หนังสือแนบมา"), "no-letter")
    return Mail(sender, subject, message_id, files=tuple(files), signed_by=signed_by)


def _likely(row: Enclosure) -> int:
    """A document is the letter rather than a picture, a picture rather than a table."""
    return 0 if row.media_type in _DOCUMENTS else 1 if row.media_type in _LETTERS else 2


def _kept(text: str) -> str:
    """Without what no database keeps: NUL, and bytes that are no text."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _attached(parts: list[EmailMessage]) -> dict[str, Enclosure]:
    """What is attached, by name. Each part is decoded by its own encoding, which must be what it says."""
    left, taken = MOST_BYTES, set[str]()
    found: dict[str, Enclosure] = {}
    for part in parts:
        if part.is_multipart():
            continue
        try:
            told, name = part.get_content_disposition(), part.get_filename("") or ""
            media_type = part.get_content_type()
            # Some programs show a document inside the message; pictures there are decoration.
            if told != "attachment" and not (name and media_type in _DOCUMENTS):
                continue
            data = part.get_payload(decode=True)
        except (ValueError, LookupError, RecursionError, TypeError, AttributeError) as problem:
            raise ExchangeError(_("ไฟล์แนบเข้ารหัสผิด ขอให้ผู้ส่งส่งใหม่"), "bad-encoding") from problem
        if len(found) >= MOST_FILES + 1:
            raise ExchangeError(_("มีไฟล์มากเกินไป"), "too-many-files")
        broken = (email.errors.InvalidBase64CharactersDefect, email.errors.InvalidBase64LengthDefect)
        if not isinstance(data, bytes) or any(isinstance(defect, broken) for defect in part.defects):
            raise ExchangeError(_("ไฟล์แนบเข้ารหัสผิด ขอให้ผู้ส่งส่งใหม่"), "bad-encoding")
        left -= len(data)
        if left < 0:
            raise ExchangeError(_("ไฟล์แนบรวมกันใหญ่เกินไป"), "too-large")
        check_content(data)
        check_name(name)
        if name == MANIFEST and MANIFEST not in found:
            found[MANIFEST] = Enclosure(MANIFEST, "application/json", data)
            continue
        packed = clean_name(name, taken)
        found[packed] = Enclosure(packed, _media_type(media_type, data), data)
    return found


def _media_type(said: str, data: bytes) -> str:
    """Many programs send every file as "octet-stream"."""
    return _PDF if said == "application/octet-stream" and data.startswith(b"%PDF-") else said


# --- Who vouches for the sender ---------------------------------------------------------------------------------------

_COMMENT: Final = re.compile(r"\([^()]*\)")
_QUOTED: Final = re.compile(r'"[^"]*"')
_DOMAIN: Final = re.compile(r"(?:^|\s)header\.(?:d=|i=@)([a-z0-9.-]+)(?=\s|$)")


def _signed(headers: list[Any], server: str) -> Iterator[str]:
    """The domains with "dkim=pass" in the first of these headers that is the server's own and speaks of signatures."""
    for header in headers if server else ():
        said = str(header).casefold()
        while (plain := _COMMENT.sub(" ", said)) != said:
            said = plain
        name, *results = (part.strip() for part in _QUOTED.sub(" ", said).split(";"))
        of_dkim = [result for result in results if re.match(r"dkim\s*=", result)]
        if name.split(" ")[0] != server.casefold() or not of_dkim:
            continue
        for result in of_dkim:
            if re.match(r"dkim\s*=\s*pass(\s|$)", result):
                yield from _DOMAIN.findall(result)
        return
