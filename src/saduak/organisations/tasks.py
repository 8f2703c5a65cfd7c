"""Background work of this room."""

from django.db import transaction

from saduak.foundation import jobs
from saduak.organisations import paths


@jobs.tick(minutes=30)
def follow_the_day() -> None:
    """Bring the paths in line with the relations of today: some begin or end at midnight. Nobody sees half of it."""
    with transaction.atomic():
        paths.rebuild()
