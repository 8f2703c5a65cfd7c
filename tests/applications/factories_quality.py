"""Word files of an application, and what may become of one on its way."""

import io
import zipfile
from typing import Any

from saduak.applications import word


def section(key: str = "c-f47b43", text: str = "", version: int = 0) -> word.Section:
    """One criterion as it goes into a Word file."""
    return word.Section(key, "1", "เวลาให้บริการ", "ถามอะไร", "ดูอะไร", "ยังไม่ตอบ", version, text, ("ป้าย",))


def book(application_id: Any, *sections: word.Section) -> bytes:
    """A Word file of an application."""
    made = word.Book(application_id, "ใบสมัคร", "ศูนย์", ("หน่วยงาน",), [word.Heading("ส่วน", 1, sections)])
    return word.to_docx(made)


def parts_of(data: bytes) -> dict[str, bytes]:
    """What a Word file is packed of."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    """The same packed again."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def rewritten(data: bytes, old: str, new: str) -> bytes:
    """A Word file in whose text somebody changed something."""
    parts = parts_of(data)
    main = parts["word/document.xml"].decode()
    assert old in main, old
    return packed(parts | {"word/document.xml": main.replace(old, new).encode()})
