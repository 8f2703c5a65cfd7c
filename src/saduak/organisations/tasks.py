"""Background work of this room."""

from saduak.foundation import jobs
from saduak.organisations import paths


@jobs.tick(minutes=30)
def follow_the_day() -> None:
    """Bring the paths in line with the relations of today: some begin or end at midnight."""
    paths.rebuild()
