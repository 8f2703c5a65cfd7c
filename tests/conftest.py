"""What every test can ask for, and where it may run."""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from saduak.foundation.access import Actor
from tests import databases
from tests.counting import Asked, counted
from tests.covering import counts
from tests.kept import Kept
from tools import messages

LONGEST_NAME = 200


def pytest_configure(config: pytest.Config) -> None:
    """Pages in English need the compiled catalogue; the workers of a parallel run find it ready.

    What a test writes need not outlive the machine, so nobody waits for the disk; processes that a test starts do wait.
    """
    os.fsync = lambda _file: None
    if not hasattr(config, "workerinput"):
        messages.compile_stale()


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """A test is not named by megabytes, which would go from process to process and into the report with it."""
    return f"{argname}-{len(val)}" if isinstance(val, str | bytes) and len(val) > LONGEST_NAME else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """First what counts for coverage (`tests/covering.py`), then the slow ones: no worker is alone with one in the end.

    Tests about PostgreSQL alone are skipped on SQLite, in sight.
    """
    items.sort(key=lambda item: (not counts(item), item.get_closest_marker("slow") is None))
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
