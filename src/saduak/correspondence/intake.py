"""Bytes to a reading: what can be read at once, and what needs an image recognised first (minutes, so a job does it)."""

from django.utils.translation import gettext_lazy

from saduak.correspondence.reading import Reading, ReadingError, read_bytes
from saduak.foundation import files
from saduak.foundation.access import Invalid
from saduak.foundation.models import StoredFile

# As it is printed; the regulation lets it through no electronic system.
_HIGHEST = "ลับที่สุด"


def bytes_of(stored: StoredFile) -> bytes:
    """The content of a stored file."""
    with files.open(stored) as stream:
        return stream.read()


def read_now(data: bytes, name: str) -> Reading | None:
    """Read a letter that has text; None when it holds pictures of text, which a job reads.

    Raises:
        Invalid: it cannot be read, or is no letter, in Thai words that say what to do.
    """
    return _read(data, name, scans=False)


def read(data: bytes, name: str) -> Reading:
    """Read a letter, pictures of text too: that takes minutes.

    Raises:
        Invalid: it cannot be read, or is no letter, in Thai words that say what to do.
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
    if any(document.secrecy == _HIGHEST for document in reading.documents):
        words = gettext_lazy(
            "หนังสือชั้นลับที่สุดเข้าระบบอิเล็กทรอนิกส์ไม่ได้ ให้ดำเนินการเป็นเอกสารตามระเบียบว่าด้วยการรักษาความลับ"
        )
        raise Invalid(words, {"file": words}, "top-secret")
    return reading
