"""Getting text out of files: plain text, PDF with a text layer, DOCX, and scans when tesseract with Thai is installed."""

from __future__ import annotations

from pathlib import PurePath

from saduak.correspondence.reading.apart import SECONDS, text_apart
from saduak.correspondence.reading.errors import ReadingError
from saduak.correspondence.reading.opening import MAX_SCANNED_PAGES, SECONDS_A_PAGE, tesseract

MAX_BYTES = 25 * 1024 * 1024
_TEXT = {".txt", ".md", ".text"}
_IMAGES = {".png", ".jpg", ".jpeg", ".tif", ".tiff"}
_IMAGE_SIGNATURES = (b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")
_FEWEST_LETTERS = 20  # a page with fewer Thai letters than this has no usable text layer


def text_of(data: bytes, filename: str) -> str:
    """Give the raw text of a file; the bytes decide before the name does.

    Args:
        data: the file.
        filename: says what it is where the bytes do not.

    Raises:
        ReadingError: "a-scan" when it holds pictures of text; else the code that says what is wrong with the file.
    """
    if len(data) > MAX_BYTES:
        raise ReadingError("too-large")
    if not data.strip():
        raise ReadingError("empty")
    suffix = PurePath(filename.lower()).suffix
    if _is_pdf(data, suffix):
        return _pdf(data)
    if suffix == ".docx":
        return text_apart("docx", data)
    if data.startswith(_IMAGE_SIGNATURES) or suffix in _IMAGES:
        raise ReadingError("a-scan")
    if suffix in _TEXT:
        return _plain(data)
    raise ReadingError("unsupported-type")


def recognised(data: bytes, filename: str) -> str:
    """Give the text of what `text_of` calls a scan, as it is recognised: minutes of work, and every sign may be wrong.

    Raises:
        ReadingError: with the code that says what is wrong with the file.
    """
    tesseract()
    if _is_pdf(data, PurePath(filename.lower()).suffix):
        return text_apart("scan", data, seconds=SECONDS + MAX_SCANNED_PAGES * SECONDS_A_PAGE)
    return text_apart("picture", data, seconds=SECONDS + 2 * SECONDS_A_PAGE)


def _is_pdf(data: bytes, suffix: str) -> bool:
    return data.startswith(b"%PDF-") or suffix == ".pdf"


def _plain(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            raise ReadingError("broken-file") from None
    if b"\x00" in data:
        raise ReadingError("broken-file")
    for encoding in ("utf-8-sig", "cp874"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("cp874", errors="replace")


def _pdf(data: bytes) -> str:
    text = text_apart("pdf", data)
    if sum("฀" <= char <= "๿" for char in text) >= _FEWEST_LETTERS:
        return text
    raise ReadingError("a-scan")
