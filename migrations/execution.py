"""All of this project that a migration may import (ADR 0048).

Released migrations stand on it: it may gain, but what is here never changes its meaning.
"""

from collections.abc import Iterator
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
