"""Uploads, attachments, and the parameters that limit them.

Revision: 0005
Follows: 0004
"""

from dataclasses import asdict
from datetime import UTC, datetime
from uuid import UUID, uuid5

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import insert

from migrations.policies import secure, unbound
from models import Owner
from rules.kernel.seed import SeedParameter, build_seed_parameters

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NAMESPACE = UUID("6a697579-6500-5000-8000-000000000002")
DECIDED_AT = datetime(2026, 1, 1, tzinfo=UTC)
KEYS = ("attachments.types", "attachments.max_size", "attachments.max_count")

PARAMETER = sa.table(
    "parameter",
    sa.column("id", sa.Uuid()),
    *map(sa.column, ("key", "region", "category", "value", "unit", "source", "status")),
    sa.column("effective_from", sa.Date()),
    sa.column("effective_to", sa.Date()),
    sa.column("confirmed", sa.Boolean()),
    sa.column("decided_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    """Create the tables and insert the parameters, where a new installation has them not yet."""
    _create_upload()
    _create_attachment()
    rows = [_parameter(seed) for seed in build_seed_parameters() if seed.key in KEYS]
    with unbound("parameter"):
        op.execute(insert(PARAMETER).values(rows).on_conflict_do_nothing(index_elements=["id"]))


def downgrade() -> None:
    """Drop the tables; the files stay in the store, where nothing points at them any more."""
    ours = [_id(seed) for seed in build_seed_parameters() if seed.key in KEYS]
    with unbound("parameter"):
        op.execute(PARAMETER.delete().where(PARAMETER.c.id.in_(ours)))
    op.drop_table("attachment")
    op.drop_table("upload")


def _create_upload() -> None:
    op.create_table(
        "upload",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid()),
        sa.Column("secret_hash", sa.LargeBinary()),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64)),
        sa.Column("object_key", sa.String()),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True)),
        sa.Column("attached_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "num_nonnulls(account_id, secret_hash) = 1", name=op.f("ck_upload_has_one_holder")
        ),
        sa.CheckConstraint("size > 0", name=op.f("ck_upload_is_not_empty")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_upload_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_upload"),
        sa.UniqueConstraint("object_key", name="uq_upload_object_key"),
    )
    op.create_index("ix_upload_created_at", "upload", ["created_at"])
    secure("upload", Owner.HOLDER, None)


def _create_attachment() -> None:
    op.create_table(
        "attachment",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("record", sa.String(40), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("document", sa.String(40), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("object_key", sa.String(), nullable=False),
        sa.Column("attached_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Uuid()),
        sa.Column("account_name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_attachment_account_id"),
        sa.ForeignKeyConstraint(
            ["unit_id", "region"],
            ["unit.id", "unit.region"],
            name="fk_attachment_unit_id_region",
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("unit_id", "id", name="pk_attachment"),
        sa.UniqueConstraint("unit_id", "object_key", name="uq_attachment_unit_id_object_key"),
    )
    op.create_index("ix_attachment_object_key", "attachment", ["object_key"])
    op.create_index("ix_attachment_region_id", "attachment", ["region", "id"])
    op.create_index(
        "ix_attachment_unit_id_record_id_id", "attachment", ["unit_id", "record_id", "id"]
    )
    secure("attachment", Owner.UNIT)


def _parameter(seed: SeedParameter) -> dict[str, object]:
    return {"id": _id(seed), **asdict(seed), "status": "APPROVED", "decided_at": DECIDED_AT}


def _id(seed: SeedParameter) -> UUID:
    named = (seed.key, seed.region, seed.category or "", seed.effective_from.isoformat())
    return uuid5(NAMESPACE, "/".join(named))
