"""All tables of the foundation, each with its policies.

Revision: 0001
Follows: nothing
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import secure
from models import Owner

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, those that others point at first."""
    _create_rate_limit()
    _create_region()
    _create_person()
    _create_unit()
    _create_account()
    _create_bank_account()
    _create_insurance_contribution()
    _create_unemployment_registration()
    _create_claim()
    _create_declaration()
    _create_history()
    _create_parameter()
    _create_post()
    _create_request()
    _create_sign_in_session()
    _create_declaration_staff()
    _create_intern()
    _create_claim_line()
    _create_monthly_report()
    _create_claimed_report()


def downgrade() -> None:
    """Drop the tables, those that point at others first."""
    for table in reversed(TABLES):
        op.drop_table(table)


TABLES = (
    "rate_limit",
    "region",
    "person",
    "unit",
    "account",
    "bank_account",
    "insurance_contribution",
    "unemployment_registration",
    "claim",
    "declaration",
    "history",
    "parameter",
    "post",
    "request",
    "sign_in_session",
    "declaration_staff",
    "intern",
    "claim_line",
    "monthly_report",
    "claimed_report",
)


def _create_rate_limit() -> None:
    op.create_table(
        "rate_limit",
        sa.Column("bucket", sa.String(), nullable=False),
        sa.Column("window_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", name="pk_rate_limit"),
    )
    secure("rate_limit", Owner.BUCKET, None)


def _create_region() -> None:
    op.create_table(
        "region",
        sa.Column("code", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("level", sa.String(40), nullable=False),
        sa.Column("parent", sa.String(length=6, collation="C")),
        sa.ForeignKeyConstraint(["parent"], ["region.code"], name="fk_region_parent"),
        sa.PrimaryKeyConstraint("code", name="pk_region"),
    )
    secure("region", Owner.REGISTER, "code")


def _create_person() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("id_number_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("id_number_index", sa.LargeBinary(), nullable=False),
        sa.Column("id_number_masked", sa.String(), nullable=False),
        sa.Column("mobile_sealed", sa.LargeBinary()),
        sa.Column("mobile_index", sa.LargeBinary()),
        sa.Column("mobile_masked", sa.String()),
        sa.Column("education", sa.String(40)),
        sa.Column("school", sa.String()),
        sa.Column("graduated_on", sa.Date()),
        sa.Column("completed_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["region"], ["region.code"], name="fk_person_region"),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("id", "region", name="uq_person_id_region"),
        sa.UniqueConstraint("id_number_index", name="uq_person_id_number_index"),
    )
    op.create_index("ix_person_region_id", "person", ["region", "id"])
    secure("person", Owner.PERSON_ITSELF)


def _create_unit() -> None:
    op.create_table(
        "unit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("credit_code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("legal_person_type", sa.String(40)),
        sa.Column("legal_representative", sa.String()),
        sa.Column("industry", sa.String()),
        sa.Column("address", sa.String()),
        sa.Column("employees", sa.Integer()),
        sa.Column("contact_name", sa.String()),
        sa.Column("contact_mobile_sealed", sa.LargeBinary()),
        sa.Column("contact_mobile_index", sa.LargeBinary()),
        sa.Column("contact_mobile_masked", sa.String()),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["region"], ["region.code"], name="fk_unit_region"),
        sa.PrimaryKeyConstraint("id", name="pk_unit"),
        sa.UniqueConstraint("credit_code", name="uq_unit_credit_code"),
        sa.UniqueConstraint("id", "region", name="uq_unit_id_region"),
    )
    op.create_index("ix_unit_region_id", "unit", ["region", "id"])
    secure("unit", Owner.UNIT_ITSELF)


def _create_account() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("unit_id", sa.Uuid()),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_account_person_id"),
        sa.ForeignKeyConstraint(["region"], ["region.code"], name="fk_account_region"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_account_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("username", name="uq_account_username"),
    )
    op.create_index("ix_account_person_id", "account", ["person_id"])
    op.create_index("ix_account_region_id", "account", ["region", "id"])
    op.create_index("ix_account_unit_id", "account", ["unit_id"])
    secure("account", Owner.ACCOUNT_ITSELF)


def _create_bank_account() -> None:
    op.create_table(
        "bank_account",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("bank", sa.String(), nullable=False),
        sa.Column("branch", sa.String(), nullable=False),
        sa.Column("account_name", sa.String(), nullable=False),
        sa.Column("number_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("number_index", sa.LargeBinary(), nullable=False),
        sa.Column("number_masked", sa.String(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "region"],
            ["unit.id", "unit.region"],
            name="fk_bank_account_unit_id_region",
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("unit_id", "id", name="pk_bank_account"),
    )
    op.create_index("ix_bank_account_region_id", "bank_account", ["region", "id"])
    op.create_index(
        "uq_bank_account_unit_id_default",
        "bank_account",
        ["unit_id"],
        unique=True,
        postgresql_where="is_default",
    )
    op.create_index(
        "uq_bank_account_unit_id_number", "bank_account", ["unit_id", "number_index"], unique=True
    )
    secure("bank_account", Owner.UNIT)


def _create_insurance_contribution() -> None:
    op.create_table(
        "insurance_contribution",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("employer_credit_code", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id", "region"],
            ["person.id", "person.region"],
            name="fk_insurance_contribution_person_id_region",
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "id", name="pk_insurance_contribution"),
        sa.UniqueConstraint(
            "person_id",
            "month",
            "employer_credit_code",
            name="uq_insurance_contribution_person_id_month_employer_credit_code",
        ),
    )
    secure("insurance_contribution", Owner.PERSON)


def _create_unemployment_registration() -> None:
    op.create_table(
        "unemployment_registration",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date()),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id", "region"],
            ["person.id", "person.region"],
            name="fk_unemployment_registration_person_id_region",
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "id", name="pk_unemployment_registration"),
        sa.UniqueConstraint(
            "person_id",
            "registered_on",
            name="uq_unemployment_registration_person_id_registered_on",
        ),
    )
    secure("unemployment_registration", Owner.PERSON)


def _create_claim() -> None:
    op.create_table(
        "claim",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("month", sa.Date()),
        sa.Column("bank_account_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("parameters", postgresql.JSONB(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("submitted_by", sa.Uuid()),
        sa.Column("submitted_at", sa.DateTime(timezone=True)),
        sa.Column("reviewed_by", sa.Uuid()),
        sa.Column("reviewed_at", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.String()),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "kind <> 'LIVING_ALLOWANCE' OR month IS NOT NULL",
            name=op.f("ck_claim_living_allowance_has_a_month"),
        ),
        sa.ForeignKeyConstraint(["reviewed_by"], ["account.id"], name="fk_claim_reviewed_by"),
        sa.ForeignKeyConstraint(["submitted_by"], ["account.id"], name="fk_claim_submitted_by"),
        sa.ForeignKeyConstraint(
            ["unit_id", "bank_account_id"],
            ["bank_account.unit_id", "bank_account.id"],
            name="fk_claim_unit_id_bank_account_id",
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "region"],
            ["unit.id", "unit.region"],
            name="fk_claim_unit_id_region",
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("unit_id", "id", name="pk_claim"),
    )
    op.create_index("ix_claim_region_id", "claim", ["region", "id"])
    secure("claim", Owner.UNIT)


def _create_declaration() -> None:
    op.create_table(
        "declaration",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("planned_interns", sa.Integer(), nullable=False),
        sa.Column("monthly_wage", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("training_plan", sa.String(), nullable=False),
        sa.Column("accident_insurance", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("submitted_by", sa.Uuid()),
        sa.Column("submitted_at", sa.DateTime(timezone=True)),
        sa.Column("reviewed_by", sa.Uuid()),
        sa.Column("reviewed_at", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.String()),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["reviewed_by"], ["account.id"], name="fk_declaration_reviewed_by"),
        sa.ForeignKeyConstraint(
            ["submitted_by"], ["account.id"], name="fk_declaration_submitted_by"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "region"],
            ["unit.id", "unit.region"],
            name="fk_declaration_unit_id_region",
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("unit_id", "id", name="pk_declaration"),
    )
    op.create_index("ix_declaration_region_id", "declaration", ["region", "id"])
    op.create_index(
        "uq_declaration_unit_id_standing",
        "declaration",
        ["unit_id"],
        unique=True,
        postgresql_where="status NOT IN ('WITHDRAWN', 'REFUSED')",
    )
    secure("declaration", Owner.UNIT)


def _create_history() -> None:
    op.create_table(
        "history",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("from_status", sa.String()),
        sa.Column("to_status", sa.String()),
        sa.Column("reason", sa.String()),
        sa.Column("changes", postgresql.JSONB(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("account_name", sa.String(), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_history_account_id"),
        sa.ForeignKeyConstraint(
            ["unit_id", "region"],
            ["unit.id", "unit.region"],
            name="fk_history_unit_id_region",
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("unit_id", "id", name="pk_history"),
    )
    op.create_index("ix_history_region_id", "history", ["region", "id"])
    op.create_index("ix_history_unit_id_record_id_id", "history", ["unit_id", "record_id", "id"])
    secure("history", Owner.UNIT, append_only=True)


def _create_parameter() -> None:
    op.create_table(
        "parameter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("category", sa.String()),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_to", sa.Date()),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("proposed_by", sa.Uuid()),
        sa.Column("decided_by", sa.Uuid()),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.String()),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "effective_from <= effective_to", name=op.f("ck_parameter_starts_before_it_ends")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name="fk_parameter_decided_by"),
        sa.ForeignKeyConstraint(["proposed_by"], ["account.id"], name="fk_parameter_proposed_by"),
        sa.ForeignKeyConstraint(["region"], ["region.code"], name="fk_parameter_region"),
        sa.PrimaryKeyConstraint("id", name="pk_parameter"),
    )
    op.create_index("ix_parameter_key_region", "parameter", ["key", "region"])
    secure("parameter", Owner.REGISTER)


def _create_post() -> None:
    op.create_table(
        "post",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.Column("monthly_wage", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("workplace", sa.String(), nullable=False),
        sa.Column("duties", sa.String(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("submitted_by", sa.Uuid()),
        sa.Column("submitted_at", sa.DateTime(timezone=True)),
        sa.Column("reviewed_by", sa.Uuid()),
        sa.Column("reviewed_at", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.String()),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["reviewed_by"], ["account.id"], name="fk_post_reviewed_by"),
        sa.ForeignKeyConstraint(["submitted_by"], ["account.id"], name="fk_post_submitted_by"),
        sa.ForeignKeyConstraint(
            ["unit_id", "region"],
            ["unit.id", "unit.region"],
            name="fk_post_unit_id_region",
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("unit_id", "id", name="pk_post"),
        sa.UniqueConstraint("unit_id", "name_key", name="uq_post_unit_id_name_key"),
    )
    op.create_index("ix_post_region_id", "post", ["region", "id"])
    secure("post", Owner.UNIT)


def _create_request() -> None:
    op.create_table(
        "request",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("mutation", sa.String(), nullable=False),
        sa.Column("input_hash", sa.LargeBinary(), nullable=False),
        sa.Column("answer", postgresql.JSONB(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_request_account_id"),
        sa.PrimaryKeyConstraint("account_id", "key", name="pk_request"),
    )
    secure("request", Owner.ACCOUNT, None)


def _create_sign_in_session() -> None:
    op.create_table(
        "sign_in_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("spent_hash", sa.LargeBinary()),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="fk_sign_in_session_account_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_session"),
    )
    op.create_index("ix_sign_in_session_account_id", "sign_in_session", ["account_id"])
    secure("sign_in_session", Owner.SESSION, None)


def _create_declaration_staff() -> None:
    op.create_table(
        "declaration_staff",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("duty", sa.String(), nullable=False),
        sa.Column("mobile_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("mobile_index", sa.LargeBinary(), nullable=False),
        sa.Column("mobile_masked", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "declaration_id"],
            ["declaration.unit_id", "declaration.id"],
            name="fk_declaration_staff_unit_id_declaration_id",
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "region"],
            ["unit.id", "unit.region"],
            name="fk_declaration_staff_unit_id_region",
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("unit_id", "id", name="pk_declaration_staff"),
    )
    op.create_index("ix_declaration_staff_region_id", "declaration_staff", ["region", "id"])
    secure("declaration_staff", Owner.UNIT)


def _create_intern() -> None:
    op.create_table(
        "intern",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("id_number_masked", sa.String(), nullable=False),
        sa.Column("category", sa.String(40), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date()),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("submitted_by", sa.Uuid()),
        sa.Column("submitted_at", sa.DateTime(timezone=True)),
        sa.Column("reviewed_by", sa.Uuid()),
        sa.Column("reviewed_at", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.String()),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_intern_starts_before_it_ends")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_intern_person_id"),
        sa.ForeignKeyConstraint(["reviewed_by"], ["account.id"], name="fk_intern_reviewed_by"),
        sa.ForeignKeyConstraint(["submitted_by"], ["account.id"], name="fk_intern_submitted_by"),
        sa.ForeignKeyConstraint(
            ["unit_id", "post_id"], ["post.unit_id", "post.id"], name="fk_intern_unit_id_post_id"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "region"],
            ["unit.id", "unit.region"],
            name="fk_intern_unit_id_region",
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("unit_id", "id", name="pk_intern"),
    )
    op.create_index("ix_intern_person_id", "intern", ["person_id"])
    op.create_index("ix_intern_region_id", "intern", ["region", "id"])
    op.create_index("ix_intern_unit_id_post_id", "intern", ["unit_id", "post_id"])
    op.create_index(
        "uq_intern_unit_id_person_id_standing",
        "intern",
        ["unit_id", "person_id"],
        unique=True,
        postgresql_where="status IN ('SUBMITTED', 'RETURNED', 'APPROVED')",
    )
    secure("intern", Owner.UNIT)


def _create_claim_line() -> None:
    op.create_table(
        "claim_line",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("intern_id", sa.Uuid()),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("amount", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("explanation", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.String()),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_claim_line_person_id"),
        sa.ForeignKeyConstraint(
            ["unit_id", "claim_id"],
            ["claim.unit_id", "claim.id"],
            name="fk_claim_line_unit_id_claim_id",
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "intern_id"],
            ["intern.unit_id", "intern.id"],
            name="fk_claim_line_unit_id_intern_id",
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "region"],
            ["unit.id", "unit.region"],
            name="fk_claim_line_unit_id_region",
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("unit_id", "id", name="pk_claim_line"),
    )
    op.create_index("ix_claim_line_person_id", "claim_line", ["person_id"])
    op.create_index("ix_claim_line_region_id", "claim_line", ["region", "id"])
    op.create_index("ix_claim_line_unit_id_intern_id", "claim_line", ["unit_id", "intern_id"])
    op.create_index(
        "uq_claim_line_unit_id_claim_id_intern_id",
        "claim_line",
        ["unit_id", "claim_id", "intern_id"],
        unique=True,
    )
    secure("claim_line", Owner.UNIT)


def _create_monthly_report() -> None:
    op.create_table(
        "monthly_report",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("intern_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("days_attended", sa.Integer(), nullable=False),
        sa.Column("wage_paid", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("insurance_paid", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("remarks", sa.String()),
        sa.Column("payable_subsidy", sa.Numeric(precision=12, scale=2)),
        sa.Column("assessment", postgresql.JSONB(), nullable=False),
        sa.Column("held_by", sa.Uuid()),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("submitted_by", sa.Uuid()),
        sa.Column("submitted_at", sa.DateTime(timezone=True)),
        sa.Column("reviewed_by", sa.Uuid()),
        sa.Column("reviewed_at", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.String()),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "extract(day from month) = 1", name=op.f("ck_monthly_report_month_is_its_first_day")
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by"], ["account.id"], name="fk_monthly_report_reviewed_by"
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by"], ["account.id"], name="fk_monthly_report_submitted_by"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "intern_id"],
            ["intern.unit_id", "intern.id"],
            name="fk_monthly_report_unit_id_intern_id",
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "post_id"],
            ["post.unit_id", "post.id"],
            name="fk_monthly_report_unit_id_post_id",
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "region"],
            ["unit.id", "unit.region"],
            name="fk_monthly_report_unit_id_region",
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("unit_id", "id", name="pk_monthly_report"),
    )
    op.create_index("ix_monthly_report_region_id", "monthly_report", ["region", "id"])
    op.create_index(
        "ix_monthly_report_unit_id_intern_id_month",
        "monthly_report",
        ["unit_id", "intern_id", "month"],
    )
    op.create_index("ix_monthly_report_unit_id_month", "monthly_report", ["unit_id", "month"])
    op.create_index(
        "uq_monthly_report_unit_id_intern_id_month_standing",
        "monthly_report",
        ["unit_id", "intern_id", "month"],
        unique=True,
        postgresql_where="status NOT IN ('WITHDRAWN', 'REFUSED')",
    )
    secure("monthly_report", Owner.UNIT)


def _create_claimed_report() -> None:
    op.create_table(
        "claimed_report",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id", "line_id"],
            ["claim_line.unit_id", "claim_line.id"],
            name="fk_claimed_report_unit_id_line_id",
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "region"],
            ["unit.id", "unit.region"],
            name="fk_claimed_report_unit_id_region",
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "report_id"],
            ["monthly_report.unit_id", "monthly_report.id"],
            name="fk_claimed_report_unit_id_report_id",
        ),
        sa.PrimaryKeyConstraint("unit_id", "id", name="pk_claimed_report"),
    )
    op.create_index("ix_claimed_report_region_id", "claimed_report", ["region", "id"])
    op.create_index("ix_claimed_report_unit_id_line_id", "claimed_report", ["unit_id", "line_id"])
    op.create_index(
        "uq_claimed_report_unit_id_report_id_held",
        "claimed_report",
        ["unit_id", "report_id"],
        unique=True,
        postgresql_where="held",
    )
    secure("claimed_report", Owner.UNIT)
