"""The worker seals contacts of objections and appeals anew with another key (ADR 0062).

Revision: r0017
Follows: r0016
"""

from collections.abc import Mapping

from migrations.execution import execute

revision = "r0017"
down_revision = "r0016"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

GRANTS = (
    'GRANT UPDATE (contact_name_sealed, contact_mobile_sealed) ON objection TO :"service_role"',
    "GRANT UPDATE (id_number_sealed, contact_name_sealed, contact_mobile_sealed)"
    ' ON account_appeal TO :"service_role"',
)


def upgrade() -> None:
    """Let the service write the sealed columns of what otherwise stays as it was said."""
    for statement in GRANTS:
        execute(statement)
