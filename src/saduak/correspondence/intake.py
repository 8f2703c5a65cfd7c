"""Bytes to a reading: what can be read at once, and what needs an image recognised first (minutes, so a job does it).

Here too the highest class of secrecy is turned away: no electronic system may hold such a letter.
"""

import functools
import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from itertools import groupby
from typing import Final

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from saduak.correspondence.models import Secrecy
from saduak.correspondence.reading import Reading, ReadingError, read_bytes, read_text
from saduak.correspondence.reading.sources import text_of
from saduak.correspondence.secrecy_floor import class_of_file, highest, rank
from saduak.foundation import files
from saduak.foundation.access import Conflict, Invalid
from saduak.foundation.access.registry import Words
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

_RAISE_FIRST: Final = gettext_lazy("ไฟล์นี้เป็นหนังสือชั้น{secrecy} ตั้งชั้นความลับของร่างให้ไม่ต่ำกว่านี้ก่อน แล้วแนบใหม่")


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


def read_now(data: bytes, name: str, *kept: StoredFile) -> Reading | None:
    """Read a letter that has text; None when it holds pictures of text, which a job reads.

    Args:
        data: the file.
        name: its name.
        kept: what was stored of it already (`refuse_top_secret`).

    Raises:
        Invalid: it cannot be read, is no letter, or is of the highest class, in Thai words that say what to do.
    """
    reading = _read(data, name, scans=False)
    if reading is not None:
        refuse_top_secret(reading, *kept)
    return reading


def read(data: bytes, name: str) -> Reading:
    """Read a letter, pictures of text too: that takes minutes. Whoever kept it withdraws what is of the highest class.

    Raises:
        Invalid: it cannot be read, is no letter, or is of the highest class, in Thai words that say what to do.
    """
    found = _read(data, name, scans=True)
    assert found is not None  # noqa: S101 - asked for scans too, it leaves none
    refuse_top_secret(found)
    return found


def _read(data: bytes, name: str, *, scans: bool) -> Reading | None:
    try:
        return read_bytes(data, name, scans=scans)
    except ReadingError as problem:
        if problem.code == "a-scan":
            return None
        words = gettext_lazy(problem.message)
        raise Invalid(words, {"file": words}, problem.code) from problem


# --- Classes of secrecy -----------------------------------------------------------------------------------------------
# One judgment at every door: whatever comes in, as a letter, beside one or as a scan, says its class in the same way.


def class_of(found: Reading) -> str:
    """The highest class (a value of `Secrecy`) that a file says it has, by what was read of it."""
    return highest(_PRINTED.get(mark, Secrecy.NONE) for mark in _marks(found))


def class_in(stored: StoredFile) -> str:
    """The highest class that is printed in a file with text; not secret where there is none to read.

    Raises:
        Invalid: it is of the highest class; the file is taken out of reach.
    """
    bytes_of(stored)  # what was refused is not looked at again
    try:
        marks = _marks_kept(stored.sha256, stored.name)
    except ReadingError:
        return str(Secrecy.NONE)
    return _class(marks, stored)


def class_printed(data: bytes, name: str) -> str:
    """As `class_in`, of what is not kept yet.

    Raises:
        Invalid: it is of the highest class.
    """
    try:
        return _class(_marks_in(data, name))
    except ReadingError:
        return str(Secrecy.NONE)


@functools.lru_cache(maxsize=1024)
def _marks_kept(sha256: str, name: str) -> frozenset[str]:
    """A content never changes, and opening a PDF takes a process of its own: what is looked at again is opened once."""
    return _marks_in(files.path_of(sha256).read_bytes(), name)


def _marks_in(data: bytes, name: str) -> frozenset[str]:
    """The marks of a file; none where there is no text.

    Raises:
        ReadingError: it took too long, which another time it may not.
    """
    try:
        return _marks(text_of(data, name))
    except ReadingError as problem:
        if problem.code == "too-slow":
            raise
        return frozenset()


def _class(marks: AbstractSet[str], *kept: StoredFile) -> str:
    """The highest of some marks.

    Raises:
        Invalid: the highest class of all.
    """
    if _HIGHEST in marks:
        withdraw(*kept)
        raise Invalid(TOP_SECRET, {"file": TOP_SECRET}, "top-secret")
    return highest(_PRINTED.get(mark, Secrecy.NONE) for mark in marks)


def refuse_more_secret(
    stored: StoredFile, printed: str, than: str, field: str, words: Words = _RAISE_FIRST
) -> None:
    """Refuse to lay a file beside something that more people see than its own class lets them. Two queries.

    Args:
        stored: the file.
        printed: the class that its pages say (`class_in`), looked for before the transaction.
        than: of what it would lie beside.
        field: of the form.
        words: what to do, with {secrecy}.

    Raises:
        Invalid: the file is more secret (code "less-secret").
    """
    secrecy = class_of_file(stored, printed)
    if rank(secrecy) > rank(than):
        why = format_lazy(words, secrecy=Secrecy(secrecy).label)  # type: ignore[arg-type] # lazy words are taken
        raise Invalid(why, {field: why}, "less-secret")


def refuse_top_secret(found: Reading | str, *kept: StoredFile) -> None:
    """Refuse what says of itself that it is of the highest class, at whatever door it comes.

    Args:
        found: what was read of it; or its text, page after page.
        kept: what was stored of it just now: nobody opens that any more.

    Raises:
        Invalid: it does (field "file", code "top-secret").
    """
    _class(_marks(found), *kept)


def _marks(found: Reading | str) -> frozenset[str]:
    """Every class that stands where its reader finds one, or by itself at the edges of a page."""
    if not isinstance(found, str):
        return frozenset(_edges(found.text)).union(document.secrecy or "" for document in found.documents)
    try:
        return _marks(read_text(found, ""))
    except ReadingError:
        return frozenset(_edges(found))


def _edges(text: str) -> Iterator[str]:
    """What stands by itself at the edges of the pages, where classes of secrecy are printed.

    All classes one under the other are a list of them, and say nothing of the page itself.
    """
    classes = {_HIGHEST, *_PRINTED}
    for page in text.split("\f"):
        lines = [plain for line in page.splitlines() if (plain := _BESIDE.sub("", line))]
        apart: list[str] = []
        for is_class, run in groupby(lines, classes.__contains__):
            together = list(run)
            apart += [""] * len(together) if is_class and set(together) == classes else together
        yield from apart[:_FIRST]
        yield from apart[-_LAST:]


def withdraw(*kept: StoredFile) -> None:
    """Take rows out of reach for everybody; the content leaves the disk at once, unless others keep the same.

    Whoever brings in what an office already has must not be able to take it from that office.
    """
    StoredFile.objects.filter(pk__in=[row.pk for row in kept]).update(state=StoredFile.State.REFUSED)
    for digest in {row.sha256 for row in kept}:
        transaction.on_commit(functools.partial(_delete, digest))


def _delete(digest: str) -> None:
    if StoredFile.objects.filter(sha256=digest, state=StoredFile.State.CHECKED).exists():
        return
    for place in (files.path_of(digest), preview_of(digest)):
        place.unlink(missing_ok=True)
