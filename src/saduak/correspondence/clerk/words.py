"""Numbers, subjects and names of letters in the form in which they are compared, and the key of a doubt."""

import datetime
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.translation import gettext_noop as _

from saduak.correspondence.reading.numbers import match_any_number
from saduak.correspondence.reading.text import fold
from saduak.correspondence.reading.words import SECRECY, URGENCY
from saduak.foundation.thai import calendar
from saduak.foundation.thai.numerals import to_arabic_digits, to_thai_digits
from saduak.foundation.thai.text import normalise, search_key

# How much of two subjects must agree, so that they may be the same one: "for the year 2564" added is still the same.
NEAR: Final = 0.75
_LONGEST_NAME: Final = 200
_LETTER_WORDS: Final = ("หนังสือ", "บันทึกข้อความ", "คำสั่ง", "ประกาศ", "วิทยุ", "โทรสาร")
_MARKS: Final = re.compile(rf"(?:\s(?:{SECRECY})|\s?(?:{URGENCY}))$")
_SHORT: Final = re.compile(r"\s|(?<!\d)\.|\.(?!\d)")
_CIRCULAR_SPACE: Final = re.compile(r"(?<=/)(ว(?:\([^()]*\))?) (?=\d)")
_APPLYING: Final = re.compile(r"สมัคร")
# What is said of one file only, and not again of the same letter in another file.
_OF_THE_FILE: Final = frozenset({"read-from-picture"})


def number_key(number: str | None) -> str:
    """A number without the spaces and full stops that writers put as they like: "มท ๐๒๑๘ /ว. ๓๓๖๖" is "มท0218/ว3366"."""
    return _SHORT.sub("", to_arabic_digits(normalise(number or "")))


def number_forms(number: str) -> list[str]:
    """The ways in which the same number may stand in the table of letters, so that an index finds it."""
    found = match_any_number(fold(normalise(number)).strip())
    first = found.text if found else to_arabic_digits(normalise(number)).strip()
    closed = _CIRCULAR_SPACE.sub(r"\1", first)
    forms = [first, closed, first.replace(" ", "", 1), closed.replace(" ", "", 1), number.strip()]
    return list(dict.fromkeys([*forms, *(to_thai_digits(form) for form in forms)]))


def stem(number: str) -> str:
    """What stands before the stroke: the agency's code and the owner's number; empty for a short circular (ว 10)."""
    head, stroke, _serial = number_key(number).partition("/")
    return head if stroke and code_of(number) else ""


def code_of(number: str | None) -> str:
    """The agency's letters at the beginning of a whole number ("มท"); empty when there are none."""
    found = match_any_number(fold(normalise(number or "")).strip())
    return (found.code or "") if found else ""


def near(one: str, other: str) -> bool:
    """Whether two subjects are the same or nearly so, by the pairs of letters that they share."""
    left, right = _pairs(one), _pairs(other)
    total = left.total() + right.total()
    return bool(left and right) and 2 * (left & right).total() / total >= NEAR


def _pairs(text: str) -> Counter[str]:
    letters = search_key(text).replace(" ", "")
    return Counter(letters[at : at + 2] for at in range(len(letters) - 1))


def cited_issuer(text: str, start: int) -> str:
    """Whose letter is cited by a number that begins at `start` of the text: "หนังสือกรม… ด่วนที่สุด ที่ …"."""
    before = " ".join(text[max(0, start - _LONGEST_NAME) : start].split())
    at, word = max((before.rfind(word), word) for word in _LETTER_WORDS)
    if at < 0:
        return ""
    name = before[at + len(word) :].strip()
    while (shorter := _MARKS.sub("", name).strip()) != name:
        name = shorter
    return name


def applies(what: str) -> bool:
    """Whether a date is one by which to apply, so that the round's dates speak of the same thing."""
    return bool(_APPLYING.search(what))


# --- How a doubt shows things -----------------------------------------------------------------------------------------
# Findings are kept in Thai with the letter, as those of the reading are.


def shown(number: str, day: datetime.date | None) -> str:
    """A letter by number and date, as findings show it."""
    said = number or _("(ไม่มีเลข)")
    if day is None:
        return said
    return _("{number} ลงวันที่ {day}").format(number=said, day=calendar.format_short(day))


def shown_stamp(office: str, number: str, day: datetime.date) -> str:
    """A receipt stamp as findings show it."""
    words = _("{office} เลขรับ {number} วันที่ {day}")
    return words.format(office=office, number=number or "-", day=calendar.format_short(day)).strip()


# --- Keys -------------------------------------------------------------------------------------------------------------


def memory_key(code: str, about: Iterable[object]) -> str:
    """The same for the same doubt about the same things, in whatever letter it comes up."""
    things = [code, *(search_key(str(thing)) if thing is not None else "" for thing in about)]
    return hashlib.sha256(json.dumps(things, ensure_ascii=False).encode()).hexdigest()


def key_of_reading(finding: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    """The key of a doubt that the reader had inside one file; empty when the document cannot be told from another.

    A code that is not the province's is a doubt about province and code, whatever letter it stands on.
    """
    number = document.get("number")
    if finding["code"] in _OF_THE_FILE or not number:
        return ""
    if finding["code"] == "agency-code-mismatch":
        return memory_key(finding["code"], [code_of(number), *finding["evidence"][1:]])
    return memory_key(finding["code"], [number_key(number), document.get("date"), *finding["evidence"]])
