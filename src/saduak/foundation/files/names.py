"""Names of uploaded files: what a person reads, and nothing that a machine could be led astray by."""

import re
import unicodedata
from typing import Final

from django.utils.translation import gettext as _

LONGEST: Final = 120
_NOT_IN_NAMES: Final = re.compile(r'[<>:"|?*;]')
# Thai tone marks and vowels are marks (Mn) and stay; format characters (Cf: zero-width, right-to-left) go.
_DROPPED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def extension(name: str) -> str:
    """The part after the last dot, lower case, without the dot; "" when there is none."""
    stem, dot, last = name.rpartition(".")
    return last.lower() if dot and stem and last.isascii() and last.isalnum() and len(last) <= 8 else ""


def clean(name: str, *, ending: str = "") -> str:
    """The last part of a path, without control, zero-width and direction characters, at most 120 characters.

    Args:
        name: as the browser sent it.
        ending: the extension it gets instead of its own, when given.
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    last = unicodedata.normalize("NFC", last).replace("ํา", "ำ")
    last = "".join(mark for mark in last if unicodedata.category(mark) not in _DROPPED)
    last = re.sub(r"\s+", " ", _NOT_IN_NAMES.sub(" ", last)).strip(" .")
    own = extension(last)
    stem = (last[: -len(own) - 1] if own else last).strip(" .")
    if not stem or _RESERVED.match(stem):
        stem = f"{_('ไฟล์')} {stem}".strip()
    end = ending or own
    stem = stem[: LONGEST - len(end) - 1].rstrip(" .")
    return f"{stem}.{end}" if end else stem
