"""What many tests begin with is made once by each worker, and put there again: most of a test's time is its beginning.

`made_once(make, *given)` gives what `make(*given)` gives. The first time, that is called, and what it left in the database and
among the files is written down; afterwards the same rows and files are put there as they were, and what it returned is
copied. Nothing is shared between two tests, so whatever one of them changes is not seen by another.
"""

import copy
import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model

from saduak.foundation import clock
from saduak.programme.queries import criteria

Key = tuple[Any, ...]
Rows = dict[Any, str]
WRITES = ("INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True, slots=True)
class Table:
    """How the rows of one model are read and put there as they are, without a value's passing through Python."""

    name: str
    key: str
    columns: tuple[str, ...]

    @classmethod
    def of(cls, model: type[Model]) -> "Table":
        """The table of a model."""
        meta = model._meta
        columns = tuple(field.column for field in meta.local_concrete_fields)
        return cls(meta.db_table, meta.pk.column, columns)

    def rows(self) -> Rows:
        """What is there: each row as the database itself writes it, by its key."""
        if connection.vendor == "sqlite":
            row = " || ',' || ".join(f'quote("{column}")' for column in self.columns)
        else:
            row = "to_jsonb(it)::text"
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT "{self.key}", {row} FROM "{self.name}" AS it')
            return dict(cursor.fetchall())

    def put(self, cursor: Any, gone: list[Any], new: list[str]) -> None:
        """Take rows away by their keys, then put others there."""
        if gone:
            keys = ", ".join(["%s"] * len(gone))
            cursor.execute(f'DELETE FROM "{self.name}" WHERE "{self.key}" IN ({keys})', gone)
        names = ", ".join(f'"{column}"' for column in self.columns)
        if new and connection.vendor == "sqlite":
            # Past Django: a literal may have a percent sign in it, which is no place for a value.
            cursor.cursor.connection.execute(
                f'INSERT INTO "{self.name}" ({names}) VALUES ({"), (".join(new)})'
            )
        elif new:
            source = f'jsonb_populate_recordset(NULL::"{self.name}", %s::jsonb)'
            cursor.execute(
                f'INSERT INTO "{self.name}" ({names}) SELECT {names} FROM {source}', [f"[{','.join(new)}]"]
            )


@dataclass(frozen=True, slots=True)
class Record:
    """What making something left behind."""

    rows: list[tuple[Table, list[Any], list[str]]]
    files: dict[str, bytes]
    result: Any
    # What has become of what it was made from.
    changed: list[dict[str, Any]]
    # Criteria sets that were read and are remembered by the process: who counts queries finds the same ones.
    remembered: dict[Any, Any]

    def replay(self) -> None:
        """Put it there."""
        with transaction.atomic(), connection.cursor() as cursor:
            for table, gone, new in self.rows:
                table.put(cursor, gone, new)
        criteria._published.update(self.remembered)
        for name, content in self.files.items():
            path = Path(settings.FILES_ROOT) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


_RECORDS: dict[Key, Record] = {}


class Kept:
    """What one test was given of what is kept."""

    def __init__(self) -> None:
        # Of each object that is kept, this test's copy, so that what two results share is one object here as well.
        self._copies: dict[int, Any] = {}
        self._keys: dict[int, int] = {}
        self._there: list[int] = []
        self._touched = False
        criteria._published.clear()

    def __call__(self, make: Callable[..., Any], *given: Any) -> Any:
        """What `make(*given)` gives. What is given must have been kept, too.

        When the test has written something before, it is made anew: it may depend on that.
        """
        if self._touched or any(id(each) not in self._keys for each in given if each is not None):
            return make(*given)
        whats = tuple(self._keys.get(id(each)) for each in given)
        # After other beginnings it is another one: a row has another number.
        key = (make.__module__, make.__qualname__, clock._fixed.get(), whats, *self._there)
        if key in _RECORDS:
            _RECORDS[key].replay()
        else:
            _RECORDS[key] = self._made(make, given)
        self._touched = False
        self._there.append(hash(key))
        result, changed = copy.deepcopy((_RECORDS[key].result, _RECORDS[key].changed), self._copies)
        for each, now in zip(given, changed, strict=True):
            getattr(each, "__dict__", {}).update(now)
        self._keys[id(result)] = hash(key)
        return result

    def _made(self, make: Callable[..., Any], given: tuple[Any, ...]) -> Record:
        # Children before their parents: a published criteria set takes no criteria any more.
        tables = [Table.of(model) for model in apps.get_models(include_auto_created=True)][::-1]
        before = [table.rows() for table in tables]
        files_before, known = _files(), dict(criteria._published)
        result = make(*given)
        remembered = {name: read for name, read in criteria._published.items() if name not in known}
        rows = []
        for table, old, new in zip(tables, before, map(Table.rows, tables), strict=True):
            gone = [key for key, row in old.items() if new.get(key) != row]
            fresh = [row for key, row in new.items() if old.get(key) != row]
            if gone or fresh:
                rows.append((table, gone, fresh))
        files = {name: content for name, content in _files().items() if name not in files_before}
        # It is kept with what it was given as that is kept, not with this test's copies of it; a list may have grown.
        alive = (
            each for each in self._copies.get(id(self._copies), []) if not isinstance(each, dict | list | set)
        )
        back = {id(self._copies[id(each)]): each for each in alive if id(each) in self._copies}
        changed = [getattr(each, "__dict__", {}) for each in given]
        return Record(rows, files, *copy.deepcopy((result, changed), back), remembered)

    @contextmanager
    def watching(self) -> Iterator["Kept"]:
        """While the test is made ready: notice what it writes by itself."""
        with connection.execute_wrapper(self._notice):
            yield self

    def _notice(self, ask: Callable[..., Any], sql: str, *rest: Any) -> Any:
        self._touched = self._touched or sql.lstrip().startswith(WRITES)
        return ask(sql, *rest)


def _files() -> dict[str, bytes]:
    root = Path(settings.FILES_ROOT)
    found = root.rglob("*") if root.exists() else ()
    return {str(path.relative_to(root)): path.read_bytes() for path in found if path.is_file()}


def kept(make: Callable[..., Any]) -> Any:
    """`@kept` makes a fixture of a function whose fixtures, if it has any, are kept as well."""
    wanted = inspect.signature(make).parameters

    def fixture(made_once: Kept, **given: Any) -> Any:
        return made_once(make, *(given[name] for name in wanted))

    own = inspect.Parameter("made_once", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    functools.update_wrapper(fixture, make)
    del fixture.__wrapped__
    fixture.__signature__ = inspect.Signature([own, *wanted.values()])
    return pytest.fixture(fixture)
