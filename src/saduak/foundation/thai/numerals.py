"""Thai and Arabic digits both ways, numbers in Thai words, ordinals and thousands separators."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext_lazy as _

from saduak.foundation.thai.names import Language, NumberError

THAI_DIGITS: Final = "๐๑๒๓๔๕๖๗๘๙"
ARABIC_DIGITS: Final = "0123456789"

_TO_THAI: Final = str.maketrans(ARABIC_DIGITS, THAI_DIGITS)
_TO_ARABIC: Final = str.maketrans(THAI_DIGITS, ARABIC_DIGITS)
_WORDS: Final = ("ศูนย์", "หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า")
_PLACES: Final = ("", "สิบ", "ร้อย", "พัน", "หมื่น", "แสน")
_MILLION: Final = 1_000_000
_INTEGER: Final = re.compile(r"[-−]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)")
_MAX_DIGITS: Final = 30


def to_thai_digits(text: object) -> str:
    """Return the text with 0-9 written as ๐-๙; every other character stays."""
    return str(text).translate(_TO_THAI)


def to_arabic_digits(text: object) -> str:
    """Return the text with ๐-๙ written as 0-9; every other character stays."""
    return str(text).translate(_TO_ARABIC)


def parse_int(text: str) -> int:
    """Read a whole number in Thai or Arabic digits, with or without thousands separators.

    Raises:
        NumberError: the text is no whole number.
    """
    plain = to_arabic_digits(text).strip()
    if len(plain) > _MAX_DIGITS or not _INTEGER.fullmatch(plain):
        raise NumberError(_("ต้องเป็นตัวเลขจำนวนเต็ม เช่น 12 หรือ ๑๒"), code="not-a-number")
    return int(plain.replace(",", "").replace("−", "-"))


def thai_number_words(number: int) -> str:
    """Return a whole number in Thai words: 121 → หนึ่งร้อยยี่สิบเอ็ด."""
    if number < 0:
        return "ลบ" + thai_number_words(-number)
    if number < len(_WORDS):
        return _WORDS[number]
    millions, rest = divmod(number, _MILLION)
    head = thai_number_words(millions) + "ล้าน" if millions else ""
    return head + _below_million(rest, follows=bool(millions))


def _below_million(number: int, *, follows: bool) -> str:
    """Return the words of 0-999,999, empty for 0; a last 1 after anything else is read เอ็ด."""
    words = []
    digits = str(number)
    for index, character in enumerate(digits):
        digit, place = int(character), len(digits) - 1 - index
        if digit == 0:
            continue
        if place == 0 and digit == 1 and (follows or number > 1):
            words.append("เอ็ด")
        elif place == 1 and digit == 1:
            words.append("สิบ")
        elif place == 1 and digit == 2:
            words.append("ยี่สิบ")
        else:
            words.append(_WORDS[digit] + _PLACES[place])
    return "".join(words)


def ordinal(number: int, *, language: Language = "th") -> str:
    """Return the place in an order: ที่ 3 in Thai, 3rd in English (11th, 12th, 13th, 21st)."""
    if language == "th":
        return f"ที่ {number}"
    last_two = abs(number) % 100
    suffix = "th" if last_two in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(last_two % 10, "th")
    return f"{number}{suffix}"


def format_number(value: float | Decimal, *, decimals: int | None = None) -> str:
    """Return a number with thousands separators: 20000 → 20,000.

    Without ``decimals`` as many digits as the value has are kept, and no zeros behind the last of them. Halves are
    rounded away from zero, as people expect of scores (2.5 → 3), not to the even digit.
    """
    exact = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite():
        raise NumberError(_("ต้องเป็นตัวเลข"), code="not-a-number")
    if decimals is not None:
        exact = exact.quantize(Decimal(1).scaleb(-decimals), rounding="ROUND_HALF_UP")
        return f"{exact:,f}"
    text = f"{exact:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def dialled(phone: object) -> str:
    """A telephone number as a telephone takes it, from any country; without the extension."""
    number = re.sub(r"[^\d+]", "", to_arabic_digits(str(phone).split("ต่อ")[0]))
    return f"+66{number[1:]}" if number.startswith("0") else number
