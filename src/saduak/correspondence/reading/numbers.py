"""Letter numbers (ที่) in all the shapes that are really printed."""

from __future__ import annotations

import re
from dataclasses import dataclass

# หน่วย เลข/ว เลข with: no space after the code, ".ว", "ว.", brackets, a slash inside, a blank serial, leading zeros.
NUMBER = (
    r"(?P<code>[ก-ฮ]{1,4})\.?\s?"
    r"(?P<committee>\([^()\n]{1,20}\)\s?)?"
    r"(?P<unit>\d{2,6}(?:\.\d{1,4}){0,4})\s?"
    r"(?P<branch>\([^()\n]{1,30}\)\s?)?"
    r"(?:/|\.(?=\s?ว))\s?"
    r"(?P<inner>\([^()\n]{1,20}\)\s?/\s?)?"
    r"(?P<circular>ว\s?\.?\s?(?:\([^()\n]{1,10}\)\s?)?)?"
    r"(?P<serial>\d{1,7}(?:/25\d\d)?)?"
)
_NUMBER = re.compile(r"(?<![ก-๙])" + NUMBER)
SHORT_CIRCULAR = re.compile(r"ว\s?\.?\s?(?P<serial>\d{1,6})(?!\d)")
ORDER_NUMBER = re.compile(r"(?P<serial>\d{1,6})\s?/\s?(?P<year>25\d\d|\d\d)(?![\d/])")


@dataclass(frozen=True, slots=True)
class LetterNumber:
    """A number as written `หน่วย เลข/ว เลข`, with its place and its agency code."""

    text: str
    code: str | None
    unit: str | None
    is_circular: bool
    has_serial: bool
    start: int
    end: int


def _squeeze(part: str | None) -> str:
    return re.sub(r"\s+", " ", part or "").strip()


def _from_match(match: re.Match[str]) -> LetterNumber:
    part = match.groupdict()
    circular = part["circular"]
    text = part["code"] + " "
    if part["committee"]:
        text += _squeeze(part["committee"]) + " "
    text += part["unit"] + _squeeze(part["branch"]) + "/"
    if part["inner"]:
        text += re.sub(r"\s", "", part["inner"])
    if circular:
        kind = re.search(r"\(.*\)", circular)
        text += "ว" + (kind.group() if kind else "") + " "
    text += part["serial"] or ""
    end = match.end()
    return LetterNumber(
        text.strip(), part["code"], part["unit"], bool(circular), bool(part["serial"]), match.start(), end
    )


def match_number(text: str, position: int = 0) -> LetterNumber | None:
    """Read a full number that begins at `position` of folded text."""
    match = _NUMBER.match(text, position)
    return _from_match(match) if match else None


def match_any_number(text: str, position: int = 0) -> LetterNumber | None:
    """Read a full number, a short circular one (ว 10) or an order's (12/2567) that begins at `position`."""
    full = match_number(text, position)
    if full:
        return full
    short = SHORT_CIRCULAR.match(text, position)
    if short:
        return LetterNumber(f"ว {short['serial']}", None, None, True, True, short.start(), short.end())
    order = ORDER_NUMBER.match(text, position)
    if order:
        shown = f"{order['serial']}/{order['year']}"
        return LetterNumber(shown, None, None, False, True, order.start(), order.end())
    return None
