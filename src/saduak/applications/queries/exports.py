"""Large files that somebody asked for."""

from saduak.applications.models import RequestedFile
from saduak.foundation import jobs


def has_failed(made: RequestedFile) -> bool:
    """Whether nobody makes a file any more that is not there, though it could be tried again. At most one query."""
    return made.file_id is None and not made.refused and jobs.is_over(made.job)
