"""What units are shown to be, and contributions partitioned by month.

Revision: 0012
Follows: 0011
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import secure, unbound
from models import Owner

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

OPEN = "status IN ('SUBMITTED', 'RETURNED')"


CONTRIBUTION = "insurance_contribution"
PARTS, ASIDE = "partitions", "set_aside"
BY = "fk_fact_load_account_id"
YEARS = range(2015, 2036)
MOVED = """
    INSERT INTO insurance_contribution
        (person_id, id, region, month, employer_credit_code, source, as_of, void)
    SELECT person_id, id, region, month, employer_credit_code, source, as_of, void
    FROM set_aside.insurance_contribution
"""


def upgrade() -> None:
    """Create the table; give each year's contributions a partition, and move what is there."""
    _create_qualification()
    op.add_column("fact_load", sa.Column("account_id", sa.Uuid()))
    op.create_foreign_key(BY, "fact_load", "account", ["account_id"], ["id"])
    op.execute(f"CREATE SCHEMA {PARTS}")
    _create_contribution("id", "month", partitioned_by="RANGE (month)")
    op.execute(f"CREATE TABLE {PARTS}.{CONTRIBUTION}_default PARTITION OF {CONTRIBUTION} DEFAULT")
    for year in YEARS:
        op.execute(
            f"CREATE TABLE {PARTS}.{CONTRIBUTION}_{year} PARTITION OF {CONTRIBUTION} "
            f"FOR VALUES FROM ('{year}-01-01') TO ('{year + 1}-01-01')"
        )
    _move_contributions()


def downgrade() -> None:
    """Put all contributions into one table again, and drop the other one."""
    _create_contribution("id")
    _move_contributions()
    op.execute(f"DROP SCHEMA {PARTS}")
    op.drop_column("fact_load", "account_id")
    op.drop_table("qualification")


def _create_contribution(*key: str, partitioned_by: str | None = None) -> None:
    """Create the table of contributions, the one that was there being set aside.

    The service reaches partitions through their table alone, whose policies bind it: it may not
    even enter the schema in which they lie.
    """
    op.execute(f"CREATE SCHEMA {ASIDE}")
    op.execute(f"ALTER TABLE {CONTRIBUTION} SET SCHEMA {ASIDE}")
    table = CONTRIBUTION
    op.create_table(
        table,
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("employer_credit_code", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("void", sa.Boolean(), server_default="false", nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id", "region"],
            ["person.id", "person.region"],
            name=f"fk_{table}_person_id_region",
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", *key, name=f"pk_{table}"),
        sa.UniqueConstraint(
            "person_id",
            "month",
            "employer_credit_code",
            name=f"uq_{table}_person_id_month_employer_credit_code",
        ),
        postgresql_partition_by=partitioned_by,
    )
    secure(table, Owner.PERSON)


def _move_contributions() -> None:
    """Move the rows that were set aside, whoever they are about."""
    with unbound(CONTRIBUTION, f"{ASIDE}.{CONTRIBUTION}"):
        op.execute(MOVED)
    op.execute(f"DROP TABLE {ASIDE}.{CONTRIBUTION}")
    op.execute(f"DROP SCHEMA {ASIDE}")


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
