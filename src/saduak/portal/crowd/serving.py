"""What the benchmark's server serves: the site at a moment of the round, and a bare view in the very same processes.

`SADUAK_BENCH_SHIFT` names a file with the seconds by which business time runs ahead, `SADUAK_BENCH_FLOOR` one with what
the bare view replays.
"""

import os
import pickle
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path

from saduak.foundation import clock
from saduak.portal.crowd.people import FLOOR

SHIFT = Path(os.environ.get("SADUAK_BENCH_SHIFT", os.devnull))


@cache
def _statements() -> list[list[tuple[str, Any, bool]]]:
    """For each officer the statements of one of their saves; written by the benchmark itself, in its own folder."""
    return list(pickle.loads(Path(os.environ["SADUAK_BENCH_FLOOR"]).read_bytes()))  # noqa: S301 - as the line above says


def floor(_request: HttpRequest, officer: int) -> HttpResponse:
    """Send one save's statements to the database in one transaction, and nothing else."""
    with transaction.atomic(), connection.cursor() as cursor:
        for sql, params, many in _statements()[officer]:
            (cursor.executemany if many else cursor.execute)(sql, params)
            if cursor.description:
                cursor.fetchall()
    return HttpResponse("{}", headers={"Content-Length": "2"})


urlpatterns = [path(f"{FLOOR[1:]}<int:officer>/", floor)]


class Bare(WSGIHandler):
    """Django's handler without any middleware, for the one bare view."""

    def load_middleware(self, is_async: bool = False) -> None:
        """None at all."""
        with override_settings(MIDDLEWARE=[]):
            super().load_middleware(is_async)

    def get_response(self, request: HttpRequest) -> Any:
        """Answer from this module's addresses, not from the site's."""
        request.urlconf = __name__
        return super().get_response(request)


site, bare = get_wsgi_application(), Bare()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The WSGI application."""
    with clock.shifted(timedelta(seconds=float(SHIFT.read_text() or 0))):
        chosen = bare if environ["PATH_INFO"].startswith(FLOOR) else site
        return chosen(environ, start_response)
