"""Files that come piece by piece: begun, continued where the line broke, and used once by a room's own action.

The pieces lie beside the store under the name of their row, which says how many bytes of them count: what a killed
process wrote beyond that is written again.
"""

import contextlib
import hashlib
import os
import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.files import File
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from saduak.foundation import clock
from saduak.foundation.access import Actor, Conflict, Invalid, Refused
from saduak.foundation.actions import action
from saduak.foundation.files import kinds, names
from saduak.foundation.files.keeping import require_space, waiting_room
from saduak.foundation.models.accounts import User
from saduak.foundation.models.services import Upload

# A piece of this size takes seconds on a bad line, so that a cut loses little.
PIECE_BYTES: Final = 256 * 1024
LARGEST_PIECE: Final = 4 * 1024 * 1024
LASTS: Final = timedelta(days=1)
AT_ONCE: Final = 20
_PRUNED: Final = 500
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


def place_of(upload: Upload) -> Path:
    """Where the pieces of an upload lie."""
    return waiting_room() / f"{upload.public_id}.part"


@action("foundation.start_upload")
def start(*, actor: Actor, name: str, size: int, sha256: str = "") -> Upload:
    """Begin a file that comes in pieces, or go on with the same one that stopped on the way.

    Args:
        actor: who sends it; nobody else sees it.
        name: as the browser gives it; it is cleaned.
        size: of the whole file.
        sha256: of the whole file, when the browser can say so; by it the file is known again, and checked at the end.

    Raises:
        Refused: nobody is signed in, or somebody by a link; or the disk is nearly full.
        Invalid: empty, larger than may be, or no digest.
        Conflict: the actor has too many on the way, or sent too much today.
    """
    # Who comes by a link sends a file at once with its form: anybody who has the link could fill the disk with pieces.
    if actor.kind != "user":
        raise Refused(_("เข้าสู่ระบบก่อนส่งไฟล์"), "not-signed-in")
    if size <= 0:
        raise Invalid(_("ไฟล์นี้ว่างเปล่า ตรวจไฟล์ในเครื่องของคุณแล้วแนบใหม่"), code="file-empty")
    if size > settings.UPLOAD_LIMIT_BYTES:
        words = _("ไฟล์นี้ใหญ่เกิน %(size)s ย่อภาพ แบ่งเอกสาร หรือบันทึกเป็น PDF ขนาดเล็กลง แล้วแนบใหม่")
        raise Invalid(words % {"size": kinds.megabytes(settings.UPLOAD_LIMIT_BYTES)}, code="file-size")
    if sha256 and not _DIGEST.fullmatch(sha256):
        raise Invalid(_("ส่งไฟล์นี้ไม่ได้ เลือกไฟล์แล้วส่งใหม่"), code="digest")
    # One after the other, so that several at once are not each the last that may be begun.
    User.objects.select_for_update(no_key=True).filter(pk=actor.user_id or 0).first()
    now = clock.wall()
    today = Upload.objects.filter(actor=actor.ref, expires_at__gt=now)
    mine = today.filter(used_at__isnull=True)
    known = mine.filter(sha256=sha256, size=size).order_by("-pk").first() if sha256 else None
    if known is not None and _lies_there(known):
        return known
    _require_room(today, mine, size)
    return Upload.objects.create(
        actor=actor.ref,
        name=names.clean(name),
        size=size,
        sha256=sha256,
        created_at=now,
        expires_at=now + LASTS,
    )


def _require_room(today: QuerySet[Any], mine: QuerySet[Any], size: int) -> None:
    """Go on when one more of this size may be begun: of what the actor began in a day, and has not ended."""
    if mine.count() >= AT_ONCE:
        raise Conflict(_("มีไฟล์ค้างส่งอยู่มากเกินไป รอให้ส่งเสร็จก่อน หรือลองใหม่พรุ่งนี้"), "too-many-uploads")
    if (today.aggregate(size=Sum("size"))["size"] or 0) + size > settings.ACTOR_UPLOADS_BYTES:
        raise Conflict(_("วันนี้ส่งไฟล์ใหญ่รวมกันมากแล้ว ลองใหม่พรุ่งนี้ หรือใส่เป็นลิงก์แทน"), "too-much-uploaded")
    require_space(size)


def _lies_there(upload: Upload) -> bool:
    """Whether what came so far is on the disk."""
    if not upload.received:
        return True
    try:
        return place_of(upload).stat().st_size >= upload.received
    except FileNotFoundError:
        return False


@action("foundation.append_upload")
def append(*, actor: Actor, upload_id: uuid.UUID, offset: int, data: bytes) -> Upload:
    """Add the next piece.

    Args:
        actor: who began it.
        upload_id: what was begun.
        offset: where the piece belongs: so many bytes came before it.
        data: the piece.

    Raises:
        DoesNotExist: not the actor's, or it is too long ago.
        Conflict: other pieces came; the row says how far it is.
        Invalid: an empty piece, or more than was announced.
    """
    upload = _locked(actor, upload_id)
    if upload.used_at is not None or offset != upload.received:
        raise Conflict(_("ส่วนนี้ของไฟล์มาถึงแล้ว ส่งต่อจากที่ค้างไว้"), "offset")
    if not data or len(data) > LARGEST_PIECE or offset + len(data) > upload.size:
        raise Invalid(_("ส่งไฟล์นี้ไม่ได้ เลือกไฟล์แล้วส่งใหม่"), code="piece")
    _write(place_of(upload), offset, data)
    upload.received = offset + len(data)
    upload.save(update_fields=["received"])
    return upload


def _write(place: Path, offset: int, data: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(place, os.O_RDWR | os.O_CREAT, 0o640)
    with os.fdopen(handle, "r+b") as file:
        file.truncate(offset)
        file.seek(offset)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _locked(actor: Actor, upload_id: uuid.UUID) -> Upload:
    rows = Upload.objects.visible_to(actor).filter(expires_at__gt=clock.wall())
    found: Upload = rows.select_for_update(of=("self",), no_key=True).get(public_id=upload_id)
    return found


@contextlib.contextmanager
def arrived(upload: Upload) -> Iterator[File[bytes]]:
    """A file that came whole, opened for a room's action, which checks and keeps it.

    Args:
        upload: found through `visible_to(actor)`.

    Raises:
        Conflict: something is missing yet, or it is not what was announced.
    """
    place = place_of(upload)
    if upload.received != upload.size or not _is_whole(place, upload):
        raise Conflict(_("ไฟล์ยังมาไม่ครบ ส่งต่อให้ครบก่อน"), "upload-unfinished")
    with place.open("rb") as file:
        yield File(file, name=upload.name)


def _is_whole(place: Path, upload: Upload) -> bool:
    try:
        with place.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = place.stat().st_size
    except FileNotFoundError:
        return False
    return size == upload.size and upload.sha256 in {"", digest}


@action("foundation.use_upload")
def use(*, actor: Actor, upload_id: uuid.UUID) -> None:
    """A room has taken the file, or never will: the pieces go, and sending the same again changes nothing.

    Raises:
        DoesNotExist: not the actor's, or it is too long ago.
    """
    upload = _locked(actor, upload_id)
    if upload.used_at is None:
        upload.used_at = clock.wall()
        upload.save(update_fields=["used_at"])
    place_of(upload).unlink(missing_ok=True)


def prune() -> int:
    """Throw away what was never finished in time, and what was used; how many."""
    old = list(Upload.objects.filter(expires_at__lte=clock.wall()).order_by("pk")[:_PRUNED])
    for upload in old:
        place_of(upload).unlink(missing_ok=True)
    Upload.objects.filter(pk__in=[upload.pk for upload in old]).delete()
    return len(old)
