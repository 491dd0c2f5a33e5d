"""Former names of units, declaring anew after an end (J7), Jilin's hotline (J2).

Revision: r0007
Follows: r0004
"""

from collections.abc import Mapping

from alembic import op

from migrations.execution import everywhere, execute

revision = "r0007"
down_revision = "r0004"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

HOTLINE = """
INSERT INTO parameter (
    id, key, region, category, value, unit, effective_from, effective_to, source, confirmed,
    status, decided_at
) VALUES (
    '47602ee7-313a-5776-9cbd-f72ccc8cf895', 'hotline', '220000', NULL, '0431-80767550',
    'telephone', '2020-01-01', NULL, '吉林省就业见习单位端操作手册', true, 'APPROVED',
    '2026-11-29 00:00:00+00:00'
) ON CONFLICT DO NOTHING
"""
"""Whom to call in Jilin (J2)."""

OLD_NAME_DAYS = """
INSERT INTO parameter (
    id, key, region, category, value, unit, effective_from, effective_to, source, confirmed,
    status, decided_at
) VALUES (
    '78b005eb-a772-5847-9d9b-a767afb1c787', 'unit.old_name_days', '000000', NULL, '365', 'days',
    '2020-01-01', NULL, '项目约定（规则手册第4节）', true, 'APPROVED', '2026-11-29 00:00:00+00:00'
) ON CONFLICT DO NOTHING
"""
"""For how long a unit's accounts serve that are in a name it had before (J7)."""


def upgrade() -> None:
    """Keep units' former names, let those declare anew whose status was lost, add parameters."""
    execute("ALTER TABLE unit ADD COLUMN IF NOT EXISTS former_names JSONB DEFAULT '[]' NOT NULL")
    with op.get_context().autocommit_block():
        execute("DROP INDEX CONCURRENTLY IF EXISTS uq_declaration_unit_id_counting")
        execute(
            "CREATE UNIQUE INDEX CONCURRENTLY uq_declaration_unit_id_counting "
            "ON declaration (unit_id) WHERE status NOT IN ('WITHDRAWN', 'REFUSED') "
            "AND end_kind IS DISTINCT FROM 'STATUS_LOST'"
        )
        execute("DROP INDEX CONCURRENTLY IF EXISTS uq_declaration_unit_id_standing")
    with everywhere():
        execute(HOTLINE)
        execute(OLD_NAME_DAYS)
