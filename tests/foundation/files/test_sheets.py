"""Tables that people bring: read with a bound on everything, however hostile."""

import io
import zipfile
from datetime import UTC, datetime

import pytest
import xlsxwriter

from saduak.foundation import sheet_look
from saduak.foundation.access import Invalid
from saduak.foundation.files import apart, sheets
from tests.foundation.files.samples import office, packed

# A workbook knows no zones.
DAY = datetime(2026, 1, 2, tzinfo=UTC).replace(tzinfo=None)


def book(cells, **more):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        sheet = made.add_worksheet()
        day = made.add_format({"num_format": "dd/mm/yyyy"})
        for (row, column), value in cells.items():
            if isinstance(value, datetime):
                sheet.write_datetime(row, column, value, day)
            else:
                sheet.write(row, column, value)
        if more.get("far_format"):
            sheet.write_blank(1048575, 16383, None, day)
    return out.getvalue()


def read(content, name="ตาราง.xlsx", rows=10, columns=4):
    return sheets.read_rows(content, name, most_rows=rows, most_columns=columns)


def refused(content, name="ตาราง.xlsx", **bounds):
    with pytest.raises(Invalid) as refusal:
        read(content, name, **bounds)
    assert set(refusal.value.fields) == {"file"}
    return refusal.value.code, str(refusal.value.reason)


def test_a_workbook_is_read_as_people_see_it_and_a_format_far_away_is_no_text():
    cells = {(0, 0): "ชื่อ", (0, 1): "ปี", (2, 0): 2564, (2, 1): 1.5, (3, 0): DAY}
    cells[4, 0] = DAY.replace(hour=8, minute=30)
    assert read(book(cells, far_format=True)) == [
        *(["ชื่อ", "ปี"], ["", ""], ["2564", "1.5"]),
        *(["2026-01-02", ""], ["2026-01-02 08:30:00", ""]),
    ]
    assert read(book({})) == []


def test_a_csv_is_read_with_its_empty_rows_and_without_what_programs_leave_at_the_end():
    text = '\ufeffชื่อ,ปี\r\n\r\n"ก, ข",2564,,,,\r\n' + "\r\n,,,,," * 20
    assert read(text.encode(), "ตาราง.csv", rows=3) == [["ชื่อ", "ปี"], [], ["ก, ข", "2564", "", ""]]
    assert read(b"a,b\tc", "x.tsv") == [["a,b", "c"]]
    assert read(b'a\x00B,"\x1f\tc\nd"', "x.csv") == [["aB", "\tc\nd"]], "what no database keeps is left out"
    assert read(b"", "x.csv") == []


@pytest.mark.parametrize(
    ("cells", "code", "said"),
    [
        ({(10, 0): "x"}, "sheet-rows", "ไฟล์มีมากกว่า 10 แถว (มีข้อความถึงแถว 11)"),
        ({(0, 0): "a", (1048575, 0): "x"}, "sheet-rows", "มีข้อความถึงแถว 1,048,576"),
        ({(0, 16383): "x"}, "sheet-columns", "ไฟล์มีมากกว่า 4 คอลัมน์ (มีข้อความถึงคอลัมน์ที่ 16,384)"),
        ({(1, 2): "x" * (sheets.MOST_LETTERS + 1)}, "sheet-letters", "แถว 2 คอลัมน์ที่ 3 ยาวเกิน 5,000 ตัวอักษร"),
        # The whole of a sheet, in a file of 5 kB: more than any machine holds.
        ({(0, 0): "a", (1048575, 16383): "x"}, "sheet-heavy", "คัดลอกเฉพาะตารางไปไว้ในไฟล์ใหม่"),
    ],
)
def test_what_stands_beyond_the_bounds_of_a_workbook_is_told(cells, code, said):
    found, words = refused(book(cells))
    assert found == code
    assert said in words


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (b"\n" * 10 + b"x", "sheet-rows", "มีข้อความถึงแถว 11"),
        (b"a\n,,,,,x", "sheet-columns", "มีข้อความถึงคอลัมน์ที่ 6"),
        (b"a\nb," + b"x" * 5001, "sheet-letters", "แถว 2 คอลัมน์ที่ 2 ยาวเกิน"),
        (b'"' + b"x" * 200_000, "sheet-quotes", "ตรวจเครื่องหมายคำพูด"),
        ("ชื่อ".encode("cp874"), "sheet-kind", "ใน Excel ให้บันทึกเป็นไฟล์ .xlsx"),
        (b"\xd0\xcf\x11\xe0 an old workbook", "sheet-kind", "ใน Excel ให้บันทึกเป็นไฟล์ .xlsx"),
        (b"x" * (sheets.MOST_BYTES + 1), "sheet-size", "ไฟล์ใหญ่เกิน 5 MB"),
    ],
)
def test_what_is_wrong_with_a_csv_is_told(content, code, said):
    found, words = refused(content, "x.csv")
    assert found == code
    assert said in words


def bomb():
    return packed(
        {"[Content_Types].xml": b"spreadsheetml.sheet.main+xml", "xl/workbook.xml": b" " * 9_000_000}
    )


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04 broken", "sheet-broken"),
        (packed({"a.txt": b"x"}), "sheet-broken"),
        (office("docx"), "sheet-broken"),
        (office("xlsx"), "sheet-broken"),
        (office("xlsx", **{"xl/vbaProject.bin": b"x"}), "file-macro"),
        (bomb(), "sheet-heavy"),
    ],
)
def test_what_is_no_workbook_is_refused(content, code):
    with pytest.raises(Invalid) as refusal:
        read(content)
    assert refusal.value.code == code


def test_words_repeated_without_end_bring_down_their_reader_alone(tmp_path):
    """One text of the table of texts, in every cell: small as a file, gigabytes as rows."""
    cells = {(row, column): "ก" * 5_000 for row in range(3_000) for column in range(20)}
    content = book(cells)
    with zipfile.ZipFile(io.BytesIO(content)) as made:
        assert sum(part.file_size for part in made.infolist()) < 5_000_000
    assert refused(content, rows=3_000, columns=20)[0] == "sheet-heavy"


def test_a_program_that_takes_too_long_is_ended(tmp_path):
    path = tmp_path / "table.xlsx"
    path.write_bytes(book({(0, 0): "x"}))
    assert apart.found(sheet_look.__name__, path, str(tmp_path), 10, 4, 10, seconds=0) is None
