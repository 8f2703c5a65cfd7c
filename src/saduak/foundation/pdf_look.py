"""What a process of its own does with an uploaded PDF: look for what acts by itself, and draw the first page.

It knows neither settings nor database. `files.apart` starts it, binds its time, and reads the two files that it leaves:
what it found, then the picture. A file that brings it down leaves one of them, or none.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from saduak.foundation import limited

DRAWN: Final = "page.webp"
MEMORY_BYTES: Final = 1536 * 1024 * 1024
FILE_BYTES: Final = 64 * 1024 * 1024
SIDE: Final = 480
QUALITY: Final = 72
# What may happen without a click: another place of the same document is shown.
_AT_ONCE: Final = frozenset({"/GoTo", "/Named"})
# What is refused even behind a click: programs, sound and film, sending, other files. A link to a page of the web is not.
_ACTIONS: Final = frozenset(
    {
        *("/JavaScript", "/Launch", "/Rendition", "/Movie", "/Sound", "/RichMediaExecute"),
        *("/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/GoTo3DView"),
    }
)
_SUBTYPES: Final = frozenset({"/RichMedia", "/Screen", "/Movie", "/Sound", "/3D", "/FileAttachment"})
# Readers find objects in different ways: a name that one of them may stumble upon is looked for in the bare bytes, too.
_BARE: Final = (b"/JavaScript", b"/RichMedia", b"/EmbeddedFile")


def problem_of(path: Path) -> str:
    """The code of what is wrong with a PDF: "file-active", "file-locked", "file-broken"; "" when nothing is."""
    import pikepdf  # only this process pays for it

    data = path.read_bytes()
    if any(name in data for name in _BARE):
        return "file-active"
    try:
        with pikepdf.open(path) as pdf:
            if len(pdf.pages) == 0:
                return "file-broken"
            return "file-active" if _acts(pdf) else ""
    except pikepdf.PasswordError:
        return "file-locked"
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError, KeyError):
        return "file-broken"


def _acts(pdf: Any) -> bool:
    """Whether anything in it acts: scripts, programs, sound and film, forms of its own kind, files inside."""
    root = pdf.Root
    opening = root.get("/OpenAction")
    if _is_dictionary(opening) and str(opening.get("/S")) not in _AT_ONCE:
        return True
    return any(_is_active(found) for found in _dictionaries(pdf))


def _is_active(found: Any) -> bool:
    if str(found.get("/S")) in _ACTIONS or str(found.get("/Subtype")) in _SUBTYPES:
        return True
    if str(found.get("/Type")) == "/EmbeddedFile" or "/XFA" in found:
        return True
    more = found.get("/AA")
    return "/EF" in found or (_is_dictionary(more) and any(_runs(more.get(key)) for key in more.keys()))  # noqa: SIM118 - no Python dictionary


def _runs(action: Any) -> bool:
    """Whether what happens by itself (a page is opened, a field is left) does more than to show a place."""
    return _is_dictionary(action) and str(action.get("/S")) not in _AT_ONCE


def _is_dictionary(value: Any) -> bool:
    import pikepdf  # only this process pays for it

    return isinstance(value, pikepdf.Dictionary)


def _dictionaries(pdf: Any) -> Iterator[Any]:
    """Every dictionary of a file, also those that stand inside others."""
    import pikepdf  # only this process pays for it

    waiting = [pdf.trailer, *pdf.objects]
    while waiting:
        value = waiting.pop()
        if isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
            yield value
            parts = [value.get(key) for key in value.keys()]  # noqa: SIM118 - no Python dictionary
        elif isinstance(value, pikepdf.Array):
            parts = list(value)
        else:
            continue
        inner = (pikepdf.Dictionary, pikepdf.Array)
        waiting += [part for part in parts if isinstance(part, inner) and not part.is_indirect]


def first_page(path: Path) -> bytes:
    """The first page as a small WebP.

    Raises:
        PdfiumError: it can't be drawn.
    """
    import pypdfium2  # only this process pays for it

    with pypdfium2.PdfDocument(path) as pdf:
        page = pdf[0]
        width, height = page.get_size()
        scale = SIDE / max(width, height, 1)
        picture = page.render(scale=min(scale, 4)).to_pil().convert("RGB")
        picture.thumbnail((SIDE, SIDE))
        out = io.BytesIO()
        picture.save(out, "WEBP", quality=QUALITY)
        return out.getvalue()


def main() -> None:
    """Look into the file named first and leave what was found in the folder named second."""
    path, folder, seconds = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    limited.limit(seconds, memory=MEMORY_BYTES, disk=FILE_BYTES)
    code = problem_of(path)
    limited.tell(folder, {"code": code})
    if not code:
        (folder / DRAWN).write_bytes(first_page(path))
