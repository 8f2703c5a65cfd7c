"""Measuring one case: the page through all of Django, then its SQL statements alone in a bare view; medians."""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.test.client import ClientHandler
from django.urls import path

# Where a transaction begins and ends belongs to the page, and is not counted as a query.
FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET TRANSACTION", "PRAGMA")
READS = ("SELECT", "WITH")

Statement = tuple[str, Any, bool]


@dataclass(frozen=True, slots=True)
class Cost:
    """What a page costs: statements, milliseconds, and the milliseconds of a bare view with the same statements."""

    queries: int
    ms: float
    floor_ms: float

    @property
    def ratio(self) -> float:
        """How many times the floor."""
        return self.ms / self.floor_ms

    def as_json(self) -> dict[str, float]:
        """For other programs."""
        return {
            "queries": self.queries,
            "ms": round(self.ms, 3),
            "floor_ms": round(self.floor_ms, 3),
            "ratio": round(self.ratio, 2),
        }


class _Recorder:
    """Keeps the statements that go to the database."""

    def __init__(self) -> None:
        self.statements: list[Statement] = []

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Note and go on."""
        if not sql.lstrip().startswith(FRAME):
            self.statements.append((sql, params, many))
        return execute(sql, params, many, context)


class _Bare(ClientHandler):
    """Django's handler without any middleware, for the one bare view."""

    def load_middleware(self, is_async: bool = False) -> None:
        """None at all."""
        with override_settings(MIDDLEWARE=[]):
            super().load_middleware(is_async)

    def get_response(self, request: HttpRequest) -> Any:
        """Answer from this module's addresses, not from the site's."""
        request.urlconf = __name__
        return super().get_response(request)


_replayed: list[Statement] = []


def bare(_request: HttpRequest) -> HttpResponse:
    """Send the same statements to the database and read what it answers.

    What a writing page writes is undone, so that it can go on from what it wrote itself; that the floor pays for no
    commit makes it lower, never higher.
    """
    if all(sql.lstrip().startswith(READS) for sql, _params, _many in _replayed):
        _replay()
    else:
        with transaction.atomic():
            _replay()
            transaction.set_rollback(True)
    return HttpResponse("")


def _replay() -> None:
    with connection.cursor() as cursor:
        for sql, params, many in _replayed:
            (cursor.executemany if many else cursor.execute)(sql, params)
            if cursor.description:
                cursor.fetchall()


urlpatterns = [path("bare/", bare)]


def recorded(ask: Callable[[], None]) -> list[Statement]:
    """The statements of one page."""
    recorder = _Recorder()
    with connection.execute_wrapper(recorder):
        ask()
    return recorder.statements


def measure(ask: Callable[[], None], *, runs: int) -> Cost:
    """Ask for a page and for the bare view in turn, so that what else the machine does falls on both.

    Args:
        ask: asks for the page once; raises when it is not answered as it should be.
        runs: how often; the median counts.
    """
    ask()
    ask()
    statements = recorded(ask)
    _replayed[:] = statements
    client = Client()
    client.handler = _Bare(enforce_csrf_checks=False)
    client.get("/bare/")
    pages, floors = [], []
    gc.collect()
    for _run in range(runs):
        pages.append(_timed(ask))
        floors.append(_timed(lambda: client.get("/bare/")))
    return Cost(len(statements), statistics.median(pages), statistics.median(floors))


def _timed(ask: Callable[[], Any]) -> float:
    """Milliseconds."""
    started = time.perf_counter()
    ask()
    return (time.perf_counter() - started) * 1000
