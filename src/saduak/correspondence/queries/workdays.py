"""The days on which offices are closed, and whether the list of them can be relied on."""

import datetime
from dataclasses import dataclass

from saduak.foundation.models import Holiday


@dataclass(frozen=True, slots=True)
class OfficeDays:
    """What working days are reckoned with. `rough`: no list, or one that was not announced; then days are "about"."""

    holidays: frozenset[datetime.date]
    rough: bool


def office_days(first: datetime.date) -> OfficeDays:
    """Holidays from a day on. One query."""
    rows = list(Holiday.objects.filter(date__gte=first).values_list("date", "official"))
    return OfficeDays(
        frozenset(day for day, _official in rows), not rows or any(not official for _day, official in rows)
    )
