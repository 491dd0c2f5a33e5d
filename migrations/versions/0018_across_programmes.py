"""What one sees across programmes: lines of a person, warning signs, unmaskings.

Revision: 0018
Follows: 0017
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.parameters import plant, uproot
from migrations.policies import secure
from models import Owner

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

KEYS = (
    "audit.insured_months_before",
    "audit.insured_months_after",
    "statistics.smallest_count",
)


def upgrade() -> None:
    """Open lines to decisions about their person, and add the tables."""
    secure("claim_line", Owner.CLAIM_LINE)
    op.create_index("ix_bank_account_number_index", "bank_account", ["number_index"])
    _create_audit_finding()
    _create_unmasking()
    plant(*KEYS)


def downgrade() -> None:
    """Take all of it back but the policy, which opens lines to nobody who does not ask for it."""
    uproot(*KEYS)
    op.drop_table("unmasking")
    op.drop_table("audit_finding")
    op.drop_index("ix_bank_account_number_index", "bank_account")


def _create_audit_finding() -> None:
    table = "audit_finding"
    op.create_table(
        table,
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("sign", sa.String(40), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("evidence", JSONB(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("settled_by", sa.Uuid()),
        sa.Column("settled_by_name", sa.String()),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.String()),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        *(
            sa.Column(
                name, sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
            )
            for name in ("created_at", "updated_at")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=f"fk_{table}_person_id"),
        sa.ForeignKeyConstraint(["settled_by"], ["account.id"], name=f"fk_{table}_settled_by"),
        sa.ForeignKeyConstraint(
            ["unit_id", "region"],
            ["unit.id", "unit.region"],
            name=f"fk_{table}_unit_id_region",
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("unit_id", "id", name=f"pk_{table}"),
        sa.UniqueConstraint(
            "unit_id", "sign", "record_id", name=f"uq_{table}_unit_id_sign_record_id"
        ),
    )
    op.create_index(f"ix_{table}_region_id", table, ["region", "id"])
    op.create_index(f"ix_{table}_region_state_id", table, ["region", "state", "id"])
    secure(table, Owner.OVERSIGHT)


def _create_unmasking() -> None:
    table = "unmasking"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("fields", JSONB(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("account_name", sa.String(), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["region"], ["region.code"], name=f"fk_{table}_region"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=f"fk_{table}_account_id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
    op.create_index(f"ix_{table}_region_id", table, ["region", "id"])
    secure(table, Owner.OVERSIGHT, append_only=True)
