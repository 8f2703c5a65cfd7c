"""Thai text for machines: repair of typing, a stored sort key and the normal form for searching."""

from __future__ import annotations

import itertools
import re
import unicodedata
from typing import Final

from saduak.foundation.thai.numerals import to_arabic_digits

# --- Repair ------------------------------------------------------------------------------------------------------------

# Soft hyphen, zero-width space and joiners, direction marks, word joiner, byte order mark.
_INVISIBLE: Final = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_TONES: Final = "\u0e48-\u0e4b"
_SARA_AM: Final = re.compile(f"\u0e4d([{_TONES}]?)\u0e32|([{_TONES}])\u0e4d\u0e32")
# Vowels above and below a consonant, mixed with the tone marks and the thanthakhat that belong behind them. It begins
# where the tone marks begin, and gives none back: a pile of them is looked through once.
_VOWELS_AND_TONES: Final = re.compile(
    f"(?<![{_TONES}\u0e4c])[{_TONES}\u0e4c]++[\u0e31\u0e34-\u0e3a][\u0e31\u0e34-\u0e3a{_TONES}\u0e4c]*+"
)
# More marks over one letter than any script stacks; Unicode's own algorithm takes the square of their number.
_PILE: Final = re.compile(r"[^\w\s]{31,}")


def normalise(text: str) -> str:
    """Return the text as it was meant: NFC, invisible characters gone, and what typing and PDF take apart put together.

    ํ + า becomes ำ with its tone mark before it, two เ become แ, a tone mark typed before its vowel goes behind it.
    Normalising again changes nothing.
    """
    # One repair can make room for another, so it goes on until nothing changes: each only shortens or orders.
    while (repaired := _repair(text)) != text:
        text = repaired
    return text


def _repair(text: str) -> str:
    composed = unicodedata.normalize("NFC", _PILE.sub(_in_order, _INVISIBLE.sub("", text)))
    composed = _SARA_AM.sub(lambda match: (match[1] or match[2] or "") + "\u0e33", composed)
    composed = _VOWELS_AND_TONES.sub(lambda match: "".join(sorted(match[0], key=_is_tone)), composed)
    return unicodedata.normalize("NFC", _PILE.sub(_in_order, composed.replace("เเ", "แ")))


def _in_order(pile: re.Match[str]) -> str:
    """Take marks apart and put them in Unicode's order, so that composing them finds nothing left to move."""
    apart = "".join(unicodedata.normalize("NFD", sign) for sign in pile[0])
    runs = itertools.groupby(apart, key=lambda sign: unicodedata.combining(sign) != 0)
    return "".join("".join(sorted(run, key=unicodedata.combining) if marks else run) for marks, run in runs)


def _is_tone(mark: str) -> bool:
    return mark >= "\u0e47"


# --- Sorting -----------------------------------------------------------------------------------------------------------

# The key is written in lower-case hexadecimal, two digits a letter: such text has the same order in SQLite, in
# PostgreSQL under "C" and under any of its other collations, and it is shorter than Thai in UTF-8.
_LEVEL_BREAK: Final = "00"
_NUMBER: Final = 0x10
_THAI: Final = 0x20
_LATIN: Final = 0xA0
_OTHER: Final = 0xF0
_LEADING_VOWEL: Final = re.compile("([เ-ไ])([ก-ฮ])")
# Marks that only decide between words that are otherwise equal, in the order of the dictionary.
_MARKS: Final = {
    mark: f"{weight:x}"
    for weight, mark in enumerate("\u0e4e\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e4d\u0e3a", 2)
}
_NO_MARK: Final = "1"
_THAI_SIGNS: Final = "ฯ฿"
_TOKEN: Final = re.compile(r"[0-9]+|.", re.DOTALL)
_MAX_DIGITS: Final = 0xFF


def sort_key(text: str) -> str:
    """Return a string whose bytewise order is the order of a Thai dictionary.

    A vowel written before its consonant counts after it; tone marks, maitaikhu and thanthakhat count only between words
    that are otherwise equal, the first difference deciding; numbers go by value (เขต 2 before เขต 10) and before letters;
    Thai goes before Latin; case, spaces and punctuation do not count. Equal keys are possible, so a list that must be
    stable adds its id.
    """
    prepared = to_arabic_digits(normalise(text)).casefold()
    prepared = _LEADING_VOWEL.sub(r"\2\1", prepared)
    letters: list[str] = []
    marks: list[str] = []
    for token in _TOKEN.findall(prepared):
        if token in _MARKS:
            marks.append(_MARKS[token])
            continue
        weight = _weight(token)
        if weight:
            letters.append(weight)
            marks.append(_NO_MARK)
    second = "".join(marks).rstrip(_NO_MARK)
    return "".join(letters) + (_LEVEL_BREAK + second if second else "")


def _weight(sign: str) -> str:
    """Return the weight of a letter or of a whole number, empty for what does not count."""
    if sign.isascii():
        if sign.isdigit():
            digits = sign.lstrip("0")[:_MAX_DIGITS]
            # A number begins with how long it is, so that longer is larger; each digit then stands for itself.
            return f"{_NUMBER:02x}{len(digits):02x}{digits}"
        return f"{_LATIN + ord(sign) - ord('a'):02x}" if sign.isalpha() else ""
    if "ก" <= sign <= "ๅ":
        return f"{_THAI + ord(sign) - ord('ก'):02x}" if sign not in _THAI_SIGNS else ""
    if sign == "ๆ":
        return ""
    plain = "".join(c for c in unicodedata.normalize("NFKD", sign) if c.isalnum())
    if plain and plain != sign:
        return "".join(_weight(part) for part in _TOKEN.findall(to_arabic_digits(plain).casefold()))
    return "".join(f"{_OTHER:02x}{ord(c):06x}" for c in plain)


# --- Searching ---------------------------------------------------------------------------------------------------------

_NOT_WORD: Final = re.compile(r"(?:[^\w\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]|[_ฯๆ])+")
_BETWEEN_THAI: Final = re.compile("(?<=[ก-\u0e3aๅ-\u0e4e]) (?=[ก-ฮเ-ไ])")
_ABBREVIATION: Final = re.compile(r"(?<![ก-๎])(?:[ก-ฮ]\.){2,}[ก-ฮ]?(?![ก-๎])")
# What people write short and registers write in full; without its full stop only as a word of its own.
_OFFICES: Final = {
    "อบต": "องค์การบริหารส่วนตำบล",
    "อบจ": "องค์การบริหารส่วนจังหวัด",
    "ทต": "เทศบาลตำบล",
    "ทม": "เทศบาลเมือง",
    "ทน": "เทศบาลนคร",
}
_SHORT_OFFICE: Final = re.compile(rf"(?<![ก-๎])({'|'.join(_OFFICES)})(?:\.|(?![ก-๎]))")
# อ. จ. ต. before a place: the name itself finds it, whichever word the register puts before it.
_SHORT_PLACE: Final = re.compile(r"(?<![ก-๎.])[อจต]\.(?=\s|[ก-ฮเ-ไ]|$)")
_MAX_TERMS: Final = 8
_MAX_TERM: Final = 500
_MAX_QUERY: Final = 5_000


def search_key(text: str) -> str:
    """Return the normal form that is stored and searched for as a substring.

    Arabic digits, no case, no invisible characters; punctuation and spaces become one space, and none is left between two
    Thai syllables, where writers put them as they like (สำนักงาน เขต, สำนักงานเขต). Abbreviations of offices are written
    out (อบต., อ.บ.ต.), those of places give way to the name (อ.วังทอง, จ.พิษณุโลก).
    """
    return _BETWEEN_THAI.sub("", _spaced(_written_out(text)))


def unsaid(name: str, beside: str) -> str:
    """A name as it is to stand beside another one: nothing where that one says it already, in whatever spelling."""
    return "" if search_key(name) in search_key(beside) else name


def search_terms(query: str) -> list[str]:
    """Return the terms of a query, each in the form of ``search_key``: an entry is found if it contains all of them.

    At most eight, without repetition and in the order typed; empty when the query says nothing. A term of which no name
    is as long is cut: SQLite refuses to look for very long ones.
    """
    terms = _spaced(_written_out(query[:_MAX_QUERY])).split()
    return list(dict.fromkeys(term[:_MAX_TERM] for term in terms))[:_MAX_TERMS]


def _written_out(text: str) -> str:
    joined = _ABBREVIATION.sub(lambda match: f" {match[0].replace('.', '')} ", normalise(text))
    joined = _SHORT_OFFICE.sub(lambda match: f" {_OFFICES[match[1]]} ", joined)
    return _SHORT_PLACE.sub(" ", joined)


def _spaced(text: str) -> str:
    folded = normalise(unicodedata.normalize("NFC", to_arabic_digits(normalise(text)).casefold()))
    return _NOT_WORD.sub(" ", folded).strip()
