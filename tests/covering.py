"""Which branches of actions, rules, states and queries the tests take that stand directly in a room.

`make test` loads this early (`-p tests.covering`), so that the modules which count are read with their probes. Nothing
else becomes slower: a tracer would make every line of Python twice as dear, Django's own as well.
"""

import importlib
import itertools
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from slipcover import ImportManager, Slipcover

TESTS = Path(__file__).parent
SOURCE = TESTS.parent / "src" / "saduak"
RESULTS = TESTS.parent / "test-results"
MEASURED = ("actions", "rules", "states", "queries")


def measured() -> dict[Path, str]:
    """The modules whose coverage counts, by their files."""
    found = itertools.chain(
        *(SOURCE.glob(at) for name in MEASURED for at in (f"*/{name}.py", f"*/{name}/**/*.py"))
    )
    return {path: _module(path) for path in sorted(found)}


def _module(path: Path) -> str:
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def counts(item: pytest.Item) -> bool:
    """Whether a test stands directly in its room, which has something to be covered, and is not slow.

    What pages in `web/` happen to take was not tried. On PostgreSQL only what can be tried there alone counts, or where
    several connections meet: the rest was counted on SQLite.
    """
    from django.db import connection  # noqa: PLC0415 - this module is read before there are settings

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


class Covering:
    """Counts in this process, until a test begins that does not count: those that do come first."""

    def __init__(self) -> None:
        self._files = measured()
        self._slipcover = Slipcover(branch=True, exclude_also=["if TYPE_CHECKING:", "@overload"])
        self._tried = self._told = False
        ImportManager(self._slipcover, self).__enter__()  # type: ignore[arg-type] # asks it for `matches` alone

    def matches(self, file: str | Path) -> bool:
        """Whether this file counts."""
        return Path(file) in self._files

    def pytest_configure(self) -> None:
        """Whatever no test reads is missing, and not left out."""
        for module in self._files.values():
            importlib.import_module(module)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        if counts(item):
            assert not self._told, f"{item.nodeid} counts, and comes after tests that do not"
            self._tried = True
        else:
            self._tell()
        return (yield)

    def pytest_sessionfinish(self) -> None:
        self._tell()

    def _tell(self) -> None:
        """Write down what was taken; what is taken from now on does not count."""
        if self._told or not self._tried:
            return
        self._told = True
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        database = os.environ.get("SADUAK_TEST_DATABASE", "sqlite")
        taken = self._slipcover.get_coverage()
        (RESULTS / f"coverage-{database}-{worker}.json").write_text(json.dumps(taken), encoding="ascii")


def pytest_addoption(pluginmanager: pytest.PytestPluginManager) -> None:
    """Begin as early as pytest lets anybody."""
    pluginmanager.register(Covering())
