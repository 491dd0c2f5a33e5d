"""Where contributions were posted (S10).

Revision: r0004
Follows: r0003
"""

from migrations.execution import execute

revision = "r0004"
down_revision = "r0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what facts tell from now on."""
    execute('ALTER TABLE insurance_contribution ADD COLUMN place varchar(6) COLLATE "C"')
