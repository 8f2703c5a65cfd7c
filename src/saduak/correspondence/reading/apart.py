"""Opening PDF and DOCX files and pictures in a process of its own, which may take so long and so much memory and no more.

A file of a kilobyte can ask for hours and gigabytes: pages that draw themselves a million times, cells that span ten million
columns. What opens it is written in C and cannot be interrupted, so it works where it can be ended. The process starts in a
fifth of a second, and knows neither settings nor database. When its time is over it is ended with all that it started
(tesseract), and what they wrote goes too. Should whoever started it be gone, its limit of processor time ends it.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from tempfile import TemporaryDirectory
from typing import Final

from saduak.correspondence.reading import opening
from saduak.correspondence.reading.errors import MESSAGES, ReadingError

SECONDS: Final = 20
MEMORY_BYTES: Final = 1536 * 1024 * 1024
# What ends a process that wants more than it may have: SIGXCPU, SIGKILL, and SIGABRT of a library without memory.
_WANTED_MORE: Final = {-24, -9, -6}
# Nothing of this process but what a program needs to start: no key, no address of a database.
_KEPT: Final = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "TESSDATA_PREFIX", "SYSTEMROOT")


def text_apart(kind: str, data: bytes, *, seconds: int = SECONDS) -> str:
    """Give the text of a file that a process of its own reads.

    Args:
        kind: "pdf" for its text layer, "scan" for a PDF whose pages are recognised, "docx", "picture".
        data: the file.
        seconds: how long it may take, by the clock and by the processor.

    Raises:
        ReadingError: what is wrong with the file, or "too-slow".
    """
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        returncode, told_by = _run(command(kind, seconds), data, {**kept, "TMPDIR": folder}, seconds)
    if returncode in _WANTED_MORE:
        raise ReadingError("too-slow")
    try:
        told = json.loads(told_by)
        code, text = str(told["error"]), str(told["text"])
    except (ValueError, KeyError, TypeError):
        raise ReadingError("broken-file") from None  # it fell over the file
    if code:
        raise ReadingError(code if code in MESSAGES else "broken-file")
    return text


def _run(asked: list[str], data: bytes, surroundings: dict[str, str], seconds: int) -> tuple[int, bytes]:
    """Run it as a group of its own, so that what it started ends with it.

    Raises:
        ReadingError: "too-slow".
    """
    pipe = subprocess.PIPE
    run = subprocess.Popen(  # noqa: S603 - our own program, with a kind and a number
        asked, stdin=pipe, stdout=pipe, stderr=pipe, env=surroundings, start_new_session=True
    )
    with run:
        try:
            said, _errors = run.communicate(data, timeout=seconds)
        except subprocess.TimeoutExpired:
            raise ReadingError("too-slow") from None
        finally:
            _end(run)
    return run.returncode, said


def _end(run: subprocess.Popen[bytes]) -> None:
    """End a process and the group that it leads; whoever has ended is left alone."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(run.pid, signal.SIGKILL)
    run.kill()


def command(kind: str, seconds: int) -> list[str]:
    """How the process is started: with this program and its packages, and nothing that lies in the present folder."""
    return [sys.executable, "-P", "-c", f"from {__name__} import main; main()", kind, str(seconds)]


def limit(seconds: int) -> None:
    """Bind this process to so many seconds of the processor and to `MEMORY_BYTES`, where the system can."""
    try:
        import resource  # noqa: PLC0415 - it is not everywhere
    except ImportError:  # not on Windows: there the clock of the parent has to do
        return
    # A system, or whoever started it, may allow less already.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def main() -> None:
    """Read the file on standard input, and print its text or the code of what is wrong as JSON."""
    kind, seconds = sys.argv[1:]
    readers = {
        "pdf": opening.pdf_text,
        "scan": opening.pdf_scan,
        "docx": opening.docx_text,
        "picture": opening.picture,
    }
    limit(int(seconds))
    text, error = "", ""
    try:
        text = readers[kind](sys.stdin.buffer.read())
    except ReadingError as problem:
        error = problem.code
    except MemoryError:
        error = "too-large"
    json.dump({"text": text, "error": error}, sys.stdout)
