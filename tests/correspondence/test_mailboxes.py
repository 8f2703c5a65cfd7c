"""Fetching: over IMAP from a small server of our own, and from a folder that a mail server fills."""

import mailbox
import re
import socketserver
import threading

import pytest

from saduak.correspondence import mailboxes
from saduak.correspondence.mailboxes import Box, MailboxError

PASSWORD = "a b/c"
ONE = b"From: a@b.example\r\nSubject: one\r\n\r\nwords\r\n"
TWO = b"From: a@b.example\r\nSubject: two\r\n\r\nwords\r\n"


class Server(socketserver.ThreadingTCPServer):
    """As much of IMAP4rev1 (RFC 3501) as a client needs that logs in, looks for unread mail, and marks it."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.messages = {1: ONE, 2: TWO}
        self.seen: set[int] = set()


class Talk(socketserver.StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        self.say("* OK ready")
        while line := self.rfile.readline():
            tag, _space, rest = line.decode().strip().partition(" ")
            verb = rest.split(" ", 2)[0].upper()
            if verb == "LOGIN" and PASSWORD not in rest:
                self.say(f"{tag} NO wrong password")
                continue
            getattr(self, f"do_{verb.lower()}", lambda _rest: None)(rest)
            self.say(f"{tag} OK done")
            if verb == "LOGOUT":
                return

    def say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")

    def do_capability(self, _rest: str) -> None:
        self.say("* CAPABILITY IMAP4REV1")

    def do_select(self, _rest: str) -> None:
        self.say(f"* {len(self.server.messages)} EXISTS")

    def do_logout(self, _rest: str) -> None:
        self.say("* BYE")

    def do_uid(self, rest: str) -> None:
        verb = rest.split()[1].upper()
        if verb == "SEARCH":
            unread = [str(n) for n in self.server.messages if n not in self.server.seen]
            self.say("* SEARCH " + " ".join(unread))
            return
        number = int(rest.split()[2])
        if verb == "FETCH":
            raw = self.server.messages[number]
            self.wfile.write(
                b"* %d FETCH (UID %d BODY[] {%d}\r\n" % (number, number, len(raw)) + raw + b")\r\n"
            )
        elif re.search(r"\+FLAGS \(\\Seen\)", rest):
            self.server.seen.add(number)


@pytest.fixture
def server():
    with Server() as running:
        threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        yield running
        running.shutdown()


def box(server: Server, password: str = "a%20b%2Fc") -> Box:
    return Box("province:91", f"imap://saraban:{password}@127.0.0.1:{server.server_address[1]}/INBOX")


def test_unread_mail_comes_and_is_marked_only_when_it_was_taken(server):
    with mailboxes.messages(box(server)) as found:
        first, second = list(found)
        assert (first[0], first[1]) == ("uid:1", ONE)
        assert (second[0], second[1]) == ("uid:2", TWO)
        first[2]()
    with mailboxes.messages(box(server)) as found:
        assert [raw for _key, raw, _done in found] == [TWO]


def test_a_wrong_password_says_which_mailbox_and_no_secret(server):
    with pytest.raises(MailboxError) as refusal, mailboxes.messages(box(server, "guess")) as found:
        list(found)
    assert str(refusal.value) == "province:91: 127.0.0.1: error"


def test_a_server_that_is_away_is_told():
    away = Box("dla", "imap://a:b@127.0.0.1:1/INBOX")
    with (
        pytest.raises(MailboxError, match=r"^dla: 127\.0\.0\.1: ConnectionRefusedError$"),
        mailboxes.messages(away),
    ):
        pass


def test_a_folder_gives_what_is_unread(tmp_path):
    folder = mailbox.Maildir(tmp_path / "saraban")
    folder.add(ONE)
    read = mailbox.MaildirMessage(TWO)
    read.add_flag("S")
    folder.add(read)
    there = Box("dla", f"maildir:{tmp_path / 'saraban'}")
    with mailboxes.messages(there) as found:
        ((key, raw, done),) = list(found)
        assert key.startswith("maildir:")
        assert raw.replace(b"\r\n", b"\n") == ONE.replace(b"\r\n", b"\n")
        done()
    with mailboxes.messages(there) as found:
        assert list(found) == []


def test_the_setting_lists_pairs():
    found = mailboxes.boxes("dla=maildir:/var/mail/dla\nprovince:65=imaps://a:b@mail.example/INBOX")
    assert found == [
        Box("dla", "maildir:/var/mail/dla"),
        Box("province:65", "imaps://a:b@mail.example/INBOX"),
    ]
    assert mailboxes.boxes("") == []


@pytest.mark.parametrize("setting", ["dla", "=imap://a", "dla=http://a.example/", "dla=imap"])
def test_a_setting_that_is_none_is_told(setting):
    with pytest.raises(MailboxError, match="code=url"):
        mailboxes.boxes(setting)
