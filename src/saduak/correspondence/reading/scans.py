"""What recognising a picture of Thai takes from an official letter, put back: words of the office, marks, lines.

Tone marks and short vowels over a line are small: สิ่งที่ส่งมาด้วย comes as สิงทีส่งมาด้วย. Only words of the office that
no other word resembles are mended, and ที่ where it stands before a number. Digits are never touched here: nobody knows
(`misread` weighs dates). Text that somebody else recognised comes as plain text: it is known by what it lost.
"""

from __future__ import annotations

import re
from typing import Final

from saduak.correspondence.reading.tones import restored

_MARKS: Final = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
# Long enough that nothing else has the same consonants.
_WORDS: Final = (
    "สิ่งที่ส่งมาด้วย", "อ้างถึง", "บันทึกข้อความ", "ส่วนราชการ", "ศาลากลางจังหวัด", "ที่ว่าการอำเภอ", "ที่ทำการปกครอง",
    "ด่วนที่สุด", "ลงวันที่", "ตั้งแต่วันที่", "ภายในวันที่", "ทั้งนี้", "ดังนี้", "ต่อไปนี้", "ขอแสดงความนับถือ", "จึงเรียนมาเพื่อ", "ตามหนังสือที่อ้างถึง",
    "ประจำปีงบประมาณ", "กำหนดการ", "ปกครองท้องถิ่น", "เลขที่รับ", "จำนวน", "โทรศัพท์", "โทรสาร", "ไปรษณีย์อิเล็กทรอนิกส์", "ชี้แจง", "ถึงวันที่",
    "วันจันทร์ที่", "วันอังคารที่", "วันพุธที่", "วันพฤหัสบดีที่", "วันศุกร์ที่", "วันเสาร์ที่", "วันอาทิตย์ที่",
    "มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน", "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม",
    "พฤศจิกายน", "ธันวาคม",
)  # fmt: skip
# Short words that mean something else inside a line.
_HEADS: Final = ("ที่", "เรื่อง", "เรียน")
# Words whose letters stand apart, as happens to what is printed large or wide.
_APART: Final = ("ด่วนที่สุด", "ด่วนมาก", "บันทึกข้อความ", "ขอแสดงความนับถือ", "สิ่งที่ส่งมาด้วย", "กำหนดการ")


_AM: Final = re.compile("\u0e4d[\u0e48-\u0e4b]?\u0e32")


def _loose(word: str, between: str = "") -> str:
    """A pattern for the same letters with any marks over and under them; ํา counts as ำ."""
    return between.join(
        "(?:\u0e33|\u0e4d[\u0e48-\u0e4b]?\u0e32)" if letter == "\u0e33" else f"{letter}[{_MARKS}]*"
        for letter in _bare(word)
    )


def _bare(word: str) -> str:
    """The letters of a word, without marks and spaces."""
    return re.sub(f"[{_MARKS} ]", "", _AM.sub("\u0e33", word))


_MEANT: Final = {_bare(word): word for word in (*_WORDS, *_HEADS, *_APART)}
_OFFICE: Final = re.compile("|".join(_loose(word) for word in sorted(_WORDS, key=len, reverse=True)))
_AT_A_LINE: Final = re.compile(
    "^([ \t]*)("
    + "|".join([*(_loose(word, "[ ]?") for word in _APART), *(_loose(word) for word in _HEADS)])
    + r")(?=[ \t]|$)",
    re.MULTILINE,
)
# A number follows, or a letter's: วันที่ 20, ที่ สม 0123.
_BEFORE_A_NUMBER: Final = re.compile(rf"ท[ีื][{_MARKS}]*(?=[ \t]*(?:[ก-ฮ]{{2}}[ \t]?)?[0-9๐-๙])")
_A_MONTH: Final = "|".join(_loose(word) for word in _WORDS if word.endswith(("คม", "ยน", "พันธ์")))
# วันที่ of a form's bold label, before a day; a speck taken for a letter beside a day.
_THE_DAY: Final = re.compile(
    rf"(?<![ก-๙])[วจ][{_MARKS}]*[จร]?น[{_MARKS}]*ท[{_MARKS}]*([ \t]{{0,20}})[ก-ฮ]?(?=[0-9๐-๙]{{1,2}}[ \t]?(?:{_A_MONTH}))"
)
_BEFORE_A_MONTH: Final = re.compile(rf"(?<=[0-9๐-๙])([ \t]{{0,3}})[ก-ฮ][{_MARKS}]*(?={_A_MONTH})")
_COUNT: Final = re.compile(r"จ[่-๋]านวน")
# Marks over marks come as Latin letters where English is looked for, too; these are read so again and again.
_LATIN: Final = (
    (re.compile(r"(?<=[ก-๙])[ \t]+(?:WU|wu)[ \t]*$", re.MULTILINE), " นั้น"),
    (re.compile(r"(?<=[ก-๙])[ \t]+AAU[ \t]*$", re.MULTILINE), " ดังนี้"),
    (re.compile(r"(?<=[0-9๐-๙])[ \t]?(?:VU|WU|wu|vu)\.?(?=[ \t]|$)", re.MULTILINE), " น."),
    (re.compile(r"^([ \t]*)(?:lo|bo)(?=[.)][ \t])", re.MULTILINE), r"\1๒"),
    (re.compile(r"(?<![^\s])(?:N|NA)(?=[ \t][ก-ฮ]{2}[ \t]?[0-9๐-๙])"), "ที่"),
    (re.compile(r"(?<![A-Za-z])(?:JUN|TUN)(?=[ \t]+[0-9๐-๙])"), "วันที่"),
)
# Specks and marks that were taken for a line of letters of their own, and those beside a line.
_SPECKS: Final = re.compile(r"^[ \t]*\S{1,2}(?:[ \t]+\S{1,2}){2,}[ \t]*$\n?", re.MULTILINE)
_BESIDE: Final = re.compile(
    r"(?<![ \t])(?:[ \t]{1,90}[,;|·'`\"_]{1,3}){1,6}[ \t]{0,90}$|(?<![ \t])[ \t]{3,90}\.$|^[ \t]{0,90}(?:[,.;|©®·'`~^][ \t]{1,90}){1,6}(?=[ก-๙(])",
    re.MULTILINE,
)
_NUMBER: Final = re.compile(r"[0-9]{1,2}|[๐-๙]{1,2}")
# What only a recognised text has: common words without their marks.
_LOST: Final = re.compile(
    r"สิงที|ทีส่งมา|ที่ส่งมาดวย|^[ \t]*เรือง[ \t]|^[ \t]*ที[ \t]|ด่วนที(?!่)|ลงวันที(?!่)|ในวันที(?!่)|ทังนี|ดังนี(?![้่])|ในการนี(?![้่])|ท้องถิน|เพือ|ซึง|ตังแต่|แต่งตัง|"
    r"(?<![A-Za-z])(?:NAY|NAV|JUN|TUN|AAU|WU|VU\.)(?![A-Za-z])|บันทึกข้อ ความ|อ้างถึ ง|พืนที|ครังที|เจ้าหน้าที(?!่)|คําสัง|คำสัง(?![กค])|ทีทํา|ทีทำ|ทีว่าการ|ถึงวันที(?!่)|ทีอ้าง|ชีแจง|หนึง(?!่)|เมือวัน|ชือผู้",
    re.MULTILINE,
)
_FEWEST_LOST: Final = 2
_FULL: Final = 0.7
_NARROWEST: Final = 30


def looks_recognised(text: str) -> bool:
    """Tell whether a text was recognised from a picture: common words stand in it without their marks, marks as Latin letters."""
    signs = {sign.strip() for sign in _LOST.findall(text)}
    if signs and "\u0e4d\u0e32" in text:  # also typed by some, so it never counts alone
        signs.add("\u0e4d\u0e32")
    return len(signs) >= _FEWEST_LOST


def mended(text: str) -> str:
    """Give the recognised text with its office words as they are written, without specks, and with the marks that it lost."""
    text = _SPECKS.sub(_numbers_only, text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _BESIDE.sub("", text)
    text = _COUNT.sub("จำนวน", _BEFORE_A_MONTH.sub(r"\1", text))
    text = _OFFICE.sub(lambda match: _MEANT[_bare(match.group())], text)
    text = _THE_DAY.sub(r"วันที่\1", text)
    text = _AT_A_LINE.sub(lambda match: match[1] + _MEANT[_bare(match[2])], text)
    text = _BEFORE_A_NUMBER.sub("ที่", text)
    for pattern, word in _LATIN:
        text = pattern.sub(word, text)
    text = re.sub("\u0e4d([\u0e48-\u0e4b]?)\u0e32", "\\1\u0e33", text)
    return _closed(restored(text))


def _numbers_only(line: re.Match[str]) -> str:
    """A line of short pieces where all are numbers, as of a table. Else nothing."""
    pieces = line[0].split()
    return line[0] if all(_NUMBER.fullmatch(piece.strip(".,-")) for piece in pieces) else ""


def _closed(text: str) -> str:
    """Give the text without the gaps that a tall line height leaves after lines as long as the page is wide."""
    lines = text.split("\n")
    width = max((len(line) for line in lines if len(line) < 160), default=0)
    if width < _NARROWEST:
        return text
    kept = [
        line
        for number, line in enumerate(lines)
        if line.strip(" \t") or not number or len(lines[number - 1].rstrip()) < width * _FULL
    ]
    return "\n".join(kept)
