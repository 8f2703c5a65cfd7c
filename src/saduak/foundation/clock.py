"""The two clocks. `now()` is business time, which the demo's time machine moves; `wall()` is the real time.

Sessions, tokens, leases and the order of the audit follow `wall()`; rounds, deadlines and certificates follow `now()`.
"""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

BANGKOK = ZoneInfo("Asia/Bangkok")

_fixed: ContextVar[datetime | None] = ContextVar("saduak_fixed_time", default=None)
_offset: ContextVar[timedelta] = ContextVar("saduak_time_offset", default=timedelta(0))


def wall() -> datetime:
    """The real time, in UTC."""
    return datetime.now(UTC)


def now() -> datetime:
    """Business time, in UTC: real time, unless a rehearsal or the demo's time machine moved it."""
    fixed = _fixed.get()
    return wall() + _offset.get() if fixed is None else fixed


def today() -> date:
    """Today's date in Bangkok, by business time."""
    return now().astimezone(BANGKOK).date()


@contextlib.contextmanager
def travel(moment: datetime) -> Iterator[None]:
    """Stop business time at `moment` inside this context (tests and rehearsals)."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    token = _fixed.set(moment)
    try:
        yield
    finally:
        _fixed.reset(token)


@contextlib.contextmanager
def shifted(offset: timedelta) -> Iterator[None]:
    """Shift business time by `offset` inside this context (one request or job of a demo)."""
    token = _offset.set(offset)
    try:
        yield
    finally:
        _offset.reset(token)
