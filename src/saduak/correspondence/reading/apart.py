"""Opening PDF and DOCX files in a process of its own, which may take so long and so much memory and no more.

A file of a kilobyte can ask for hours and gigabytes: pages that draw themselves a million times, cells that span ten million
columns. What opens it is written in C and cannot be interrupted, so it works where it can be ended. The process starts in a
tenth of a second, knows neither settings nor database, and ends by itself when its time is over, whoever started it.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from typing import Final

from saduak.correspondence.reading import opening
from saduak.correspondence.reading.errors import MESSAGES, ReadingError

SECONDS: Final = 20
MEMORY_BYTES: Final = 1536 * 1024 * 1024
# What a system ends a process with when its time is over: SIGXCPU, SIGKILL.
_OUT_OF_TIME: Final = {-24, -9}


def text_apart(kind: str, data: bytes, *, seconds: int = SECONDS) -> str:
    """Give the text of a file that a process of its own reads.

    Args:
        kind: "pdf" for its text layer, "scan" for a PDF whose pages are recognised, "docx".
        data: the file.
        seconds: how long it may take, by the clock and by the processor.

    Raises:
        ReadingError: what is wrong with the file, or "too-slow".
    """
    command = [sys.executable, "-m", __name__, kind, str(seconds)]
    try:
        run = subprocess.run(command, input=data, capture_output=True, timeout=seconds, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise ReadingError("too-slow") from None
    if run.returncode in _OUT_OF_TIME:
        raise ReadingError("too-slow")
    try:
        told = json.loads(run.stdout)
        code, text = str(told["error"]), str(told["text"])
    except (ValueError, KeyError, TypeError):
        raise ReadingError("broken-file") from None  # it fell over the file
    if code:
        raise ReadingError(code if code in MESSAGES else "broken-file")
    return text


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


def main(kind: str, seconds: str) -> None:
    """Read the file on standard input, and print its text or the code of what is wrong as JSON."""
    readers = {"pdf": opening.pdf_text, "scan": opening.pdf_scan, "docx": opening.docx_text}
    limit(int(seconds))
    text, error = "", ""
    try:
        text = readers[kind](sys.stdin.buffer.read())
    except ReadingError as problem:
        error = problem.code
    except MemoryError:
        error = "too-large"
    json.dump({"text": text, "error": error}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
