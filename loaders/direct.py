"""Statements that asyncpg runs by itself, within a session's transaction.

SQLAlchemy writes each once; what it does around every single execution costs several times what
asyncpg takes. Nothing is flushed before them, and values are given as PostgreSQL's types have them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import asyncpg
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.sql import ClauseElement

DIALECT = make_url("postgresql+asyncpg://").get_dialect()()


class Text(NamedTuple):
    """A statement's text, the names of its parameters in their order, and constants among them."""

    sql: str
    names: tuple[str, ...]
    constants: Mapping[str, Any]

    def values(self, given: Mapping[str, Any]) -> list[Any]:
        """Put given values and constants into the order of the parameters."""
        known = {**self.constants, **given}
        return [known[name] for name in self.names]

    async def rows(self, driver: asyncpg.Connection, **given: object) -> Sequence[Any]:
        """Run the statement and read all rows."""
        with translated(self.sql):
            rows: Sequence[Any] = await driver.fetch(self.sql, *self.values(given))
            return rows

    async def each(self, driver: asyncpg.Connection, given: Iterable[Mapping[str, Any]]) -> None:
        """Run the statement for each set of values, all at once."""
        with translated(self.sql):
            await driver.executemany(self.sql, [self.values(values) for values in given])


def text_of(statement: ClauseElement) -> Text:
    """Compile a statement; its parameters must be as many whatever their values."""
    compiled = statement.compile(dialect=DIALECT)
    if "POSTCOMPILE" in str(compiled):
        raise ValueError("a statement with a list of values has no one text")
    constants = {name: value for name, value in compiled.params.items() if value is not None}
    return Text(str(compiled), tuple(getattr(compiled, "positiontup", None) or ()), constants)


@contextmanager
def translated(sql: str) -> Iterator[None]:
    """Raise what the driver says as SQLAlchemy would."""
    try:
        yield
    except asyncpg.IntegrityConstraintViolationError as error:
        raise IntegrityError(sql, None, error, hide_parameters=True) from error
    except asyncpg.PostgresError as error:
        raise DBAPIError(sql, None, error, hide_parameters=True) from error
