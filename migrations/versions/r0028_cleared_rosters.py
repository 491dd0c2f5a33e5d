"""Rosters are cleared after a parameter's days: file and cells go, verdicts stay (X11).

Revision: r0028
Follows: r0027
"""

from collections.abc import Mapping

from alembic import op

from migrations.execution import everywhere, execute

revision = "r0028"
down_revision = "r0027"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

COLUMNS = (
    "ALTER TABLE roster ADD COLUMN IF NOT EXISTS cleared_at TIMESTAMP WITH TIME ZONE",
    "ALTER TABLE roster ADD COLUMN IF NOT EXISTS clearing_to INTEGER",
)

INDEXES = {
    "ix_roster_region_updated_at_kept": "roster (region, updated_at) WHERE cleared_at IS NULL",
    "ix_roster_id_clearing": "roster (id) WHERE clearing_to IS NOT NULL",
}

KEPT_DAYS = """
INSERT INTO parameter (
    id, key, region, category, value, unit, effective_from, effective_to, source, confirmed,
    status, decided_at
) VALUES (
    '958869aa-4a43-55bb-9b4d-76d16107b446', 'roster.kept_days', '000000', NULL, '365', 'days',
    '2020-01-01', NULL, '项目约定（规则手册第4节）', true, 'APPROVED', '2026-11-30 00:00:00+00:00'
) ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    """Add when a roster was cleared and how far that has come, and the nation's figure."""
    for statement in COLUMNS:
        execute(statement)
    with everywhere():
        execute(KEPT_DAYS)
    with op.get_context().autocommit_block():
        for name, where in INDEXES.items():
            execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            execute(f"CREATE INDEX CONCURRENTLY {name} ON {where}")
