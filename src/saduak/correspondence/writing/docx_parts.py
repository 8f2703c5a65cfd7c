"""The parts of a DOCX that python-docx leaves to its template: fonts, language, page numbers, tables, and stable bytes."""

import datetime
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from saduak.correspondence.writing.printed import digits, words

LANGUAGE = "th-TH"
RED = "C00000"
TEXT, LABEL = 16, 20
WIDTH = 16.0
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Look:
    """How a paragraph stands: centimetres for indents and tab stops, points for sizes and distances."""

    size: float = TEXT
    bold: bool = False
    colour: str = ""
    align: str = "left"
    left: float = 0
    right: float = 0
    first: float = 0
    before: float = 0
    # Exactly so high, where it matters; else as the font asks.
    height: float = 0
    keep: bool = False
    # Places of tab stops; "dots" leads to the stop with dots, on which a pen writes.
    tabs: tuple[tuple[float, str], ...] = ()


PLAIN = Look()


def new(*, title: str, author: str, day: datetime.date | None, thai: bool) -> Any:
    """An empty document: A4, the margins of the regulation, its font and language in every style."""
    import docx
    from docx.shared import Cm

    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(3), Cm(2)
    section.top_margin, section.bottom_margin = Cm(1.5), Cm(2)
    section.header_distance = section.footer_distance = Cm(0.7)
    section.different_first_page_header_footer = True
    _numbering(section, thai=thai)
    _defaults(document)
    _settings(document)
    _fonts(document)
    core = document.core_properties
    core.title, core.author, core.last_modified_by = title[:250], author[:250], author[:250]
    core.comments, core.language = "", LANGUAGE
    moment = datetime.datetime.combine(day or datetime.date(2000, 1, 1), datetime.time())
    core.created = core.modified = moment
    return document


def _numbering(section: Any, *, thai: bool) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    kind = OxmlElement("w:pgNumType")
    kind.set(qn("w:fmt"), "thaiNumbers" if thai else "decimal")
    section._sectPr.find(qn("w:cols")).addprevious(kind)  # noqa: SLF001 - no other way to its XML


def _defaults(document: Any) -> None:
    """Every style starts from these: the theme's fonts and the space below each paragraph are not for letters."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls, qn

    styles = document.styles.element
    styles.find(qn("w:docDefaults")).getparent().replace(
        styles.find(qn("w:docDefaults")),
        parse_xml(
            f"<w:docDefaults {nsdecls('w')}><w:rPrDefault><w:rPr>{_fonts_xml()}<w:sz w:val='{TEXT * 2}'/>"
            f"<w:szCs w:val='{TEXT * 2}'/><w:lang w:val='en-US' w:eastAsia='en-US' w:bidi='{LANGUAGE}'/></w:rPr></w:rPrDefault>"
            "<w:pPrDefault><w:pPr><w:spacing w:before='0' w:after='0' w:line='240' w:lineRule='auto'/></w:pPr></w:pPrDefault>"
            "</w:docDefaults>"
        ),
    )


def _fonts_xml() -> str:
    font = words()["font"]
    return f"<w:rFonts w:ascii='{font}' w:hAnsi='{font}' w:eastAsia='{font}' w:cs='{font}'/>"


def _settings(document: Any) -> None:
    from docx.oxml.ns import qn

    settings = document.settings.element
    settings.find(qn("w:themeFontLang")).set(qn("w:bidi"), LANGUAGE)
    compat = settings.find(qn("w:compat"))
    compat.remove(compat.find(qn("w:useFELayout")))
    for setting in compat.findall(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")


def _fonts(document: Any) -> None:
    """Name in the table of fonts what may stand in for the letters' font: word processors take the first that they know.

    The thumbnail of the template is left out.
    """
    from docx.opc.constants import RELATIONSHIP_TYPE
    from lxml import etree

    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    for relation in document.part.rels.values():
        if relation.reltype == RELATIONSHIP_TYPE.FONT_TABLE:
            root = etree.fromstring(relation.target_part.blob)
            font = etree.SubElement(root, f"{{{space}}}font", {f"{{{space}}}name": words()["font"]})
            etree.SubElement(font, f"{{{space}}}altName", {f"{{{space}}}val": words()["font_instead"]})
            etree.SubElement(font, f"{{{space}}}charset", {f"{{{space}}}val": "DE"})
            etree.SubElement(font, f"{{{space}}}family", {f"{{{space}}}val": "swiss"})
            relation.target_part._blob = etree.tostring(  # noqa: SLF001 - the part has no setter
                root, xml_declaration=True, encoding="UTF-8", standalone=True
            )
    package = document.part.package
    for key, relation in list(package.rels.items()):
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:
            del package.rels[key]


def write(paragraph: Any, text: str, look: Look = PLAIN) -> Any:
    """Add text to a paragraph; a tab in it goes to the next stop. Thai takes what is set for complex scripts."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    run = paragraph.add_run(text)
    bold = "<w:b/><w:bCs/>" if look.bold else ""
    colour = f"<w:color w:val='{look.colour}'/>" if look.colour else ""
    size = round(look.size * 2)
    properties = parse_xml(
        f"<w:rPr {nsdecls('w')}>{_fonts_xml()}{bold}{colour}<w:sz w:val='{size}'/><w:szCs w:val='{size}'/>"
        f"<w:lang w:val='en-US' w:bidi='{LANGUAGE}'/></w:rPr>"
    )
    run._r.insert(0, properties)  # noqa: SLF001 - python-docx knows no sizes of complex scripts
    return run


def shape(paragraph: Any, look: Look) -> Any:
    """Set indents, tab stops and distances of a paragraph."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT, WD_TAB_LEADER
    from docx.shared import Cm, Pt

    form = paragraph.paragraph_format
    paragraph.alignment = {
        "left": WD_ALIGN_PARAGRAPH.LEFT,
        "center": WD_ALIGN_PARAGRAPH.CENTER,
        "right": WD_ALIGN_PARAGRAPH.RIGHT,
        "thai": WD_ALIGN_PARAGRAPH.THAI_JUSTIFY,
    }[look.align]
    if look.left:
        form.left_indent = Cm(look.left)
    if look.right:
        form.right_indent = Cm(look.right)
    if look.first:
        form.first_line_indent = Cm(look.first)
    if look.before:
        form.space_before = Pt(look.before)
    if look.height:
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(look.height)
    if look.keep:
        form.keep_with_next = True
    for place, kind in look.tabs:
        leader = WD_TAB_LEADER.DOTS if kind == "dots" else WD_TAB_LEADER.SPACES
        form.tab_stops.add_tab_stop(Cm(place), WD_TAB_ALIGNMENT.LEFT, leader)
    return paragraph


def table(holder: Any, widths: Sequence[float], rows: int = 1) -> Any:
    """A table without lines and without room around its cells, so that its text stands on the margins."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls, qn
    from docx.shared import Cm

    made = holder.add_table(rows, len(widths))
    made.autofit = False
    properties = made._tbl.tblPr  # noqa: SLF001 - no other way to its XML
    margins = parse_xml(
        f"<w:tblCellMar {nsdecls('w')}><w:left w:w='0' w:type='dxa'/><w:right w:w='0' w:type='dxa'/></w:tblCellMar>"
    )
    look = properties.find(qn("w:tblLook"))
    properties.append(margins) if look is None else look.addprevious(margins)
    for column, wide in zip(made.columns, widths, strict=True):
        column.width = Cm(wide)
    for row in made.rows:
        for cell, wide in zip(row.cells, widths, strict=True):
            cell.width = Cm(wide)
    return made


def every_page(section: Any, secrecy: str, *, thai: bool) -> None:
    """Secrecy at the top and the bottom of each page, the page's number from the second on."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    secret = Look(size=32, bold=True, colour=RED, align="center", height=30)
    if secrecy:
        for holder in (section.first_page_header, section.header, section.first_page_footer, section.footer):
            write(shape(holder.paragraphs[0], secret), secrecy, secret)
    number = section.header.add_paragraph() if secrecy else section.header.paragraphs[0]
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    write(number, "- ")
    _field(number, "PAGE", digits("2", thai=thai))
    write(number, " -")


def _field(paragraph: Any, instruction: str, shown: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for kind in ("begin", "separate", "end"):
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
        write(paragraph, "")._r.append(mark)  # noqa: SLF001 - python-docx knows no fields
        if kind == "begin":
            words_of = OxmlElement("w:instrText")
            words_of.set(qn("xml:space"), "preserve")
            words_of.text = f" {instruction} "
            write(paragraph, "")._r.append(words_of)  # noqa: SLF001 - as above
        if kind == "separate":
            write(paragraph, shown)


def picture(paragraph: Any, data: bytes, *, height: float, name: str) -> None:
    """Put a PNG into a paragraph, so many centimetres high, with words for those who do not see it."""
    from docx.shared import Cm

    drawn = paragraph.add_run().add_picture(io.BytesIO(data), height=Cm(height))
    properties = drawn._inline.docPr  # noqa: SLF001 - no other way to its alternative text
    properties.set("descr", words()[name])
    properties.set("name", name)


def stable(document: Any) -> bytes:
    """The file's bytes, the same each time: no clock goes into them."""
    made = io.BytesIO()
    document.save(made)
    out = io.BytesIO()
    with zipfile.ZipFile(made) as drawn, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept:
        for entry in _in_order(drawn.infolist()):
            told = zipfile.ZipInfo(entry.filename, _EPOCH)
            told.compress_type, told.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            kept.writestr(told, drawn.read(entry))
    return out.getvalue()


def _in_order(entries: Iterable[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """Types and relations first, as readers expect; the rest by name."""
    return sorted(entries, key=lambda entry: (entry.filename != "[Content_Types].xml", entry.filename))
