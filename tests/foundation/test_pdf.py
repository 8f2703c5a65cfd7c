"""The text layer of a PDF says what is printed, in pdfium and in poppler."""

import shutil
import subprocess
from pathlib import Path

import pypdfium2
import pytest

from saduak.foundation import pdf

WORDS = "ฝั่ง ปั้น ฟั่น ปี่ ปิ่น ผึ้ง ฝึก ปัญหา ฎีกา น้ำ ป้ำ ซ้ำ กู ญู ฐู ฎุ กตัญญู ศูนย์ราชการสะดวก ที่ทำการปกครองอำเภอ"


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "words.typ"
    path.write_text(
        "#let data = json(bytes(sys.inputs.data))\n#set document(title: data.words)\n"
        '#set text(font: "Sarabun", lang: "th")\n#set page(width: 60cm)\n#data.words\n',
        encoding="utf-8",
    )
    return path


def test_pdfium_reads_what_was_printed(template: Path) -> None:
    made = pdf.render(template, {"words": WORDS})
    page = pypdfium2.PdfDocument(made)[0]
    assert page.get_textpage().get_text_range().strip() == WORDS


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler is not installed")
def test_poppler_reads_what_was_printed(template: Path, tmp_path: Path) -> None:
    made = tmp_path / "made.pdf"
    made.write_bytes(pdf.render(template, {"words": WORDS}))
    read = subprocess.run(["pdftotext", str(made), "-"], capture_output=True, text=True, check=True)
    assert read.stdout.strip() == WORDS


def test_a_mark_after_a_latin_sign_is_drawn(template: Path) -> None:
    """What it tells of such a cluster is plain ASCII."""
    made = pdf.render(template, {"words": "(ก)ำ"})
    assert "(ก)" in pypdfium2.PdfDocument(made)[0].get_textpage().get_text_range()


def test_parts_are_put_together_and_their_pages_counted_on(template: Path) -> None:
    counting = "#counter(page).update(data.first_page)\n#context counter(page).display()\n"
    template.write_text(template.read_text(encoding="utf-8") + counting, encoding="utf-8")
    parts = [{"words": "หนึ่ง"}, {"words": "สอง"}, {"words": "สาม"}]
    with pypdfium2.PdfDocument(pdf.render_parts(template, iter(parts))) as made:
        read = [page.get_textpage().get_text_range().split() for page in made]
    assert [(page[0], page[-1]) for page in read] == [("หนึ่ง", "1"), ("สอง", "2"), ("สาม", "3")]
    assert pdf.render_parts(template, parts[:1]) == pdf.render(template, {**parts[0], "first_page": 1})


def test_a_template_that_lacks_a_field_says_so(template: Path) -> None:
    with pytest.raises(pdf.PdfError, match="words"):
        pdf.render(template, {})
