"""What a person confirms of a letter: plain values, checked by the action."""

import datetime
import uuid
from dataclasses import dataclass, field
from typing import Any

from saduak.correspondence import matching
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
    """One duty.

    `expected` is how many offices the person saw when confirming; None when nobody looked. `wants` is one of
    `models.Wants`, or empty for none of them; None: as the words say.
    """

    who: str
    what: str
    due_on: datetime.date | None
    force: str
    expected: int | None = None
    wants: str | None = None

    @property
    def wanted(self) -> str:
        """What it wants: as somebody said, else by its words."""
        return matching.wants_of(self.what) if self.wants is None else self.wants


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
    # Every office below those addressed sees a copy at once: the programme's call.
    advance: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """One office that a letter goes to, and by which way (a value of `models.Way`) the sender reaches it."""

    organisation_id: int
    way: str


@dataclass(frozen=True, slots=True)
class Sending:
    """What goes along with a letter that is sent. Moments are half-open: the next midnight in Bangkok.

    Args:
        recipients: expressions as they were typed, one a line; kept for people to read.
        exceptions: the same for those left out.
        acknowledge_by: until when each shall say that it has read the letter; None when it need not.
        forward_by: until when each shall pass it on; None when it need not.
        advance: whether every office below those addressed sees a copy at once.
    """

    recipients: str = ""
    exceptions: str = ""
    acknowledge_by: datetime.datetime | None = None
    forward_by: datetime.datetime | None = None
    advance: bool = False


@dataclass(frozen=True, slots=True)
class Numbering:
    """Under which number and date a letter goes out.

    Args:
        number: from the agency's own register; empty when Saduak keeps it and gives the next one.
        dated: the letter's date.
        reserved_id: a number that was reserved in Saduak's register.
        expected: how many offices the person saw before sending; None when nobody looked.
        seen: a digest of which (`queries.recipients.digest_of_offices`); empty when only the number is known.
    """

    dated: datetime.date
    number: str = ""
    reserved_id: uuid.UUID | None = None
    expected: int | None = None
    seen: str = ""
