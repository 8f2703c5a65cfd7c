"""A criteria file with errors: every error in Thai, on its line; and never an exception."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saduak.programme import reading

GOOD = reading.bundled().decode()

SMALL = """\
format: 1
code: small
version: 1
programme: gecc
title: เกณฑ์ย่อ
official: false
source: ทดสอบ
total: 12
sides:
  - {key: place, number: 1, title: สถานที่}
parts:
  - key: physical
    title: กายภาพ
    kind: gate
    points: 0
    items:
      - {key: c-000001, number: "1", kind: gate, title: เวลา}
  - key: quality
    title: คุณภาพ
    kind: quality
    points: 2
    items:
      - {key: c-000002, number: "1.1", kind: advanced, side: place, points: 2, title: ป้าย}
  - key: outcome
    title: ผลลัพธ์
    kind: outcome
    points: 10
    items:
      - key: c-000003
        number: "1"
        kind: outcome
        points: 10
        title: พอใจ
        scale:
          choices:
            - {points: 0, label: ไม่}
            - {points: 10, label: ใช่}
levels:
  - {key: basic, name: พื้นฐาน, colour: basic, rule: {gates: all, min_total: 7}}
  - {key: advanced, name: ก้าวหน้า, colour: advanced, rule: {gates: all, min_total: 9}}
"""


def problems(text: str, **extra) -> list[tuple[int, str]]:
    return [(problem.line, str(problem.message)) for problem in reading.read(text.encode(), **extra).problems]


def line(text: str, of: str) -> int:
    return next(n for n, row in enumerate(text.splitlines(), start=1) if of in row)


def test_the_bundled_file_is_good_and_complete():
    read = reading.read(GOOD.encode())
    assert read.problems == ()
    items = [item for part in read.document["parts"] for item in part["items"]]
    assert len(items) == 50
    assert sum(bool(item.get("placeholder")) for item in items) == 25
    assert read.document["official"] is False
    assert all(item.get("asks") for item in items)
    assert all(item.get("title_en") for item in items)
    unseen = [item for item in items if item["kind"] in {"advanced", "outcome"}]
    assert all(item["scale"]["unofficial"] for item in unseen)


def test_the_digest_follows_the_content_not_the_layout():
    again = "# another comment\n" + GOOD.replace("official: false\n", "official:   false\n", 1)
    first, second = reading.read(GOOD.encode()), reading.read(again.encode())
    assert reading.digest_of(first.document) == reading.digest_of(second.document)
    other = reading.read(GOOD.replace("min_total: 90", "min_total: 91").encode())
    assert reading.digest_of(other.document) != reading.digest_of(first.document)


def test_small_is_good():
    assert problems(SMALL) == []


@pytest.mark.parametrize(
    ("old", "new", "at", "message"),
    [
        ("total: 12", "total: 13", "total: 13", "คะแนนรวมระบุ 13 แต่คะแนนของทุกส่วนรวมได้ 12"),
        ("    points: 2\n", "    points: 3\n", "points: 3", "ส่วนนี้ระบุ 3 คะแนน แต่คะแนนของทุกข้อรวมได้ 2"),
        ("c-000002", "c-000001", "ป้าย", "key c-000001 ใช้ซ้ำ ทุก key ต้องไม่ซ้ำกัน"),
        ("side: place", "side: service", "side: service", "ไม่มีด้านชื่อ service ใน sides"),
        (", side: place", "", "ป้าย", "ข้อ 1.1 ยังไม่ได้บอกด้าน (side)"),
        ("kind: advanced", "kind: gate", "kind: gate, side", "ส่วนชนิด quality มีข้อชนิด gate ไม่ได้"),
        ("min_total: 9}", "min_total: 7}", "key: advanced", "ระดับซ้อนกัน: ต้องขอคะแนนรวมมากกว่าระดับก่อนหน้า (7)"),
        ("min_total: 9}", "min_total: 13}", "key: advanced", "ขอคะแนนเกินคะแนนรวม 12"),
        (
            "min_total: 9}",
            "min_total: 9, min_parts: {secret: 3}}",
            "key: advanced",
            "ไม่มีส่วนชื่อ secret ใน parts",
        ),
        (
            "min_total: 9}",
            "min_total: 9, min_parts: {quality: 3}}",
            "key: advanced",
            "ส่วน quality มีเพียง 2 คะแนน",
        ),
        (
            "min_total: 9}",
            "min_total: 9, required: {c-000001: 1}}",
            "key: advanced",
            "ไม่มีข้อที่มีคะแนนและมี key c-000001",
        ),
        ("min_total: 9}", "min_total: 9, required: {c-000002: 5}}", "key: advanced", "ข้อ 1.1 มีเพียง 2 คะแนน"),
        (
            "min_total: 7}",
            "min_total: 7, min_parts: {quality: 1}}",
            "key: advanced",
            "ระดับซ้อนกัน: quality ต้องไม่น้อยกว่าระดับก่อนหน้า (1)",
        ),
        ("colour: advanced", "colour: basic", "key: advanced", "สี basic ใช้กับสองระดับไม่ได้"),
        (
            "title: พอใจ",
            "title: พอใจ\n        replaces: [c-00000f]",
            "replaces",
            "ไม่พบข้อเดิมที่มี key c-00000f ในเกณฑ์ชุดก่อน",
        ),
        (
            "title: พอใจ",
            "title: รอชื่อทางการ",
            "รอชื่อทางการ",
            "ข้อ 1: ชื่อที่ขึ้นต้นว่า รอชื่อทางการ กับ placeholder: true ต้องมาคู่กัน",
        ),
        ("{points: 10, label: ใช่}", "{points: 9, label: ใช่}", "choices", "ตัวเลือกสุดท้ายต้องได้เต็ม 10 คะแนน"),
        (
            "{points: 0, label: ไม่}",
            "{points: 1, label: ไม่}",
            "choices",
            "ตัวเลือกต้องเริ่มที่ 0 คะแนน และเรียงจากน้อยไปมากโดยไม่ซ้ำกัน",
        ),
        (
            "title: เวลา}",
            "title: เวลา, points: 0, scale: {unofficial: true}}",
            "เวลา",
            "ข้อที่ต้องผ่านมีแค่ผ่านหรือไม่ผ่าน ลบหัวข้อ scale ออก",
        ),
        ("official: false\n", "", "format: 1", "ขาดหัวข้อ official"),
        ("title: เวลา}", "title: เวลา, weight: 3}", "เวลา", "ไม่รู้จักหัวข้อ weight"),
        ("version: 1", "version: สอง", "version", "version ต้องเป็นจำนวนเต็ม"),
        (
            "kind: outcome\n    points",
            "kind: magic\n    points",
            "kind: magic",
            "kind ต้องเป็น gate / quality / outcome",
        ),
        (
            "key: c-000003",
            "key: satisfaction",
            "key: satisfaction",
            "key มีรูปแบบไม่ถูกต้อง ต้องตรงกับ ^c-[0-9a-f]{6,12}$",
        ),
        ("source: ทดสอบ", "source: ''", "source", "source ต้องไม่ว่าง"),
        ("source: ทดสอบ", "source: ทดสอบ\nsource: ซ้ำ", "source: ซ้ำ", "หัวข้อ source เขียนซ้ำในที่เดียวกัน"),
    ],
)
def test_an_error_is_told_on_its_line(old, new, at, message):
    text = SMALL.replace(old, new, 1)
    assert text != SMALL
    assert (line(text, at), message) in problems(text)


def test_all_that_is_missing_in_one_place_is_told_once():
    missing = "code, version, programme, title, official, source, total, sides, parts, levels"
    assert problems("format: 1\n") == [(1, f"ขาดหัวข้อ {missing}")]


def test_a_part_key_used_twice_is_told_on_the_second():
    text = SMALL.replace("key: outcome", "key: quality")
    assert problems(text) == [(line(text, "title: ผลลัพธ์") - 1, "key quality ใช้ซ้ำ ทุก key ต้องไม่ซ้ำกัน")]


def test_numbers_are_used_once_in_a_part():
    twice = SMALL.replace(
        "title: เวลา}\n", 'title: เวลา}\n      - {key: c-00000a, number: "1", kind: gate, title: แสง}\n'
    )
    assert problems(twice) == [(line(twice, "แสง"), "เลขข้อ 1 ใช้ซ้ำในส่วนนี้")]


def test_an_official_set_has_no_placeholders():
    waiting = SMALL.replace("official: false", "official: true").replace(
        "title: พอใจ", "title: รอชื่อทางการ\n        placeholder: true"
    )
    assert problems(waiting) == [(line(waiting, "placeholder"), "เกณฑ์ที่เป็นทางการมีข้อที่ยังรอชื่อไม่ได้")]


def test_replaces_may_name_what_is_known():
    text = SMALL.replace("title: พอใจ", "title: พอใจ\n        replaces: [c-00000f]")
    assert problems(text, known_keys={"c-00000f"}) == []


def test_several_errors_come_in_the_order_of_lines():
    text = SMALL.replace("total: 12", "total: 99").replace("side: place", "side: nowhere")
    assert [at for at, _ in problems(text)] == [line(text, "total: 99"), line(text, "side: nowhere")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "ทั้งไฟล์ ต้องเป็นกลุ่มหัวข้อ"),
        ("แค่ข้อความ".encode(), "ทั้งไฟล์ ต้องเป็นกลุ่มหัวข้อ"),
        (b"title: \xff\xfe", "ไฟล์ต้องเป็นข้อความ UTF-8 บันทึกไฟล์ใหม่เป็น UTF-8 แล้วลองอีกครั้ง"),
        (b"a: [1, 2", "รูปแบบ YAML ไม่ถูกต้อง ดูการย่อหน้าและเครื่องหมาย : ที่บรรทัดนี้และบรรทัดก่อนหน้า"),
        (b"a: &x [1]\nb: [*x, *x]", "ใช้การอ้างซ้ำ (*ชื่อ) ไม่ได้ เขียนข้อความเต็มแทน"),
        (b"[" * 50_000, "ย่อหน้าหรือวงเล็บซ้อนกันลึกเกินไป"),
        (b"a: 2568-13-45", "อ่านไฟล์ YAML นี้ไม่ได้ มีค่าที่เหมือนวันที่แต่ไม่ใช่วันที่ ใส่เครื่องหมายคำพูดครอบค่านั้น"),
        (b"#" * 1_000_001, "ไฟล์ใหญ่เกิน 1 เมกะไบต์ ไฟล์เกณฑ์ปกติเล็กกว่านี้มาก ตรวจว่าเลือกไฟล์ถูก"),
        (b"%PDF-1.7\n\x00\x01", "รูปแบบ YAML ไม่ถูกต้อง ดูการย่อหน้าและเครื่องหมาย : ที่บรรทัดนี้และบรรทัดก่อนหน้า"),
    ],
)
def test_no_criteria_file_at_all(content, message):
    read = reading.read(content)
    assert not read.ok
    assert str(read.problems[0].message) == message


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, len(SMALL) - 1), text=st.text(max_size=6), cut=st.integers(0, 30))
def test_a_damaged_file_never_raises(at, text, cut):
    damaged = SMALL[:at] + text + SMALL[at + cut :]
    read = reading.read(damaged.encode("utf-8", "surrogatepass"))
    assert read.ok == (not read.problems)
    assert all(1 <= problem.line <= damaged.count("\n") + 2 and str(problem) for problem in read.problems)


def test_keys_of_the_files_beside(tmp_path):
    (tmp_path / "old.yaml").write_text(SMALL)
    (tmp_path / "new.yaml").write_text("format: 1")
    assert reading.keys_beside(tmp_path / "new.yaml") == {"c-000003"} | {"c-000001", "c-000002"}
    assert reading.keys_beside(tmp_path / "old.yaml") == frozenset()
