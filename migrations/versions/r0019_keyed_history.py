"""Entries of the history name the key that marks them (X9, ADR 0068).

Revision: r0019
Follows: r0018
"""

from collections.abc import Mapping

from migrations.execution import execute

revision = "r0019"
down_revision = "r0018"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""


def upgrade() -> None:
    """Add the column; what was written before has no key, and stays as it is."""
    execute("ALTER TABLE history ADD COLUMN key_id BYTEA")
    execute("ALTER TABLE office_history ADD COLUMN key_id BYTEA")
