"""What a page shows put into the text that was recognised from it: tables of places and drawn pages, no tesseract."""

import fontpkg_sarabun
import pytest
from PIL import Image, ImageDraw, ImageFont

from saduak.correspondence.reading.places import has_mixed, latin_words, reread
from saduak.correspondence.reading.shapes import Box, Ink, Word

FACE = ImageFont.truetype(
    str(fontpkg_sarabun.ROOT / "files" / "Sarabun-Regular.ttf"), 46, layout_engine=ImageFont.Layout.BASIC
)
LEFT, TOP, PITCH = 40, 60, 120


class Paper:
    """Rows of pieces: what is printed, and what tesseract is said to have recognised in its place."""

    def __init__(self) -> None:
        self.page = Image.new("L", (1400, 480), 255)
        self.pen = ImageDraw.Draw(self.page)
        self.rows: list[list[str]] = []

    def row(self, *pieces: tuple[str, str]) -> None:
        """Print a row; each piece is followed by a space, in the picture and in the text."""
        number, left = len(self.rows) + 1, LEFT
        table = []
        for word, (printed, recognised) in enumerate(pieces, 1):
            self.pen.text((left, TOP + PITCH * (number - 1)), printed, font=FACE, fill=20)
            width = round(FACE.getlength(printed)) or 30
            if recognised:
                table.append(
                    f"5\t1\t1\t1\t{number}\t{word}\t{left}\t{TOP + 12 + PITCH * (number - 1)}\t{width}\t36\t91.0\t{recognised}"
                )
            left += width + 16
        self.rows.append(table)

    def table(self) -> str:
        """The places as tesseract writes them."""
        head = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"
        return "\n".join([head, *(row for rows in self.rows for row in rows)]) + "\n"

    def text(self) -> str:
        """The text that belongs to the table."""
        return "\n".join(" ".join(row.split("\t")[-1] for row in rows) for rows in self.rows) + "\n"

    def read(self, *latin: Word) -> list[str]:
        return reread(self.text(), self.table(), Ink(self.page), list(latin)).split("\n")


@pytest.fixture
def paper() -> Paper:
    made = Paper()
    made.row(("กรมตัวอย่างขอเชิญประชุม", "กรมตัวอย่างขอเชิญประชุม"))
    return made


def test_a_number_takes_the_place_of_what_was_recognised_there(paper: Paper) -> None:
    paper.row(("๑๗", "on"), ("มกราคม", "มกราคม"), ("๒๕๖๘", "๒๕๒๐๕"))
    assert paper.read()[1] == "๑๗ มกราคม ๒๕๖๘"


def test_a_number_that_was_left_out_is_put_between_its_neighbours(paper: Paper) -> None:
    paper.row(("ลงวันที่", "ลงวันที่"), ("๙", ""), ("มกราคม", "มกราคม"))
    paper.row(("๑๒", ""), ("มกราคม", "มกราคม"))
    assert paper.read()[1:3] == ["ลงวันที่ ๙ มกราคม", "๑๒ มกราคม"]


def test_digits_that_no_ink_is_left_for_go(paper: Paper) -> None:
    paper.row(("เลข", "เลข"), ("๔๖", "๕๒"))
    text, table = paper.text(), paper.table()
    last = table.rstrip("\n").split("\n")[-1].split("\t")
    ghost = [*last[:6], str(int(last[6]) + int(last[8]) + 12), last[7], "20", last[9], "60", "๐"]
    read = reread(text.replace("๕๒", "๕๒๐"), table + "\t".join(ghost) + "\n", Ink(paper.page), [])
    assert read.split("\n")[1] == "เลข ๔๖"


def test_digits_beside_a_number_whose_shapes_are_none_cannot_be_told(paper: Paper) -> None:
    paper.row(("เลข", "เลข"), ("๔๖", "๕๒"))
    left = LEFT + round(FACE.getlength("เลข")) + 16 + round(FACE.getlength("๔๖")) + 6
    paper.pen.rectangle((left, TOP + PITCH + 20, left + 20, TOP + PITCH + 44), fill=20)
    row = f"5\t1\t1\t1\t2\t3\t{left}\t{TOP + PITCH + 12}\t20\t36\t60\t๘\n"
    read = reread(paper.text().replace("๕๒", "๕๒๘"), paper.table() + row, Ink(paper.page), [])
    assert read.split("\n")[1] == "เลข ๔๖·"


def test_lines_that_marks_alone_make_go(paper: Paper) -> None:
    paper.rows.append(
        ["5\t1\t1\t1\t2\t1\t60\t20\t40\t14\t40\t=%", "5\t1\t1\t1\t2\t2\t120\t20\t40\t14\t40\t๑7"]
    )
    paper.rows.append(["5\t1\t1\t1\t3\t1\t60\t420\t40\t14\t40\tสำเนา"])
    assert paper.read()[1:3] == ["", "สำเนา"]  # a word stays, whatever stands there


def test_a_latin_word_takes_its_place_only_where_it_looks_so(paper: Paper) -> None:
    paper.row(("Zoom", "2๐๐ก"), ("และ", "และ"))
    place = Box(LEFT, TOP + PITCH, LEFT + 110, TOP + PITCH + 60)
    thai = Box(LEFT, TOP, LEFT + 400, TOP + 60)
    assert paper.read(Word(place, "Zoom"), Word(thai, "nsudooehv")) == ["กรมตัวอย่างขอเชิญประชุม", "Zoom และ", ""]


def test_text_that_is_not_the_tables_stays(paper: Paper) -> None:
    paper.row(("๑๗", "on"))
    assert reread("อื่น", paper.table(), Ink(paper.page), []) == "อื่น"
    assert reread("on", "", Ink(paper.page), []) == "on"
    assert reread(paper.text(), paper.table(), Ink(Image.new("L", (9, 9), 255)), []) == paper.text()


def test_latin_words_are_those_that_tesseract_is_sure_of() -> None:
    rows = [(91, "Zoom"), (91, "www.example.go.th"), (20, "Zoom"), (91, "12.30"), (91, "กรม"), (91, "ab")]
    table = "\n".join(f"5\t1\t1\t1\t1\t1\t10\t20\t30\t40\t{sure}\t{word}" for sure, word in rows)
    assert latin_words(table) == [
        Word(Box(10, 20, 40, 60), "Zoom"),
        Word(Box(10, 20, 40, 60), "www.example.go.th"),
    ]


@pytest.mark.parametrize(("text", "so"), [("ผ่านระบบ 2๐๐ก", True), ("ที่ สม 0018/ว 5", False), ("a@b", True)])
def test_text_shows_where_latin_words_may_stand(text: str, so: bool) -> None:
    assert has_mixed(text) is so
