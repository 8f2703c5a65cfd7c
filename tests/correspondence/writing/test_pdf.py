"""Letters as PDF say what was written, in every program that reads them."""

import dataclasses
import datetime
import io
import shutil

import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saduak.correspondence.reading import read_bytes, read_text
from saduak.correspondence.reading.model import Document
from saduak.correspondence.writing import Attached, LetterDocument, Signature
from saduak.correspondence.writing.emblem import EmblemError
from saduak.correspondence.writing.pdf import _body, to_pdf
from saduak.correspondence.writing.printed import as_printed, dated
from saduak.foundation.thai.numerals import to_arabic_digits
from tests.correspondence.writing import samples as s

needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler is not installed")


def expect_read(read: Document, letter: LetterDocument) -> None:
    """What our reader finds is what was written; lines may end anywhere, so spaces are not compared."""
    assert read.kind == letter.kind
    assert read.number == letter.number
    assert read.is_circular == ("ว" in letter.number)
    assert read.date == letter.dated
    assert (read.urgency or "", read.secrecy or "") == (letter.urgency, letter.secrecy)
    assert s.bare(read.subject or "") == s.bare(letter.subject)
    assert [s.bare(whom) for whom in read.recipients] == [s.bare(letter.addressee)]
    cited = [(reference.number, reference.date) for reference in read.references]
    assert [
        (number, dated(day, thai=False))
        for number, day in cited
        if day and number in " ".join(letter.references)
    ] == [(line.split(" ที่ ")[1].split(" ลงวันที่ ")[0], line.split(" ลงวันที่ ")[1]) for line in letter.references]
    assert [s.bare(row) for row in read.attachments] == [
        s.bare(f"{row.title}{row.copies}") for row in letter.attachments
    ]
    signature = letter.signature or Signature("")
    assert (read.signer.name or "") == signature.name
    assert (read.signer.position or "") == " ".join(signature.position)
    assert read.phones == [line.removeprefix("โทร. ") for line in letter.contact if line.startswith("โทร.")]


@pytest.mark.parametrize("thai", [True, False])
@pytest.mark.parametrize("kind", s.ALL)
def test_our_reader_reads_back_what_was_written(kind: str, thai: bool) -> None:
    letter = s.ALL[kind]
    made = to_pdf(s.with_digits(letter, thai=thai))
    # Through the file once a kind: the text alone is read in a fraction of the time.
    reading = read_bytes(made, "x.pdf") if thai else read_text("\n\f\n".join(s.pages_of(made)), "x.txt")
    assert len(reading.documents) == 1
    expect_read(reading.documents[0], letter)
    assert reading.documents[0].links == [
        link
        for link in ("www.psc2566.example.go.th/2566", "saraban2570@example.go.th")
        if link in " ".join((*letter.paragraphs, *letter.contact))
    ]


NUMBERS = st.builds(
    "{} {:04d}.{}/{}{}".format,
    st.sampled_from(["สม", "กต", "ตย"]),
    st.integers(100, 9999),
    st.integers(1, 19),
    st.sampled_from(["", "ว "]),
    st.integers(1, 99999),
)
DAYS = st.dates(datetime.date(2015, 1, 1), datetime.date(2040, 12, 31))
TITLES = st.text("กขคงจชดตทนบปพมยรลวสหอ", min_size=4, max_size=70).map("รายงาน{}".format)


@settings(max_examples=8, deadline=None)
@given(
    kind=st.sampled_from(sorted(s.ALL)),
    number=NUMBERS,
    day=DAYS,
    titles=st.lists(TITLES, max_size=6),
    data=st.data(),
)
def test_whatever_numbers_days_and_lists_are_written_are_read(kind, number, day, titles, data) -> None:
    letter = dataclasses.replace(
        s.ALL[kind],
        number=number,
        dated=day,
        subject="" if kind == "stamped" else f"เรื่อง{data.draw(TITLES)}".removeprefix("เรื่อง"),
        attachments=tuple(Attached(title, f"จำนวน {at} ชุด") for at, title in enumerate(titles, 1)),
        thai_digits=data.draw(st.booleans()),
    )
    text = "\n\f\n".join(s.pages_of(to_pdf(letter)))
    expect_read(read_text(text, "x.txt").documents[0], letter)


@pytest.mark.parametrize("thai", [True, False])
@needs_poppler
def test_poppler_finds_the_words_as_they_are_printed(thai: bool) -> None:
    letter = s.with_digits(s.EXTERNAL, thai=thai)
    printed = as_printed(letter)
    text = s.poppler(to_pdf(letter))
    for words in (
        printed.subject,
        printed.number,
        dated(letter.dated, thai=thai),
        printed.addressee,
        printed.closing,
    ):
        assert words in text
    for paragraph in printed.paragraphs:
        assert s.bare(paragraph) in s.bare(text)


def test_digits_are_thai_everywhere_but_in_addresses() -> None:
    text = "\n".join(
        s.pages_of(to_pdf(dataclasses.replace(s.EXTERNAL, qr_url="https://letters.example/h/7XK4")))
    )
    for address in (
        "www.psc2566.example.go.th/2566",
        "saraban2570@example.go.th",
        "https://letters.example/h/7XK4",
    ):
        assert address in text
        text = text.replace(address, "")
    assert not set("0123456789") & set(text)
    arabic = "\n".join(s.pages_of(to_pdf(s.with_digits(s.EXTERNAL, thai=False))))
    assert to_arabic_digits(arabic) == arabic


# --- Pages


def long_letter(paragraphs: int, *, last: str = s.CLOSE) -> LetterDocument:
    return dataclasses.replace(s.EXTERNAL, paragraphs=(*[s.CAUSE] * paragraphs, last))


def test_a_second_page_has_its_number_and_the_first_says_how_it_begins() -> None:
    first, second = s.pages_of(to_pdf(long_letter(5)))
    assert "- ๒ -" in second
    assert "- ๑ -" not in first
    begins = second.split("- ๒ -\n")[1].split("\n")[0]
    said = next(line for line in first.split("\n") if line.startswith("/")).strip("/… ").rstrip(".")
    assert begins.startswith(said)
    assert len(said) >= 4


def test_secrecy_stands_at_the_top_and_the_bottom_of_each_page_in_red() -> None:
    made = to_pdf(long_letter(5))
    with pypdfium2.PdfDocument(made) as opened:
        for page in opened:
            layer = page.get_textpage()
            search = layer.search("ลับ", match_whole_word=False)
            heights = []
            while found := search.get_next():
                heights.append(layer.get_charbox(found[0])[1])
            assert max(heights) > 790
            assert min(heights) < 60
            colours = page.render(scale=0.5).to_pil().crop((0, 0, 297, 20)).getcolors(9999)
            assert any(red > 150 and green < 60 for _, (red, green, _blue) in colours)


@pytest.mark.parametrize("paragraphs", [3, 4, 5, 7])
@pytest.mark.parametrize("last", [s.CLOSE, s.CAUSE], ids=["short", "long"])
def test_a_signature_takes_two_lines_of_the_text_along(paragraphs: int, last: str) -> None:
    letter = long_letter(paragraphs, last=last)
    pages = s.pages_of(to_pdf(letter))
    page = next(text for text in pages if "ขอแสดงความนับถือ" in text)
    above = [line for line in page.split("ขอแสดงความนับถือ")[0].split("\n") if line.strip()]
    body = s.bare("".join(as_printed(letter).paragraphs))
    assert len([line for line in above if s.bare(line) in body]) >= 2
    assert "(นายตัวอย่าง สมมุตินาม)" in page
    assert "โทร. ๐ ๔๐๐๐ ๑๘๑๗ ต่อ ๑๒" in page


def test_no_page_begins_or_ends_with_one_line_of_a_paragraph() -> None:
    paragraphs = [s.CAUSE, s.CAUSE, s.WISH]
    body, kept = _body(paragraphs)
    assert [len(row["lines"]) for row in kept] == [2 if len(_body([s.WISH])[1][0]["lines"]) == 2 else 3]
    body, kept = _body([s.CAUSE, s.CLOSE])
    assert [len(row["lines"]) for row in kept] == [2, 1]
    assert (body[-1]["cut"], kept[0]["goes_on"], kept[1]["goes_on"]) == (True, True, False)
    assert _body([s.CLOSE]) == ([], [_body([s.CLOSE])[1][0]])
    assert _body([]) == ([], [])


def test_a_letter_a_little_too_long_is_set_closer() -> None:
    heights = {}
    for count in (1, 2):
        letter = dataclasses.replace(s.EXTERNAL, paragraphs=(*[s.CAUSE] * count, s.WISH, s.CLOSE))
        made = to_pdf(letter)
        assert len(s.pages_of(made)) == 1
        heights[count] = line_height(made)
    assert heights[1] == pytest.approx(20.5, abs=0.2)
    assert heights[2] < 19.2


def line_height(made: bytes) -> float:
    """The distance of the first two lines of the text, in points."""
    with pypdfium2.PdfDocument(made) as opened:
        layer = opened[0].get_textpage()
        tops = []
        for words in ("หลักเกณฑ์", "เวลา"):
            found = layer.search(words, match_whole_word=False).get_next()
            tops.append(layer.get_charbox(found[0], loose=True)[1])
    return tops[0] - tops[1]


# --- Places and pictures


def strokes(made: bytes) -> int:
    with pypdfium2.PdfDocument(made) as opened:
        return sum(
            kind.type == pypdfium2.raw.FPDF_PAGEOBJ_PATH for kind in opened[0].get_objects(max_depth=5)
        )


@pytest.mark.parametrize("kind", s.ALL)
def test_what_is_not_known_yet_leaves_a_place_for_a_pen(kind: str) -> None:
    letter = s.ALL[kind]
    blank = dataclasses.replace(letter, number="", dated=None)
    more = 0 if kind == "memo" else 2  # a memo has its dotted lines in any case
    assert strokes(to_pdf(blank)) >= strokes(to_pdf(letter)) - 2 + more
    begun = dataclasses.replace(letter, number="สม 0018.1/ว")
    read = read_text("\n".join(s.pages_of(to_pdf(begun))), "x.txt").documents[0]
    assert read.number == "สม 0018.1/ว"


def test_an_emblem_is_drawn_and_its_place_stays_without_one() -> None:
    plain = to_pdf(s.EXTERNAL)
    for data in (s.picture(), s.picture("JPEG"), s.SVG):
        with_emblem = to_pdf(dataclasses.replace(s.EXTERNAL, emblem=data))
        assert s.pages_of(with_emblem) == s.pages_of(plain)
        assert drawn_at(with_emblem, (300, 60))
    assert not drawn_at(plain, (300, 60))
    memo = to_pdf(dataclasses.replace(s.MEMO, emblem=s.SVG))
    assert drawn_at(memo, (105, 62))


def drawn_at(made: bytes, place: tuple[int, int]) -> bool:
    with pypdfium2.PdfDocument(made) as opened:
        shown = opened[0].render(scale=1).to_pil().convert("L")
    x, y = place
    return shown.crop((x - 8, y - 8, x + 8, y + 8)).getextrema()[0] < 200


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(EmblemError, match="not-a-picture"):
        to_pdf(dataclasses.replace(s.EXTERNAL, emblem=b"GIF89a nothing"))


def test_a_qr_code_stands_at_the_foot() -> None:
    made = to_pdf(dataclasses.replace(s.STAMPED, qr_url="https://letters.example/h/7XK4"))
    text = s.pages_of(made)[0]
    assert "https://letters.example/h/7XK4" in text
    assert "สแกน" in text
    assert drawn_at(made, (510, 755))


def test_copies_initials_and_a_note_of_signing_are_printed() -> None:
    letter = dataclasses.replace(
        s.EXTERNAL,
        copies_to="ท้องถิ่นจังหวัดสมมุติ",
        initials=("ผู้ช่วย", "หัวหน้ากลุ่ม"),
        signature=Signature("นายตัวอย่าง สมมุตินาม", ("ปลัดจังหวัด",), "ลงนามทางอิเล็กทรอนิกส์ 12 ธ.ค. 2565 14.05 น."),
    )
    text = s.pages_of(to_pdf(letter))[0]
    for words in ("สำเนาส่ง ท้องถิ่นจังหวัดสมมุติ", "ผู้ช่วย", "หัวหน้ากลุ่ม", "ลงนามทางอิเล็กทรอนิกส์ ๑๒ ธ.ค. ๒๕๖๕ ๑๔.๐๕ น."):
        assert words in text


# --- The file


def test_it_is_tagged_and_for_archiving() -> None:
    made = to_pdf(s.EXTERNAL)
    with pikepdf.open(io.BytesIO(made)) as opened:
        assert opened.Root.MarkInfo.Marked
        assert str(opened.Root.Lang) == "th"
        assert "/StructTreeRoot" in opened.Root
        with opened.open_metadata() as metadata:
            assert metadata.pdfa_status == "2B"
            assert metadata["dc:title"] == s.EXTERNAL.subject
        assert [round(float(side)) for side in opened.pages[0].mediabox] == [0, 0, 595, 842]


def test_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="order"):
        to_pdf(dataclasses.replace(s.EXTERNAL, kind="order"))


MARKUP = '#set page(width: 1cm)\n*b* _i_ $x$ <a> @b `raw` \\ // /* [ #import "x" = H'
ODD = st.one_of(
    st.text(max_size=40),
    st.text("กญฐปฟเแโใไะาิีึืุู็่้๊๋์ํำฺๆฯ๏๑ AVfi.,()/-\n\u0301", max_size=60),
    st.sampled_from(
        [MARKUP, "😀 中文 عربي", "\x00\x07\ud800\ufffe", "ก" * 900, "x" * 900, "{{round.year}}", ""]
    ),
)


@settings(max_examples=10, deadline=None)
@given(kind=st.sampled_from(sorted(s.ALL)), one=ODD, two=ODD, three=ODD)
def test_any_text_is_data(kind: str, one: str, two: str, three: str) -> None:
    letter = dataclasses.replace(
        s.ALL[kind],
        issuer=one,
        number=three[:60],
        urgency=two[:20],
        secrecy=one[:20],
        subject=two,
        salutation=three[:20],
        addressee=one,
        references=(two,),
        attachments=(Attached(one, three), Attached(two, one[:40])),
        paragraphs=(one, two, three),
        closing=two[:60],
        signature=Signature(three, (one, two), one),
        owner_unit=three,
        contact=(two,),
        copies_to=one,
        initials=(two[:40],),
    )
    made = to_pdf(letter)
    with pypdfium2.PdfDocument(made) as opened:
        assert [round(side) for side in opened[0].get_size()] == [595, 842]


def test_markup_and_strange_letters_are_printed_as_they_are() -> None:
    letter = dataclasses.replace(
        s.EXTERNAL, subject="*ก* #set _ข_ 😀", paragraphs=(MARKUP,), thai_digits=False
    )
    text = s.pages_of(to_pdf(letter))[0]
    assert "*ก* #set _ข_ ?" in text
    assert "#set page(width: 1cm)" in text
    assert '*b* _i_ $x$ <a> @b `raw` \\ // /* [ #import "x" = H' in text
