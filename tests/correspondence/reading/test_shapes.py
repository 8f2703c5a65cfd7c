"""Digits known by their shape on drawn pages, and pages made fit to be recognised. No tesseract is needed."""

import fontpkg_sarabun
import pytest
from PIL import Image, ImageDraw, ImageFont

from saduak.correspondence.reading.pages import prepared
from saduak.correspondence.reading.shapes import DIGITS, UNCLEAR, Box, Ink, are_latin, numbers

WORDS = "กรมตัวอย่างขอเชิญประชุมพร้อมกัน"


def page(*rows: tuple[str, int], size: int = 46, font: str = "Sarabun-Regular.ttf") -> Image.Image:
    """A page with rows of text, each so far from the left."""
    drawn = Image.new("L", (1200, 120 * (len(rows) + 2)), 255)
    face = ImageFont.truetype(
        str(fontpkg_sarabun.ROOT / "files" / font), size, layout_engine=ImageFont.Layout.BASIC
    )
    pen = ImageDraw.Draw(drawn)
    for at, (text, left) in enumerate(rows):
        pen.text((left, 60 + 120 * at), text, font=face, fill=20)
    return drawn


def read(drawn: Image.Image) -> list[str]:
    return [word.text for word in sorted(numbers(Ink(drawn)), key=lambda word: word.box.left)]


@pytest.mark.parametrize("size", [28, 46, 60])
@pytest.mark.parametrize("font", ["Sarabun-Regular.ttf", "Sarabun-Bold.ttf", "Sarabun-Medium.ttf"])
def test_every_digit_is_known(size: int, font: str) -> None:
    assert read(page((WORDS, 40), (DIGITS, 40), size=size, font=font)) == [DIGITS]


@pytest.mark.parametrize(
    ("printed", "found"),
    [
        ("สม ๐๐๒๓.๔/ว ๓๘๕๗", ["๐๐๒๓.๔/", "๓๘๕๗"]),
        ("โทร. ๐ ๔๓๙๖ ๒๕๗๘", ["๐", "๔๓๙๖", "๒๕๗๘"]),
        ("เวลา ๐๙.๓๐ - ๑๒.๐๐ น.", ["๐๙.๓๐", "๑๒.๐๐"]),
        ("Zoom 1000 Webex www.example.go.th", []),
        ("o แบบรายงาน", []),
        ("ด้วยจังหวัดตัวอย่างได้รับแจ้งจากคณะกรรมการ", []),
        ("ลงวันที่ ๙", ["๙"]),
    ],
)
def test_numbers_and_nothing_else_are_found(printed: str, found: list[str]) -> None:
    assert read(page((WORDS, 40), (printed, 40))) == found


def test_a_digit_that_cannot_be_told_is_unclear() -> None:
    drawn = page((WORDS, 40), ("๒๕๖๘", 40))
    third = numbers(Ink(drawn))[0].box
    step = third.width // 4
    left = third.left + 2 * step
    ImageDraw.Draw(drawn).line((left + 4, third.bottom - 4, left + step - 6, third.top + 4), fill=20, width=4)
    (found,) = read(drawn)
    assert found in {"๒๕" + UNCLEAR + "๘", "๒๕๖๘"}


def test_digits_that_touch_are_cut_apart() -> None:
    drawn = page((WORDS, 40), ("๕๒", 40))
    box = numbers(Ink(drawn))[0].box
    middle = box.left + box.width // 2
    ImageDraw.Draw(drawn).line((middle - 5, box.bottom - 1, middle + 5, box.bottom - 1), fill=20)
    assert read(drawn) == ["๕๒"]


def test_a_digit_that_touches_the_stroke_behind_it_is_cut_off() -> None:
    drawn = page((WORDS, 40), ("๐๗๐๔/", 40), size=46)
    box = numbers(Ink(drawn))[0].box
    level = sorted((blot for blot in Ink(drawn).blots if blot.level_with(box)), key=lambda blot: blot.left)
    digit = level[-2]
    across = digit.top + 5
    ImageDraw.Draw(drawn).line((digit.right - 5, across, digit.right + 14, across), fill=20, width=2)
    assert sum(blot.level_with(box) for blot in Ink(drawn).blots) == len(level) - 1
    assert read(drawn) == ["๐๗๐๔/"]


def test_an_empty_page_and_a_black_one_have_no_numbers() -> None:
    for shade in (0, 255):
        blank = Image.new("L", (60, 60), shade)
        assert numbers(Ink(blank)) == []
        assert prepared(blank).getcolors() == [(prepared(blank).width * prepared(blank).height, shade)]


def test_latin_words_are_told_from_thai() -> None:
    ink = Ink(page((WORDS, 40), ("saraban@example", 40)))
    rows = sorted(ink.letters, key=lambda blot: blot.top)
    width = ink.page.width
    half = 150
    assert not are_latin(ink, Box(0, 0, width, half))
    assert are_latin(ink, Box(0, half, width, ink.page.height))
    assert not are_latin(ink, Box(0, 0, 3, 3))
    assert rows


# --- Pages -------------------------------------------------------------------------------------------------------------


def test_dotted_lines_go_and_full_stops_stay() -> None:
    plain = page((WORDS, 40), ("โทร. น. ๑๒.๓๐", 40))
    dotted = plain.copy()
    pen = ImageDraw.Draw(dotted)
    for left in range(40, 1100, 9):
        pen.rectangle((left, 247, left + 2, 249), fill=90)
    assert prepared(dotted).tobytes() == prepared(plain).tobytes()


def test_print_is_made_as_high_as_is_read_best() -> None:
    for size in (18, 100):
        drawn = page((WORDS, 10), (WORDS, 10), size=size)
        assert Ink(prepared(drawn)).usual == pytest.approx(30, abs=5)
    usual = page((WORDS, 10), size=46)
    assert prepared(usual).size == usual.size


def test_a_large_title_is_drawn_as_small_as_the_text() -> None:
    drawn = page((WORDS, 40), ("", 40), (WORDS, 40), (WORDS, 40))
    face = ImageFont.truetype(str(fontpkg_sarabun.ROOT / "files" / "Sarabun-Bold.ttf"), 96)
    ImageDraw.Draw(drawn).text((200, 150), "กนก", font=face, fill=20)
    before = max(blot.height for blot in Ink(drawn).blots)
    after = max(blot.height for blot in Ink(prepared(drawn)).blots if blot.top < 330)
    assert before > 45
    assert after < 45
