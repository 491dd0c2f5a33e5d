"""Where a roster came from: unknown persons are counted by address too (J15, X11).

Revision: r0011
Follows: r0010
"""

from collections.abc import Mapping

from migrations.execution import execute

revision = "r0011"
down_revision = "r0010"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""


def upgrade() -> None:
    """Add a roster's keyed hash of the address that it came from; of older ones none is known."""
    execute("ALTER TABLE roster ADD COLUMN address_index BYTEA")
