"""What every process does that looks at a file of somebody else's: bind itself, and leave what it found.

It knows neither settings nor database, so that such a process starts in a moment. `files.apart` starts them.
"""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any, Final

FOUND: Final = "found.json"


def limit(seconds: int, *, memory: int, disk: int) -> None:
    """Bind this process to so many seconds of the processor, and to so much memory and disk, where the system can."""
    try:
        import resource  # noqa: PLC0415 - it is not everywhere
    except ImportError:  # not on Windows: there the clock of the parent has to do
        return
    for what, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, disk),
        (resource.RLIMIT_CORE, 0),
    ):
        # A system, or whoever started it, may allow less already.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


def tell(folder: Path, found: dict[str, Any]) -> None:
    """Leave what was found where the parent looks for it."""
    (folder / FOUND).write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
