"""What recognising a picture of Thai takes from the words of an official letter, put back.

Tone marks and short vowels over a line are small: สิ่งที่ส่งมาด้วย comes as สิงทีส่งมาด้วย. Only words of the office that
no other word resembles are mended, and ที่ where it stands before a number. Digits are never touched: nobody knows.
"""

from __future__ import annotations

import re
from typing import Final

_MARKS: Final = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
# Long enough that nothing else has the same consonants.
_WORDS: Final = (
    "สิ่งที่ส่งมาด้วย", "อ้างถึง", "บันทึกข้อความ", "ส่วนราชการ", "ศาลากลางจังหวัด", "ที่ว่าการอำเภอ", "ที่ทำการปกครอง",
    "ด่วนที่สุด", "ลงวันที่", "ตั้งแต่วันที่", "ภายในวันที่", "ทั้งนี้", "ดังนี้", "ขอแสดงความนับถือ", "จึงเรียนมาเพื่อ", "ตามหนังสือที่อ้างถึง",
    "ประจำปีงบประมาณ", "กำหนดการ", "ปกครองท้องถิ่น", "เลขที่รับ", "จำนวน", "โทรศัพท์", "โทรสาร", "ไปรษณีย์อิเล็กทรอนิกส์", "ชี้แจง", "ถึงวันที่",
    "วันจันทร์ที่", "วันอังคารที่", "วันพุธที่", "วันพฤหัสบดีที่", "วันศุกร์ที่", "วันเสาร์ที่", "วันอาทิตย์ที่",
    "มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน", "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม",
    "พฤศจิกายน", "ธันวาคม",
)  # fmt: skip
# Short words that mean something else inside a line.
_HEADS: Final = ("ที่", "เรื่อง", "เรียน")


def _loose(word: str) -> str:
    """A pattern for the same letters with any marks over and under them; ํา counts as ำ."""
    letters = [letter for letter in word if not re.match(f"[{_MARKS}]", letter)]
    return "".join(
        "(?:\u0e33|\u0e4d[\u0e48-\u0e4b]?\u0e32)" if letter == "\u0e33" else f"{letter}[{_MARKS}]*"
        for letter in letters
    )


_MENDS: Final = (
    *((re.compile(_loose(word)), word) for word in sorted(_WORDS, key=len, reverse=True)),
    *((re.compile(rf"^([ \t]*){_loose(word)}(?=[ \t])", re.MULTILINE), rf"\1{word}") for word in _HEADS),
    # A number follows, or a letter's: วันที่ 20, ที่ สม 0123.
    (re.compile(rf"ท[ีื][{_MARKS}]*(?=[ \t]*(?:[ก-ฮ]{{2}}[ \t]?)?[0-9๐-๙])"), "ที่"),
)
# Specks and marks that were taken for a line of letters of their own.
_SPECKS: Final = re.compile(r"^[ \t]*\S{1,2}(?:[ \t]+\S{1,2}){2,}[ \t]*$\n?", re.MULTILINE)
_DIGIT: Final = re.compile("[0-9๐-๙]")


def mended(text: str) -> str:
    """Give the recognised text with its office words as they are written."""
    text = _SPECKS.sub(_numbers_only, text)
    for pattern, word in _MENDS:
        text = pattern.sub(word, text)
    return text


def _numbers_only(line: re.Match[str]) -> str:
    """A line of short pieces where it can be numbers, as of a table: half of the pieces have a digit. Else nothing."""
    pieces = line[0].split()
    return line[0] if 2 * sum(bool(_DIGIT.search(piece)) for piece in pieces) >= len(pieces) else ""
