"""Hostile PDF and DOCX files end in a text or in a refusal, within the time and the memory that they get."""

import io
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import docx
import pytest

from saduak.correspondence.reading import ReadingError, apart, read_bytes
from saduak.correspondence.reading.apart import SECONDS, text_apart
from saduak.correspondence.reading.sources import text_of
from tests.correspondence.reading import samples

pytestmark = pytest.mark.slow

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
# What a reading may take at most: its limit, and a process that starts on a busy machine.
BOUND = SECONDS + 10


def packed(body: str, before: str = "", after: str = "") -> bytes:
    """A DOCX whose document is made of this."""
    whole = io.BytesIO()
    docx.Document().save(whole)
    made = io.BytesIO()
    document = (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}'
        f'<w:document xmlns:w="{W}"><w:body>{body}<w:sectPr/></w:body></w:document>{after}'
    )
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = document.encode() if entry.filename == "word/document.xml" else old.read(entry)
            new.writestr(entry.filename, data)
    return made.getvalue()


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"


def table(*rows: str) -> str:
    return "<w:tbl><w:tblPr/><w:tblGrid/>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


def pdf(*objects: bytes, pages: bytes = b"<</Type/Pages/Kids[3 0 R]/Count 1>>") -> bytes:
    """A PDF of these objects, numbered from 3: a page comes first."""
    body, offsets = b"%PDF-1.4\n", []
    for number, item in enumerate((b"<</Type/Catalog/Pages 2 0 R>>", pages, *objects), start=1):
        offsets.append(len(body))
        body += b"%d 0 obj%sendobj\n" % (number, item)
    rows = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(offsets) + 1
    return (
        body
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
        % (
            size,
            rows,
            size,
            len(body),
        )
    )


def stream(content: bytes, head: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream\n" % (head, len(content), content)


def nested_forms(depth: int, times: int) -> bytes:
    """A page that draws a form that draws a form …, `times` each: times to the power of depth."""
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F %d 0 R>>/Font<</A 5 0 R>>>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</XObject<</F 6 0 R>>>>>>"
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    forms = [stream(b"/F Do " * times, form % (number + 7)) for number in range(depth)]
    last = stream(b"BT /A 9 Tf (x) Tj ET", form % (depth + 6))
    return pdf(page, stream(b"/F Do"), font, *forms, last)


def test_a_row_tells_each_of_its_cells_once():
    wide = cell("กว้าง", '<w:gridSpan w:val="3"/>') + cell("ท้าย")
    begins = cell("เวลา", '<w:vMerge w:val="restart"/>') + cell("ก")
    goes_on = cell("", "<w:vMerge/>") + cell("ก")
    inside = f"<w:tc><w:tcPr/>{table(cell('ใน'))}{paragraph('นอก')}</w:tc>"
    text = text_of(
        packed(paragraph("ต้น") + table(wide, begins, goes_on, inside, cell("ก") + cell("ก"))), "a.docx"
    )
    assert text.split("\n") == ["ต้น", "กว้าง\tท้าย", "เวลา\tก", "\tก", "ใน นอก", "ก\tก"]


def test_a_docx_and_its_text_read_the_same():
    lines = "".join(paragraph(line) for line in samples.EXTERNAL.strip().split("\n"))
    (letter,) = read_bytes(packed(lines), "a.docx").documents
    assert letter.number == "สม 0123.4/ว 617"


BOMBS = {
    "a cell that spans ten million columns": packed(table(cell("ก", '<w:gridSpan w:val="10000000"/>') * 50)),
    "more paragraphs than any letter": packed(paragraph("ก") * 51_000),
    "more cells than any letter": packed(table(*[cell("ก") * 230] * 230)),
    "more text than any letter": packed(paragraph("ก" * 1_000_001)),
    "tables in tables in tables": packed(
        "<w:tbl><w:tr><w:tc>" * 400 + paragraph("ก") + "</w:tc></w:tr></w:tbl>" * 400
    ),
    "entities that multiply": packed(
        paragraph("&i;"),
        "<!DOCTYPE d ["
        '<!ENTITY a "กกกกกกกกกก">'
        + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
        + "]>",
    ),
    "a file of this machine": packed(
        paragraph("&x;"), '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    ),
    "a document of zeroes": packed(paragraph("\t" * 60_000_000)),
}


READ = {"a cell that spans ten million columns": "\t".join("ก" * 50), "a file of this machine": ""}
REFUSED = {
    "more paragraphs than any letter": "too-large",
    "more cells than any letter": "too-large",
    "more text than any letter": "too-large",
    "tables in tables in tables": "broken-file",
    "entities that multiply": "broken-file",
    "a document of zeroes": "broken-file",
}


def test_every_bomb_has_its_end():
    assert set(READ) | set(REFUSED) == set(BOMBS)


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_hostile_docx_is_refused_in_time(name):
    begun = time.monotonic()
    with pytest.raises(ReadingError) as refused:
        text_of(BOMBS[name], "a.docx")
    assert refused.value.code == REFUSED[name]
    assert time.monotonic() - begun < BOUND


@pytest.mark.parametrize("name", sorted(READ))
def test_a_docx_that_only_looks_large_is_read(name):
    assert text_of(BOMBS[name], "a.docx") == READ[name]


def test_a_pdf_that_draws_itself_a_billion_times_is_given_up():
    with pytest.raises(ReadingError) as refused:
        text_apart("pdf", nested_forms(10, 30), seconds=2)
    assert refused.value.code == "too-slow"


def test_the_same_pdf_drawn_once_is_read():
    assert text_apart("pdf", nested_forms(2, 1)).strip() == "x"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (nested_forms(2, 1)[:200], "broken-file"),
        (pdf(b"<<>>", pages=b"<</Type/Pages/Kids[]/Count 2000000000>>"), "broken-file"),
        (pdf(b"<</Type/Pages/Kids[2 0 R]/Count 1>>"), "broken-file"),
    ],
)
def test_a_broken_pdf_is_refused(data, code):
    with pytest.raises(ReadingError) as refused:
        text_apart("pdf", data)
    assert refused.value.code == code


def test_a_pdf_of_very_much_text_is_refused():
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</Font<</A 5 0 R>>>>>>"
    content = stream(b"BT /A 9 Tf " + b"(xxxxxxxxxxxxxxxxxxxx) Tj 0 -9 Td " * 60_000 + b"ET")
    data = pdf(page, content, b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
    with pytest.raises(ReadingError) as refused:
        text_apart("pdf", data)
    assert refused.value.code in {"too-large", "too-slow"}


def test_what_falls_over_a_file_says_that_the_file_is_broken():
    with pytest.raises(ReadingError) as refused:
        text_apart("nothing-like-it", b"x")
    assert refused.value.code == "broken-file"


def test_the_process_ends_by_itself_when_nobody_waits_for_it():
    """Its limit is its own: whoever started it may be gone."""
    begun = time.monotonic()
    ended = subprocess.run(
        apart.command("pdf", 1), input=nested_forms(10, 30), capture_output=True, check=False
    )
    assert ended.returncode != 0
    assert time.monotonic() - begun < BOUND


def test_the_process_starts_without_a_word_and_from_nothing_that_lies_there(tmp_path, monkeypatch):
    (tmp_path / "zipfile.py").write_text("raise SystemExit('this should not run')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PGPASSWORD", "secret")
    assert text_apart("docx", packed(paragraph("ก"))) == "ก"
    ended = subprocess.run(
        apart.command("docx", 5), input=packed(paragraph("ก")), capture_output=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_a_pdf_that_wants_more_memory_than_there_is_is_given_up():
    with pytest.raises(ReadingError) as refused:
        text_apart("pdf", nested_forms(10, 30))
    assert refused.value.code == "too-slow"


def test_the_process_knows_no_database():
    told = subprocess.run(
        [sys.executable, "-c", f"import sys, {apart.__name__}; print('django' in sys.modules)"],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "False"


def test_what_the_process_started_ends_with_it_and_leaves_nothing(tmp_path, monkeypatch):
    """A tesseract that hangs: nobody waits for it, and the pages that it should read are gone."""
    scratch, program, told = tmp_path / "scratch", tmp_path / "tesseract", tmp_path / "told"
    scratch.mkdir()
    program.write_text(
        '#!/bin/sh\nif [ "$1" = "--list-langs" ]; then echo tha; exit 0; fi\n'
        f'echo "$$ $1" > "{told}"\nexec /bin/sleep 600\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    with pytest.raises(ReadingError) as refused:
        text_apart("scan", nested_forms(2, 1), seconds=5)
    assert refused.value.code == "too-slow"
    process, page = told.read_text().split()
    assert page.startswith(str(scratch))
    assert not list(scratch.iterdir())
    for _attempt in range(50):
        if not alive(int(process)):
            return
        time.sleep(0.1)
    pytest.fail("what was started goes on")


def alive(process):
    """Whether a process still works; one that ended and waits for its parent to notice does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in {"Z", "X"}
