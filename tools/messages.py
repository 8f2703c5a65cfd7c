"""Compile one message catalogue: `messages.py IN.po OUT.mo`. Needs no gettext on the machine."""

import sys
from pathlib import Path

import polib


def compile_catalogue(source: Path, target: Path) -> None:
    """Write the binary catalogue that Django reads; fuzzy entries are left out."""
    polib.pofile(str(source)).save_as_mofile(str(target))


if __name__ == "__main__":
    compile_catalogue(Path(sys.argv[1]), Path(sys.argv[2]))
