"""Writing the file: a heading and a content control a criterion, around them what is asked and what is attached."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from saduak.applications.word.fields import Section, clean, tag_of

FONT: Final = "TH SarabunPSK"
SIZE: Final = 16
_SOFT: Final = "666666"


@dataclass(frozen=True, slots=True)
class Heading:
    """A part or a side of the criteria, with its criteria."""

    title: str
    level: int
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Book:
    """Everything that goes into the file."""

    application_id: UUID
    title: str
    centre: str
    facts: tuple[str, ...]
    headings: Sequence[Heading]


def prompt() -> str:
    """What stands in an empty control until somebody writes there."""
    return _("คลิกแล้วเขียนคำอธิบายของข้อนี้")


def to_docx(book: Book) -> bytes:
    """Write the file."""
    import docx

    made = docx.Document()
    _page(made)
    _styles(made)
    core = made.core_properties
    core.title, core.author, core.comments = clean(book.title)[:250], "", ""
    made.add_heading(clean(book.title), 0)
    _line(made, book.centre, bold=True)
    for fact in book.facts:
        _line(made, fact)
    _line(made, _("เขียนในกรอบใต้หัวข้อของแต่ละข้อ แล้วนำไฟล์นี้กลับเข้าระบบ ข้อความนอกกรอบไม่ถูกนำเข้า"), soft=True)
    for heading in book.headings:
        made.add_heading(clean(heading.title), heading.level)
        for section in heading.sections:
            _section(made, book.application_id, section)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _page(made: Any) -> None:
    from docx.shared import Cm

    section = made.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2.5), Cm(2)
    section.top_margin, section.bottom_margin = Cm(2), Cm(2)


def _styles(made: Any) -> None:
    """Thai takes the font and size of complex scripts, in every style that is used."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls, qn
    from docx.shared import Pt, RGBColor

    sizes = {"Normal": SIZE, "Title": 24, "Heading 1": 22, "Heading 2": 19, "Heading 3": 17}
    for name, size in sizes.items():
        style = made.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        style.font.color.rgb = RGBColor(0, 0, 0)
        properties = style.element.get_or_add_rPr()
        fonts = properties.find(qn("w:rFonts"))
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:cs"), FONT)
        if name != "Normal":
            properties.append(parse_xml(f"<w:bCs {nsdecls('w')}/>"))
        properties.append(parse_xml(f"<w:szCs {nsdecls('w')} w:val='{size * 2}'/>"))
        properties.append(parse_xml(f"<w:lang {nsdecls('w')} w:val='en-US' w:bidi='th-TH'/>"))


def _line(made: Any, text: str, *, bold: bool = False, soft: bool = False) -> None:
    from docx.shared import RGBColor

    run = made.add_paragraph().add_run(clean(text))
    run.bold = bold
    if soft:
        run.font.color.rgb = RGBColor.from_string(_SOFT)


def _section(made: Any, application_id: UUID, section: Section) -> None:
    made.add_heading(clean(f"{section.number} {section.title}"), 3)
    for text in (section.asks, section.looked_for):
        if text:
            _line(made, text, soft=True)
    _line(made, section.claim)
    made.element.body.insert(
        len(made.element.body) - 1,  # the last is the section's properties
        control(tag_of(application_id, section), f"{section.number} {section.title}", section.text),
    )
    if section.evidence:
        _line(made, _("หลักฐาน: %(captions)s") % {"captions": " · ".join(section.evidence)}, soft=True)


def control(tag: str, alias: str, text: str) -> Any:
    """A content control around paragraphs, one a line; an empty text shows what to do and counts as empty."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    box, properties, inside = (OxmlElement(f"w:{name}") for name in ("sdt", "sdtPr", "sdtContent"))
    for name, value in (("alias", clean(alias)[:64]), ("tag", tag)):
        element = OxmlElement(f"w:{name}")
        element.set(qn("w:val"), value)
        properties.append(element)
    lines = clean(text).split("\n")
    if not any(lines):
        properties.append(OxmlElement("w:showingPlcHdr"))
        lines = [prompt()]
    for line in lines:
        inside.append(_paragraph(line))
    box.append(properties)
    box.append(inside)
    return box


def _paragraph(line: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph = OxmlElement("w:p")
    run = OxmlElement("w:r")
    for n, piece in enumerate(line.split("\t")):
        if n:
            run.append(OxmlElement("w:tab"))
        text = OxmlElement("w:t")
        text.set(qn("xml:space"), "preserve")
        text.text = piece
        run.append(text)
    paragraph.append(run)
    return paragraph
