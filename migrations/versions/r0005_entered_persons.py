"""Persons entered by form, and claims that are paid to persons alone (S13, S14).

Revision: r0005
Follows: r0004
"""

from collections.abc import Mapping

from migrations.execution import execute

revision = "r0005"
down_revision = "r0004"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {
    "claim": "bank_account_id may be empty, in claims alone that 0.2.0 files for persons (S14)",
}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""


def upgrade() -> None:
    """Mark rosters without a file, and let a claim name no account of its unit."""
    execute("ALTER TABLE roster ADD COLUMN entered BOOLEAN DEFAULT 'false' NOT NULL")
    execute("ALTER TABLE claim ALTER COLUMN bank_account_id DROP NOT NULL")
