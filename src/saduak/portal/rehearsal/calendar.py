"""When things happen in a rehearsed round, by fiscal year."""

from datetime import date, datetime, time, timedelta

from saduak.foundation.clock import BANGKOK
from saduak.foundation.thai.calendar import start_of_day, to_ce


class Dates:
    """The days of one round of a fiscal year, Buddhist era. Dates of the window are those of the real rounds seen."""

    def __init__(self, fiscal_year: int) -> None:
        self.fiscal_year = fiscal_year
        self.year = to_ce(fiscal_year)
        self.opens = date(self.year, 1, 1)
        self.closes = date(self.year, 3, 1)  # exclusive: the last day is the end of February
        self.check_due = date(self.year, 2, 15)
        self.called = date(self.year - 1, 12, 1)
        self.announced = date(self.year, 8, 28)

    def windows(self) -> dict[str, tuple[datetime, datetime]]:
        """Stages of the round, half-open."""
        year = self.year
        days = {
            "call": (self.called, self.opens),
            "briefing": (date(year - 1, 12, 19), date(year - 1, 12, 20)),
            "application": (self.opens, self.closes),
            "screening": (self.closes, date(year, 5, 1)),
            "visit": (date(year, 5, 1), date(year, 7, 16)),
            "decision": (date(year, 7, 16), date(year, 8, 20)),
            "announcement": (date(year, 8, 20), date(year, 10, 1)),
        }
        return {key: (start_of_day(start), start_of_day(end)) for key, (start, end) in days.items()}


def at(day: date, hour: float = 9.0) -> datetime:
    """A moment in Bangkok: `hour` 13.5 is half past one in the afternoon."""
    return datetime.combine(day, time(), BANGKOK) + timedelta(hours=hour)


def next_workday(day: date) -> date:
    """The next Monday to Friday after `day`."""
    after = day + timedelta(days=1)
    while after.isoweekday() > 5:
        after += timedelta(days=1)
    return after
