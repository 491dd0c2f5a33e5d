"""Records of offices have a history; who proposed and approved parameters is told (X6, X9).

Revision: r0008
Follows: r0007
"""

from collections.abc import Mapping

from alembic import op

from migrations.execution import everywhere, execute, repeat

revision = "r0008"
down_revision = "r0007"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""


OFFICE_HISTORY = (
    """CREATE TABLE office_history (
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    sequence integer NOT NULL,
    hash bytea NOT NULL,
    record varchar NOT NULL,
    record_id uuid NOT NULL,
    holder_id uuid,
    title varchar,
    action varchar NOT NULL,
    from_status varchar,
    to_status varchar,
    reason varchar,
    changes jsonb NOT NULL,
    at timestamptz DEFAULT now() NOT NULL,
    account_id uuid,
    account_name varchar NOT NULL,
    role varchar(40),
    CONSTRAINT pk_office_history PRIMARY KEY (id),
    CONSTRAINT fk_office_history_region FOREIGN KEY (region) REFERENCES region (code),
    CONSTRAINT fk_office_history_holder_id FOREIGN KEY (holder_id) REFERENCES account (id),
    CONSTRAINT fk_office_history_account_id FOREIGN KEY (account_id) REFERENCES account (id),
    CONSTRAINT uq_office_history_region_sequence UNIQUE (region, sequence)
)""",
    "CREATE INDEX ix_office_history_record_id_id ON office_history (record_id, id)",
    "CREATE INDEX ix_office_history_region_id ON office_history (region, id)",
    "CREATE INDEX ix_office_history_account_id_at_id ON office_history (account_id, at, id)",
    "CREATE INDEX ix_office_history_holder_id_id ON office_history (holder_id, id) "
    "WHERE holder_id IS NOT NULL",
    """ALTER TABLE office_history ENABLE ROW LEVEL SECURITY""",
    """ALTER TABLE office_history FORCE ROW LEVEL SECURITY""",
    """CREATE POLICY office_history_select ON office_history FOR SELECT USING (
    strpos(nullif(current_setting('app.seals', true), ''), region) > 0
    OR holder_id = nullif(current_setting('app.account', true), '')::uuid
    OR (record = 'Parameter' AND nullif(current_setting('app.account', true), '')::uuid IS NOT NULL)
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(current_setting('app.see_high', true), ''))
)""",
    """CREATE POLICY office_history_insert ON office_history FOR INSERT WITH CHECK (
    strpos(nullif(current_setting('app.seals', true), ''), region) > 0
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
)""",
    """CREATE POLICY office_history_update ON office_history FOR UPDATE USING (
    strpos(nullif(current_setting('app.seals', true), ''), region) > 0
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
) WITH CHECK (
    strpos(nullif(current_setting('app.seals', true), ''), region) > 0
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
)""",
    """CREATE POLICY office_history_delete ON office_history FOR DELETE USING (
    strpos(nullif(current_setting('app.seals', true), ''), region) > 0
)""",
    'REVOKE ALL ON office_history FROM :"service_role"',
    'GRANT SELECT, INSERT ON office_history TO :"service_role"',
)
"""Its table, and whom it is for: as of what it tells, and whoever seals a region's chain."""

NAMES = """
UPDATE parameter SET
    proposed_by_name = (SELECT name FROM account WHERE account.id = proposed_by),
    decided_by_name = (SELECT name FROM account WHERE account.id = decided_by)
WHERE id IN (
    SELECT id FROM parameter
    WHERE (proposed_by IS NOT NULL AND proposed_by_name IS NULL)
        OR (decided_by IS NOT NULL AND decided_by_name IS NULL)
    LIMIT 5000
)
"""

ONE_TRANSFER = """
INSERT INTO parameter (
    id, key, region, category, value, unit, effective_from, effective_to, source, confirmed,
    status, decided_at
) VALUES (
    'f30b9d0a-c6f7-5f69-9827-41164f8a3c99', 'payment.one_transfer_per_account', '000000', NULL,
    'false', 'flag', '2020-01-01', NULL, '项目约定（规则手册第4节）', true, 'APPROVED',
    '2026-11-29 00:00:00+00:00'
) ON CONFLICT DO NOTHING
"""
"""Each line is paid by a transfer of its own, as it was until now (X8)."""


def upgrade() -> None:
    """Add the history of offices, and names to parameters; lines keep who confirmed an account."""
    for statement in OFFICE_HISTORY:
        execute(statement)
    for column in ("proposed_by_name varchar", "decided_by_name varchar"):
        execute(f"ALTER TABLE parameter ADD COLUMN IF NOT EXISTS {column}")
    execute("ALTER TABLE claim_line ADD COLUMN IF NOT EXISTS account_confirmed_by uuid")
    execute(
        "ALTER TABLE claim_line ADD CONSTRAINT fk_claim_line_account_confirmed_by "
        "FOREIGN KEY (account_confirmed_by) REFERENCES account (id) NOT VALID"
    )
    with op.get_context().autocommit_block():
        execute("ALTER TABLE claim_line VALIDATE CONSTRAINT fk_claim_line_account_confirmed_by")
    execute("ALTER TABLE payment ADD COLUMN IF NOT EXISTS transfer varchar")
    execute("ALTER TABLE disbursement_batch ADD COLUMN IF NOT EXISTS transfer_count integer")
    with op.get_context().autocommit_block():
        execute("DROP INDEX CONCURRENTLY IF EXISTS ix_payment_transfer")
        execute(
            "CREATE INDEX CONCURRENTLY ix_payment_transfer ON payment (transfer) "
            "WHERE transfer IS NOT NULL"
        )
    with everywhere():
        execute(ONE_TRANSFER)
        repeat(NAMES)
