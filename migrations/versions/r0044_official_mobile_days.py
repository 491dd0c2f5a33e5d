"""A mobile that an office told takes codes some days after it was loaded (X18).

Revision: r0044
Follows: r0043
"""

from collections.abc import Mapping

from migrations.execution import everywhere, execute

revision = "r0044"
down_revision = "r0043"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

LOADED_AT = """ALTER TABLE official_mobile
    ADD COLUMN IF NOT EXISTS loaded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL"""

DAYS = """
INSERT INTO parameter (
    id, key, region, category, value, unit, effective_from, effective_to, source, confirmed,
    status, decided_at
) VALUES (
    'f80cf6d9-7e17-54f7-9131-245d7f8065d6', 'counter.official_mobile_days', '000000', NULL, '7',
    'days', '2020-01-01', NULL, '项目约定（规则手册第4节）', true, 'APPROVED',
    '2026-11-30 00:00:00+00:00'
) ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    """Add the column and the parameter; mobiles on file wait from the upgrade on."""
    execute(LOADED_AT)
    with everywhere():
        execute(DAYS)
