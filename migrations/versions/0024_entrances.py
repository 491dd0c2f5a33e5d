"""Which function is offered at which entrance.

Revision: 0024
Follows: 0023
"""

from migrations.parameters import plant, uproot

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

KEY = "function.entrance"


def upgrade() -> None:
    """Insert the parameters, where a new installation has them not yet."""
    plant(KEY)


def downgrade() -> None:
    """Take them out again."""
    uproot(KEY)
