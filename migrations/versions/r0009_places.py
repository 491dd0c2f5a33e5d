"""Claims for hires are decided where the hired are insured, wherever their unit is (S10, X21).

Revision: r0009
Follows: r0008
"""

from collections.abc import Mapping
from pathlib import Path

from alembic import op

from migrations.execution import everywhere, execute, repeat

revision = "r0009"
down_revision = "r0008"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

POLICIES = Path(__file__).with_name("r0009") / "policies.sql"

PLACED = (
    "amount_difference",
    "attachment",
    "audit_finding",
    "claim",
    "claim_line",
    "clawback",
    "history",
    "payment",
    "publicity_line",
    "receipt",
)
"""Tables whose rows may lie elsewhere than their unit."""

OF_UNITS = ("attachment", "audit_finding", "claim", "history")
"""Those of them that nothing else binds to their unit."""

LINE_KEY = "fk_claim_line_unit_id_claim_id_claim_kind_claim_status"
CLAIM_KEY = "uq_claim_unit_id_id_kind_status"

IS_DECIDED_AT_PLACE = (
    "c.kind IN ('HIRING', 'SERVICE') AND c.place IS NOT NULL AND c.submitted_at IS NOT NULL "
    "AND c.status <> 'DRAFT'"
)
"""What the officers of the place decide; drafts are not theirs yet."""

LET_LINES_GO = """
    UPDATE claim_line SET at_home = NULL WHERE (unit_id, id) IN (
        SELECT l.unit_id, l.id FROM claim_line AS l
        JOIN claim AS c ON c.unit_id = l.unit_id AND c.id = l.claim_id
        WHERE l.at_home AND {decided} LIMIT 5000)"""

MOVE_CLAIMS = """
    UPDATE claim SET region = place, at_home = NULL WHERE (unit_id, id) IN (
        SELECT c.unit_id, c.id FROM claim AS c
        WHERE c.at_home AND {decided} LIMIT 5000)"""
"""The lines' foreign key takes them along."""

FOLLOW: Mapping[str, str] = {
    "payment": "l.unit_id = r.unit_id AND l.id = r.line_id",
    "publicity_line": "l.unit_id = r.unit_id AND l.id = r.line_id",
    "clawback": "l.unit_id = r.unit_id AND l.id = r.line_id",
    "amount_difference": "l.unit_id = r.unit_id AND l.id = r.line_id",
    "receipt": "l.unit_id = r.unit_id AND l.id = r.line_id",
    "audit_finding": "l.unit_id = r.unit_id AND l.id = r.record_id",
}
"""Which line each row goes along with."""

MOVE_ROWS = """
    UPDATE {table} AS t SET region = f.region, at_home = NULL FROM (
        SELECT r.unit_id, r.id, l.region FROM {table} AS r JOIN claim_line AS l ON {on}
        WHERE r.at_home AND l.at_home IS NULL LIMIT 5000) AS f
    WHERE t.unit_id = f.unit_id AND t.id = f.id"""

MOVE_FILES = """
    UPDATE attachment AS t SET region = f.region, at_home = NULL FROM (
        SELECT r.unit_id, r.id, c.region FROM attachment AS r
        JOIN claim AS c ON c.unit_id = r.unit_id AND c.id = r.record_id
        WHERE r.record = 'CLAIM' AND r.at_home AND c.at_home IS NULL LIMIT 5000) AS f
    WHERE t.unit_id = f.unit_id AND t.id = f.id"""

CONSULT = """
    INSERT INTO consulted_record (region, record_id, unit_id)
    WITH away AS (
        SELECT c.region, c.unit_id, c.id, c.bank_account_id FROM claim AS c
        JOIN unit AS u ON u.id = c.unit_id
        WHERE c.at_home IS NULL AND c.region <> u.region
    ), line AS (
        SELECT a.region, l.* FROM away AS a
        JOIN (SELECT unit_id, id, claim_id, person_id, roster_row_id, account_id,
                     proposed_account_id FROM claim_line) AS l
        ON l.unit_id = a.unit_id AND l.claim_id = a.id
    )
    SELECT region, unit_id, unit_id FROM away
    UNION SELECT region, id, unit_id FROM away
    UNION SELECT region, bank_account_id, unit_id FROM away WHERE bank_account_id IS NOT NULL
    UNION SELECT region, person_id, unit_id FROM line
    UNION SELECT region, id, unit_id FROM line
    UNION SELECT region, account_id, unit_id FROM line WHERE account_id IS NOT NULL
    UNION SELECT region, proposed_account_id, unit_id FROM line
          WHERE proposed_account_id IS NOT NULL
    UNION SELECT n.region, r.roster_id, n.unit_id FROM line AS n
          JOIN roster_row AS r ON r.unit_id = n.unit_id AND r.id = n.roster_row_id
    UNION SELECT n.region, p.id, n.unit_id FROM line AS n
          JOIN payment AS p ON p.unit_id = n.unit_id AND p.line_id = n.id
    UNION SELECT n.region, b.id, n.unit_id FROM line AS n
          JOIN clawback AS b ON b.unit_id = n.unit_id AND b.line_id = n.id
    ON CONFLICT DO NOTHING"""
"""What the new deciders read; the history of what is decided already stays where it is."""


def upgrade() -> None:
    """Let rows lie elsewhere than their unit, then send there what its officers decide."""
    for table in PLACED:
        execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS fk_{table}_unit_id_region_at_home")
    _mark_units()
    for table in PLACED:
        _place(table)
    _bind_lines_to_the_region_of_their_claim()
    execute(
        "CREATE TABLE IF NOT EXISTS consulted_record ("
        ' region varchar(6) COLLATE "C" NOT NULL,'
        " record_id uuid NOT NULL,"
        " unit_id uuid NOT NULL,"
        " CONSTRAINT pk_consulted_record PRIMARY KEY (region, record_id, unit_id),"
        " CONSTRAINT fk_consulted_record_region FOREIGN KEY (region) REFERENCES region (code),"
        " CONSTRAINT fk_consulted_record_unit_id FOREIGN KEY (unit_id) REFERENCES unit (id))"
    )
    execute("CREATE INDEX IF NOT EXISTS ix_consulted_record_unit_id ON consulted_record (unit_id)")
    for statement in POLICIES.read_text(encoding="utf-8").split(";\n"):
        if statement.strip():
            execute(statement)
    with everywhere():
        for statement in (LET_LINES_GO, MOVE_CLAIMS):
            repeat(statement.format(decided=IS_DECIDED_AT_PLACE))
        for table, on in FOLLOW.items():
            repeat(MOVE_ROWS.format(table=table, on=on))
        repeat(MOVE_FILES)
        execute(CONSULT)


def _mark_units() -> None:
    """Give units the constant that rows refer to as long as they lie where their unit does."""
    execute("ALTER TABLE unit ADD COLUMN IF NOT EXISTS at_home boolean DEFAULT true NOT NULL")
    execute("ALTER TABLE unit DROP CONSTRAINT IF EXISTS ck_unit_is_at_home")
    execute("ALTER TABLE unit ADD CONSTRAINT ck_unit_is_at_home CHECK (at_home) NOT VALID")
    execute("ALTER TABLE unit DROP CONSTRAINT IF EXISTS uq_unit_id_region_at_home")
    _make_key("unit", "uq_unit_id_region_at_home", "id, region, at_home")
    with op.get_context().autocommit_block():
        execute("ALTER TABLE unit VALIDATE CONSTRAINT ck_unit_is_at_home")


def _make_key(table: str, name: str, columns: str) -> None:
    with op.get_context().autocommit_block():
        execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        execute(f"CREATE UNIQUE INDEX CONCURRENTLY {name} ON {table} ({columns})")
    execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE USING INDEX {name}")


def _place(table: str) -> None:
    """Let a table's rows be where their unit is, as all are by now, or not.

    What the release before writes says neither, and does not move with its unit.
    """
    name = f"fk_{table}_unit_id_region_at_home"
    execute(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS at_home boolean DEFAULT true")
    execute(f"ALTER TABLE {table} ALTER COLUMN at_home DROP DEFAULT")
    execute(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (unit_id, region, at_home) "
        "REFERENCES unit (id, region, at_home) ON UPDATE CASCADE NOT VALID"
    )
    names = [name]
    if table in OF_UNITS:
        names.append(f"fk_{table}_unit_id")
        execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS fk_{table}_unit_id")
        execute(
            f"ALTER TABLE {table} ADD CONSTRAINT fk_{table}_unit_id "
            "FOREIGN KEY (unit_id) REFERENCES unit (id) NOT VALID"
        )
    with op.get_context().autocommit_block():
        for each in names:
            execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {each}")
    execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS fk_{table}_unit_id_region")


def _bind_lines_to_the_region_of_their_claim() -> None:
    """Keep a line's region by its claim's, beside kind and status."""
    execute(f"ALTER TABLE claim_line DROP CONSTRAINT IF EXISTS {LINE_KEY}_region")
    execute(f"ALTER TABLE claim DROP CONSTRAINT IF EXISTS {CLAIM_KEY}_region")
    _make_key("claim", f"{CLAIM_KEY}_region", "unit_id, id, kind, status, region")
    execute(
        f"ALTER TABLE claim_line ADD CONSTRAINT {LINE_KEY}_region "
        "FOREIGN KEY (unit_id, claim_id, claim_kind, claim_status, region) "
        "REFERENCES claim (unit_id, id, kind, status, region) ON UPDATE CASCADE NOT VALID"
    )
    with op.get_context().autocommit_block():
        execute(f"ALTER TABLE claim_line VALIDATE CONSTRAINT {LINE_KEY}_region")
    execute(f"ALTER TABLE claim_line DROP CONSTRAINT IF EXISTS {LINE_KEY}")
    execute(f"ALTER TABLE claim DROP CONSTRAINT IF EXISTS {CLAIM_KEY}")
