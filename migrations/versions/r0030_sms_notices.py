"""Messages to holders of accounts that somebody wants to be given (X18).

Revision: r0030
Follows: r0029
"""

from collections.abc import Mapping

from migrations.execution import execute

revision = "r0030"
down_revision = "r0029"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

STATEMENTS = (
    """CREATE TABLE sms_notice (
        id UUID NOT NULL,
        region VARCHAR(6) COLLATE "C" NOT NULL,
        appeal_id UUID NOT NULL,
        kind VARCHAR(40) NOT NULL,
        mobile_sealed BYTEA,
        values JSONB NOT NULL,
        tries INTEGER DEFAULT '0' NOT NULL,
        due_at TIMESTAMP WITH TIME ZONE,
        sent_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_sms_notice PRIMARY KEY (id),
        CONSTRAINT uq_sms_notice_appeal_id_kind UNIQUE (appeal_id, kind),
        CONSTRAINT fk_sms_notice_region FOREIGN KEY(region) REFERENCES region (code),
        CONSTRAINT fk_sms_notice_appeal_id FOREIGN KEY(appeal_id) REFERENCES account_appeal (id)
    )""",
    "CREATE INDEX ix_sms_notice_region_id ON sms_notice (region, id)",
    "CREATE INDEX ix_sms_notice_due_at ON sms_notice (due_at) WHERE due_at IS NOT NULL",
    "ALTER TABLE sms_notice ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE sms_notice FORCE ROW LEVEL SECURITY",
    "DROP POLICY IF EXISTS sms_notice_select ON sms_notice",
    "DROP POLICY IF EXISTS sms_notice_insert ON sms_notice",
    "DROP POLICY IF EXISTS sms_notice_update ON sms_notice",
    "DROP POLICY IF EXISTS sms_notice_delete ON sms_notice",
    """CREATE POLICY sms_notice_select ON sms_notice FOR SELECT USING (
    (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_accounts', true),
            current_setting('app.see_high', true)), ''))
)""",
    """CREATE POLICY sms_notice_insert ON sms_notice FOR INSERT WITH CHECK (
    (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
)""",
    """CREATE POLICY sms_notice_update ON sms_notice FOR UPDATE USING (
    (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
) WITH CHECK (
    (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
)""",
    "CREATE POLICY sms_notice_delete ON sms_notice FOR DELETE USING (false)",
    'REVOKE ALL ON sms_notice FROM :"service_role"',
    'GRANT SELECT, INSERT, UPDATE ON sms_notice TO :"service_role"',
)


def upgrade() -> None:
    """Add the table, which is the offices'; the worker reads it by its due rows."""
    for statement in STATEMENTS:
        execute(statement)
