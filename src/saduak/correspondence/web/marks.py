"""The text of a letter with marks on what was read of it: pieces in order, each mark with the keys that lead to the reading."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from saduak.correspondence.matching import day
from saduak.correspondence.models import LetterFinding

_GAPS: Final = re.compile(r"[ \t\f]*\n(?:[ \t\f]*\n)+")
LETTERS: Final = "กขคงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ"
KINDS: Final = {
    "external": _("หนังสือภายนอก"),
    "memo": _("บันทึกข้อความ"),
    "stamped": _("หนังสือประทับตรา"),
    "order": _("คำสั่ง"),
    "announcement": _("ประกาศ"),
    "agenda": _("กำหนดการ"),
    "other": _("เอกสารอื่น"),
}
# Where in a document a finding is seen: the beginning of the names of its spans.
_PLACES: Final = {
    "reference-mismatch": ("references.", "attachments"),
    "receipt-before-letter": ("receipts.",),
    "agency-code-mismatch": ("number",),
    "deadline-after-window": ("deadlines.",),
    "deadline-before-letter": ("deadlines.",),
    "window-differs": ("windows.0",),
    "agenda-overlap": ("agenda.",),
    "agenda-outside-meeting": ("agenda.",),
}


@dataclass(frozen=True, slots=True)
class Key:
    """A link from a mark to what was read there."""

    href: str
    label: str
    name: str


@dataclass(slots=True)
class Piece:
    """A stretch of text; with keys it is a mark, `doubt` when a finding speaks of it."""

    text: str
    keys: list[Key] = field(default_factory=list)
    doubt: bool = False
    id: str = ""


@dataclass(slots=True)
class Side:
    """One document of the file as it is shown on the left."""

    index: int
    kind: object
    number: str
    issuer: str
    pieces: list[Piece]
    receipts: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Mark:
    """A span of the text that something was read from."""

    start: int
    end: int
    key: Key
    doubt: bool = False


def side(text: str, index: int, document: dict[str, Any], marks: Iterable[Mark]) -> Side:
    """A document with its marks. Marks that overlap become one, with the keys of all."""
    begin, end = document["spans"].get("document", (0, 0))
    pieces: list[Piece] = []
    at, reach = begin, begin
    for mark in sorted(marks, key=lambda m: (m.start, -m.end)):
        if not begin <= mark.start < end:
            continue
        if mark.start < reach and pieces:
            pieces[-1].keys.append(mark.key)
            pieces[-1].doubt = pieces[-1].doubt or mark.doubt
            continue
        pieces.append(Piece(text[at : mark.start]))
        reach = at = min(mark.end, end)
        pieces.append(Piece(text[mark.start : at], [mark.key], mark.doubt, f"m-{index}-{mark.start}"))
    pieces.append(Piece(text[at:end]))
    for piece in pieces:
        # Typed letters have many empty lines; one between two paragraphs is enough on a screen.
        piece.text = _GAPS.sub("\n\n", piece.text)
    pieces[0].text, pieces[-1].text = pieces[0].text.lstrip(), pieces[-1].text.rstrip()
    return Side(
        index=index,
        kind=KINDS.get(document["kind"], KINDS["other"]),
        number=document["number"] or "",
        issuer=document["issuer"] or document["subject"] or "",
        pieces=[piece for piece in pieces if piece.text],
        receipts=[{**row, "date": day(row["date"])} for row in document["receipts"]],
    )


def letter_of(ordinal: int) -> str:
    """ก, ข, ค …: the sign of a finding."""
    return LETTERS[ordinal] if ordinal < len(LETTERS) else str(ordinal + 1)


def place_of(finding: LetterFinding, document: dict[str, Any]) -> tuple[int, int] | None:
    """The span that a finding speaks of, as well as it can be told."""
    if told := document["spans"].get(finding.place):
        return told[0], told[1]
    for name, span in document["spans"].items():
        if not name.startswith(_PLACES.get(finding.code, ("-",))):
            continue
        kind, _dot, number = name.partition(".")
        values = document.get(kind)
        shown = values[int(number)].get("number") if number and isinstance(values, list) else None
        if not isinstance(shown, str) or any(shown in line for line in finding.evidence):
            return span[0], span[1]
    return None
