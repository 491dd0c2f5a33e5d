"""Sign-ins and job seekers are kept for a time, and then swept.

Revision: r0041
Follows: r0040
"""

from collections.abc import Mapping

from alembic import op

from migrations.execution import execute

revision = "r0041"
down_revision = "r0040"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

STATEMENTS = (
    "DROP POLICY IF EXISTS sign_in_select ON sign_in",
    "DROP POLICY IF EXISTS sign_in_insert ON sign_in",
    "DROP POLICY IF EXISTS sign_in_update ON sign_in",
    "DROP POLICY IF EXISTS sign_in_delete ON sign_in",
    """CREATE POLICY sign_in_select ON sign_in FOR SELECT USING (
    account_id = nullif(current_setting('app.account', true), '')::uuid
    OR at < nullif(current_setting('app.sweeps', true), '')::timestamptz
)""",
    """CREATE POLICY sign_in_insert ON sign_in FOR INSERT WITH CHECK (
    account_id = nullif(current_setting('app.account', true), '')::uuid
)""",
    """CREATE POLICY sign_in_update ON sign_in FOR UPDATE USING (
    account_id = nullif(current_setting('app.account', true), '')::uuid
) WITH CHECK (
    account_id = nullif(current_setting('app.account', true), '')::uuid
)""",
    """CREATE POLICY sign_in_delete ON sign_in FOR DELETE USING (
    at < nullif(current_setting('app.sweeps', true), '')::timestamptz
)""",
    'REVOKE ALL ON sign_in FROM :"service_role"',
    'GRANT SELECT, INSERT, DELETE ON sign_in TO :"service_role"',
    "DROP POLICY IF EXISTS applicant_select ON applicant",
    "DROP POLICY IF EXISTS applicant_insert ON applicant",
    "DROP POLICY IF EXISTS applicant_update ON applicant",
    "DROP POLICY IF EXISTS applicant_delete ON applicant",
    """CREATE POLICY applicant_select ON applicant FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR as_of < nullif(current_setting('app.sweeps', true), '')::timestamptz
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_internships', true),
            current_setting('app.see_high', true)), ''))
)""",
    """CREATE POLICY applicant_insert ON applicant FOR INSERT WITH CHECK (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
)""",
    """CREATE POLICY applicant_update ON applicant FOR UPDATE USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
) WITH CHECK (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
)""",
    """CREATE POLICY applicant_delete ON applicant FOR DELETE USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR as_of < nullif(current_setting('app.sweeps', true), '')::timestamptz
)""",
    'REVOKE ALL ON applicant FROM :"service_role"',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON applicant TO :"service_role"',
)

INDEXES = {"ix_sign_in_at": "sign_in (at)", "ix_applicant_as_of": "applicant (as_of)"}


def upgrade() -> None:
    """Let who sweeps delete what is older than they state, and find it."""
    for statement in STATEMENTS:
        execute(statement)
    with op.get_context().autocommit_block():
        for name, where in INDEXES.items():
            execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            execute(f"CREATE INDEX CONCURRENTLY {name} ON {where}")
