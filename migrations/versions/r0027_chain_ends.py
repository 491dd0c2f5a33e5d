"""Chains of the history are held, and their ends read, in one statement (X9, ADR 0024).

Revision: r0027
Follows: r0026
"""

from collections.abc import Mapping

from migrations.execution import execute

revision = "r0027"
down_revision = "r0026"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

# VOLATILE, which they are by default: each statement within sees what was committed before it.
# Policies bind them as they bind whoever calls.
HOLD_UNIT_CHAINS = """
CREATE OR REPLACE FUNCTION hold_unit_chains(units uuid[])
RETURNS TABLE (unit uuid, name text, sequence integer, hash bytea) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('app.chains', array_to_string(units, ','), true);
    FOREACH unit IN ARRAY units LOOP
        SELECT known.name INTO name FROM public.unit AS known
            WHERE known.id = unit FOR NO KEY UPDATE;
        SELECT entry.sequence, entry.hash INTO sequence, hash FROM public.history AS entry
            WHERE entry.unit_id = unit ORDER BY entry.sequence DESC LIMIT 1;
        RETURN NEXT;
    END LOOP;
END
$$
"""

HOLD_OFFICE_CHAINS = """
CREATE OR REPLACE FUNCTION hold_office_chains(regions text[], keys bigint[])
RETURNS TABLE (region text, sequence integer, hash bytea) LANGUAGE plpgsql AS $$
DECLARE
    held bigint;
BEGIN
    PERFORM set_config('app.seals', array_to_string(regions, ','), true);
    FOREACH held IN ARRAY keys LOOP
        PERFORM pg_advisory_xact_lock(held);
    END LOOP;
    FOREACH region IN ARRAY regions LOOP
        SELECT entry.sequence, entry.hash INTO sequence, hash FROM public.office_history AS entry
            WHERE entry.region = hold_office_chains.region ORDER BY entry.sequence DESC LIMIT 1;
        RETURN NEXT;
    END LOOP;
END
$$
"""


def upgrade() -> None:
    """Add the functions."""
    execute(HOLD_UNIT_CHAINS)
    execute(HOLD_OFFICE_CHAINS)
