"""What every test can ask for, and where it may run."""

import gc
import importlib
import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from coverage import Coverage
from django.db import connection

from saduak.foundation.access import Actor
from tests import databases
from tests.counting import Asked, counted
from tests.kept import Kept
from tools import messages

TESTS = Path(__file__).parent
SOURCE = TESTS.parent / "src" / "saduak"
COVERAGE_OF_CHILDREN = "COVERAGE_PROCESS_CONFIG"


def pytest_configure(config: pytest.Config) -> None:
    """Pages in English need the compiled catalogue; the workers of a parallel run find it ready.

    What a test writes need not outlive the machine, so nobody waits for the disk; processes that a test starts do wait.
    """
    os.fsync = lambda _file: None
    if not hasattr(config, "workerinput"):
        messages.compile_stale()
    starts_workers = getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput")
    if Coverage.current() is not None and not starts_workers:
        # What is run when a module is read counts; to trace the reading of all tests as well would take long.
        for module in measured():
            importlib.import_module(module)
        _stop_counting()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow tests come first, so that no worker is alone with one in the end, when the others have nothing left.

    Tests about PostgreSQL alone are skipped on SQLite, in sight.
    """
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
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


def measured() -> list[str]:
    """The modules whose coverage counts, as in `pyproject.toml`."""
    names = ("actions", "rules", "states", "queries")
    found = [SOURCE.glob(at) for name in names for at in (f"*/{name}.py", f"*/{name}/**/*.py")]
    parts = (path.relative_to(SOURCE.parent).with_suffix("").parts for path in itertools.chain(*found))
    return sorted(".".join(part[:-1] if part[-1] == "__init__" else part) for part in parts)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Coverage counts what the tests that stand directly in a room try: not what pages in `web/` happen to take, nor
    what is only made ready before a test.

    It also spares the rest the tracing, which makes each line of Python twice as dear.
    """
    if not (_Counting.coverage and counts(item)):
        return (yield)
    _Counting.coverage.start()
    if _Counting.children:
        os.environ[COVERAGE_OF_CHILDREN] = _Counting.children
    try:
        return (yield)
    finally:
        _stop_counting()


class _Counting:
    """What counts in this process, when anything does."""

    coverage: Coverage | None = None
    children: str | None = None


def _stop_counting() -> None:
    _Counting.coverage = _Counting.coverage or Coverage.current()
    if _Counting.coverage is not None:
        _Counting.coverage.stop()
        _Counting.children = os.environ.pop(COVERAGE_OF_CHILDREN, None) or _Counting.children


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


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """The database is laid out before (below), and goes with the folder or the server that it stands in."""
    return True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: Any
) -> None:
    """Before the database is made: what Django then finds has all its tables."""
    with django_db_blocker.unblock():
        databases.lay_out()


@pytest.fixture
def made_once() -> Iterator[Kept]:
    """`made_once(make, *given)` is `make(*given)`, made once by each worker and put there again for each test."""
    with Kept().watching() as keeping:
        yield keeping


@pytest.fixture
def actor_system() -> Actor:
    """The program itself, as of now."""
    return Actor.system("test")


@pytest.fixture
def exactly() -> Callable[[int], AbstractContextManager[None]]:
    """`with exactly(5): …` asserts the number of queries; transaction statements are not counted."""

    @contextmanager
    def check(wanted: int) -> Iterator[None]:
        with Asked() as captured:
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
