"""Only who may grant functions opens accounts of officials (X10, ADR 0059).

Revision: r0014
Follows: r0013
"""

from collections.abc import Mapping

from migrations.execution import execute

revision = "r0014"
down_revision = "r0013"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

REFUSE_OFFICIALS = """
CREATE OR REPLACE FUNCTION refuse_officials() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT has_table_privilege(TG_ARGV[0], 'INSERT') THEN
        RAISE insufficient_privilege USING MESSAGE = 'accounts of officials are not opened here';
    END IF;
    RETURN NEW;
END
$$
"""
"""A role that signs people in has no right to grant, and so opens nobody's account but theirs."""

TRIGGER = """
CREATE TRIGGER refuse_officials BEFORE INSERT ON account FOR EACH ROW
WHEN (NEW.role NOT IN ('PERSON', 'LEGAL_PERSON', 'UNIT_OPERATOR'))
EXECUTE FUNCTION refuse_officials('public.function_grant')
"""


def upgrade() -> None:
    """Add the trigger."""
    execute(REFUSE_OFFICIALS)
    execute("DROP TRIGGER IF EXISTS refuse_officials ON account")
    execute(TRIGGER)
