"""Cleaning text, looking at it as lines, and joining wrapped lines into flowing paragraphs.

Three views of the same text: `clean` is what people see and what spans index; the folded text has the same length with Arabic
digits and plain spaces and dashes, so that one rule reads both kinds of digits; a `Flow` joins wrapped lines and maps back.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from saduak.correspondence.reading.dates import MONTH
from saduak.correspondence.reading.model import Span

_DIGITS = dict(zip(map(ord, "๐๑๒๓๔๕๖๗๘๙"), "0123456789", strict=True))
_SPACES = dict.fromkeys([0x09, 0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " ")
_DASHES = dict.fromkeys([*range(0x2010, 0x2016), 0x2212, 0xFE58, 0xFF0D], "-")
_FOLD = {**_DIGITS, **_SPACES, **_DASHES}

# Old Thai fonts put shifted vowels and tone marks into the private-use area; PDF text layers still carry them.
_PRIVATE = {
    0xF700: "ฐ", 0xF701: "ิ", 0xF702: "ี", 0xF703: "ึ", 0xF704: "ื", 0xF705: "่", 0xF706: "้", 0xF707: "๊", 0xF708: "๋",
    0xF709: "์", 0xF70A: "่", 0xF70B: "้", 0xF70C: "๊", 0xF70D: "๋", 0xF70E: "์", 0xF70F: "ญ", 0xF710: "ั", 0xF711: "ํ",
    0xF712: "็", 0xF713: "่", 0xF714: "้", 0xF715: "๊", 0xF716: "๋", 0xF717: "์", 0xF718: "ุ", 0xF719: "ู", 0xF71A: "ฺ",
}  # fmt: skip
_CONTROLS = dict.fromkeys(
    [*(code for code in range(0x20) if code not in (0x09, 0x0A, 0x0C)), *range(0x7F, 0xA0), 0xAD, *range(0x200B, 0x2010),
     *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF, 0xFFFE, 0xFFFF],
)  # fmt: skip
_REMAP = {**_CONTROLS, **_PRIVATE, 0x0B: "\n", 0x85: "\n", 0x2028: "\n", 0x2029: "\n"}
_SURROGATES = re.compile("[\ud800-\udfff]")
_SARA_AM = re.compile("ํ([่-๋]?)า")
# Some writers of PDF repeat a syllable's first half (สิ่สิ่ง, ทั้ทั้งนี้); these vowels never end a syllable, so no word does that.
_STUTTER = re.compile("([ก-ฮ](?:[ัิึื][่-๋]|[ิุ]?์))\\1")
_ESCAPED = re.compile(r"\\([*_.#+\-\[\]()`~>!|\\])")
_MARKDOWN_LINK = re.compile(r"\[([^\[\]\n]{1,300})\]\(([^()\s]{1,500})\)")
_ANGLE_LINK = re.compile(r"<((?:https?://|mailto:|www\.)[^<>\s]{1,500})>")
_ANCHOR = re.compile(r"<a\s[^<>]{0,600}>([^<>]{0,400})</a>", re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|/p|/tr|/div|/li|/h\d)\s?/?>", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:a|b|i|u|p|em|strong|span|div|table|thead|tbody|tr|td|th|ul|ol|li|h\d)(?:\s[^<>]{0,300})?>",
    re.IGNORECASE,
)
_BOLD = re.compile(r"(?<!\*)\*\*([^*\n]{1,300})\*\*(?!\*)")
_HEADING = re.compile(r"^#{1,6}[ \t]+", re.MULTILINE)
_TABLE_ROW = re.compile(r"^[ \t]*\|(.{1,2000})\|[ \t]*$", re.MULTILINE)
_TABLE_RULE = re.compile(r"^[ \t]*\|(?:[ \t]*:?-{2,}:?[ \t]*\|){1,50}[ \t]*$", re.MULTILINE)
_RUNS = re.compile(r"\s+")
# Composing sorts the marks over a letter, which takes the square of their number; no script stacks thirty (Unicode's own limit for streams).
_MOST_MARKS = 30
_MANY_MARKS = re.compile(rf"[^\w\s]{{{_MOST_MARKS + 1},}}")
_LINE = re.compile(r"[^\n]+")


def _link_text(match: re.Match[str]) -> str:
    label, target = match.group(1), match.group(2)
    bare = re.sub(r"^https?://|/$", "", target)
    return label if bare in label or not re.match(r"https?://|www\.", target) else f"{label} ({target})"


def _fewer_marks(match: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for char in match.group():
        marks = marks + 1 if unicodedata.category(char).startswith("M") else 0
        if marks <= _MOST_MARKS:
            kept.append(char)
    return "".join(kept)


def clean(raw: str) -> str:
    """Give the text that people see: one kind of line end, composed Thai, no mark-up, no invisible characters."""
    text = raw.replace("\r\n", "\n").replace("\r", "\n").translate(_REMAP)
    text = _SURROGATES.sub("", text)
    text = unicodedata.normalize("NFC", _MANY_MARKS.sub(_fewer_marks, text))
    text = _SARA_AM.sub(r"\1ำ", text).replace("เเ", "แ")
    text = _STUTTER.sub(r"\1", text)
    if "\\" in text:
        text = _ESCAPED.sub(r"\1", text)
    if "](" in text:
        text = _MARKDOWN_LINK.sub(_link_text, text)
    if "<" in text:
        text = _ANGLE_LINK.sub(r"\1", text)
        text = _ANCHOR.sub(r"\1", text)
        text = _TAG.sub("", _BREAK.sub("\n", text))
    if "**" in text:
        text = _BOLD.sub(r"\1", text)
    if "#" in text:
        text = _HEADING.sub("", text)
    if "|" in text:
        text = _TABLE_RULE.sub("", text)
        text = _TABLE_ROW.sub(lambda row: row.group(1).replace("|", "\t").strip(), text)
    return text


def fold(text: str) -> str:
    """Give the text at the same length with Arabic digits, plain spaces and plain dashes."""
    return text.translate(_FOLD)


def tidy(text: str) -> str:
    """Give a value fit to show: Arabic digits and single spaces."""
    return _RUNS.sub(" ", fold(text)).strip()


@dataclass(frozen=True, slots=True)
class Line:
    """One line, stripped and folded; `start` and `end` index the cleaned text."""

    start: int
    end: int
    text: str
    page_end: bool = False  # a page ends here: blank, yet no gap in what is written

    @property
    def blank(self) -> bool:
        """Tell whether nothing stands on the line."""
        return not self.text


class Sheet:
    """A cleaned text with its folded twin and its lines."""

    def __init__(self, raw: str) -> None:
        """Clean the raw text and cut it into lines."""
        self.text = clean(raw)
        self.recognised = False  # whoever knows that it comes from a picture says so
        self.lines: list[Line] = []
        self.reread(fold(self.text))

    def reread(self, folded: str) -> None:
        """Take another folded twin of the same length, and cut it into lines."""
        self.folded = folded
        self.lines = []
        position = 0
        for piece in self.folded.split("\n"):
            stripped = piece.strip()
            start = position + (len(piece) - len(piece.lstrip())) if stripped else position
            self.lines.append(Line(start, start + len(stripped), stripped, "\f" in piece))
            position += len(piece) + 1
        self._bridge_pages()

    def _bridge_pages(self) -> None:
        """Take page numbers and catchwords from between the pages, with the gaps around them: the text goes on."""
        for index, line in enumerate(self.lines):
            if not _PAGE_MARK.match(line.text):
                continue
            self.lines[index] = Line(line.start, line.start, "", page_end=True)
            for step in (-1, 1):
                place = index + step
                while (
                    0 <= place < len(self.lines)
                    and self.lines[place].blank
                    and not self.lines[place].page_end
                ):
                    blank = self.lines[place]
                    self.lines[place] = Line(blank.start, blank.end, "", page_end=True)
                    place += step


_PAGE_MARK = re.compile(r"-\s?\d{1,3}\s?-$|/\s?\S.{0,60}(?:\.{2,}|…)$")
_THAI = re.compile(r"[฀-๿]")
_NEW_PARAGRAPH = re.compile(
    r"(?:\d{1,2}(?:\.\d{1,2}){0,3}(?:[.)]?\s|[.)](?=[ก-๙]))|\(\d{1,2}\)|[-•*]\s|"
    r"(?:ทั้งนี้|จึงเรียน|จึงแจ้ง|จึงขอ|จึงประกาศ|จึงมีคำสั่ง|ในการนี้|สำหรับ|อนึ่ง|ด้วย|เนื่องจาก|เนื่องด้วย|ตามที่|เพื่อให้|เพื่อเป็นการ|ข้อ\s?\d|(?:โดย)?(?:ให้)?มี(?:อำนาจ)?(?:และ)?หน้าที่)|"
    r"(?:เรื่องเดิม|ข้อเท็จจริง|ข้อกฎหมาย|ข้อพิจารณา|ข้อเสนอ|ความเห็น))"
)
# A number that the line before leads to, or a day with its month, is no item's number.
_LEADS_TO_A_NUMBER = re.compile(
    r"(?:(?<!หน้า)(?<!พื้น)(?<!สถาน)ที่|ถึง|ระหว่าง|ภายใน|เวลา|จำนวน|พ\.ศ\.|มาตรา|หมายเลข|ห้องประชุม|ห้อง|ชั้น|อาคาร|รุ่น|ลำดับ|โทร\.?|โทรสาร|และ|[-–,])$"
)
_A_DAY = re.compile(rf"\d{{1,2}}\s{{0,2}}(?:(?:-|ถึง)\s{{0,2}}\d{{1,2}}\s{{0,2}})?(?:เดือน\s?)?{MONTH}")
# Words before which a writer leaves a space, so that the end of a line stands for it.
_AFTER_A_SPACE = re.compile(
    r"(?:โดย(?!สาร)|เพื่อ|ซึ่ง|ณ\s|ตั้งแต่|ระหว่าง|ภายใน|พร้อม(?!ใจ)|ตามวัน|และ(?=ขอ|ให้|โปรด|แจ้ง|ส่ง|จัดส่ง|รายงาน|มอบ)|ขอ(?=ให้|เชิญ|ความ|เรียน|ได้)|โปรด|กรุณา|"
    r"ให้(?=กรม|จังหวัด|อำเภอ|หน่วย|สำนัก|กอง|องค์กร|ส่วนราชการ|โรงเรียน|เทศบาล|ท่าน|ผู้|ท้องถิ่น|นายอำเภอ|ปลัด|เจ้าหน้าที่|คณะ|หัวหน้า|ทุก|บุคลากร|ข้าราชการ))"
)
# No paragraph begins so, whatever gap a recognised page shows; nor after a word that leads on.
_GOES_ON = re.compile(
    r"(?:โดย(?!ที่|สาร)|และ|หรือ|ซึ่ง|รวมทั้ง|ตลอดจน|พร้อมทั้ง|ทราบ|ภายในวันที่|ลงวันที่|ถึงวันที่|ระหว่างวันที่|ณ\s|ของ|แก่|กับ|จาก(?!การ)|มาเพื่อ|นั้น$|"
    rf"ทาง(?:ไปรษณีย์|โทรสาร|โทรศัพท์|เว็บไซต์|ระบบ)|ผ่าน(?:ทาง|ระบบ)|{MONTH})"
)
_LEADS_ON = re.compile(r"(?:และ|หรือ|ของ|ให้|จะ|เพื่อ|โดย|กับ|ซึ่ง|แก่|จาก|ขอ|ทุก|ผู้|ระหว่าง|ภายใน|วันที่|ในวัน)$")
_PAGE_NOISE = re.compile(r"(?:-\s?)?\d{1,3}(?:\s?-)?$|/\s?\S.{0,60}(?:\.{2,}|…)$|[-*_=.]{3,}$")
_WRAP_FLOOR = 40  # a wrapped line is long; a short one ended where its writer ended it
_WIDEST = 160  # a printed line is shorter; a longer one is a whole paragraph
_PAGE_WIDE = 60  # from this width on, lines were wrapped by a page
_FULL = 0.7  # a line well short of the text's width ends its paragraph
_ALMOST_FULL, _MANY_FULL, _MOST_GAPS = 0.8, 0.4, 0.8
_RECALL_ENDS = re.compile(r"(?:\s|แล้ว)นั้น$")
_FEWEST_LINES = 5  # from which on it shows whether a gap stands after every line


class Flow:
    """Lines joined into paragraphs (one a line), with a way back to the cleaned text."""

    def __init__(self, lines: Iterable[Line]) -> None:
        """Join the lines: blank lines and paragraph openers start a new paragraph."""
        lines = list(lines)
        self._width = max((len(line.text) for line in lines if len(line.text) <= _WIDEST), default=0)
        spaced = self._spaced(lines)
        pieces: list[str] = []
        self._starts: list[int] = []
        self._origins: list[int] = []
        length, previous, gap = 0, "", False
        for line in lines:
            if line.blank:
                gap = gap or not (line.page_end or spaced)
                continue
            if _PAGE_NOISE.match(line.text):
                continue
            joint = ""
            if previous:
                joint = self._joint(previous, line.text, gap=gap)
            pieces.append(joint + line.text)
            self._starts.append(length + len(joint))
            self._origins.append(line.start)
            length += len(joint) + len(line.text)
            previous, gap = line.text, False
        self.text = "".join(pieces)

    def _spaced(self, lines: list[Line]) -> bool:
        """Tell whether a gap stands after every line of wrapped text, so that gaps say nothing about paragraphs."""
        written = [line for line in lines if not line.blank]
        if len(written) < _FEWEST_LINES or any(len(line.text) > _WIDEST for line in written):
            return False
        gaps = sum(before.blank != line.blank and line.blank for before, line in pairwise(lines))
        full = sum(len(line.text) >= self._width * _ALMOST_FULL for line in written)
        return gaps >= _MOST_GAPS * (len(written) - 1) and full >= _MANY_FULL * len(written)

    def _joint(self, previous: str, text: str, *, gap: bool) -> str:
        leads_on = _GOES_ON.match(text) or (_LEADS_ON.search(previous) and not gap)
        if leads_on and len(previous) <= _WIDEST and not _RECALL_ENDS.search(previous):
            return " "
        if gap or len(previous) > _WIDEST or _RECALL_ENDS.search(previous):
            return "\n"
        if text[0].isdigit() and (_LEADS_TO_A_NUMBER.search(previous) or _A_DAY.match(text)):
            return " "
        if _NEW_PARAGRAPH.match(text):
            return "\n"
        if self._width >= _PAGE_WIDE and len(previous) < self._width * _FULL:
            return "\n"
        if len(previous) < _WRAP_FLOOR:
            return " "
        joined = _THAI.match(previous[-1]) and _THAI.match(text[0]) and not _AFTER_A_SPACE.match(text)
        return "" if joined else " "

    def at(self, position: int) -> int:
        """Give the place in the cleaned text of a place in the flow."""
        if not self._starts:
            return 0
        piece = max(0, bisect_right(self._starts, position) - 1)
        return self._origins[piece] + max(0, position - self._starts[piece])

    def span(self, start: int, end: int) -> Span:
        """Give the span in the cleaned text of a span in the flow."""
        if end <= start:
            here = self.at(start)
            return here, here
        return self.at(start), self.at(end - 1) + 1
