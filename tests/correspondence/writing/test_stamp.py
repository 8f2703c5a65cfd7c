"""The receipt stamp, and the first page as a picture: on any page, and on nothing that is no page."""

import dataclasses
import datetime
import io
import shutil

import pikepdf
import pytest
from PIL import Image, ImageChops

from saduak.correspondence.reading import read_text
from saduak.correspondence.writing import apart, paper
from saduak.correspondence.writing.pdf import to_pdf
from saduak.correspondence.writing.picture import first_page_png
from saduak.correspondence.writing.stamp import ReceiptStamp, _drawn, stamped
from tests.correspondence.writing import samples as s

STAMP = ReceiptStamp("ที่ว่าการอำเภอสมมุติ", "๑๒๐๑", "๑๔ ธ.ค. ๒๕๖๕", "๑๐.๐๕ น.", "เจ้าหน้าที่สารบรรณ")


@pytest.fixture(scope="module")
def letter() -> bytes:
    return to_pdf(s.EXTERNAL)


@pytest.fixture(scope="module")
def drawn() -> bytes:
    return _drawn(STAMP)


def changed(made: bytes, **how) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(made)) as opened:
        if "turned" in how:
            opened.pages[0].rotate(how["turned"], relative=False)
        if "box" in how:
            opened.pages[0].mediabox = opened.pages[0].cropbox = how["box"]
        opened.save(out, encryption=how.get("encryption", False))
    return out.getvalue()


def blue(made: bytes) -> tuple[float, float, float, float]:
    """Where the stamp is seen, as parts of the page's width and height: left, top, right, bottom."""
    with Image.open(io.BytesIO(paper.picture(made, 400))) as shown:
        red, _green, blues = shown.convert("RGB").split()
    seen = ImageChops.subtract(blues, red).point(lambda more: 255 if more > 60 else 0).getbbox()
    wide, high = red.size
    return seen[0] / wide, seen[1] / high, seen[2] / wide, seen[3] / high


def test_the_letter_stays_and_the_stamp_is_read(letter: bytes) -> None:
    made = stamped(letter, STAMP)
    assert made == stamped(letter, STAMP)
    before, after = s.pages_of(letter)[0], s.pages_of(made)[0]
    assert after.startswith(before)
    read = read_text(after, "x.txt").documents[0]
    was = read_text(before, "x.txt").documents[0]
    assert [receipt.as_json() for receipt in read.receipts] == [
        {"office": "ที่ว่าการอำเภอสมมุติ", "number": "1201", "date": "2022-12-14", "time": "10:05"}
    ]
    assert read.date == datetime.date(2022, 12, 12)
    assert dataclasses.replace(read, receipts=[], spans={}) == dataclasses.replace(was, receipts=[], spans={})
    assert "เจ้าหน้าที่สารบรรณ" in after


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler is not installed")
def test_poppler_reads_both(letter: bytes, drawn: bytes) -> None:
    text = s.poppler(paper.stamped(letter, drawn))
    for words in (s.EXTERNAL.subject, "ที่ว่าการอำเภอสมมุติ", "๑๒๐๑", "๑๔ ธ.ค. ๒๕๖๕"):
        assert words in text


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_it_stands_at_the_top_right_whichever_way_the_page_is_turned(
    letter: bytes, drawn: bytes, turned: int
) -> None:
    left, top, right, bottom = blue(paper.stamped(changed(letter, turned=turned), drawn))
    assert left > 0.6
    assert right > 0.94
    assert top < 0.06
    assert bottom < 0.22
    # Upright: wider than high.
    wide, high = (595, 842) if turned in {0, 180} else (842, 595)
    assert (right - left) * wide > (bottom - top) * high


def test_it_grows_with_the_page(letter: bytes, drawn: bytes) -> None:
    large = changed(letter, box=[-100, -100, 2380, 3400])
    assert blue(paper.stamped(large, drawn)) == pytest.approx(blue(paper.stamped(letter, drawn)), abs=0.02)


def test_offices_stamp_one_after_the_other(letter: bytes, drawn: bytes) -> None:
    twice = paper.stamped(paper.stamped(letter, drawn), _drawn(dataclasses.replace(STAMP, number="77")))
    assert "๑๒๐๑" in s.pages_of(twice)[0]
    assert "77" in s.pages_of(twice)[0]


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize(("size", "upright"), [((300, 424), True), ((424, 300), False)])
def test_a_scan_becomes_a_page_of_a4(drawn: bytes, kind: str, size: tuple[int, int], upright: bool) -> None:
    made = paper.stamped(s.picture(kind, size), drawn)
    with pikepdf.open(io.BytesIO(made)) as opened:
        sides = sorted(round(float(side)) for side in opened.pages[0].mediabox[2:])
        assert sides == [pytest.approx(595, abs=3), pytest.approx(842, abs=3)]
        assert (opened.pages[0].mediabox[3] > opened.pages[0].mediabox[2]) == upright
    assert "๑๒๐๑" in s.pages_of(made)[0]


def test_strange_letters_and_long_names_are_stamped(letter: bytes) -> None:
    strange = ReceiptStamp("สำนักงานตัวอย่าง " * 9 + "😀", "#x", "", "", "")
    text = s.pages_of(paper.stamped(letter, _drawn(strange)))[0]
    assert "#x" in text
    assert "ผู้รับ\n" not in text
    assert "เลขรับ #x" in text


def locked(made: bytes, user: str) -> bytes:
    return changed(made, encryption=pikepdf.Encryption(owner="o", user=user))


def test_what_is_no_page_is_refused(letter: bytes, drawn: bytes) -> None:
    empty = io.BytesIO()
    pikepdf.new().save(empty)
    for data, code in (
        (locked(letter, "u"), "encrypted"),
        (locked(letter, ""), "encrypted"),
        (b"%PDF-1.7 nonsense", "broken-file"),
        (b"", "broken-file"),
        (letter[:1500], "broken-file"),
        (b"\x89PNG nothing", "broken-file"),
        (empty.getvalue(), "broken-file"),
    ):
        with pytest.raises(paper.PaperError, match=code):
            paper.stamped(data, drawn)
    for data, code in (
        (locked(letter, "u"), "encrypted"),
        (b"nothing", "broken-file"),
        (empty.getvalue(), "broken-file"),
    ):
        with pytest.raises(paper.PaperError, match=code):
            paper.picture(data, 100)


def test_a_scan_too_large_is_refused(drawn: bytes, monkeypatch) -> None:
    monkeypatch.setattr(paper, "_PIXELS", 100)
    with pytest.raises(paper.PaperError, match="too-large"):
        paper.stamped(s.picture(), drawn)


# --- In a process of its own


def test_a_picture_is_as_wide_as_asked(letter: bytes) -> None:
    with Image.open(io.BytesIO(first_page_png(letter, 320))) as shown:
        assert (shown.format, shown.width) == ("PNG", 320)
        assert shown.height == pytest.approx(320 * 842 / 595, abs=2)


def test_a_roll_is_shown_from_its_top(letter: bytes) -> None:
    roll = changed(letter, box=[0, -8000, 595, 842])
    with Image.open(io.BytesIO(paper.picture(roll, 100))) as shown:
        assert shown.height == pytest.approx(400, abs=3)
        assert shown.convert("L").getextrema()[0] < 200


def test_errors_come_as_their_code(letter: bytes, monkeypatch) -> None:
    with pytest.raises(ValueError, match="encrypted"):
        stamped(locked(letter, "u"), STAMP)
    monkeypatch.setattr(apart, "MAX_BYTES", 10)
    with pytest.raises(ValueError, match="too-large"):
        first_page_png(letter)
    monkeypatch.undo()
    monkeypatch.setattr(apart, "SECONDS", 0.01)
    with pytest.raises(ValueError, match="too-slow"):
        first_page_png(letter)


def test_who_wants_more_than_it_may_have_is_ended(letter: bytes, monkeypatch) -> None:
    monkeypatch.setattr(apart.sys, "executable", "/bin/false")
    with pytest.raises(ValueError, match="broken-file"):
        first_page_png(letter)
