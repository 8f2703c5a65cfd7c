"""Keeping and reading bytes: `FILES_ROOT/ab/cd/<sha256>`, written beside, flushed to disk, then renamed into place."""

import contextlib
import hashlib
import logging
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, BinaryIO, Final, Literal

from django.conf import settings
from django.core.files import File
from django.utils.translation import gettext as _

from saduak.foundation.access import Actor, Conflict, Invalid, Refused
from saduak.foundation.files import active as acting
from saduak.foundation.files import kinds, names, packed, pictures, scanner
from saduak.foundation.models.services import StoredFile
from saduak.foundation.prepared import Insert

log = logging.getLogger(__name__)

_BLOCK: Final = 1024 * 1024
_NEW: Final = Insert(StoredFile)
# Beside a picture's content stands its small picture, under the same name with this ending.
PREVIEW: Final = ".preview"


@dataclass(frozen=True, slots=True)
class Arrived:
    """Bytes that were written beside the store: not yet checked, not yet kept."""

    path: Path
    sha256: str
    size: int


def root() -> Path:
    """Where files live."""
    return Path(settings.FILES_ROOT)


def waiting_room() -> Path:
    """Where files are written before they are checked; on the same disk, so that a rename keeps them."""
    return root() / "tmp"


def path_of(sha256: str) -> Path:
    """The place of a content."""
    return root() / sha256[:2] / sha256[2:4] / sha256


def preview_of(sha256: str) -> Path:
    """The place of a picture's small one."""
    return path_of(sha256).with_suffix(PREVIEW)


def store(
    source: bytes | BinaryIO | File[bytes],
    *,
    name: str,
    actor: Actor | None = None,
    accept: Collection[str] = kinds.EVERYTHING,
    active: Literal["keep", "refuse"] = "keep",
) -> StoredFile:
    """Check an uploaded file by its content and keep it.

    Args:
        source: the bytes, an open binary file, or what Django's form gave.
        name: as the browser sent it; it is cleaned.
        actor: who uploaded it.
        accept: groups of kinds that are taken here: `image`, `pdf`, `office`, `text`, `letter`.
        active: what becomes of a document that acts by itself (scripts, other files inside, templates from elsewhere).
            Evidence is refused; letters and signed documents stay as they are, byte for byte. A PDF that was looked
            through gets a small picture of its first page.

    Raises:
        Invalid: too large, of a kind not taken here, broken or infected; in words that say what to do.
        Refused: the virus scanner can't be reached, or the disk is nearly full.
    """
    require_space(settings.UPLOAD_LIMIT_BYTES)
    with _received(source) as arrived:
        kind = kinds.identify(arrived.path, name, accept)
        scanner.scan(arrived.path)
        proper = names.clean(name, ending=_ending(name, kind))
        if kind.group == "image":
            day = pictures.taken_on(arrived.path)
            drawn, media_type = pictures.redraw(arrived.path)
            proper = names.clean(name, ending="png" if media_type == "image/png" else "jpg")
            stored = _kept_anew(drawn, proper, media_type, actor, reencoded=True, taken_on=day)
            _keep_preview(stored.sha256)
            return stored
        page = _page_of(arrived, kind) if active == "refuse" else None
        text = packed.in_utf8(arrived.path) if kind.group == "text" else None
        if text is not None:
            return _kept_anew(text, proper, kind.media_type, actor)
        stored = _kept(arrived, proper, kind.media_type, actor, pictured=page is not None)
        if page is not None:
            _put_preview(stored.sha256, page)
        return stored


def _page_of(arrived: Arrived, kind: kinds.Kind) -> bytes | None:
    """Look into a document that others will open; the first page of a PDF as a small picture.

    Raises:
        Invalid: it acts by itself.
    """
    if kind.group == "office":
        acting.refuse_in_office(arrived.path)
    return acting.refuse_in_pdf(arrived.path) if kind.group == "pdf" else None


def put(data: bytes | IO[bytes], *, name: str, media_type: str, actor: Actor | None = None) -> StoredFile:
    """Keep what this program made itself (a submission, a receipt, a certificate), exactly as it is.

    An open file is read in blocks, from its beginning.
    """
    return _kept_anew(data, names.clean(name), media_type, actor)


def require_space(size: int) -> None:
    """Go on when the disk takes so many bytes more and still has room for what the program itself must write.

    Raises:
        Refused: it does not.
    """
    waiting_room().mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(waiting_room()).free < size + settings.FREE_DISK_BYTES:
        log.error("The disk of %s is nearly full: files are refused.", root())
        words = _(
            "พื้นที่เก็บไฟล์ของระบบเกือบเต็ม จึงยังรับไฟล์ไม่ได้ ข้อความที่เขียนยังบันทึกได้ตามปกติ แจ้งผู้ดูแลระบบ แล้วแนบอีกครั้งภายหลัง"
        )
        raise Refused(words, "disk-full")


def read(stored: StoredFile) -> BinaryIO:
    """The content, opened for reading; the caller closes it.

    Raises:
        Conflict: the file was refused by a check.
        FileNotFoundError: the store lost it.
    """
    _require_checked(stored)
    return path_of(stored.sha256).open("rb")


def read_preview(stored: StoredFile) -> BinaryIO | None:
    """The small picture, opened for reading; None when there is none: the picture is small, or older than previews.

    Raises:
        Conflict: the file was refused by a check.
    """
    _require_checked(stored)
    try:
        return preview_of(stored.sha256).open("rb")
    except FileNotFoundError:
        return None


def _require_checked(stored: StoredFile) -> None:
    if stored.state != StoredFile.State.CHECKED:
        raise Conflict(_("ไฟล์นี้ไม่ผ่านการตรวจ จึงเปิดไม่ได้ แนบไฟล์ใหม่แทน"), "file-refused")


@contextlib.contextmanager
def _received(source: bytes | IO[bytes] | File[bytes], *, limit: int | None = -1) -> Iterator[Arrived]:
    """Write what comes in beside the store, counting and hashing; gone afterwards unless it was kept."""
    most = settings.UPLOAD_LIMIT_BYTES if limit == -1 else limit
    waiting_room().mkdir(parents=True, exist_ok=True)
    handle, made = tempfile.mkstemp(dir=waiting_room())
    path = Path(made)
    try:
        digest, size = hashlib.sha256(), 0
        with os.fdopen(handle, "wb") as file:
            for block in _blocks(source):
                size += len(block)
                if most is not None and size > most:
                    raise Invalid(_too_large(most), code="file-size")
                digest.update(block)
                file.write(block)
        yield Arrived(path, digest.hexdigest(), size)
    finally:
        path.unlink(missing_ok=True)


def _blocks(source: bytes | IO[bytes] | File[bytes]) -> Iterator[bytes]:
    if isinstance(source, bytes):
        yield source
        return
    source.seek(0)
    while block := source.read(_BLOCK):
        yield block


def _too_large(most: int) -> str:
    return _("ไฟล์นี้ใหญ่เกิน %(size)s ย่อภาพ แบ่งเอกสาร หรือบันทึกเป็น PDF ขนาดเล็กลง แล้วแนบใหม่") % {
        "size": kinds.megabytes(most)
    }


def _kept(
    arrived: Arrived,
    name: str,
    media_type: str,
    actor: Actor | None,
    *,
    reencoded: bool = False,
    pictured: bool = False,
    taken_on: date | None = None,
) -> StoredFile:
    """Move the bytes to their place and note them; the same content is kept once."""
    place = path_of(arrived.sha256)
    try:
        # Touched, so that the collector's period of grace begins anew before the row below is committed.
        os.utime(place)
    except FileNotFoundError:
        place.parent.mkdir(parents=True, exist_ok=True)
        arrived.path.chmod(0o640)
        # Only what is kept is flushed: an upload that is drawn anew goes as it came.
        _flush(arrived.path)
        arrived.path.replace(place)
        _flush(place.parent)
    return _NEW.of(
        StoredFile(
            sha256=arrived.sha256,
            size=arrived.size,
            media_type=media_type,
            name=name,
            reencoded=reencoded,
            pictured=pictured,
            taken_on=taken_on,
            uploaded_by_id=actor.user_id if actor else None,
        )
    )


def _kept_anew(
    data: bytes | IO[bytes],
    name: str,
    media_type: str,
    actor: Actor | None,
    *,
    reencoded: bool = False,
    taken_on: date | None = None,
) -> StoredFile:
    """Keep what we wrote ourselves from what was uploaded."""
    with _received(data, limit=None) as arrived:
        return _kept(arrived, name, media_type, actor, reencoded=reencoded, taken_on=taken_on)


def _keep_preview(sha256: str) -> None:
    """Make the small picture of a content once. It is not flushed: what a power cut takes is only slower without it."""
    place = preview_of(sha256)
    small = None if place.exists() else pictures.preview(path_of(sha256))
    if small is not None:
        _put_preview(sha256, small)


def _put_preview(sha256: str, small: bytes) -> None:
    """Put a small picture beside its content."""
    with _received(small, limit=None) as arrived:
        arrived.path.chmod(0o640)
        arrived.path.replace(preview_of(sha256))


def _ending(name: str, kind: kinds.Kind) -> str:
    own = names.extension(name)
    return own if own in kind.extensions else kind.extensions[0]


def _flush(place: Path) -> None:
    """Make a file's bytes, or the names in a folder, last through a power cut."""
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
