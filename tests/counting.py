"""Counting queries as the house does: what opens and closes transactions is not counted."""

from django.test.utils import CaptureQueriesContext

TRANSACTION_WORDS = (
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
    "SAVEPOINT",
    "RELEASE",
    "SET TRANSACTION",
    "PRAGMA query_only",
)


def counted(captured: CaptureQueriesContext) -> list[str]:
    """The statements that count, in the order in which they were asked."""
    return [query["sql"] for query in captured if not query["sql"].startswith(TRANSACTION_WORDS)]
