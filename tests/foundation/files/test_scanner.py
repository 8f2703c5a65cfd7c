"""clamd's INSTREAM protocol, against a small server that speaks it."""

import socket
import struct
import threading

import pytest

from saduak.foundation.access import Invalid, Refused
from saduak.foundation.files import scanner


class Clamd:
    """Answers one request with `answer`, and remembers what it was sent."""

    def __init__(self, listening: socket.socket, answer: bytes) -> None:
        self.listening, self.answer, self.received = listening, answer, b""
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def serve(self) -> None:
        link, _address = self.listening.accept()
        with link, link.makefile("rb") as stream:
            assert stream.read(10) == b"zINSTREAM\0"
            while size := struct.unpack("!I", stream.read(4))[0]:
                self.received += stream.read(size)
            link.sendall(self.answer)


@pytest.fixture(params=["tcp", "unix"])
def clamd(request, tmp_path, settings):
    """Starts a server that answers what it is told."""
    if request.param == "tcp":
        listening = socket.create_server(("127.0.0.1", 0))
        settings.CLAMD = f"127.0.0.1:{listening.getsockname()[1]}"
    else:
        place = tmp_path / "clamd.sock"
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listening.bind(str(place))
        listening.listen()
        settings.CLAMD = f"unix:{place}"
    started: list[Clamd] = []

    def start(answer: bytes) -> Clamd:
        started.append(Clamd(listening, answer))
        return started[0]

    yield start
    for server in started:
        server.thread.join(5)
    listening.close()


@pytest.fixture
def upload(tmp_path):
    path = tmp_path / "upload"
    path.write_bytes(b"x" * 100_000)
    return path


def test_without_a_scanner_nothing_happens(upload, settings):
    settings.CLAMD = ""
    scanner.scan(upload)


def test_a_clean_file_passes(clamd, upload):
    server = clamd(b"stream: OK\0")
    scanner.scan(upload)
    server.thread.join(5)
    assert server.received == upload.read_bytes()


def test_an_infected_file_is_refused(clamd, upload):
    clamd(b"stream: Eicar-Test-Signature FOUND\0")
    with pytest.raises(Invalid) as refusal:
        scanner.scan(upload)
    assert refusal.value.code == "file-infected"


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b""])
def test_an_answer_that_is_none_is_a_refusal(clamd, upload, answer):
    clamd(answer)
    with pytest.raises(Refused) as refusal:
        scanner.scan(upload)
    assert refusal.value.code == "scanner-away"


@pytest.mark.parametrize("where", ["unix:/nonexistent/clamd.sock", "127.0.0.1:1"])
def test_a_scanner_out_of_reach_lets_nothing_through(upload, settings, where):
    settings.CLAMD = where
    with pytest.raises(Refused, match="ไฟล์ยังไม่ได้บันทึก"):
        scanner.scan(upload)
