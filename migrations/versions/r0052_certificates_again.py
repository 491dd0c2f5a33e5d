"""A certificate that was ended may be added again, and stand beside two accounts (J3).

Revision: r0052
Follows: r0051
"""

from collections.abc import Mapping

from alembic import op

from migrations.execution import execute

revision = "r0052"
down_revision = "r0051"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

INDEXES = {
    "uq_client_certificate_account_id_fingerprint": (
        "(account_id, fingerprint) WHERE ended_at IS NULL"
    ),
    "uq_client_certificate_fingerprint_program": (
        "(fingerprint) WHERE ended_at IS NULL AND functions IS NOT NULL"
    ),
}


def upgrade() -> None:
    """Bind what is open alone, and only then let go of what bound all."""
    with op.get_context().autocommit_block():
        for name, key in INDEXES.items():
            execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            execute(f"CREATE UNIQUE INDEX CONCURRENTLY {name} ON client_certificate {key}")
    execute(
        "ALTER TABLE client_certificate DROP CONSTRAINT IF EXISTS uq_client_certificate_fingerprint"
    )
