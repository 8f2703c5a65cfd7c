"""What every test can ask for, and where it may run."""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from coverage import Coverage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saduak.foundation.access import Actor
from tests.counting import counted
from tools import messages

TESTS = Path(__file__).parent
SOURCE = TESTS.parent / "src" / "saduak"
COVERAGE_OF_CHILDREN = "COVERAGE_PROCESS_CONFIG"


def pytest_configure(config: pytest.Config) -> None:
    """Pages in English need the compiled catalogue; the workers of a parallel run find it ready."""
    if not hasattr(config, "workerinput"):
        messages.compile_stale()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests about PostgreSQL alone are skipped on SQLite, in sight."""
    if connection.vendor == "postgresql":
        return
    here = pytest.mark.skip(reason="needs PostgreSQL: run with SADUAK_TEST_DATABASE=postgres, or `make test`")
    for item in items:
        if item.get_closest_marker("only_postgres"):
            item.add_marker(here)


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: the collector need not go through it thousands of times."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Coverage counts what the tests that stand directly in a room try, not what pages in `web/` happen to take.

    It also spares the rest of the suite the tracing, which makes each line of Python twice as dear.
    """
    measuring = Coverage.current()
    if measuring is None or counts(item):
        return (yield)
    measuring.stop()
    for_children = os.environ.pop(COVERAGE_OF_CHILDREN, None)
    try:
        return (yield)
    finally:
        if for_children is not None:
            os.environ[COVERAGE_OF_CHILDREN] = for_children
        measuring.start()


def counts(item: pytest.Item) -> bool:
    """Whether a test stands directly in its room, which has something to be covered, and is not slow.

    On PostgreSQL only what can be tried there alone, or where several connections meet: the rest was counted on SQLite.
    """
    room = item.path.parent
    if (
        item.get_closest_marker("slow")
        or room.parent != TESTS
        or not any((SOURCE / room.name).glob("actions*"))
    ):
        return False
    database = item.get_closest_marker("django_db")
    meets = database is not None and database.kwargs.get("transaction", False)
    return connection.vendor == "sqlite" or meets or item.get_closest_marker("only_postgres") is not None


@pytest.fixture
def actor_system() -> Actor:
    """The program itself, as of now."""
    return Actor.system("test")


@pytest.fixture
def exactly() -> Callable[[int], AbstractContextManager[None]]:
    """`with exactly(5): …` asserts the number of queries; transaction statements are not counted."""

    @contextmanager
    def check(wanted: int) -> Iterator[None]:
        with CaptureQueriesContext(connection) as captured:
            yield
        asked = counted(captured)
        assert len(asked) == wanted, f"{len(asked)} queries instead of {wanted}:\n" + "\n".join(
            q[:200] for q in asked
        )

    return check


@pytest.fixture(autouse=True)
def files_root(tmp_path: Path, settings) -> Path:
    """A file store and a file of seals of its own for each test."""
    settings.FILES_ROOT = tmp_path / "files"
    settings.SEALS_FILE = tmp_path / "seals.jsonl"
    return settings.FILES_ROOT
