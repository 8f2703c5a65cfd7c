"""Looking into files without trusting them: zip-based office documents, and plain text."""

import codecs
import re
import zipfile
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from saduak.foundation.access import Invalid

# An office document of the upload limit stays far below these; a zip bomb does not.
MEMBERS: Final = 3000
UNPACKED_BYTES: Final = 300 * 1024 * 1024
RATIO: Final = 250
RATIO_MATTERS_FROM: Final = 4 * 1024 * 1024
TYPES_BYTES: Final = 1024 * 1024

# What Python's reader answers to a damaged, cut off, encrypted or exotic archive.
UNREADABLE: Final = (zipfile.BadZipFile, OSError, EOFError, RuntimeError, ValueError)
_TYPES: Final = "[Content_Types].xml"
_MAIN: Final = {
    "word/": ("word/document.xml", b"wordprocessingml.document.main+xml"),
    "xl/": ("xl/workbook.xml", b"spreadsheetml.sheet.main+xml"),
    "ppt/": ("ppt/presentation.xml", b"presentationml.presentation.main+xml"),
}
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_BLOCK: Final = 65536


def check(path: Path) -> str:
    """Which office document a zip is (`word/`, `xl/`, `ppt/`), without unpacking it.

    Raises:
        Invalid: broken, encrypted, a bomb, with macros, or a zip of something else.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_size(path, members)
            present = {member.filename for member in members}
            types = _read_types(archive) if _TYPES in present else b""
    except UNREADABLE as problem:
        raise Invalid(
            _("เปิดไฟล์นี้ไม่ได้ ไฟล์อาจเสียหรือมีรหัสผ่าน บันทึกใหม่โดยไม่ใส่รหัสผ่าน แล้วแนบอีกครั้ง"), code="file-broken"
        ) from problem
    if any(name.lower().endswith("vbaproject.bin") for name in present) or b"macroEnabled" in types:
        raise Invalid(_("ไฟล์นี้มีแมโคร บันทึกเป็นแบบไม่มีแมโคร (.docx, .xlsx) หรือ PDF แล้วแนบใหม่"), code="file-macro")
    for folder, (main, media_type) in _MAIN.items():
        if main in present and media_type in types:
            return folder
    raise Invalid(_("ไม่รับไฟล์บีบอัด แตกไฟล์แล้วแนบเอกสารทีละไฟล์"), code="file-archive")


def _check_size(path: Path, members: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(member.file_size for member in members)
    greedy = any(
        m.file_size > RATIO_MATTERS_FROM and m.file_size > RATIO * max(m.compress_size, 1) for m in members
    )
    size = path.stat().st_size
    overlapping = sum(member.compress_size for member in members) > size
    if len(members) > MEMBERS or unpacked > UNPACKED_BYTES or greedy or overlapping:
        raise Invalid(_("ไฟล์นี้ขยายแล้วใหญ่ผิดปกติ จึงเปิดไม่ได้อย่างปลอดภัย บันทึกเป็น PDF แล้วแนบใหม่"), code="file-bomb")
    if any(member.flag_bits & 1 for member in members):
        raise RuntimeError("encrypted")


def _read_types(archive: zipfile.ZipFile) -> bytes:
    with archive.open(_TYPES) as part:
        return part.read(TYPES_BYTES)


def is_text(path: Path) -> bool:
    """Whether a file is text without control characters, in UTF-8 or in the old Thai encoding."""
    return _reads_as(path, "utf-8") or _reads_as(path, "cp874")


def in_utf8(path: Path) -> bytes | None:
    """Text in the old Thai encoding, as UTF-8; None when the file is UTF-8 already."""
    if _reads_as(path, "utf-8"):
        return None
    return path.read_bytes().decode("cp874").encode()


def _reads_as(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                if _CONTROL.search(decoder.decode(block)):
                    return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
