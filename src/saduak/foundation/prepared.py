"""Statements that the ORM builds once, for the few reads and writes that run at every keystroke.

Building a query costs Django ten times what the database needs to answer it. Here the query is built and compiled once a
connection, with `Given` in the place of each value; afterwards only the values change. What it means is what the ORM
says it means, on every database. Signals of saving are not sent: nothing in Saduak listens to them (rule 1: whoever wants
to know is told by the action).
"""

from collections.abc import Callable
from operator import attrgetter
from typing import Any, Generic, Self, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import sql
from django.db.models.expressions import Expression
from django.db.models.query import get_related_populators

Row = TypeVar("Row", bound=models.Model)
Params = tuple[Any, ...]

_KEPT = "_saduak_prepared"


class Given(Expression):
    """A value that comes when the statement runs, under a name, read as a value of `field`."""

    def __init__(self, name: str, field: models.Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name = name

    @classmethod
    def of(cls, model: type[models.Model], name: str) -> Self:
        """A value for the field of this name."""
        return cls(name, cast("models.Field[Any, Any]", model._meta.get_field(name)))

    def as_sql(self, _compiler: Any, _connection: Any) -> tuple[str, Any]:
        """A placeholder, with itself in the place of the value."""
        return "%s", [self]


class _Statement:
    """SQL with the places of its values, kept by connection: what reads values back belongs to one."""

    def _built(self) -> tuple[BaseDatabaseWrapper, Any]:
        connection = connections[DEFAULT_DB_ALIAS]
        kept = vars(connection).setdefault(_KEPT, {})
        found = kept.get(self)
        if found is None:
            found = kept[self] = self._build(connection)
        return connection, found

    def _build(self, connection: BaseDatabaseWrapper) -> Any:
        raise NotImplementedError


def _bound(params: Params, given: dict[str, Any], connection: BaseDatabaseWrapper) -> Params:
    return tuple(
        p.output_field.get_db_prep_value(given[p.name], connection) if isinstance(p, Given) else p
        for p in params
    )


class Read(_Statement, Generic[Row]):
    """Rows of a query: `Read(lambda: Answer.objects.filter(pk=Given("pk", BigIntegerField())))`."""

    def __init__(self, rows: Callable[[], models.QuerySet[Row]]) -> None:
        self.rows = rows

    def _build(self, connection: BaseDatabaseWrapper) -> "_Reading":
        return _Reading(self.rows(), connection)

    def all(self, **given: Any) -> list[Row]:
        """The rows for these values.

        Raises:
            TransactionManagementError: rows shall be locked, and there is no transaction.
        """
        connection, reading = self._built()
        if reading.locks:
            connection.validate_no_broken_transaction()
            if not connection.in_atomic_block:
                raise transaction.TransactionManagementError(
                    "select_for_update cannot be used outside of a transaction."
                )
        with connection.cursor() as cursor:
            cursor.execute(reading.sql, _bound(reading.params, given, connection))
            found = cursor.fetchall()
        return cast("list[Row]", [reading.row(line, connection) for line in found])

    def first(self, **given: Any) -> Row | None:
        """The first row, or None."""
        return next(iter(self.all(**given)), None)

    def get(self, **given: Any) -> Row:
        """The one row.

        Raises:
            DoesNotExist: there is none.
            MultipleObjectsReturned: there are more.
        """
        found = self.all(**given)
        if len(found) == 1:
            return found[0]
        model = self._built()[1].model
        problem = model.MultipleObjectsReturned if found else model.DoesNotExist
        raise problem(f"{len(found)} rows of {model._meta.label}")


class _Reading:
    """A compiled query of whole or narrowed rows, and how its lines become rows."""

    def __init__(self, rows: models.QuerySet[Any], connection: BaseDatabaseWrapper) -> None:
        query = rows.query
        compiler = query.get_compiler(connection=connection)
        self.sql, self.params = compiler.as_sql()
        self.model = rows.model
        self.locks = query.select_for_update
        select, info = cast("Any", compiler.select), cast("Any", compiler.klass_info)
        own = info["select_fields"]
        self.start, self.end = own[0], own[-1] + 1
        self.names = [column[0].target.attname for column in select[self.start : self.end]]
        self.related = get_related_populators(info, select, connection.alias)  # type: ignore[call-arg] # a later Django has one more
        self.extra = dict(compiler.annotation_col_map or {})
        self.converters = compiler.get_converters([column[0] for column in select[: compiler.col_count]])

    def row(self, line: Any, connection: BaseDatabaseWrapper) -> Any:
        """A row as the ORM would make it: values, related rows, annotations."""
        values = list(line)
        for place, (converters, expression) in self.converters.items():
            for converter in converters:
                values[place] = converter(values[place], expression, connection)
        made = self.model.from_db(connection.alias, self.names, values[self.start : self.end])
        for related in self.related:
            related.populate(values, made)
        for name, place in self.extra.items():
            setattr(made, name, values[place])
        return made


class Update(_Statement):
    """One UPDATE of the rows of a query; both are built from `Given`."""

    def __init__(
        self, rows: Callable[[], models.QuerySet[Any]], values: Callable[[], dict[str, Any]]
    ) -> None:
        self.rows, self.values = rows, values

    def _build(self, connection: BaseDatabaseWrapper) -> tuple[str, Params]:
        query = cast("sql.UpdateQuery", self.rows().query.chain(sql.UpdateQuery))
        query.add_update_values(self.values())
        query.clear_ordering(force=True)
        query.annotations = {}
        return cast("tuple[str, Params]", query.get_compiler(connection=connection).as_sql())

    def run(self, **given: Any) -> int:
        """Change the rows for these values; how many."""
        connection, (text, params) = self._built()
        with transaction.mark_for_rollback_on_error(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(text, _bound(params, given, connection))
            return cast("int", cursor.rowcount)


class Save(_Statement):
    """What `row.save(update_fields=…)` writes, for always the same fields."""

    def __init__(self, model: type[models.Model], *names: str) -> None:
        self.model, self.names = model, names

    def _build(self, connection: BaseDatabaseWrapper) -> tuple[str, list[tuple[Callable[[Any], Any], Any]]]:
        meta = self.model._meta
        fields = {name: cast("models.Field[Any, Any]", meta.get_field(name)) for name in self.names}
        rows = self.model._base_manager.filter(pk=Given(meta.pk.attname, meta.pk))
        query = cast("sql.UpdateQuery", rows.query.chain(sql.UpdateQuery))
        query.add_update_values({name: Given(field.attname, field) for name, field in fields.items()})
        text, params = query.get_compiler(connection=connection).as_sql()
        return text, _ways(params)

    def of(self, row: models.Model) -> None:
        """Write these fields of a row that is there.

        Raises:
            DatabaseError: it is not there.
        """
        connection, (text, ways) = self._built()
        with transaction.mark_for_rollback_on_error(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(text, [prepare(way(row), connection) for way, prepare in ways])
            if cursor.rowcount != 1:
                raise DatabaseError(f"{row._meta.label} {row.pk} was not there to be saved")


class Insert(_Statement):
    """What `row.save(force_insert=True)` writes."""

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model

    def _build(self, connection: BaseDatabaseWrapper) -> tuple[str, list[tuple[Callable[[Any], Any], Any]]]:
        meta = self.model._meta
        fields = [field for field in meta.local_concrete_fields if not field.primary_key]
        query = sql.InsertQuery(self.model)
        form = type("Form", (), {field.attname: Given(field.attname, field) for field in fields})()
        query.insert_values(fields, [form], raw=True)
        compiler = query.get_compiler(connection=connection)
        compiler.returning_fields = [meta.pk]
        ((text, params),) = compiler.as_sql()
        return text, _ways(params)

    def of(self, row: Row) -> Row:
        """Write a new row, and give it its key."""
        connection, (text, ways) = self._built()
        with transaction.mark_for_rollback_on_error(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(text, [prepare(way(row), connection) for way, prepare in ways])
            row.pk = cursor.fetchone()[0]
        row._state.adding, row._state.db = False, connection.alias
        return row


def _ways(params: Params) -> list[tuple[Callable[[Any], Any], Any]]:
    """For each place its value's attribute of a row, and what makes it a value of the database."""
    return [(attrgetter(place.name), place.output_field.get_db_prep_save) for place in params]
