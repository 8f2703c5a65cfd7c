"""Reads Thai official letters: fields, dates, duties and what does not add up. Needs nothing else of this project."""

from saduak.correspondence.reading.errors import ReadingError
from saduak.correspondence.reading.model import (
    Deadline,
    Document,
    Duty,
    Finding,
    Meeting,
    Part,
    Reading,
    Receipt,
    Reference,
    Signer,
    Slot,
    Window,
)
from saduak.correspondence.reading.reader import read_bytes, read_text

__all__ = [
    "Deadline",
    "Document",
    "Duty",
    "Finding",
    "Meeting",
    "Part",
    "Reading",
    "ReadingError",
    "Receipt",
    "Reference",
    "Signer",
    "Slot",
    "Window",
    "read_bytes",
    "read_text",
]
