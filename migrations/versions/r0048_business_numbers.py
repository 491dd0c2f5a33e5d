"""Declarations, interns and claims have a number that one can say on the telephone (X26).

Revision: r0048
Follows: r0047
"""

from collections.abc import Mapping

from alembic import op

from migrations.execution import everywhere, execute, repeat, unbound

revision = "r0048"
down_revision = "r0047"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {
    "number_series": "a row for each series, locked for one statement a table",
}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

PREFIXES = {"declaration": "SB", "intern": "RY", "claim": "BT"}

NUMBER_SOME = """
UPDATE {table} AS record
SET business_number = numbered.series || '-' || lpad(nth, greatest(5, length(nth)), '0')
FROM (
    SELECT unit_id, id, chosen.series, (coalesce(last, 0) + row_number() OVER (
        PARTITION BY chosen.series ORDER BY submitted_at, id
    ))::text AS nth
    FROM (
        SELECT unit_id, id, submitted_at, '{prefix}-' || region || '-'
            || to_char(submitted_at AT TIME ZONE 'Asia/Shanghai', 'YYYY') AS series
        FROM {table} WHERE business_number IS NULL AND submitted_at IS NOT NULL
        ORDER BY submitted_at, id LIMIT 5000
    ) AS chosen
    LEFT JOIN (
        SELECT left(business_number, 14) AS series, max(substr(business_number, 16)::int) AS last
        FROM {table} WHERE business_number IS NOT NULL GROUP BY 1
    ) AS given ON given.series = chosen.series
) AS numbered
WHERE record.unit_id = numbered.unit_id AND record.id = numbered.id
AND record.business_number IS NULL
"""
"""In the order of submission, region by region and year by year."""

BEGIN_SERIES = """
INSERT INTO number_series (bucket, last)
SELECT 'business-number:' || left(business_number, 14), max(substr(business_number, 16)::int)
FROM {table} WHERE business_number IS NOT NULL GROUP BY 1
ON CONFLICT (bucket) DO UPDATE SET last = greatest(number_series.last, excluded.last)
"""


def upgrade() -> None:
    """Add the column, number what was submitted, and let the next number follow."""
    for table in PREFIXES:
        execute(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS business_number varchar")
    with op.get_context().autocommit_block():
        for table in PREFIXES:
            name = f"uq_{table}_business_number"
            execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            execute(f"CREATE UNIQUE INDEX CONCURRENTLY {name} ON {table} (business_number)")
    with everywhere():
        for table, prefix in PREFIXES.items():
            repeat(NUMBER_SOME.format(table=table, prefix=prefix))
        with unbound("number_series"):  # a series is found by who knows its name
            for table in PREFIXES:
                execute(BEGIN_SERIES.format(table=table))
