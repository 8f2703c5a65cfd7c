"""Many rows that are alike, by one statement: what they share goes to the database once, what differs as one JSON value.

`bulk_create` makes an object of each row and sends every column of it: for thousands of rows with five columns of their
own out of thirty, that costs ten times what the database needs. Like there, no signals of saving are sent.
"""

import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, DataError, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.constants import OnConflict
from django.db.models.fields import NOT_PROVIDED

_Field = models.Field[Any, Any]
_WHOLE = frozenset(
    {models.BigAutoField, models.AutoField, models.BigIntegerField, models.PositiveIntegerField}
)


def insert_alike(
    model: type[models.Model],
    common: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    *,
    ignore_conflicts: bool = False,
) -> int:
    """Write rows; how many were written. One query.

    A field that nobody names takes its default, anew for each row when it must be unique.

    Args:
        model: whose rows.
        common: values that all rows share, by attribute ("letter_id", not "letter").
        rows: values of each row, the same names in each; numbers, texts, moments, UUIDs and JSON values.
        ignore_conflicts: leave out rows that are there already.

    Raises:
        DataError: a text is longer than its column, also where the database would hold it.
    """
    if not rows:
        return 0
    connection = connections[DEFAULT_DB_ALIAS]
    named = [*common, *rows[0]]
    fields = [field for field in model._meta.local_concrete_fields if not field.primary_key]
    own = [field for field in fields if field.attname in rows[0] or _each_its_own(field, named)]
    shared = [field for field in fields if field not in own]
    sql = _statement(connection, model, shared, own, ignore_conflicts=ignore_conflicts)
    return _run(connection, sql, [_prepared(field, common, connection) for field in shared], own, rows)


def update_alike(
    model: type[models.Model], common: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]
) -> int:
    """Change rows that are there; how many were. One query.

    `bulk_update` asks for each value of each row by a condition of its own, so that thousands take seconds.

    Args:
        model: whose rows.
        common: what all rows are to hold alike, by attribute.
        rows: the key ("id") and what each is to hold, the same names in each.

    Raises:
        DataError: as above.
    """
    if not rows:
        return 0
    connection = connections[DEFAULT_DB_ALIAS]
    fields = {field.attname: field for field in model._meta.local_concrete_fields}
    shared, own = [fields[name] for name in common], [fields[name] for name in rows[0]]
    quote = connection.ops.quote_name
    table, chosen, source, given = _parts(connection, model, shared, own)
    named = [f"{value} AS v{place}" for place, value in enumerate(chosen)]
    sets = [f"{quote(str(field.column))} = {value}" for field, value in zip(shared, given, strict=True)]
    sets += [f"{quote(str(field.column))} = line.v{place}" for place, field in enumerate(own)]
    key = next(place for place, field in enumerate(own) if field.primary_key)
    del sets[len(shared) + key]
    sql = (
        f"UPDATE {table} SET {', '.join(sets)} FROM (SELECT {', '.join(named)} FROM {source}) AS line "  # noqa: S608 - names of columns only
        f"WHERE {table}.{quote(str(own[key].column))} = line.v{key}"
    )
    return _run(connection, sql, [_prepared(field, common, connection) for field in shared], own, rows)


def _run(
    connection: BaseDatabaseWrapper,
    sql: str,
    shared: Sequence[Any],
    own: Sequence[_Field],
    rows: Sequence[Mapping[str, Any]],
) -> int:
    columns = [_column(field, rows, connection) for field in own]
    with transaction.mark_for_rollback_on_error(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(sql, [*shared, json.dumps(list(zip(*columns, strict=True)), ensure_ascii=False)])
        return int(cursor.rowcount)


def _prepared(field: _Field, common: Mapping[str, Any], connection: BaseDatabaseWrapper) -> Any:
    value = field.get_db_prep_save(_value(field, common), connection)
    _require_fitting(field, [value])
    return value


def _column(field: _Field, rows: Sequence[Mapping[str, Any]], connection: BaseDatabaseWrapper) -> list[Any]:
    """The values of one field as JSON holds them. Thousands of times: what needs no preparing goes the short way."""
    values = [_value(field, row) for row in rows]
    if type(field) is models.UUIDField and all(type(value) is uuid.UUID for value in values):
        return [str(value) if connection.features.has_native_uuid_field else value.hex for value in values]
    if isinstance(field, models.JSONField):
        return [json.dumps(value, ensure_ascii=False) for value in values]
    kind = _held_as(field)
    if kind is None or not all(type(value) is kind for value in values):
        values = [_plain(field.get_db_prep_save(value, connection)) for value in values]
    _require_fitting(field, values)
    return values


def _require_fitting(field: _Field, values: Sequence[Any]) -> None:
    """The same on all databases: SQLite holds a text however long it is.

    Raises:
        DataError: one is longer than its column.
    """
    most = field.max_length if isinstance(field, models.CharField) else None
    if most is not None and any(len(value) > most for value in values if value is not None):
        raise DataError(f"{field}: a value is longer than {most} characters")


def _held_as(field: _Field) -> type | None:
    """The type of which a field's values go to the database as they are; None when they are prepared first."""
    if isinstance(field, models.ForeignKey):
        field = field.target_field
    if type(field) in _WHOLE:
        return int
    return str if type(field) is models.CharField else None


def _each_its_own(field: _Field, named: Sequence[str]) -> bool:
    return field.attname not in named and field.unique and callable(field.default)


def _value(field: _Field, given: Mapping[str, Any]) -> Any:
    if field.attname in given:
        return given[field.attname]
    assert field.null or field.default is not NOT_PROVIDED, f"{field} needs a value"  # noqa: S101 - a slip of the program
    return field.get_default()


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int | str) else str(value)


def _statement(
    connection: BaseDatabaseWrapper,
    model: type[models.Model],
    shared: Sequence[_Field],
    own: Sequence[_Field],
    *,
    ignore_conflicts: bool,
) -> str:
    quote = connection.ops.quote_name
    conflict = OnConflict.IGNORE if ignore_conflicts else None
    table, chosen, source, given = _parts(connection, model, shared, own)
    columns = ", ".join(quote(str(field.column)) for field in [*shared, *own])
    return " ".join(
        (
            connection.ops.insert_statement(on_conflict=conflict),
            f"{table} ({columns})",
            f"SELECT {', '.join([*given, *chosen])} FROM {source} WHERE true",  # noqa: S608 - names of columns only
            connection.ops.on_conflict_suffix_sql([], conflict, [], []),
        )
    ).strip()


def _parts(
    connection: BaseDatabaseWrapper,
    model: type[models.Model],
    shared: Sequence[_Field],
    own: Sequence[_Field],
) -> tuple[str, list[str], str, list[str]]:
    """The table, each row's own values and where they are read from, and the places of what is shared."""
    table = connection.ops.quote_name(model._meta.db_table)
    if connection.vendor != "postgresql":
        chosen = [f"json_extract(value, '$[{place}]')" for place in range(len(own))]
        return table, chosen, "json_each(%s)", ["%s" for _field in shared]
    types = [
        field.rel_db_type(connection) if field.is_relation or field.primary_key else field.db_type(connection)
        for field in own
    ]
    chosen = [f"CAST(line ->> {place} AS {_sent_as(type_)})" for place, type_ in enumerate(types)]
    given = [f"CAST(%s AS {_sent_as(field.db_type(connection))})" for field in shared]
    return table, chosen, "json_array_elements(CAST(%s AS json)) AS lines(line)", given


def _sent_as(type_: str | None) -> str:
    """The type to which a value is cast on its way into a column of PostgreSQL.

    A cast to varchar(n) cuts off what is too long and says nothing; a text that is put into such a column is refused.
    """
    assert type_ is not None  # noqa: S101 - a column has a type
    return "text" if type_.startswith("varchar") else type_
