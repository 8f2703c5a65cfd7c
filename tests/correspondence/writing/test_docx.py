"""Letters as DOCX: valid, the same bytes each time, read back as they were written."""

import dataclasses
import io
import zipfile
from itertools import pairwise

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from saduak.correspondence.reading import read_bytes, read_text
from saduak.correspondence.reading.opening import docx_text
from saduak.correspondence.writing import Attached, LetterDocument, Signature
from saduak.correspondence.writing.docx import to_docx
from saduak.correspondence.writing.emblem import EmblemError
from saduak.foundation.thai.numerals import to_thai_digits
from tests.correspondence.writing import samples as s
from tests.correspondence.writing.test_pdf import MARKUP, expect_read

CM = 360000
# The order in which WordprocessingML wants what python-docx leaves to its user.
ORDERS = {
    "rPr": "rFonts b bCs color sz szCs lang",
    "sectPr": "headerReference footerReference pgSz pgMar pgNumType cols titlePg docGrid",
    "tblPr": "tblStyle tblW jc tblLayout tblCellMar tblLook",
    "pPr": "pStyle keepNext keepLines tabs spacing ind jc",
}


def opened(made: bytes) -> docx.document.Document:
    return docx.Document(io.BytesIO(made))


@pytest.mark.parametrize("thai", [True, False])
@pytest.mark.parametrize("kind", s.ALL)
def test_our_reader_reads_back_what_was_written(kind: str, thai: bool) -> None:
    letter = dataclasses.replace(s.ALL[kind], thai_digits=thai, qr_url="https://letters.example/h/7XK4")
    made = to_docx(letter)
    reading = read_bytes(made, "x.docx") if thai else read_text(docx_text(made), "x.txt")
    assert len(reading.documents) == 1
    expect_read(reading.documents[0], letter)


@pytest.mark.parametrize("kind", s.ALL)
def test_the_same_letter_gives_the_same_bytes(kind: str) -> None:
    letter = dataclasses.replace(s.ALL[kind], emblem=s.SVG, qr_url="https://letters.example/h/7XK4")
    made = to_docx(letter)
    assert made == to_docx(letter)
    core = opened(made).core_properties
    assert core.created.date() == letter.dated
    assert core.title == (letter.subject or to_thai_digits(f"ที่ {letter.number}"))
    assert core.author == letter.issuer
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.namelist()[0] == "[Content_Types].xml"
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in archive.namelist() if "thumbnail" in name]


def test_page_font_and_language_are_the_regulations() -> None:
    document = opened(to_docx(s.EXTERNAL))
    section = document.sections[0]
    sides = (
        section.page_width,
        section.page_height,
        section.left_margin,
        section.right_margin,
        section.bottom_margin,
    )
    assert [round(side / CM, 1) for side in sides] == [21.0, 29.7, 3.0, 2.0, 2.0]
    runs = [run for paragraph in document.paragraphs for run in paragraph.runs if run.text]
    for run in runs:
        fonts = run._r.rPr.find(qn("w:rFonts"))
        assert {fonts.get(qn(f"w:{name}")) for name in ("ascii", "hAnsi", "cs")} == {"TH SarabunPSK"}
        assert run._r.rPr.find(qn("w:lang")).get(qn("w:bidi")) == "th-TH"
        assert run._r.rPr.find(qn("w:szCs")).get(qn("w:val")) == "32"
    defaults = document.styles.element.find(qn("w:docDefaults"))
    assert defaults.find(f".//{qn('w:rFonts')}").get(qn("w:cs")) == "TH SarabunPSK"
    table = next(
        relation.target_part.blob
        for relation in document.part.rels.values()
        if relation.reltype.endswith("/fontTable")
    )
    assert "TH Sarabun New, TH SarabunIT๙, Sarabun" in table.decode()


def test_paragraphs_are_indented_and_stay_with_the_signature() -> None:
    document = opened(to_docx(s.EXTERNAL))
    body = [p for p in document.paragraphs if p.alignment == WD_ALIGN_PARAGRAPH.THAI_JUSTIFY]
    assert len(body) == 3
    assert {round(p.paragraph_format.first_line_indent / CM, 1) for p in body} == {2.5}
    texts = [p.text for p in document.paragraphs]
    closing = texts.index("ขอแสดงความนับถือ")
    assert round(document.paragraphs[closing].paragraph_format.left_indent / CM, 1) == 8.0
    end = texts.index("ผู้ว่าราชการจังหวัดสมมุติ")
    # A short last paragraph takes the one before along.
    assert all(document.paragraphs[at].paragraph_format.keep_with_next for at in range(closing - 2, end))
    assert not document.paragraphs[end].paragraph_format.keep_with_next


def test_secrecy_is_on_every_page_and_numbers_begin_on_the_second() -> None:
    section = opened(to_docx(s.EXTERNAL)).sections[0]
    assert section.different_first_page_header_footer
    for holder in (section.first_page_header, section.first_page_footer, section.footer):
        assert [p.text for p in holder.paragraphs] == ["ลับ"]
    assert [p.text for p in section.header.paragraphs] == ["ลับ", "- ๒ -"]
    assert section._sectPr.find(qn("w:pgNumType")).get(qn("w:fmt")) == "thaiNumbers"
    plain = opened(to_docx(dataclasses.replace(s.MEMO, thai_digits=False))).sections[0]
    assert [p.text for p in plain.header.paragraphs] == ["- 2 -"]
    assert plain._sectPr.find(qn("w:pgNumType")).get(qn("w:fmt")) == "decimal"


@pytest.mark.parametrize("kind", s.ALL)
def test_what_is_not_known_yet_leaves_a_place_for_a_pen(kind: str) -> None:
    letter = dataclasses.replace(s.ALL[kind], number="", dated=None)
    if letter.signature:
        letter = dataclasses.replace(letter, signature=Signature("", ("นายอำเภอสมมุติ",), "ลงนามแล้ว"))
    made = to_docx(letter)
    assert opened(made).core_properties.created.year == 2000
    xml = zipfile.ZipFile(io.BytesIO(made)).read("word/document.xml").decode()
    assert xml.count('w:leader="dot"') >= 2
    if kind != "stamped":  # without number, day and subject nobody knows it for a letter
        assert read_text(docx_text(made), "x.txt").documents[0].kind == kind


def test_pictures_have_words() -> None:
    letter = dataclasses.replace(s.MEMO, emblem=s.picture("JPEG"), qr_url="https://letters.example/h/7XK4")
    document = opened(to_docx(letter))
    names = [element.get("descr") for element in document.element.iter(qn("wp:docPr"))]
    assert len(names) == 2
    assert all(names)
    heights = [shape.height / CM for shape in document.inline_shapes]
    assert sorted(round(height, 1) for height in heights) == [1.5, 2.1]
    with pytest.raises(EmblemError):
        to_docx(dataclasses.replace(s.EXTERNAL, emblem=b"nothing"))


def test_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="order"):
        to_docx(dataclasses.replace(s.EXTERNAL, kind="order"))


@pytest.mark.parametrize("kind", s.ALL)
def test_elements_stand_in_the_order_of_the_standard(kind: str) -> None:
    letter = dataclasses.replace(
        s.ALL[kind],
        emblem=s.SVG,
        initials=("ผู้ช่วย",),
        copies_to="จังหวัดสมมุติ",
        qr_url="https://letters.example/h/7",
    )
    with zipfile.ZipFile(io.BytesIO(to_docx(letter))) as archive:
        parts = [
            archive.read(name)
            for name in archive.namelist()
            if name.startswith("word/") and name.endswith(".xml")
        ]
    for part in parts:
        for element in etree.fromstring(part).iter():
            wanted = ORDERS.get(etree.QName(element).localname if isinstance(element.tag, str) else "")
            if wanted:
                found = [etree.QName(child).localname for child in element]
                places = [wanted.split().index(name) for name in found if name in wanted.split()]
                assert all(a <= b for a, b in pairwise(places)), found


ODD = st.one_of(
    st.text(max_size=60), st.sampled_from([MARKUP, "<w:p/>&amp;", "\x00\x0b\ud800\ufffe", "ก" * 500])
)


@settings(max_examples=20, deadline=None)
@given(kind=st.sampled_from(sorted(s.ALL)), one=ODD, two=ODD)
def test_any_text_is_data(kind: str, one: str, two: str) -> None:
    letter = LetterDocument(
        kind=kind,
        issuer=one,
        number=two,
        address=(two,),
        urgency=one,
        secrecy=two,
        subject=one,
        salutation=two,
        addressee=one,
        references=(one, two),
        attachments=(Attached(one, two), Attached(two)),
        paragraphs=(one, two),
        closing=one,
        signature=Signature(one, (two,)),
        contact=(one,),
        copies_to=two,
    )
    assert opened(to_docx(letter)).sections
