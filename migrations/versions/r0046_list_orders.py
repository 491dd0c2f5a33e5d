"""Lists come in the order of days and amounts from an index, for any range of regions (ADR 0088).

Revision: r0046
Follows: r0045
"""

from collections.abc import Mapping

from alembic import op

from migrations.execution import execute

revision = "r0046"
down_revision = "r0045"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

REVIEWED = (
    *("change_request", "claim", "clawback", "completion", "declaration", "intern"),
    *("monthly_report", "post", "qualification", "reduction", "training_class"),
)
EMPTY_INSTANT = "'-infinity'::timestamp with time zone"
INDEXES = {
    f"ix_{table}_{column}_id_region": f"{table} (coalesce({column}, {EMPTY_INSTANT}), id, region)"
    for table in REVIEWED
    for column in ("submitted_at", "reviewed_at")
} | {
    "ix_claim_disbursed_at_id_region": (
        f"claim (coalesce(disbursed_at, {EMPTY_INSTANT}), id, region)"
    ),
    "ix_payment_paid_on_id_region": "payment (coalesce(paid_on, '-infinity'::date), id, region)",
    "ix_monthly_report_payable_subsidy_id_region": (
        "monthly_report (coalesce(payable_subsidy, '-Infinity'::numeric), id, region)"
    ),
    "ix_claim_amount_id_region": "claim (amount, id, region)",
    "ix_claim_line_amount_id_region": "claim_line (amount, id, region)",
    "ix_clawback_amount_id_region": "clawback (amount, id, region)",
    "ix_payment_amount_id_region": "payment (amount, id, region)",
    "ix_intern_starts_on_id_region": "intern (starts_on, id, region)",
    "ix_intern_ends_on_id_region": "intern (ends_on, id, region)",
    "ix_training_class_opens_on_id_region": "training_class (opens_on, id, region)",
    "ix_claim_line_unit_id_claim_id_id": "claim_line (unit_id, claim_id, id)",
    "ix_payment_batch_id_id": "payment (batch_id, id)",
}
"""By day or amount and then by age; what is empty stands below all values."""


def upgrade() -> None:
    """Make the indexes while rows are read and written; one that was begun is made anew."""
    with op.get_context().autocommit_block():
        for name, where in INDEXES.items():
            execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            execute(f"CREATE INDEX CONCURRENTLY {name} ON {where}")
