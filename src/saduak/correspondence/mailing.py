"""Sending letters by e-mail and fetching them: between the tables, the mailboxes and the form of a message."""

import hashlib
import logging
import smtplib
from email.utils import formataddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import InterfaceError, OperationalError
from django.template.loader import render_to_string
from django.utils.translation import gettext

from saduak.correspondence import mailboxes
from saduak.correspondence.actions import exchanging, outside, taking
from saduak.correspondence.addresses import link_of
from saduak.correspondence.exchange import to_message
from saduak.correspondence.models import Delivery, ExchangeMessage
from saduak.foundation import clock
from saduak.foundation.access import Actor, Refused
from saduak.organisations.models import Organisation

log = logging.getLogger(__name__)
# From this answer on a mail server means it: trying again changes nothing (RFC 5321, 4.2.1).
_FOR_GOOD = 500


class _Ready(EmailMessage):
    """A message that is written already: Django only hands it to its backend."""

    def __init__(self, raw: bytes, *, sender: str, to: str) -> None:
        super().__init__(from_email=sender, to=[to])
        self.raw = raw

    def message(self) -> "_Raw":  # type: ignore[override] # backends ask it for bytes alone
        return _Raw(self.raw)


class _Raw:
    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    def as_bytes(self, unixfrom: bool = False, linesep: str = "\n") -> bytes:  # noqa: ARG002 - as Django calls it
        return self.raw.replace(b"\r\n", b"\n").replace(b"\n", linesep.encode())

    def get_charset(self) -> None:
        return None


def send(row: ExchangeMessage) -> None:
    """Hand one letter to the mail server. What it refuses for good, and what became secret meanwhile, is noted.

    Raises:
        OSError, smtplib.SMTPException: it was not taken; the outbox tries again.
    """
    delivery = row.delivery
    assert delivery is not None  # noqa: S101 - the caller looked
    if delivery.letter.is_secret:
        _give_up(row, gettext("หนังสือลับไม่ส่งทางอีเมล"))
        return
    bundle = exchanging.bundle_of(delivery)
    sender = formataddr((str(row.organisation), row.organisation.email or settings.DEFAULT_FROM_EMAIL))
    context = {
        "delivery": delivery,
        "letter": delivery.letter,
        "sender": row.organisation,
        "link": _link(delivery),
    }
    text = render_to_string("correspondence/mail/letter.txt", context)
    raw = to_message(
        bundle,
        sender=sender,
        recipient=row.address,
        text=text,
        at=clock.now(),
        host=urlsplit(settings.PUBLIC_URL).hostname or "localhost",
    )
    try:
        _Ready(raw, sender=sender, to=row.address).send()
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as problem:
        code, words = _answer(problem)
        if code < _FOR_GOOD:
            raise
        told = {"code": code, "words": words}
        _give_up(row, gettext("เครื่องแม่ข่ายปลายทางไม่รับ ตรวจที่อยู่แล้วส่งใหม่ (%(code)s %(words)s)") % told)


def tell_recalled(delivery: Delivery, to: str) -> None:
    """Say that a letter was called back, and why, to where it was sent.

    Raises:
        OSError, smtplib.SMTPException: it was not taken; the outbox tries again.
    """
    dispatch = delivery.dispatch
    assert dispatch is not None  # noqa: S101 - what was mailed was sent
    context = {"delivery": delivery, "letter": delivery.letter, "dispatch": dispatch}
    text = render_to_string("correspondence/mail/recalled.txt", context)
    told = {"issuer": delivery.letter.issuer, "number": delivery.letter.number or "-"}
    subject = gettext("เรียกหนังสือคืน %(issuer)s ที่ %(number)s") % told
    sender = formataddr((str(dispatch.sender), dispatch.sender.email or settings.DEFAULT_FROM_EMAIL))
    EmailMessage(" ".join(subject.split()), text, sender, [to]).send()


def _answer(problem: smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError) -> tuple[int, str]:
    """What the other server said."""
    code: int
    words: bytes | str
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(problem.recipients.values()))
    else:
        code, words = problem.smtp_code, problem.smtp_error
    return code, words.decode("utf-8", "replace") if isinstance(words, bytes) else words


def _give_up(row: ExchangeMessage, reason: str) -> None:
    exchanging.note_unmailed(actor=Actor.system("letters"), message_id=row.public_id, reason=reason)


def _link(delivery: Delivery) -> str:
    """A fresh link by which the office acknowledges; the one of an earlier attempt stops working."""
    if delivery.acknowledged_at is not None:
        return ""
    made = outside.make_link(actor=Actor.system("letters"), delivery_id=delivery.public_id)
    return link_of(made.token)


def configured() -> list[mailboxes.Box]:
    """The mailboxes that the settings name."""
    return mailboxes.boxes(settings.LETTER_MAILBOXES)


def digest(box: mailboxes.Box) -> str:
    """What names a mailbox in a job, so that no password is written into the queue."""
    return hashlib.sha256(box.url.encode()).hexdigest()[:20]


def fetch(organisation: str, url_digest: str) -> int:
    """Take what is unread in one mailbox; how many were taken or refused.

    Raises:
        MailboxError: it cannot be reached; the job tries again.
    """
    box = next((b for b in configured() if b.organisation == organisation and digest(b) == url_digest), None)
    if box is None:
        return 0
    office = Organisation.objects.filter(code=box.organisation, retired_at__isnull=True).first()
    if office is None:
        log.warning("mailbox of %s: no such organisation", box.organisation)
        return 0
    count = 0
    with mailboxes.messages(box) as found:
        for key, raw, done in found:
            try:
                made = taking.take_mail(
                    actor=Actor.system("mail"), organisation_id=office.public_id, raw=raw, server=box.server
                )
            except (OperationalError, InterfaceError, OSError, Refused):
                raise  # The database, the disk or the virus scanner is away: the whole box is tried again.
            except Exception:
                # One message that nobody foresaw must not stop those behind it.
                log.exception("mailbox of %s: message %s could not be taken", box.organisation, key)
                made = taking.refuse_mail(
                    actor=Actor.system("mail"),
                    office=office,
                    raw=raw,
                    reason=gettext("จดหมายนี้นำเข้าไม่ได้ ขอให้ผู้ส่งส่งใหม่"),
                )
            count += made is not None
            done()
    return count
