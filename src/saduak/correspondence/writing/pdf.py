"""Letters as PDF: typst draws them by the regulation's layout, tagged, for archiving (PDF/A-2b), with text that copies.

The regulation sets letters in TH SarabunPSK of 16 points. Its letters are small in their em square: ก is 0.400 em high
there and 0.586 em in the Sarabun that the project ships. So a point of the regulation is 0.683 points of Sarabun: text
stands at 10.9 points and looks as large as 16 do there; 29, 20 and 13 points are taken down alike. Lines stand 20.5
points apart, as single-spaced lines of TH SarabunPSK do. A letter that is a few lines too long for its page is set a
little closer, as a clerk would.
"""

import dataclasses
import functools
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import segno

from saduak.correspondence.writing import emblem
from saduak.correspondence.writing.document import LetterDocument
from saduak.correspondence.writing.glyphs import drawable
from saduak.correspondence.writing.lines import announced, broken, width
from saduak.correspondence.writing.printed import as_printed, dated, line, number_is_open, numbered, words
from saduak.foundation import pdf

TEMPLATES = Path(__file__).parent / "typst"
KINDS = ("external", "memo", "stamped")

_POINT = 0.683
_CM = 72 / 2.54
_WIDTH = 16 * _CM
_INDENT = 2.5 * _CM
_GAP = 0.35 * _CM
_TEXT, _LABEL = 16 * _POINT, 20 * _POINT
_OFFICE = 8.2 * _CM
_POSITION = 11 * _CM
_FOOT, _FOOT_BESIDE_QR = _WIDTH, 8.6 * _CM
# With so few lines of text a letter takes one page in any case; with so many no setting brings it onto one.
_ONE_PAGE, _TWO_PAGES = 6, 32


@dataclasses.dataclass(frozen=True, slots=True)
class _Setting:
    """Distances of lines and between paragraphs in points, and how much of the usual room the signature has."""

    pitch: float = 20.5
    between: float = 6.0
    room: float = 1.0


_USUAL, _CLOSE = _Setting(), _Setting(18.8, 3.5, 0.85)


def to_pdf(document: LetterDocument) -> bytes:
    """Draw a letter.

    Text may hold any characters: they are data for the drawing, never markup. What no font here can draw becomes "?".

    Raises:
        EmblemError: the emblem is no picture (`emblem.as_svg` checks it when it is kept).
        PdfError: the emblem is an SVG that cannot be drawn.
        ValueError: the kind is none of `KINDS`.
    """
    if document.kind not in KINDS:
        raise ValueError(document.kind)
    letter = as_printed(document)
    data = _data(letter) | {"author": line(document.issuer)}
    data |= dataclasses.asdict(_setting(letter.kind, data))
    template = TEMPLATES / f"{letter.kind}.typ"
    try:
        return pdf.render(template, data)
    except pdf.PdfError:
        return pdf.render(template, drawable(data))


def _setting(kind: str, data: dict[str, Any]) -> _Setting:
    """The usual setting, unless a closer one brings onto one page what would take two."""
    lines = sum(len(row["lines"]) for row in (*data["body"], *data["kept"]))
    if not _ONE_PAGE < lines < _TWO_PAGES or _pages(kind, data, _USUAL) != 2:
        return _USUAL
    return _CLOSE if _pages(kind, data, _CLOSE) == 1 else _USUAL


def _pages(kind: str, data: dict[str, Any], setting: _Setting) -> int:
    """How many pages a letter takes; laid out and not drawn, which is quick. None that can be told: 0."""
    import typst

    given = json.dumps({**data, **dataclasses.asdict(setting)}, ensure_ascii=False)
    try:
        found = typst.query(
            str(TEMPLATES / f"{kind}.typ"),
            "<pages>",
            field="value",
            one=True,
            root=str(TEMPLATES),
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"data": given},
        )
    except typst.TypstError:
        return 0
    return int(found)


@functools.cache
def _fonts() -> Any:
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[str(pdf.FONTS)])


def _data(letter: LetterDocument) -> dict[str, Any]:
    """Everything that the templates print; texts that may be longer than a line come as their lines."""
    said = words()
    signature = letter.signature
    labels = _LABEL if letter.kind == "memo" else _TEXT
    office = _WIDTH - _hang(said["office"], labels) if letter.kind == "memo" else _OFFICE
    issuer = [row for text in (letter.issuer, *_address(letter)) for row in _ragged(text, office)]
    closing = letter.closing or said["usual_closing"]
    body, kept = _body(letter.paragraphs)
    beside = _FOOT_BESIDE_QR if letter.qr_url or letter.initials else _FOOT
    return {
        "words": said,
        "title": letter.subject or f"{said['number']} {letter.number}",
        "thai_digits": letter.thai_digits,
        "point": _POINT,
        "gap": _GAP,
        "indent": _INDENT,
        "emblem": emblem.as_svg(letter.emblem),
        "urgency": letter.urgency,
        "secrecy": letter.secrecy,
        "number": letter.number,
        "number_open": number_is_open(letter.number),
        "issuer": issuer,
        "issuer_width": min(_OFFICE, max(width(row, _TEXT) for row in issuer or [""]) + 1),
        "dated": dated(letter.dated, thai=letter.thai_digits),
        "subject": _lines(letter.subject, _WIDTH - _hang(said["subject"], labels)),
        "salutation": letter.salutation,
        "addressee": _lines(letter.addressee, _WIDTH - _hang(letter.salutation or said["to"], _TEXT)),
        "references": [_lines(row, _WIDTH - _hang(said["references"], _TEXT)) for row in letter.references],
        **_attachments(letter),
        "body": body,
        "kept": kept,
        "closing": letter.closing,
        "axis": _WIDTH / 2 + width(closing, _TEXT) / 2,
        "signature": {
            "name": signature.name,
            "position": [_ragged(row, _POSITION) for row in signature.position],
            "note": signature.signed_note,
        }
        if signature
        else None,
        "foot": [_ragged(row, beside) for row in _foot(letter)],
        "initials": letter.initials,
        "qr": _qr(letter.qr_url) if letter.qr_url else "",
        "qr_url": letter.qr_url,
    }


def _lines(text: str, most: float) -> list[str]:
    return broken(text, _TEXT, most)


def _ragged(text: str, most: float) -> list[str]:
    return broken(text, _TEXT, most, ragged=True)


def _hang(label: str, size: float) -> float:
    return width(label, size, bold=size > _TEXT) + _GAP


def _address(letter: LetterDocument) -> Sequence[str]:
    return letter.address if letter.kind == "external" else ()


def _foot(letter: LetterDocument) -> list[str]:
    copies = f"{words()['copies_to']} {letter.copies_to}" if letter.copies_to else ""
    return [row for row in (letter.owner_unit, *letter.contact, copies) if row]


def _attachments(letter: LetterDocument) -> dict[str, Any]:
    rows = letter.attachments
    copies = max((width(row.copies, _TEXT) for row in rows), default=0)
    copies = min(copies + 1, _WIDTH / 3) if copies else 0
    room = _WIDTH - _hang(words()["attachments"], _TEXT)
    if len(rows) > 1:
        room -= width(numbered(len(rows), thai=letter.thai_digits), _TEXT) + _GAP / 2
    if copies:
        room -= copies + _GAP
    return {
        "copies_width": copies,
        "attachments": [
            {
                "number": numbered(at, thai=letter.thai_digits),
                "lines": _ragged(row.title, room),
                "copies": row.copies,
            }
            for at, row in enumerate(rows, 1)
        ],
    }


def _body(paragraphs: Sequence[str]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The text in stretches of lines, and those at its end that stay with the signature: two lines at least.

    No page begins or ends with a single line of a paragraph that has more.
    """
    rows = [announced(text, _TEXT, _WIDTH, first=_WIDTH - _INDENT) for text in paragraphs]
    body: list[dict[str, Any]] = [{"lines": lines, "goes_on": False, "cut": False} for lines in rows]
    kept: list[dict[str, Any]] = []
    missing = 2
    while missing > 0 and body:
        last = body.pop()
        lines = last["lines"]
        if len(lines) > 3:
            body.append({**last, "lines": lines[:-2], "cut": True})
            last = {"lines": lines[-2:], "goes_on": True, "cut": False}
        kept.insert(0, last)
        missing -= len(last["lines"])
    return body, kept


def _qr(address: str) -> str:
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", border=2, dark="#000000", xmldecl=False, omitsize=True
    )
    return out.getvalue().decode()
