"""Which programs use what of the schema, counted by all processes (ADR 0097).

Revision: r0047
Follows: r0046
"""

from collections.abc import Mapping

from migrations.execution import execute

revision = "r0047"
down_revision = "r0046"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

STATEMENTS = (
    """CREATE TABLE schema_usage (
        day DATE NOT NULL,
        client VARCHAR NOT NULL,
        version VARCHAR NOT NULL,
        coordinate VARCHAR NOT NULL,
        count BIGINT NOT NULL,
        counted_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_schema_usage PRIMARY KEY (day, client, version, coordinate)
    )""",
    "CREATE INDEX ix_schema_usage_counted_at ON schema_usage (counted_at)",
    "ALTER TABLE schema_usage ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE schema_usage FORCE ROW LEVEL SECURITY",
    "DROP POLICY IF EXISTS schema_usage_select ON schema_usage",
    "DROP POLICY IF EXISTS schema_usage_insert ON schema_usage",
    "DROP POLICY IF EXISTS schema_usage_update ON schema_usage",
    "DROP POLICY IF EXISTS schema_usage_delete ON schema_usage",
    """CREATE POLICY schema_usage_select ON schema_usage FOR SELECT USING (
    nullif(current_setting('app.account', true), '')::uuid
        = '6a697579-6500-7000-8000-000000000001'::uuid
    OR counted_at < nullif(current_setting('app.sweeps', true), '')::timestamptz
)""",
    """CREATE POLICY schema_usage_insert ON schema_usage FOR INSERT WITH CHECK (
    nullif(current_setting('app.account', true), '')::uuid
        = '6a697579-6500-7000-8000-000000000001'::uuid
)""",
    """CREATE POLICY schema_usage_update ON schema_usage FOR UPDATE USING (
    nullif(current_setting('app.account', true), '')::uuid
        = '6a697579-6500-7000-8000-000000000001'::uuid
) WITH CHECK (
    nullif(current_setting('app.account', true), '')::uuid
        = '6a697579-6500-7000-8000-000000000001'::uuid
)""",
    """CREATE POLICY schema_usage_delete ON schema_usage FOR DELETE USING (
    nullif(current_setting('app.account', true), '')::uuid
        = '6a697579-6500-7000-8000-000000000001'::uuid
    OR counted_at < nullif(current_setting('app.sweeps', true), '')::timestamptz
)""",
    'REVOKE ALL ON schema_usage FROM :"service_role"',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON schema_usage TO :"service_role"',
)


def upgrade() -> None:
    """Add the table."""
    for statement in STATEMENTS:
        execute(statement)
