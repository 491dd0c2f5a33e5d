"""No migration rewrites a large table or locks it for long without saying so (ADR 0048)."""

import subprocess

import pytest

from tests.house.migration_sql import BREAKING, LONG, SQUAWK, Statement, findings

BAD = {
    "ALTER TABLE claim ADD COLUMN a uuid DEFAULT gen_random_uuid()": "adding-field-with-default",
    "ALTER TABLE claim ADD COLUMN month2 date NOT NULL": "adding-required-field",
    "ALTER TABLE claim ALTER COLUMN kind TYPE text": "changing-column-type",
    "ALTER TABLE claim ALTER COLUMN month SET NOT NULL": "adding-not-nullable-field",
    "ALTER TABLE claim ADD CONSTRAINT ck CHECK (amount >= 0)": "constraint-missing-not-valid",
    "ALTER TABLE claim ADD CONSTRAINT fk FOREIGN KEY (place) REFERENCES region (code)": (
        "adding-foreign-key-constraint"
    ),
    "ALTER TABLE claim ADD CONSTRAINT uq UNIQUE (month)": "disallowed-unique-constraint",
    "ALTER TABLE claim ADD CONSTRAINT ex EXCLUDE USING gist (place WITH =)": (
        "constraint-missing-not-valid"
    ),
    "CREATE INDEX ix ON claim (month)": "require-concurrent-index-creation",
    "CREATE UNIQUE INDEX uq\n    ON public.claim (month)": "require-concurrent-index-creation",
    "CREATE INDEX CONCURRENTLY ix ON claim (month)": (
        "ban-concurrent-index-creation-in-transaction"
    ),
    "UPDATE claim SET amount = 0": "writes-a-whole-table",
    "UPDATE claim SET amount = 0 WHERE kind = 'HIRING'": "writes-a-whole-table",
    "UPDATE claim SET amount = 0 WHERE id IN (SELECT id FROM claim LIMIT 1000)": (
        "writes-a-whole-table"
    ),
    "-- a note\nDELETE FROM claim USING unit WHERE unit.id = claim.unit_id": "writes-a-whole-table",
    "WITH gone AS (\n DELETE FROM claim RETURNING 1) SELECT count(*) FROM gone": (
        "writes-a-whole-table"
    ),
    "MERGE INTO claim USING unit ON true WHEN MATCHED THEN DELETE": "writes-a-whole-table",
    "TRUNCATE claim": "truncates",
    "LOCK TABLE claim IN EXCLUSIVE MODE": "locks",
    "VACUUM (FULL) claim": "rewrites",
    "ALTER TABLE claim SET UNLOGGED": "moves",
    "ALTER TABLE claim NO FORCE ROW LEVEL SECURITY": "lifts-policies",
    "ALTER TABLE claim ADD COLUMN hours integer CHECK (hours > 0)": "checks-a-new-column",
    "ALTER TABLE claim ATTACH PARTITION part DEFAULT": "attaches-a-partition",
    "CREATE TABLE partitions.part PARTITION OF claim FOR VALUES IN (1)": "makes-a-partition",
    "ALTER TABLE claim DROP COLUMN month": "ban-drop-column",
    "ALTER TABLE claim RENAME COLUMN month TO of_month": "renaming-column",
    "ALTER TABLE claim RENAME TO claims": "renaming-table",
    "DROP TABLE claim": "ban-drop-table",
}
GOOD = (
    "ALTER TABLE claim ADD COLUMN remark varchar",
    "ALTER TABLE claim ADD COLUMN counted boolean DEFAULT false NOT NULL",
    "ALTER TABLE claim ADD CONSTRAINT ck CHECK (amount >= 0) NOT VALID",
    "INSERT INTO parameter (id, key) VALUES ('5e2c4050-c2ee-5a96-837e-9aa6b50d772a', 'a')",
    "UPDATE parameter SET unit = 'yuan' WHERE id = '5e2c4050-c2ee-5a96-837e-9aa6b50d772a'",
    "UPDATE parameter SET unit = 'yuan' WHERE id IN ($1, $2)",
    "DROP POLICY IF EXISTS claim_update ON claim",
    "CREATE POLICY claim_update ON claim FOR UPDATE USING (true) WITH CHECK (true)",
    "GRANT UPDATE (month) ON claim TO jiuye",
    "COMMENT ON TABLE claim IS 'UPDATE claim SET amount = 0'",
)
NEW = (
    "CREATE TABLE note (id uuid NOT NULL, text varchar NOT NULL)",
    "ALTER TABLE note ADD CONSTRAINT pk_note PRIMARY KEY (id)",
    "ALTER TABLE note ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES claim (id)",
    "CREATE INDEX ix_note_text ON note (text)",
    "UPDATE note SET text = ''",
)
BATCH = "UPDATE claim SET amount = 0 WHERE id IN (SELECT id FROM claim WHERE amount > 0 LIMIT 5000)"


@pytest.mark.parametrize("sql", BAD)
def test_what_a_large_table_would_feel_is_found(sql: str) -> None:
    found = findings([Statement("ALTER TABLE unit ADD COLUMN remark varchar"), Statement(sql)])
    assert BAD[sql] in {each.rule for each in found}
    assert {each.subject for each in found} == {"claim"}


@pytest.mark.parametrize("sql", GOOD)
def test_what_it_would_not_feel_is_not(sql: str) -> None:
    assert findings([Statement(sql)]) == []


def test_a_table_that_the_migration_makes_is_not_large() -> None:
    assert findings([Statement(sql) for sql in NEW]) == []
    assert findings([Statement(sql) for sql in NEW[1:]]) != []


def test_what_commits_by_itself_may_take_a_batch_and_build_an_index() -> None:
    for sql in (BATCH, "CREATE INDEX CONCURRENTLY ix ON claim (month)"):
        assert findings([Statement(sql, in_transaction=False)]) == []
        assert findings([Statement(sql)]) != []


def test_a_constraint_is_checked_in_another_transaction_than_it_is_made_in() -> None:
    made, checked, then = (
        "ALTER TABLE claim ADD CONSTRAINT ck CHECK (month IS NOT NULL) NOT VALID",
        "ALTER TABLE claim VALIDATE CONSTRAINT ck",
        "ALTER TABLE claim ALTER COLUMN month SET NOT NULL",
    )
    apart = [Statement(made), Statement(checked, in_transaction=False), Statement(then)]
    assert findings(apart) == []
    assert findings([Statement(sql) for sql in (made, checked, then)]) != []


def test_a_block_that_nobody_can_read_is_found() -> None:
    (found,) = findings([Statement("DO $$ BEGIN DELETE FROM claim; END $$")])
    assert (found.rule, found.subject) == ("runs-a-block", "DO")


def test_what_is_no_sql_is_not_passed_over() -> None:
    with pytest.raises(AssertionError, match="syntax-error"):
        findings([Statement("ALTER TABLE claim ADD COLUMN")])


def test_the_rules_are_all_known_to_the_linter() -> None:
    """It refuses to leave out what it does not know."""
    named = ",".join(sorted(LONG | BREAKING))
    command = [SQUAWK, "--exclude", named, "--pg-version", "15"]
    assert subprocess.run(command, input="SELECT 1;", text=True, check=False).returncode == 0
