"""${message}.

Revision: ${up_revision}
Follows: ${down_revision | comma,n}
"""

from collections.abc import Mapping

from migrations.execution import execute

revision = "${up_revision}"
down_revision = "${down_revision}"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""


def upgrade() -> None:
    """${message}."""
    execute("ALTER TABLE ")
