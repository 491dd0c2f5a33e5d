"""What administrators propose to do to an account, and passwords that they gave it (X28).

Revision: r0035
Follows: r0034
"""

from collections.abc import Mapping

from migrations.execution import everywhere, execute

revision = "r0035"
down_revision = "r0034"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

NEW_COLUMNS = (
    "ALTER TABLE account ADD COLUMN IF NOT EXISTS pending_change VARCHAR(40)",
    "ALTER TABLE account ADD COLUMN IF NOT EXISTS pending_by UUID",
    "ALTER TABLE account ADD COLUMN IF NOT EXISTS pending_by_name VARCHAR",
    "ALTER TABLE account ADD COLUMN IF NOT EXISTS pending_at TIMESTAMP WITH TIME ZONE",
    "ALTER TABLE account ADD COLUMN IF NOT EXISTS pending_reason VARCHAR",
    "ALTER TABLE account ADD COLUMN IF NOT EXISTS password_given_at TIMESTAMP WITH TIME ZONE",
    "GRANT UPDATE (pending_change, pending_by, pending_by_name, pending_at, pending_reason, "
    'password_given_at) ON account TO :"service_role"',
)

PARAMETERS = """
INSERT INTO parameter (
    id, key, region, category, value, unit, effective_from, effective_to, source, confirmed,
    status, decided_at
) VALUES (
    '74a836d3-25ce-5085-9d82-3dc114bdbfe8', 'administration.by_two', '000000', NULL, 'true',
    'flag', '2020-01-01', NULL, '项目约定（规则手册第4节）', true, 'APPROVED',
    '2026-11-30 00:00:00+00:00'
), (
    'bf689f17-4d0d-5ff2-a7a8-a3d171a9b714', 'administration.by_two', '000000', 'CLOSE', 'false',
    'flag', '2020-01-01', NULL, '项目约定（规则手册第4节）', true, 'APPROVED',
    '2026-11-30 00:00:00+00:00'
), (
    'd597fd2d-b766-571a-bbc5-1d10af64b449', 'administration.by_two', '000000', 'END_SESSIONS',
    'false', 'flag', '2020-01-01', NULL, '项目约定（规则手册第4节）', true, 'APPROVED',
    '2026-11-30 00:00:00+00:00'
) ON CONFLICT DO NOTHING
"""
"""What two administrators do together: all but stopping somebody."""


def upgrade() -> None:
    """Add the columns and the figures; passwords that are known already stay good."""
    for statement in NEW_COLUMNS:
        execute(statement)
    with everywhere():
        execute(PARAMETERS)
