"""A letter as a ZIP: the manifest, and the files beside it."""

import io
import struct
import zipfile
import zlib
from typing import Final

from django.utils.translation import gettext_lazy as _

from saduak.correspondence.exchange.bundle import (
    MANIFEST,
    MOST_BYTES,
    MOST_FILES,
    Bundle,
    ExchangeError,
    check_name,
    from_manifest,
    is_office,
    manifest,
    named,
)

# The same letter makes the same bytes.
_TIME: Final = (1980, 1, 1, 0, 0, 0)
_READ_AT_ONCE: Final = 1024 * 1024
# The record at the end of an archive (PKWARE APPNOTE 4.3.16), and the list of entries that it points to.
_END, _END_64, _END_SIZE, _LOCATOR_SIZE = b"PK\x05\x06", b"PK\x06\x07", 22, 20
_MOST_LIST: Final = 256 * 1024


def to_zip(bundle: Bundle) -> bytes:
    """Pack a letter."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in [(MANIFEST, manifest(bundle)), *((name, row.data) for name, row in named(bundle))]:
            entry = zipfile.ZipInfo(name, _TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return made.getvalue()


def kind_of(data: bytes, name: str) -> str:
    """What a file is that somebody brings: "zip" (packed), "mail" (a saved message), or "" for any other.

    Args:
        data: its content; an office document, which is an archive too, is no packed letter.
        name: by its ending a message is known, and an archive that is damaged at its beginning.
    """
    ending = name.rpartition(".")[2].casefold()
    if ending == "eml":
        return "mail"
    return "zip" if ending == "zip" or (data.startswith(b"PK") and not is_office(data)) else ""


def read_zip(data: bytes) -> Bundle:
    """Unpack a letter.

    Raises:
        ExchangeError: not one of ours, damaged, too large, encrypted, or with archives inside.
    """
    if len(data) > MOST_BYTES:
        raise ExchangeError(_("ชุดไฟล์ใหญ่เกินไป"), "too-large")
    _check_list(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            contents = _contents(archive)
    # What Python's reader answers to a damaged, cut off, encrypted or exotic archive; our own refusals pass through.
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        ValueError,
        IndexError,
    ) as problem:
        raise ExchangeError(_("ชุดไฟล์เสียหรือเปิดไม่ได้ ขอให้ผู้ส่งส่งใหม่"), "not-a-zip") from problem
    if MANIFEST not in contents:
        raise ExchangeError(_("ไม่ใช่ชุดไฟล์หนังสือจากระบบนี้ ถ้าเป็นไฟล์หนังสือ ใช้หน้านำหนังสือเข้าแทน"), "no-manifest")
    return from_manifest(contents.pop(MANIFEST), contents)


def _check_list(data: bytes) -> None:
    """Look how long the list of entries is before it is read: a million of them take a gigabyte of memory.

    Raises:
        ExchangeError: no list, one in the form for more than 4 GB, or one too long.
    """
    end = data.rfind(_END, max(0, len(data) - _END_SIZE - 0xFFFF))
    if end < 0 or len(data) - end < _END_SIZE:
        raise ExchangeError(_("ชุดไฟล์เสียหรือเปิดไม่ได้ ขอให้ผู้ส่งส่งใหม่"), "not-a-zip")
    count, size = struct.unpack_from("<HL", data, end + 10)
    if count > MOST_FILES + 1 or size > _MOST_LIST or data[max(0, end - _LOCATOR_SIZE) :][:4] == _END_64:
        raise ExchangeError(_("มีไฟล์มากเกินไป"), "too-many-files")


def _contents(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """What is inside, read under the limits: what an entry says of its own size is not believed."""
    entries = archive.infolist()
    if len(entries) > MOST_FILES + 1:
        raise ExchangeError(_("มีไฟล์มากเกินไป"), "too-many-files")
    left, found = MOST_BYTES, {}
    for entry in entries:
        if entry.flag_bits & 1:
            raise ExchangeError(_("ชุดไฟล์ใส่รหัสผ่านไว้ ขอให้ผู้ส่งส่งแบบไม่ใส่รหัส"), "encrypted")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            # Other ways of packing can ask for gigabytes of memory to unpack a kilobyte.
            raise ExchangeError(_("ชุดไฟล์บีบอัดด้วยวิธีที่ไม่รับ ขอให้ผู้ส่งส่งใหม่"), "bad-packing")
        check_name(entry.filename)
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
