"""Accounts: legal persons, sign-in history, QR tickets, appeals, a person's claim lines.

Revision: 0008
Follows: 0007
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.parameters import plant, uproot
from migrations.policies import secure, unbound
from models import Owner

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
REPRESENTATIVE: dict[str, Any] = {
    f"representative_{what}_{form}": sa.String() if form == "masked" else sa.LargeBinary()
    for what in ("id", "mobile")
    for form in ("sealed", "index", "masked")
}
TOLD: dict[str, Any] = {
    "claim_status": sa.String(40),
    "claim_month": sa.Date(),
    "unit_name": sa.String(),
}
KEPT_TRUE = "fk_claim_line_unit_id_claim_id_claim_kind_claim_status"
UNIQUE_CLAIM = "uq_claim_unit_id_id_kind_status"
BY_KIND = "fk_claim_line_unit_id_claim_id_claim_kind"
UNIQUE_KIND = "uq_claim_unit_id_id_kind"
KEYS = ("agreement.version",)


def upgrade() -> None:
    """Add columns and tables, then state again whose rows are whose."""
    _widen_unit_and_account()
    _widen_sessions()
    _widen_claim_lines()
    _create_sign_in()
    _create_sign_in_ticket()
    _create_account_appeal()
    plant(*KEYS)


def downgrade() -> None:
    """Take all of it back; who signed in, and what was appealed, is lost."""
    uproot(*KEYS)
    for table in ("account_appeal", "sign_in_ticket", "sign_in"):
        op.drop_table(table)
    secure("claim_line", Owner.UNIT)
    kinds = ["unit_id", "id", "kind"]
    op.create_unique_constraint(UNIQUE_KIND, "claim", kinds)
    own = ["unit_id", "claim_id", "claim_kind"]
    op.create_foreign_key(BY_KIND, "claim_line", "claim", own, kinds)
    op.drop_constraint(KEPT_TRUE, "claim_line", type_="foreignkey")
    op.drop_constraint(UNIQUE_CLAIM, "claim", type_="unique")
    for column in TOLD:
        op.drop_column("claim_line", column)
    for column in ("way", "user_agent", "seen_at"):
        op.drop_column("sign_in_session", column)
    for column in REPRESENTATIVE:
        op.drop_column("unit", column)
    op.drop_index("uq_account_unit_id_legal_person", "account")
    op.drop_constraint("uq_account_person_id", "account", type_="unique")
    op.create_index("ix_account_person_id", "account", ["person_id"])
    for column in ("agreement", "agreed_at"):
        op.drop_column("account", column)


def _widen_unit_and_account() -> None:
    for name, kind in REPRESENTATIVE.items():
        op.add_column("unit", sa.Column(name, kind))
    op.add_column("account", sa.Column("agreement", sa.String()))
    op.add_column("account", sa.Column("agreed_at", INSTANT))
    op.drop_index("ix_account_person_id", "account")
    op.create_unique_constraint("uq_account_person_id", "account", ["person_id"])
    op.create_index(
        "uq_account_unit_id_legal_person",
        "account",
        ["unit_id"],
        unique=True,
        postgresql_where="role = 'LEGAL_PERSON'",
    )
    secure("unit", Owner.UNIT_ITSELF)
    secure("account", Owner.ACCOUNT_ITSELF)


def _widen_sessions() -> None:
    table = "sign_in_session"
    op.add_column(table, sa.Column("way", sa.String(40), nullable=False, server_default="PASSWORD"))
    op.alter_column(table, "way", server_default=None)
    op.add_column(table, sa.Column("user_agent", sa.String()))
    op.add_column(table, sa.Column("seen_at", INSTANT))
    secure(table, Owner.SESSION, None)


def _widen_claim_lines() -> None:
    for name, kind in TOLD.items():
        op.add_column("claim_line", sa.Column(name, kind))
    with unbound("claim_line", "claim", "unit"):
        op.execute(
            "UPDATE claim_line SET claim_status = claim.status, "
            "claim_month = claim.month, unit_name = unit.name FROM claim JOIN unit "
            "ON unit.id = claim.unit_id "
            "WHERE claim.unit_id = claim_line.unit_id AND claim.id = claim_line.claim_id"
        )
    for name in ("claim_status", "unit_name"):
        op.alter_column("claim_line", name, nullable=False)
    op.create_unique_constraint(UNIQUE_CLAIM, "claim", ["unit_id", "id", "kind", "status"])
    op.create_foreign_key(
        KEPT_TRUE,
        "claim_line",
        "claim",
        ["unit_id", "claim_id", "claim_kind", "claim_status"],
        ["unit_id", "id", "kind", "status"],
        onupdate="CASCADE",
    )
    op.drop_constraint(BY_KIND, "claim_line", type_="foreignkey")
    op.drop_constraint(UNIQUE_KIND, "claim", type_="unique")
    secure("claim_line", Owner.CLAIM_LINE)


def _create_sign_in() -> None:
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("way", sa.String(40), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.Column("user_agent", sa.String()),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_sign_in_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in"),
    )
    op.create_index("ix_sign_in_account_id_id", "sign_in", ["account_id", "id"])
    secure("sign_in", Owner.ACCOUNT, None, append_only=True)


def _create_sign_in_ticket() -> None:
    op.create_table(
        "sign_in_ticket",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ticket_hash", sa.LargeBinary(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("requested_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("approved_by", sa.Uuid()),
        sa.Column("approved_in", sa.Uuid()),
        sa.Column("approved_at", INSTANT),
        sa.Column("redeemed_at", INSTANT),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["account.id"], name="fk_sign_in_ticket_approved_by"
        ),
        sa.ForeignKeyConstraint(
            ["approved_in"], ["sign_in_session.id"], name="fk_sign_in_ticket_approved_in"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_ticket"),
        sa.UniqueConstraint("ticket_hash", name="uq_sign_in_ticket_ticket_hash"),
        sa.UniqueConstraint("secret_hash", name="uq_sign_in_ticket_secret_hash"),
    )
    secure("sign_in_ticket", Owner.TICKET, None)


def _create_account_appeal() -> None:
    op.create_table(
        "account_appeal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("number_hash", sa.LargeBinary(), nullable=False),
        sa.Column("unit_id", sa.Uuid()),
        sa.Column("credit_code", sa.String(), nullable=False),
        sa.Column("trouble", sa.String(40), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("contact_name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("contact_name_masked", sa.String(), nullable=False),
        sa.Column("contact_mobile_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("contact_mobile_index", sa.LargeBinary(), nullable=False),
        sa.Column("contact_mobile_masked", sa.String(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("account_id", sa.Uuid()),
        sa.Column("settled_by", sa.Uuid()),
        sa.Column("settled_by_name", sa.String()),
        sa.Column("settled_at", INSTANT),
        sa.Column("reason", sa.String()),
        sa.Column("recovered_at", INSTANT),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", INSTANT, server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", INSTANT, server_default=sa.text("now()"), nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [target], name=f"fk_account_appeal_{column}")
            for column, target in (
                ("region", "region.code"),
                ("unit_id", "unit.id"),
                ("account_id", "account.id"),
                ("settled_by", "account.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name="pk_account_appeal"),
        sa.UniqueConstraint("number_hash", name="uq_account_appeal_number_hash"),
    )
    op.create_index("ix_account_appeal_region_id", "account_appeal", ["region", "id"])
    secure("account_appeal", Owner.APPEAL)
