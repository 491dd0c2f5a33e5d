"""Evidence of appeals, tickets that are swept, posts withheld, and the year of a claim.

Revision: 0010
Follows: 0009
"""

import sqlalchemy as sa
from alembic import op

from migrations.policies import secure, unbound
from models import Owner

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

APPROVED_IN = "fk_sign_in_ticket_approved_in"
NUMBERED = "uq_account_appeal_id_number_hash_region"
NOT_IN_FORCE = """
    UPDATE post SET withheld = true
    WHERE status NOT IN ('WITHDRAWN', 'REFUSED') AND NOT EXISTS (
        SELECT FROM declaration
        WHERE declaration.unit_id = post.unit_id AND declaration.status = 'APPROVED'
    )
"""
YEAR_TOLD = """
    UPDATE claim_line SET claim_year = claim.year FROM claim
    WHERE claim.unit_id = claim_line.unit_id AND claim.id = claim_line.claim_id
        AND claim.year IS NOT NULL
"""
TAKEN_OFF = """
    WITH off AS (
        UPDATE post SET version = version + 1, updated_at = now(), board_state = 'PENDING',
            board_failure = NULL, board_changed_at = now()
        WHERE withheld AND status = 'APPROVED'
        RETURNING unit_id, id, region, version
    )
    INSERT INTO board_push (unit_id, id, region, post_id, post_version, announcement, content,
        state, attempts, due_at)
    SELECT unit_id, gen_random_uuid(), region, id, version, 'WITHDRAW', '{}', 'PENDING', 0, now()
    FROM off
"""


def upgrade() -> None:
    """Add the table and the columns, and take off the board what has no declaration in force."""
    _create_appeal_evidence()
    _sweep_tickets()
    op.add_column(
        "post", sa.Column("withheld", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("claim_line", sa.Column("claim_year", sa.Integer()))
    with unbound("claim_line", "claim"):
        op.execute(YEAR_TOLD)
    with unbound("post", "declaration", "board_push"):
        op.execute(NOT_IN_FORCE)
        op.execute(TAKEN_OFF)


def downgrade() -> None:
    """Take all of it back; files of evidence stay in the store until they are swept."""
    op.drop_column("claim_line", "claim_year")
    op.drop_column("post", "withheld")
    op.drop_index("ix_sign_in_ticket_approved_in", "sign_in_ticket")
    op.drop_index("ix_sign_in_ticket_expires_at", "sign_in_ticket")
    op.drop_constraint(APPROVED_IN, "sign_in_ticket", type_="foreignkey")
    op.create_foreign_key(APPROVED_IN, "sign_in_ticket", "sign_in_session", ["approved_in"], ["id"])
    op.drop_table("appeal_evidence")
    op.drop_constraint(NUMBERED, "account_appeal", type_="unique")


def _create_appeal_evidence() -> None:
    own = ["id", "number_hash", "region"]
    op.create_unique_constraint(NUMBERED, "account_appeal", own)
    op.create_table(
        "appeal_evidence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("appeal_id", sa.Uuid(), nullable=False),
        sa.Column("number_hash", sa.LargeBinary(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("document", sa.String(40), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("object_key", sa.String(), nullable=False),
        sa.Column("attached_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Uuid()),
        sa.Column("account_name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="fk_appeal_evidence_account_id"
        ),
        sa.ForeignKeyConstraint(
            ["appeal_id", "number_hash", "region"],
            [f"account_appeal.{name}" for name in own],
            name="fk_appeal_evidence_appeal_id_number_hash_region",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_appeal_evidence"),
        sa.UniqueConstraint("object_key", name="uq_appeal_evidence_object_key"),
    )
    op.create_index("ix_appeal_evidence_object_key", "appeal_evidence", ["object_key"])
    op.create_index("ix_appeal_evidence_appeal_id_id", "appeal_evidence", ["appeal_id", "id"])
    secure("appeal_evidence", Owner.APPEAL, append_only=True)


def _sweep_tickets() -> None:
    table = "sign_in_ticket"
    op.drop_constraint(APPROVED_IN, table, type_="foreignkey")
    op.create_foreign_key(
        APPROVED_IN, table, "sign_in_session", ["approved_in"], ["id"], ondelete="CASCADE"
    )
    for column in ("approved_in", "expires_at"):
        op.create_index(f"ix_{table}_{column}", table, [column])
    secure(table, Owner.TICKET, None)
