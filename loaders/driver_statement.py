"""Statements that asyncpg runs by itself, within a session's transaction.

SQLAlchemy writes each once; what it does around every single execution costs several times what
asyncpg takes. Nothing is flushed before them, and values are given as PostgreSQL's types have them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeVar

import asyncpg
import orjson
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Dialect,
    Insert,
    Select,
    TableValuedAlias,
    and_,
    bindparam,
    column,
    func,
    insert,
    inspect,
    select,
)
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.postgresql.ranges import AbstractMultiRange
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import InstanceState, Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key
from sqlalchemy.sql import ClauseElement

from loaders.statement import list_read_columns
from models import Base


def _format_json(value: object) -> str:
    return orjson.dumps(value).decode()


_DIALECT: Any = PGDialect_asyncpg
DIALECT: Dialect = _DIALECT(
    dbapi=_DIALECT.import_dbapi(),
    json_serializer=_format_json,
    json_deserializer=orjson.loads,
)


class CompiledStatement(NamedTuple):
    """A statement's text, the names of its parameters in their order, and constants among them."""

    sql: str
    names: tuple[str, ...]
    constants: Mapping[str, Any]

    def order_values(self, given: Mapping[str, Any]) -> list[Any]:
        """Return given values and constants in the order of the parameters."""
        known = {**self.constants, **given}
        return [known[name] for name in self.names]

    async def fetch_rows(self, driver: asyncpg.Connection, **given: object) -> Sequence[Any]:
        """Run the statement and read all rows."""
        with translate_driver_errors(self.sql):
            rows: Sequence[Any] = await driver.fetch(self.sql, *self.order_values(given))
            return rows

    async def execute(self, driver: asyncpg.Connection, **given: object) -> int:
        """Run the statement, and return how many rows it wrote."""
        with translate_driver_errors(self.sql):
            told: str = await driver.execute(self.sql, *self.order_values(given))
            return int(told.rpartition(" ")[2])

    async def execute_many(
        self, driver: asyncpg.Connection, given: Iterable[Mapping[str, Any]]
    ) -> None:
        """Run the statement for each set of values, all at once."""
        with translate_driver_errors(self.sql):
            await driver.executemany(self.sql, [self.order_values(values) for values in given])


def compile_statement(
    statement: ClauseElement, columns: Sequence[str] | None = None
) -> CompiledStatement:
    """Compile a statement; its parameters must be as many whatever their values.

    `columns` are those that it writes, where it does not say so itself.
    Raises ValueError where the number of parameters hangs on the values.
    """
    compiled = statement.compile(dialect=DIALECT, column_keys=columns)
    if "POSTCOMPILE" in str(compiled):
        raise ValueError("a statement with a list of values has no one text")
    constants = {name: value for name, value in compiled.params.items() if value is not None}
    return CompiledStatement(
        str(compiled), tuple(getattr(compiled, "positiontup", None) or ()), constants
    )


@contextmanager
def translate_driver_errors(sql: str) -> Iterator[None]:
    """Raise what the driver says as SQLAlchemy would."""
    try:
        yield
    except asyncpg.IntegrityConstraintViolationError as error:
        raise IntegrityError(sql, None, error, hide_parameters=True) from error
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise DBAPIError(sql, None, error, hide_parameters=True) from error


BindProcessor = Callable[[Any], Any]


def get_bind_processor(column: ColumnElement[Any]) -> BindProcessor | None:
    """Return what makes of a column's value what the driver takes; none where they are the same."""
    return column.type.dialect_impl(DIALECT).bind_processor(DIALECT)


def has_result_processor(column: ColumnElement[Any]) -> bool:
    """Return whether a column's value is another one than what the driver reads."""
    type_ = column.type.dialect_impl(DIALECT)
    return type_.result_processor(DIALECT, _NUMERIC_TYPE_OID) is not None


Row = TypeVar("Row", bound=Base)


class EntityQuery(Generic[Row]):
    """A statement that reads whole rows, which become objects of a session.

    What the session had of them is read anew, as with `populate_existing`.
    """

    def __init__(self, table: type[Row], statement: Select[Row]) -> None:
        mapper = table.__mapper__
        if mapper.polymorphic_on is not None:
            raise ValueError("rows of several classes")
        self.table = table
        own = list_read_columns(table)
        chosen = statement.with_only_columns(*own, maintain_column_froms=True)
        self.text = compile_statement(chosen)
        self._make = mapper.class_manager.new_instance
        names = [mapper.get_property_by_column(column).key for column in own]
        types = [column.type.dialect_impl(DIALECT) for column in own]
        self._names = names
        read = [type_.result_processor(DIALECT, _NUMERIC_TYPE_OID) for type_ in types]
        self._processed = [
            (name, process) for name, process in zip(names, read, strict=True) if process
        ]
        self._key = [names.index(column.key) for column in table.__table__.primary_key]

    def to_entities(self, session: Session, records: Iterable[Sequence[Any]]) -> Sequence[Row]:
        """Make records objects of a session, or renew those that it has."""
        return [self._to_entity(session, record) for record in records]

    def _to_entity(self, session: Session, record: Sequence[Any]) -> Row:
        known = identity_key(self.table, tuple(record[place] for place in self._key))
        found = session.identity_map.get(known)
        values = dict(zip(self._names, record, strict=True))
        for name, process in self._processed:
            if values[name] is not None:
                values[name] = process(values[name])
        if found is not None:
            for name, value in values.items():
                set_committed_value(found, name, value)
            return found
        row: Row = self._make()
        vars(row).update(values)  # nothing was there before that could have been changed
        _attach(session, inspect(row), known)
        return row


def _attach(session: Session, state: InstanceState[Any], known: Any) -> None:
    """Give a session a row as its own loading does; `Session.add` would look for what hangs on it.

    A row that was just made is whole: nothing of it was changed, and nothing is expired.
    """
    state.key, state.session_id = known, session.hash_key
    session.identity_map.add(state)


_NUMERIC_TYPE_OID = 1700
"""PostgreSQL's number for its type numeric; asked for by types of decimals alone."""


class RowLock(StrEnum):
    """How rows that are read are held until the transaction ends."""

    NONE = "NONE"
    AGAINST_CHANGES_OF_KEYS = "NO KEY UPDATE"
    AGAINST_ALL = "UPDATE"


def holds_list(column: ColumnElement[Any]) -> bool:
    """Return whether each of a column's values is itself given as a list.

    A list of such values is a list of lists: the driver takes it for an array of two dimensions,
    whose rows are of one length, and PostgreSQL unnests it to its single elements.
    """
    return isinstance(column.type, ARRAY | AbstractMultiRange)


def list_given_rows(columns: Mapping[str, ColumnElement[Any]]) -> TableValuedAlias:
    """Write rows that are given as a list for each of their columns, as `given`.

    Raises ValueError where a column's values are lists.
    """
    lists_of_lists = [name for name, c in columns.items() if holds_list(c)]
    if lists_of_lists:
        raise ValueError(f"each value is a list: {', '.join(lists_of_lists)}")
    lists = (bindparam(name, type_=ARRAY(c.type)) for name, c in columns.items())
    named = (column(name, c.type) for name, c in columns.items())
    return func.unnest(*lists).table_valued(*named).render_derived("given")


def build_bulk_insert(table: type[Base]) -> Insert:
    """Write the statement that adds any number of rows at once, each column given as a list.

    Row-level security lets nobody copy rows in; a statement for each of them takes twice as long.
    """
    own = {c.key: c for c in table.__table__.c}
    return insert(table).from_select(list(own), select(*list_given_rows(own).c))


@lru_cache
def compile_bulk_insert(table: type[Base]) -> CompiledStatement:
    """Compile the statement that adds any number of rows at once."""
    return compile_statement(build_bulk_insert(table))


@lru_cache
def select_by_keys(table: type[Row], lock: RowLock) -> EntityQuery[Row]:
    """Read rows by the columns of their keys (`to_key_columns`), in the order of keys."""
    own = list(table.__table__.primary_key)
    keys = func.unnest(*(bindparam(c.key, type_=ARRAY(c.type)) for c in own))
    named = keys.table_valued(*(column(c.key, c.type) for c in own)).render_derived("named")
    found = select(table).join(named, and_(*(c == named.c[c.key] for c in own))).order_by(*own)
    return EntityQuery(table, _hold(found, table, lock))


@lru_cache
def select_by_key(table: type[Row], lock: RowLock) -> EntityQuery[Row]:
    """Read the row of one key, given part by part.

    PostgreSQL plans a statement with a list for each execution: it takes a list that it does not
    see for ten values, so the plan for the list at hand always costs less. One value is one value,
    so that this is planned once for a connection.
    """
    own = list(table.__table__.primary_key)
    found = select(table).where(*(c == bindparam(c.key, type_=c.type) for c in own))
    return EntityQuery(table, _hold(found, table, lock))


def _hold(found: Select[Row], table: type[Row], lock: RowLock) -> Select[Row]:
    if lock is RowLock.NONE:
        return found
    return found.with_for_update(of=table, key_share=lock is RowLock.AGAINST_CHANGES_OF_KEYS)


def build_key_query(
    table: type[Row], keys: Iterable[Sequence[Any]], lock: RowLock
) -> tuple[EntityQuery[Row], Mapping[str, Any]] | None:
    """Choose the statement for some keys, and spell its values; none where there is no key."""
    match [*keys]:
        case []:
            return None
        case [key]:
            names = [c.key for c in table.__table__.primary_key]
            return select_by_key(table, lock), dict(zip(names, key, strict=True))
        case listed:
            return select_by_keys(table, lock), to_key_columns(table, listed)


def to_key_columns(table: type[Base], keys: Sequence[Sequence[Any]]) -> dict[str, list[Any]]:
    """Spread keys over the columns of a table's key."""
    names = [c.key for c in table.__table__.primary_key]
    return {name: [key[n] for key in keys] for n, name in enumerate(names)}
