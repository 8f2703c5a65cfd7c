"""The mailboxes (saraban@…) from which letters are fetched: over IMAP, or from a folder that a mail server fills.

A message is marked as read, or moved aside, only after what became of it is written down: a crash in between fetches it
again, and it is taken once by its Message-ID.
"""

import imaplib
import mailbox
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

MOST_AT_ONCE: Final = 50
_TIMEOUT: Final = 30
_PARTS: Final = 2
_PORT, _SSL_PORT = 143, 993


@dataclass(frozen=True, slots=True)
class Box:
    """Whose mailbox (code of the organisation), and where it is: `imaps://user:password@host/INBOX` or `maildir:/path`.

    `?auth=mail.agency.example` at the end names the receiving server whose Authentication-Results may be believed.
    """

    organisation: str
    url: str

    @property
    def server(self) -> str:
        """The server that vouches for signatures; empty when none is named."""
        return parse_qs(urlsplit(self.url).query).get("auth", [""])[0]


class MailboxError(Exception):
    """A mailbox cannot be reached or is not described rightly; the message says which, never the password."""


def boxes(setting: str) -> list[Box]:
    """Mailboxes as the setting lists them: `code=url`, one a line or with spaces between.

    Raises:
        MailboxError: an entry that is no such pair.
    """
    found = []
    for entry in setting.split():
        code, sign, url = entry.partition("=")
        if not sign or not code or urlsplit(url).scheme not in {"imap", "imaps", "maildir"}:
            raise MailboxError(f"a mailbox is written code=url, not {code[:40]!r}")
        found.append(Box(code, url))
    return found


Fetched = tuple[str, bytes, Callable[[], object]]


@contextmanager
def messages(box: Box) -> Iterator[Iterator[Fetched]]:
    """Open a mailbox and give (name, message, done) for what is unread, at most fifty; call `done` when it is taken.

    Raises:
        MailboxError: it cannot be reached.
    """
    parts = urlsplit(box.url)
    if parts.scheme == "maildir":
        yield _of_folder(Path(unquote(parts.path)))
        return
    host = parts.hostname or ""
    try:
        server = _connect(parts.scheme, host, parts.port)
        try:
            server.login(unquote(parts.username or ""), unquote(parts.password or ""))
            server.select(unquote(parts.path.strip("/")) or "INBOX")
            yield _of_server(server)
        finally:
            server.logout()
    except (OSError, imaplib.IMAP4.error) as problem:
        raise MailboxError(f"{box.organisation}: {host}: {type(problem).__name__}") from problem


def _connect(scheme: str, host: str, port: int | None) -> imaplib.IMAP4:
    if scheme == "imaps":
        return imaplib.IMAP4_SSL(
            host, port or _SSL_PORT, ssl_context=ssl.create_default_context(), timeout=_TIMEOUT
        )
    return imaplib.IMAP4(host, port or _PORT, timeout=_TIMEOUT)


def _of_server(server: imaplib.IMAP4) -> Iterator[Fetched]:
    _status, found = server.uid("search", "UNSEEN")
    for uid in (found[0] or b"").split()[:MOST_AT_ONCE]:
        # PEEK: reading must not mark it as read before it is taken.
        _status, answer = server.uid("fetch", uid.decode(), "(BODY.PEEK[])")
        raw = next((part[1] for part in answer if isinstance(part, tuple) and len(part) == _PARTS), None)
        if isinstance(raw, bytes):
            yield (
                f"uid:{uid.decode()}",
                raw,
                lambda uid=uid: server.uid("store", uid.decode(), "+FLAGS", r"(\Seen)"),  # type: ignore[misc] # the default fixes the message
            )


def _of_folder(path: Path) -> Iterator[Fetched]:
    folder = mailbox.Maildir(path, create=False)
    for name in sorted(folder.keys())[: MOST_AT_ONCE * 20]:
        message = folder.get_message(name)
        if "S" in message.get_flags():
            continue

        def done(name: str = name, message: mailbox.MaildirMessage = message) -> None:
            message.add_flag("S")
            message.set_subdir("cur")
            folder[name] = message

        yield f"maildir:{name}"[:200], folder.get_bytes(name), done
