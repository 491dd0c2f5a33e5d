"""Rosters and their rows.

Revision: 0013
Follows: 0012
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.policies import secure
from models import Owner

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

OPEN = "state IN ('WAITING', 'CHECKING')"


def upgrade() -> None:
    """Create the tables."""
    _create_roster()
    _create_roster_row()


def downgrade() -> None:
    """Drop them; the files stay in the store until they are swept."""
    op.drop_table("roster_row")
    op.drop_table("roster")


def _owned_by_unit() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
    )


def _of_unit(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["unit_id", "region"],
        ["unit.id", "unit.region"],
        name=f"fk_{table}_unit_id_region",
        onupdate="CASCADE",
    )


def _to_roster(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["unit_id", column], ["roster.unit_id", "roster.id"], name=f"fk_{table}_unit_id_{column}"
    )


def _count(name: str, first: str = "0") -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default=first)


def _create_roster() -> None:
    op.create_table(
        "roster",
        *_owned_by_unit(),
        sa.Column("document", sa.String(40), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("object_key", sa.String(), nullable=False),
        sa.Column("attached_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Uuid()),
        sa.Column("account_name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("place", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("beneficiary", sa.String(40)),
        sa.Column("corrects_id", sa.Uuid()),
        sa.Column("root_id", sa.Uuid(), nullable=False),
        *map(_count, ("total", "checked", "passed", "failed")),
        sa.Column("faults", JSONB(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True)),
        sa.Column("lease", sa.Uuid()),
        sa.Column("leased_until", sa.DateTime(timezone=True)),
        _count("version", "1"),
        *(
            sa.Column(
                name, sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
            )
            for name in ("created_at", "updated_at")
        ),
        sa.CheckConstraint("passed >= 0 AND failed >= 0", name="counts_are_counts"),
        sa.CheckConstraint("passed + failed = checked", name="checked_rows_pass_or_fail"),
        sa.CheckConstraint("checked <= total", name="no_more_checked_than_there_are"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_roster_account_id"),
        sa.ForeignKeyConstraint(["place"], ["region.code"], name="fk_roster_place"),
        _of_unit("roster"),
        *(_to_roster("roster", column) for column in ("corrects_id", "root_id")),
        sa.PrimaryKeyConstraint("unit_id", "id", name="pk_roster"),
        sa.UniqueConstraint("unit_id", "object_key", name="uq_roster_unit_id_object_key"),
    )
    op.create_index("ix_roster_object_key", "roster", ["object_key"])
    op.create_index("ix_roster_region_id", "roster", ["region", "id"])
    for column in ("corrects_id", "root_id"):
        op.create_index(f"ix_roster_unit_id_{column}", "roster", ["unit_id", column])
    op.create_index("ix_roster_id_open", "roster", ["id"], postgresql_where=sa.text(OPEN))
    secure("roster", Owner.UNIT)


def _create_roster_row() -> None:
    table = "roster_row"
    op.create_table(
        table,
        *_owned_by_unit(),
        sa.Column("roster_id", sa.Uuid(), nullable=False),
        sa.Column("root_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.String(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("id_number_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("id_number_index", sa.LargeBinary()),
        sa.Column("id_number_masked", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("values", JSONB(), nullable=False),
        sa.Column("payee_bank", sa.String()),
        sa.Column("payee_number_sealed", sa.LargeBinary()),
        sa.Column("payee_number_masked", sa.String()),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("faults", JSONB(), nullable=False),
        sa.Column("findings", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_roster_row_person_id"),
        _of_unit(table),
        *(_to_roster(table, column) for column in ("roster_id", "root_id")),
        sa.PrimaryKeyConstraint("unit_id", "id", name="pk_roster_row"),
        sa.UniqueConstraint(
            "unit_id", "roster_id", "number", name="uq_roster_row_unit_id_roster_id_number"
        ),
    )
    for columns in (
        ("region", "id"),
        ("unit_id", "roster_id", "passed", "number"),
        ("unit_id", "root_id", "id_number_index"),
        ("person_id",),
    ):
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))
    op.create_index(
        "uq_roster_row_unit_id_root_id_person_id_passed",
        table,
        ["unit_id", "root_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("passed"),
    )
    secure(table, Owner.UNIT)
