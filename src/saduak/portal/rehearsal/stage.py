"""What every script of one rehearsed round shares."""

from dataclasses import dataclass, field
from typing import Any

from saduak.portal.rehearsal.calendar import Dates
from saduak.portal.rehearsal.report import Tally
from saduak.portal.rehearsal.world import World


@dataclass(slots=True)
class Stage:
    """One round on the stage: the world, its dates, what has happened so far."""

    world: World
    dates: Dates
    tally: Tally
    round: Any = None
    notes: dict[str, Any] = field(default_factory=dict)
