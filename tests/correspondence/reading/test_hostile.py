"""Any text and any bytes give a reading or a ReadingError, in bounded time, with valid spans."""

import json
import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from saduak.correspondence.reading import Reading, ReadingError, opening, read_bytes, read_text
from saduak.correspondence.reading.opening import MAX_CHARACTERS, MAX_LINES
from tests.correspondence.reading import samples, scoring

pytestmark = pytest.mark.slow

PIECES = [
    "ที่ มท 0810.7/ว 51", "\n", "\n\n", " ", "เรื่อง ", "เรียน ", "ถึง ", "ด้วย", "ขอให้", "อำเภอ", "ดังนี้", "1. ", "2. ", "ส่ง", "ภายในวันที่ ",
    "ตั้งแต่วันที่ ", "15 กุมภาพันธ์ 2566", "31 เมษายน 2566", " - ", "เวลา ", "09.30 น.", "เลขรับ 5", "กองกลาง", "บันทึกข้อความ", "ส่วนราชการ ",
    "กำหนดการ", "คำสั่งจังหวัด", "ประกาศกรม", "จึงเรียนมาเพื่อทราบ", "ขอแสดงความนับถือ", "(นายก ข)", "ปลัดจังหวัด", "โทร. 0 2000 1111", "อ้างถึง ",
    "สิ่งที่ส่งมาด้วย ", "ด่วนที่สุด", "ณ ", "www.example.go.th", "(", ")", "หาก", "ให้", "ขอเชิญ", "๑๒", "สั่ง ณ วันที่ ",
]  # fmt: skip


def check(reading: Reading) -> None:
    json.dumps(reading.as_json(), ensure_ascii=False).encode()
    for document in reading.documents:
        for start, end in document.spans.values():
            assert 0 <= start <= end <= len(reading.text)
        for window in document.windows:
            assert window.start <= window.end
        assert all(
            duty.what and duty.force in {"order", "request", "invite", "inform"} for duty in document.actions
        )
    assert all(0 <= finding.document < len(reading.documents) for finding in reading.findings)


def attempt(text: str) -> None:
    try:
        check(read_text(text, "a.txt"))
    except ReadingError:
        return


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400))
def test_any_text(text: str) -> None:
    attempt(text)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_any_shuffle_of_letter_words(pieces: list[str]) -> None:
    attempt("".join(pieces))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(samples.ALL)), st.data())
def test_any_damage_to_a_letter(name: str, data: st.DataObject) -> None:
    lines = samples.ALL[name].split("\n")
    kept = data.draw(st.lists(st.integers(0, len(lines) - 1), max_size=len(lines)))
    attempt("\n".join(lines[number] for number in kept))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.md", "a", "a.doc"]))
def test_any_bytes(data: bytes, name: str) -> None:
    assume(not data.startswith(b"%PDF-"))
    try:
        check(read_bytes(data, name))
    except ReadingError:
        return


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"", b"%PDF-1.7\n", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n"]))
def test_any_bytes_are_opened_or_refused(data: bytes, begin: bytes) -> None:
    """What opens files, here without the process of its own that it has elsewhere: that takes its time to start."""
    for opens in (opening.pdf_text, opening.docx_text):
        try:
            assert isinstance(opens(begin + data), str)
        except ReadingError:
            continue


@pytest.mark.parametrize("name", ["a.pdf", "a.docx"])
def test_bytes_of_any_kind_are_refused_in_the_process_too(name: str) -> None:
    with pytest.raises(ReadingError):
        read_bytes(bytes(range(256)), name)


BATTERY = {case.name: case.text for case in scoring.cases()}
SLIPS = ["", "\n", " ", "ที", "๒", "ํา", "|", "เลขรับ 5", "\u0e48", "ภายในวันที่ 31 เมษายน 2566", "(", "ให้", "-"]


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(BATTERY)), st.data())
def test_any_slip_in_a_letter(name: str, data: st.DataObject) -> None:
    text = BATTERY[name]
    for _slip in range(data.draw(st.integers(1, 12))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 30)))
        text = text[:start] + data.draw(st.sampled_from(SLIPS)) + text[end:]
    attempt(text)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(BATTERY)), st.sampled_from(sorted(BATTERY)), st.integers(0, 2000))
def test_any_two_letters_run_together(one: str, other: str, cut: int) -> None:
    attempt(BATTERY[one][:cut] + BATTERY[other])


HEAD = "ที่ มท 1234/1\nเรื่อง ก\nเรียน ข\nด้วย "
RECOGNISED = "ที มท 1234/1\nเรือง ก\nเรียน ข\nสิงทีส่งมาด้วย ค\nทังนี "
HOSTILE = {
    "spaces": HEAD + " " * 350_000,
    "digits": HEAD + "1 " * 175_000,
    "brackets": HEAD + "(" * 175_000 + "[" * 175_000,
    "tags": HEAD + "<a " * 115_000,
    "dates": HEAD + "ภายในวันที่ 15 กุมภาพันธ์ 2566 " * 10_000,
    "heads": "ที่ มท 1234/1\n" * 25_000,
    "orders": "คำสั่งก\n" * 25_000,
    "stamps": HEAD + "\nกองคลัง\nเลขรับ 5" * 12_000,
    "references": HEAD + "\n\nอ้างถึง " + " ".join(f"หนังสือ ที่ มท 12/{number}" for number in range(15_000)),
    "triggers": HEAD + "ขอให้อำเภอ" * 30_000,
    "lists": HEAD + "\nขอให้ดำเนินการ ดังนี้\n1. ส่ง" * 12_000,
    "marks": HEAD + "ก" + "\u0300\u0327" * 245_000,
    "stamps beside": HEAD + "\nก   เลขรับ 5\nข   วันที่ 5 ม.ค. 67" * 10_000,
    "conditions": HEAD + "หากกก ให้" * 45_000,
    "addressed": HEAD + "สำหรับอำเภอ ก" * 30_000,
    "months": HEAD + "วันจันทร์ที่ ๕ มีนาคม ๒๕๒๕ " * 15_000,
    "recognised": RECOGNISED + "ที ชือ ,   ; " * 30_000,
    "recognised marks": RECOGNISED + "\nด" + "\u0e48" * 400_000,
    "offices": RECOGNISED + "\nมีหน้าที่ ก" * 10_000,
    "first items": RECOGNISED + "\n1. ก" * 10_000,
    "recognised specks": RECOGNISED + "\n" + "a " * 200_000,
    "thai marks": HEAD + "ก" + "\u0e38\u0e48" * 245_000,
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_very_long_text_ends_soon(name: str) -> None:
    """Half of the most that is read, in half of the time: what takes the square of it shows as well."""
    assert len(HOSTILE[name]) <= MAX_CHARACTERS  # else it is refused and tries nothing
    assert HOSTILE[name].count("\n") <= MAX_LINES
    began = time.process_time()
    attempt(HOSTILE[name])
    assert time.process_time() - began < 2  # about half a second on a free core


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\x0b", "\x85", "\u2028", "<br>"])
def test_lines_are_counted_however_they_end(end: str) -> None:
    with pytest.raises(ReadingError) as refused:
        read_text(HEAD + end * (MAX_LINES + 1), "a.txt")
    assert refused.value.code == "too-large"
    assert read_text(HEAD + end * 1000, "a.txt").documents[0].number == "มท 1234/1"


def test_pace_on_ordinary_letters() -> None:
    read_text(samples.BUNDLE, "a.txt")
    began = time.process_time()
    for _ in range(20):
        read_text(samples.BUNDLE, "a.txt")
    assert (time.process_time() - began) / 20 < 0.05  # about 3 ms on a free core
