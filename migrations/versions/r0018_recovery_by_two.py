"""An account is given back by two officers, after a time in which its holder may stop it (X2, X18).

Revision: r0018
Follows: r0017
"""

from collections.abc import Mapping

from migrations.execution import everywhere, execute

revision = "r0018"
down_revision = "r0017"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

NEW_COLUMNS = (
    "ALTER TABLE account_appeal ADD COLUMN lodged_by UUID",
    "ALTER TABLE account_appeal ADD COLUMN proposed_by UUID",
    "ALTER TABLE account_appeal ADD COLUMN proposed_by_name VARCHAR",
    "ALTER TABLE account_appeal ADD COLUMN proposed_at TIMESTAMP WITH TIME ZONE",
    "ALTER TABLE account_appeal ADD COLUMN proposed_as VARCHAR",
    "ALTER TABLE account_appeal ADD COLUMN proposed_hash BYTEA",
    "ALTER TABLE account_appeal ADD COLUMN opens_on DATE",
    "GRANT UPDATE (proposed_by, proposed_by_name, proposed_at, proposed_as, proposed_hash, "
    'opens_on) ON account_appeal TO :"service_role"',
    "ALTER TABLE unit ADD COLUMN barred_officers JSONB DEFAULT '[]' NOT NULL",
)

PARAMETERS = """
INSERT INTO parameter (
    id, key, region, category, value, unit, effective_from, effective_to, source, confirmed,
    status, decided_at
) VALUES (
    'c0181d9e-b81e-52e4-b3d9-6b6c4f560972', 'recovery.waiting_days', '000000', NULL, '3', 'days',
    '2020-01-01', NULL, '项目约定（规则手册第4节）', true, 'APPROVED', '2026-11-30 00:00:00+00:00'
), (
    '73971bb0-af12-5cb3-aef1-3b29eaf19e9d', 'recovery.barred_days', '000000', NULL, '180', 'days',
    '2020-01-01', NULL, '项目约定（规则手册第4节）', true, 'APPROVED', '2026-11-30 00:00:00+00:00'
) ON CONFLICT DO NOTHING
"""
"""How long a holder may stop a recovery, and who settled it does not review the unit."""


def upgrade() -> None:
    """Add the columns and the figures; what was settled before stays as it is."""
    for statement in NEW_COLUMNS:
        execute(statement)
    with everywhere():
        execute(PARAMETERS)
