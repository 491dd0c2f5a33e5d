"""Two accounts of a person are one pair of eyes, and so are file and answer, if so decided (X2).

Revision: r0023
Follows: r0022
"""

from collections.abc import Mapping

from alembic import op

from migrations.execution import everywhere, execute

revision = "r0023"
down_revision = "r0022"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

COLUMNS = (
    "ALTER TABLE account ADD COLUMN IF NOT EXISTS holder_sealed BYTEA",
    "ALTER TABLE account ADD COLUMN IF NOT EXISTS holder_index BYTEA",
    "ALTER TABLE account ADD COLUMN IF NOT EXISTS same_holder UUID[] DEFAULT '{}' NOT NULL",
    'GRANT UPDATE (same_holder) ON account TO :"service_role"',
)

IMPORTER = """
INSERT INTO parameter (
    id, key, region, category, value, unit, effective_from, effective_to, source, confirmed,
    status, decided_at
) VALUES (
    'c9d53add-26e9-517a-b6db-f288bc452a0f', 'payment.importer_differs', '000000', NULL, 'false',
    'flag', '2020-01-01', NULL, '项目约定（规则手册第4节）', true, 'APPROVED',
    '2026-11-30 00:00:00+00:00'
) ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    """Add whose an account is, and the parameter; accounts opened before are nobody's yet."""
    for statement in COLUMNS:
        execute(statement)
    with everywhere():
        execute(IMPORTER)
    with op.get_context().autocommit_block():
        execute("DROP INDEX CONCURRENTLY IF EXISTS ix_account_holder_index")
        execute("CREATE INDEX CONCURRENTLY ix_account_holder_index ON account (holder_index)")
