"""When a worker last turned to a roster, and asked for a post's applicants (ADR 0058).

Revision: r0013
Follows: r0012
"""

from collections.abc import Mapping

from alembic import op

from migrations.execution import execute

revision = "r0013"
down_revision = "r0012"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

COLUMNS = (
    "ALTER TABLE roster ADD COLUMN served_at TIMESTAMP WITH TIME ZONE",
    "ALTER TABLE post ADD COLUMN applicants_asked_at TIMESTAMP WITH TIME ZONE",
)

INDEXES = (
    "ix_roster_unit_id_served_at ON roster (unit_id, served_at)",
    "ix_board_push_unit_id_attempted_at ON board_push (unit_id, attempted_at)",
    "ix_post_unit_id_applicants_asked_at ON post (unit_id, applicants_asked_at)",
)


def upgrade() -> None:
    """Add the columns; what nobody turned to yet comes first."""
    for statement in COLUMNS:
        execute(statement)
    with op.get_context().autocommit_block():
        for index in INDEXES:
            execute(f"DROP INDEX CONCURRENTLY IF EXISTS {index.split()[0]}")
            execute(f"CREATE INDEX CONCURRENTLY {index}")
