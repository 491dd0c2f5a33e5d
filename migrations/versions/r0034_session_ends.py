"""Sessions that end without use, or for a newer one (J3).

Revision: r0034
Follows: r0033
"""

from collections.abc import Mapping

from migrations.execution import execute

revision = "r0034"
down_revision = "r0033"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""


def upgrade() -> None:
    """Add the column, and let the service move a session's end with its use."""
    execute(
        "ALTER TABLE sign_in_session "
        "ADD COLUMN IF NOT EXISTS replaced boolean DEFAULT false NOT NULL"
    )
    execute('GRANT UPDATE (expires_at, replaced) ON sign_in_session TO :"service_role"')
