"""The outbox: what goes outside is written in the transaction that causes it, and sent by a job once that is committed.

A message is sent at least once: a worker that dies between sending and noting sends it again, under the same
Message-ID. The same `dedupe` key is never written twice.
"""

import hashlib
import json
import logging
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction

from saduak.foundation import clock, jobs
from saduak.foundation.models.services import OutboxMessage

log = logging.getLogger(__name__)

JOB: Final = "foundation.tasks.send_outbox"
ATTEMPTS: Final = 10
LEASE: Final = timedelta(minutes=5)
FIRST_PAUSE: Final = 30.0
LONGEST_PAUSE: Final = 6 * 3600.0
TURN_SECONDS: Final = 20.0
AT_ONCE: Final = 200

Send: TypeAlias = Callable[[OutboxMessage], object]
CHANNELS: dict[str, Send] = {}


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to be put."""

    channel: str
    recipient: str
    payload: dict[str, Any] = field(default_factory=dict)
    dedupe: str = ""


def channel(name: str) -> Callable[[Send], Send]:
    """Register the function that hands a message of this channel outside; whatever it raises is tried again later."""

    def register(send: Send) -> Send:
        CHANNELS[name] = send
        return send

    return register


def put(channel: str, recipient: str, payload: dict[str, Any], dedupe: str) -> OutboxMessage:
    """Write one message in this transaction; the same `dedupe` again gives the message written before.

    Raises:
        LookupError: no such channel.
    """
    put_many([Draft(channel, recipient, payload, dedupe)])
    return OutboxMessage.objects.get(dedupe=dedupe)


def put_many(drafts: Iterable[Draft]) -> int:
    """Write many messages at once, in one insert as far as the database takes so many rows; how many.

    Raises:
        LookupError: no such channel.
    """
    listed = list(drafts)
    for draft in listed:
        if draft.channel not in CHANNELS:
            raise LookupError(f"no outbox channel {draft.channel!r}")
    if not listed:
        return 0
    rows = [
        OutboxMessage(channel=d.channel, recipient=d.recipient, payload=d.payload, dedupe=d.dedupe)
        for d in listed
    ]
    with transaction.atomic():
        OutboxMessage.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
        jobs.enqueue(JOB)
    return len(rows)


def send_due() -> int:
    """Send what is due, oldest first, for some seconds; how many went out. When more is left, the next turn is enqueued."""
    until = time.monotonic() + TURN_SECONDS
    sent = 0
    while ids := _due():
        for pk in ids:
            if time.monotonic() >= until:
                jobs.enqueue(JOB)
                return sent
            sent += _send(pk)
    return sent


def enqueue_due() -> bool:
    """Enqueue a turn when a message waits for its next attempt; whether one did. Called by a tick."""
    if not _due():
        return False
    jobs.enqueue(JOB)
    return True


def send_now(message: OutboxMessage) -> bool:
    """Send one message at once, for a person who waits for it; whether it went out."""
    return bool(_send(message.pk))


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts: from half a minute, doubling threefold, to six hours."""
    return timedelta(seconds=min(FIRST_PAUSE * 3.0 ** (attempts - 1), LONGEST_PAUSE))


def _due() -> list[int]:
    waiting = OutboxMessage.objects.filter(state=OutboxMessage.State.WAITING, next_try_at__lte=clock.wall())
    return list(waiting.order_by("next_try_at", "pk").values_list("pk", flat=True)[:AT_ONCE])


def _send(pk: int) -> int:
    """Take a message for a while, hand it over, note how that went; 1 when it went out."""
    now = clock.wall()
    with transaction.atomic():
        message = (
            OutboxMessage.objects.select_for_update(skip_locked=True, no_key=True)
            .filter(pk=pk, state=OutboxMessage.State.WAITING, next_try_at__lte=now)
            .first()
        )
        if message is None:
            return 0
        # Counted before it is tried: a message that kills the worker must not kill it for ever.
        message.attempts += 1
        message.next_try_at = now + LEASE
        message.save(update_fields=["attempts", "next_try_at"])
    try:
        CHANNELS[message.channel](message)
    except Exception as problem:  # noqa: BLE001 - the world outside fails in every way
        _after_failure(message, problem)
        return 0
    message.state, message.sent_at, message.last_error = OutboxMessage.State.SENT, clock.wall(), ""
    message.save(update_fields=["state", "sent_at", "last_error"])
    return 1


def _after_failure(message: OutboxMessage, problem: Exception) -> None:
    message.last_error = f"{type(problem).__name__}: {problem}"[:500]
    message.next_try_at = clock.wall() + pause(message.attempts)
    if message.attempts >= ATTEMPTS:
        message.state = OutboxMessage.State.FAILED
    log.warning("outbox message %d: attempt %d failed: %s", message.pk, message.attempts, message.last_error)
    message.save(update_fields=["state", "last_error", "next_try_at"])


@channel("email")
def send_email(message: OutboxMessage) -> None:
    """An e-mail: payload `subject`, `body`, and `html` when there is one."""
    payload = message.payload
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    letter = EmailMultiAlternatives(
        subject=payload["subject"],
        body=payload["body"],
        to=[message.recipient],
        headers={"Message-ID": f"<{hashlib.sha256(message.dedupe.encode()).hexdigest()[:40]}@{host}>"},
    )
    if payload.get("html"):
        letter.attach_alternative(payload["html"], "text/html")
    letter.send()


@channel("seal")
def write_seal(message: OutboxMessage) -> None:
    """A seal of the audit: one line at the end of `settings.SEALS_FILE`, flushed to disk."""
    path = Path(settings.SEALS_FILE)
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps(message.payload, sort_keys=True, ensure_ascii=False) + "\n"
    with path.open("a", encoding="utf-8") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
