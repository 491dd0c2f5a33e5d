"""Lists of a whole city or province come in order from an index, unsorted (ADR 0088).

Revision: r0038
Follows: r0037
"""

from collections.abc import Mapping

from alembic import op

from migrations.execution import execute

revision = "r0038"
down_revision = "r0037"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

INDEXES = {
    "ix_person_id_region": "person (id, region)",
    "ix_person_name_id_region": "person (name, id, region)",
    "ix_unit_id_region": "unit (id, region)",
    "ix_unit_name_id_region": "unit (name, id, region)",
    "ix_account_id_region": "account (id, region)",
    "ix_account_name_id_region": "account (name, id, region)",
    "ix_bank_account_id_region": "bank_account (id, region)",
    "ix_audit_finding_id_region": "audit_finding (id, region)",
    "ix_audit_finding_state_id_region": "audit_finding (state, id, region)",
    "ix_change_request_id_region": "change_request (id, region)",
    "ix_change_request_status_id_region": "change_request (status, id, region)",
    "ix_declaration_id_region": "declaration (id, region)",
    "ix_declaration_status_id_region": "declaration (status, id, region)",
    "ix_post_id_region": "post (id, region)",
    "ix_post_name_id_region": "post (name, id, region)",
    "ix_post_status_id_region": "post (status, id, region)",
    "ix_qualification_id_region": "qualification (id, region)",
    "ix_qualification_status_id_region": "qualification (status, id, region)",
    "ix_intern_id_region": "intern (id, region)",
    "ix_intern_name_id_region": "intern (name, id, region)",
    "ix_intern_status_id_region": "intern (status, id, region)",
    "ix_training_class_id_region": "training_class (id, region)",
    "ix_training_class_status_id_region": "training_class (status, id, region)",
    "ix_claim_id_region": "claim (id, region)",
    "ix_claim_status_id_region": "claim (status, id, region)",
    "ix_completion_id_region": "completion (id, region)",
    "ix_completion_status_id_region": "completion (status, id, region)",
    "ix_monthly_report_id_region": "monthly_report (id, region)",
    "ix_monthly_report_month_id_region": "monthly_report (month, id, region)",
    "ix_monthly_report_status_id_region": "monthly_report (status, id, region)",
    "ix_reduction_id_region": "reduction (id, region)",
    "ix_reduction_status_id_region": "reduction (status, id, region)",
    "ix_roster_id_region": "roster (id, region)",
    "ix_roster_state_id_region": "roster (state, id, region)",
    "ix_claim_line_id_region": "claim_line (id, region)",
    "ix_claim_line_state_id_region": "claim_line (state, id, region)",
    "ix_clawback_id_region": "clawback (id, region)",
    "ix_clawback_status_id_region": "clawback (status, id, region)",
    "ix_payment_id_region": "payment (id, region)",
    "ix_payment_state_id_region": "payment (state, id, region)",
    "ix_amount_difference_id_region": "amount_difference (id, region)",
    "ix_amount_difference_state_id_region": "amount_difference (state, id, region)",
    "ix_objection_id_region": "objection (id, region)",
    "ix_objection_status_id_region": "objection (status, id, region)",
    "ix_receipt_id_region": "receipt (id, region)",
}
"""By age, and by state, month or name and then by age, whatever the range of regions."""


def upgrade() -> None:
    """Make the indexes while rows are read and written; one that was begun is made anew."""
    with op.get_context().autocommit_block():
        for name, where in INDEXES.items():
            execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            execute(f"CREATE INDEX CONCURRENTLY {name} ON {where}")
