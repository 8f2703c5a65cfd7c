"""Letter numbers (ที่) in all the shapes that are really printed."""

from __future__ import annotations

import re
from dataclasses import dataclass

# หน่วย เลข/ว เลข with: no space after the code, ".ว", "ว.", brackets, a slash inside, a blank serial, leading zeros.
NUMBER = (
    r"(?P<code>(?!ว[\s.\d])[ก-ฮ]{1,4})\.?\s?"
    r"(?P<committee>\([^()\n]{1,20}\)\s?|[ก-ฮ][ก-๙]{0,4}\.\s?(?=\d))?"
    r"(?P<unit>\d{2,6}(?:\.\d{1,4}){0,4})\s?"
    r"(?P<branch>\([^()\n]{1,30}\)\s?|[ก-ฮ]{2,3}\s?(?=/))?"
    r"(?:/|\.(?=\s?ว))\s?"
    r"(?P<inner>\([^()\n]{1,20}\)\s?/\s?|(?!ว\s?\.)[ก-ฮ][ก-๙]{0,5}\.(?:[ก-๙]{1,6}\.?)?\s?(?=\d))?"
    r"(?P<circular>ว\s?\.?\s?(?:\([^()\n]{1,10}\)\s?)?|[2]\s(?=\d{2,6}(?:\s|$)))?"
    r"(?P<serial>\d{1,7}(?:/25\d\d)?|(?:-|[.…_]{2,})(?=\s|$))?"
)
_NUMBER = re.compile(r"(?:(?<![ก-๙])|(?<=ที่))" + NUMBER)
SHORT_CIRCULAR = re.compile(r"ว\s?\.?\s?(?P<serial>\d{1,6}(?:/25\d\d)?)(?!\d)")
# Offices of the police number without an agency's letters: 0020(พล).5(11)/1234.
_LETTERLESS = re.compile(
    r"(?P<unit>\d{3,4}(?:\([ก-๙. ]{1,12}\)(?:\.\d{1,3}){0,3}(?:\(\d{1,3}\))?|(?:\.\d{1,3}){1,3}(?:\(\d{1,3}\))?))\s?/\s?"
    r"(?P<circular>ว\s?\.?\s?)?(?P<serial>\d{1,7})?"
)
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
    unsure: bool = False  # the ว of a circular was read as a 2


def _squeeze(part: str | None) -> str:
    return re.sub(r"\s+", " ", part or "").strip()


def _from_match(match: re.Match[str]) -> LetterNumber:
    part = match.groupdict()
    circular = part["circular"]
    text = part["code"] + " "
    if part["committee"]:
        text += _squeeze(part["committee"]) + " "
    branch = _squeeze(part["branch"])
    text += part["unit"] + (f" {branch}" if branch and branch[0] != "(" else branch) + "/"
    if part["inner"]:
        inner = re.sub(r"\s", "", part["inner"])
        text += inner if inner.endswith("/") else f"{inner} "
    if circular:
        kind = re.search(r"\(.*\)", circular)
        text += "ว" + (kind.group() if kind else "") + " "
    serial = part["serial"] if part["serial"] and part["serial"][0].isdigit() else ""
    text += serial
    end = match.end()
    unsure = bool(circular) and circular.startswith("2")
    return LetterNumber(
        text.strip(), part["code"], part["unit"], bool(circular), bool(serial), match.start(), end, unsure
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
    bare = _LETTERLESS.match(text, position)
    if bare:
        shown = f"{bare['unit']}/{'ว ' if bare['circular'] else ''}{bare['serial'] or ''}".strip()
        return LetterNumber(
            shown, None, bare["unit"], bool(bare["circular"]), bool(bare["serial"]), bare.start(), bare.end()
        )
    order = ORDER_NUMBER.match(text, position)
    if order:
        shown = f"{order['serial']}/{order['year']}"
        return LetterNumber(shown, None, None, False, True, order.start(), order.end())
    return None
