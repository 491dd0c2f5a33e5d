"""How many proposals of one administrator may wait to be confirmed (X28).

Revision: r0049
Follows: r0048
"""

from collections.abc import Mapping

from migrations.execution import everywhere, execute

revision = "r0049"
down_revision = "r0048"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

MAX_PENDING = """
INSERT INTO parameter (
    id, key, region, category, value, unit, effective_from, effective_to, source, confirmed,
    status, decided_at
) VALUES (
    'ffd60232-d77d-5fd9-90b0-6b2641f2fa12', 'administration.max_pending', '000000', NULL, '20',
    'proposals', '2020-01-01', NULL, '项目约定（规则手册第4节）', true, 'APPROVED',
    '2026-11-30 00:00:00+00:00'
) ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    """Add the parameter."""
    with everywhere():
        execute(MAX_PENDING)
