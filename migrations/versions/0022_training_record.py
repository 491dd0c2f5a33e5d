"""A trainee tells by itself for which course, and of whom: the person sees no more than the row.

Revision: 0022
Follows: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

COURSE = "fk_trainee_course_id"


def upgrade() -> None:
    """Add the columns; trainees of before tell them from their class's next submission on."""
    op.add_column("trainee", sa.Column("course_id", sa.Uuid()))
    op.add_column("trainee", sa.Column("unit_name", sa.String()))
    op.create_foreign_key(COURSE, "trainee", "course", ["course_id"], ["id"])
    op.create_index("ix_trainee_course_id", "trainee", ["course_id"])


def downgrade() -> None:
    """Take all of it back."""
    op.drop_index("ix_trainee_course_id", "trainee")
    op.drop_constraint(COURSE, "trainee")
    op.drop_column("trainee", "unit_name")
    op.drop_column("trainee", "course_id")
