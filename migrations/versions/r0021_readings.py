"""Rows of a region are read by function, too (X10, rulebook section 5, ADR 0073).

Revision: r0021
Follows: r0020
"""

from collections.abc import Mapping
from pathlib import Path

from migrations.execution import execute

revision = "r0021"
down_revision = "r0020"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

POLICIES = Path(__file__).with_name("r0021") / "policies.sql"


def upgrade() -> None:
    """Write the policies of reading anew; what the release before states still opens all."""
    for statement in POLICIES.read_text("utf-8").split(";\n"):
        if statement:
            execute(statement)
