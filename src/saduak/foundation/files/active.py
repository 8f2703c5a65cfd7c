"""Looking for what acts by itself in a document: for evidence, which others open, such a file is refused with advice.

Letters and signed documents are not looked through here: they stay as they are, byte for byte.
"""

import io
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Final
from xml.etree import ElementTree as Tree

from django.utils.translation import gettext as _

from saduak.foundation.access import Invalid
from saduak.foundation.files import apart, packed

_RELATIONS_BYTES: Final = 4 * 1024 * 1024
_PART_BYTES: Final = 64 * 1024 * 1024
_HEAD: Final = 8192
_EMBEDDED_BYTES: Final = 20 * 1024 * 1024
_EMBEDDED: Final = 200
# What may point outside: a link that the reader clicks on. Whatever a program would fetch by itself may not.
_LINK: Final = "/hyperlink"
_OTHER_BOOK: Final = "/externalLinkPath"
_REMOTE: Final = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]+:(?!///[a-z]:)|[\\/]{2})", re.IGNORECASE)
_OFFICE: Final = (".docx", ".xlsx", ".pptx")
_HIDDEN: Final = (
    *(b"MZ", b"\x7fELF", b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"%PDF-", b"#!"),
    b"\xd0\xcf\x11\xe0",
)
_ENTITIES: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# Fields of Word and links of Excel that run or fetch something; the same letters in somebody's text say nothing.
_ORDERS: Final = re.compile(
    rb"(?:instrText[^>]{0,200}>|instr=[\"'])\s*(?:DDE|DDEAUTO|INCLUDETEXT)\b|<(?:\w{1,9}:)?ddeLink\b",
    re.IGNORECASE,
)
# Drawings that Office itself packs.
_PACKED_DRAWINGS: Final = (".emz", ".wmz", ".svgz")
_PREFIXES: Final = ("activex/", "customui/")


def refuse_in_pdf(path: Path) -> bytes | None:
    """Look into a PDF; its first page as a small picture, when it can be drawn.

    Raises:
        Invalid: it acts by itself, is locked, broken, or two kinds of file in one.
    """
    if zipfile.is_zipfile(path):
        raise Invalid(_two_kinds(), code="file-two-kinds")
    found = apart.look(path)
    if found.code:
        raise Invalid(_words_for_pdf(found.code), code=found.code)
    return found.drawn


def _two_kinds() -> str:
    return _("ไฟล์นี้มีไฟล์อีกชนิดซ่อนอยู่ จึงไม่รับไว้ เปิดเอกสารแล้วบันทึกเป็น PDF ใหม่ แล้วแนบอีกครั้ง")


def _words_for_pdf(code: str) -> str:
    if code == "file-active":
        return _("ไฟล์ PDF นี้มีคำสั่ง แบบฟอร์มพิเศษ หรือไฟล์อื่นฝังอยู่ จึงไม่รับไว้ เปิดไฟล์ สั่งพิมพ์ เลือกบันทึกเป็น PDF แล้วแนบไฟล์ใหม่")
    if code == "file-locked":
        return _("ไฟล์ PDF นี้มีรหัสผ่าน บันทึกใหม่โดยไม่ใส่รหัสผ่าน แล้วแนบอีกครั้ง")
    if code == "file-heavy":
        return _("ไฟล์ PDF นี้ซับซ้อนผิดปกติ จึงตรวจไม่ได้ เปิดไฟล์ สั่งพิมพ์ เลือกบันทึกเป็น PDF แล้วแนบไฟล์ใหม่")
    return _("เปิดไฟล์ PDF นี้ไม่ได้ ไฟล์อาจเสีย เปิดดูในเครื่องของคุณ บันทึกเป็น PDF ใหม่ แล้วแนบอีกครั้ง")


def refuse_in_office(path: Path) -> None:
    """Look into an office document, which `packed.check` knows as one already.

    Raises:
        Invalid: it fetches something from elsewhere, carries programs or other files, or is read in two ways.
    """
    with path.open("rb") as file:
        if b"%PDF-" in file.read(1024):
            raise Invalid(_two_kinds(), code="file-two-kinds")
    try:
        with zipfile.ZipFile(path) as archive:
            _look_through(archive)
    except (*packed.UNREADABLE, Tree.ParseError) as problem:
        raise Invalid(_broken(), code="file-broken") from problem


def _broken() -> str:
    return _("เปิดไฟล์นี้ไม่ได้ ไฟล์อาจเสียหรือมีรหัสผ่าน บันทึกใหม่โดยไม่ใส่รหัสผ่าน แล้วแนบอีกครั้ง")


def _look_through(archive: zipfile.ZipFile) -> None:
    members = [member for member in archive.infolist() if not member.is_dir()]
    names = [member.filename.lower() for member in members]
    if len(set(names)) != len(names) or any(_leads_out(name) for name in names):
        raise Invalid(_broken(), code="file-broken")
    if any(f"/{prefix}" in f"/{name}" for name in names for prefix in _PREFIXES):
        raise Invalid(_hidden(), code="file-hidden")
    if sum(_is_embedded(name) for name in names) > _EMBEDDED:
        raise Invalid(_hidden(), code="file-hidden")
    for member, name in zip(members, names, strict=True):
        if name.endswith(".rels"):
            _require_at_home(_part(archive, member, _RELATIONS_BYTES))
        elif name.endswith((".xml", ".vml")):
            _require_plain(_part(archive, member, _PART_BYTES))
        elif _is_embedded(name) and name.endswith(_OFFICE):
            _require_harmless(_part(archive, member, _EMBEDDED_BYTES))
        else:
            with archive.open(member) as part:
                head = part.read(16)
            if head.startswith(_HIDDEN) and not name.endswith(_PACKED_DRAWINGS):
                raise Invalid(_hidden(), code="file-hidden")


def _leads_out(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return name.startswith(("/", "\\")) or ".." in parts or "\0" in name


def _is_embedded(name: str) -> bool:
    return "/embeddings/" in f"/{name}"


def _part(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    """A member's bytes, of which no more are unpacked than a document of people may have.

    Raises:
        Invalid: more.
    """
    with archive.open(member) as part:
        data = part.read(most + 1)
    if len(data) > most:
        raise Invalid(_("ไฟล์นี้ขยายแล้วใหญ่ผิดปกติ จึงเปิดไม่ได้อย่างปลอดภัย บันทึกเป็น PDF แล้วแนบใหม่"), code="file-bomb")
    return data


def _require_at_home(data: bytes) -> None:
    """Relations lead to parts of the same file, or are links that the reader clicks on."""
    _require_plain(data)
    for relation in _relations(data):
        if relation.get("TargetMode", "").lower() != "external":
            continue
        kind, target = relation.get("Type", ""), relation.get("Target", "")
        local = kind.endswith(_OTHER_BOOK) and not _REMOTE.match(target)
        if not kind.endswith(_LINK) and not local:
            raise Invalid(
                _("ไฟล์นี้ดึงแม่แบบ รูป หรือข้อมูลจากที่อื่นเมื่อเปิด จึงไม่รับไว้ บันทึกเป็น PDF แล้วแนบใหม่"),
                code="file-remote",
            )


def _relations(data: bytes) -> Iterable[Tree.Element]:
    # Without entities, which were refused before, there is nothing that would grow.
    rows = Tree.fromstring(data).iter()  # noqa: S314 - see above
    return (row for row in rows if row.tag.rpartition("}")[2].lower() == "relationship")


def _require_plain(data: bytes) -> None:
    """XML without entities, and without orders to fetch or to run something when it is opened."""
    plain = data.replace(b"\0", b"")  # in any encoding
    if _ENTITIES.search(plain[:_HEAD]):
        raise Invalid(_broken(), code="file-broken")
    if _ORDERS.search(plain):
        raise Invalid(
            _("ไฟล์นี้สั่งให้เปิดหรือดึงข้อมูลจากโปรแกรมอื่น จึงไม่รับไว้ บันทึกเป็น PDF แล้วแนบใหม่"), code="file-orders"
        )


def _require_harmless(data: bytes) -> None:
    """A table inside a document is looked at as if it came alone, but for what may stand inside it."""
    with zipfile.ZipFile(io.BytesIO(data)) as inner:
        names = [name.lower() for name in inner.namelist()]
        if len(names) > packed.MEMBERS or any(name.endswith(".bin") or _is_embedded(name) for name in names):
            raise Invalid(_hidden(), code="file-hidden")
        for member in inner.infolist():
            if member.filename.lower().endswith(".rels"):
                _require_at_home(_part(inner, member, _RELATIONS_BYTES))


def _hidden() -> str:
    return _("ไฟล์นี้มีไฟล์หรือโปรแกรมอื่นฝังอยู่ข้างใน จึงไม่รับไว้ ลบสิ่งที่ฝังหรือบันทึกเป็น PDF แล้วแนบใหม่")
