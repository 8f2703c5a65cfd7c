"""What this room's files of data say (`data/`): what is proposed, never what is decided."""

import functools
import tomllib
from importlib.resources import files
from typing import Any


@functools.cache
def table(name: str) -> dict[str, Any]:
    """A file of data as it was written, read once in a process.

    Args:
        name: without folder and ending.
    """
    path = files("saduak.correspondence").joinpath(f"data/{name}.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))
