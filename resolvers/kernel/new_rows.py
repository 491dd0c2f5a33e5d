"""New rows of one table are added on the driver, as changed ones are (`changed_rows`)."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import asyncpg
from sqlalchemy import Column, Insert, Table, bindparam, insert, inspect, select
from sqlalchemy.orm import InstanceState, Mapper, Session
from sqlalchemy.sql import ClauseElement

from loaders.driver_statement import (
    BindProcessor,
    CompiledStatement,
    compile_statement,
    get_bind_processor,
    has_result_processor,
    holds_list,
    list_given_rows,
)

State = InstanceState[Any]
Names = frozenset[str]
Values = dict[str, Any]


class NewRows(NamedTuple):
    """Rows of one table that are to be added, and the statement that does it."""

    writer: "_Writer"
    states: Sequence[State]

    async def write(self, driver: asyncpg.Connection) -> None:
        """Add them, and let them know what they were given by default."""
        rows = [self.writer.complete(state.dict) for state in self.states]
        spelled = [self.writer.spell(row) for row in rows]
        values = (
            {name: [row[name] for row in spelled] for name in spelled[0]}
            if self.writer.is_bulk
            else spelled[0]
        )
        found = await self.writer.text.fetch_rows(driver, **values)
        told = {tuple(record)[: len(self.writer.key)]: record for record in found}
        for state, row in zip(self.states, rows, strict=True):
            record = told[tuple(row[name] for name in self.writer.key)]
            by_default = dict(zip(self.writer.told, record, strict=True))
            state.dict.update(dict.fromkeys(self.writer.columns) | by_default | row)


class _Writer(NamedTuple):
    """The statement that adds rows, how their values are spelled, and what it tells of them."""

    text: CompiledStatement
    is_bulk: bool
    columns: Mapping[str, tuple[Column[Any], BindProcessor | None]]
    key: Sequence[str]
    told: Sequence[str]

    def complete(self, row: Values) -> Values:
        """Give what was set of a row, and Python's defaults; what has neither stays empty."""
        found = {}
        for name, (column, _) in self.columns.items():
            if _is_set(column, name, row):
                found[name] = row[name]
            elif column.default is not None:
                found[name] = _compute_default(column)
        return found

    def spell(self, row: Values) -> Values:
        """Give a row's values as the statement takes them."""
        return {
            f"new_{name}": row.get(name)
            if process is None or name not in row
            else process(row[name])
            for name, (_, process) in self.columns.items()
        }


def find_new_rows(session: Session) -> NewRows | None:
    """Find the new rows that are all there is to write, of one table; none where there is more.

    What is hung on a row by a relation, or computed by the database, takes the unit of work.
    """
    if session.deleted or session.dirty:
        return None
    states: list[State] = [inspect(row) for row in session.new]
    mappers = {state.mapper for state in states}
    if len(mappers) != 1:
        return None
    (mapper,) = mappers
    columns = _list_columns(mapper)
    is_bulk = len(states) > 1
    left_out = {_list_left_out(columns, state.dict, is_bulk=is_bulk) for state in states}
    if len(left_out) != 1 or any(_is_strange(columns, state.dict) for state in states):
        return None
    writer = _build_writer(mapper, left_out.pop(), is_bulk=is_bulk)
    return None if writer is None else NewRows(writer, states)


@lru_cache
def _list_columns(mapper: Mapper[Any]) -> Mapping[str, Column[Any]]:
    """List a table's columns by the names of their attributes; none of one that is only a part."""
    whole = set(mapper.columns) >= set(mapper.class_.__table__.c)
    if mapper.polymorphic_on is not None or not whole:
        return {}
    return {mapper.get_property_by_column(c).key: c for c in mapper.class_.__table__.c}


def _list_left_out(columns: Mapping[str, Column[Any]], row: Values, *, is_bulk: bool) -> Names:
    """List the columns that are left to the database: it has a default for them.

    Where Python has one too, SQLAlchemy writes it into the statement for a single row.
    """
    return frozenset(
        name
        for name, column in columns.items()
        if not _is_set(column, name, row)
        and column.server_default is not None
        and (is_bulk or column.default is None)
    )


def _is_strange(columns: Mapping[str, Column[Any]], row: Values) -> bool:
    return any(
        (name not in columns and name != "_sa_instance_state") or isinstance(value, ClauseElement)
        for name, value in row.items()
    )


def _is_set(column: Column[Any], name: str, row: Values) -> bool:
    """Tell whether somebody set a column: None is no value but where its type knows what it is."""
    return name in row and (row[name] is not None or column.type.should_evaluate_none)


def _compute_default(column: Column[Any]) -> object:
    default: Any = column.default
    return default.arg if default.is_scalar else default.arg(None)


@lru_cache(maxsize=512)
def _build_writer(mapper: Mapper[Any], left_out: Names, *, is_bulk: bool) -> _Writer | None:
    table = mapper.class_.__table__
    own = {name: c for name, c in _list_columns(mapper).items() if name not in left_out}
    if not own or (is_bulk and any(map(holds_list, own.values()))):
        return None
    named = {name: c for name, c in _list_columns(mapper).items() if name in left_out}
    key = [mapper.get_property_by_column(c).key for c in table.primary_key]
    told = [*table.primary_key, *named.values()]
    if any(map(has_result_processor, named.values())):
        return None
    columns = {name: (c, get_bind_processor(c)) for name, c in own.items()}
    text = compile_statement(_build_insert(table, own, is_bulk=is_bulk).returning(*told))
    return _Writer(text, is_bulk, columns, key, [*key, *named])


def _build_insert(table: Table, own: Mapping[str, Column[Any]], *, is_bulk: bool) -> Insert:
    if is_bulk:
        given = list_given_rows({f"new_{name}": c for name, c in own.items()})
        names = [c.key for c in own.values()]
        return insert(table).from_select(names, select(*given.c), include_defaults=False)
    one = {c: bindparam(f"new_{name}", type_=c.type) for name, c in own.items()}
    return insert(table).values(one)
