"""How long letters are kept: classes from a data file. The program reminds of them and never destroys anything."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from saduak.correspondence.models import RetentionClass

DATA: Final = Path(__file__).parent / "data" / "retention.csv"


def shipped() -> Iterator[RetentionClass]:
    """The classes of the data file, not saved. The numbers are not checked against the Gazette: see their source."""
    with DATA.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield RetentionClass(
                code=row["code"],
                name=row["name"],
                years=int(row["years"]) if row["years"] else None,
                official=row["official"] == "yes",
                source=row["source"],
            )


def seed() -> int:
    """Put the shipped classes in place; how many were missing. What stands there already is left as it is."""
    present = set(RetentionClass.objects.values_list("code", flat=True))
    missing = [row for row in shipped() if row.code not in present]
    RetentionClass.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


def choices() -> list[RetentionClass]:
    """The classes to choose from: those that stand in the database, and the shipped ones before they were seeded."""
    known = {row.code: row for row in shipped()} | {row.code: row for row in RetentionClass.objects.all()}
    return sorted(known.values(), key=lambda row: (row.years is None, row.years, row.code))


def class_of(code: str) -> RetentionClass | None:
    """The class with a code, seeded when it is one of the shipped ones; None without a code, or for an unknown one."""
    if not code:
        return None
    found = RetentionClass.objects.filter(code=code).first()
    if found is None and seed():
        found = RetentionClass.objects.filter(code=code).first()
    return found
