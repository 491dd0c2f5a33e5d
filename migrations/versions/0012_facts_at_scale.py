"""What units are shown to be: enterprise size, agency licence.

Revision: 0012
Follows: 0011
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import secure
from models import Owner

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

OPEN = "status IN ('SUBMITTED', 'RETURNED')"


def upgrade() -> None:
    """Create the table."""
    _create_qualification()


def downgrade() -> None:
    """Drop it again."""
    op.drop_table("qualification")


def _create_qualification() -> None:
    now = sa.text("now()")
    op.create_table(
        "qualification",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("size", sa.String(40)),
        sa.Column("licence_number", sa.String()),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("submitted_by", sa.Uuid()),
        sa.Column("submitted_at", sa.DateTime(timezone=True)),
        sa.Column("reviewed_by", sa.Uuid()),
        sa.Column("reviewed_at", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.String()),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "id", name="pk_qualification"),
        sa.ForeignKeyConstraint(
            ["unit_id", "region"],
            ["unit.id", "unit.region"],
            name="fk_qualification_unit_id_region",
            onupdate="CASCADE",
        ),
        *(
            sa.ForeignKeyConstraint([by], ["account.id"], name=f"fk_qualification_{by}")
            for by in ("submitted_by", "reviewed_by")
        ),
        sa.CheckConstraint(
            "(kind = 'ENTERPRISE_SIZE') = (size IS NOT NULL)",
            name=op.f("ck_qualification_sizes_have_a_size"),
        ),
        sa.CheckConstraint(
            "(kind = 'AGENCY_LICENCE') = (licence_number IS NOT NULL)",
            name=op.f("ck_qualification_licences_have_a_number"),
        ),
        sa.CheckConstraint(
            "valid_from <= valid_to", name=op.f("ck_qualification_begins_before_it_ends")
        ),
        postgresql.ExcludeConstraint(
            (sa.column("unit_id"), "="),
            (sa.column("kind"), "="),
            (sa.text("daterange(valid_from, valid_to, '[]')"), "&&"),
            name="ex_qualification_unit_id_kind_valid",
            using="gist",
            where=sa.text("status = 'APPROVED'"),
        ),
    )
    _create_indexes()
    secure("qualification", Owner.UNIT)


def _create_indexes() -> None:
    table = "qualification"
    op.create_index(f"ix_{table}_region_id", table, ["region", "id"])
    op.create_index(f"ix_{table}_unit_id_kind_valid_from", table, ["unit_id", "kind", "valid_from"])
    op.create_index(
        f"ix_{table}_queue_by_age",
        table,
        ["submitted_at", "id", "region", "status"],
        postgresql_where=OPEN,
    )
    op.create_index(
        f"ix_{table}_queue_by_region",
        table,
        ["region", "status", "submitted_at", "id"],
        postgresql_include=["unit_id"],
        postgresql_where=OPEN,
    )
