"""What every test can ask for, and where it may run."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saduak.foundation.access import Actor
from tests.counting import counted
from tools import messages


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
