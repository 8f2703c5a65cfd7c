"""Counting queries as the house does: what opens and closes transactions is not counted."""

from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, Self

from django.db import connection

TRANSACTION_WORDS = (
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
    "SAVEPOINT",
    "RELEASE",
    "SET TRANSACTION",
    "PRAGMA query_only",
)


class Asked(list[dict[str, str]]):
    """`with Asked() as asked: …` keeps the statements that the database is asked for, without their values.

    Django's own way of capturing asks SQLite once more for each statement, to write its values down.
    """

    def __enter__(self) -> Self:
        self.way_in = connection.execute_wrapper(self._keep)
        self.way_in.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.way_in.__exit__(kind, value, trace)

    def _keep(self, ask: Callable[..., Any], sql: str, *rest: Any) -> Any:
        self.append({"sql": sql})
        return ask(sql, *rest)


def counted(captured: Iterable[dict[str, str]]) -> list[str]:
    """The statements that count, in the order in which they were asked."""
    return [query["sql"] for query in captured if not query["sql"].startswith(TRANSACTION_WORDS)]
