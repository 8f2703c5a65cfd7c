"""Bytes to a reading: what can be read at once, and what needs an image recognised first (minutes, so a job does it)."""

import io
from typing import Final

from saduak.correspondence.reading import Reading, ReadingError, read_bytes
from saduak.foundation import files
from saduak.foundation.access import Invalid
from saduak.foundation.models import StoredFile

_PICTURES: Final = (b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")
_FIRST_PAGES: Final = 3
_FEWEST_LETTERS: Final = 20


def is_scan(data: bytes) -> bool:
    """Whether the file holds pictures of text: an image, or a PDF whose first pages have no Thai text layer."""
    if data.startswith(_PICTURES):
        return True
    return data.startswith(b"%PDF-") and not _has_text(data)


def _has_text(data: bytes) -> bool:
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(io.BytesIO(data))
        text = "".join(pdf[n].get_textpage().get_text_range() for n in range(min(_FIRST_PAGES, len(pdf))))
    except pypdfium2.PdfiumError:
        # Broken or locked: the reader says which, at once and in Thai.
        return True
    return sum("฀" <= letter <= "๿" for letter in text) >= _FEWEST_LETTERS


def bytes_of(stored: StoredFile) -> bytes:
    """The content of a stored file."""
    with files.open(stored) as stream:
        return stream.read()


def read(data: bytes, name: str) -> Reading:
    """Read a letter.

    Raises:
        Invalid: it cannot be read, or is no letter, in Thai words that say what to do.
    """
    try:
        return read_bytes(data, name)
    except ReadingError as problem:
        raise Invalid(problem.message, {"file": problem.message}, problem.code) from problem
