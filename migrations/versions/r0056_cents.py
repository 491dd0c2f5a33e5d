"""Lists come in the order of amounts from a place on, for any range of regions (ADR 0088).

PostgreSQL takes comparisons of `numeric` for leaky, so below policies no index looks for a place by
them: a further page read all pages before it. Whole numbers of cents are compared in an index.

Revision: r0056
Follows: r0055
"""

from collections.abc import Mapping

from alembic import op

from migrations.execution import everywhere, execute, walk

revision = "r0056"
down_revision = "r0055"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

AMOUNTS = {
    "claim": "amount",
    "claim_line": "amount",
    "clawback": "amount",
    "payment": "amount",
    "monthly_report": "payable_subsidy",
}

COUNT_CENTS = """
CREATE OR REPLACE FUNCTION count_{column}_cents() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.{column}_cents := NEW.{column} * 100;
    RETURN NEW;
END
$$
"""

FILL = """
UPDATE {table} SET {column}_cents = {column} * 100
WHERE :batch AND {column}_cents IS NULL AND {column} IS NOT NULL
"""


def upgrade() -> None:
    """Add a column that a trigger keeps, fill it, and index lists by it instead of the amount."""
    for column in sorted({*AMOUNTS.values()}):
        execute(COUNT_CENTS.format(column=column))
    for table, column in AMOUNTS.items():
        execute(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {column}_cents bigint")
        execute(
            f"CREATE OR REPLACE TRIGGER count_cents BEFORE INSERT OR UPDATE OF {column} "
            f"ON {table} FOR EACH ROW EXECUTE FUNCTION count_{column}_cents()"
        )
    with everywhere():
        for table, column in AMOUNTS.items():
            walk(table, ["unit_id", "id"], FILL.format(table=table, column=column))
    with op.get_context().autocommit_block():
        for table, column in AMOUNTS.items():
            key, name = f"{column}_cents", f"ix_{table}_{column}_cents_id_region"
            below = f"(CASE WHEN {key} IS NULL THEN '-9223372036854775808'::bigint ELSE {key} END)"
            execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            execute(f"CREATE INDEX CONCURRENTLY {name} ON {table} ({below}, id, region)")
            execute(f"DROP INDEX CONCURRENTLY IF EXISTS ix_{table}_{column}_id_region")
