"""Every hostile file ends in a refusal with words, or in a file that does nothing: looked at again by other means."""

import io
import re
import struct
import unicodedata
import zipfile

import pypdfium2
import pytest

from saduak.foundation import files
from saduak.foundation.access import Invalid
from saduak.foundation.files import apart, keeping
from saduak.foundation.models import StoredFile
from tests.foundation.files import corpus

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:Corrupt EXIF data")]

ACCEPT = {"image", "pdf", "office"}
PLAIN = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
# What a picture needs: its own tables, the frame, and JFIF's head. No EXIF, comment or profile.
SEGMENTS = {0xE0, 0xDB, 0xC0, 0xC2, 0xC4, 0xDA, 0xDD}


def store(item: corpus.Hostile) -> StoredFile:
    return files.store(item.made(), name=item.name, accept=ACCEPT, active="refuse")


def test_there_are_enough_of_them():
    assert len(corpus.CORPUS) >= 60
    assert len({item.title for item in corpus.CORPUS}) == len(corpus.CORPUS)


@pytest.mark.parametrize("item", [i for i in corpus.CORPUS if i.code], ids=lambda item: item.title)
def test_refused_in_words(item, files_root):
    with pytest.raises(Invalid) as refusal:
        store(item)
    assert refusal.value.code == item.code
    assert item.words in str(refusal.value.reason)
    assert not StoredFile.objects.exists()
    assert [path for path in files_root.rglob("*") if path.is_file()] == [], "nothing of it is left"


@pytest.mark.parametrize("item", [i for i in corpus.CORPUS if not i.code], ids=lambda item: item.title)
def test_kept_and_harmless(item):
    stored = store(item)
    assert (stored.media_type, stored.name) == (item.media_type, item.kept_name)
    data = _read(stored)
    assert b"<script" not in data
    assert b"<?php" not in data
    LOOKS[stored.media_type](data)
    _served(stored)


def _read(stored: StoredFile) -> bytes:
    with files.open(stored) as stream:
        return stream.read()


def _served(stored: StoredFile) -> None:
    """The headers that go with it: a browser runs nothing of it, and saves it under a name that leads nowhere."""
    answer = files.attachment(stored)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Content-Type"] == stored.media_type
    disposition = answer["Content-Disposition"]
    answer.close()
    assert disposition.startswith("attachment")
    assert not set(disposition) & set("\r\n\0<>")
    plain = re.search(r'filename="([^"]*)"', disposition)
    assert plain is None or not set(plain[1]) & set("/\\")
    assert not any(unicodedata.category(mark) in {"Cc", "Cf", "Cs"} for mark in stored.name)
    assert len(stored.name) <= 120


def png_chunks(data: bytes) -> list[bytes]:
    at, found = 8, []
    while at < len(data):
        (length,) = struct.unpack("!I", data[at : at + 4])
        found.append(data[at + 4 : at + 8])
        at += 12 + length
    return found


def looks_like_png(data: bytes) -> None:
    chunks = png_chunks(data)
    assert set(chunks) <= PLAIN
    assert chunks[-1] == b"IEND"


def looks_like_jpeg(data: bytes) -> None:
    at, found = 2, set()
    while data[at + 1] != 0xDA:
        assert data[at] == 0xFF
        found.add(data[at + 1])
        at += 2 + struct.unpack("!H", data[at + 2 : at + 4])[0]
    assert found <= SEGMENTS
    assert data.endswith(b"\xff\xd9")
    assert not re.search(rb"\xff[\xe1-\xef\xfe]", data[at:]), "nor between its scans"


def looks_like_pdf(data: bytes) -> None:
    with pypdfium2.PdfDocument(data) as pdf:
        assert len(pdf) >= 1
        assert pdf.count_attachments() == 0
        assert pypdfium2.raw.FPDFDoc_GetJavaScriptActionCount(pdf.raw) == 0


def looks_like_office(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            part = archive.read(name)
            outside = re.findall(rb'Type="([^"]+)"[^>]*TargetMode="External"', part)
            assert all(kind.endswith((b"/hyperlink", b"/externalLinkPath")) for kind in outside)


LOOKS = {
    "image/png": looks_like_png,
    "image/jpeg": looks_like_jpeg,
    corpus.PDF_TYPE: looks_like_pdf,
    corpus.DOCX: looks_like_office,
    f"{corpus.OFFICE_TYPE}spreadsheetml.sheet": looks_like_office,
}


def test_a_pdf_has_a_picture_of_its_first_page():
    item = next(i for i in corpus.DOCUMENTS if i.title == "links that wait for a click")
    stored = store(item)
    assert stored.pictured
    answer = files.preview(stored)
    data = b"".join(answer.streaming_content)
    answer.close()
    assert (answer["Content-Type"], data[8:12]) == ("image/webp", b"WEBP")
    assert keeping.preview_of(stored.sha256).exists()


def test_letters_and_signed_documents_stay_byte_for_byte():
    data = corpus.pdfs.made(corpus.pdfs.named_script)
    stored = files.store(data, name="signed.pdf", accept={"letter"})
    assert _read(stored) == data
    assert not stored.pictured


def test_what_takes_too_long_is_ended(tmp_path):
    """A page that draws itself a thousand million times is kept without its picture; what can't even be looked at, not."""
    path = tmp_path / "a.pdf"
    path.write_bytes(corpus.pdfs.drawn_for_ever())
    assert apart.look(path, seconds=2) == apart.Looked("", None)
    assert apart.look(path, seconds=0) == apart.Looked("file-heavy")
