"""Reading what came back, without trusting it: the texts in our own controls, nothing else of the file."""

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.applications.word.fields import Field, clean, field_of
from saduak.applications.word.writing import prompt
from saduak.foundation.access import Invalid
from saduak.foundation.files import packed

MAIN: Final = "word/document.xml"
# The text of fifty answers of 20,000 letters, with Word's own marks around every piece of it.
MOST_BYTES: Final = 30 * 1024 * 1024
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
# What was taken out under tracked changes, and the second drawing of a shape for old programs.
_NOT_SAID: Final = frozenset({f"{_W}del", f"{_W}moveFrom", f"{_W}rPr", f"{_W}pPr", _FALLBACK})
# What Python's readers answer to a damaged or cut off archive, or to one packed in a way that they do not know.
_UNREADABLE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    OSError,
    EOFError,
    ValueError,
    NotImplementedError,
)
_BROKEN = _("เปิดไฟล์ Word นี้ไม่ได้ เปิดในเครื่องของคุณ บันทึกเป็น .docx ใหม่ แล้วนำเข้าอีกครั้ง")
_FOREIGN = _(
    "ไม่พบกรอบคำตอบในไฟล์นี้ ใช้ไฟล์ Word ที่ดาวน์โหลดจากใบสมัครนี้ เขียนในกรอบใต้หัวข้อของแต่ละข้อ และบันทึกด้วย Microsoft Word"
)
_TWICE = _("กรอบของข้อเดียวกันมีสองกรอบ (อยู่ใกล้ข้อความ {text}) ลบให้เหลือกรอบเดียว แล้วนำเข้าอีกครั้ง")


def read(path: Path) -> tuple[Field, ...]:
    """The fields of a Word file, in its order.

    Raises:
        Invalid: no Word file, broken, a bomb, with entities, or without a single field of ours; in words for people.
    """
    if packed.check(path) != "word/":
        raise Invalid(_FOREIGN, {"file": _FOREIGN}, "word-foreign")
    found: dict[str, Field] = {}
    for field in _fields(_root(_main(path))):
        if field.key in found:
            words = format_lazy(_TWICE, text=field.text[:40] or field.key)
            raise Invalid(words, {"file": words}, "word-twice")
        found[field.key] = field
    if not found:
        raise Invalid(_FOREIGN, {"file": _FOREIGN}, "word-foreign")
    return tuple(found.values())


def _fields(root: Any) -> Iterator[Field]:
    """Our controls. One inside another of ours is a part of its text, so that nothing is read more than once."""
    ours: set[Any] = set()
    for box in root.iter(f"{_W}sdt"):
        if not any(above in ours for above in box.iterancestors(f"{_W}sdt")):
            field = _field(box)
            if field is not None:
                ours.add(box)
                yield field


def _main(path: Path) -> bytes:
    """The main part, up to what it may weigh."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(MAIN) as part:
            content = part.read(MOST_BYTES + 1)
    except _UNREADABLE as problem:
        raise Invalid(_BROKEN, {"file": _BROKEN}, "word-broken") from problem
    if len(content) > MOST_BYTES:
        raise Invalid(_BROKEN, {"file": _BROKEN}, "word-heavy")
    return content


def _root(content: bytes) -> Any:
    """The tree; a file with a document type is refused before an entity of it can be named."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as problem:
        raise Invalid(_BROKEN, {"file": _BROKEN}, "word-broken") from problem
    if root.getroottree().docinfo.doctype:
        raise Invalid(_BROKEN, {"file": _BROKEN}, "word-doctype")
    return root


def _field(box: Any) -> Field | None:
    tag = box.find(f"{_W}sdtPr/{_W}tag")
    inside = box.find(f"{_W}sdtContent")
    if tag is None or inside is None:
        return None
    text = clean("\n".join(_lines(inside)))
    placeholder = box.find(f"{_W}sdtPr/{_W}showingPlcHdr") is not None
    # Only our own words count as nothing said: some programs leave the mark when somebody wrote over them.
    return field_of(tag.get(f"{_W}val", ""), "" if placeholder and text.strip() == prompt() else text)


def _lines(inside: Any) -> Iterator[str]:
    """The paragraphs in a control; a control within a line has none of its own."""
    paragraphs = [row for row in inside.iter(f"{_W}p") if not _is_within(row, inside)]
    if not paragraphs:
        yield "".join(_said(inside))
    for paragraph in paragraphs:
        yield "".join(_said(paragraph))


def _is_within(row: Any, top: Any) -> bool:
    """Whether a paragraph stands in what was taken out, or in a drawing inside another paragraph."""
    for above in row.iterancestors():
        if above is top:
            return False
        if above.tag in _NOT_SAID or above.tag == f"{_W}p":
            return True
    return False


_SIGNS: Final = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}


def _said(node: Any) -> Iterator[str]:
    """The text of a paragraph in its order, without what was taken out. Not by recursion: a file may nest for ever."""
    waiting = [iter(node)]
    while waiting:
        child = next(waiting[-1], None)
        if child is None:
            waiting.pop()
        elif child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag]
        elif child.tag not in _NOT_SAID:
            waiting.append(iter(child))
