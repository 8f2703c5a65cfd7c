"""Bringing a list of public holidays into the database, year by year."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from saduak.foundation.models.services import Holiday
from saduak.foundation.thai import holidays as lists


@dataclass(frozen=True, slots=True)
class Change:
    """What an import does. `first` is the earliest day that changed."""

    years: tuple[int, ...]
    added: int
    changed: int
    removed: int
    passed_over: int
    first: date | None


def import_holidays(listed: Iterable[lists.Holiday], *, dry_run: bool = False) -> Change:
    """Make the holidays of every year in the list those of the list; other years stay.

    Days on which government offices work (Labour Day) are passed over. Two holidays on one day become one row.

    Args:
        listed: what `read_holidays` read.
        dry_run: only say what would change.
    """
    rows = list(listed)
    years = tuple(sorted({row.day.year for row in rows}))
    wanted = _by_day(row for row in rows if row.closes_offices)
    with transaction.atomic():
        present = {row.date: row for row in Holiday.objects.filter(date__year__in=years)}
        added = [row for day, row in wanted.items() if day not in present]
        gone = [row for day, row in present.items() if day not in wanted]
        changed = [
            row for day, row in wanted.items() if day in present and _values(row) != _values(present[day])
        ]
        if not dry_run:
            Holiday.objects.bulk_create(added)
            Holiday.objects.filter(pk__in=[row.pk for row in gone]).delete()
            for row in changed:
                Holiday.objects.filter(date=row.date).update(**_values(row))
    days = [row.date for row in (*added, *gone)]
    passed_over = sum(not row.closes_offices for row in rows)
    return Change(years, len(added), len(changed), len(gone), passed_over, min(days, default=None))


def _by_day(listed: Iterable[lists.Holiday]) -> dict[date, Holiday]:
    days: dict[date, Holiday] = {}
    for row in listed:
        official = not row.is_sample
        if row.day in days:
            one = days[row.day]
            one.name_th = f"{one.name_th} / {row.name_th}"[:200]
            one.name_en = " / ".join(name for name in (one.name_en, row.name_en) if name)[:200]
            one.official = one.official and official
        else:
            days[row.day] = Holiday(
                date=row.day, name_th=row.name_th, name_en=row.name_en, source=row.source, official=official
            )
    return days


def _values(row: Holiday) -> dict[str, object]:
    return {name: getattr(row, name) for name in ("name_th", "name_en", "source", "official")}
