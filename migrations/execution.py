"""All of this project that a migration may import (ADR 0048).

Released migrations stand on it: it may gain, but what is here never changes its meaning.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from alembic import context, op

ROLE = ':"service_role"'
"""What stands for the role that the service connects as, as psql would read it."""


def execute(sql: str) -> int:
    """Run one statement as it is written, for the service's role; return how many rows it took."""
    role = '"{}"'.format(context.config.attributes["service_role"].replace('"', '""'))
    return op.get_bind().exec_driver_sql(sql.replace(ROLE, role)).rowcount


def repeat(sql: str) -> None:
    """Run a statement that takes a batch of rows until it finds none, committing each batch.

    No row stays locked for longer than its batch takes. What fails half-way is run again: the
    statement must find only rows that are still to be done.
    """
    with op.get_context().autocommit_block():
        while execute(sql) > 0:
            pass


def walk(table: str, key: Sequence[str], sql: str, *, size: int = 5000) -> None:
    """Run a statement for batch after batch of a table, in the order of a key, committing each.

    `:batch` in it stands for the condition that a row is of the batch. No batch looks again for
    what is done before it: the work grows with the rows, and not with their square. `key` names
    columns of type uuid that an index begins with. What fails half-way is begun again: the
    statement must leave what is done as it is.
    """
    columns = ", ".join(key)
    backwards = ", ".join(f"{column} DESC" for column in key)
    after = "true"
    with op.get_context().autocommit_block():
        while True:
            rows = f"SELECT {columns} FROM {table} WHERE {after}"  # noqa: S608 - a migration's own
            batch = f"({rows} ORDER BY {columns} LIMIT {size}) AS batch"
            ends = f"SELECT {columns} FROM {batch} ORDER BY {backwards} LIMIT 1"  # noqa: S608
            last = op.get_bind().exec_driver_sql(ends).first()
            if last is None:
                return
            place = ", ".join(f"'{value}'" for value in last)
            execute(sql.replace(":batch", f"{after} AND ({columns}) <= ({place})"))
            after = f"({columns}) > ({place})"


@contextmanager
def everywhere() -> Iterator[None]:
    """Let statements see and change the rows of all regions, which needs no lock on a table.

    Policies bind the tables' owner as well: without this a migration finds no rows. It deletes
    none, and reaches no table without a region; for that there is `unbound`.
    """
    _act("000000", "999999")
    yield
    _act("", "")


def _act(low: str, high: str) -> None:
    for setting, value in (
        ("see_low", low),
        ("see_high", high),
        ("act_low", low),
        ("act_high", high),
    ):
        execute(f"SELECT set_config('app.{setting}', '{value}', false)")


@contextmanager
def unbound(*tables: str) -> Iterator[None]:
    """Lift tables' policies; up to the end of the transaction nobody else reads or writes them."""
    for table in tables:
        execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    yield
    for table in tables:
        execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
