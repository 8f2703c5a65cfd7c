"""A bad line between a browser and the site: cuts, errors, answers that never arrive. By a seeded script.

What a page's script sends (autosave, and what it fetches afterwards) meets the faults; pages themselves come through.
"""

import http.client
import json
import random
import threading
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "proxy-connection"})
LONGEST_SECONDS = 30


class Fault(StrEnum):
    """What happens to one request."""

    PASS = "pass"
    HELD = "held until the writer has gone on"
    CUT = "cut before it arrives"
    BROKEN = "500 instead of the site"
    GATEWAY = "502 instead of the site"
    LOST = "done, and the answer never comes"
    HALF = "done, and half the answer comes"
    LATE_GATEWAY = "done, and answered 502"


ARRIVES = frozenset({Fault.PASS, Fault.HELD, Fault.LOST, Fault.HALF, Fault.LATE_GATEWAY})
INSTEAD = {Fault.BROKEN: 500, Fault.GATEWAY: 502, Fault.LATE_GATEWAY: 502}


class Answer(NamedTuple):
    """What the site answered."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


@dataclass
class Save:
    """One autosave as it came by: what was sent, what befell it, and the version that the browser was told."""

    path: str
    field: str
    value: str
    fault: Fault
    status: int = 0
    told: int | None = None
    over: bool = False


@dataclass
class Line:
    """The line: to which port it leads, what it does to each request, and what came by."""

    to: int
    seed: int
    saves: list[Save] = field(default_factory=list)
    quiet: bool = True
    always: Fault | None = None
    turn: int = 0
    moved: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.script = self._faults()

    def _faults(self) -> Iterator[Fault]:
        """Each fault comes, in rounds of their own order; after each fault something gets through, so that all goes on."""
        while True:
            faults = [fault for fault in Fault if fault is not Fault.PASS]
            self.dice.shuffle(faults)
            for fault in faults:
                yield fault
                # Two at a stroke, now and then.
                if self.dice.random() < 0.7:
                    yield Fault.PASS

    def meets(self, name: str) -> Fault:
        """What happens to a request of the page's script."""
        with self.moved:
            if self.always or self.quiet:
                return self.always or Fault.PASS
            if not name:
                return self.dice.choice((Fault.PASS, Fault.PASS, Fault.CUT, Fault.BROKEN))
            return next(self.script)

    def go_on(self) -> None:
        """The writer has gone on: what is held is let through."""
        with self.moved:
            self.turn += 1
            self.moved.notify_all()

    def hold(self) -> None:
        """Until the writer goes on."""
        with self.moved:
            turn = self.turn
            self.moved.wait_for(lambda: self.turn != turn, LONGEST_SECONDS)

    def of(self, name: str) -> list[Save]:
        """What came by of one field."""
        return [save for save in self.saves if save.field == name]


class _Relay(BaseHTTPRequestHandler):
    """Hands one request on, or does to it what the line says."""

    protocol_version = "HTTP/1.1"
    server: Any

    def do_GET(self) -> None:
        self.relay(b"")

    def do_POST(self) -> None:
        self.relay(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def log_message(self, *_words: object) -> None:
        """Nothing: the line keeps what came by."""

    def relay(self, body: bytes) -> None:
        self.close_connection = True
        line: Line = self.server.line
        scripted = self.headers.get("X-Requested-With") == "fetch"
        sent = (
            dict(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True)) if scripted and body else {}
        )
        name = sent.get("field", "")
        fault = line.meets(name) if scripted else Fault.PASS
        save = Save(self.path, name, sent.get(name, ""), fault)
        if name:
            line.saves.append(save)
        try:
            self.play(line, save, fault, body)
        except OSError:
            pass  # the browser has gone, as it may
        finally:
            save.over = True

    def play(self, line: Line, save: Save, fault: Fault, body: bytes) -> None:
        if fault is Fault.HELD:
            line.hold()
        answer = self.ask(line.to, body) if fault in ARRIVES else None
        if fault in INSTEAD:
            self.tell(Answer(INSTEAD[fault], [("Content-Type", "text/html")], b"<h1>Bad</h1>"))
        elif answer is not None and fault is not Fault.LOST:
            save.status = answer.status
            self.tell(answer, whole=fault is not Fault.HALF)
            if answer.status == 200 and fault is not Fault.HALF and save.field:
                save.told = version_in(answer)

    def ask(self, port: int, body: bytes) -> Answer | None:
        """The site's answer; None when nobody is there, as after a kill."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST_SECONDS)
        try:
            headers = {key: value for key, value in self.headers.items() if key.lower() not in HOP}
            connection.request(self.command, self.path, body or None, headers)
            got = connection.getresponse()
            return Answer(
                got.status, [(k, v) for k, v in got.getheaders() if k.lower() not in HOP], got.read()
            )
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def tell(self, answer: Answer, *, whole: bool = True) -> None:
        self.send_response_only(answer.status)
        for key, value in answer.headers:
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer.body if whole else answer.body[: len(answer.body) // 2])


def version_in(answer: Answer) -> int | None:
    """The version that a save was told."""
    return int(json.loads(answer.body)["version"])


@contextmanager
def lined(to: int, seed: int) -> Iterator[tuple[Line, str]]:
    """A line to the site on this port, and the address at which a browser finds it."""
    line = Line(to, seed)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Relay) as server:
        server.daemon_threads = True
        server.block_on_close = False
        server.line = line  # type: ignore[attr-defined] # ours
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield line, f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            line.go_on()
            server.shutdown()
            thread.join(timeout=10)
