"""Who acts: a principal, the appointments or the link it acts through, and when the request was received."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Self

from saduak.foundation import clock


class Reach(StrEnum):
    """How far an appointment reaches from its organisation."""

    OWN = "own"
    LINE = "line"
    AREA = "area"
    SUPERVISION = "supervision"


@dataclass(frozen=True, slots=True)
class Span:
    """A range of one kind of path: a subtree or an area is `low <= path < high`."""

    kind: str
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class Holding:
    """One source of power: an appointment or a link, with what it allows and where."""

    ref: str
    role: str
    capabilities: frozenset[str]
    label: str = ""
    organisation_id: int | None = None
    centre_id: int | None = None
    programme_id: int | None = None
    reach: Reach = Reach.OWN
    spans: tuple[Span, ...] = ()
    organisation_ids: frozenset[int] = frozenset()
    # What kind of office it is held at, and the code of the area in which that stands.
    organisation_kind: str = ""
    area_code: str = ""
    target: tuple[str, str] | None = None
    # The first day on which it no longer holds; None while there is no end to it.
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who asks for something. Deny by default: without a holding, only what is public."""

    kind: str
    ref: str
    received_at: datetime
    user_id: int | None = None
    person_id: int | None = None
    name: str = ""
    holdings: tuple[Holding, ...] = field(default=())
    acting_ref: str = ""

    @classmethod
    def system(cls, name: str = "system") -> Self:
        """The program itself: jobs, ticks, the seed of a demo. Sees everything, named in the audit."""
        return cls(kind="system", ref=f"system:{name}", received_at=clock.now(), name=name)

    @classmethod
    def public(cls, received_at: datetime | None = None) -> Self:
        """Nobody in particular."""
        return cls(kind="public", ref="public", received_at=received_at or clock.now())

    @property
    def is_system(self) -> bool:
        """Whether the program itself acts."""
        return self.kind == "system"

    @property
    def is_signed_in(self) -> bool:
        """Whether a person or a link stands behind this actor."""
        return self.kind in {"user", "link"}

    @property
    def capabilities(self) -> frozenset[str]:
        """Everything that any holding allows somewhere."""
        return frozenset().union(*(h.capabilities for h in self.holdings)) if self.holdings else frozenset()

    @property
    def acting(self) -> Holding | None:
        """The holding chosen for this visit, else the first."""
        return next((h for h in self.holdings if h.ref == self.acting_ref), None) or (
            self.holdings[0] if self.holdings else None
        )

    def can(self, capability: str, *, programme_id: int | None = None) -> bool:
        """Whether some holding allows `capability` (in `programme_id`, when given). Not yet: on which rows."""
        return self.is_system or any(True for _ in self.holding_with(capability, programme_id=programme_id))

    def holding_with(self, capability: str, *, programme_id: int | None = None) -> Iterator[Holding]:
        """The holdings that allow `capability`; one bound to another programme does not count."""
        for holding in self.holdings:
            bound = holding.programme_id
            if capability in holding.capabilities and (
                programme_id is None or bound is None or bound == programme_id
            ):
                yield holding

    def at(self, moment: datetime) -> Self:
        """The same actor, received at another moment (rehearsals)."""
        return replace(self, received_at=moment)
