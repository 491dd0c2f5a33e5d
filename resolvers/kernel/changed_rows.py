"""Changed rows are written on the driver: a flush of SQLAlchemy's costs several times as much.

Its unit of work finds out what hangs on what, and in which order it is written. Most mutations
change rows of one table and add nothing but history: these are written in the order of their keys,
as there; so are new rows of one table (`new_rows`). Whatever else is to be written takes the unit
of work.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import asyncpg
from sqlalchemy import ColumnElement, Table, Update, bindparam, inspect, update
from sqlalchemy.orm import InstanceState, Mapper, Session
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.sql import ClauseElement
from sqlalchemy.util import await_only

from loaders.driver_statement import (
    BindProcessor,
    CompiledStatement,
    compile_statement,
    get_bind_processor,
    holds_list,
    list_given_rows,
)
from resolvers.kernel.chain import LastChange, hold_entries_back
from resolvers.kernel.new_rows import find_new_rows

State = InstanceState[Any]
Names = tuple[str, ...]
Columns = Mapping[str, ColumnElement[Any]]


class _Change(NamedTuple):
    """Which columns of a row differ from what the database has, and the row's key."""

    names: Names
    key: tuple[Any, ...]
    state: State


class ChangedRowsSession(Session):
    """A session that writes changed rows of one table by itself."""

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Write what was changed and added."""
        hold_entries_back(self)
        if objects is None and self.new and (added := find_new_rows(self)) is not None:
            await_only(added.write(self.connection().connection.driver_connection))
            self._register_persistent(set(added.states))
        changes = None if objects or self.new or self.deleted else _list_changes(self)
        if changes:
            driver = self.connection().connection.driver_connection
            await_only(_write_changes(driver, changes))
            self.take_as_written([change.state for change in changes])
        super().flush(objects)

    def take_last_change(self) -> LastChange | None:
        """Return the change that is all there is to write, if one statement does it."""
        changes = None if self.new or self.deleted else _list_changes(self)
        if not changes or len({change.names for change in changes}) > 1:
            return None
        states = [change.state for change in sorted(changes, key=itemgetter(1))]
        names, mapper = changes[0].names, states[0].mapper
        writer = _build_writer(mapper, names)
        fits = len(states) == 1 or writer.many is not None
        if not names or not fits or not _can_come_last(mapper, names):
            return None
        return _LastRowsChange(writer, states, self)

    def take_as_written(self, states: Sequence[State]) -> None:
        """Do what a flush does last: a savepoint that is undone knows which rows to read anew."""
        self._register_altered(states)
        InstanceState._commit_all_states([(each, each.dict) for each in states], self.identity_map)


def _list_changes(session: Session) -> Sequence[_Change] | None:
    """List what is to be written of changed rows; none where the unit of work must find it out."""
    states: list[State] = [inspect(row) for row in session.dirty]
    mappers = {state.mapper for state in states}
    if len(mappers) != 1:
        return None
    columns = _find_writable_columns(mappers.pop())
    changes = []
    for state in states:
        names = _list_changed_columns(state, columns)
        if names is None or state.identity is None:
            return None
        changes.append(_Change(names, state.identity, state))
    return changes


@lru_cache
def _find_writable_columns(mapper: Mapper[Any]) -> frozenset[str]:
    """Find the columns that are written as they are: all but those of the key."""
    if mapper.polymorphic_on is not None or mapper.version_id_col is not None:
        return frozenset()
    named = {mapper.get_property_by_column(column).key: column for column in mapper.columns}
    return frozenset(name for name, column in named.items() if not column.primary_key)


def _list_changed_columns(state: State, columns: frozenset[str]) -> Names | None:
    """List the columns that have other values than were read; none where more than these has."""
    found, values = [], state.dict
    for name, old in state.committed_state.items():
        if name not in columns or name not in values or isinstance(values[name], ClauseElement):
            return None
        if not state.manager[name].impl.is_equal(values[name], old):
            found.append(name)
    return tuple(sorted(found))


async def _write_changes(driver: asyncpg.Connection, changes: Sequence[_Change]) -> None:
    """Write rows in the order of their keys; those with the same columns go together."""
    in_order = sorted(changes, key=itemgetter(1))
    for names, rows in groupby(in_order, itemgetter(0)):
        if names:
            await _write_rows(driver, names, [row.state for row in rows])


async def _write_rows(driver: asyncpg.Connection, names: Names, states: Sequence[State]) -> None:
    writer = _build_writer(states[0].mapper, names)
    if len(states) > 1 and writer.many is None:
        await _compile_change(writer.one).execute_many(driver, map(writer.spell, states))
    else:
        change = _RowsChange(writer, states)
        change.require_all(await _compile_change(change.clause).execute(driver, **change.values))


class _Writer(NamedTuple):
    """The statements that write some columns of a row, and of many, and how values are spelled.

    One row is given by its values: that statement is planned once for a connection. There is none
    for many where a column holds lists.
    """

    one: Update
    many: Update | None
    columns: Sequence[tuple[str, str, BindProcessor | None]]
    key: Names

    def spell(self, state: State) -> dict[str, Any]:
        """Give a row's values, and its key, as the statement takes them."""
        values = {
            parameter: state.dict[name] if process is None else process(state.dict[name])
            for name, parameter, process in self.columns
        }
        return values | dict(zip(self.key, state.identity or (), strict=True))


@lru_cache(maxsize=1024)
def _compile_change(clause: Update) -> CompiledStatement:
    return compile_statement(clause)


@lru_cache(maxsize=512)
def _build_writer(mapper: Mapper[Any], names: Names) -> _Writer:
    table = mapper.class_.__table__
    columns = {f"new_{name}": mapper.columns[name] for name in names}
    key = {f"key_{column.key}": column for column in mapper.primary_key}
    spelled = [
        (name, parameter, get_bind_processor(column))
        for name, (parameter, column) in zip(names, columns.items(), strict=True)
    ]
    of_row = {name: bindparam(name, type_=c.type) for name, c in {**columns, **key}.items()}
    one = _build_change(table, columns, key, of_row)
    if any(map(holds_list, columns.values())):
        return _Writer(one, None, spelled, tuple(key))
    given = dict(list_given_rows({**columns, **key}).c.items())
    return _Writer(one, _build_change(table, columns, key, given), spelled, tuple(key))


def _build_change(
    table: Table, columns: Columns, key: Columns, given: Mapping[str, ColumnElement[Any]]
) -> Update:
    changed = update(table).values({column: given[name] for name, column in columns.items()})
    return changed.where(*(column == given[name] for name, column in key.items()))


@dataclass(frozen=True, slots=True)
class _RowsChange:
    """Columns of rows of a table, all of which one statement writes."""

    writer: _Writer
    states: Sequence[State]

    @property
    def clause(self) -> Update:
        """Return the statement."""
        many = self.writer.many
        return self.writer.one if many is None or len(self.states) == 1 else many

    @property
    def values(self) -> Mapping[str, Any]:
        """Return the values of its parameters."""
        spelled = [self.writer.spell(state) for state in self.states]
        if len(spelled) == 1:
            return spelled[0]
        return {name: [row[name] for row in spelled] for name in spelled[0]}

    def require_all(self, written: int) -> None:
        """Demand that all rows were there."""
        if written != len(self.states):
            table = self.states[0].mapper.local_table
            raise StaleDataError(f"a row of {table} was not there to be changed")


@dataclass(frozen=True, slots=True)
class _LastRowsChange(_RowsChange):
    """The last change of a session, which is left to who commits."""

    session: ChangedRowsSession

    def finish(self, written: int) -> None:
        """Take it as written, to so many rows."""
        self.require_all(written)
        self.session.take_as_written(self.states)


_HELD_ANYHOW = frozenset({"region", "account"})


@lru_cache(maxsize=512)
def _can_come_last(mapper: Mapper[Any], names: Names) -> bool:
    """Tell whether columns may be written by the statement that holds chains.

    What a foreign key points at is looked for at the statement's end, when the chains are held. No
    row may be waited for then that somebody locks before chains. An entry points at its account and
    region anyway.
    """
    found = {key.column.table.name for name in names for key in mapper.columns[name].foreign_keys}
    return found <= _HELD_ANYHOW
