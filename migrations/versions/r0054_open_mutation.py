"""A mutation finds out with its BEGIN whether what its process knows still holds (ADR 0101).

Revision: r0054
Follows: r0053
"""

from collections.abc import Mapping

from migrations.execution import execute

revision = "r0054"
down_revision = "r0053"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

# The message that begins a transaction answers with a number of rows and nothing else: 1 for a
# request that was written under its key, 2 for grants that are as known, 4 for a policy that is.
# VOLATILE, so that each statement within sees what was committed while the one before it waited.
# Policies bind them as they bind whoever calls.
OPEN_MUTATION = """
CREATE OR REPLACE FUNCTION open_mutation(
    whose uuid, keys text[], named text, digest bytea, sent timestamptz,
    functions text, today date, policy text
)
RETURNS SETOF boolean LANGUAGE plpgsql AS $$
DECLARE
    told integer := 0;
BEGIN
    IF keys IS NOT NULL THEN
        INSERT INTO public.request AS kept (account_id, key, mutation, input_hash, answer, at)
            SELECT whose, keys[1], named, digest, 'null'::jsonb, sent
            WHERE NOT EXISTS (
                SELECT FROM public.request AS known
                WHERE known.account_id = whose AND known.key = ANY (keys[2:])
            )
            ON CONFLICT DO NOTHING;
        IF FOUND THEN
            told := told + 1;
        END IF;
    END IF;
    IF functions IS NOT NULL AND functions = (
        SELECT coalesce(
            string_agg(DISTINCT held.function::text, ',' ORDER BY held.function::text), ''
        )
        FROM public.function_grant AS held
        JOIN public.account AS holder ON holder.id = held.account_id
        WHERE held.account_id = whose AND NOT held.revoked AND holder.active
            AND held.valid_from <= today AND (held.valid_to IS NULL OR held.valid_to >= today)
    ) THEN
        told := told + 2;
    END IF;
    IF policy IS NOT NULL AND policy = (
        SELECT concat(count(*), ' ', bit_xor(hashtextextended(concat(known.ctid, known.xmin), 0)))
        FROM public.parameter AS known
    ) THEN
        told := told + 4;
    END IF;
    RETURN QUERY SELECT true FROM generate_series(1, told);
END
$$
"""


def upgrade() -> None:
    """Add the function."""
    execute(OPEN_MUTATION)
