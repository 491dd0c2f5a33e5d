"""Functions that are granted to accounts, and what an account keeps at hand.

Revision: 0017
Follows: 0016
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import secure, unbound
from models import Owner
from rules.kernel.function import GRANTABLE_FUNCTIONS

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
ACCOUNT = ["id", "region", "role"]
UNIQUE = "uq_account_id_region_role"
HANDLED = "ix_history_account_id_at_id"
KEPT = sa.text(
    "INSERT INTO function_grant (id, account_id, region, role, function, valid_from, reason, "
    "granted_by_name, granted_at) "
    "SELECT gen_random_uuid(), id, region, role, unnest(CAST(:functions AS varchar[])), "
    "CAST(created_at AT TIME ZONE 'Asia/Shanghai' AS date), "
    "'系统升级前已有的权限 held before grants were kept', '系统 system', now() "
    "FROM account WHERE role = :role"
)


def upgrade() -> None:
    """Add table and columns; whoever has an account keeps all that its role may hold."""
    op.add_column(
        "account",
        sa.Column("favourites", postgresql.JSONB(), nullable=False, server_default="[]"),
    )
    op.create_unique_constraint(UNIQUE, "account", ACCOUNT)
    secure("account", Owner.ACCOUNT_ITSELF)
    op.create_index(HANDLED, "history", ["account_id", "at", "id"])
    _create_table()
    with unbound("account", "function_grant"):
        for role, functions in GRANTABLE_FUNCTIONS.items():
            named = sorted(map(str, functions))
            op.get_bind().execute(KEPT, {"role": role.value, "functions": named})


def downgrade() -> None:
    """Take all of it back; who was granted what is lost."""
    op.drop_table("function_grant")
    op.drop_index(HANDLED, "history")
    op.drop_constraint(UNIQUE, "account", type_="unique")
    op.drop_column("account", "favourites")


def _create_table() -> None:
    op.create_table(
        "function_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("function", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        sa.Column("reason", sa.String()),
        sa.Column("granted_by", sa.Uuid()),
        sa.Column("granted_by_name", sa.String(), nullable=False),
        sa.Column("granted_at", INSTANT, nullable=False),
        sa.Column("revoked", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("revoked_at", INSTANT),
        sa.Column("revoked_by", sa.Uuid()),
        sa.Column("revoked_by_name", sa.String()),
        sa.Column("revoked_because", sa.String()),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("created_at", INSTANT, nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", INSTANT, nullable=False, server_default=sa.func.now()),
        *_constraints(),
    )
    op.create_index("ix_function_grant_account_id", "function_grant", ["account_id"])
    op.create_index("ix_function_grant_region_id", "function_grant", ["region", "id"])
    op.create_index(
        "ix_function_grant_region_valid_to",
        "function_grant",
        ["region", "valid_to"],
        postgresql_where="NOT revoked",
    )
    secure("function_grant", Owner.GRANT)


def _constraints() -> tuple[sa.Constraint, ...]:
    by = (
        sa.ForeignKeyConstraint([column], ["account.id"], name=f"fk_function_grant_{column}")
        for column in ("granted_by", "revoked_by")
    )
    term = sa.func.daterange(sa.column("valid_from"), sa.column("valid_to"), sa.text("'[]'"))
    return (
        sa.PrimaryKeyConstraint("id", name="pk_function_grant"),
        sa.ForeignKeyConstraint(
            ["account_id", "region", "role"],
            [f"account.{column}" for column in ACCOUNT],
            name="fk_function_grant_account_id_region_role",
            onupdate="CASCADE",
        ),
        *by,
        postgresql.ExcludeConstraint(
            ("account_id", "="),
            ("function", "="),
            (term, "&&"),
            where=sa.text("NOT revoked"),
            using="gist",
            name="ex_function_grant_account_id_function_term",
        ),
        sa.CheckConstraint("granted_by <> account_id", name="by_another"),
        sa.CheckConstraint("valid_from <= valid_to", name="in_order"),
        sa.CheckConstraint("revoked = (revoked_at IS NOT NULL)", name="revoked"),
    )
