"""Pictures are never kept as they came: they are decoded and drawn anew, upright, without metadata, at most 2560 px."""

import io
import re
import struct
import zlib
from datetime import date
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from saduak.foundation.access import Invalid

LONGEST_SIDE: Final = 2560
# 50 megapixels: more than a phone's camera, and 200 MB at most while it is decoded.
MOST_PIXELS: Final = 50_000_000
# A JPEG is made smaller while it is decoded, so that it may have more; not a progressive one, which is held as a whole.
MOST_IN_JPEG: Final = 200_000_000
QUALITY: Final = 85
# What a tile shows: three pixels for each of its own on a phone.
PREVIEW_SIDE: Final = 480
PREVIEW_QUALITY: Final = 72
# Pillow's own guard stands at the same number; what is smaller is judged below.
Image.MAX_IMAGE_PIXELS = MOST_IN_JPEG
_EXIF, _TAKEN, _DIGITISED, _CHANGED = 0x8769, 0x9003, 0x9004, 0x0132
_DAY: Final = re.compile(r"(\d{4}):(\d{2}):(\d{2})(?:\D|$)")
_FIRST_YEAR: Final = 1990  # before there were such cameras, a day is a clock that nobody set
_READ: Final = ("JPEG", "PNG", "WEBP", "GIF")
_BOMBS: Final = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_BROKEN: Final = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    zlib.error,
    MemoryError,
    TypeError,
)


def redraw(path: Path) -> tuple[bytes, str]:
    """The picture drawn anew as JPEG, or as PNG when it was one or lets something shine through; and its media type.

    Raises:
        Invalid: it has too many pixels, or can't be read.
    """
    try:
        with Image.open(path, formats=_READ) as picture:
            _require_bearable(picture)
            keep_png = picture.format in {"PNG", "GIF"}
            picture.load()
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
            return _written(upright, png=keep_png or upright.has_transparency_data)
    except _BOMBS as problem:
        raise Invalid(_too_large(), code="file-pixels") from problem
    except _BROKEN as problem:
        raise Invalid(
            _("เปิดภาพนี้ไม่ได้ ไฟล์อาจเสีย ถ่ายหรือบันทึกภาพใหม่ แล้วแนบอีกครั้ง"), code="file-broken"
        ) from problem


def _require_bearable(picture: Image.Image) -> None:
    """Go on when decoding takes no more memory than a picture may; a JPEG is told to come smaller.

    Raises:
        Invalid: too many pixels.
    """
    whole = picture.width * picture.height
    smaller = picture.format == "JPEG" and not picture.info.get("progressive")
    if smaller and whole <= MOST_IN_JPEG:
        scale = min(1.0, LONGEST_SIDE / max(picture.size))
        picture.draft("RGB", (max(1, int(picture.width * scale)), max(1, int(picture.height * scale))))
    if picture.width * picture.height > MOST_PIXELS:
        raise Invalid(_too_large(), code="file-pixels")


def taken_on(path: Path) -> date | None:
    """The day on which a picture says that it was taken; None when it says nothing, or nothing that can be."""
    try:
        with Image.open(path, formats=_READ) as picture:
            exif = picture.getexif()
            told = exif.get_ifd(_EXIF)
            said = told.get(_TAKEN) or told.get(_DIGITISED) or exif.get(_CHANGED) or ""
        found = _DAY.match(said if isinstance(said, str) else "")
        day = date(*map(int, found.groups())) if found else None
    except (*_BOMBS, *_BROKEN, KeyError, AttributeError, RecursionError):
        return None
    return day if day and day.year >= _FIRST_YEAR else None


def preview(path: Path) -> bytes | None:
    """A small WebP of a picture that we drew; None when the picture is no larger itself."""
    with Image.open(path, formats=_READ) as picture:
        if max(picture.size) <= PREVIEW_SIDE:
            return None
        picture.draft("RGB", (PREVIEW_SIDE, PREVIEW_SIDE))
        small = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
        small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE), Image.Resampling.LANCZOS)
        small.info.clear()
        out = io.BytesIO()
        small.save(out, "WEBP", quality=PREVIEW_QUALITY)
        return out.getvalue()


def _written(picture: Image.Image, *, png: bool) -> tuple[bytes, str]:
    """The pixels alone: a fresh picture carries no comment, profile or position."""
    mode = "RGBA" if png and picture.has_transparency_data else "RGB"
    plain = picture.convert(mode)
    plain.info.clear()
    out = io.BytesIO()
    if png:
        plain.save(out, "PNG", optimize=False, compress_level=6)
        return out.getvalue(), "image/png"
    plain.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return out.getvalue(), "image/jpeg"


def _too_large() -> str:
    return _("ภาพนี้มีจุดภาพมากเกินไป ย่อภาพให้ด้านยาวไม่เกิน 7,000 จุด แล้วแนบใหม่")
