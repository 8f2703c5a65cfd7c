"""What may be uploaded: kinds of files, how each is known by its content, and the words for what is refused."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import filetype
from django.conf import settings
from django.utils.translation import gettext as _

from saduak.foundation.access import Invalid
from saduak.foundation.files import names, packed

HEAD: Final = 8192


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of file: its group, what it is called, and the extensions that go with it (the first is ours)."""

    media_type: str
    group: str
    label: str
    extensions: tuple[str, ...]


OFFICE: Final = "application/vnd.openxmlformats-officedocument."
JPEG: Final = Kind("image/jpeg", "image", "JPEG", ("jpg", "jpeg", "jfif"))
PNG: Final = Kind("image/png", "image", "PNG", ("png",))
WEBP: Final = Kind("image/webp", "image", "WebP", ("webp",))
GIF: Final = Kind("image/gif", "image", "GIF", ("gif",))
PDF: Final = Kind("application/pdf", "pdf", "PDF", ("pdf",))
DOCX: Final = Kind(f"{OFFICE}wordprocessingml.document", "office", "Word (.docx)", ("docx",))
XLSX: Final = Kind(f"{OFFICE}spreadsheetml.sheet", "office", "Excel (.xlsx)", ("xlsx",))
PPTX: Final = Kind(f"{OFFICE}presentationml.presentation", "office", "PowerPoint (.pptx)", ("pptx",))
TEXT: Final = Kind("text/plain", "text", ".txt", ("txt", "md"))
CSV: Final = Kind("text/csv", "text", ".csv", ("csv",))

KINDS: Final = (JPEG, PNG, WEBP, GIF, PDF, DOCX, XLSX, PPTX, TEXT, CSV)
GROUPS: Final[dict[str, tuple[Kind, ...]]] = {
    "image": (JPEG, PNG, WEBP, GIF),
    "pdf": (PDF,),
    "office": (DOCX, XLSX, PPTX),
    "text": (TEXT, CSV),
    "letter": (PDF, DOCX, JPEG, PNG, TEXT),
}
EVERYTHING: Final = frozenset({"image", "pdf", "office", "text"})

_PACKED: Final = {"word/": DOCX, "xl/": XLSX, "ppt/": PPTX}
_GUESSED: Final = {kind.media_type: kind for kind in (JPEG, PNG, WEBP, GIF)}
_MARKUP: Final = re.compile(
    rb"<\s*(!doctype|html|head|body|script|iframe|svg|\?xml|meta)\b|<\?xml", re.IGNORECASE
)
_PROGRAM: Final = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
)
_PROGRAM_NAMES: Final = frozenset(
    {
        "exe",
        "dll",
        "com",
        "bat",
        "cmd",
        "msi",
        "scr",
        "ps1",
        "vbs",
        "js",
        "jar",
        "apk",
        "app",
        "dmg",
        "sh",
        "lnk",
        "hta",
    }
)
_MARKUP_NAMES: Final = frozenset({"html", "htm", "xhtml", "shtml", "svg", "xml", "mht", "mhtml"})
# How a photo of an iPhone begins, whatever its name says: HEIC and its kin.
_HEIC: Final = re.compile(rb"....ftyp(?:heic|heix|heif|heim|heis|hevc|hevx|mif1|msf1|avif)", re.DOTALL)
# Office documents before 2007, and newer ones that are locked with a password.
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def accepted(groups: Collection[str]) -> tuple[Kind, ...]:
    """The kinds of some groups, each once, in the order shown to people.

    Raises:
        KeyError: no such group.
    """
    wanted = {kind for group in groups for kind in GROUPS[group]}
    return tuple(kind for kind in KINDS if kind in wanted)


def accept_attribute(groups: Collection[str] = EVERYTHING) -> str:
    """For `<input type=file accept=…>`."""
    return ",".join(f".{ending}" for kind in accepted(groups) for ending in kind.extensions)


def megabytes(size: int) -> str:
    """A size for people: 20 MB, 2.5 MB."""
    return f"{size / 1024 / 1024:.1f}".removesuffix(".0") + " MB"


def limits_text(groups: Collection[str] = EVERYTHING) -> str:
    """What can be uploaded and how large, told beforehand, in the reader's language."""
    return _("รับไฟล์ %(kinds)s ขนาดไม่เกิน %(size)s ต่อไฟล์") % {
        "kinds": ", ".join(kind.label for kind in accepted(groups)),
        "size": megabytes(settings.UPLOAD_LIMIT_BYTES),
    }


def identify(path: Path, name: str, groups: Collection[str]) -> Kind:
    """The kind of a file by its content, checked against its name and what is accepted here.

    Raises:
        Invalid: not accepted, in words that say what to do.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    ending = names.extension(name)
    _refuse_outright(head, ending)
    kind = _by_content(path, head, ending)
    if kind is None:
        raise Invalid(_unknown(head, ending, groups), code="file-type")
    if kind not in accepted(groups):
        raise Invalid(
            _("ช่องนี้ไม่รับไฟล์ %(kind)s %(limits)s") % {"kind": kind.label, "limits": limits_text(groups)},
            code="file-type",
        )
    if ending and ending not in kind.extensions:
        raise Invalid(
            _("ชื่อไฟล์ลงท้ายด้วย .%(ending)s แต่เนื้อไฟล์เป็น %(kind)s เปลี่ยนชื่อให้ลงท้ายด้วย .%(right)s แล้วแนบใหม่")
            % {"ending": ending, "kind": kind.label, "right": kind.extensions[0]},
            code="file-name",
        )
    return kind


def _refuse_outright(head: bytes, ending: str) -> None:
    if not head:
        raise Invalid(_("ไฟล์นี้ว่างเปล่า ตรวจไฟล์ในเครื่องของคุณแล้วแนบใหม่"), code="file-empty")
    if head.startswith(_PROGRAM) or ending in _PROGRAM_NAMES:
        raise Invalid(
            _("ไม่รับไฟล์โปรแกรม เพื่อความปลอดภัยของทุกคน แนบเอกสารเป็น PDF หรือภาพถ่ายแทน"), code="file-program"
        )
    if ending in _MARKUP_NAMES or _is_markup(head):
        raise Invalid(
            _("ไม่รับไฟล์หน้าเว็บหรือภาพ SVG พิมพ์หน้านั้นเป็น PDF หรือบันทึกเป็นภาพ PNG แล้วแนบใหม่"), code="file-markup"
        )


def _is_markup(head: bytes) -> bool:
    """Whether a browser could take it for a page: markup at the start, in any encoding of text."""
    start = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1024]
    return _MARKUP.search(start) is not None and not head.startswith((b"%PDF-", b"PK\x03\x04"))


def _by_content(path: Path, head: bytes, ending: str) -> Kind | None:
    if head.startswith(b"%PDF-"):
        _refuse_cut_off(path)
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return _PACKED[packed.check(path)]
    guess = filetype.guess(head)
    if guess is not None:
        return _GUESSED.get(guess.mime)
    if packed.is_text(path):
        return CSV if ending == "csv" else TEXT
    return None


def _refuse_cut_off(path: Path) -> None:
    """A PDF ends with its own mark; one that lost its end on the way opens for nobody."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - HEAD))
        if b"%%EOF" not in file.read():
            raise Invalid(
                _("ไฟล์ PDF นี้ไม่ครบ เปิดดูในเครื่องของคุณ บันทึกเป็น PDF ใหม่ แล้วแนบอีกครั้ง"), code="file-cut-off"
            )


def _unknown(head: bytes, ending: str, groups: Collection[str]) -> str:
    """Words for a type that is not taken; with advice for those people often have."""
    limits = limits_text(groups)
    if head.startswith(_OLD_OFFICE):
        return _(
            "ไฟล์นี้เป็นรูปแบบเก่าหรือมีรหัสผ่าน เปิดในโปรแกรมแล้วบันทึกเป็น .docx .xlsx หรือ PDF โดยไม่ใส่รหัสผ่าน แล้วแนบใหม่"
        )
    if ending in {"heic", "heif"} or _HEIC.match(head):
        return _(
            "อ่านภาพ HEIC ไม่ได้ บน iPhone เปิด การตั้งค่า > กล้อง > รูปแบบ เลือก เข้ากันได้มากที่สุด แล้วถ่ายใหม่ หรือบันทึกภาพเป็น JPEG แล้วแนบใหม่ %(limits)s"
        ) % {"limits": limits}
    if ending in {"tif", "tiff", "bmp"}:
        return _("อ่านภาพ .%(ending)s ไม่ได้ บันทึกภาพเป็น JPEG แล้วแนบใหม่ %(limits)s") % {
            "ending": ending,
            "limits": limits,
        }
    return _("ไม่รู้จักไฟล์ชนิดนี้ บันทึกเป็น PDF แล้วแนบใหม่ %(limits)s") % {"limits": limits}
