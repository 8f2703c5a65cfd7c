"""Cleaning, folding and flowing text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saduak.correspondence.reading.text import Flow, Sheet, clean, fold, tidy


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("ทํา", "ทำ"),
        ("น้ํา", "น้ำ"),
        ("นํ้า", "น้ำ"),
        ("เเจ้ง", "แจ้ง"),
        ("ศักดิ์ดิ์ พันธุ์ธุ์", "ศักดิ์ พันธุ์"),
        ("สิ่สิ่งที่ส่ง ทั้ทั้งนี้ สถานที่ที่ดี", "สิ่งที่ส่ง ทั้งนี้ สถานที่ที่ดี"),
        ("ก\r\nข\rค", "ก\nข\nค"),
        ("ก\u200bข\ufeff", "กข"),
        ("[www.example.go.th](http://www.example.go.th)", "www.example.go.th"),
        ("[เว็บไซต์](https://example.go.th/a)", "เว็บไซต์ (https://example.go.th/a)"),
        ('ที่ <a href="http://www.example.go.th">www.example.go.th</a> โดย', "ที่ www.example.go.th โดย"),
        ("<http://www.example.go.th>", "http://www.example.go.th"),
        ("\\*\\*\\*\\*\\*", "*****"),
        ("**เรื่อง** ก", "เรื่อง ก"),
        ("# กำหนดการ", "กำหนดการ"),
        ("| 09.00 น. | เปิด |", "09.00 น. \t เปิด"),
        ("ป\uf702ท\uf70a", "ปีท่"),
    ],
)
def test_clean(raw: str, shown: str) -> None:
    assert clean(raw) == shown


def test_fold_keeps_length_and_turns_digits() -> None:
    text = "ที่ มท ๐๘๑๐.๗/ว\u00a0๕๑ \u2013 ๒๕๖๕"
    assert fold(text) == "ที่ มท 0810.7/ว 51 - 2565"
    assert len(fold(text)) == len(text)


def test_tidy() -> None:
    assert tidy("  พ.ศ.\n ๒๕๖๕ ") == "พ.ศ. 2565"


def test_flow_joins_wrapped_thai_without_a_space_and_maps_back() -> None:
    first = "ด้วยสำนักงานตัวอย่างได้รับแจ้งจากกระทรวงสมมุติว่า สำนักงานปลัด"
    sheet = Sheet(f"{first}\nสำนักนายกสมมุติ ได้กำหนด\n\nจึงเรียนมาเพื่อทราบ")
    flow = Flow(sheet.lines)
    assert "สำนักงานปลัดสำนักนายกสมมุติ" in flow.text
    assert flow.text.endswith("\nจึงเรียนมาเพื่อทราบ")
    at = flow.text.index("สำนักนายกสมมุติ")
    start, end = flow.span(at, at + len("สำนักนายกสมมุติ"))
    assert sheet.text[start:end] == "สำนักนายกสมมุติ"


def test_flow_drops_page_numbers_and_catch_words() -> None:
    flow = Flow(Sheet("ข้อความหน้าหนึ่งซึ่งยาวพอที่จะถือว่าตัดบรรทัดตามหน้ากระดาษ\n/๒. สมัคร...\n- ๒ -\nต่อหน้าสอง").lines)
    assert "สมัคร" not in flow.text
    assert "ต่อหน้าสอง" in flow.text


@given(st.text(max_size=300))
def test_every_line_is_where_it_says(raw: str) -> None:
    sheet = Sheet(raw)
    assert len(sheet.folded) == len(sheet.text)
    for line in sheet.lines:
        assert sheet.folded[line.start : line.end] == line.text


@given(st.lists(st.text(alphabet="กขคา ๑1()\n", max_size=80), max_size=8))
def test_flow_places_point_at_the_same_character(lines: list[str]) -> None:
    sheet = Sheet("\n".join(lines))
    flow = Flow(sheet.lines)
    for position, char in enumerate(flow.text):
        if char not in " \n":
            assert sheet.folded[flow.at(position)] == char


def test_flow_ends_a_paragraph_at_a_short_line_of_wrapped_text() -> None:
    wide = "ด้วยสำนักงานตัวอย่างได้รับแจ้งจากกระทรวงสมมุติว่า สำนักงานปลัดกระทรวงสมมุติ"
    flow = Flow(Sheet(f"{wide}\nกำหนดให้ส่งข้อมูล\nอำเภอสมมุติพิจารณาแล้วเห็นควรแจ้งให้ท่านทราบ").lines)
    assert flow.text.split("\n")[0].endswith("ปลัดกระทรวงสมมุติกำหนดให้ส่งข้อมูล")
    assert flow.text.split("\n")[1].startswith("อำเภอสมมุติ")


def test_flow_reads_on_over_a_page_end() -> None:
    flow = Flow(Sheet("ข้อความที่ยาวพอจะเต็มบรรทัดของหน้ากระดาษแรกจึงตัดไปขึ้น\n\f\nหน้าใหม่").lines)
    assert flow.text.endswith("ตัดไปขึ้นหน้าใหม่")


def flow(text: str) -> list[str]:
    return Flow(Sheet(text).lines).text.split("\n")


LONG = "ข้อความที่ยาวเต็มหน้ากระดาษเพื่อให้เห็นว่าบรรทัดนี้ขึ้นบรรทัดใหม่เพราะหน้ากระดาษหมด"


def test_a_page_number_and_a_catchword_part_nothing() -> None:
    assert flow(f"{LONG}\n\n/ในการนี้...\n\n- ๒ -\n\nต่อหน้าสอง") == [f"{LONG}ต่อหน้าสอง"]


def test_a_gap_after_every_wrapped_line_parts_nothing() -> None:
    lines = [f"{LONG}{number}" for number in "กขคงจฉ"]
    assert flow("\n\n".join(lines)) == ["".join(lines)]
    assert (
        len(flow("\n\n".join(["สั้น", *lines[:2], "สั้นมาก", "อีกบรรทัด", "และจบ"]))) > 1
    )  # paragraphs of a line each


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        (f"{LONG}ในวันพุธที่\n20 มีนาคม 2567", [f"{LONG}ในวันพุธที่ 20 มีนาคม 2567"]),
        (f"{LONG}\n20 มีนาคม 2567", [f"{LONG} 20 มีนาคม 2567"]),
        (f"{LONG}\n2. ข้อสอง", [LONG, "2. ข้อสอง"]),
        (f"{LONG}เจ้าหน้าที่\n2. ข้อสอง", [f"{LONG}เจ้าหน้าที่", "2. ข้อสอง"]),
        (f"{LONG}\n\nภายในวันที่ 5", [f"{LONG} ภายในวันที่ 5"]),
        (f"ตาม{LONG}แล้วนั้น\nกรมตัวอย่าง", [f"ตาม{LONG}แล้วนั้น", "กรมตัวอย่าง"]),
        (f"{LONG}\nสั้น\nย่อหน้าใหม่", [f"{LONG}สั้น", "ย่อหน้าใหม่"]),
        (f"{LONG}\nสั้นและ\nต่อ", [f"{LONG}สั้นและ ต่อ"]),
    ],
)
def test_where_a_paragraph_goes_on(text: str, joined: list[str]) -> None:
    assert flow(text) == joined
