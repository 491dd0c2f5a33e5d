"""What a database held before an upgrade and holds no more, or otherwise."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import asyncpg

KEYS = """
    SELECT relname, array_agg(attname::text ORDER BY attname)
    FROM pg_class JOIN pg_index ON indrelid = pg_class.oid AND indisprimary
    JOIN pg_attribute ON attrelid = pg_class.oid AND attnum = ANY (indkey)
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
        AND relname <> 'alembic_version'
    GROUP BY relname
"""
ROWS = 'SELECT to_jsonb(t) FROM "{}" AS t'
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Loss:
    """A table or column (`name`) of which something is not as it was."""

    name: str
    what: str

    def is_declared(self, migration: ModuleType) -> bool:
        """Ask whether a migration says why: of the column, or of its table."""
        said: Mapping[str, str] = getattr(migration, "CONTRACTS", {})
        return any(said.get(name, "").strip() for name in (self.name, self.name.split(".")[0]))


@dataclass(frozen=True)
class Table:
    """All rows of a table, and the columns that tell them apart."""

    key: tuple[str, ...]
    rows: tuple[Row, ...]

    def by(self, key: tuple[str, ...]) -> dict[str, Row]:
        """Find rows by some of their columns."""
        return {json.dumps([row.get(name) for name in key]): row for row in self.rows}


async def contents(connection: asyncpg.Connection) -> dict[str, Table]:
    """Read all rows of all tables, as whom no policy binds."""
    return {
        name: Table(
            tuple(key),
            tuple(_read(row[0]) for row in await connection.fetch(ROWS.format(name))),
        )
        for name, key in await connection.fetch(KEYS)
    }


def _read(row: str) -> Row:
    """Keep figures as they are spelled: 500.00 is not 500."""
    read: Row = json.loads(row, parse_float=str, parse_int=str)
    return read


def losses(before: Mapping[str, Table], after: Mapping[str, Table]) -> list[Loss]:
    """Find tables, rows, columns and values that are gone or changed; more of them is no loss."""
    return [loss for name in sorted(before) for loss in _of(name, before[name], after.get(name))]


def _of(name: str, was: Table, now: Table | None) -> Iterator[Loss]:
    if now is None:
        yield Loss(name, "the table is gone")
        return
    found = now.by(was.key)
    kept = [(row, found[key]) for key, row in was.by(was.key).items() if key in found]
    if len(kept) < len(was.rows):
        yield Loss(name, f"{len(was.rows) - len(kept)} of {len(was.rows)} rows are gone")
    for column in was.rows[0] if was.rows else ():
        if kept and column not in kept[0][1]:
            yield Loss(f"{name}.{column}", "the column is gone")
        elif changed := sum(row[column] != held[column] for row, held in kept):
            yield Loss(f"{name}.{column}", f"it is another in {changed} of {len(kept)} rows")
