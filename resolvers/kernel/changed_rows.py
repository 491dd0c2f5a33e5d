"""Changed rows are written on the driver: a flush of SQLAlchemy's costs several times as much.

Its unit of work finds out what hangs on what, and in which order it is written. Most mutations
change rows of one table and add nothing but history: these are written in the order of their keys,
as there. Whatever else is to be written takes the unit of work.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import asyncpg
from sqlalchemy import bindparam, inspect, update
from sqlalchemy.orm import InstanceState, Mapper, Session
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.sql import ClauseElement
from sqlalchemy.util import await_only

from loaders.driver_statement import (
    BindProcessor,
    CompiledStatement,
    compile_statement,
    get_bind_processor,
)
from resolvers.kernel.chain import hold_entries_back

State = InstanceState[Any]
Names = tuple[str, ...]


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
        changes = None if objects or self.new or self.deleted else _list_changes(self)
        if changes:
            driver = self.connection().connection.driver_connection
            await_only(_write_changes(driver, changes))
            self._take_as_written([change.state for change in changes])
        super().flush(objects)

    def _take_as_written(self, states: Sequence[State]) -> None:
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
    if len(states) > 1:
        await writer.text.execute_many(driver, map(writer.spell, states))
    elif await writer.text.execute(driver, **writer.spell(states[0])) != 1:
        raise StaleDataError(f"a row of {states[0].mapper.local_table} was not there to be changed")


class _Writer(NamedTuple):
    """The statement that writes some columns of a row, and how their values are spelled."""

    text: CompiledStatement
    columns: Sequence[tuple[str, str, BindProcessor | None]]
    key: Names

    def spell(self, state: State) -> dict[str, Any]:
        """Give a row's values, and its key, as the statement takes them."""
        values = {
            parameter: state.dict[name] if process is None else process(state.dict[name])
            for name, parameter, process in self.columns
        }
        return values | dict(zip(self.key, state.identity or (), strict=True))


@lru_cache(maxsize=512)
def _build_writer(mapper: Mapper[Any], names: Names) -> _Writer:
    table = mapper.class_.__table__
    columns = [(name, mapper.columns[name]) for name in names]
    key = {f"key_{column.key}": column for column in mapper.primary_key}
    named = (column == bindparam(name, type_=column.type) for name, column in key.items())
    text = compile_statement(update(table).where(*named), [column.key for _, column in columns])
    spelled = [(name, column.key, get_bind_processor(column)) for name, column in columns]
    return _Writer(text, spelled, tuple(key))
