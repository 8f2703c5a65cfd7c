"""Files: text in several encodings, PDF, DOCX, scans, and everything that is none of these."""

import io
import struct
import warnings
import zlib
from pathlib import Path

import docx
import fontpkg_sarabun
import pytest
import typst
from PIL import Image

from saduak.correspondence.reading import ReadingError, opening, read_bytes
from saduak.correspondence.reading.opening import MAX_CHARACTERS, MAX_LINES
from saduak.correspondence.reading.sources import MAX_BYTES, text_of
from tests.correspondence.reading import samples

FONTS = [fontpkg_sarabun.ROOT / "files"]


def code_of(data: bytes, name: str) -> str:
    with pytest.raises(ReadingError) as raised:
        read_bytes(data, name)
    assert "ก" <= raised.value.message[0] <= "๛" or raised.value.message[0] in "เแไ"
    return raised.value.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp874", "utf-16"])
def test_text_encodings(encoding: str) -> None:
    reading = read_bytes(samples.EXTERNAL.encode(encoding), "หนังสือ.txt")
    assert reading.documents[0].number == "สม 0123.4/ว 617"
    assert reading.file == "หนังสือ.txt"


def test_docx_with_a_table() -> None:
    document = docx.Document()
    for line in samples.EXTERNAL.strip().split("\n"):
        document.add_paragraph(line)
    document.add_page_break()
    document.add_paragraph("กำหนดการ")
    document.add_paragraph("การประชุมเตรียมความพร้อม")
    document.add_paragraph("วันพุธที่ 20 มีนาคม 2567")
    table = document.add_table(rows=2, cols=2)
    for row, (time, what) in enumerate(
        [("09.00 - 10.00 น.", "เปิดประชุม"), ("10.00 - 12.00 น.", "ชี้แจง โดย ผู้แทนกรมตัวอย่าง")]
    ):
        table.rows[row].cells[0].text = time
        table.rows[row].cells[1].text = what
    buffer = io.BytesIO()
    document.save(buffer)
    letter, agenda = read_bytes(buffer.getvalue(), "a.docx").documents
    assert (letter.number, letter.signer.position) == ("สม 0123.4/ว 617", "นายอำเภอสมมุติ")
    assert [(slot.start, slot.end, slot.what) for slot in agenda.agenda] == [
        ("09:00", "10:00", "เปิดประชุม"),
        ("10:00", "12:00", "ชี้แจง"),
    ]


def make_pdf(text: str) -> bytes:
    escaped = text.strip().replace("\\", "\\\\")
    for mark in "#*_[]$<>@`/":
        escaped = escaped.replace(mark, f"\\{mark}")
    lines = " \\\n".join(line.strip() or "#v(4pt)" for line in escaped.split("\n"))
    source = f'#set page(paper: "a4")\n#set text(font: "Sarabun", size: 12pt, lang: "th")\n{lines}\n'
    pdf: bytes = typst.compile(source.encode(), font_paths=[str(path) for path in FONTS])
    return pdf


@pytest.mark.parametrize("name", ["external", "bundle", "memo"])
def test_pdf_reads_like_its_text(name: str) -> None:
    plain = read_bytes(samples.ALL[name].encode(), "a.txt").documents
    from_pdf = read_bytes(make_pdf(samples.ALL[name]), "a.pdf").documents
    assert [document.kind for document in from_pdf] == [document.kind for document in plain]
    for left, right in zip(from_pdf, plain, strict=True):
        assert (left.number, left.date, left.subject, left.urgency) == (
            right.number,
            right.date,
            right.subject,
            right.urgency,
        )
        assert (left.recipients, left.references, left.windows) == (
            right.recipients,
            right.references,
            right.windows,
        )
        assert (left.signer, left.phones, left.receipts) == (right.signer, right.phones, right.receipts)
        assert [(duty.due, duty.force) for duty in left.actions] == [
            (duty.due, duty.force) for duty in right.actions
        ]


def test_pdf_without_text_needs_tesseract(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    pdf = typst.compile(b"#rect(width: 5cm, height: 5cm)")
    assert code_of(pdf, "scan.pdf") == "no-text-layer"
    assert code_of(b"\x89PNG\r\n\x1a\n0000", "scan.png") == "no-text-layer"


def fake_tesseract(folder: Path, languages: str, output: str) -> None:
    program = folder / "tesseract"
    (folder / "out.txt").write_text(output)
    program.write_text(
        f'#!/bin/sh\nif [ "$1" = "--list-langs" ]; then echo "{languages}"; exit 0; fi\n/bin/cat "{folder}/out.txt" > "$2.txt"\n'
    )
    program.chmod(0o755)


def picture(width: int, height: int, form: str = "PNG") -> bytes:
    made = io.BytesIO()
    Image.new("1", (width, height)).save(made, form)
    return made.getvalue()


def only_begins(width: int, height: int) -> bytes:
    """A picture that says how large it is, and ends there."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + head
        + struct.pack(">I", zlib.crc32(head))
        + only_data()
    )


def only_data() -> bytes:
    """The beginning of a picture's data."""
    return struct.pack(">I", 1) + b"IDATx" + struct.pack(">I", zlib.crc32(b"IDATx"))


@pytest.mark.slow
def test_scans_go_through_tesseract_when_it_knows_thai(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    fake_tesseract(tmp_path, "eng", samples.MEMO)
    assert code_of(b"\x89PNG\r\n\x1a\n0000", "scan.png") == "no-text-layer"
    fake_tesseract(tmp_path, "tha", samples.MEMO)
    assert read_bytes(picture(9, 9), "scan.png").documents[0].kind == "memo"
    assert code_of(b"\x89PNG\r\n\x1a\n0000", "scan.png") == "broken-file"
    scanned = typst.compile(b"#rect(width: 5cm, height: 5cm)")
    read = read_bytes(scanned, "scan.pdf")
    assert read.documents[0].kind == "memo"
    assert (read.findings[0].code, read.findings[0].severity) == ("read-from-picture", "warning")
    assert "read-from-picture" not in {
        row.code for row in read_bytes(samples.MEMO.encode(), "a.txt").findings
    }


def test_pictures_of_every_form_are_recognised(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    fake_tesseract(tmp_path, "tha", samples.MEMO)
    for form in ("PNG", "JPEG", "TIFF"):
        assert opening.picture(picture(9, 9, form)) == samples.MEMO
    pages, clear = io.BytesIO(), io.BytesIO()
    Image.new("1", (9, 9)).save(pages, "TIFF", save_all=True, append_images=[Image.new("1", (9, 9))])
    assert opening.picture(pages.getvalue()) == f"{samples.MEMO}\n\f\n{samples.MEMO}"
    Image.new("LA", (9, 9)).save(clear, "PNG")
    assert opening.picture(clear.getvalue()) == samples.MEMO


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (only_begins(9_000, 9_000), "too-large"),  # 81 million pixels
        (only_begins(20_000, 10_000), "too-large"),  # as many as Pillow itself refuses
        (only_begins(9, 9), "broken-file"),
    ],
)
def test_pictures_that_cannot_be_recognised(
    data: bytes, code: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    fake_tesseract(tmp_path, "tha", samples.MEMO)
    with pytest.raises(ReadingError) as raised, warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        opening.picture(data)
    assert raised.value.code == code


def locked_pdf() -> bytes:
    """A tiny PDF that says it is encrypted with an unknown password."""
    body = b"%PDF-1.4\n"
    objects = [
        b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n",
        b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n",
        b"3 0 obj<</Filter/Standard/V 1/R 2/O<" + b"00" * 32 + b">/U<" + b"11" * 32 + b">/P -4>>endobj\n",
    ]
    offsets = []
    for item in objects:
        offsets.append(len(body))
        body += item
    start = len(body)
    table = b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer<</Size 4/Root 1 0 R/Encrypt 3 0 R/ID[<00><00>]>>\nstartxref\n%d\n%%%%EOF" % start
    return body + table + trailer


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.txt", "empty"),
        (b"  \n", "a.txt", "empty"),
        (b"MZ\x00", "a.exe", "unsupported-type"),
        (b"x", "noname", "unsupported-type"),
        (b"%PDF-1.7 broken", "a.pdf", "broken-file"),
        (b"not a pdf", "a.pdf", "broken-file"),
        (b"PK\x03\x04broken", "a.docx", "broken-file"),
        (b"plain", "a.docx", "broken-file"),
        (b"\x00\x01\x02", "a.txt", "broken-file"),
        ("สวัสดี".encode(), "a.txt", "not-a-letter"),
        (b"x" * (MAX_BYTES + 1), "a.txt", "too-large"),
        (("ก" * (MAX_CHARACTERS + 1)).encode(), "a.txt", "too-large"),
        (b"\n" * MAX_LINES + b"x\n", "a.txt", "too-large"),
        (locked_pdf(), "a.pdf", "encrypted-pdf"),
    ],
)
def test_errors(data: bytes, name: str, code: str) -> None:
    assert code_of(data, name) == code


def test_bytes_decide_before_the_name_does() -> None:
    assert "บันทึกข้อความ" in text_of(make_pdf(samples.MEMO), "memo.txt")
