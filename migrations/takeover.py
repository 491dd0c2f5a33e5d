"""Databases of before 0.1.0: what stood at the last revision then is taken over, the rest refused.

The revisions of those days were called 0001 to 0024, the later ones r0001 and so on, so that none
is mistaken for another (ADR 0048).
"""

from collections.abc import Callable

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

LAST = "0024"
EARLIER = frozenset(f"{number:04}" for number in range(1, int(LAST)))
BASELINE = "r0001"
REFUSED = (
    "The database is at revision {found} of before 0.1.0, and no migration leads on from there.\n"
    "If its rows matter, bring it to {last} first: `jiuye migrate` with the code as it was before "
    "migrations/versions/r0001_baseline.py. Then run this again.\n"
    "If they don't, start with an empty database; `make clean` removes the development one."
)


class PreRelease(Exception):
    """A database of before 0.1.0 that no migration leads on from."""


def take_over(connection: Connection, known: frozenset[str], say: Callable[[str], None]) -> None:
    """Set a database at the last revision before 0.1.0, whose tables are the same, to the baseline.

    `known` are the revisions that lead on by themselves. Raises: PreRelease for an earlier one.
    """
    found = MigrationContext.configure(connection).get_current_revision()
    connection.rollback()  # Alembic begins and ends its own transactions
    if found in known:
        return
    if found in EARLIER:
        raise PreRelease(REFUSED.format(found=found, last=LAST))
    if found == LAST:
        connection.execute(
            text("UPDATE alembic_version SET version_num = :baseline"), {"baseline": BASELINE}
        )
        connection.commit()
        say(f"  {LAST} of before 0.1.0 has the same tables: now {BASELINE}")
