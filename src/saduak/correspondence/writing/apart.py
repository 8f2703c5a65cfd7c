"""Work on PDFs that came from outside, in a process of its own that can be ended: see `reading.apart` for why.

It loads as little as it can, so that it starts in a fraction of a second.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from typing import Final

from saduak.correspondence.writing import paper

SECONDS: Final = 20
MEMORY_BYTES: Final = 1536 * 1024 * 1024
MAX_BYTES: Final = 25 * 1024 * 1024
_KEPT: Final = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "SYSTEMROOT")
_CODES: Final = ("encrypted", "broken-file", "too-large")
# What ends a process that wants more than it may have: SIGXCPU, SIGKILL, and SIGABRT of a library without memory.
_WANTED_MORE: Final = {-24, -9, -6}
_DONE: Final = b"done"


def done_apart(kind: str, data: bytes, *, also: bytes = b"", number: int = 0) -> bytes:
    """Give what a process of its own makes of a file.

    Args:
        kind: "stamp" puts `also` (a PDF of one page) on the first page; "picture" draws it `number` pixels wide.
        data: the file.
        also: what the work needs besides.
        number: the same.

    Raises:
        ValueError: with a code, see `stamp.stamped`.
    """
    if len(data) > MAX_BYTES:
        raise ValueError("too-large")
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    program = f"from {__name__} import main; main()"
    asked = [sys.executable, "-P", "-c", program, kind, str(len(also)), str(number)]
    try:
        run = subprocess.run(  # noqa: S603 - our own program, with a kind and two numbers
            asked, input=also + data, capture_output=True, env=kept, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise ValueError("too-slow") from None
    if run.returncode in _WANTED_MORE:
        raise ValueError("too-slow")
    if run.stdout.startswith(_DONE):
        return run.stdout[len(_DONE) :]
    code = run.stdout.decode("ascii", "replace")
    raise ValueError(code if code in _CODES else "broken-file")


def _limit() -> None:
    """Bind this process to so much time of the processor and so much memory, where the system can."""
    try:
        import resource  # noqa: PLC0415 - it is not everywhere
    except ImportError:  # not on Windows: there the clock of the parent has to do
        return
    for what, most in ((resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_AS, MEMORY_BYTES)):
        with contextlib.suppress(ValueError, OSError):  # less may be allowed already
            resource.setrlimit(what, (most, most))


def main() -> None:
    """Do what is asked with standard input; print `done` and what was made, or the code of what is wrong."""
    kind, length, number = sys.argv[1:]
    _limit()
    given = sys.stdin.buffer.read()
    also, data = given[: int(length)], given[int(length) :]
    try:
        made = paper.stamped(data, also) if kind == "stamp" else paper.picture(data, int(number))
        told = _DONE + made
    except paper.PaperError as problem:
        told = str(problem).encode()
    except MemoryError:
        told = b"too-large"
    sys.stdout.buffer.write(told)
