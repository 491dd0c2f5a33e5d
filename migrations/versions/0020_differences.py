"""What approved lines would come to by back-dated parameters, and lines that supplement others.

Revision: 0020
Follows: 0018
"""

import sqlalchemy as sa
from alembic import op

from migrations.policies import secure, unbound
from models import Owner

revision = "0020"
down_revision = "0018"
branch_labels = None
depends_on = None

ONCE = {
    "uq_claim_line_person_id_mentored": (["person_id"], "held AND claim_kind = 'MENTORING'"),
    "uq_claim_line_person_id_employer_code_hired": (
        ["person_id", "employer_code", "claim_kind"],
        "held AND employer_code IS NOT NULL",
    ),
}
FIRST = "fk_claim_line_unit_id_supplements_id"
TABLE = "amount_difference"
POINTS_AT = {"line_id": "claim_line", "supplement_id": "claim_line", "clawback_id": "clawback"}


def upgrade() -> None:
    """Add the table and the columns; what is approved by now was judged on all there is."""
    op.add_column("claim_line", sa.Column("supplements_id", sa.Uuid()))
    pair = ["unit_id", "supplements_id"]
    op.create_foreign_key(FIRST, "claim_line", "claim_line", pair, ["unit_id", "id"])
    op.create_index(
        "ix_claim_line_unit_id_supplements_id",
        "claim_line",
        pair,
        postgresql_where="supplements_id IS NOT NULL",
    )
    _hold_once(" AND supplements_id IS NULL")
    op.add_column("parameter", sa.Column("examined_at", sa.DateTime(timezone=True)))
    op.add_column("parameter", sa.Column("examined_to", sa.Uuid()))
    with unbound("parameter"):
        op.execute("UPDATE parameter SET examined_at = now() WHERE status = 'APPROVED'")
    op.create_index(
        "ix_parameter_to_examine",
        "parameter",
        ["decided_at"],
        postgresql_where="status = 'APPROVED' AND examined_at IS NULL",
    )
    _create_difference()


def downgrade() -> None:
    """Take them back; supplementary lines become ordinary ones, of which two may hold a person."""
    op.drop_table(TABLE)
    op.drop_index("ix_parameter_to_examine", "parameter")
    for column in ("examined_to", "examined_at"):
        op.drop_column("parameter", column)
    _hold_once("")
    op.drop_index("ix_claim_line_unit_id_supplements_id", "claim_line")
    op.drop_constraint(FIRST, "claim_line", type_="foreignkey")
    op.drop_column("claim_line", "supplements_id")


def _hold_once(but: str) -> None:
    for name, (columns, held) in ONCE.items():
        op.drop_index(name, "claim_line")
        where = sa.text(f"{held}{but}")
        op.create_index(name, "claim_line", columns, unique=True, postgresql_where=where)


def _create_difference() -> None:
    op.create_table(
        TABLE,
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("parameter_id", sa.Uuid(), nullable=False),
        sa.Column("granted", sa.Numeric(12, 2), nullable=False),
        sa.Column("due", sa.Numeric(12, 2), nullable=False),
        sa.Column("explanation", sa.dialects.postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("supplement_id", sa.Uuid()),
        sa.Column("clawback_id", sa.Uuid()),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("state <> 'OPEN' OR granted <> due", name="differs"),
        sa.ForeignKeyConstraint(
            ["unit_id", "region"],
            ["unit.id", "unit.region"],
            name="fk_amount_difference_unit_id_region",
            onupdate="CASCADE",
        ),
        *(
            sa.ForeignKeyConstraint(
                ["unit_id", column],
                [f"{target}.unit_id", f"{target}.id"],
                name=f"fk_amount_difference_unit_id_{column}",
            )
            for column, target in POINTS_AT.items()
        ),
        sa.ForeignKeyConstraint(
            ["parameter_id"], ["parameter.id"], name="fk_amount_difference_parameter_id"
        ),
        sa.PrimaryKeyConstraint("unit_id", "id", name="pk_amount_difference"),
    )
    op.create_index("ix_amount_difference_region_id", TABLE, ["region", "id"])
    op.create_index("ix_amount_difference_unit_id_line_id", TABLE, ["unit_id", "line_id"])
    op.create_index(
        "uq_amount_difference_unit_id_line_id_open",
        TABLE,
        ["unit_id", "line_id"],
        unique=True,
        postgresql_where="state = 'OPEN'",
    )
    secure(TABLE, Owner.UNIT)
