"""A letter as a ZIP: the manifest, and the files beside it."""

import io
import zipfile
from typing import Final

from django.utils.translation import gettext_lazy as _

from saduak.correspondence.exchange.bundle import (
    MANIFEST,
    MOST_BYTES,
    MOST_FILES,
    Bundle,
    ExchangeError,
    from_manifest,
    manifest,
    named,
)

# The same letter makes the same bytes.
_TIME: Final = (1980, 1, 1, 0, 0, 0)
_READ_AT_ONCE: Final = 1024 * 1024


def to_zip(bundle: Bundle) -> bytes:
    """Pack a letter."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in [(MANIFEST, manifest(bundle)), *((name, row.data) for name, row in named(bundle))]:
            entry = zipfile.ZipInfo(name, _TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return made.getvalue()


def read_zip(data: bytes) -> Bundle:
    """Unpack a letter.

    Raises:
        ExchangeError: not one of ours, damaged, too large, encrypted, or with archives inside.
    """
    if len(data) > MOST_BYTES:
        raise ExchangeError(_("ชุดไฟล์ใหญ่เกินไป"), "too-large")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            contents = _contents(archive)
    # What Python's reader answers to a damaged, cut off, encrypted or exotic archive; our own refusals pass through.
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as problem:
        raise ExchangeError(_("ชุดไฟล์เสียหรือเปิดไม่ได้ ขอให้ผู้ส่งส่งใหม่"), "not-a-zip") from problem
    if MANIFEST not in contents:
        raise ExchangeError(_("ไม่ใช่ชุดไฟล์หนังสือจากระบบนี้ ถ้าเป็นไฟล์หนังสือ ใช้หน้านำหนังสือเข้าแทน"), "no-manifest")
    return from_manifest(contents.pop(MANIFEST), contents)


def _contents(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """What is inside, read under the limits: what an entry says of its own size is not believed."""
    entries = archive.infolist()
    if len(entries) > MOST_FILES + 1:
        raise ExchangeError(_("มีไฟล์มากเกินไป"), "too-many-files")
    left, found = MOST_BYTES, {}
    for entry in entries:
        if entry.flag_bits & 1:
            raise ExchangeError(_("ชุดไฟล์ใส่รหัสผ่านไว้ ขอให้ผู้ส่งส่งแบบไม่ใส่รหัส"), "encrypted")
        if "/" in entry.filename or "\\" in entry.filename or entry.filename in found:
            raise ExchangeError(_("ชุดไฟล์มีชื่อไฟล์ที่ไม่รับ"), "bad-name")
        parts, size = [], 0
        with archive.open(entry) as source:
            while block := source.read(_READ_AT_ONCE):
                size += len(block)
                if size > left:
                    raise ExchangeError(_("ชุดไฟล์ขยายแล้วใหญ่เกินไป"), "too-large")
                parts.append(block)
        left -= size
        found[entry.filename] = b"".join(parts)
    return found
