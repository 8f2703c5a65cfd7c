"""Agendas (กำหนดการ, ระเบียบวาระ): title, day, place, and slots with parts and speakers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from saduak.correspondence.reading.dates import find_dates
from saduak.correspondence.reading.model import Document, Meeting, Part, Slot
from saduak.correspondence.reading.schedule import channels_in, clock_text, place_in
from saduak.correspondence.reading.text import Line

_CLOCK = r"([01]?\d|2[0-4])[.:]([0-5]\d)"
_SLOT = re.compile(
    rf"[-•*\s]*(?:เวลา\s?)?{_CLOCK}\s?(?:น\.?)?(?:\s?(?:-|ถึง|จนถึง)\s?(?:เวลา\s?)?{_CLOCK}\s?(?:น\.?)?)?(?:\s?เป็นต้นไป)?(?:\s|$|[:-])\s{{0,20}}[:-]?\s?"
)
_ITEM = re.compile(r"(?:ระเบียบ)?วาระที่\s?\d{1,2}(?:\.\d{1,2})?\s?:?\s?(?:เรื่อง\s+)?")
_TITLE = re.compile(r"[(\s]*(?:ร่าง)?[)\s]*(?:กำหนดการ|ระเบียบวาระการประชุม|วาระการประชุม)\s?")
_RULE = re.compile(r"[*_=.\-\s]{3,}$")
_REMARK = re.compile(r"(?:หมายเหตุ|\*\s?กำหนดการ)")
_BULLET = re.compile(r"(?:^|\s)[-•–]\s+")
_SPEAKER = re.compile(r"\s?(?<![ก-๙])โดย\s?(?P<speaker>(?!วิธี|ผ่าน|ใช้|มี|การ|ไม่|เฉพาะ)\S[^\n]{1,300})$")
_AT = re.compile(r"ณ\s|ผ่านระบบ|ผ่านสื่อ|ทางระบบ|สถานที่")
_WITHIN = re.compile(r"(?:อาคาร|ชั้น|ห้อง|ตำบล|อำเภอ|จังหวัด|ถนน|โรงแรม|เขต|แขวง)")
_HEADING_HOURS = re.compile(rf"เวลา\s?{_CLOCK}(?:\s?น\.?)?(?:\s?(?:-|ถึง|จนถึง)\s?{_CLOCK})?")
_DAY_HEADING = re.compile(r"[*_(\s-]{0,4}(?:วัน|\d{1,2}\s)")
_LONGEST_DAY, _AFTER_DAY = 70, 16
_MOST = 200
_MOST_LINES = 20  # of one slot


def _part(words: str) -> Part:
    match = _SPEAKER.search(words)
    if match:
        return Part(words[: match.start()].strip(" -:"), match["speaker"].strip())
    return Part(words.strip(" -:"), None)


def read_slot_text(words: str) -> tuple[str, list[Part]]:
    """Read a slot's words: what happens, and the parts with their speakers."""
    words = re.sub(r"\s+", " ", words).strip()
    pieces = [piece.strip() for piece in _BULLET.split(words) if piece.strip()]
    if not pieces:
        return "", []
    head = _part(pieces[0])
    parts = [_part(piece) for piece in pieces[1:]]
    if head.speaker:
        parts.insert(0, head)
    return head.what, [part for part in parts if part.what or part.speaker]


def _slots(lines: list[Line], start: int) -> list[tuple[Slot, Line, int]]:
    """Collect slots: the line with the time and the lines below it that belong to it."""
    found: list[_Gathered] = []
    day: date | None = None
    for line in lines[start:]:
        text = line.text
        if _REMARK.match(text) or (found and _RULE.match(text or "x")):
            break
        if not text or _RULE.match(text):
            continue
        slot = _slot(line, day) if len(found) < _MOST else None
        if slot is not None:
            found.append(slot)
        elif (heading := _day_heading(text)) is not None:
            day = heading
        elif found and len(found[-1].words) < _MOST_LINES:
            found[-1].words.append(text)
            found[-1].end = line.end
    for gathered in found:
        gathered.slot.what, gathered.slot.parts = read_slot_text(" ".join(gathered.words))
    return [
        (each.slot, each.first, each.end)
        for each in found
        if each.slot.what or each.slot.parts or each.slot.start
    ]


@dataclass(slots=True)
class _Gathered:
    """A slot while its lines are gathered."""

    slot: Slot
    words: list[str]
    first: Line
    end: int


def _slot(line: Line, day: date | None) -> _Gathered | None:
    """Begin a slot at a line with hours, or with the number of an item."""
    match = _SLOT.match(line.text)
    if match:
        slot = Slot(clock_text(match[1], match[2]), clock_text(match[3], match[4]), "", day=day)
        return _Gathered(slot, [line.text[match.end() :]], line, line.end)
    item = _ITEM.match(line.text)
    return (
        _Gathered(Slot(None, None, "", day=day), [line.text[item.end() :]], line, line.end) if item else None
    )


def _day_heading(text: str) -> date | None:
    """Give the day of a line that says nothing else: an agenda of several days has one over each day's slots."""
    if len(text) > _LONGEST_DAY or not _DAY_HEADING.match(text):
        return None
    hits = find_dates(text)
    if len(hits) != 1 or hits[0].is_range or not hits[0].first or len(text) - hits[0].end > _AFTER_DAY:
        return None
    return hits[0].first


def _heading(lines: list[Line], stop: int) -> tuple[list[str], list[Line]]:
    """Read the lines above the slots: title and place lines; the day goes to the caller."""
    title: list[Line] = []
    places: list[str] = []
    dated = False
    for line in lines[:stop]:
        text = line.text
        if not text or _RULE.match(text) or text.startswith(("เวลา", "สิ่งที่ส่งมาด้วย", "เอกสารแนบ")):
            continue
        hits = find_dates(text)
        if hits:
            dated = True
            rest = text[hits[-1].end :]
            if _AT.search(rest):
                places.append(rest)
            before = re.sub(r"(?:ใน|ระหว่าง)?\s?(?:วัน\s?[ก-๙]{0,12}\s?ที่)?\s?$", "", text[: hits[0].start])
            if before.strip() and not places[:-1] and not title:
                title.append(Line(line.start, line.start + len(before.rstrip()), before.rstrip()))
        elif _AT.match(text) or (places and _WITHIN.match(text)):
            places.append(text)
        elif not dated and not places and len(title) < 4:
            title.append(line)
    return places, title


def read_agenda(document: Document, lines: list[Line]) -> None:
    """Fill an agenda document from its lines; the first is its heading."""
    start = next(
        (n for n, line in enumerate(lines) if n and (_SLOT.match(line.text) or _ITEM.match(line.text))),
        len(lines),
    )
    _add_slots(document, _slots(lines, _first_day(lines, start)))
    places, title = _heading(lines, start)
    _add_title(document, title)
    _add_meeting(document, lines[:start], places)


def _first_day(lines: list[Line], start: int) -> int:
    """Go back to the day over the first slot when more days follow: one day alone is the whole agenda's."""
    above = next((n for n in range(start - 1, 0, -1) if not lines[n].blank), start)
    if start >= len(lines) or _day_heading(lines[above].text) is None:
        return start
    return above if any(_day_heading(line.text) for line in lines[start:]) else start


def _add_meeting(document: Document, heading: list[Line], places: list[str]) -> None:
    """Add the gathering that an agenda is for: its day, the hours (of the slots, else of the heading) and its place."""
    found = next(((line, hit.first) for line in heading for hit in find_dates(line.text) if hit.first), None)
    if found is None:
        return
    line, day = found
    days = list(dict.fromkeys(slot.day for slot in document.agenda if slot.day))
    if len(days) > 1:
        _add_days(document, line, days, places)
        return
    starts = [slot.start for slot in document.agenda if slot.start]
    ends = [end for slot in document.agenda if (end := slot.end or slot.start)]
    hours = next((match for each in heading if (match := _HEADING_HOURS.search(each.text))), None)
    start, end = min(starts, default=None), max(ends, default=None)
    if hours and start is None:
        start, end = clock_text(hours[1], hours[2]), clock_text(hours[3], hours[4])
    document.spans["meetings.0"] = (line.start, line.end)
    document.meetings.append(Meeting(day, start, end, _where(places), channels_in(" ".join(places))))


def _add_days(document: Document, line: Line, days: list[date], places: list[str]) -> None:
    for day in days:
        slots = [slot for slot in document.agenda if slot.day == day]
        start = min((slot.start for slot in slots if slot.start), default=None)
        end = max((end for slot in slots if (end := slot.end or slot.start)), default=None)
        document.spans[f"meetings.{len(document.meetings)}"] = (line.start, line.end)
        document.meetings.append(Meeting(day, start, end, _where(places), channels_in(" ".join(places))))


def _where(places: list[str]) -> str | None:
    """Join the room, the building under it, and how to take part from afar."""
    if not places:
        return None
    room = [place for place in places if place.startswith("ณ") or _WITHIN.match(place)]
    remote = [place for place in places if place not in room]
    named = [place_in(place) or place.removeprefix("ณ").strip() for place in room]
    return " ".join([*named, *(place.strip() for place in remote)]) or None


def _add_slots(document: Document, slots: list[tuple[Slot, Line, int]]) -> None:
    for index, (slot, first, end) in enumerate(slots):
        document.spans[f"agenda.{index}"] = (first.start, end)
        document.agenda.append(slot)


def _add_title(document: Document, title: list[Line]) -> None:
    if not title:
        return
    heading = title[0].text
    mark = _TITLE.match(heading)
    rest = heading[mark.end() :].strip() if mark else heading
    words = [rest, *(line.text for line in title[1:])] if rest or len(title) > 1 else []
    subject = " ".join(word for word in words if word).strip()
    if subject.startswith(("การประชุม", "ประชุม")) or not rest:
        document.subject = subject or None
    else:
        document.subject = " ".join([heading, *(line.text for line in title[1:])]).strip()
    if document.subject:
        first = title[0] if rest else title[1]
        document.spans["subject"] = (first.start, title[-1].end)
