"""Where a roster came from; whose number an account claims, and who entered a person (X11, X18).

Revision: r0011
Follows: r0010
"""

from collections.abc import Mapping

from alembic import op

from migrations.execution import execute

revision = "r0011"
down_revision = "r0010"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""


PERSON_POLICIES = (
    "DROP POLICY IF EXISTS person_select ON person",
    "DROP POLICY IF EXISTS person_insert ON person",
    "DROP POLICY IF EXISTS person_update ON person",
    "DROP POLICY IF EXISTS person_delete ON person",
    """CREATE POLICY person_select ON person FOR SELECT USING (
    id = nullif(current_setting('app.person', true), '')::uuid
    OR (filed_by = nullif(current_setting('app.account', true), '')::uuid
        AND source IS NULL AND official_source IS NULL)
    OR strpos(nullif(current_setting('app.subjects', true), ''), id::text) > 0
    OR id_number_index = CASE
        WHEN nullif(current_setting('app.knows', true), '') ~ '^([0-9a-f]{2})+$'
        THEN decode(nullif(current_setting('app.knows', true), ''), 'hex')
    END
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(current_setting('app.see_high', true), ''))
    OR id IN (
        SELECT c.record_id FROM consulted_record AS c
        WHERE c.region >= nullif(current_setting('app.see_low', true), '')
        AND c.region <= nullif(current_setting('app.see_high', true), ''))
)""",
    """CREATE POLICY person_insert ON person FOR INSERT WITH CHECK (
    id = nullif(current_setting('app.person', true), '')::uuid
    OR (filed_by = nullif(current_setting('app.account', true), '')::uuid
        AND source IS NULL AND official_source IS NULL)
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
)""",
    """CREATE POLICY person_update ON person FOR UPDATE USING (
    id = nullif(current_setting('app.person', true), '')::uuid
    OR (filed_by = nullif(current_setting('app.account', true), '')::uuid
        AND source IS NULL AND official_source IS NULL)
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
) WITH CHECK (
    id = nullif(current_setting('app.person', true), '')::uuid
    OR (filed_by = nullif(current_setting('app.account', true), '')::uuid
        AND source IS NULL AND official_source IS NULL)
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
)""",
    """CREATE POLICY person_delete ON person FOR DELETE USING (
    id = nullif(current_setting('app.person', true), '')::uuid
    OR (filed_by = nullif(current_setting('app.account', true), '')::uuid
        AND source IS NULL AND official_source IS NULL)
)""",
)
"""Who entered a person without proof sees them, until an office tells anything."""

NEW_COLUMNS = (
    "ALTER TABLE roster ADD COLUMN address_index BYTEA",
    "ALTER TABLE account ADD COLUMN claimed_index BYTEA",
    "ALTER TABLE person ADD COLUMN filed_by UUID",
    "GRANT SELECT, INSERT, UPDATE (password_hash, name, person_id, active, favourites, version, "
    'updated_at) ON account TO :"service_role"',
)


def upgrade() -> None:
    """Add the columns; accounts that were opened before stay whose they are."""
    for statement in (*NEW_COLUMNS, *PERSON_POLICIES):
        execute(statement)
    with op.get_context().autocommit_block():
        execute("DROP INDEX CONCURRENTLY IF EXISTS ix_account_claimed_index")
        execute("CREATE INDEX CONCURRENTLY ix_account_claimed_index ON account (claimed_index)")
        execute("DROP INDEX CONCURRENTLY IF EXISTS ix_person_filed_by")
        execute("CREATE INDEX CONCURRENTLY ix_person_filed_by ON person (filed_by)")
