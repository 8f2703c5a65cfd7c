"""Letters as DOCX, for those who finish them in a word processor: the same order and layout as the PDF.

Set in TH SarabunPSK of 16 points, as official machines have it; the file's table of fonts names what may stand in for it.
The same letter gives the same bytes.
"""

import dataclasses
import io
from typing import Any

import segno

from saduak.correspondence.writing import emblem
from saduak.correspondence.writing.document import LetterDocument
from saduak.correspondence.writing.docx_parts import (
    LABEL,
    PLAIN,
    RED,
    TEXT,
    WIDTH,
    Look,
    every_page,
    new,
    picture,
    shape,
    stable,
    table,
    write,
)
from saduak.correspondence.writing.lines import width
from saduak.correspondence.writing.printed import as_printed, dated, line, number_is_open, numbered, words

_MIDDLE = WIDTH / 2
_INDENT = 2.5
_GAP = 0.35
_OFFICE = 8.2
# Points of TH SarabunPSK in points of Sarabun, whose widths we know; a point is so many centimetres.
_POINT, _CM = 0.683, 2.54 / 72
_BETWEEN = 6.0
_KINDS = ("external", "memo", "stamped")
_LEAD = Look(before=_BETWEEN)


def to_docx(document: LetterDocument) -> bytes:
    """Write a letter as DOCX.

    Raises:
        EmblemError: the emblem is no picture.
        ValueError: the kind is none of external, memo and stamped.
    """
    if document.kind not in _KINDS:
        raise ValueError(document.kind)
    letter = as_printed(document)
    return stable(_Paper(letter, line(document.issuer)).written())


class _Paper:
    """Writes one letter from top to bottom."""

    def __init__(self, letter: LetterDocument, author: str) -> None:
        self.letter, self.words = letter, words()
        self.made = new(
            title=letter.subject or f"{self.words['number']} {letter.number}",
            author=author,
            day=letter.dated,
            thai=letter.thai_digits,
        )
        self.dated = dated(letter.dated, thai=letter.thai_digits)

    def written(self) -> Any:
        every_page(self.made.sections[0], self.letter.secrecy, thai=self.letter.thai_digits)
        {"external": self._external, "memo": self._memo, "stamped": self._stamped}[self.letter.kind]()
        return self.made

    def _add(self, text: str = "", look: Look = PLAIN, holder: Any = None) -> Any:
        paragraph = shape((holder or self.made).add_paragraph(), look)
        if text:
            write(paragraph, text, look)
        return paragraph

    def _in_cell(self, cell: Any, rows: tuple[str, ...], look: Look = PLAIN) -> Any:
        """The rows as a cell's paragraphs; the first is there already."""
        first = shape(cell.paragraphs[0], look)
        for at, row in enumerate(rows):
            write(first if at == 0 else shape(cell.add_paragraph(), look), row, look)
        return first

    # --- The three forms

    def _external(self) -> None:
        letter = self.letter
        self._crest()
        rows = tuple(row for row in (letter.issuer, *letter.address) if row)
        wide = min(_OFFICE, max((width(row, TEXT * _POINT) for row in rows), default=0) * _CM + 0.3)
        left, right = table(self.made, (WIDTH - wide, wide)).rows[0].cells
        self._number(left)
        self._in_cell(right, rows)
        self._place(self.dated, Look(left=_MIDDLE, before=9, tabs=((_MIDDLE + 4.6, "dots"),)))
        self._field(self.words["subject"], (letter.subject,), before=9)
        self._field(letter.salutation, (letter.addressee,))
        if letter.references:
            self._field(self.words["references"], letter.references)
        if letter.attachments:
            self._attachments()
        self._body()
        self._signed()
        self._foot()

    def _memo(self) -> None:
        letter = self.letter
        self._title()
        self._dotted(self.words["office"], letter.issuer)
        paragraph = self._add(
            "", Look(before=3, tabs=((_MIDDLE - 0.4, "dots"), (_MIDDLE, ""), (WIDTH, "dots")))
        )
        for label, value, end in (("number", letter.number, "\t\t"), ("dated", self.dated, "\t")):
            write(paragraph, self.words[label], Look(size=LABEL, bold=True))
            write(paragraph, f" {value}{end}")
        self._dotted(self.words["subject"], letter.subject)
        self._field(letter.salutation, (letter.addressee,))
        self._body()
        self._signed()
        self._foot()

    def _stamped(self) -> None:
        letter = self.letter
        self._crest()
        self._number(self.made)
        self._field(self.words["to"], (letter.addressee,), before=9)
        self._body()
        # The seal goes over the agency's name, initials beside it, the date below.
        look = Look(left=_MIDDLE - 1.5, align="center", keep=True)
        for _ in range(2):
            self._add("", look)
        self._add(letter.issuer, look)
        for _ in range(2):
            self._add("", look)
        self._place(self.dated, dataclasses.replace(look, keep=False), centred=True)
        self._foot()

    # --- Heads

    def _crest(self) -> None:
        """Three centimetres for the emblem in the middle; urgency at the left, above the number."""
        from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE
        from docx.shared import Cm

        row = table(self.made, (5.5, 5.0, 5.5)).rows[0]
        row.height, row.height_rule = Cm(3.1), WD_ROW_HEIGHT_RULE.EXACTLY
        urgency = Look(size=32, bold=True, colour=RED)
        row.cells[0].vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.BOTTOM
        self._in_cell(row.cells[0], tuple(filter(None, (self.letter.urgency,))), urgency)
        middle = self._in_cell(row.cells[1], (), Look(align="center"))
        if self.letter.emblem:
            picture(middle, emblem.as_png(self.letter.emblem), height=3, name="emblem")

    def _title(self) -> None:
        """The emblem at the left, the urgency beside it, the title in the middle."""
        grid = table(self.made, (2.0, 12.0, 2.0), rows=2 if self.letter.urgency else 1)
        first = grid.rows[0].cells
        corner = first[0].merge(grid.rows[-1].cells[0]) if self.letter.urgency else first[0]
        if self.letter.urgency:
            self._in_cell(first[1], (self.letter.urgency,), Look(size=26, bold=True, colour=RED, height=20))
        if self.letter.emblem:
            picture(corner.paragraphs[0], emblem.as_png(self.letter.emblem), height=1.5, name="emblem")
        title = Look(size=29, bold=True, align="center")
        self._in_cell(grid.rows[-1].cells[1], (self.words["memo"],), title)

    def _number(self, holder: Any) -> None:
        look = Look(tabs=((6.0, "dots"),))
        paragraph = (
            self._in_cell(holder, (), look) if hasattr(holder, "vertical_alignment") else self._add("", look)
        )
        end = "\t" if number_is_open(self.letter.number) else ""
        write(paragraph, f"{self.words['number']}  {self.letter.number}{end}")

    def _place(self, text: str, look: Look, *, centred: bool = False) -> None:
        """A value, or dots for a pen where there is none."""
        if text:
            self._add(text, look)
        elif centred:
            self._add("\t", Look(left=_MIDDLE + 0.5, tabs=((_MIDDLE + 5.1, "dots"),)))
        else:
            self._add("\t", look)

    def _field(self, label: str, rows: tuple[str, ...], *, before: float = _BETWEEN) -> None:
        """A labelled field; everything but the label stands under its own beginning."""
        hang = _hang(label)
        for at, row in enumerate(rows):
            look = Look(left=hang, first=-hang, tabs=((hang, ""),), before=0 if at else before)
            self._add(f"{label if at == 0 else ''}\t{row}", look)

    def _dotted(self, label: str, value: str) -> None:
        hang = _hang(label, LABEL)
        look = Look(left=hang, first=-hang, tabs=((hang, ""), (WIDTH, "dots")), before=3)
        paragraph = self._add("", look)
        write(paragraph, label, Look(size=LABEL, bold=True))
        write(paragraph, f"\t{value}\t")

    def _attachments(self) -> None:
        from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT

        letter = self.letter
        hang = _hang(self.words["attachments"])
        several = len(letter.attachments) > 1
        wide = [
            hang,
            0.75 if several else 0.05,
            0.0,
            3.2 if any(row.copies for row in letter.attachments) else 0.05,
        ]
        wide[2] = WIDTH - sum(wide)
        grid = table(self.made, wide, rows=len(letter.attachments))
        for at, (entry, row) in enumerate(zip(letter.attachments, grid.rows, strict=True), 1):
            look = _LEAD if at == 1 else PLAIN
            number = numbered(at, thai=letter.thai_digits) if several else ""
            texts = (self.words["attachments"] if at == 1 else "", number, entry.title, entry.copies)
            for cell, text in zip(row.cells, texts, strict=True):
                self._in_cell(cell, (text,) if text else (), look)
            row.cells[3].vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.BOTTOM

    # --- Text and end

    def _body(self) -> None:
        """Paragraphs as Thai is justified; the last two lines at least stay with the signature."""
        rows = self.letter.paragraphs
        # A line between the heads and the text, also for programs that read only lines.
        self._add("", Look(height=_BETWEEN / 2))
        for at, row in enumerate(rows):
            last = at >= len(rows) - (2 if len(rows[-1]) < 90 else 1)
            self._add(row, Look(first=_INDENT, align="thai", before=_BETWEEN, keep=last))

    def _signed(self) -> None:
        letter = self.letter
        usual = letter.closing or self.words["usual_closing"]
        axis = _MIDDLE + width(usual, TEXT * _POINT) * _CM / 2
        half = min(5.6, WIDTH - axis)
        if letter.closing:
            self._add(letter.closing, Look(left=_MIDDLE, before=12, keep=True))
        if letter.signature is None:
            return
        look = Look(left=axis - half, right=WIDTH - axis - half, align="center", keep=True)
        for _ in range(1 if letter.signature.signed_note else 3):
            self._add("", look)
        if letter.signature.signed_note:
            self._add(letter.signature.signed_note, dataclasses.replace(look, size=13))
        if letter.signature.name:
            self._add(f"({letter.signature.name})", look)
        else:
            self._add("(\t)", Look(left=axis - 2.6, keep=True, tabs=((axis + 2.4, "dots"),)))
        rows = letter.signature.position
        for at, row in enumerate(rows):
            self._add(row, dataclasses.replace(look, keep=at < len(rows) - 1))

    def _foot(self) -> None:
        letter = self.letter
        copies = f"{self.words['copies_to']} {letter.copies_to}" if letter.copies_to else ""
        rows = [row for row in (letter.owner_unit, *letter.contact, copies) if row]
        for at, row in enumerate(rows):
            self._add(row, Look(before=0 if at else 18))
        for row in letter.initials:
            self._add(row, Look(size=13, align="right"))
        if letter.qr_url:
            small = Look(size=12, align="right")
            picture(self._add("", small), _qr(letter.qr_url), height=2.1, name="qr")
            self._add(self.words["qr"], small)
            self._add(letter.qr_url, small)


def _hang(label: str, size: float = TEXT) -> float:
    """Where the value of a field begins, in centimetres."""
    return width(label, size * _POINT, bold=size > TEXT) * _CM + _GAP


def _qr(address: str) -> bytes:
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="png", scale=8, border=2)
    return out.getvalue()
