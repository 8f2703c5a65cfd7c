"""Getting text out of files: plain text, PDF with a text layer, DOCX, and scans when tesseract with Thai is installed."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

from saduak.correspondence.reading.errors import ReadingError

MAX_BYTES = 25 * 1024 * 1024
MAX_PAGES = 200
MAX_SCANNED_PAGES = 30
MAX_UNPACKED = 200 * 1024 * 1024
MAX_PIXELS = 60_000_000
_SECONDS_A_PAGE = 60
_TEXT = {".txt", ".md", ".text"}
_IMAGES = {".png", ".jpg", ".jpeg", ".tif", ".tiff"}
_IMAGE_SIGNATURES = (b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")
_SCAN_DPI_SCALE = 300 / 72
_FEWEST_LETTERS = 20  # a page with fewer Thai letters than this has no usable text layer


def text_of(data: bytes, filename: str) -> str:
    """Give the raw text of a file; the bytes decide before the name does.

    Raises:
        ReadingError: with the code that says what is wrong with the file.
    """
    if len(data) > MAX_BYTES:
        raise ReadingError("too-large")
    if not data.strip():
        raise ReadingError("empty")
    suffix = PurePath(filename.lower()).suffix
    if data.startswith(b"%PDF-") or suffix == ".pdf":
        return _pdf(data)
    if suffix == ".docx":
        return _docx(data)
    if data.startswith(_IMAGE_SIGNATURES) or suffix in _IMAGES:
        return _image(data, suffix or ".png")
    if suffix in _TEXT:
        return _plain(data)
    raise ReadingError("unsupported-type")


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
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise ReadingError("encrypted-pdf" if locked else "broken-file") from None
    try:
        count = len(pdf)
        if count > MAX_PAGES:
            raise ReadingError("too-large")
        pages = [_pdf_page(pdf[number]) for number in range(count)]
        text = "\n\f\n".join(pages)
        if sum("฀" <= char <= "๿" for char in text) >= _FEWEST_LETTERS:
            return text
        return _scan(pdf, count)
    except pypdfium2.PdfiumError:
        raise ReadingError("broken-file") from None
    finally:
        pdf.close()


def _pdf_page(page: object) -> str:
    layer = page.get_textpage()  # type: ignore[attr-defined]
    try:
        text: str = layer.get_text_range(errors="ignore")
        return text
    finally:
        layer.close()
        page.close()  # type: ignore[attr-defined]


def _scan(pdf: object, count: int) -> str:
    tesseract = _tesseract()
    if count > MAX_SCANNED_PAGES:
        raise ReadingError("too-large")
    texts = []
    with TemporaryDirectory() as folder:
        for number in range(count):
            page = pdf[number]  # type: ignore[index]
            width, height = page.get_size()
            if width * height * _SCAN_DPI_SCALE**2 > MAX_PIXELS:
                raise ReadingError("too-large")
            path = Path(folder) / f"{number}.png"
            page.render(scale=_SCAN_DPI_SCALE, grayscale=True).to_pil().save(path)
            texts.append(_recognise(tesseract, path))
    return "\n\f\n".join(texts)


def _image(data: bytes, suffix: str) -> str:
    tesseract = _tesseract()
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"scan{suffix if suffix in _IMAGES else '.png'}"
        path.write_bytes(data)
        return _recognise(tesseract, path)


def _tesseract() -> str:
    """Give the path of a tesseract that knows Thai."""
    program = shutil.which("tesseract")
    if program is None:
        raise ReadingError("no-text-layer")
    try:
        command = [program, "--list-langs"]
        run = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        raise ReadingError("no-text-layer") from None
    if "tha" not in (run.stdout + run.stderr).split():
        raise ReadingError("no-text-layer")
    return program


def _recognise(program: str, path: Path) -> str:
    command = [program, str(path), "stdout", "-l", "tha+eng"]
    try:
        run = subprocess.run(command, capture_output=True, timeout=_SECONDS_A_PAGE, check=False)  # noqa: S603
        if run.returncode:  # the English data may be missing
            command[-1] = "tha"
            run = subprocess.run(command, capture_output=True, timeout=_SECONDS_A_PAGE, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        raise ReadingError("ocr-failed") from None
    if run.returncode:
        raise ReadingError("ocr-failed")
    return run.stdout.decode("utf-8", errors="replace")


def _docx(data: bytes) -> str:
    import docx
    from docx.oxml.exceptions import InvalidXmlError

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        lines = _docx_lines(docx.Document(io.BytesIO(data))) if unpacked <= MAX_UNPACKED else None
    except (
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        OSError,
        InvalidXmlError,
        SyntaxError,
        AttributeError,
        RuntimeError,
        EOFError,
    ):
        raise ReadingError(
            "broken-file"
        ) from None  # XML errors are SyntaxErrors, unknown compression a RuntimeError
    if lines is None:
        raise ReadingError("too-large")
    return "\n".join(lines)


def _docx_lines(document: object) -> list[str]:
    from docx.table import Table

    lines: list[str] = []
    for section in document.sections[:1]:  # type: ignore[attr-defined]
        lines += [paragraph.text for paragraph in section.header.paragraphs if paragraph.text.strip()]
    for block in document.iter_inner_content():  # type: ignore[attr-defined]
        if isinstance(block, Table):
            for row in block.rows:
                cells: list[str] = []
                for cell in row.cells:
                    if not cells or cell.text != cells[-1]:  # a merged cell comes once for each column
                        cells.append(cell.text)
                lines.append("\t".join(cell.replace("\n", " ") for cell in cells))
        else:
            lines.append(block.text)
            if len(block.text) > 60:  # a paragraph in a word processor is one long line
                lines.append("")
    return lines
