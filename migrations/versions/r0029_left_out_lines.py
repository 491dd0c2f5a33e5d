"""A batch tells which payable lines it was made without, and why (X4, X8).

Revision: r0029
Follows: r0028
"""

from collections.abc import Mapping

from migrations.execution import execute

revision = "r0029"
down_revision = "r0028"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""


def upgrade() -> None:
    """Add the column; batches from before left nothing out."""
    execute(
        "ALTER TABLE disbursement_batch"
        " ADD COLUMN IF NOT EXISTS left_out JSONB DEFAULT '[]' NOT NULL"
    )
