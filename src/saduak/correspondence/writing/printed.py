"""A letter as it comes on paper: clean texts, one kind of digits, dates in words. Shared by PDF and DOCX."""

import dataclasses
import datetime
import functools
import re
import tomllib
import unicodedata
from pathlib import Path
from typing import Any

from saduak.correspondence.writing.document import Attached, LetterDocument, Signature
from saduak.foundation.thai.calendar import format_long
from saduak.foundation.thai.numerals import to_arabic_digits, to_thai_digits
from saduak.foundation.thai.text import normalise

DATA = Path(__file__).parent / "data"

# Addresses stay as they are typed: whole ones, e-mail, bare domains with what follows, and names such as @office2570.
_LABEL = r"[A-Za-z0-9-]{1,63}"
_ADDRESS = re.compile(
    r"(?:https?|ftp|line)://[!-~]+|@[A-Za-z][A-Za-z0-9._-]*"
    rf"|(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{{1,64}}@{_LABEL}(?:\.{_LABEL})+"
    rf"|(?<![A-Za-z0-9.-]){_LABEL}(?:\.{_LABEL}){{0,8}}\.[A-Za-z]{{2,24}}(?![A-Za-z0-9])(?:[:/?#][!-~]*)?",
)
# Old Thai fonts kept raised and shifted marks in the private-use area; text copied from old files still has them.
_PRIVATE = {
    old: new
    for first, last, target in (
        (0xF701, 0xF704, 0x0E34),
        (0xF705, 0xF709, 0x0E48),
        (0xF70A, 0xF70E, 0x0E48),
        (0xF713, 0xF717, 0x0E48),
        (0xF718, 0xF71A, 0x0E38),
        (0xF700, 0xF700, 0x0E10),
        (0xF70F, 0xF70F, 0x0E0D),
        (0xF710, 0xF710, 0x0E31),
        (0xF711, 0xF711, 0x0E4D),
        (0xF712, 0xF712, 0x0E47),
    )
    for old, new in zip(range(first, last + 1), range(target, target + last - first + 1), strict=True)
}
_BY_CHANCE = 12
_GAPS = re.compile(r"[^\S\n]+")
_SARA_AM = chr(0x0E33)
_LINE_ENDS = re.compile("\r\n|[\r\u0085\u2028\u2029]")
_SPACES = {"Zs", "Zl", "Zp"}
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}


@functools.cache
def words() -> dict[str, Any]:
    """The fixed words of the forms, by name."""
    return tomllib.loads((DATA / "words.toml").read_text(encoding="utf-8"))


def clean(text: str) -> str:
    """Text as it can be printed: repaired Thai, single spaces, no control or invisible characters. Line ends stay."""
    rows = _LINE_ENDS.sub("\n", text).translate(_PRIVATE)
    seen = "".join(_character(character) for character in rows)
    return "\n".join(_GAPS.sub(" ", row).strip() for row in _based(normalise(seen)).split("\n"))


def _based(text: str) -> str:
    """Without marks that stand over or under nothing: no font draws them. Sara am is half a mark."""
    kept: list[str] = []
    carries = False
    for character in text:
        category = unicodedata.category(character)
        if not carries and (category[0] == "M" or character == _SARA_AM):
            continue
        kept.append(character)
        carries = category[0] in "LMN"
    return "".join(kept)


def _character(character: str) -> str:
    if character == "\n":
        return character
    category = unicodedata.category(character)
    if character == "\t" or category in _SPACES:
        return " "
    return "" if category in _UNSEEN else character


def line(text: str) -> str:
    """Clean text on one line."""
    return clean(text).replace("\n", " ").strip()


def lines(text: str) -> list[str]:
    """The lines of a clean text, without empty ones."""
    return [row for row in clean(text).split("\n") if row]


def digits(text: str, *, thai: bool) -> str:
    """The text with one kind of digits, except in addresses of the internet."""
    turn = to_thai_digits if thai else to_arabic_digits
    made, at = "", 0
    for match in _ADDRESS.finditer(text):
        made += turn(text[at : match.start()]) + match.group()
        at = match.end()
    return made + turn(text[at:])


def dated(day: datetime.date | None, *, thai: bool) -> str:
    """The day as a letter prints it: 12 ธันวาคม 2565; empty for none."""
    return digits(format_long(day, weekday=False, language="th"), thai=thai) if day else ""


def numbered(at: int, *, thai: bool) -> str:
    """The number of a thing in a list."""
    return digits(f"{at}.", thai=thai)


def number_is_open(number: str) -> bool:
    """Whether the number still waits for a pen: there is none, or it ends before its serial."""
    return number.rstrip().endswith(("/", words()["circular"], ".")) or not number.strip()


def as_printed(document: LetterDocument) -> LetterDocument:
    """The same letter with every text as it is printed, and everything where its form has it.

    Each line of a paragraph becomes a paragraph. A memo or a stamped letter has no heads for references and attachments:
    what its text does not say already stands before it, line by line. A memo's unit and telephones stand with its office.
    """

    def one(text: str) -> str:
        return digits(line(text), thai=document.thai_digits)

    def several(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(row for text in texts if (row := one(text)))

    signature = document.signature
    made = dataclasses.replace(
        document,
        issuer=one(document.issuer),
        number=one(document.number),
        address=several(document.address),
        urgency=one(document.urgency),
        secrecy=one(document.secrecy),
        subject=one(document.subject),
        salutation=one(document.salutation),
        addressee=one(document.addressee),
        references=several(document.references),
        attachments=tuple(
            Attached(one(row.title), one(row.copies)) for row in document.attachments if one(row.title)
        ),
        paragraphs=tuple(
            digits(row, thai=document.thai_digits) for text in document.paragraphs for row in lines(text)
        ),
        closing=one(document.closing) if document.kind == "external" else "",
        signature=Signature(one(signature.name), several(signature.position), one(signature.signed_note))
        if signature and document.kind != "stamped"
        else None,
        owner_unit=one(document.owner_unit),
        contact=several(document.contact),
        copies_to=one(document.copies_to),
        initials=several(document.initials),
    )
    if document.kind == "external":
        return made
    made = _in_the_text(made)
    return _with_office(made) if document.kind == "memo" else made


def _in_the_text(document: LetterDocument) -> LetterDocument:
    """References and attachments as lines of the text, those left out that it names itself."""
    said = _bare(" ".join(document.paragraphs))
    cited = [row for row in document.references if not _says(said, row)]
    enclosed = [row for row in document.attachments if not _says(said, row.title)]
    rows = [f"{words()['references']} {row}" for row in cited]
    for at, row in enumerate(enclosed, 1):
        label = f"{words()['attachments']} " if at == 1 else ""
        number = f"{numbered(at, thai=document.thai_digits)} " if len(enclosed) > 1 else ""
        rows.append(f"{label}{number}{row.title} {row.copies}".strip())
    return dataclasses.replace(
        document, references=(), attachments=(), paragraphs=(*rows, *document.paragraphs)
    )


def _with_office(document: LetterDocument) -> LetterDocument:
    """The whole line of ส่วนราชการ: the agency, its unit, its telephones."""
    line_of_office = document.issuer
    for part in (document.owner_unit, *document.contact):
        if part and _bare(part) not in _bare(line_of_office):
            line_of_office = f"{line_of_office} {part}"
    return dataclasses.replace(document, issuer=line_of_office.strip(), owner_unit="", contact=())


def _says(said: str, words: str) -> bool:
    """Whether a text without spaces says the words; short ones may stand in it by chance."""
    wanted = _bare(words)
    return len(wanted) >= _BY_CHANCE and wanted in said


def _bare(text: str) -> str:
    return "".join(text.split())
