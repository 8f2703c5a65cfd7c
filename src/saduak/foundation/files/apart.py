"""Opening an uploaded file in a process of its own, which may take so long and so much memory and no more.

A file of a kilobyte can ask for hours and gigabytes, and what opens it is written in C and cannot be interrupted.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from saduak.foundation import limited, pdf_look

SECONDS: Final = 10
# Nothing of this process but what a program needs to start: no key, no address of a database.
_KEPT: Final = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "SYSTEMROOT")


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in a PDF: a code of what is wrong with it, or "", and its first page as a small picture."""

    code: str
    drawn: bytes | None = None


def look(path: Path, *, seconds: int = SECONDS) -> Looked:
    """Look into a PDF. One that can't be looked through in time is "file-heavy"; a page that can't be drawn, is not."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        told = found(pdf_look.__name__, path, folder, seconds=seconds)
        if told is None:
            return Looked("file-heavy")
        try:
            drawn: bytes | None = (Path(folder) / pdf_look.DRAWN).read_bytes()
        except OSError:
            drawn = None
    return Looked(str(told["code"]), drawn or None)


def found(
    program: str, path: Path, folder: str, *more: object, seconds: int = SECONDS
) -> dict[str, Any] | None:
    """Let a program of ours look at a file; what it found, or None when the file brought it down or took too long.

    Args:
        program: the name of its module, whose `main` binds itself (`limited.limit`) and tells (`limited.tell`).
        path: the file.
        folder: where it leaves what it found; empty before.
        more: what else it is told.
        seconds: how long it may take.
    """
    # Started with this program and its packages, and nothing that lies in the present folder.
    start = f"from {program} import main; main()"
    asked = [sys.executable, "-P", "-c", start, str(path), folder, str(seconds), *map(str, more)]
    _run(asked, {"TMPDIR": folder}, seconds)
    try:
        told: dict[str, Any] = json.loads((Path(folder) / limited.FOUND).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return told


def _run(asked: list[str], more: dict[str, str], seconds: int) -> None:
    """Run it as a group of its own, so that what it started ends with it."""
    surroundings = {name: os.environ[name] for name in _KEPT if name in os.environ} | more
    nothing = subprocess.DEVNULL
    run = subprocess.Popen(  # noqa: S603 - our own program, with places and a number
        asked, stdin=nothing, stdout=nothing, stderr=nothing, env=surroundings, start_new_session=True
    )
    with run:
        try:
            run.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            pass
        finally:
            _end(run)


def _end(run: subprocess.Popen[bytes]) -> None:
    """End a process and the group that it leads; whoever has ended is left alone."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(run.pid, signal.SIGKILL)
    run.kill()
