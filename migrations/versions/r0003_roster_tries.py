"""Tries of a roster's check (S10), whence a person's facts are, a call's faults (X13).

Revision: r0003
Follows: r0002
"""

from collections.abc import Mapping

from migrations.execution import execute

revision = "r0003"
down_revision = "r0002"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""


def upgrade() -> None:
    """Count tries, keep whence each of a person's facts is, and which rows of a call failed."""
    execute("ALTER TABLE roster ADD COLUMN tries INTEGER DEFAULT 0 NOT NULL")
    execute("ALTER TABLE person ADD COLUMN told_of JSONB DEFAULT '{}' NOT NULL")
    execute("ALTER TABLE fact_load ADD COLUMN faults JSONB DEFAULT '[]' NOT NULL")
