"""A letter that was written here, as text and in the form in which letters that came in are read.

So one page, one search and one clerk's eye serve both.
"""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from saduak.correspondence.reading import Document
from saduak.correspondence.writing import LetterDocument
from saduak.foundation.thai import calendar

# The words that stand before each part on the paper.
_LABELS = {"number": "ที่", "subject": "เรื่อง", "to": "ถึง", "reference": "อ้างถึง", "attachment": "สิ่งที่ส่งมาด้วย"}


def text_of(document: LetterDocument) -> str:
    """Everything printed, line by line in the order of the paper."""
    dated = calendar.format_long(document.dated, weekday=False) if document.dated else ""
    lines = [
        document.secrecy,
        document.urgency,
        f"{_LABELS['number']} {document.number}".strip(),
        document.issuer,
        *document.address,
        dated,
        f"{_LABELS['subject']} {document.subject}" if document.subject else "",
        f"{document.salutation or _LABELS['to']} {document.addressee}" if document.addressee else "",
        *(f"{_LABELS['reference']} {line}" for line in document.references),
        *(f"{_LABELS['attachment']} {row.title} {row.copies}".strip() for row in document.attachments),
        *document.paragraphs,
        document.closing,
    ]
    if document.signature is not None:
        lines += [f"({document.signature.name})", *document.signature.position]
    lines += [document.owner_unit, *document.contact, document.copies_to]
    return "\n\n".join(line for line in lines if line)


def reading_of(
    document: LetterDocument,
    *,
    is_circular: bool,
    duties: Iterable[dict[str, Any]] = (),
    deadlines: Iterable[dict[str, Any]] = (),
    meeting: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """As `reading` writes what it found of one document; nothing is in doubt, because nothing was read."""
    signature = document.signature
    found = empty_document() | {
        "kind": document.kind,
        "urgency": document.urgency or None,
        "secrecy": document.secrecy or None,
        "number": document.number or None,
        "is_circular": is_circular,
        "date": document.dated.isoformat() if document.dated else None,
        "issuer": document.issuer,
        "owner_unit": document.owner_unit or None,
        "subject": document.subject,
        "recipients": [document.addressee] if document.addressee else [],
        "references": [{"number": line, "date": None} for line in document.references],
        "attachments": [row.title for row in document.attachments],
        "deadlines": [{"date": row["due"], "what": row.get("what", "")} for row in deadlines if row["due"]],
        "meetings": [_told(meeting)] if meeting else [],
        "actions": [
            {"who": row["who"], "what": row["what"], "due": row["due"] or None, "force": row["force"]}
            for row in duties
        ],
        "purpose": document.paragraphs[-1] if document.paragraphs else None,
        "signer": {"name": signature.name, "position": " ".join(signature.position)} if signature else None,
        "phones": list(document.contact),
    }
    return {"documents": [found], "findings": []}


def _told(meeting: dict[str, Any]) -> dict[str, Any]:
    """A meeting as the reader tells it; a draft keeps it as a person confirmed it."""
    return {key: meeting.get(key) for key in ("date", "start", "end")} | {
        "where": meeting.get("place"),
        "channels": meeting.get("channels", []),
    }


def empty_document() -> dict[str, Any]:
    """A document of which nothing is known, with every key of the contract."""
    return Document(kind="other").as_json()


def day(text: str | None) -> datetime.date | None:
    """A day as a draft keeps it."""
    return datetime.date.fromisoformat(text) if text else None


def lines(text: str) -> Sequence[str]:
    """The lines of a field in which one thing stands on each; empty ones left out."""
    return [line.strip() for line in text.splitlines() if line.strip()]
