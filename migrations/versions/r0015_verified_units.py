"""Units that an office has found to be who they claim to be (X18).

Revision: r0015
Follows: r0014
"""

from collections.abc import Mapping

from migrations.execution import everywhere, execute, repeat

revision = "r0015"
down_revision = "r0014"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

DECIDED = """UPDATE unit SET verified_at = now() WHERE id IN (
    SELECT u.id FROM unit AS u WHERE u.verified_at IS NULL AND (
        EXISTS (SELECT FROM declaration AS d WHERE d.unit_id = u.id AND d.reviewed_at IS NOT NULL)
        OR EXISTS (
            SELECT FROM qualification AS q WHERE q.unit_id = u.id AND q.reviewed_at IS NOT NULL)
        OR EXISTS (SELECT FROM claim AS c WHERE c.unit_id = u.id AND c.reviewed_at IS NOT NULL))
    LIMIT 5000)"""
"""Units on whose word an officer has decided before: they were seen then."""


def upgrade() -> None:
    """Add the column; whoever registered and was never decided on is verified from now on."""
    execute("ALTER TABLE unit ADD COLUMN IF NOT EXISTS verified_at TIMESTAMP WITH TIME ZONE")
    with everywhere():
        repeat(DECIDED)
