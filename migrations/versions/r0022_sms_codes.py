"""Codes that are sent to a mobile on file, and the mobile that was told at a counter (J2, X18).

Revision: r0022
Follows: r0021
"""

from collections.abc import Mapping

from migrations.execution import execute

revision = "r0022"
down_revision = "r0021"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

STATEMENTS = (
    "ALTER TABLE person ADD COLUMN proved_mobile_sealed BYTEA",
    """CREATE TABLE sms_code (
    bucket VARCHAR NOT NULL,
    number_index BYTEA NOT NULL,
    code_hash BYTEA NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tries INTEGER DEFAULT '0' NOT NULL,
    CONSTRAINT pk_sms_code PRIMARY KEY (bucket)
)""",
    "CREATE INDEX ix_sms_code_sent_at ON sms_code (sent_at)",
    "ALTER TABLE sms_code ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE sms_code FORCE ROW LEVEL SECURITY",
    """CREATE POLICY sms_code_select ON sms_code FOR SELECT USING (
    bucket = nullif(current_setting('app.knows', true), '')
    OR sent_at < nullif(current_setting('app.sweeps', true), '')::timestamptz
)""",
    """CREATE POLICY sms_code_insert ON sms_code FOR INSERT WITH CHECK (
    bucket = nullif(current_setting('app.knows', true), '')
)""",
    """CREATE POLICY sms_code_update ON sms_code FOR UPDATE USING (
    bucket = nullif(current_setting('app.knows', true), '')
) WITH CHECK (
    bucket = nullif(current_setting('app.knows', true), '')
)""",
    """CREATE POLICY sms_code_delete ON sms_code FOR DELETE USING (
    bucket = nullif(current_setting('app.knows', true), '')
    OR sent_at < nullif(current_setting('app.sweeps', true), '')::timestamptz
)""",
    'REVOKE ALL ON sms_code FROM :"service_role"',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON sms_code TO :"service_role"',
)


def upgrade() -> None:
    """Add table and column; mobiles on file from before were typed, and are none to send to."""
    for statement in STATEMENTS:
        execute(statement)
