"""How what was approved is paid: batches, payments, what the bank says, and whether it arrived.

Revision: 0016
Follows: 0015
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.policies import secure, unbound
from models import Owner

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

MONEY = sa.Numeric(12, 2)
REGION = sa.String(length=6, collation="C")
MOMENT = sa.DateTime(timezone=True)
LINES_APPROVED = """
    UPDATE claim_line SET approved = true WHERE state <> 'STRUCK' AND claim_status IN
        ('APPROVED', 'IN_PUBLICITY', 'PUBLICITY_PASSED', 'PUBLICITY_FAILED', 'DISBURSED')
"""
CLAIMS_APPROVED = """
    UPDATE claim SET approved_by = reviewed_by, approved_amount = (
        SELECT coalesce(sum(line.amount), 0) FROM claim_line AS line
        WHERE line.unit_id = claim.unit_id AND line.claim_id = claim.id AND line.approved)
    WHERE status IN
        ('APPROVED', 'IN_PUBLICITY', 'PUBLICITY_PASSED', 'PUBLICITY_FAILED', 'DISBURSED')
"""
STANDING = "state IN ('IN_BATCH', 'PAID')"
APPROVED_BY = "fk_claim_approved_by"


def upgrade() -> None:
    """Keep what was approved, and make the tables of its payment."""
    op.add_column("claim", sa.Column("approved_amount", MONEY))
    op.add_column("claim", sa.Column("approved_by", sa.Uuid()))
    op.create_foreign_key(APPROVED_BY, "claim", "account", ["approved_by"], ["id"])
    op.add_column(
        "claim_line", sa.Column("approved", sa.Boolean(), nullable=False, server_default="false")
    )
    with unbound("claim", "claim_line"):
        _recall_approvals()
    _create_batch()
    _create_export()
    _create_import()
    _create_payment()
    _create_receipt()


def _recall_approvals() -> None:
    """Take what approved claims ask now for what was approved; what was struck before is lost."""
    op.execute(LINES_APPROVED)
    op.execute(CLAIMS_APPROVED)


def _office(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", REGION, nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["region"], ["region.code"], name=f"fk_{table}_region"),
    ]


def _changeable() -> list[sa.Column[object]]:
    return [
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("created_at", MOMENT, nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", MOMENT, nullable=False, server_default=sa.func.now()),
    ]


def _points(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}")


def _done_by(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("account_name", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False, server_default=sa.func.now()),
        _points(table, "account_id", "account"),
    ]


def _create_batch() -> None:
    op.create_table(
        "disbursement_batch",
        *_office("disbursement_batch"),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("claim_kind", sa.String(40)),
        sa.Column("state", sa.String(40), nullable=False),
        *(sa.Column(f"{what}_count", sa.Integer(), nullable=False) for what in _COUNTED),
        *(sa.Column(name, MONEY, nullable=False) for name in _SUMMED),
        sa.Column("sent_back", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String()),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_by_name", sa.String(), nullable=False),
        sa.Column("settled_at", MOMENT),
        *_changeable(),
        _points("disbursement_batch", "made_by", "account"),
        sa.UniqueConstraint("region", "number", name="uq_disbursement_batch_region_number"),
        sa.CheckConstraint(
            "paid_count + failed_count <= payment_count AND paid_amount + failed_amount <= amount",
            name=op.f("ck_disbursement_batch_figures_add_up"),
        ),
    )
    op.create_index("ix_disbursement_batch_region_id", "disbursement_batch", ["region", "id"])
    secure("disbursement_batch", Owner.OFFICE)


_COUNTED = ("payment", "paid", "failed")
_SUMMED = ("amount", "paid_amount", "failed_amount")


def _create_export() -> None:
    op.create_table(
        "batch_export",
        *_office("batch_export"),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("format", sa.String(40), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("payment_count", sa.Integer(), nullable=False),
        sa.Column("amount", MONEY, nullable=False),
        *_done_by("batch_export"),
        _points("batch_export", "batch_id", "disbursement_batch"),
    )
    _index_of_batch("batch_export")


def _create_import() -> None:
    counts = ("row_count", "paid_count", "failed_count", "known_count", "fault_count")
    op.create_table(
        "batch_import",
        *_office("batch_import"),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counts),
        sa.Column("outcomes", JSONB(), nullable=False),
        *_done_by("batch_import"),
        _points("batch_import", "batch_id", "disbursement_batch"),
    )
    _index_of_batch("batch_import")


def _index_of_batch(table: str) -> None:
    op.create_index(f"ix_{table}_batch_id_id", table, ["batch_id", "id"])
    op.create_index(f"ix_{table}_region_id", table, ["region", "id"])
    secure(table, Owner.OFFICE, append_only=True)


def _unit_owned(table: str, **pointed: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", REGION, nullable=False),
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


def _create_payment() -> None:
    op.create_table(
        "payment",
        *_unit_owned("payment", line_id="claim_line"),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid()),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("payee_name", sa.String(), nullable=False),
        sa.Column("payee_bank", sa.String(), nullable=False),
        sa.Column("payee_number_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("payee_number_masked", sa.String(), nullable=False),
        sa.Column("amount", MONEY, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("reason", sa.String()),
        sa.Column("bank_reference", sa.String()),
        sa.Column("paid_on", sa.Date()),
        *_changeable(),
        _points("payment", "person_id", "person"),
        _points("payment", "batch_id", "disbursement_batch"),
        *(
            sa.CheckConstraint(condition, name=op.f(f"ck_payment_{name}"))
            for name, condition in _CHECKED.items()
        ),
    )
    op.create_index("ix_payment_region_id", "payment", ["region", "id"])
    op.create_index("ix_payment_unit_id_line_id", "payment", ["unit_id", "line_id"])
    op.create_index("ix_payment_batch_id_number", "payment", ["batch_id", "number"])
    op.create_index("uq_payment_reference", "payment", ["reference"], unique=True)
    op.create_index(
        "uq_payment_unit_id_line_id_standing",
        "payment",
        ["unit_id", "line_id"],
        unique=True,
        postgresql_where=STANDING,
    )
    secure("payment", Owner.PAYMENT)


_CHECKED = {
    "pays_something": "amount > 0",
    "paid_on_a_day": "(state = 'PAID') = (paid_on IS NOT NULL)",
    "outside_the_system_is_paid": "batch_id IS NOT NULL OR state = 'PAID'",
}


def _create_receipt() -> None:
    op.create_table(
        "receipt",
        *_unit_owned("receipt", payment_id="payment", line_id="claim_line"),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("arrived", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String()),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", MOMENT, nullable=False, server_default=sa.func.now()),
        _points("receipt", "person_id", "person"),
        _points("receipt", "account_id", "account"),
    )
    op.create_index("ix_receipt_region_id", "receipt", ["region", "id"])
    op.create_index("ix_receipt_unit_id_line_id", "receipt", ["unit_id", "line_id"])
    secure("receipt", Owner.RECEIPT, append_only=True)


def downgrade() -> None:
    """Forget payments; what was paid stays paid."""
    for table in ("receipt", "payment", "batch_import", "batch_export", "disbursement_batch"):
        op.drop_table(table)
    op.drop_column("claim_line", "approved")
    op.drop_constraint(APPROVED_BY, "claim", type_="foreignkey")
    for column in ("approved_by", "approved_amount"):
        op.drop_column("claim", column)
