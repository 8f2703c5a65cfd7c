"""Lines end between words, and are as full as they can be together."""

import pytest

from saduak.correspondence.writing.lines import _parts, announced, broken, width
from tests.correspondence.writing import samples as s

SIZE, MOST = 10.9, 453.5


def test_nothing_is_lost_and_nothing_is_too_wide() -> None:
    for text in (s.CAUSE, s.WISH, s.CLOSE, "", "ก", "a b c"):
        lines = broken(text, SIZE, MOST, first=MOST - 70)
        assert s.bare("".join(lines)) == s.bare(text)
        for at, line in enumerate(lines):
            assert width(line, SIZE) <= (MOST if at else MOST - 70) * 1.001
            assert line == line.strip()


def test_lines_are_full() -> None:
    lines = broken(s.CAUSE * 3, SIZE, MOST)
    assert min(width(line, SIZE) for line in lines[:-1]) > 0.85 * MOST


@pytest.mark.parametrize("word", ["สะดวก", "ศูนย์", "ราชการ", "ประชาชน", "ขอความร่วมมือ", "อำเภอ"])
def test_no_word_is_cut(word: str) -> None:
    text = f"หน่วยงาน{word}" * 40
    for most in range(90, 300, 17):
        for line in broken(text, SIZE, most)[:-1]:
            assert line.endswith((word, "หน่วยงาน", "หน่วย", "ขอ", "ความร่วมมือ"))


@pytest.mark.parametrize(
    "together",
    [
        "19 ธันวาคม",
        "๑๙ ธันวาคม",
        "พ.ศ. ๒๕๖๖",
        "12.00 น.",
        "2 ฉบับ",
        "โทร. ๐ ๒๐๐๐ ๔๔๔๔ ต่อ ๑๒",
        "สม ๐๐๑๘.๑/ว ๙๖",
        "ครั้งที่ 2",
        "(GECC)",
        "ทุกๆ",
        "“หนังสือ”",
    ],
)
def test_what_belongs_together_stays_together(together: str) -> None:
    for most in range(160, 340, 13):
        lines = broken(f"ข้อความก่อนหน้านี้ {together} " * 12, SIZE, most)
        assert sum(line.count(together) for line in lines) == 12


def test_no_line_begins_with_a_mark_or_a_closing_sign() -> None:
    text = "ทดสอบ (ข้อความ) ฯลฯ ทุกๆ วัน และ/หรือ ระหว่าง 1 - 2 เท่านั้น, ครบ: หมด; จบ " * 6
    for most in range(60, 260, 7):
        for line in broken(text, SIZE, most):
            assert line[0] not in ")]ๆ,:;/-"
            assert line[-1] not in "([“"


def test_what_is_wider_than_a_line_is_cut_between_letters() -> None:
    lines = broken("https://example.go.th/" + "a" * 300, SIZE, 200)
    assert len(lines) > 5
    assert all(width(line, SIZE) <= 201 for line in lines)
    lines = broken("ที่" * 200, SIZE, 100)
    assert all(line[0] not in "ี่" for line in lines)


def test_ragged_lines_rather_end_at_a_space() -> None:
    name = "ที่ทำการปกครองอำเภอเมืองสมมุติ จังหวัดตัวอย่าง"
    assert broken(name, 9.5, 180, ragged=True) == ["ที่ทำการปกครองอำเภอเมืองสมมุติ", "จังหวัดตัวอย่าง"]


def test_long_compounds_have_parts() -> None:
    assert _parts("สำนักงานปลัดสำนักนายกรัฐมนตรี")[-1] == "นายกรัฐมนตรี"
    assert _parts("ฟฟฟฟฟฟฟฟฟฟฟฟฟฟฟ") == ("ฟฟฟฟฟฟฟฟฟฟฟฟฟฟฟ",)


def test_a_catchword_is_a_few_letters() -> None:
    assert announced("ด้วยสำนักงานปลัดสำนักนายกรัฐมนตรี", SIZE, MOST)[0][1] == "ด้วยสำนักงาน"
    assert announced("ทั้งนี้ ขอให้ดำเนินการ", SIZE, MOST) == [("ทั้งนี้ ขอให้ดำเนินการ", "ทั้งนี้")]
    assert announced("", SIZE, MOST) == []
    told = announced(s.CAUSE, SIZE, MOST)
    assert [line for line, _ in told] == broken(s.CAUSE, SIZE, MOST)
    assert all(line.startswith(word) and word for line, word in told)


def test_bold_is_wider_and_unknown_letters_count() -> None:
    assert width("ส่วนราชการ", 10, bold=True) > width("ส่วนราชการ", 10)
    assert width("中", 10) == 10
