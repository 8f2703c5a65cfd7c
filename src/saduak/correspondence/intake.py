"""Bytes to a reading: what can be read at once, and what needs an image recognised first (minutes, so a job does it).

Here too the highest class of secrecy is turned away: no electronic system may hold such a letter.
"""

import functools
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy

from saduak.correspondence.models import Secrecy
from saduak.correspondence.reading import Reading, ReadingError, read_bytes
from saduak.correspondence.reading.sources import text_of
from saduak.correspondence.secrecy_floor import highest
from saduak.foundation import files
from saduak.foundation.access import Conflict, Invalid
from saduak.foundation.files.keeping import preview_of
from saduak.foundation.models import StoredFile

# As they are printed. The regulation lets the highest one through no electronic system.
_HIGHEST: Final = "ลับที่สุด"
_PRINTED: Final = {"ลับ": Secrecy.SECRET, "ลับมาก": Secrecy.VERY_SECRET}
# Where the mark stands on a page: by itself, in its first or last lines.
_FIRST, _LAST = 3, 2
_BESIDE: Final = re.compile(r"[\s()\[\]\-–]")
TOP_SECRET: Final = gettext_lazy(
    "หนังสือชั้นลับที่สุดเข้าระบบอิเล็กทรอนิกส์ไม่ได้ ให้ดำเนินการเป็นเอกสารตามระเบียบว่าด้วยการรักษาความลับ"
)


def bytes_of(stored: StoredFile) -> bytes:
    """The content of a stored file.

    Raises:
        Invalid: it was refused, so that nobody opens it any more.
    """
    try:
        with files.open(stored) as stream:
            return stream.read()
    except Conflict as problem:
        raise Invalid(problem.reason, {"file": problem.reason}, problem.code) from problem


def read_now(data: bytes, name: str) -> Reading | None:
    """Read a letter that has text; None when it holds pictures of text, which a job reads.

    Raises:
        Invalid: it cannot be read, is no letter, or is of the highest class, in Thai words that say what to do.
    """
    return _read(data, name, scans=False)


def read(data: bytes, name: str) -> Reading:
    """Read a letter, pictures of text too: that takes minutes.

    Raises:
        Invalid: it cannot be read, is no letter, or is of the highest class, in Thai words that say what to do.
    """
    found = _read(data, name, scans=True)
    assert found is not None  # noqa: S101 - asked for scans too, it leaves none
    return found


def _read(data: bytes, name: str, *, scans: bool) -> Reading | None:
    try:
        reading = read_bytes(data, name, scans=scans)
    except ReadingError as problem:
        if problem.code == "a-scan":
            return None
        words = gettext_lazy(problem.message)
        raise Invalid(words, {"file": words}, problem.code) from problem
    if _is_highest(reading):
        refuse_top_secret(reading, *StoredFile.objects.filter(sha256=hashlib.sha256(data).hexdigest()))
    return reading


# --- Classes of secrecy -----------------------------------------------------------------------------------------------


def class_of(documents: Iterable[Mapping[str, Any]]) -> str:
    """The highest class (a value of `Secrecy`) among the documents of a reading, as `Reading.as_json` has them."""
    return highest(_PRINTED.get(row.get("secrecy") or "", Secrecy.NONE) for row in documents)


def class_in(stored: StoredFile) -> str:
    """The highest class that is printed on the pages of a file with text; not secret where there is none to read.

    Raises:
        Invalid: it is of the highest class; the file is taken out of reach.
    """
    try:
        text = text_of(bytes_of(stored), stored.name)
    except ReadingError:
        return str(Secrecy.NONE)
    refuse_top_secret(text, stored)
    return highest(_PRINTED.get(mark, Secrecy.NONE) for mark in _marks(text))


def refuse_top_secret(found: Reading | str, *kept: StoredFile) -> None:
    """Refuse what says of itself that it is of the highest class, at whatever door it comes.

    Args:
        found: what was read of it; or its text, page after page; or the class alone, as a manifest names it.
        kept: what was stored of it already: nobody opens that any more, and it leaves the disk.

    Raises:
        Invalid: it does (field "file", code "top-secret").
    """
    if _is_highest(found):
        withdraw(*kept)
        raise Invalid(TOP_SECRET, {"file": TOP_SECRET}, "top-secret")


def _is_highest(found: Reading | str) -> bool:
    if isinstance(found, str):
        return _HIGHEST in _marks(found)
    return any(document.secrecy == _HIGHEST for document in found.documents)


def _marks(text: str) -> Iterator[str]:
    """What stands by itself at the edges of the pages, where classes of secrecy are printed."""
    for page in text.split("\f"):
        lines = [plain for line in page.splitlines() if (plain := _BESIDE.sub("", line))]
        yield from lines[:_FIRST]
        yield from lines[-_LAST:]


def withdraw(*kept: StoredFile) -> None:
    """Take contents out of reach for everybody, under whatever row they lie, and off the disk at once."""
    for digest in {row.sha256 for row in kept}:
        StoredFile.objects.filter(sha256=digest).update(state=StoredFile.State.REFUSED)
        transaction.on_commit(functools.partial(_delete, digest))


def _delete(digest: str) -> None:
    for place in (files.path_of(digest), preview_of(digest)):
        place.unlink(missing_ok=True)
