"""What a process of its own does with an uploaded Word file: read the texts of the content controls that were asked for.

It knows neither settings nor database. `files.controls` starts it and reads what it leaves. A file of a few hundred
kilobytes can become a tree of gigabytes, so that tree is never made where others are served.
"""

from __future__ import annotations

import re
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from saduak.foundation import limited

MAIN: Final = "word/document.xml"
MEMORY_BYTES: Final = 1024 * 1024 * 1024
FILE_BYTES: Final = 32 * 1024 * 1024
# The text of fifty answers of 20,000 letters, with Word's own marks around every piece of it.
MOST_BYTES: Final = 30 * 1024 * 1024
MOST_CONTROLS: Final = 500
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
# What was taken out under tracked changes, and the second drawing of a shape for old programs.
_NOT_SAID: Final = frozenset({f"{_W}del", f"{_W}moveFrom", f"{_W}rPr", f"{_W}pPr", _FALLBACK})
_SIGNS: Final = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
# What Python's readers answer to a damaged or cut off archive, or to one packed in a way that they do not know.
_UNREADABLE: Final = (
    *(zipfile.BadZipFile, zlib.error, KeyError, OSError, EOFError, ValueError, RuntimeError),
)


def controls(path: Path, tags: str) -> dict[str, Any]:
    """The controls whose tag is of this pattern, in order (`tag`, `text`, `prompt`: it says that it is empty); or a code.

    One inside another of them is a part of its text, so that nothing is read more than once.
    """
    try:
        with zipfile.ZipFile(path) as archive, archive.open(MAIN) as part:
            content = part.read(MOST_BYTES + 1)
    except _UNREADABLE:
        return {"code": "broken"}
    if len(content) > MOST_BYTES:
        return {"code": "heavy"}
    root = _root(content)
    if isinstance(root, str):
        return {"code": root}
    found = []
    for control in _controls(root, re.compile(tags)):
        found.append(control)
        if len(found) > MOST_CONTROLS:
            return {"code": "heavy"}
    return {"code": "", "controls": found}


def _root(content: bytes) -> Any:
    """The tree, or a code; a file with a document type is refused before an entity of it can be named."""
    from lxml import etree  # only this process pays for it

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        return "broken"
    return "doctype" if root.getroottree().docinfo.doctype else root


def _controls(root: Any, tags: re.Pattern[str]) -> Iterator[dict[str, Any]]:
    ours: set[Any] = set()
    for box in root.iter(f"{_W}sdt"):
        if any(above in ours for above in box.iterancestors(f"{_W}sdt")):
            continue
        tag, inside = box.find(f"{_W}sdtPr/{_W}tag"), box.find(f"{_W}sdtContent")
        name = "" if tag is None else tag.get(f"{_W}val", "")
        if inside is not None and tags.fullmatch(name):
            ours.add(box)
            prompt = box.find(f"{_W}sdtPr/{_W}showingPlcHdr") is not None
            yield {"tag": name, "text": "\n".join(_lines(inside)), "prompt": prompt}


def _lines(inside: Any) -> Iterator[str]:
    """The paragraphs in a control; a control within a line has none of its own."""
    paragraphs = [row for row in inside.iter(f"{_W}p") if not _is_within(row, inside)]
    if not paragraphs:
        yield "".join(_said(inside))
    for paragraph in paragraphs:
        yield "".join(_said(paragraph))


def _is_within(row: Any, top: Any) -> bool:
    """Whether a paragraph stands in what was taken out, or in a drawing inside another paragraph."""
    for above in row.iterancestors():
        if above is top:
            return False
        if above.tag in _NOT_SAID or above.tag == f"{_W}p":
            return True
    return False


def _said(node: Any) -> Iterator[str]:
    """The text of a paragraph in its order, without what was taken out. Not by recursion: a file may nest for ever."""
    waiting = [iter(node)]
    while waiting:
        child = next(waiting[-1], None)
        if child is None:
            waiting.pop()
        elif child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag]
        elif child.tag not in _NOT_SAID:
            waiting.append(iter(child))


def main() -> None:
    """Read the file named first and leave what was found in the folder named second."""
    path, folder, seconds = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    limited.limit(seconds, memory=MEMORY_BYTES, disk=FILE_BYTES)
    limited.tell(folder, controls(path, sys.argv[4]))
