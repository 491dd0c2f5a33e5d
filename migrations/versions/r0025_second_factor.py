"""A second factor of accounts: codes of an authenticator (J3).

Revision: r0025
Follows: r0024
"""

from collections.abc import Mapping

from migrations.execution import execute

revision = "r0025"
down_revision = "r0024"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

STATEMENTS = (
    """CREATE TABLE second_factor (
        id UUID NOT NULL,
        account_id UUID NOT NULL,
        secret_sealed BYTEA NOT NULL,
        counter BIGINT,
        used_codes JSONB DEFAULT '[]' NOT NULL,
        begun_at TIMESTAMP WITH TIME ZONE NOT NULL,
        confirmed_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_second_factor PRIMARY KEY (id),
        CONSTRAINT fk_second_factor_account_id FOREIGN KEY(account_id)
            REFERENCES account (id),
        CONSTRAINT uq_second_factor_account_id UNIQUE (account_id)
    )""",
    "ALTER TABLE second_factor ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE second_factor FORCE ROW LEVEL SECURITY",
    "DROP POLICY IF EXISTS second_factor_select ON second_factor",
    "DROP POLICY IF EXISTS second_factor_insert ON second_factor",
    "DROP POLICY IF EXISTS second_factor_update ON second_factor",
    "DROP POLICY IF EXISTS second_factor_delete ON second_factor",
    """CREATE POLICY second_factor_select ON second_factor FOR SELECT USING (
    account_id = nullif(current_setting('app.account', true), '')::uuid
    OR nullif(current_setting('app.account', true), '')::uuid
        = '6a697579-6500-7000-8000-000000000001'::uuid
)""",
    """CREATE POLICY second_factor_insert ON second_factor FOR INSERT WITH CHECK (
    account_id = nullif(current_setting('app.account', true), '')::uuid
)""",
    """CREATE POLICY second_factor_update ON second_factor FOR UPDATE USING (
    account_id = nullif(current_setting('app.account', true), '')::uuid
    OR nullif(current_setting('app.account', true), '')::uuid
        = '6a697579-6500-7000-8000-000000000001'::uuid
) WITH CHECK (
    account_id = nullif(current_setting('app.account', true), '')::uuid
    OR nullif(current_setting('app.account', true), '')::uuid
        = '6a697579-6500-7000-8000-000000000001'::uuid
)""",
    """CREATE POLICY second_factor_delete ON second_factor FOR DELETE USING (
    account_id = nullif(current_setting('app.account', true), '')::uuid
)""",
    'REVOKE ALL ON second_factor FROM :"service_role"',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON second_factor TO :"service_role"',
)


def upgrade() -> None:
    """Add the table, which is its account's alone."""
    for statement in STATEMENTS:
        execute(statement)
