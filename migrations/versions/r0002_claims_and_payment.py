"""Who was struck stays out of later claims for the same thing, unless readmitted (X15).

Revision: r0002
Follows: r0001
"""

from collections.abc import Mapping

from alembic import op

from migrations.execution import everywhere, execute, repeat

revision = "r0002"
down_revision = "r0001"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""


def upgrade() -> None:
    """Give lines a bar and what they follow; who was struck or failed before is barred too."""
    for column in (
        "barred boolean DEFAULT false NOT NULL",
        "readmission_reason varchar",
        "follows_id uuid",
    ):
        execute(f"ALTER TABLE claim_line ADD COLUMN IF NOT EXISTS {column}")
    execute(
        "ALTER TABLE claim_line ADD CONSTRAINT fk_claim_line_unit_id_follows_id "
        "FOREIGN KEY (unit_id, follows_id) REFERENCES claim_line (unit_id, id) NOT VALID"
    )
    with op.get_context().autocommit_block():
        execute("ALTER TABLE claim_line VALIDATE CONSTRAINT fk_claim_line_unit_id_follows_id")
        for index, unique, columns, where in (
            (
                "uq_claim_line_unit_id_claim_id_intern_id_live",
                "UNIQUE",
                "unit_id, claim_id, intern_id",
                "state NOT IN ('STRUCK', 'PUBLICITY_FAILED')",
            ),
            (
                "ix_claim_line_unit_id_follows_id",
                "",
                "unit_id, follows_id",
                "follows_id IS NOT NULL",
            ),
        ):
            execute(f"DROP INDEX CONCURRENTLY IF EXISTS {index}")
            execute(
                f"CREATE {unique} INDEX CONCURRENTLY {index} ON claim_line ({columns}) "
                f"WHERE {where}"
            )
        execute("DROP INDEX CONCURRENTLY IF EXISTS uq_claim_line_unit_id_claim_id_intern_id")
    with everywhere():
        repeat(
            "UPDATE claim_line SET barred = true WHERE (unit_id, id) IN "
            "(SELECT unit_id, id FROM claim_line WHERE NOT barred "
            "AND state IN ('STRUCK', 'PUBLICITY_FAILED') AND readmission_reason IS NULL "
            "LIMIT 5000)"
        )
