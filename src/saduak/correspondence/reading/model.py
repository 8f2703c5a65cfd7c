"""What a reading holds: documents, their fields and findings. `as_json` gives the contract's plain dicts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

Span = tuple[int, int]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


@dataclass(slots=True)
class Reference:
    """A letter that is cited, by number and, when printed, date."""

    number: str
    date: date | None

    def as_json(self) -> dict[str, Any]:
        """Give the contract's dict."""
        return {"number": self.number, "date": _iso(self.date)}


@dataclass(slots=True)
class Window:
    """A period in which something may be done; both days included."""

    start: date
    end: date
    what: str

    def as_json(self) -> dict[str, Any]:
        """Give the contract's dict."""
        return {"start": _iso(self.start), "end": _iso(self.end), "what": self.what}


@dataclass(slots=True)
class Deadline:
    """A last day as printed."""

    date: date
    what: str

    def as_json(self) -> dict[str, Any]:
        """Give the contract's dict."""
        return {"date": _iso(self.date), "what": self.what}


@dataclass(slots=True)
class Meeting:
    """A gathering; times are `HH:MM` or None."""

    date: date
    start: str | None
    end: str | None
    where: str | None
    channels: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Give the contract's dict."""
        return {
            "date": _iso(self.date),
            "start": self.start,
            "end": self.end,
            "where": self.where,
            "channels": self.channels,
        }


@dataclass(slots=True)
class Part:
    """One part of an agenda slot, with who speaks."""

    what: str
    speaker: str | None

    def as_json(self) -> dict[str, Any]:
        """Give the contract's dict."""
        return {"what": self.what, "speaker": self.speaker}


@dataclass(slots=True)
class Slot:
    """One line of an agenda; times are `HH:MM` or None. `day` only where an agenda names several."""

    start: str | None
    end: str | None
    what: str
    parts: list[Part] = field(default_factory=list)
    day: date | None = None

    def as_json(self) -> dict[str, Any]:
        """Give the contract's dict."""
        return {
            "start": self.start,
            "end": self.end,
            "what": self.what,
            "parts": [part.as_json() for part in self.parts],
        }


@dataclass(slots=True)
class Duty:
    """What the letter lays on somebody. `force` is order, request, invite or inform."""

    who: str | None
    what: str
    due: date | None
    force: str

    def as_json(self) -> dict[str, Any]:
        """Give the contract's dict."""
        return {"who": self.who, "what": self.what, "due": _iso(self.due), "force": self.force}


@dataclass(slots=True)
class Receipt:
    """The stamp of an office that received the letter."""

    office: str | None
    number: str | None
    date: date | None
    time: str | None

    def as_json(self) -> dict[str, Any]:
        """Give the contract's dict."""
        return {"office": self.office, "number": self.number, "date": _iso(self.date), "time": self.time}


@dataclass(slots=True)
class Signer:
    """Who signed, as printed."""

    name: str | None = None
    position: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Give the contract's dict."""
        return {"name": self.name, "position": self.position}


@dataclass(slots=True)
class Document:
    """One letter, memo, order, announcement or agenda. `spans` index `Reading.text`."""

    kind: str
    urgency: str | None = None
    secrecy: str | None = None
    number: str | None = None
    is_circular: bool = False
    date: date | None = None
    issuer: str | None = None
    owner_unit: str | None = None
    subject: str | None = None
    recipients: list[str] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)
    windows: list[Window] = field(default_factory=list)
    deadlines: list[Deadline] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    agenda: list[Slot] = field(default_factory=list)
    actions: list[Duty] = field(default_factory=list)
    purpose: str | None = None
    distribution: list[str] = field(default_factory=list)
    signer: Signer = field(default_factory=Signer)
    phones: list[str] = field(default_factory=list)
    faxes: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    spans: dict[str, Span] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Give the contract's dict."""
        return {
            "kind": self.kind,
            "urgency": self.urgency,
            "secrecy": self.secrecy,
            "number": self.number,
            "is_circular": self.is_circular,
            "date": _iso(self.date),
            "issuer": self.issuer,
            "owner_unit": self.owner_unit,
            "subject": self.subject,
            "recipients": self.recipients,
            "references": [item.as_json() for item in self.references],
            "attachments": self.attachments,
            "windows": [item.as_json() for item in self.windows],
            "deadlines": [item.as_json() for item in self.deadlines],
            "meetings": [item.as_json() for item in self.meetings],
            "agenda": [item.as_json() for item in self.agenda],
            "actions": [item.as_json() for item in self.actions],
            "purpose": self.purpose,
            "distribution": self.distribution,
            "signer": self.signer.as_json(),
            "phones": self.phones,
            "faxes": self.faxes,
            "links": self.links,
            "receipts": [item.as_json() for item in self.receipts],
            "spans": {key: list(span) for key, span in self.spans.items()},
        }


@dataclass(slots=True)
class Finding:
    """What a careful clerk would notice. `document` counts from 0."""

    code: str
    severity: str
    document: int
    text: str
    evidence: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Give the contract's dict."""
        return {
            "code": self.code,
            "severity": self.severity,
            "document": self.document,
            "text": self.text,
            "evidence": self.evidence,
        }


@dataclass(slots=True)
class Reading:
    """All that was read from one file. `text` is the cleaned text that every span indexes."""

    file: str
    text: str
    documents: list[Document]
    findings: list[Finding]

    def as_json(self) -> dict[str, Any]:
        """Give the contract's JSON as a plain dict."""
        return {
            "file": self.file,
            "documents": [document.as_json() for document in self.documents],
            "findings": [finding.as_json() for finding in self.findings],
        }
