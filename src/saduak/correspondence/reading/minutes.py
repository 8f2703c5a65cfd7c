"""Papers made to be kept as evidence (minutes, certificates): their title, and when and where a meeting was held."""

from __future__ import annotations

import re
from typing import Final

from saduak.correspondence.reading.dates import find_dates
from saduak.correspondence.reading.model import Document, Meeting
from saduak.correspondence.reading.schedule import channels_in, clock_text, place_in
from saduak.correspondence.reading.text import Line

_RULE: Final = re.compile(r"[*_=.\-\s]{3,}$")
_ENDS_TITLE: Final = re.compile(r"(?:ณ\s|วัน|เมื่อ|ผู้(?:มา|เข้า|ไม่)|เริ่ม|เลขที่|ที่\s|เรื่อง|หนังสือ.{0,20}ฉบับนี้|ให้ไว้)")
_CLOCK: Final = r"(?:เวลา)?\s?(\d{1,2})[.:](\d\d)"
_BEGAN: Final = re.compile(rf"(?:เริ่ม|เปิด)(?:การ)?ประชุม\s?(?:เมื่อ\s?)?{_CLOCK}")
_ENDED: Final = re.compile(rf"(?:เลิก|ปิด)(?:การ)?ประชุม\s?(?:เมื่อ\s?)?{_CLOCK}")
_TITLE_LINES: Final = 4


def read_title(document: Document, lines: list[Line]) -> None:
    """Read the title of a paper without เรื่อง: the lines down to its day, place or people."""
    title: list[Line] = []
    for line in lines:
        if title and (
            line.blank or _RULE.match(line.text) or _ENDS_TITLE.match(line.text) or find_dates(line.text)
        ):
            break
        if not line.blank:
            title.append(line)
        if len(title) >= _TITLE_LINES:
            break
    if title:
        document.subject = " ".join(line.text for line in title)
        document.spans["subject"] = (title[0].start, title[-1].end)


def read_held(document: Document, lines: list[Line]) -> None:
    """Read when and where the meeting of minutes was held: the day over the list of who came, the hours from the text."""
    held = next(
        ((n, line, hit) for n, line in enumerate(lines[:12]) for hit in find_dates(line.text) if hit.first),
        None,
    )
    if held is None:
        return
    number, line, hit = held
    text = "\n".join(other.text for other in lines)
    began, ended = _BEGAN.search(text), _ENDED.search(text)
    place = next((found for other in lines[number : number + 3] if (found := place_in(other.text))), None)
    start = clock_text(began[1], began[2]) if began else None
    end = clock_text(ended[1], ended[2]) if ended else None
    if hit.first is not None:
        document.meetings.insert(0, Meeting(hit.first, start, end, place, channels_in(text[:600])))
        document.spans["meetings.0"] = (line.start + hit.start, line.start + hit.end)
