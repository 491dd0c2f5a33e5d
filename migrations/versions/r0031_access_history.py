"""Who came in and got at data is told in chains of its own (X9, ADR 0081).

Revision: r0031
Follows: r0030
"""

from collections.abc import Mapping

from migrations.execution import execute

revision = "r0031"
down_revision = "r0030"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

STATEMENTS = (
    """CREATE TABLE access_history (
        id UUID NOT NULL,
        region VARCHAR(6) COLLATE "C" NOT NULL,
        chain VARCHAR NOT NULL,
        sequence INTEGER NOT NULL,
        hash BYTEA NOT NULL,
        key_id BYTEA,
        action VARCHAR(40) NOT NULL,
        about VARCHAR NOT NULL,
        record VARCHAR,
        reason VARCHAR,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        account_id UUID NOT NULL,
        account_name VARCHAR NOT NULL,
        role VARCHAR(40) NOT NULL,
        CONSTRAINT pk_access_history PRIMARY KEY (id),
        CONSTRAINT uq_access_history_chain_sequence UNIQUE (chain, sequence),
        CONSTRAINT fk_access_history_region FOREIGN KEY(region) REFERENCES region (code),
        CONSTRAINT fk_access_history_account_id FOREIGN KEY(account_id) REFERENCES account (id)
    )""",
    "CREATE INDEX ix_access_history_account_id_id ON access_history (account_id, id)",
    "CREATE INDEX ix_access_history_region_id ON access_history (region, id)",
    "ALTER TABLE access_history ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE access_history FORCE ROW LEVEL SECURITY",
    "DROP POLICY IF EXISTS access_history_select ON access_history",
    "DROP POLICY IF EXISTS access_history_insert ON access_history",
    "DROP POLICY IF EXISTS access_history_update ON access_history",
    "DROP POLICY IF EXISTS access_history_delete ON access_history",
    """CREATE POLICY access_history_select ON access_history FOR SELECT USING (
    account_id = nullif(current_setting('app.account', true), '')::uuid
    OR strpos(nullif(current_setting('app.seals_access', true), ''), chain) > 0
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_oversight', true),
            current_setting('app.see_high', true)), ''))
)""",
    """CREATE POLICY access_history_insert ON access_history FOR INSERT WITH CHECK (
    account_id = nullif(current_setting('app.account', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
)""",
    """CREATE POLICY access_history_update ON access_history FOR UPDATE USING (
    account_id = nullif(current_setting('app.account', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
) WITH CHECK (
    account_id = nullif(current_setting('app.account', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
)""",
    """CREATE POLICY access_history_delete ON access_history FOR DELETE USING (
    account_id = nullif(current_setting('app.account', true), '')::uuid
)""",
    'REVOKE ALL ON access_history FROM :"service_role"',
    'GRANT SELECT, INSERT ON access_history TO :"service_role"',
)

# VOLATILE, as those of r0027: each statement within sees what was committed before it.
HOLD_ACCESS_CHAINS = """
CREATE OR REPLACE FUNCTION hold_access_chains(chains text[], keys bigint[])
RETURNS TABLE (chain text, sequence integer, hash bytea) LANGUAGE plpgsql AS $$
DECLARE
    held bigint;
BEGIN
    PERFORM set_config('app.seals_access', array_to_string(chains, ','), true);
    FOREACH held IN ARRAY keys LOOP
        PERFORM pg_advisory_xact_lock(held);
    END LOOP;
    FOREACH chain IN ARRAY chains LOOP
        SELECT entry.sequence, entry.hash INTO sequence, hash FROM public.access_history AS entry
            WHERE entry.chain = hold_access_chains.chain ORDER BY entry.sequence DESC LIMIT 1;
        RETURN NEXT;
    END LOOP;
END
$$
"""


def upgrade() -> None:
    """Add the table and the function that holds its chains."""
    for statement in STATEMENTS:
        execute(statement)
    execute(HOLD_ACCESS_CHAINS)
