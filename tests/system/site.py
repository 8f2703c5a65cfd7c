"""The real thing under test: `saduak demo` in a process group of its own, on a copy of data that were filled once."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 120


def command(*words: str) -> list[str]:
    """`saduak …` with this Python."""
    return [sys.executable, "-m", "saduak.cli", *words]


def environment(data: Path) -> dict[str, str]:
    """The demo's settings, whatever settings the tests themselves run with."""
    own = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "SADUAK", "PG"))}
    return {**own, "DJANGO_SETTINGS_MODULE": "saduak.config.settings.demo", "SADUAK_DATA": str(data)}


def run(data: Path, *words: str, seconds: int = 300) -> subprocess.CompletedProcess[str]:
    """Run a command of the program on these data, to its end."""
    return subprocess.run(
        command(*words),
        env=environment(data),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Site:
    """One running demo."""

    data: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.data / "server.log"

    def start(self) -> None:
        """Start server and worker; returns when the front page answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command("demo", "--data", str(self.data), "--port", str(self.port)),
                env=environment(self.data),
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if self.process.poll() is not None:
                break
            if self.answers():
                return
            time.sleep(0.1)
        raise AssertionError(f"the demo did not start:\n{self.said()[-3000:]}")

    def answers(self) -> bool:
        """Whether somebody serves pages there."""
        try:
            with urllib.request.urlopen(f"{self.url}/help/", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def said(self) -> str:
        """What the server and the worker wrote."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def stop(self) -> None:
        """End it as Ctrl+C would; whatever is left of its group is killed."""
        if self.process is None:
            return
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=20)
        self.kill()

    def kill(self) -> None:
        """kill -9 of server, worker and all: nobody gets to say goodbye."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=20)
        self.process = None


def copied(filled: Path, to: Path) -> Path:
    """The filled data again, to be changed by one test alone."""
    shutil.copytree(filled, to)
    return to


@contextlib.contextmanager
def running(data: Path) -> Iterator[Site]:
    """A site on these data, stopped afterwards."""
    site = Site(data)
    site.start()
    try:
        yield site
    finally:
        site.stop()
