"""How often the check of a roster got no further (S10).

Revision: r0004
Follows: r0001
"""

from collections.abc import Mapping

from migrations.execution import execute

revision = "r0004"
down_revision = "r0002"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""


def upgrade() -> None:
    """Count the tries of a roster's check."""
    execute("ALTER TABLE roster ADD COLUMN tries INTEGER DEFAULT 0 NOT NULL")
