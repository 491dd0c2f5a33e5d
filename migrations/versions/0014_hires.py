"""Lines for hires: at which employer, in which group, since when; what controls found when.

Whom a decision is about is looked for in the list as it is spelled: the policies of persons' tables
are written anew.

Revision: 0014
Follows: 0013
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.policies import secure
from models import Owner

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLE = "claim_line"
ROW = "fk_claim_line_unit_id_roster_row_id"
ONCE = "uq_claim_line_person_id_employer_code_hired"
OF_PERSONS = (
    "insurance_contribution",
    "unemployment_registration",
    "transfer_employment",
    "labour_contract",
)


def upgrade() -> None:
    """Add the columns; no claim of these kinds has lines yet."""
    for column in _columns():
        op.add_column(TABLE, column)
    op.create_foreign_key(ROW, TABLE, "roster_row", ["unit_id", "roster_row_id"], ["unit_id", "id"])
    op.create_index("ix_claim_line_unit_id_roster_row_id", TABLE, ["unit_id", "roster_row_id"])
    op.create_index(
        ONCE,
        TABLE,
        ["person_id", "employer_code", "claim_kind"],
        unique=True,
        postgresql_where=sa.text("held AND employer_code IS NOT NULL"),
    )
    for table in OF_PERSONS:
        secure(table, Owner.PERSON)
    secure("person", Owner.PERSON_ITSELF)
    secure("internship_term", Owner.UNIT_ABOUT_PERSON)


def downgrade() -> None:
    """Take them back."""
    op.drop_index(ONCE, TABLE)
    op.drop_index("ix_claim_line_unit_id_roster_row_id", TABLE)
    op.drop_constraint(ROW, TABLE, type_="foreignkey")
    for column in reversed(_columns()):
        op.drop_column(TABLE, column.name)


def _columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("roster_row_id", sa.Uuid()),
        sa.Column("employer_code", sa.String()),
        sa.Column("employer_name", sa.String()),
        sa.Column("hire_group", sa.String(40)),
        sa.Column("hired_on", sa.Date()),
        sa.Column("contract_starts_on", sa.Date()),
        sa.Column("contract_ends_on", sa.Date()),
        sa.Column("judgements", JSONB(), server_default="[]", nullable=False),
    ]
