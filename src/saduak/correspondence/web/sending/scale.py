"""One scale of days for all bars of a page: where a day stands, in percent, as SVG takes it."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

_DAY = datetime.timedelta(days=1)
Window = tuple[datetime.date, datetime.date]


@dataclass(frozen=True, slots=True)
class Bar:
    """A piece of the scale, ready for `x` and `width`."""

    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Scale:
    """From the first day to the last, the last included."""

    first: datetime.date
    last: datetime.date
    today: datetime.date
    window: Window | None = None

    @classmethod
    def over(
        cls, days: Iterable[datetime.date | None], today: datetime.date, window: Window | None
    ) -> "Scale":
        """Wide enough for some days, today, and the window in which one can apply."""
        known = [day for day in (*days, today, *(window or ())) if day is not None]
        return cls(min(known), max(known), today, window)

    def at(self, day: datetime.date) -> str:
        """Where the morning of a day stands."""
        return _percent((day - self.first).days, (self.last - self.first).days + 1)

    def bar(self, first: datetime.date, last: datetime.date) -> Bar:
        """From one day to another, both included."""
        return Bar(self.at(first), _percent((last - first).days + 1, (self.last - self.first).days + 1))

    @property
    def now(self) -> str:
        """Where today stands."""
        return self.at(self.today)

    @property
    def open(self) -> Bar | None:
        """The window in which one can apply."""
        return self.bar(*self.window) if self.window else None

    @property
    def rest(self) -> Bar | None:
        """What is left of the window from today on; None when nothing is."""
        if self.window is None or self.today > self.window[1]:
            return None
        return self.bar(max(self.today, self.window[0]), self.window[1])


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f}%"
