"""What claims of Sichuan say besides: a place of insurance, a beneficiary, whom a line pays.

Revision: 0011
Follows: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

PAYEE = ("payee_name", "payee_bank", "payee_number_masked")
PLACE = "fk_claim_place"


def upgrade() -> None:
    """Add the columns; what was claimed before has none of them."""
    op.add_column("claim", sa.Column("place", sa.String(length=6, collation="C")))
    op.add_column("claim", sa.Column("beneficiary", sa.String(40)))
    op.create_foreign_key(PLACE, "claim", "region", ["place"], ["code"])
    for column in PAYEE:
        op.add_column("claim_line", sa.Column(column, sa.String()))
    op.add_column("claim_line", sa.Column("payee_number_sealed", sa.LargeBinary()))


def downgrade() -> None:
    """Take them back."""
    for column in ("payee_number_sealed", *PAYEE):
        op.drop_column("claim_line", column)
    op.drop_constraint(PLACE, "claim", type_="foreignkey")
    for column in ("beneficiary", "place"):
        op.drop_column("claim", column)
