"""Accounts that don't say whose they are decide nothing, where a region decides so (X2).

Revision: r0040
Follows: r0039
"""

from collections.abc import Mapping

from migrations.execution import everywhere, execute

revision = "r0040"
down_revision = "r0039"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

DEMANDED = """
INSERT INTO parameter (
    id, key, region, category, value, unit, effective_from, effective_to, source, confirmed,
    status, decided_at
) VALUES (
    '1ba512c3-b6ae-55b0-bb8e-b155270e91ad', 'account.holder_demanded', '000000', NULL, 'false',
    'flag', '2020-01-01', NULL, '项目约定（规则手册第4节）', true, 'APPROVED',
    '2026-11-30 00:00:00+00:00'
) ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    """Add the parameter, which asks nobody yet."""
    with everywhere():
        execute(DEMANDED)
