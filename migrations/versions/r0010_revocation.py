"""What ends access is told to every process as it is committed (ADR 0053).

Revision: r0010
Follows: r0009
"""

from collections.abc import Mapping

from alembic import op

from migrations.execution import execute

revision = "r0010"
down_revision = "r0009"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

TOLD = """
CREATE OR REPLACE FUNCTION tell_{what}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('jiuye_access', {said});
    RETURN NULL;
END
$$
"""
"""Whoever writes, they tell it in the same transaction: the service, a command, a superuser."""

FUNCTIONS = {
    "session_end": "'revoked ' || NEW.id",
    "account_access": "CASE WHEN NEW.active THEN 'opened ' ELSE 'revoked ' END || NEW.id",
    "grant_change": "'granted ' || NEW.account_id",
}

TRIGGERS = (
    """CREATE TRIGGER tell_session_end AFTER UPDATE OF ended_at ON sign_in_session FOR EACH ROW
    WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL)
    EXECUTE FUNCTION tell_session_end()""",
    """CREATE TRIGGER tell_account_access AFTER UPDATE OF active ON account FOR EACH ROW
    WHEN (OLD.active IS DISTINCT FROM NEW.active)
    EXECUTE FUNCTION tell_account_access()""",
    """CREATE TRIGGER tell_grant_change AFTER INSERT OR UPDATE OF revoked ON function_grant
    FOR EACH ROW EXECUTE FUNCTION tell_grant_change()""",
)

POLICY = (
    "DROP POLICY IF EXISTS sign_in_session_select ON sign_in_session",
    """CREATE POLICY sign_in_session_select ON sign_in_session FOR SELECT USING (
    account_id = nullif(current_setting('app.account', true), '')::uuid
    OR id = CASE
        WHEN nullif(current_setting('app.knows', true), '')
            ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
        THEN nullif(current_setting('app.knows', true), '')::uuid
    END
    OR ended_at >= nullif(current_setting('app.ended_since', true), '')::timestamptz
    OR expires_at < nullif(current_setting('app.sweeps', true), '')::timestamptz
)""",
)
"""Who listens reads which sessions have ended of late, whoever's they are."""


def upgrade() -> None:
    """Add the triggers; let sessions remember what was sent again, listeners what they missed."""
    execute("ALTER TABLE sign_in_session ADD COLUMN IF NOT EXISTS moved_at timestamptz")
    execute(
        "ALTER TABLE sign_in_session ADD COLUMN IF NOT EXISTS resent varchar DEFAULT 'NO' NOT NULL"
    )
    execute('GRANT UPDATE (moved_at, resent) ON sign_in_session TO :"service_role"')
    for what, said in FUNCTIONS.items():
        execute(TOLD.format(what=what, said=said))
    for statement in (*TRIGGERS, *POLICY):
        execute(statement)
    with op.get_context().autocommit_block():
        execute("DROP INDEX CONCURRENTLY IF EXISTS ix_sign_in_session_ended_at")
        execute(
            "CREATE INDEX CONCURRENTLY ix_sign_in_session_ended_at ON sign_in_session (ended_at) "
            "WHERE ended_at IS NOT NULL"
        )
