"""The outbox for the national job board, its applicants, and the account of background work.

Revision: 0004
Follows: 0003
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import SWEPT, secure, unbound
from models import SYSTEM_ACCOUNT, Owner

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

OWNERS = {
    "rate_limit": Owner.BUCKET,
    "request": Owner.ACCOUNT,
    "sign_in_session": Owner.SESSION,
}
ACCOUNT = sa.table(
    "account",
    sa.column("id", sa.Uuid()),
    *map(sa.column, ("username", "password_hash", "role", "name", "region")),
    sa.column("active", sa.Boolean()),
)
_INSTANT = sa.DateTime(timezone=True)
POST_COLUMNS: dict[str, sa.types.TypeEngine[Any]] = {
    "board_state": sa.String(40),
    "board_failure": sa.String(40),
    "board_changed_at": _INSTANT,
    "board_version": sa.Integer(),
    "applicants_as_of": _INSTANT,
    "applicants_failure": sa.String(40),
    "applicants_due_at": _INSTANT,
}
OPEN_PUSHES = {
    "ix_board_push_due_at_open": ["due_at"],
    "ix_board_push_unit_id_post_id_open": ["unit_id", "post_id", "post_version"],
}
ALREADY_APPROVED = """
    INSERT INTO board_push (unit_id, id, region, post_id, post_version, announcement, content,
        state, attempts, due_at)
    SELECT unit_id, gen_random_uuid(), region, id, version, 'SHOW',
        jsonb_build_object('name', name, 'headcount', headcount, 'monthlyWage',
            monthly_wage::text, 'workplace', workplace, 'duties', duties),
        'PENDING', 0, now()
    FROM post WHERE status = 'APPROVED'
"""


def upgrade() -> None:
    """Create the tables, let old rows be swept, and put posts approved so far into the outbox."""
    for name, type_ in POST_COLUMNS.items():
        op.add_column("post", sa.Column(name, type_))
    op.create_index(
        "ix_post_applicants_due_at",
        "post",
        ["applicants_due_at"],
        postgresql_where=sa.text("applicants_due_at IS NOT NULL"),
    )
    _create_board_push()
    _create_applicant()
    for table, owner in OWNERS.items():
        age = SWEPT[table]
        # The policy asks for the age of rows, so without an index it would slow every look-up.
        op.create_index(f"ix_{table}_{age}", table, [age])
        secure(table, owner, None)
    with unbound("account", "post", "board_push"):
        op.bulk_insert(ACCOUNT, [_system()])
        op.execute(ALREADY_APPROVED)
        op.execute(
            "UPDATE post SET board_state = 'PENDING', board_changed_at = now() "
            "WHERE status = 'APPROVED'"
        )


def downgrade() -> None:
    """Drop them again; it fails if history stands on the system's account."""
    op.drop_table("applicant")
    op.drop_table("board_push")
    op.drop_index("ix_post_applicants_due_at", "post")
    for table in OWNERS:
        op.drop_index(f"ix_{table}_{SWEPT[table]}", table)
    for name in POST_COLUMNS:
        op.drop_column("post", name)
    with unbound("account"):
        op.execute(ACCOUNT.delete().where(ACCOUNT.c.id == SYSTEM_ACCOUNT))


def _system() -> dict[str, object]:
    """Write the account of background work: no password matches, and it is closed to sign-in."""
    return {
        "id": SYSTEM_ACCOUNT,
        "username": "system",
        "password_hash": "!",
        "role": "SYSTEM",
        "name": "系统 system",
        "region": "000000",
        "active": False,
    }


def _owned(table: str, *parts: sa.schema.SchemaItem) -> None:
    """Create a table of rows that belong to a unit and hang on one of its posts."""
    op.create_table(
        table,
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        *parts,
        sa.ForeignKeyConstraint(
            ["unit_id", "region"],
            ["unit.id", "unit.region"],
            name=f"fk_{table}_unit_id_region",
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "post_id"],
            ["post.unit_id", "post.id"],
            name=f"fk_{table}_unit_id_post_id",
        ),
        sa.PrimaryKeyConstraint("unit_id", "id", name=f"pk_{table}"),
    )
    op.create_index(f"ix_{table}_region_id", table, ["region", "id"])
    secure(table, Owner.UNIT)


def _create_board_push() -> None:
    _owned(
        "board_push",
        sa.Column("post_version", sa.Integer(), nullable=False),
        sa.Column("announcement", sa.String(40), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempted_at", sa.DateTime(timezone=True)),
        sa.Column("failure", sa.String(40)),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        *(
            sa.Column(
                name,
                sa.DateTime(timezone=True),
                server_default=sa.text("now()"),
                nullable=False,
            )
            for name in ("created_at", "updated_at")
        ),
        sa.UniqueConstraint(
            "unit_id",
            "post_id",
            "post_version",
            name="uq_board_push_unit_id_post_id_post_version",
        ),
    )
    for name, columns in OPEN_PUSHES.items():
        open_ = sa.text("state IN ('PENDING', 'FAILED')")
        op.create_index(name, "board_push", columns, postgresql_where=open_)
    op.create_index(
        "ix_board_push_region_id_dead",
        "board_push",
        ["region", "id"],
        postgresql_where=sa.text("state = 'DEAD'"),
    )


def _create_applicant() -> None:
    _owned(
        "applicant",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("mobile_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("mobile_index", sa.LargeBinary(), nullable=False),
        sa.Column("mobile_masked", sa.String(), nullable=False),
        sa.Column("education", sa.String()),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint(
            "unit_id",
            "post_id",
            "reference",
            name="uq_applicant_unit_id_post_id_reference",
        ),
    )
