"""Where a region asks for it, two officers confirm at the counter who a person is (X2, X18).

Revision: r0026
Follows: r0025
"""

from collections.abc import Mapping

from migrations.execution import everywhere, execute

revision = "r0026"
down_revision = "r0025"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

COLUMNS = (
    "ALTER TABLE account ADD COLUMN IF NOT EXISTS confirmation_by UUID",
    "ALTER TABLE account ADD COLUMN IF NOT EXISTS confirmation_on DATE",
    "ALTER TABLE account ADD COLUMN IF NOT EXISTS confirmation_hash BYTEA",
    "GRANT UPDATE (confirmation_by, confirmation_on, confirmation_hash) ON account"
    ' TO :"service_role"',
)

BY_TWO = """
INSERT INTO parameter (
    id, key, region, category, value, unit, effective_from, effective_to, source, confirmed,
    status, decided_at
) VALUES (
    '92db8bfa-4deb-5714-a5a0-50dccac59bf9', 'counter.confirmation_by_two', '000000', NULL, 'false',
    'flag', '2020-01-01', NULL, '项目约定（规则手册第4节）', true, 'APPROVED',
    '2026-11-30 00:00:00+00:00'
) ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    """Add what the first of two officers read, and the parameter, which asks for one."""
    for statement in COLUMNS:
        execute(statement)
    with everywhere():
        execute(BY_TWO)
