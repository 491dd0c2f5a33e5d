"""Former names of units, declaring anew (J7), persons' appeals, Jilin's hotline (J2).

Revision: r0006
Follows: r0005
"""

from collections.abc import Mapping

from alembic import op

from migrations.execution import everywhere, execute

revision = "r0006"
down_revision = "r0005"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {
    "account_appeal.credit_code": "empty of persons' appeals, which the release before has none of"
}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

HOTLINE = """
INSERT INTO parameter (
    id, key, region, category, value, unit, effective_from, effective_to, source, confirmed,
    status, decided_at
) VALUES (
    '47602ee7-313a-5776-9cbd-f72ccc8cf895', 'hotline', '220000', NULL, '0431-80767550',
    'telephone', '2020-01-01', NULL, '吉林省就业见习单位端操作手册', true, 'APPROVED',
    '2026-11-29 00:00:00+00:00'
) ON CONFLICT DO NOTHING
"""
"""Whom to call in Jilin (J2)."""

OLD_NAME_DAYS = """
INSERT INTO parameter (
    id, key, region, category, value, unit, effective_from, effective_to, source, confirmed,
    status, decided_at
) VALUES (
    '78b005eb-a772-5847-9d9b-a767afb1c787', 'unit.old_name_days', '000000', NULL, '365', 'days',
    '2020-01-01', NULL, '项目约定（规则手册第4节）', true, 'APPROVED', '2026-11-29 00:00:00+00:00'
) ON CONFLICT DO NOTHING
"""
"""For how long a unit's accounts serve that are in a name it had before (J7)."""


def upgrade() -> None:
    """Keep units' former names, let those declare anew whose status was lost, add parameters."""
    _take_appeals_of_persons()
    execute("ALTER TABLE unit ADD COLUMN IF NOT EXISTS former_names JSONB DEFAULT '[]' NOT NULL")
    with op.get_context().autocommit_block():
        execute("DROP INDEX CONCURRENTLY IF EXISTS uq_declaration_unit_id_counting")
        execute(
            "CREATE UNIQUE INDEX CONCURRENTLY uq_declaration_unit_id_counting "
            "ON declaration (unit_id) WHERE status NOT IN ('WITHDRAWN', 'REFUSED') "
            "AND end_kind IS DISTINCT FROM 'STATUS_LOST'"
        )
        execute("DROP INDEX CONCURRENTLY IF EXISTS uq_declaration_unit_id_standing")
    with everywhere():
        execute(HOTLINE)
        execute(OLD_NAME_DAYS)


def _take_appeals_of_persons() -> None:
    """Let an appeal be about a person's own account, who is known by their ID number (J2)."""
    for column in (
        "person_id uuid",
        "id_number_sealed bytea",
        "id_number_index bytea",
        "id_number_masked varchar",
        'stated_region varchar(6) COLLATE "C"',
    ):
        execute(f"ALTER TABLE account_appeal ADD COLUMN IF NOT EXISTS {column}")
    execute("ALTER TABLE account_appeal ALTER COLUMN credit_code DROP NOT NULL")
    rules = {
        "fk_account_appeal_person_id": "FOREIGN KEY (person_id) REFERENCES person (id)",
        "fk_account_appeal_stated_region": "FOREIGN KEY (stated_region) REFERENCES region (code)",
        "ck_account_appeal_of_a_unit_or_of_a_person": (
            "CHECK ((credit_code IS NULL) <> (id_number_index IS NULL))"
        ),
    }
    for name, rule in rules.items():
        execute(f"ALTER TABLE account_appeal DROP CONSTRAINT IF EXISTS {name}")
        execute(f"ALTER TABLE account_appeal ADD CONSTRAINT {name} {rule} NOT VALID")
    with op.get_context().autocommit_block():
        for name in rules:
            execute(f"ALTER TABLE account_appeal VALIDATE CONSTRAINT {name}")
