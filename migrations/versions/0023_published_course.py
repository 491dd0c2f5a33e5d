"""Which course and class a published trainee is of (S26).

Revision: 0023
Follows: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TOLD = ("course_name", "class_number")


def upgrade() -> None:
    """Add what is shown of a trainee besides."""
    for name in TOLD:
        op.add_column("publicity_line", sa.Column(name, sa.String()))


def downgrade() -> None:
    """Take it back."""
    for name in TOLD:
        op.drop_column("publicity_line", name)
