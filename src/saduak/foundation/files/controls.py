"""The texts of content controls in a Word file that somebody brings, read in a process of its own (`docx_look`)."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from saduak.foundation import docx_look
from saduak.foundation.files import apart

SECONDS: Final = 20


def read_controls(path: Path, tags: str) -> dict[str, Any]:
    """The controls of a Word file, as `docx_look.controls` tells them; one that is too much for its reader is "heavy".

    Args:
        path: a file that `packed.check` knows as a Word file.
        tags: the pattern of the tags that are wanted.
    """
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        told = apart.found(docx_look.__name__, path, folder, tags, seconds=SECONDS)
    return told if told is not None else {"code": "heavy"}
