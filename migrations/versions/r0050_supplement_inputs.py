"""Supplements tell by what their first line was judged, for their controls run as well (X20, X3).

Revision: r0050
Follows: r0049
"""

from collections.abc import Mapping

from migrations.execution import everywhere, repeat

revision = "r0050"
down_revision = "r0049"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

COPY_INPUTS = """
    UPDATE claim_line AS t
    SET explanation = t.explanation || jsonb_build_object('inputs', f.inputs) FROM (
        SELECT m.unit_id, m.id, l.explanation -> 'inputs' AS inputs
        FROM claim_line AS m
        JOIN claim_line AS l ON l.unit_id = m.unit_id AND l.id = m.supplements_id
        WHERE m.supplements_id IS NOT NULL AND NOT jsonb_exists(m.explanation, 'inputs')
          AND jsonb_exists(l.explanation, 'inputs') LIMIT 5000) AS f
    WHERE t.unit_id = f.unit_id AND t.id = f.id"""
"""What was made before they were copied; a line whose kind keeps none is left as it is."""


def upgrade() -> None:
    """Give supplements the inputs of their first lines, batch by batch."""
    with everywhere():
        repeat(COPY_INPUTS)
