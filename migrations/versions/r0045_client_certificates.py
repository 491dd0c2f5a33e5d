"""Client certificates; programs are listed for whoever runs the service (J3).

Revision: r0045
Follows: r0044
"""

from collections.abc import Mapping

from migrations.execution import execute

revision = "r0045"
down_revision = "r0044"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

STATEMENTS = (
    """CREATE TABLE client_certificate (
        id UUID NOT NULL,
        account_id UUID NOT NULL,
        fingerprint BYTEA NOT NULL,
        name VARCHAR NOT NULL,
        functions JSONB,
        added_at TIMESTAMP WITH TIME ZONE NOT NULL,
        valid_to DATE NOT NULL,
        ended_at TIMESTAMP WITH TIME ZONE,
        used_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_client_certificate PRIMARY KEY (id),
        CONSTRAINT fk_client_certificate_account_id FOREIGN KEY(account_id)
            REFERENCES account (id),
        CONSTRAINT uq_client_certificate_fingerprint UNIQUE (fingerprint)
    )""",
    "CREATE INDEX ix_client_certificate_account_id ON client_certificate (account_id)",
    "ALTER TABLE api_client ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE api_client FORCE ROW LEVEL SECURITY",
    "DROP POLICY IF EXISTS api_client_select ON api_client",
    "DROP POLICY IF EXISTS api_client_insert ON api_client",
    "DROP POLICY IF EXISTS api_client_update ON api_client",
    "DROP POLICY IF EXISTS api_client_delete ON api_client",
    """CREATE POLICY api_client_select ON api_client FOR SELECT USING (
    account_id = nullif(current_setting('app.account', true), '')::uuid
    OR secret_hash = CASE
        WHEN nullif(current_setting('app.knows', true), '') ~ '^([0-9a-f]{2})+$'
        THEN decode(nullif(current_setting('app.knows', true), ''), 'hex')
    END
    OR nullif(current_setting('app.account', true), '')::uuid
        = '6a697579-6500-7000-8000-000000000001'::uuid
)""",
    """CREATE POLICY api_client_insert ON api_client FOR INSERT WITH CHECK (
    account_id = nullif(current_setting('app.account', true), '')::uuid
)""",
    """CREATE POLICY api_client_update ON api_client FOR UPDATE USING (
    account_id = nullif(current_setting('app.account', true), '')::uuid
) WITH CHECK (
    account_id = nullif(current_setting('app.account', true), '')::uuid
)""",
    """CREATE POLICY api_client_delete ON api_client FOR DELETE USING (
    account_id = nullif(current_setting('app.account', true), '')::uuid
)""",
    'REVOKE ALL ON api_client FROM :"service_role"',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON api_client TO :"service_role"',
    "ALTER TABLE client_certificate ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE client_certificate FORCE ROW LEVEL SECURITY",
    "DROP POLICY IF EXISTS client_certificate_select ON client_certificate",
    "DROP POLICY IF EXISTS client_certificate_insert ON client_certificate",
    "DROP POLICY IF EXISTS client_certificate_update ON client_certificate",
    "DROP POLICY IF EXISTS client_certificate_delete ON client_certificate",
    """CREATE POLICY client_certificate_select ON client_certificate FOR SELECT USING (
    account_id = nullif(current_setting('app.account', true), '')::uuid
    OR fingerprint = ANY (CASE
        WHEN nullif(current_setting('app.knows', true), '') ~ '^[0-9a-f]{64}(,[0-9a-f]{64})*$'
        THEN ('{"\\\\x' || replace(
            nullif(current_setting('app.knows', true), ''), ',', '","\\\\x') || '"}')::bytea[]
    END)
    OR nullif(current_setting('app.account', true), '')::uuid
        = '6a697579-6500-7000-8000-000000000001'::uuid
)""",
    """CREATE POLICY client_certificate_insert ON client_certificate FOR INSERT WITH CHECK (
    account_id = nullif(current_setting('app.account', true), '')::uuid
)""",
    """CREATE POLICY client_certificate_update ON client_certificate FOR UPDATE USING (
    account_id = nullif(current_setting('app.account', true), '')::uuid
) WITH CHECK (
    account_id = nullif(current_setting('app.account', true), '')::uuid
)""",
    """CREATE POLICY client_certificate_delete ON client_certificate FOR DELETE USING (
    account_id = nullif(current_setting('app.account', true), '')::uuid
)""",
    'REVOKE ALL ON client_certificate FROM :"service_role"',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON client_certificate TO :"service_role"',
)


def upgrade() -> None:
    """Add the table, and let the system list programs."""
    for statement in STATEMENTS:
        execute(statement)
