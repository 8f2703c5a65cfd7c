"""Pages of received files: a stamp over the first, or the first as a picture. Runs in a process of its own (`apart`)."""

import io
import itertools
from typing import Any

A4 = (595.276, 841.89)
_PIXELS = 60_000_000
_MARGIN = 14.0
_TALLEST = 4  # times as high as wide; a longer page is a roll, of which the top is shown


class PaperError(Exception):
    """What is wrong with the file, as a code."""


def stamped(data: bytes, stamp: bytes) -> bytes:
    """The file as PDF with the stamp, itself a PDF of one page, at the top right of its first page.

    Raises:
        PaperError: "encrypted", "broken-file" or "too-large".
    """
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(_as_pdf(data))) as made, pikepdf.open(io.BytesIO(stamp)) as over:
            if made.is_encrypted:
                raise PaperError("encrypted")
            if not len(made.pages):
                raise PaperError("broken-file")
            _lay_over(made, over.pages[0])
            out = io.BytesIO()
            made.save(out, deterministic_id=True, fix_metadata_version=False)
            return out.getvalue()
    except pikepdf.PasswordError:
        raise PaperError("encrypted") from None
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError, KeyError, AttributeError):
        raise PaperError("broken-file") from None


def _lay_over(made: Any, stamp: Any) -> None:
    """Draw the stamp after everything else on the first page, under a name that depends on nothing else."""
    import pikepdf

    page = made.pages[0]
    drawing = made.copy_foreign(stamp.as_form_xobject())
    taken = page.resources.get("/XObject", {})
    name = next(f"/ReceiptStamp{at}" for at in itertools.count(1) if f"/ReceiptStamp{at}" not in taken)
    page.add_resource(drawing, pikepdf.Name.XObject, pikepdf.Name(name))
    placed = " ".join(f"{number:.4f}" for number in _placed(page, stamp))
    # Whatever the page's own instructions leave behind ends before the stamp.
    page.contents_add(b"q\n", prepend=True)
    page.contents_add(f"\nQ\nq {placed} cm {name} Do Q\n".encode())


def _placed(page: Any, stamp: Any) -> tuple[float, ...]:
    """The matrix that puts the stamp in the top right corner that people see, whichever way the page is turned.

    It grows with the page: scans are pages of any size.
    """
    sides = [float(side) for side in page.cropbox]
    left, right = sorted(sides[::2])
    bottom, top = sorted(sides[1::2])
    scale = min(right - left, top - bottom) / A4[0]
    wide, high, away = (scale * float(side) for side in (stamp.mediabox[2], stamp.mediabox[3], _MARGIN))
    turned = int(page.obj.get("/Rotate", 0)) % 360
    if turned == 90:
        return 0, scale, -scale, 0, left + away + high, top - away - wide
    if turned == 180:
        return -scale, 0, 0, -scale, left + away + wide, bottom + away + high
    if turned == 270:
        return 0, -scale, scale, 0, right - away - high, bottom + away + wide
    return scale, 0, 0, scale, right - away - wide, top - away - high


def _as_pdf(data: bytes) -> bytes:
    """A PDF as it is; a JPEG or PNG as a page of A4, upright as its camera says."""
    if not data.startswith((b"\x89PNG", b"\xff\xd8\xff")):
        return data
    from PIL import Image, ImageOps  # noqa: PLC0415 - only pictures need it

    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as opened:
            if opened.width * opened.height > _PIXELS:
                raise PaperError("too-large")
            seen = ImageOps.exif_transpose(opened)
            flat = Image.new("RGB", seen.size, "white")
            flat.paste(seen.convert("RGBA"), mask=seen.convert("RGBA").getchannel("A"))
    except Image.DecompressionBombError:
        raise PaperError("too-large") from None
    except (OSError, SyntaxError, ValueError):
        raise PaperError("broken-file") from None
    page = A4 if flat.height >= flat.width else A4[::-1]
    dots = 72 * max(flat.width / page[0], flat.height / page[1])
    out = io.BytesIO()
    flat.save(out, format="PDF", resolution=dots, quality=90)
    return out.getvalue()


def picture(data: bytes, width: int) -> bytes:
    """The first page as PNG, so many pixels wide.

    Raises:
        PaperError: "encrypted" or "broken-file".
    """
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(data) as opened:
            page = opened[0]
            wide, high = page.get_size()
            below = max(0.0, high - _TALLEST * wide)
            drawn = page.render(scale=width / wide, crop=(0, below, 0, 0)).to_pil()
    except pypdfium2.PdfiumError as error:
        raise PaperError("encrypted" if "password" in str(error).lower() else "broken-file") from None
    except (ValueError, IndexError, ZeroDivisionError):
        raise PaperError("broken-file") from None
    out = io.BytesIO()
    drawn.convert("RGB").save(out, format="PNG")
    return out.getvalue()
