"""The installation's id, by which a store of files knows whose it is (ADR 0110).

Revision: r0059
Follows: r0058
"""

from collections.abc import Mapping

from migrations.execution import execute

revision = "r0059"
down_revision = "r0058"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

STATEMENTS = (
    """CREATE TABLE installation (
        single BOOLEAN NOT NULL,
        id UUID NOT NULL,
        sweeps BIGINT NOT NULL,
        CONSTRAINT pk_installation PRIMARY KEY (single),
        CONSTRAINT ck_installation_single CHECK (single)
    )""",
    "ALTER TABLE installation ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE installation FORCE ROW LEVEL SECURITY",
    "DROP POLICY IF EXISTS installation_select ON installation",
    "DROP POLICY IF EXISTS installation_insert ON installation",
    "DROP POLICY IF EXISTS installation_update ON installation",
    "DROP POLICY IF EXISTS installation_delete ON installation",
    """CREATE POLICY installation_select ON installation FOR SELECT USING (
    nullif(current_setting('app.account', true), '')::uuid
        = '6a697579-6500-7000-8000-000000000001'::uuid
)""",
    """CREATE POLICY installation_insert ON installation FOR INSERT WITH CHECK (
    nullif(current_setting('app.account', true), '')::uuid
        = '6a697579-6500-7000-8000-000000000001'::uuid
)""",
    """CREATE POLICY installation_update ON installation FOR UPDATE USING (
    nullif(current_setting('app.account', true), '')::uuid
        = '6a697579-6500-7000-8000-000000000001'::uuid
) WITH CHECK (
    nullif(current_setting('app.account', true), '')::uuid
        = '6a697579-6500-7000-8000-000000000001'::uuid
)""",
    """CREATE POLICY installation_delete ON installation FOR DELETE USING (
    nullif(current_setting('app.account', true), '')::uuid
        = '6a697579-6500-7000-8000-000000000001'::uuid
)""",
    'REVOKE ALL ON installation FROM :"service_role"',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON installation TO :"service_role"',
)


def upgrade() -> None:
    """Add the table."""
    for statement in STATEMENTS:
        execute(statement)
