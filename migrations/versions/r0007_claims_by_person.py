"""Lines of claims are found by their person's name (S27); units export too (S30).

Revision: r0007
Follows: r0006
"""

from collections.abc import Mapping

from alembic import op

from migrations.execution import everywhere, execute, repeat

revision = "r0007"
down_revision = "r0006"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

EXPORTS_ON_BOTH_SIDES = """
INSERT INTO parameter (
    id, key, region, category, value, unit, effective_from, effective_to, source, confirmed,
    status, decided_at
) VALUES (
    '42fc5f02-3a80-58fd-840f-552ddff7700a', 'function.entrance', '000000', 'EXPORT_LISTS', 'BOTH',
    'entrance', '2020-01-01', NULL, '项目约定（规则手册第4节）', true, 'APPROVED',
    '2026-11-29 00:00:00+00:00'
) ON CONFLICT DO NOTHING
"""
"""Applicants export what they list, and they are on either side."""

FOLDED = "replace(translate(lower(normalize(name, NFKC)), '•・‧∙⋅．.', '·······'), ' ', '')"
"""A name as searches spell it."""


def upgrade() -> None:
    """Keep each line's name as searches spell it, and index it; lines so far are filled in."""
    execute("ALTER TABLE claim_line ADD COLUMN IF NOT EXISTS person_key varchar")
    with everywhere():
        execute(EXPORTS_ON_BOTH_SIDES)
        repeat(
            "UPDATE claim_line SET person_key = ("  # noqa: S608 - nothing from outside
            f"SELECT {FOLDED} FROM (SELECT coalesce("
            "(SELECT name FROM intern WHERE intern.unit_id = claim_line.unit_id "
            "AND intern.id = claim_line.intern_id), "
            "(SELECT name FROM trainee WHERE trainee.unit_id = claim_line.unit_id "
            "AND trainee.id = claim_line.trainee_id), "
            "(SELECT name FROM roster_row WHERE roster_row.unit_id = claim_line.unit_id "
            "AND roster_row.id = claim_line.roster_row_id), "
            "(SELECT name FROM person WHERE person.id = claim_line.person_id), '') AS name) "
            "AS known) "
            "WHERE (unit_id, id) IN (SELECT unit_id, id FROM claim_line "
            "WHERE person_key IS NULL LIMIT 5000)"
        )
    with op.get_context().autocommit_block():
        execute("DROP INDEX CONCURRENTLY IF EXISTS ix_claim_line_person_key")
        execute("CREATE INDEX CONCURRENTLY ix_claim_line_person_key ON claim_line (person_key)")
