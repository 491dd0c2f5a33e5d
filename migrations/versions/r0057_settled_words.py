"""Words of appeals and objections are cleared once those are settled, and not before (X11).

Revision: r0057
Follows: r0056
"""

from collections.abc import Mapping

from migrations.execution import execute

revision = "r0057"
down_revision = "r0056"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

KEEP_WORDS = """
CREATE OR REPLACE FUNCTION keep_words() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.text <> '' OR NEW.cleared_at IS NULL
        OR coalesce(to_jsonb(OLD) ->> 'settled_at', to_jsonb(OLD) ->> 'reviewed_at') IS NULL
    THEN
        RAISE insufficient_privilege USING MESSAGE = 'what was said is cleared, and never changed';
    END IF;
    RETURN NEW;
END
$$
"""
"""Whoever has the service's role takes no word away from what is still to be decided."""


def upgrade() -> None:
    """Let words go that nobody decides on any more."""
    execute(KEEP_WORDS)
