"""Rows beyond a last day or month are passed within the index of the list (ADR 0088).

Revision: r0058
Follows: r0057
"""

from collections.abc import Mapping

from alembic import op

from migrations.execution import execute

revision = "r0058"
down_revision = "r0057"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

SUBMITTED = (
    "(CASE WHEN submitted_at IS NULL THEN '-infinity'::timestamp with time zone "
    "ELSE submitted_at END)"
)
RANGES = {"claim": SUBMITTED, "monthly_report": f"{SUBMITTED}, month"}


def upgrade() -> None:
    """Put what is narrowed by ranges behind age and region, in the one index by age."""
    with op.get_context().autocommit_block():
        for table, ranges in RANGES.items():
            name = f"ix_{table}_id_region_submitted_at"
            execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            execute(f"CREATE INDEX CONCURRENTLY {name} ON {table} (id, region, {ranges})")
            execute(f"DROP INDEX CONCURRENTLY IF EXISTS ix_{table}_id_region")
