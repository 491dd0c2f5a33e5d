"""Words of appeals and objections are cleared after a parameter's days (X11, PIPL 19).

Revision: r0053
Follows: r0052
"""

from collections.abc import Mapping

from alembic import op

from migrations.execution import everywhere, execute

revision = "r0053"
down_revision = "r0052"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

COLUMNS = (
    "ALTER TABLE account_appeal ADD COLUMN IF NOT EXISTS cleared_at TIMESTAMP WITH TIME ZONE",
    "ALTER TABLE objection ADD COLUMN IF NOT EXISTS cleared_at TIMESTAMP WITH TIME ZONE",
)

WHOSE = "ck_account_appeal_of_a_unit_or_of_a_person"
WHOSE_UNTIL_CLEARED = (
    f"ALTER TABLE account_appeal DROP CONSTRAINT IF EXISTS {WHOSE}",
    f"""ALTER TABLE account_appeal ADD CONSTRAINT {WHOSE} CHECK (
    (credit_code IS NULL) <> (id_number_index IS NULL) OR cleared_at IS NOT NULL
) NOT VALID""",
)

KEEP_WORDS = """
CREATE OR REPLACE FUNCTION keep_words() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.text <> '' OR NEW.cleared_at IS NULL THEN
        RAISE insufficient_privilege USING MESSAGE = 'what was said is cleared, and never changed';
    END IF;
    RETURN NEW;
END
$$
"""
"""The service may write these columns to clear them; nobody puts words into somebody's mouth."""

TRIGGERS = tuple(
    statement
    for table in ("account_appeal", "objection")
    for statement in (
        f"DROP TRIGGER IF EXISTS keep_words ON {table}",
        f"CREATE TRIGGER keep_words BEFORE UPDATE OF text ON {table} FOR EACH ROW "
        "WHEN (NEW.text IS DISTINCT FROM OLD.text) EXECUTE FUNCTION keep_words()",
    )
)

STATEMENTS = (
    "DROP POLICY IF EXISTS appeal_evidence_select ON appeal_evidence",
    "DROP POLICY IF EXISTS appeal_evidence_insert ON appeal_evidence",
    "DROP POLICY IF EXISTS appeal_evidence_update ON appeal_evidence",
    "DROP POLICY IF EXISTS appeal_evidence_delete ON appeal_evidence",
    """CREATE POLICY appeal_evidence_select ON appeal_evidence FOR SELECT USING (
    number_hash = CASE
        WHEN nullif(current_setting('app.knows', true), '') ~ '^([0-9a-f]{2})+$'
        THEN decode(nullif(current_setting('app.knows', true), ''), 'hex')
    END
    OR attached_at < nullif(current_setting('app.sweeps', true), '')::timestamptz
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_accounts', true),
            current_setting('app.see_high', true)), ''))
)""",
    """CREATE POLICY appeal_evidence_insert ON appeal_evidence FOR INSERT WITH CHECK (
    number_hash = CASE
        WHEN nullif(current_setting('app.knows', true), '') ~ '^([0-9a-f]{2})+$'
        THEN decode(nullif(current_setting('app.knows', true), ''), 'hex')
    END
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
)""",
    """CREATE POLICY appeal_evidence_update ON appeal_evidence FOR UPDATE USING (
    number_hash = CASE
        WHEN nullif(current_setting('app.knows', true), '') ~ '^([0-9a-f]{2})+$'
        THEN decode(nullif(current_setting('app.knows', true), ''), 'hex')
    END
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
) WITH CHECK (
    number_hash = CASE
        WHEN nullif(current_setting('app.knows', true), '') ~ '^([0-9a-f]{2})+$'
        THEN decode(nullif(current_setting('app.knows', true), ''), 'hex')
    END
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
)""",
    """CREATE POLICY appeal_evidence_delete ON appeal_evidence FOR DELETE USING (
    attached_at < nullif(current_setting('app.sweeps', true), '')::timestamptz
)""",
    'REVOKE ALL ON appeal_evidence FROM :"service_role"',
    'GRANT SELECT, INSERT, DELETE ON appeal_evidence TO :"service_role"',
    'REVOKE ALL ON account_appeal FROM :"service_role"',
    '''GRANT SELECT, INSERT, UPDATE (
    status, account_id, proposed_by, proposed_by_name, proposed_at, proposed_as,
    proposed_hash, opens_on, settled_by, settled_by_name, settled_at, reason, recovered_at,
    version, updated_at, id_number_sealed, id_number_index, id_number_masked,
    contact_name_sealed, contact_name_masked, contact_mobile_sealed, contact_mobile_index,
    contact_mobile_masked, text, cleared_at
) ON account_appeal TO :"service_role"''',
    'REVOKE ALL ON objection FROM :"service_role"',
    '''GRANT SELECT, INSERT, UPDATE (
    status, reviewed_by, reviewed_at, reason, version, updated_at, contact_name_sealed,
    contact_name_masked, contact_mobile_sealed, contact_mobile_index, contact_mobile_masked,
    text, cleared_at
) ON objection TO :"service_role"''',
)

FIGURES = """
INSERT INTO parameter (
    id, key, region, category, value, unit, effective_from, effective_to, source, confirmed,
    status, decided_at
) VALUES (
    '9921d5cf-e5f8-53f6-987b-51f782422712', 'appeal.kept_days', '000000', NULL, '1095', 'days',
    '2020-01-01', NULL, '项目约定（规则手册第4节）', true, 'APPROVED', '2026-11-30 00:00:00+00:00'
), (
    '8cc4d25d-95f6-5eb5-a347-31a0f599c14f', 'objection.kept_days', '000000', NULL, '1095', 'days',
    '2020-01-01', NULL, '项目约定（规则手册第4节）', true, 'APPROVED', '2026-11-30 00:00:00+00:00'
) ON CONFLICT DO NOTHING
"""

INDEXES = {
    "ix_account_appeal_region_settled_at_kept": (
        "account_appeal (region, settled_at) WHERE cleared_at IS NULL"
    ),
    "ix_objection_region_reviewed_at_kept": (
        "objection (region, reviewed_at) WHERE cleared_at IS NULL"
    ),
}


def upgrade() -> None:
    """Add when they were cleared, let who clears them do so and nothing else, and the figures."""
    for statement in (*COLUMNS, *WHOSE_UNTIL_CLEARED, KEEP_WORDS, *TRIGGERS, *STATEMENTS):
        execute(statement)
    with everywhere():
        execute(FIGURES)
    with op.get_context().autocommit_block():
        execute(f"ALTER TABLE account_appeal VALIDATE CONSTRAINT {WHOSE}")
        for name, where in INDEXES.items():
            execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            execute(f"CREATE INDEX CONCURRENTLY {name} ON {where}")
