"""The receipt stamp (ตรารับหนังสือ) on the first page of a received letter; its text and everything else stay."""

from dataclasses import dataclass
from pathlib import Path

from saduak.correspondence.writing.apart import done_apart
from saduak.correspondence.writing.glyphs import drawable
from saduak.correspondence.writing.lines import broken, width
from saduak.correspondence.writing.printed import line, words
from saduak.foundation import pdf

TEMPLATE = Path(__file__).parent / "typst" / "receipt.typ"
# The size of its letters, how narrow and how wide the box may be, and the room that its border takes, in points.
_SIZE, _NARROWEST, _WIDEST, _BORDER = 9.0, 150.0, 215.0, 15.0


@dataclass(frozen=True, slots=True)
class ReceiptStamp:
    """What is stamped: the office, its number, day and time as they are printed, and who received it."""

    office: str
    number: str
    date_text: str
    time_text: str
    by: str = ""


def stamped(received: bytes, stamp: ReceiptStamp) -> bytes:
    """The received PDF with the stamp at the top right of its first page. A JPEG or PNG becomes a page first.

    The file is opened in a process of its own, which may take so long and so much memory and no more.

    Raises:
        ValueError: the file is encrypted, broken, too large or no such file; its text is a code: "encrypted",
            "broken-file", "too-large", "too-slow".
    """
    return done_apart("stamp", received, also=_drawn(stamp))


def _drawn(stamp: ReceiptStamp) -> bytes:
    said = words()["stamp"]
    rows = [
        [said[name], line(value)]
        for name, value in (
            ("number", stamp.number),
            ("date", stamp.date_text),
            ("time", stamp.time_text),
            ("by", stamp.by),
        )
        if line(value)
    ]
    office = line(stamp.office)
    # Its letters are bold: lines are broken as if they were so much larger.
    bold = width(office, _SIZE, bold=True)
    size = _SIZE * bold / (width(office, _SIZE) or 1)
    wide = max(_NARROWEST, min(_WIDEST, bold + _BORDER))
    data = {"office": broken(office, size, wide - _BORDER, ragged=True), "width": wide, "rows": rows}
    try:
        return pdf.render(TEMPLATE, data)
    except pdf.PdfError:
        return pdf.render(TEMPLATE, drawable(data))
