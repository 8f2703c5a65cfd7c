"""Small files of every kind, made in memory."""

import io
import zipfile

from PIL import Image

MAIN = {
    "docx": ("word/document.xml", "wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", "presentationml.presentation.main+xml"),
}
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 20), mode: str = "RGB", **options) -> bytes:
    """A picture, red on its left half."""
    made = Image.new(mode, size)
    if mode == "RGB":
        made.paste((255, 0, 0), (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    made.save(out, kind, **options)
    return out.getvalue()


def packed(members: dict[str, bytes]) -> bytes:
    """A zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def office(kind: str, **members: bytes) -> bytes:
    """The least that makes an office document."""
    main, media_type = MAIN[kind]
    types = f'<Types><Override PartName="/{main}" ContentType="application/x.{media_type}"/></Types>'
    return packed({"[Content_Types].xml": types.encode(), main: b"<x/>", **members})
