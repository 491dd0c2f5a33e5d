"""Who gave an account its password, who alone is told it (X28).

Revision: r0043
Follows: r0042
"""

from collections.abc import Mapping

from migrations.execution import execute

revision = "r0043"
down_revision = "r0042"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

STATEMENTS = (
    "ALTER TABLE account ADD COLUMN IF NOT EXISTS password_given_by UUID",
    'GRANT UPDATE (password_given_by) ON account TO :"service_role"',
)


def upgrade() -> None:
    """Add the column; passwords that were given before are told to nobody again."""
    for statement in STATEMENTS:
        execute(statement)
