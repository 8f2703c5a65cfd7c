"""What a person confirms of a letter: plain values, checked by the action."""

import datetime
import uuid
from dataclasses import dataclass, field
from typing import Any

from saduak.organisations.models import Organisation


@dataclass(frozen=True, slots=True)
class Head:
    """The fields of the letter itself."""

    kind: str
    number: str
    dated: datetime.date
    subject: str
    issuer: Organisation
    issuer_text: str = ""
    owner_unit: str = ""


@dataclass(frozen=True, slots=True)
class DutyInput:
    """One duty. `expected` is how many offices the person saw when confirming; None when nobody looked."""

    who: str
    what: str
    due_on: datetime.date | None
    force: str
    expected: int | None = None


@dataclass(frozen=True, slots=True)
class DeadlineInput:
    """An internal deadline of the issuer for its reach: `kind` is "check" or "submit"."""

    due_on: datetime.date
    kind: str


@dataclass(frozen=True, slots=True)
class MeetingInput:
    """A meeting that the letter announces."""

    title: str
    date: datetime.date
    start: datetime.time
    end: datetime.time
    place: str = ""
    channels: tuple[str, ...] = ()
    items: tuple[dict[str, Any], ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """As it is kept on the letter."""
        return {
            "title": self.title,
            "date": self.date.isoformat(),
            "start": self.start.isoformat(timespec="minutes"),
            "end": self.end.isoformat(timespec="minutes"),
            "place": self.place,
            "channels": list(self.channels),
            "items": list(self.items),
        }


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Everything that a person confirms at once."""

    head: Head
    round_id: uuid.UUID | None = None
    duties: tuple[DutyInput, ...] = ()
    deadlines: tuple[DeadlineInput, ...] = ()
    meeting: MeetingInput | None = None
    settled: dict[uuid.UUID, str] = field(default_factory=dict)
