"""How an internship ends: reductions, and what an intern's row tells of its end (J19-J23).

Revision: 0006
Follows: 0002
"""

import sqlalchemy as sa
from alembic import op

from migrations.policies import secure
from models import Owner

revision = "0006"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, those that others point at first."""
    op.add_column("intern", sa.Column("end_reason", sa.String(40)))
    op.add_column("intern", sa.Column("destination", sa.String(40)))
    _create_reduction()


def downgrade() -> None:
    """Drop the tables, those that point at others first."""
    op.drop_table("reduction")
    op.drop_column("intern", "destination")
    op.drop_column("intern", "end_reason")


def _unit_owned() -> list[sa.Column[object]]:
    return [
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
    ]


def _changeable() -> list[sa.Column[object]]:
    now = sa.text("now()")
    return [
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
    ]


def _reviewed() -> list[sa.Column[object]]:
    return [
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("submitted_by", sa.Uuid()),
        sa.Column("submitted_at", sa.DateTime(timezone=True)),
        sa.Column("reviewed_by", sa.Uuid()),
        sa.Column("reviewed_at", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.String()),
    ]


def _by_account(table: str, *columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], ["account.id"], name=f"fk_{table}_{column}")
        for column in columns
    ]


def _keys(table: str, **pointed: str) -> list[sa.Constraint]:
    """Write the primary key, the region kept true, and the rows of the same unit pointed at."""
    return [
        sa.PrimaryKeyConstraint("unit_id", "id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(
            ["unit_id", "region"],
            ["unit.id", "unit.region"],
            name=f"fk_{table}_unit_id_region",
            onupdate="CASCADE",
        ),
        *(
            sa.ForeignKeyConstraint(
                ["unit_id", column],
                [f"{target}.unit_id", f"{target}.id"],
                name=f"fk_{table}_unit_id_{column}",
            )
            for column, target in pointed.items()
        ),
    ]


def _create_reduction() -> None:
    op.create_table(
        "reduction",
        *_unit_owned(),
        sa.Column("intern_id", sa.Uuid(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("end_reason", sa.String(40), nullable=False),
        sa.Column("destination", sa.String(40)),
        sa.Column("cause", sa.String()),
        sa.Column("note", sa.String()),
        *_reviewed(),
        *_changeable(),
        *_keys("reduction", intern_id="intern"),
        *_by_account("reduction", "submitted_by", "reviewed_by"),
        sa.CheckConstraint(
            "(end_reason = 'EMPLOYED') = (destination IS NOT NULL)",
            name=op.f("ck_reduction_employed_goes_somewhere"),
        ),
        sa.CheckConstraint(
            "(end_reason = 'COULD_NOT_COMPLETE') = (cause IS NOT NULL)",
            name=op.f("ck_reduction_failure_has_a_cause"),
        ),
        sa.CheckConstraint(
            "(end_reason <> 'EMPLOYED') = (note IS NOT NULL)",
            name=op.f("ck_reduction_unemployed_have_a_note"),
        ),
    )
    op.create_index("ix_reduction_region_id", "reduction", ["region", "id"])
    op.create_index("ix_reduction_unit_id_intern_id", "reduction", ["unit_id", "intern_id"])
    op.create_index(
        "uq_reduction_unit_id_intern_id_standing",
        "reduction",
        ["unit_id", "intern_id"],
        unique=True,
        postgresql_where="status NOT IN ('WITHDRAWN', 'REFUSED', 'VOIDED')",
    )
    secure("reduction", Owner.UNIT)
