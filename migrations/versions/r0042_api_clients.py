"""Programs that sign in by themselves (J3).

Revision: r0042
Follows: r0041
"""

from collections.abc import Mapping

from migrations.execution import execute

revision = "r0042"
down_revision = "r0041"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

STATEMENTS = (
    """CREATE TABLE api_client (
        id UUID NOT NULL,
        account_id UUID NOT NULL,
        secret_hash BYTEA NOT NULL,
        name VARCHAR NOT NULL,
        functions JSONB NOT NULL,
        added_at TIMESTAMP WITH TIME ZONE NOT NULL,
        valid_to DATE,
        revoked_at TIMESTAMP WITH TIME ZONE,
        used_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_api_client PRIMARY KEY (id),
        CONSTRAINT fk_api_client_account_id FOREIGN KEY(account_id) REFERENCES account (id),
        CONSTRAINT uq_api_client_secret_hash UNIQUE (secret_hash)
    )""",
    "CREATE INDEX ix_api_client_account_id ON api_client (account_id)",
    "ALTER TABLE api_client ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE api_client FORCE ROW LEVEL SECURITY",
    "DROP POLICY IF EXISTS api_client_select ON api_client",
    "DROP POLICY IF EXISTS api_client_insert ON api_client",
    "DROP POLICY IF EXISTS api_client_update ON api_client",
    "DROP POLICY IF EXISTS api_client_delete ON api_client",
    """CREATE POLICY api_client_select ON api_client FOR SELECT USING (
    account_id = nullif(current_setting('app.account', true), '')::uuid OR secret_hash = CASE
        WHEN nullif(current_setting('app.knows', true), '') ~ '^([0-9a-f]{2})+$'
        THEN decode(nullif(current_setting('app.knows', true), ''), 'hex')
    END
    OR id = CASE
        WHEN nullif(current_setting('app.knows', true), '')
            ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
        THEN nullif(current_setting('app.knows', true), '')::uuid
    END
)""",
    """CREATE POLICY api_client_insert ON api_client FOR INSERT WITH CHECK (
    account_id = nullif(current_setting('app.account', true), '')::uuid OR secret_hash = CASE
        WHEN nullif(current_setting('app.knows', true), '') ~ '^([0-9a-f]{2})+$'
        THEN decode(nullif(current_setting('app.knows', true), ''), 'hex')
    END
)""",
    """CREATE POLICY api_client_update ON api_client FOR UPDATE USING (
    account_id = nullif(current_setting('app.account', true), '')::uuid OR secret_hash = CASE
        WHEN nullif(current_setting('app.knows', true), '') ~ '^([0-9a-f]{2})+$'
        THEN decode(nullif(current_setting('app.knows', true), ''), 'hex')
    END
    OR id = CASE
        WHEN nullif(current_setting('app.knows', true), '')
            ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
        THEN nullif(current_setting('app.knows', true), '')::uuid
    END
) WITH CHECK (
    account_id = nullif(current_setting('app.account', true), '')::uuid OR secret_hash = CASE
        WHEN nullif(current_setting('app.knows', true), '') ~ '^([0-9a-f]{2})+$'
        THEN decode(nullif(current_setting('app.knows', true), ''), 'hex')
    END
    OR id = CASE
        WHEN nullif(current_setting('app.knows', true), '')
            ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
        THEN nullif(current_setting('app.knows', true), '')::uuid
    END
)""",
    """CREATE POLICY api_client_delete ON api_client FOR DELETE USING (
    account_id = nullif(current_setting('app.account', true), '')::uuid OR secret_hash = CASE
        WHEN nullif(current_setting('app.knows', true), '') ~ '^([0-9a-f]{2})+$'
        THEN decode(nullif(current_setting('app.knows', true), ''), 'hex')
    END
)""",
    'REVOKE ALL ON api_client FROM :"service_role"',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON api_client TO :"service_role"',
)


def upgrade() -> None:
    """Add the table."""
    for statement in STATEMENTS:
        execute(statement)
