"""PDFs by typst: tagged, with Sarabun, with a text layer that copies right. Templates are data of the rooms."""

import io
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, TypeAlias

import fontpkg_sarabun

from saduak.foundation import clock, pdf_text

Standard: TypeAlias = Literal["a-2b", "ua-1"]

FONTS = Path(fontpkg_sarabun.__file__).parent / "files"


class PdfError(Exception):
    """A template could not be rendered; the message is typst's."""


def render(template: Path, data: Mapping[str, Any], *, standard: Standard = "a-2b") -> bytes:
    """Render a typst template with `data`, which it reads as `json(bytes(sys.inputs.data))`.

    Args:
        template: the `.typ` file; it may use only files beside it.
        data: JSON values; dates and numbers already in the words that shall be printed.
        standard: the PDF standard to keep, for example `a-2b` (archiving) or `ua-1` (accessible).

    Raises:
        PdfError: the template has a mistake or the data lack a field.
    """
    import typst

    try:
        made = typst.compile(
            str(template),
            root=str(template.parent),
            font_paths=[str(FONTS)],
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards=[standard],
            timestamp=int(clock.now().timestamp()),
        )
    except typst.TypstError as error:
        raise PdfError(str(error)) from error
    return pdf_text.repair(made)


def render_parts(template: Path, parts: Iterable[Mapping[str, Any]]) -> bytes:
    """Render a long document in parts and put them together: typst keeps all that it draws at once in memory.

    Args:
        template: as above; it begins to count pages at `first_page`, which each part is told.
        parts: the data of each part, at least one.

    Raises:
        PdfError: the template has a mistake or the data lack a field.
    """
    import pikepdf

    first, *others = _drawn(template, parts)
    if not others:
        return first  # as it was drawn, with its tags
    book = pikepdf.open(io.BytesIO(first))
    for other in others:
        book.pages.extend(pikepdf.open(io.BytesIO(other)).pages)
    target = io.BytesIO()
    book.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return target.getvalue()


def _drawn(template: Path, parts: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    import pikepdf

    first_page = 1
    for data in parts:
        made = render(template, {**data, "first_page": first_page})
        yield made
        with pikepdf.open(io.BytesIO(made)) as drawn:
            first_page += len(drawn.pages)
