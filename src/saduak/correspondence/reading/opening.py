"""Opening PDF and DOCX files and recognising pictures, by libraries and programs that a file can keep busy for ever.

All of it happens in a process of its own only: `apart` starts it and ends it.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from saduak.correspondence.reading.errors import ReadingError
from saduak.correspondence.reading.pages import prepared
from saduak.correspondence.reading.places import has_mixed, latin_words, reread
from saduak.correspondence.reading.shapes import Ink, Word

MAX_PAGES = 200
MAX_SCANNED_PAGES = 30
MAX_UNPACKED = 200 * 1024 * 1024
# A letter with all that it encloses has a few hundred pages of a few thousand characters at most.
MAX_CHARACTERS = 1_000_000
MAX_LINES = 50_000
MAX_PIXELS = 60_000_000
SECONDS_A_PAGE = 60
PICTURES = ("PNG", "JPEG", "TIFF")
_SCAN_DPI_SCALE = 300 / 72


def tesseract() -> str:
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


def recognise(program: str, page: Any, folder: Path) -> str:
    """Give the text of a page, as tesseract recognises it and the shapes of its digits show it.

    Args:
        program: tesseract.
        page: a Pillow image in shades of grey, dark on light.
        folder: a place for what tesseract reads and writes.

    Raises:
        ReadingError: it could not, or not in a minute.
    """
    picture = folder / "page.png"
    ready = prepared(page)
    ready.save(picture)
    # Thai alone: with English beside it, Thai words come as Latin letters.
    text, table = _run_tesseract(program, picture, "tha")
    latin: list[Word] = []
    if table and has_mixed(text):
        with contextlib.suppress(ReadingError):  # the English data may be missing
            latin = latin_words(_run_tesseract(program, picture, "eng")[1])
    return reread(text, table, Ink(ready), latin) if table else text


def _run_tesseract(program: str, picture: Path, language: str) -> tuple[str, str]:
    """Give what tesseract recognises: the text, and the table of the places where it stands."""
    # Taken as one block of lines: a letter is one column, and looking for columns tears its head apart.
    out = picture.with_name(f"out-{language}")
    ways = ["-c", "tessedit_create_txt=1", "-c", "tessedit_create_tsv=1"]
    command = [program, str(picture), str(out), "--psm", "6", "-l", language, *ways]
    # One thread: several wait for each other longer than they work.
    alone = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    try:
        run = subprocess.run(  # noqa: S603
            command, capture_output=True, timeout=SECONDS_A_PAGE, check=False, env=alone
        )
        if run.returncode:
            raise ReadingError("ocr-failed")
        text = out.with_suffix(".txt").read_text(encoding="utf-8", errors="replace")
    except (OSError, subprocess.TimeoutExpired):
        raise ReadingError("ocr-failed") from None
    table = out.with_suffix(".tsv")
    return text, table.read_text(encoding="utf-8", errors="replace") if table.exists() else ""


def pdf_text(data: bytes) -> str:
    """Give the text layer of a PDF.

    Raises:
        ReadingError: with the code that says what is wrong with the file.
    """
    pages: list[str] = []
    length = 0
    with _opened(data) as pdf:
        if len(pdf) > MAX_PAGES:
            raise ReadingError("too-large")
        for number in range(len(pdf)):
            pages.append(_pdf_page(pdf[number]))
            length += len(pages[-1])
            if length > MAX_CHARACTERS:
                raise ReadingError("too-large")
    return "\n\f\n".join(pages)


@contextlib.contextmanager
def _opened(data: bytes) -> Iterator[Any]:
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise ReadingError("encrypted-pdf" if locked else "broken-file") from None
    try:
        yield pdf
    except pypdfium2.PdfiumError:
        raise ReadingError("broken-file") from None
    finally:
        pdf.close()


def _pdf_page(page: Any) -> str:
    layer = page.get_textpage()
    try:
        text: str = layer.get_text_range(errors="ignore")
        return text
    finally:
        layer.close()
        page.close()


def pdf_scan(data: bytes) -> str:
    """Recognise the pages of a PDF.

    Raises:
        ReadingError: with the code that says what is wrong with the file.
    """
    program = tesseract()
    texts = []
    with _opened(data) as pdf, TemporaryDirectory() as folder:
        if len(pdf) > MAX_SCANNED_PAGES:
            raise ReadingError("too-large")
        for number in range(len(pdf)):
            page = pdf[number]
            width, height = page.get_size()
            if width * height * _SCAN_DPI_SCALE**2 > MAX_PIXELS:
                raise ReadingError("too-large")
            picture = page.render(scale=_SCAN_DPI_SCALE, grayscale=True).to_pil()
            texts.append(recognise(program, picture.convert("L"), Path(folder)))
    return "\n\f\n".join(texts)


def picture(data: bytes) -> str:
    """Recognise a picture.

    Raises:
        ReadingError: with the code that says what is wrong with the file.
    """
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - only pictures need it

    program = tesseract()
    texts = []
    try:
        with (
            Image.open(io.BytesIO(data), formats=PICTURES) as opened,
            TemporaryDirectory() as folder,
        ):
            for number in range(min(getattr(opened, "n_frames", 1), MAX_SCANNED_PAGES)):
                opened.seek(number)
                if opened.width * opened.height > MAX_PIXELS:
                    raise ReadingError("too-large")
                texts.append(recognise(program, _in_grey(opened), Path(folder)))
    except Image.DecompressionBombError:
        raise ReadingError("too-large") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError):
        raise ReadingError("broken-file") from None
    return "\n\f\n".join(texts)


def _in_grey(picture: Any) -> Any:
    """Give a picture in shades of grey, on white where it is transparent."""
    from PIL import Image  # noqa: PLC0415 - only pictures need it

    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return picture.convert("L")
    shown = picture.convert("RGBA")
    paper = Image.new("RGBA", shown.size, "white")
    return Image.alpha_composite(paper, shown).convert("L")


def docx_text(data: bytes) -> str:
    """Give the text of a DOCX.

    Raises:
        ReadingError: with the code that says what is wrong with the file.
    """
    import docx
    from docx.oxml.exceptions import InvalidXmlError

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > MAX_UNPACKED:
            raise ReadingError("too-large")
        return "\n".join(_docx_lines(docx.Document(io.BytesIO(data))))
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


def _docx_lines(document: Any) -> list[str]:
    from docx.table import Table

    lines: list[str] = []
    count = _Counter()
    for section in document.sections[:1]:
        lines += [text for text in map(count.text_of, section.header.paragraphs) if text.strip()]
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            lines += ["\t".join(_cells(row, block, count)) for row in block._tbl.tr_lst]  # noqa: SLF001 - the rows' own cells repeat for each column that they span
        else:
            lines.append(count.text_of(block))
            if len(lines[-1]) > 60:  # a paragraph in a word processor is one long line
                lines.append("")
    return lines


def _cells(row: Any, table: Any, count: _Counter) -> Iterator[str]:
    """The texts of a row's cells, each once, however many columns it spans; what continues from above is empty."""
    from docx.oxml.ns import qn
    from docx.text.paragraph import Paragraph

    for cell in row.tc_lst:
        if cell.vMerge == "continue":
            yield ""
            continue
        texts = [count.text_of(Paragraph(inner, table)) for inner in cell.iter(qn("w:p"))]
        yield " ".join("\n".join(texts).split("\n"))


class _Counter:
    """Reads paragraphs, and stops where no letter goes."""

    def __init__(self) -> None:
        self.paragraphs = self.characters = 0

    def text_of(self, paragraph: Any) -> str:
        text: str = paragraph.text
        self.paragraphs += 1
        self.characters += len(text)
        if self.paragraphs > MAX_LINES or self.characters > MAX_CHARACTERS:
            raise ReadingError("too-large")
        return text
