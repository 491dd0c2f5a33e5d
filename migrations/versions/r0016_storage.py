"""How much the files of a unit may take, of all that is kept and of a day's (ADR 0064).

Revision: r0016
Follows: r0015
"""

from collections.abc import Mapping

from migrations.execution import everywhere, execute

revision = "r0016"
down_revision = "r0015"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

QUOTAS = """
INSERT INTO parameter (
    id, key, region, category, value, unit, effective_from, effective_to, source, confirmed,
    status, decided_at
) VALUES (
    '66b487b3-ae6e-5efb-b56b-5bf92c082bb1', 'storage.max_kept', '000000', NULL, '10240', 'MiB',
    '2020-01-01', NULL, '项目约定（规则手册第4节）', true, 'APPROVED', '2026-11-30 00:00:00+00:00'
), (
    '8ce460a9-2381-529b-a4d9-91e58a4c7786', 'storage.max_per_day', '000000', NULL, '512', 'MiB',
    '2020-01-01', NULL, '项目约定（规则手册第4节）', true, 'APPROVED', '2026-11-30 00:00:00+00:00'
) ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    """Set the quotas of the nation; a region may set its own."""
    with everywhere():
        execute(QUOTAS)
