"""Sending letters by e-mail and fetching them: between the tables, the mailboxes and the form of a message."""

import hashlib
import logging
from email.utils import formataddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import InterfaceError, OperationalError
from django.template.loader import render_to_string
from django.utils.translation import gettext

from saduak.correspondence import mailboxes
from saduak.correspondence.actions import exchanging, outside
from saduak.correspondence.addresses import link_of
from saduak.correspondence.exchange import to_message
from saduak.correspondence.models import Delivery, ExchangeMessage
from saduak.foundation import clock
from saduak.foundation.access import Actor
from saduak.organisations.models import Organisation

log = logging.getLogger(__name__)


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
    """Hand one letter to the mail server.

    Raises:
        OSError, smtplib.SMTPException: it was not taken; the outbox tries again.
    """
    delivery = row.delivery
    assert delivery is not None  # noqa: S101 - the caller looked
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
    _Ready(raw, sender=sender, to=row.address).send()


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
                made = exchanging.take_mail(
                    actor=Actor.system("mail"), organisation_id=office.public_id, raw=raw, key=key
                )
            except (OperationalError, InterfaceError, OSError):
                raise  # The database or the disk is away: the whole box is tried again.
            except Exception:
                # One message that nobody foresaw must not stop those behind it.
                log.exception("mailbox of %s: message %s could not be taken", box.organisation, key)
                made = exchanging.refuse_mail(
                    actor=Actor.system("mail"),
                    office=office,
                    key=key,
                    address="",
                    subject="",
                    reason=gettext("จดหมายนี้นำเข้าไม่ได้ ขอให้ผู้ส่งส่งใหม่"),
                )
            count += made is not None
            done()
    return count
