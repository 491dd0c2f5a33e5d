"""A further page of a list by what may be empty begins at its place in the index (ADR 0088).

`coalesce` is leaky to PostgreSQL, so below policies it looks for no place by it; `CASE` is not.

Revision: r0051
Follows: r0050
"""

from collections.abc import Mapping

from alembic import op

from migrations.execution import execute

revision = "r0051"
down_revision = "r0050"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

REVIEWED = (
    *("change_request", "claim", "clawback", "completion", "declaration", "intern"),
    *("monthly_report", "post", "qualification", "reduction", "training_class"),
)
EMPTY = {
    (table, column): "'-infinity'::timestamp with time zone"
    for table in REVIEWED
    for column in ("submitted_at", "reviewed_at")
} | {
    ("claim", "disbursed_at"): "'-infinity'::timestamp with time zone",
    ("payment", "paid_on"): "'-infinity'::date",
    ("monthly_report", "payable_subsidy"): "'-Infinity'::numeric",
}
"""What stands for nothing in a column: it is below all values."""


def upgrade() -> None:
    """Make the indexes anew while rows are read and written."""
    with op.get_context().autocommit_block():
        for (table, column), below in EMPTY.items():
            name = f"ix_{table}_{column}_id_region"
            key = f"CASE WHEN {column} IS NULL THEN {below} ELSE {column} END"
            execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            execute(f"CREATE INDEX CONCURRENTLY {name} ON {table} (({key}), id, region)")
