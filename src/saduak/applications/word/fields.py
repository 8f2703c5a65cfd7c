"""The places in a Word file that come back: one content control a criterion, whose tag says what was written there."""

import hashlib
import re
from dataclasses import dataclass
from typing import Final
from uuid import UUID

# What XML can't hold: a text goes into the file without it.
_NOT_XML: Final = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
TAG: Final = re.compile(r"saduak:([0-9a-f]{8}):(c-[0-9a-f]{6,12}):([0-9]{1,9}):([0-9a-f]{16})")


@dataclass(frozen=True, slots=True)
class Section:
    """One criterion as it goes into the file."""

    key: str
    number: str
    title: str
    asks: str
    looked_for: str
    claim: str
    version: int
    text: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One criterion as it came back: of which application, which version it began from, and what stood there then."""

    application: str
    key: str
    version: int
    base: str
    text: str

    @property
    def changed(self) -> bool:
        """Whether somebody wrote in it."""
        return digest(self.text) != self.base


def clean(text: str) -> str:
    """A text as a file can hold it: plain line ends, and nothing that XML forbids."""
    return _NOT_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def comparable(text: str) -> str:
    """A text without what word processors change by themselves: spaces at the ends of lines, empty lines around it."""
    return "\n".join(line.rstrip() for line in clean(text).split("\n")).strip()


def digest(text: str) -> str:
    """The beginning of the SHA-256 of a text, by which it is seen whether it was changed."""
    return hashlib.sha256(comparable(text).encode()).hexdigest()[:16]


def mark(application_id: UUID) -> str:
    """What tells files of different applications apart."""
    return hashlib.sha256(application_id.bytes).hexdigest()[:8]


def tag_of(application_id: UUID, section: Section) -> str:
    """The tag of a criterion's control; Word takes 64 letters."""
    return f"saduak:{mark(application_id)}:{section.key}:{section.version}:{digest(section.text)}"


def field_of(tag: str, text: str) -> Field:
    """The field with a tag of ours (`TAG`)."""
    _ours, application, key, version, base = tag.split(":")
    return Field(application, key, int(version), base, text)
