"""Who was struck stays out of later claims (X15); money is clawed back in parts (X8).

Revision: r0002
Follows: r0001
"""

from collections.abc import Mapping

from alembic import op

from migrations.execution import everywhere, execute, repeat

revision = "r0002"
down_revision = "r0001"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""


CLAWBACK_ON_NON_COMPLETION = """
INSERT INTO parameter (
    id, key, region, category, value, unit, effective_from, effective_to, source, confirmed,
    status, decided_at
) VALUES (
    '0f78bd3e-7d4c-5b16-a2dc-0f8567b5e8b5', 'training.clawback_on_non_completion', '510000', NULL,
    'true', 'flag', '2020-01-01', NULL, '项目约定（规则手册第4节）', true, 'APPROVED',
    '2026-11-29 00:00:00+00:00'
) ON CONFLICT DO NOTHING
"""
"""Who was paid for training that they did not complete is clawed back (S33)."""


def upgrade() -> None:
    """Give lines a bar and what they follow; who was struck or failed before is barred too."""
    for column in (
        "barred boolean DEFAULT false NOT NULL",
        "readmission_reason varchar",
        "follows_id uuid",
    ):
        execute(f"ALTER TABLE claim_line ADD COLUMN IF NOT EXISTS {column}")
    execute(
        "ALTER TABLE claim_line ADD CONSTRAINT fk_claim_line_unit_id_follows_id "
        "FOREIGN KEY (unit_id, follows_id) REFERENCES claim_line (unit_id, id) NOT VALID"
    )
    with op.get_context().autocommit_block():
        execute("ALTER TABLE claim_line VALIDATE CONSTRAINT fk_claim_line_unit_id_follows_id")
        for index, unique, columns, where in (
            (
                "uq_claim_line_unit_id_claim_id_intern_id_live",
                "UNIQUE",
                "unit_id, claim_id, intern_id",
                "state NOT IN ('STRUCK', 'PUBLICITY_FAILED')",
            ),
            (
                "ix_claim_line_unit_id_follows_id",
                "",
                "unit_id, follows_id",
                "follows_id IS NOT NULL",
            ),
        ):
            execute(f"DROP INDEX CONCURRENTLY IF EXISTS {index}")
            execute(
                f"CREATE {unique} INDEX CONCURRENTLY {index} ON claim_line ({columns}) "
                f"WHERE {where}"
            )
        execute("DROP INDEX CONCURRENTLY IF EXISTS ix_claim_line_unit_id_claim_id")
        execute(
            "CREATE INDEX CONCURRENTLY ix_claim_line_unit_id_claim_id "
            "ON claim_line (unit_id, claim_id)"
        )
        execute("DROP INDEX CONCURRENTLY IF EXISTS uq_claim_line_unit_id_claim_id_intern_id")
    _keep_own_persons_of_steps()
    _take_other_accounts()
    _take_clawbacks_in_parts()
    with everywhere():
        execute(CLAWBACK_ON_NON_COMPLETION)
        repeat(
            "UPDATE claim_line SET barred = true WHERE (unit_id, id) IN "
            "(SELECT unit_id, id FROM claim_line WHERE NOT barred "
            "AND state IN ('STRUCK', 'PUBLICITY_FAILED') AND readmission_reason IS NULL "
            "LIMIT 5000)"
        )


def _take_clawbacks_in_parts() -> None:
    """Let a line be clawed back in parts, one pending at a time; keep what came back (X8)."""
    for column in (
        "recovered numeric(12, 2) DEFAULT 0 NOT NULL",
        "recovered_on date",
        "recovery_reference varchar",
    ):
        execute(f"ALTER TABLE clawback ADD COLUMN IF NOT EXISTS {column}")
    execute(
        "ALTER TABLE clawback ADD CONSTRAINT ck_clawback_recovers_at_most_all "
        "CHECK (recovered BETWEEN 0 AND amount) NOT VALID"
    )
    with op.get_context().autocommit_block():
        execute("ALTER TABLE clawback VALIDATE CONSTRAINT ck_clawback_recovers_at_most_all")
        execute("DROP INDEX CONCURRENTLY IF EXISTS uq_clawback_unit_id_line_id_pending")
        execute(
            "CREATE UNIQUE INDEX CONCURRENTLY uq_clawback_unit_id_line_id_pending "
            "ON clawback (unit_id, line_id) WHERE status = 'SUBMITTED'"
        )
        execute("DROP INDEX CONCURRENTLY IF EXISTS uq_clawback_unit_id_line_id_standing")


def _take_other_accounts() -> None:
    """Let a line be paid into another account after its payment failed (X8)."""
    for column in (
        "account_id uuid",
        "proposed_account_id uuid",
        "proposed_payee_bank varchar",
        "proposed_payee_number_sealed bytea",
        "proposed_payee_number_masked varchar",
        "account_proposed_by uuid",
    ):
        execute(f"ALTER TABLE claim_line ADD COLUMN IF NOT EXISTS {column}")
    keys = {
        "fk_claim_line_unit_id_account_id": (
            "FOREIGN KEY (unit_id, account_id) REFERENCES bank_account (unit_id, id)"
        ),
        "fk_claim_line_unit_id_proposed_account_id": (
            "FOREIGN KEY (unit_id, proposed_account_id) REFERENCES bank_account (unit_id, id)"
        ),
        "fk_claim_line_account_proposed_by": (
            "FOREIGN KEY (account_proposed_by) REFERENCES account (id)"
        ),
    }
    for name, key in keys.items():
        execute(f"ALTER TABLE claim_line ADD CONSTRAINT {name} {key} NOT VALID")
    with op.get_context().autocommit_block():
        for name in keys:
            execute(f"ALTER TABLE claim_line VALIDATE CONSTRAINT {name}")


def _keep_own_persons_of_steps() -> None:
    """Let publicity and payment keep who and when, beside the review (X9)."""
    for step in ("publicity", "disbursed"):
        execute(f"ALTER TABLE claim ADD COLUMN IF NOT EXISTS {step}_by uuid")
        execute(f"ALTER TABLE claim ADD COLUMN IF NOT EXISTS {step}_at timestamptz")
        execute(
            f"ALTER TABLE claim ADD CONSTRAINT fk_claim_{step}_by "
            f"FOREIGN KEY ({step}_by) REFERENCES account (id) NOT VALID"
        )
    with op.get_context().autocommit_block():
        for step in ("publicity", "disbursed"):
            execute(f"ALTER TABLE claim VALIDATE CONSTRAINT fk_claim_{step}_by")
