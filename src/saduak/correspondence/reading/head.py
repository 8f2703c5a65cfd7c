"""The head of a document: number, date, issuer, subject, addressees, references, attachments; and where the body begins."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from saduak.correspondence.reading.bundle import Piece, read_number_line
from saduak.correspondence.reading.dates import DateHit, find_dates, first_date
from saduak.correspondence.reading.model import Document, Reference, Span
from saduak.correspondence.reading.numbers import LetterNumber, match_any_number
from saduak.correspondence.reading.text import Flow, Line
from saduak.correspondence.reading.words import (
    CLOSING,
    HOLDER,
    ISSUED_ON,
    OFFICE_LABEL,
    OPENER,
    PHONE_LABEL,
    SECRECY,
    UNIT,
    UNIT_LINE,
    URGENCY,
)

_FIELD = re.compile(
    r"(?:(?P<subject>เรื่อง(?!เดิม|ที่|ราว|นี้|ดังกล่าว))|(?P<recipients>(?:กราบ)?เรียน(?:\s?/\s?(?:กราบ)?เรียน)?(?!รู้|มา|ว่า|เชิญ)|นมัสการ|กราบทูล|ถึง(?=\s))|"
    r"(?P<references>อ้างถึง|อ้าง(?:อิง)?(?=\s))|(?P<attachments>(?:สิ่ง|เอกสาร)ที่(?:ส่ง|แนบ)มา(?:ด้วย|พร้อม(?:นี้)?)(?!\s?(?:สามารถ|ได้))))\s?[:：]?\s*"
)
_CONTINUES = re.compile(r"(?:จำนวน|ลงวันที่|\(?\d{1,2}[.)]\s|และ|ที่\s|ประจำปี|\()")
_NUMBERED = re.compile(r"\(?(\d{1,2})[.)]\s?(?=\D)")
_ITEM = re.compile(r"(?:^|\s)(\d{1,2})[.)]\s?(?=\D)")
_ADDRESS = re.compile(
    r"\s{2,}(?=ศาลากลาง|อาคาร|ที่ว่าการ|ทำเนียบ)|\s+(?:ถนน|ถ\.|ตำบล|ต\.|เลขที่|หมู่|ม\.\s?\d|แขวง|เขต|อำเภอ|อ\.|ซอย|อาคาร|ชั้น|กทม|กรุงเทพ|\d)"
)
_ADDRESS_LINE = re.compile(r"(?:ถนน|ถ\.|ตำบล|ต\.|เลขที่|หมู่|แขวง|ซอย|อาคาร|ชั้น|กทม|\d)")
_MARK = re.compile(rf"[(\[\s-]*(?:(?P<urgency>{URGENCY})|(?P<secrecy>{SECRECY}))[)\]\s-]*$")
_DATE_LABEL = re.compile(r"(?:วันที่\s?)?")
_ORDER_TITLE = re.compile(r"(?:คำสั่ง|ประกาศ)\s?(.*)")
_MARKED_HEAD = 40  # lines in which marks may stand
_LONG_LINE = 100
_SHORTEST_AGENCY = 6
_LONGEST_FIELD = 60  # lines of one field that are looked at
_MOST_REFERENCES = 100
_OFFICE = re.compile(rf"{OFFICE_LABEL}\s?:?\s")
_BESIDE_NUMBER = re.compile(rf"[^\s].{{0,20}}\d[^\n]{{0,30}}?\s{{3,80}}(?={UNIT})")
_BUILDING = re.compile(r"(?:ศาลากลาง\s?(จังหวัด\s?[ก-๙]+)|ที่ว่าการ\s?((?:กิ่ง)?อำเภอ\s?[ก-๙]+))$")
_SPLIT_NAMES = re.compile(
    rf"\s*[,;]\s*|\s+/\s+|(?<!หรือ)\s+(?:และ\s?)?(?={HOLDER})|(?<=[ก-๙])และ(?={HOLDER})|\s+และ\s?(?=[ก-๙])(?!การ|ความ)|(?<=[ก-๙])/(?={HOLDER})"
)
_REPAIRS = {"องค้การ": "องค์การ"}  # readings of ์ as ้ that are no Thai word
_MARKUP_DOTS = re.compile(r"[.…_]{3,}")


@dataclass(slots=True)
class Head:
    """What the head walk gathers besides the document's own fields."""

    body_at: int
    number: LetterNumber | None = None
    number_printed: bool = False
    repaired: list[tuple[str, str]] = field(default_factory=list)
    dates: list[DateHit] = field(default_factory=list)


@dataclass(slots=True)
class _Field:
    """One labelled field: the lines of its value."""

    name: str
    pieces: list[Line]

    @property
    def span(self) -> Span:
        return self.pieces[0].start, self.pieces[-1].end

    def value(self) -> str:
        if self.name == "recipients":  # one addressee a line is common, so a line end separates
            return re.sub(r"\s+", " ", " ".join(piece.text for piece in self.pieces)).strip()
        return re.sub(r"\s+", " ", Flow(self.pieces).text).strip()


def _after(line: Line, offset: int) -> Line:
    text = line.text[offset:]
    lead = len(text) - len(text.lstrip())
    return Line(line.start + offset + lead, line.end, text.strip())


def _fields(lines: list[Line], start: int, document: Document) -> tuple[list[_Field], int]:
    """Walk the labelled fields from `start`; give them and the index at which the body begins."""
    agency = re.sub(r"\s\(.*", "", document.issuer or "")
    found: list[_Field] = []
    current: _Field | None = None
    gap = False
    for index in range(start, len(lines)):
        line = lines[index]
        if line.blank:
            gap = True
            continue
        label = _FIELD.match(line.text)
        name = label.lastgroup if label else None
        if name and label and name not in {item.name for item in found}:
            current = _Field(name, [_after(line, label.end())])
            found.append(current)
        elif current is not None:
            if _body_begins(line.text, current, document.kind, gap=gap) or (
                len(agency) >= _SHORTEST_AGENCY and line.text.startswith(agency) and current.pieces[0].text
            ):
                return found, index
            current.pieces.append(line)
        elif index - start > _MARKED_HEAD:
            return found, start
        gap = False
    return found, len(lines) if found else start


def _body_begins(text: str, current: _Field, kind: str, *, gap: bool) -> bool:
    if CLOSING.match(text) or ISSUED_ON.match(text):
        return True
    if not current.pieces[-1].text and len(current.pieces) == 1:
        return False  # the label stands alone, its value on the next line
    name = current.name
    if name in {"references", "attachments"} and _begins_numbers(text, current):
        return True
    bodiless = kind in {"order", "announcement", "other"}
    if OPENER.match(text) and (name != "subject" or bodiless or gap):
        return True
    if gap and _NUMBERED.match(text):
        return not _next_item(text, current)
    if gap:
        return not (
            _CONTINUES.match(text)
            and (name != "recipients" or text.startswith("และ"))
            and len(text) <= _LONG_LINE * 2
        )
    if name == "recipients":
        return len(text) > _LONG_LINE or (bool(re.match(r"\d", text)) and not _next_item(text, current))
    return name == "subject" and len(current.pieces) >= 4


def _begins_numbers(text: str, current: _Field) -> bool:
    """Tell whether a first item stands under a value without numbers: the body's, not the field's."""
    match = _NUMBERED.match(text)
    if not match or int(match[1]) != 1 or not current.pieces[0].text:
        return False
    return not any(_NUMBERED.match(piece.text) for piece in current.pieces[:_LONGEST_FIELD])


def _next_item(text: str, current: _Field) -> bool:
    """Tell whether a line begins the next item of a numbered field."""
    match = _NUMBERED.match(text)
    if match is None:
        return False
    last = current.pieces[-_LONGEST_FIELD:]
    numbers = [int(found[1]) for piece in last if (found := _NUMBERED.match(piece.text))]
    return int(match[1]) == (numbers[-1] + 1 if numbers else 1) and bool(
        numbers or not current.pieces[0].text
    )


def _items(value: str) -> list[str]:
    """Split a numbered list (1. … 2. …) into its items; one item when it is not numbered."""
    cuts: list[tuple[int, int]] = []
    for match in _ITEM.finditer(value):
        if int(match[1]) == len(cuts) + 1:
            cuts.append((match.start(), match.end()))
    if not cuts or cuts[0][0] > 0:
        return [value] if value else []
    ends = [start for start, _ in cuts[1:]] + [len(value)]
    return [item for (_, begin), end in zip(cuts, ends, strict=True) if (item := value[begin:end].strip())]


def split_recipients(value: str) -> list[str]:
    """Split the addressees; `ทุกอำเภอ` stays with the office before it."""
    numbered = _items(value)
    if len(numbered) > 1:
        return numbered
    if value.startswith("(") and value.endswith(")"):
        return [value]  # a note on how it goes round
    names = [name.strip(" ,") for name in _SPLIT_NAMES.split(value)]
    return [name.removeprefix("และ").strip() for name in names if name]


_CITED = re.compile(
    r"(?:(?<![ก-๙])|(?<=บันทึก)|(?<=ข้อความ)|(?<=คำสั่ง)|(?<=หนังสือ)|(?<=ประกาศ))ที่\s{0,5}|(?<=หนังสือเวียน)\s?(?=ว)|(?<=\s)(?=ว\s?\.?\s?\d{1,4}(?:/\d{4})?\s{0,5}(?:ลว|ลง\s?วันที่))"
)
_CITED_DATE = re.compile(r"\s{0,5}(?:,\s?)?(?:ลง\s?วันที่|ลว\.?|วันที่|ฉบับลงวันที่|ลง(?=\s?\d))\s{0,5}")
_LETTER_WORD = re.compile(r"หนังสือ|บันทึก|คำสั่ง|ประกาศ|ที่อ้างถึง|วิทยุ|โทรสาร")


def find_references(text: str, *, everywhere: bool) -> list[tuple[Reference, int, int]]:
    """Find cited letters in folded text: number and date. Unless `everywhere`, a word such as หนังสือ must stand before."""
    found: list[tuple[Reference, int, int]] = []
    for match in _CITED.finditer(text):
        number = match_any_number(text, match.end())
        if number is None or (
            number.code is None
            and not number.text.startswith("ว")
            and "คำสั่ง" not in text[max(0, match.start() - 120) : match.start()]
        ):
            continue
        if not everywhere and not _LETTER_WORD.search(text, max(0, match.start() - 120), match.start()):
            continue
        label = _CITED_DATE.match(text, number.end)
        day = None
        end = number.end
        if label:
            hit = first_date(text[label.end() : label.end() + 60])
            if hit and hit.first and len(text[label.end() : label.end() + hit.start].split()) <= 1:
                day, end = hit.first, label.end() + hit.end
        found.append((Reference(number.text, day), match.start(), end))
    return found


def _add_references(document: Document, flow: Flow, *, everywhere: bool) -> None:
    for reference, start, end in find_references(flow.text, everywhere=everywhere):
        if len(document.references) >= _MOST_REFERENCES:
            return
        if (
            any(known.number == reference.number for known in document.references)
            or reference.number == document.number
        ):
            continue
        document.spans[f"references.{len(document.references)}"] = flow.span(start, end)
        document.references.append(reference)


def add_body_references(document: Document, flow: Flow) -> None:
    """Add letters that the body cites (`ตามหนังสือ … ที่ … ลงวันที่ …`)."""
    _add_references(document, flow, everywhere=False)


def _marks(document: Document, lines: list[Line]) -> None:
    for line in lines[:_MARKED_HEAD]:
        if _FIELD.match(line.text):
            break
        match = _MARK.match(line.text)
        if not match:
            continue
        for name in ("urgency", "secrecy"):
            if match[name] and getattr(document, name) is None:
                setattr(document, name, match[name].strip())
                document.spans[name] = (line.start + match.start(name), line.start + match.end(name))


def _set_number(document: Document, head: Head, number: LetterNumber, base: int) -> None:
    head.number, head.number_printed = number, True
    document.number, document.is_circular = number.text, number.is_circular
    document.spans["number"] = (base + number.start, base + number.end)


def _set_date(document: Document, head: Head, hit: DateHit, base: int) -> None:
    if document.date is None and not hit.is_range:
        document.date = hit.first
        head.dates.append(hit)
        document.spans["date"] = (base + hit.start, base + hit.end)


def _issuer_value(text: str, kind: str) -> tuple[str, int]:
    """Give the issuing agency of a line without address or telephone, and how many characters it takes."""
    phone = PHONE_LABEL.search(text)
    end = phone.start() if phone and phone.start() else len(text)
    cut = (
        _ADDRESS.search(text, 0, end) if kind != "memo" else None
    )  # a memo prints no address: what stands there is the name
    end = len(text[: cut.start() if cut and cut.start() else end].rstrip(" ,("))
    return text[:end], end


def _is_agency(text: str) -> bool:
    return len(text) <= _LONG_LINE and bool(UNIT_LINE.match(text)) and not _ADDRESS_LINE.match(text)


def _set_issuer(document: Document, line: Line, offset: int = 0) -> None:
    part = _after(line, offset)
    name, length = _issuer_value(part.text, document.kind)
    if not name:
        return
    building = _BUILDING.match(name)
    document.issuer = f"{(building[1] or building[2]).replace(' ', '')} ({name})" if building else name
    document.spans["issuer"] = (part.start, part.start + length)


def _head_line(document: Document, head: Head, line: Line) -> None:
    """Read one line above the labelled fields: number, date and issuer may share it."""
    text = line.text
    read = read_number_line(text) if document.number is None else None
    if read:
        urgency, number, rest = read
        _set_number(document, head, number, line.start)
        if urgency and document.urgency is None:
            document.urgency = urgency
            document.spans["urgency"] = (line.start, line.start + len(urgency))
        if not rest:
            return
        offset = text.index(rest, number.end)
        hit = first_date(rest)
        if hit and _DATE_LABEL.sub("", rest[: hit.start]).strip() == "":
            _set_date(document, head, hit, line.start + offset)
        elif document.issuer is None and UNIT_LINE.match(rest):
            _set_issuer(document, line, offset)
        return
    beside = _BESIDE_NUMBER.match(text) if document.kind == "external" and document.issuer is None else None
    if beside:  # a number that is no such number, with the agency at its right
        _set_issuer(document, line, beside.end())
        return
    hits = find_dates(text) if len(text) <= 80 else []
    if (
        hits
        and "ลงวันที่" not in text
        and re.fullmatch(r"(?:ณ\s)?(?:วัน(?:[ก-๙]{3,12})?\s?ที่)?[\s.…]*", text[: hits[0].start])
    ):
        _set_date(document, head, hits[0], line.start)
    elif document.kind == "memo" and (label := _OFFICE.match(text)):
        _set_issuer(document, line, label.end())
    elif document.kind == "external" and document.issuer is None and _is_agency(text):
        _set_issuer(document, line)


def _titled(document: Document, line: Line) -> None:
    """Read `คำสั่งจังหวัด…` or `ประกาศกรม…`: the issuer is in the title."""
    match = _ORDER_TITLE.match(line.text)
    if match and match[1]:
        _set_issuer(document, line, match.start(1))


def _repair(head: Head, value: str) -> str:
    for wrong, right in _REPAIRS.items():
        if wrong in value:
            head.repaired.append((wrong, right))
            value = value.replace(wrong, right)
    return value


def _fill(document: Document, head: Head, field_: _Field) -> None:
    value = _MARKUP_DOTS.sub(" ", field_.value()).strip()
    if not value:
        return
    if field_.name == "subject":
        document.subject = value
    elif field_.name == "recipients":
        document.recipients = split_recipients(_repair(head, value))
    elif field_.name == "attachments":
        document.attachments = _items(value)
    if field_.name in {"references", "attachments"}:
        _add_references(document, Flow(field_.pieces), everywhere=True)
    document.spans[field_.name if field_.name != "references" else "reference_field"] = field_.span


def _label_start(lines: list[Line], start: int) -> int:
    for index in range(start, min(len(lines), start + _MARKED_HEAD)):
        if _FIELD.match(lines[index].text):
            return index
    return start + 1 if start < len(lines) else start


def read_head(document: Document, piece: Piece) -> Head:
    """Fill the head fields of a document and tell where its body begins (an index into the piece's lines)."""
    lines = piece.lines
    labels = _label_start(lines, piece.head)
    head = Head(labels)
    _marks(document, lines)
    if document.kind in {"order", "announcement"} and piece.head < len(lines):
        _titled(document, lines[piece.head])
    for index in range(piece.head, labels):
        if not lines[index].blank:
            _head_line(document, head, lines[index])
    if document.kind == "external" and document.issuer is None:
        _issuer_above(document, lines[: piece.head])
    if document.kind == "external" and document.issuer is None and document.number is not None:
        _issuer_by_place(document, lines[piece.head + 1 : labels])
    fields, head.body_at = _fields(lines, labels, document)
    for item in fields:
        _fill(document, head, item)
    return head


def _issuer_by_place(document: Document, lines: list[Line]) -> None:
    """What stands right under the number and over the date is the agency, whatever kind of body its name tells."""
    for line in lines:
        if line.blank or _MARK.match(line.text):
            continue
        if not _ADDRESS_LINE.match(line.text) and not any(char.isdigit() for char in line.text):
            _set_issuer(document, line)
        return


def _issuer_above(document: Document, lines: list[Line]) -> None:
    """Some text layers print the agency at the right before the number at the left."""
    for line in lines[-6:]:
        if _is_agency(line.text):
            _set_issuer(document, line)
            return
