"""The end of a document: closing words, signer, owner unit, and a date that stands there (orders, stamped letters)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from saduak.correspondence.reading.dates import first_date
from saduak.correspondence.reading.model import Document
from saduak.correspondence.reading.text import Flow, Line
from saduak.correspondence.reading.words import (
    ACTING,
    CLOSING,
    HOLDER_LINE,
    ISSUED_ON,
    PERSON,
    PHONE_LABEL,
    UNIT_LINE,
)

_SIGNED = re.compile(
    r"[^ก-๙(]{0,5}(?:(?:ลงชื่อ|ลงนาม|\(\s?ลงชื่อ\s?\)|\(\s?ลงนาม\s?\))[\s.…_]{0,60})?(?P<rank>[ก-๙][ก-๙. ]{1,30}?)?[\s.…_]{0,90}"
    r"\(\s?(?P<name>[^()\d]{3,90}?)\s?\)\s{0,9}(?P<rest>.*)$"
)
# A rank or title that stands before the brackets, or alone on the line above: the name in them has none then.
_RANK = re.compile(
    r"(?:ว่าที่\s?)?(?:พล|พัน|ร้อย|สิบ|จ่า|ดาบ|นาวา|เรือ|นาย(?:กอง|หมวด|หมู่)|[พรสจดน]\.|ม\.|หม่อม|ดร\.|(?:รอง|ผู้ช่วย)?ศาสตราจารย์|[ศ]\.|ผศ\.|รศ\.|"
    r"นาย|นาง|นพ\.|พญ\.|แพทย์|ทันตแพทย์|เภสัชกร|คุณ)[ก-๙. ]{0,30}[\s.…_]*$"
)
_SIGN = re.compile(r"\(?\s?ลง(?:ชื่อ|นาม)\s?\)?[\s.…_]*")
_NOT_POSITION = re.compile(r"(?:เรียน|เรื่อง|อนุมัติ|ทราบ|ชอบ|มอบ|สำเนา|สิ่งที่)")
_DOTS = re.compile(r"[\s…_]*(?:\.{2,}[\s.…_]*)?$")  # where the signature goes
_BARE_NAME = re.compile(r"[ก-ฮเแโใไ][ก-๙.]{1,30}(?:\s+[ก-ฮเแโใไ][ก-๙]{1,30}){1,4}$")
_NO_NAME = re.compile(r"ลงชื่อ|ลายมือชื่อ|ลงนาม|ลายเซ็น|ลายมือ|[.…_]{3,}")
_PURPOSE = re.compile(
    r"(?:(?:จึง(?:ขอ)?(?:ได้)?\s?|(?<=\n)|^)(?:กราบ)?(?:เรียน|แจ้ง|ประกาศ|นมัสการ|ทูล|เสนอ)(?:เชิญ)?\s?มา(?:ยังท่าน|ให้ทราบ)?\s?)(?P<purpose>(?:เพื่อ|ขอ)?[^\n]{2,200})|"
    r"จึง(?:ขอ)?(?:เรียน|แจ้ง)มา(?P<bare>(?=\s|$))|จึงประกาศ(?:ให้|มาเพื่อ)?(?P<announced>ทราบโดยทั่วกัน|ให้ทราบโดยทั่วกัน)"
)
_NUMBERED = re.compile(r"\d{1,2}[.)]\s?")
_SENT_FOR = re.compile(
    r"(?:ส่ง|แจ้ง|เรียน)[^\n]{1,200}?มา(?:ให้|ยัง)?(?:ท่าน)?\s?(?P<purpose>เพื่อ(?:โปรด)?(?:ทราบ|พิจารณา|ดำเนินการ|ถือ|ใช้|ประกอบ)[^\n]{0,150})"
)
_PURPOSE_GOES_ON = re.compile(r"(?:และ(?!ขอ)|พร้อม(?:ทั้ง|กับ)|รวมทั้ง|ตลอดจน|หรือ|เวลา|สถานที่)")
# The line above goes on: what follows is its day, not the letter's.
_LEADS_TO_A_DAY = re.compile(r"(?:วัน(?:[ก-๙]{3,12})?ที่|ภายใน|ถึง|ระหว่าง|ตั้งแต่|ก่อน|และ|(?<!-)-)$")
_AFTER_DATE = 6  # letters of a year that cannot be read
_POSITION_LIMIT = 90
_TAIL_REACH = 40


@dataclass(slots=True)
class Tail:
    """Where the body ends (index of the first tail line) and which lines the signature takes."""

    start: int
    signed: set[int]


@dataclass(frozen=True, slots=True)
class _Signed:
    """A signature's name as printed, where it stands, and what follows it on the line."""

    name: str | None
    start: int
    end: int
    rest: Line | None


def _signature(lines: list[Line], index: int) -> _Signed | None:
    """Read `(นาย…)`, or a name without a title under or after a rank; `(ลงชื่อ)` is a signature without a name."""
    line = lines[index]
    match = _SIGNED.match(line.text) if "(" in line.text and len(line.text) <= 200 else None
    if not match:
        return None
    rank = match["rank"].strip() if match["rank"] else ""
    if rank and not _RANK.match(rank):
        return None
    name, start = match["name"], line.start + match.start("name")
    rest = Line(line.start + match.start("rest"), line.end, match["rest"]) if match["rest"] else None
    if _NO_NAME.search(name):
        return _Signed(None, start, line.start + match.end("name"), rest)
    if not PERSON.match(name):
        if not rank and (above := _rank_above(lines, index)) is not None:
            rank, start = above.text, above.start
        if not rank or not _BARE_NAME.match(name):
            return None
        if start > line.start:
            start = line.start + match.start("rank")
    elif rank.startswith(("ลง", "(")) or PERSON.match(name):
        rank = ""
    shown = f"{_DOTS.sub('', rank)} {name}"
    return _Signed(re.sub(r"\s+", " ", shown).strip(), start, line.start + match.end("name"), rest)


def _rank_above(lines: list[Line], index: int) -> Line | None:
    """Give the rank on the line above a name in brackets; the name may stand after it, as it is signed."""
    for line in reversed(lines[max(0, index - 4) : index]):
        if line.blank:
            continue
        sign = _SIGN.match(line.text)
        offset = sign.end() if sign else 0
        text = line.text[offset:]
        name = lines[index].text.strip("() ")
        if len(name) > 3 and text.endswith(name):
            text = text.removesuffix(name).rstrip()
        above = Line(line.start + offset, line.start + offset + len(text), text)
        return above if len(text) <= 60 and _RANK.match(text) else None
    return None


def _unbracketed(lines: list[Line], index: int) -> _Signed | None:
    """Read a printed name without brackets: a titled name above a position."""
    line = lines[index]
    if len(line.text) > 60 or not PERSON.match(line.text) or not _BARE_NAME.match(line.text):
        return None
    below = next((other.text for other in lines[index + 1 : index + 4] if not other.blank), "")
    if not HOLDER_LINE.match(below) and not ACTING.match(below):
        return None
    return _Signed(line.text, line.start, line.end, None)


def find_tail(document: Document, lines: list[Line], body_at: int) -> Tail:
    """Find where the body ends: closing words, the issue line, a signature, or the paragraph of purpose."""
    purpose_end: int | None = None
    for index in range(body_at, len(lines)):
        text = lines[index].text
        if CLOSING.match(text) or ISSUED_ON.match(text):
            return Tail(index, set())
        if _signature(lines, index):
            return Tail(index if _rank_above(lines, index) is None else _line_above(lines, index), set())
        numbered = _NUMBERED.match(text)
        if _PURPOSE.match(text, numbered.end() if numbered else 0):
            purpose_end = index
        elif (
            document.kind == "stamped"
            and len(text) <= 80
            and not text.startswith(("วัน", "ตั้งแต่"))
            and index > body_at
        ):
            hit = first_date(text) if any(char.isdigit() for char in text) else None
            alone = hit and hit.start == 0 and len(text) - hit.end <= _AFTER_DATE and not hit.is_range
            if alone and not _LEADS_TO_A_DAY.search(lines[_line_above(lines, index)].text):
                return Tail(_agency_above(lines, index, body_at), set())
        if purpose_end is not None and index > purpose_end + 6 and document.kind == "memo":
            break
    if purpose_end is None:
        return Tail(len(lines), set())
    end = purpose_end + 1
    while end < len(lines) and not lines[end].blank:
        end += 1
    return Tail(end, set())


def _line_above(lines: list[Line], index: int) -> int:
    return next((above for above in range(index - 1, -1, -1) if not lines[above].blank), index)


def _agency_above(lines: list[Line], index: int, floor: int) -> int:
    for above in range(index - 1, max(floor, index - 6), -1):
        if not lines[above].blank and not lines[above].text.startswith("("):
            return above if UNIT_LINE.match(lines[above].text) and len(lines[above].text) <= 80 else index
    return index


def read_purpose(document: Document, flow: Flow) -> None:
    """Read the closing words (`จึงเรียนมาเพื่อ…`), up to the clause that says something new."""
    last = None
    for match in _PURPOSE.finditer(flow.text):
        last = match
    if last is None and document.kind == "stamped":
        last = _SENT_FOR.search(flow.text)
    if last is None:
        return
    group = "purpose" if last["purpose"] else "announced"
    words = last[group]
    if not words:
        return
    end = 0
    for piece in re.finditer(r"\S+", words):
        if end and not _PURPOSE_GOES_ON.match(piece.group()):
            break
        end = piece.end()
    end = _whole(words, end)
    document.purpose = words[:end].rstrip(" .")
    document.spans["purpose"] = flow.span(last.start(group), last.start(group) + end)


def _whole(words: str, end: int) -> int:
    """Where the closing words end: not between those who are to be told and ทราบ, and before a slash with other words."""
    told = words.rfind("แจ้ง", 0, end)
    if told >= 0 and "ทราบ" not in words[told:end]:
        known = re.compile(r"[^\n]{0,140}?ทราบ\S*").match(words, end)
        end = known.end() if known else end
    slash = words.find("/จึง", 0, end)
    return slash if slash > 0 else end


def read_signer(document: Document, lines: list[Line], tail: Tail) -> None:
    """Read the signer's name in brackets and the position lines under it."""
    for index in range(tail.start, min(len(lines), tail.start + _TAIL_REACH)):
        signed = _signature(lines, index) or _unbracketed(lines, index)
        if not signed:
            continue
        tail.signed.add(index)
        if signed.name is None and _named_below(lines, index):
            continue
        if signed.name is not None:
            document.signer.name = signed.name
            document.spans["signer.name"] = (signed.start, signed.end)
        _position(document, lines, index + 1, [signed.rest] if signed.rest else [], tail)
        return
    for index in range(tail.start, min(len(lines), tail.start + 12)):
        if HOLDER_LINE.match(lines[index].text) and len(lines[index].text) <= _POSITION_LIMIT:
            _position(document, lines, index, [], tail)
            return


def _named_below(lines: list[Line], index: int) -> bool:
    """Tell whether the printed name in brackets follows a line that only says `(ลงชื่อ)`."""
    below = (_signature(lines, place) for place in range(index + 1, min(len(lines), index + 4)))
    return any(signed and signed.name is not None for signed in below)


def _position(document: Document, lines: list[Line], start: int, parts: list[Line], tail: Tail) -> None:
    gap = False
    for index in range(start, min(len(lines), start + 8)):
        line = lines[index]
        if line.blank:
            gap = True
            continue
        expected = not parts or bool(
            ACTING.search(parts[-1].text) and parts[-1].text.endswith(("แทน", "ตำแหน่ง", "การ", "หน้าที่"))
        )
        starts_acting = bool(ACTING.match(line.text))
        wrapped = not gap and not UNIT_LINE.match(line.text)
        odd = (
            len(line.text) > _POSITION_LIMIT
            or PHONE_LABEL.match(line.text)
            or first_date(line.text)
            or "(" in line.text[:1]
            or _NOT_POSITION.match(line.text)
        )
        if odd or not (expected or starts_acting or wrapped) or len(parts) >= 4:
            break
        if not parts and not (
            HOLDER_LINE.match(line.text) or starts_acting or not UNIT_LINE.match(line.text)
        ):
            break
        parts.append(line)
        tail.signed.add(index)
        gap = False
    if parts:
        document.signer.position = " ".join(part.text for part in parts)
        document.spans["signer.position"] = (parts[0].start, parts[-1].end)


def read_owner_unit(document: Document, lines: list[Line], tail: Tail) -> None:
    """Read the unit in charge: the unit names right above the telephone line, else right under the position."""
    phone_at = next((n for n in range(tail.start, len(lines)) if PHONE_LABEL.match(lines[n].text)), None)
    inline = next((n for n in range(tail.start, len(lines)) if _unit_with_phone(lines[n].text)), None)
    if inline is not None and (phone_at is None or inline < phone_at):
        units = [*_units_above(lines, inline, tail), _without_phone(lines[inline])]
    elif phone_at is not None:
        units = _units_above(lines, phone_at, tail)
    else:
        units = _units_below(lines, tail)
    if units:
        document.owner_unit = " ".join(line.text for line in units)
        document.spans["owner_unit"] = (units[0].start, units[-1].end)


def _units_above(lines: list[Line], at: int, tail: Tail) -> list[Line]:
    units: list[Line] = []
    for index in range(at - 1, max(tail.start - 1, at - 12), -1):
        if lines[index].blank:
            continue
        if index in tail.signed or not _unit_name(lines[index].text):
            break
        units.insert(0, lines[index])
    return units


def _units_below(lines: list[Line], tail: Tail) -> list[Line]:
    units: list[Line] = []
    if not tail.signed:
        return units
    last = max(tail.signed)
    for line in lines[last + 1 : last + 8]:
        if line.blank:
            continue
        if not _unit_name(line.text) or len(units) >= 3:
            break
        units.append(line)
    return units


def _without_phone(line: Line) -> Line:
    cut = PHONE_LABEL.search(line.text)
    text = line.text[: cut.start()].rstrip() if cut else line.text
    return Line(line.start, line.start + len(text), text)


def _unit_name(text: str) -> bool:
    return (
        len(text) <= 90 and bool(UNIT_LINE.match(text)) and not first_date(text) and not CLOSING.match(text)
    )


def _unit_with_phone(text: str) -> bool:
    match = PHONE_LABEL.search(text)
    return bool(match and match.start() and len(text) <= 160 and UNIT_LINE.match(text))


def read_late_date(document: Document, lines: list[Line], tail: Tail) -> None:
    """Read the date that orders, announcements and stamped letters carry at their end, and a stamped letter's agency."""
    if document.date is not None and document.kind != "stamped":
        return
    for index in range(tail.start, min(len(lines), tail.start + _TAIL_REACH)):
        line = lines[index]
        hit = first_date(line.text) if len(line.text) <= 120 else None
        if document.kind == "stamped" and document.issuer is None and _unit_name(line.text):
            document.issuer = line.text
            document.spans["issuer"] = (line.start, line.end)
            tail.signed.add(index)
        if hit and not hit.is_range and (ISSUED_ON.match(line.text) or document.kind == "stamped"):
            if document.date is None:
                document.date = hit.first
                document.spans["date"] = (line.start + hit.start, line.start + hit.end)
            tail.signed.add(index)
            return
