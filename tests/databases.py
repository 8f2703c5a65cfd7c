"""Tables that are made once: to migrate takes as long as hundreds of tests, and every worker would do it again."""

import fcntl
import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.core.management import call_command
from django.db import connection

import saduak

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "test-results" / "tables"


def digest() -> str:
    """What the tables follow from: every migration of ours, and the versions of everybody else's."""
    sources = [*Path(saduak.__file__).parent.glob("*/migrations/*.py"), ROOT / "requirements" / "base.txt"]
    found = hashlib.sha256()
    for source in sorted(sources):
        found.update(str(source).encode())
        found.update(source.read_bytes())
    return found.hexdigest()[:20]


def lay_out() -> None:
    """Put the test database there with all its tables; whichever worker comes first migrates, the others copy.

    Django migrates once more afterwards, and finds nothing to do.
    """
    with _alone():
        if connection.vendor == "sqlite":
            shutil.copyfile(_file(), Path(connection.settings_dict["TEST"]["NAME"]))
        else:
            _copy_in_server(connection.creation._get_test_db_name())


def prepare() -> None:
    """Migrate, if nobody did, before a worker asks: while it still reads the tests."""
    with _alone():
        _file() if connection.vendor == "sqlite" else _in_server()


def copied(to: Path) -> None:
    """Put a file of SQLite with all tables there, for whatever process a test starts."""
    with _alone():
        shutil.copyfile(_file(), to)


@contextmanager
def _alone() -> Iterator[None]:
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / f"{connection.vendor}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _file() -> Path:
    made = KEPT / f"{digest()}.sqlite3"
    if not made.exists():
        for old in KEPT.glob("*.sqlite3*"):
            old.unlink()
        begun = made.with_suffix(".sqlite3-begun")
        with _named(str(begun)):
            call_command("migrate", verbosity=0)
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA journal_mode=DELETE")
        begun.rename(made)
    return made


def _in_server() -> str:
    made = f"saduak_tables_{digest()}"
    if not _there(made):
        _tell(f'CREATE DATABASE "{made}_begun"')
        with _named(f"{made}_begun"):
            call_command("migrate", verbosity=0)
        _tell(f'ALTER DATABASE "{made}_begun" RENAME TO "{made}"')
    return made


def _copy_in_server(database: str) -> None:
    made = _in_server()
    _tell(f'DROP DATABASE IF EXISTS "{database}"')
    _tell(f'CREATE DATABASE "{database}" TEMPLATE "{made}"')


def _there(database: str) -> bool:
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
        return cursor.fetchone() is not None


def _tell(statement: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)


@contextmanager
def _named(database: str) -> Iterator[None]:
    """While the connection leads to another database."""
    connection.close()
    usual, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], database
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


if __name__ == "__main__":
    django.setup()
    prepare()
