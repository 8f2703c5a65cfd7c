"""Where rounds, stages and criteria sets stand.

A criteria set has a state machine. Rounds and stages have no stored state: theirs follows from their dates and a moment.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from saduak.foundation.states import machine

CRITERIA_SET = machine(
    "criteria-set",
    initial="draft",
    states={"draft": _("ฉบับร่าง"), "published": _("ประกาศใช้แล้ว")},
    final={"published"},
)
CRITERIA_SET.on("publish", {"draft"}, "published", _("ประกาศใช้"))


class Window(Protocol):
    """Anything with two moments: half-open, `starts_at <= moment < ends_at`."""

    starts_at: datetime
    ends_at: datetime


class Phase(StrEnum):
    """Where a window or a round stands at a moment."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


def phase(window: Window, moment: datetime) -> Phase:
    """Where a window stands: the closing moment itself is closed."""
    if moment < window.starts_at:
        return Phase.PLANNED
    return Phase.OPEN if moment < window.ends_at else Phase.CLOSED


def round_phase(stages: Iterable[Window], moment: datetime, *, closed_at: datetime | None = None) -> Phase:
    """Where a round stands: planned before its first stage, closed after its last or once it was closed by hand.

    Between two stages a round is open: something is always going on behind the scenes.
    """
    windows = list(stages)
    if closed_at is not None and moment >= closed_at:
        return Phase.CLOSED
    if not windows or moment < min(window.starts_at for window in windows):
        return Phase.PLANNED
    return Phase.OPEN if moment < max(window.ends_at for window in windows) else Phase.CLOSED
