"""When the holder of a session proved last who they are (J3).

Revision: r0033
Follows: r0032
"""

from collections.abc import Mapping

from migrations.execution import execute

revision = "r0033"
down_revision = "r0032"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""


def upgrade() -> None:
    """Add the column; sessions that are open prove again before they pay, unmask or grant."""
    execute("ALTER TABLE sign_in_session ADD COLUMN IF NOT EXISTS proved_at timestamptz")
    execute('GRANT UPDATE (proved_at) ON sign_in_session TO :"service_role"')
