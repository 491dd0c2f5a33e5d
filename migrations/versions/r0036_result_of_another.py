"""Where it is decided so, who publishes a notice doesn't record its result (X2).

Revision: r0036
Follows: r0035
"""

from collections.abc import Mapping

from migrations.execution import everywhere, execute

revision = "r0036"
down_revision = "r0035"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

SETTLER = """
INSERT INTO parameter (
    id, key, region, category, value, unit, effective_from, effective_to, source, confirmed,
    status, decided_at
) VALUES (
    '4516b0c3-447f-5b7e-a790-9ea6bfb3f422', 'publicity.settler_differs', '000000', NULL, 'false',
    'flag', '2020-01-01', NULL, '项目约定（规则手册第4节）', true, 'APPROVED',
    '2026-11-30 00:00:00+00:00'
) ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    """Add the parameter, which asks for nobody else yet."""
    with everywhere():
        execute(SETTLER)
