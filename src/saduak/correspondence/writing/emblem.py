"""An agency's emblem: checked when it is kept, drawn at the head of its letters. The project ships none."""

import base64
import io
import re
from pathlib import Path
from xml.etree import ElementTree as ET

from PIL import Image

_TEMPLATE = Path(__file__).parent / "typst" / "emblem.typ"
MAX_BYTES = 2 * 1024 * 1024
_MAX_PIXELS = 20_000_000
# 3 cm at 600 dpi; more is only weight in every letter.
_LONGEST = 720
_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_OUTSIDE = re.compile(r"url\(\s*['\"]?(?!#)|@import", re.IGNORECASE)


class EmblemError(ValueError):
    """The file is no picture that can be drawn; `code` says why: too-large, not-a-picture or refers-outside."""

    def __init__(self, code: str) -> None:
        """Keep the code."""
        super().__init__(code)
        self.code = code


def as_svg(data: bytes) -> str:
    """The emblem as SVG text, whatever it was (PNG, JPEG or SVG); empty for none.

    Raises:
        EmblemError: it is no picture, too large, or an SVG that refers to anything outside itself.
    """
    if not data:
        return ""
    return _drawing(data) if data.lstrip().startswith((b"<", b"\xef\xbb\xbf<")) else _picture(data)


def as_png(data: bytes) -> bytes:
    """The emblem as PNG, for word processors that draw no SVG.

    Raises:
        EmblemError: as `as_svg`, or an SVG that cannot be drawn.
    """
    import typst

    if not data.lstrip().startswith((b"<", b"\xef\xbb\xbf<")):
        return _raster(data)[0]
    try:
        made = typst.compile(
            str(_TEMPLATE),
            root=str(_TEMPLATE.parent),
            ignore_system_fonts=True,
            format="png",
            ppi=400,
            sys_inputs={"svg": as_svg(data)},
        )
    except typst.TypstError:
        raise EmblemError("not-a-picture") from None
    return bytes(made)


def _raster(data: bytes) -> tuple[bytes, tuple[int, int]]:
    """A picture as PNG, no larger than it is drawn, and its size in pixels."""
    _small_enough(data)
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as opened:
            if opened.width * opened.height > _MAX_PIXELS:
                raise EmblemError("too-large")
            made = opened.convert("RGBA")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise error if isinstance(error, EmblemError) else EmblemError("not-a-picture") from None
    made.thumbnail((_LONGEST, _LONGEST))
    out = io.BytesIO()
    made.save(out, format="PNG", optimize=False)
    return out.getvalue(), made.size


def _picture(data: bytes) -> str:
    made, (wide, high) = _raster(data)
    coded = base64.b64encode(made).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 {wide} {high}">'
        f'<image width="{wide}" height="{high}" xlink:href="data:image/png;base64,{coded}"/></svg>'
    )


def _drawing(data: bytes) -> str:
    _small_enough(data)
    # No document type: neither entities that grow nor files that are read.
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise EmblemError("refers-outside")
    try:
        text = data.decode("utf-8-sig")
        root = ET.fromstring(text)  # noqa: S314 - without a document type there is nothing to expand
    except (ET.ParseError, UnicodeDecodeError, ValueError):
        raise EmblemError("not-a-picture") from None
    if root.tag != f"{_SVG}svg":
        raise EmblemError("not-a-picture")
    for element in root.iter():
        target = element.get("href") or element.get(_XLINK) or "#"
        words = " ".join([element.text or "", *element.attrib.values()])
        if not target.startswith(("#", "data:image/")) or _OUTSIDE.search(words):
            raise EmblemError("refers-outside")
    return text


def _small_enough(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        raise EmblemError("too-large")
