"""The register of units and official mobiles are facts; who is unverified has less room (X13, X18).

Revision: r0032
Follows: r0031
"""

from collections.abc import Mapping

from alembic import op

from migrations.execution import everywhere, execute

revision = "r0032"
down_revision = "r0031"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

STATEMENTS = (
    """CREATE TABLE IF NOT EXISTS official_mobile (
        person_id UUID NOT NULL,
        id UUID NOT NULL,
        region VARCHAR(6) COLLATE "C" NOT NULL,
        mobile_index BYTEA NOT NULL,
        mobile_sealed BYTEA NOT NULL,
        source VARCHAR NOT NULL,
        as_of DATE NOT NULL,
        void BOOLEAN DEFAULT 'false' NOT NULL,
        CONSTRAINT pk_official_mobile PRIMARY KEY (person_id, id),
        CONSTRAINT uq_official_mobile_person_id_mobile_index UNIQUE (person_id, mobile_index),
        CONSTRAINT fk_official_mobile_person_id_region FOREIGN KEY(person_id, region)
            REFERENCES person (id, region) ON UPDATE CASCADE
    )""",
    """CREATE TABLE IF NOT EXISTS registered_unit (
        id UUID NOT NULL,
        region VARCHAR(6) COLLATE "C" NOT NULL,
        credit_code VARCHAR NOT NULL,
        name VARCHAR NOT NULL,
        representative VARCHAR NOT NULL,
        representative_index BYTEA,
        standing VARCHAR(40) NOT NULL,
        source VARCHAR NOT NULL,
        as_of DATE NOT NULL,
        void BOOLEAN DEFAULT 'false' NOT NULL,
        CONSTRAINT pk_registered_unit PRIMARY KEY (id),
        CONSTRAINT fk_registered_unit_region FOREIGN KEY(region) REFERENCES region (code),
        CONSTRAINT uq_registered_unit_credit_code UNIQUE (credit_code)
    )""",
    "CREATE INDEX IF NOT EXISTS ix_registered_unit_region_id ON registered_unit (region, id)",
    "ALTER TABLE official_mobile ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE official_mobile FORCE ROW LEVEL SECURITY",
    "DROP POLICY IF EXISTS official_mobile_select ON official_mobile",
    "DROP POLICY IF EXISTS official_mobile_insert ON official_mobile",
    "DROP POLICY IF EXISTS official_mobile_update ON official_mobile",
    "DROP POLICY IF EXISTS official_mobile_delete ON official_mobile",
    """CREATE POLICY official_mobile_select ON official_mobile FOR SELECT USING (
    person_id = nullif(current_setting('app.person', true), '')::uuid
    OR strpos(nullif(current_setting('app.subjects', true), ''), person_id::text) > 0
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_persons', true),
            current_setting('app.see_high', true)), ''))
)""",
    """CREATE POLICY official_mobile_insert ON official_mobile FOR INSERT WITH CHECK (
    person_id = nullif(current_setting('app.person', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
)""",
    """CREATE POLICY official_mobile_update ON official_mobile FOR UPDATE USING (
    person_id = nullif(current_setting('app.person', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
) WITH CHECK (
    person_id = nullif(current_setting('app.person', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
)""",
    """CREATE POLICY official_mobile_delete ON official_mobile FOR DELETE USING (
    person_id = nullif(current_setting('app.person', true), '')::uuid
)""",
    'REVOKE ALL ON official_mobile FROM :"service_role"',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON official_mobile TO :"service_role"',
    "ALTER TABLE registered_unit ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE registered_unit FORCE ROW LEVEL SECURITY",
    "DROP POLICY IF EXISTS registered_unit_select ON registered_unit",
    "DROP POLICY IF EXISTS registered_unit_insert ON registered_unit",
    "DROP POLICY IF EXISTS registered_unit_update ON registered_unit",
    "DROP POLICY IF EXISTS registered_unit_delete ON registered_unit",
    """CREATE POLICY registered_unit_select ON registered_unit FOR SELECT USING (
    nullif(current_setting('app.account', true), '')::uuid IS NOT NULL
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(current_setting('app.see_high', true), ''))
)""",
    """CREATE POLICY registered_unit_insert ON registered_unit FOR INSERT WITH CHECK (
    (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
)""",
    """CREATE POLICY registered_unit_update ON registered_unit FOR UPDATE USING (
    (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
) WITH CHECK (
    (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
)""",
    "CREATE POLICY registered_unit_delete ON registered_unit FOR DELETE USING (false)",
    'REVOKE ALL ON registered_unit FROM :"service_role"',
    'GRANT SELECT, INSERT, UPDATE ON registered_unit TO :"service_role"',
)

PARAMETERS = """
INSERT INTO parameter (
    id, key, region, category, value, unit, effective_from, effective_to, source, confirmed,
    status, decided_at
) VALUES (
    '1245d378-a99b-51ca-8146-9a33105bc296', 'storage.unverified_max_kept', '000000', NULL, '100',
    'MiB', '2020-01-01', NULL, '项目约定（规则手册第4节）', true, 'APPROVED',
    '2026-11-30 00:00:00+00:00'
),
(
    '5a1fd7d1-48ba-5a98-b23f-722c5ebd5a2f', 'storage.unverified_max_per_day', '000000', NULL, '50',
    'MiB', '2020-01-01', NULL, '项目约定（规则手册第4节）', true, 'APPROVED',
    '2026-11-30 00:00:00+00:00'
),
(
    '1f65da75-a9d8-54a9-8f1c-d577412a70b4', 'unit.register_verifies', '000000', NULL, 'true',
    'flag', '2020-01-01', NULL, '项目约定（规则手册第4节）', true, 'APPROVED',
    '2026-11-30 00:00:00+00:00'
),
(
    'cbb17146-623a-5f83-b504-8b20ded111f0', 'counter.official_mobile_months', '000000', NULL, '12',
    'months', '2020-01-01', NULL, '项目约定（规则手册第4节）', true, 'APPROVED',
    '2026-11-30 00:00:00+00:00'
)
ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    """Add the tables, the parameters, and the index by which the worker finds unverified units."""
    for statement in STATEMENTS:
        execute(statement)
    with everywhere():
        execute(PARAMETERS)
    with op.get_context().autocommit_block():
        execute("DROP INDEX CONCURRENTLY IF EXISTS ix_unit_unverified")
        execute(
            "CREATE INDEX CONCURRENTLY ix_unit_unverified ON unit (id) WHERE verified_at IS NULL"
        )
