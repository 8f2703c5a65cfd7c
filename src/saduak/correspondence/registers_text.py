"""What a line of a register says: its number as it is written, and the text by which it is found."""

import re
from typing import Final

from django.utils.translation import gettext_lazy as _

from saduak.correspondence.models import Letter, RegisterEntry
from saduak.correspondence.reading.numbers import match_number
from saduak.foundation.access import Invalid
from saduak.foundation.access.registry import Words
from saduak.foundation.thai.numerals import to_arabic_digits
from saduak.foundation.thai.text import normalise, search_key

# How much of a letter's body it is found by, folded: a year of 60,000 lines stays below a second without an index.
BODY: Final = 1_000
LONGEST_PREFIX: Final = 60
# Stands before the number of a circular on every letter, in whatever language the page is.
CIRCULAR: Final = "ว"


def clean_prefix(typed: str) -> str:
    """What stands before the running number, in one spelling: "มท 0018.1".

    Raises:
        Invalid: nothing, or too long to be one.
    """
    plain = re.sub(r"\s+", " ", to_arabic_digits(normalise(typed))).strip().rstrip("/").rstrip()
    known = match_number(f"{plain}/1")
    if known is not None:
        plain = known.text.removesuffix("/1")
    words: Words = ""
    if not plain:
        words = _("เขียนรหัสที่อยู่หน้าเลข เช่น มท 0018.1")
    elif len(plain) > LONGEST_PREFIX:
        words = _("รหัสยาวเกินไป เขียนเฉพาะส่วนที่อยู่หน้าเครื่องหมายทับ")
    if words:
        raise Invalid(words, {"code": words}, "code")
    return plain


def numbered(prefix: str, series: str, number: int) -> str:
    """A number as it stands on a letter: "มท 0018.1/96", a circular "มท 0018.1/ว 96"."""
    serial = f"{CIRCULAR} {number}" if series == RegisterEntry.Series.CIRCULAR else str(number)
    return f"{prefix}/{serial}" if prefix else serial


def key_of(entry: RegisterEntry, letter: Letter | None) -> str:
    """The text by which a line is found: its columns, its number in two spellings, and the beginning of the body.

    Punctuation becomes space in a search, so "ว96" typed without the space is found by the second spelling.
    """
    tight = re.sub(r"\s+", "", entry.letter_number)
    columns = (
        str(entry.number),
        entry.letter_number,
        tight,
        entry.subject,
        entry.from_text,
        entry.to_text,
        entry.action_text,
        entry.remark,
    )
    found = [search_key(part) for part in columns if part]
    if letter is not None and letter.text:
        found.append(body_key(entry.subject, letter.text))
    return " ".join(found)


def body_key(subject: str, text: str) -> str:
    """The beginning of a letter's body, by which the letter and its line are found; bounded."""
    return search_key(after_subject(subject, text)[: BODY * 2])[:BODY]


def after_subject(subject: str, text: str) -> str:
    """What stands behind the head and the subject, by which a letter is found otherwise; all of it without a subject."""
    _head, mark, rest = text.partition(subject) if subject else ("", "", "")
    return rest if mark else text
