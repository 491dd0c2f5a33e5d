"""Numbers are found by several blind indexes, and claimed ones are kept to be indexed anew (X11).

Revision: r0037
Follows: r0036
"""

from collections.abc import Mapping
from pathlib import Path

from migrations.execution import execute

revision = "r0037"
down_revision = "r0036"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

STATEMENTS = (
    "ALTER TABLE account ADD COLUMN claimed_sealed BYTEA",
    "GRANT UPDATE (claimed_sealed, claimed_index, holder_sealed, holder_index)"
    ' ON account TO :"service_role"',
    'GRANT UPDATE (contact_mobile_index) ON objection TO :"service_role"',
    'GRANT UPDATE (id_number_index, contact_mobile_index) ON account_appeal TO :"service_role"',
)

POLICIES = Path(__file__).with_name("r0037") / "policies.sql"


def upgrade() -> None:
    """Add the column, and open a person to whoever knows the number by any of its indexes."""
    for statement in (*STATEMENTS, *POLICIES.read_text("utf-8").split(";\n")):
        if statement:
            execute(statement)
