"""Which function is offered at which entrance.

Revision: 0023
Follows: 0022
"""

from migrations.parameters import plant, uproot

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

KEY = "function.entrance"


def upgrade() -> None:
    """Insert the parameters, where a new installation has them not yet."""
    plant(KEY)


def downgrade() -> None:
    """Take them out again."""
    uproot(KEY)
