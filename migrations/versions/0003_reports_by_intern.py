"""One index of reports less: a unit's month is found by unit and intern.

With both, a generic plan takes the wrong one for the reports of many interns, and reads every
report of their units.

Revision: 0003
Follows: 0002
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Drop the index."""
    op.drop_index("ix_monthly_report_unit_id_month", "monthly_report")


def downgrade() -> None:
    """Make it again."""
    op.create_index("ix_monthly_report_unit_id_month", "monthly_report", ["unit_id", "month"])
