"""External facts of every kind, who loaded them when, and claims for mentoring (X13, J34-J37).

Revision: 0007
Follows: 0006
"""

import sqlalchemy as sa
from alembic import op

from migrations.policies import secure, unbound
from models import Owner

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, and add what mentoring asks of claims."""
    for table in ("insurance_contribution", "unemployment_registration"):
        op.add_column(table, _void())
    op.add_column("person", sa.Column("source", sa.String()))
    op.add_column("person", sa.Column("as_of", sa.Date()))
    _create_transfer_employment()
    _create_labour_contract()
    _create_fact_load()
    _let_claims_have_a_year()
    _let_lines_hold_persons()


def downgrade() -> None:
    """Take all of it back."""
    op.drop_index("uq_claim_line_person_id_mentored", "claim_line")
    op.drop_constraint("fk_claim_line_unit_id_claim_id_claim_kind", "claim_line")
    op.drop_column("claim_line", "held")
    op.drop_column("claim_line", "claim_kind")
    op.create_foreign_key(
        "fk_claim_line_unit_id_claim_id",
        "claim_line",
        "claim",
        ["unit_id", "claim_id"],
        ["unit_id", "id"],
    )
    op.drop_constraint("uq_claim_unit_id_id_kind", "claim")
    op.drop_constraint(op.f("ck_claim_mentoring_has_a_year"), "claim")
    op.drop_column("claim", "year")
    for table in ("fact_load", "labour_contract", "transfer_employment"):
        op.drop_table(table)
    for table, column in (
        ("person", "as_of"),
        ("person", "source"),
        ("unemployment_registration", "void"),
        ("insurance_contribution", "void"),
    ):
        op.drop_column(table, column)


def _void() -> sa.Column[bool]:
    return sa.Column("void", sa.Boolean(), server_default="false", nullable=False)


def _fact(table: str, *columns: sa.Column[object]) -> list[sa.schema.SchemaItem]:
    """Write what every table of facts has: whose it is, on whose word, as of when."""
    return [
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        *columns,
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        _void(),
        sa.ForeignKeyConstraint(
            ["person_id", "region"],
            ["person.id", "person.region"],
            name=f"fk_{table}_person_id_region",
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "id", name=f"pk_{table}"),
    ]


def _create_transfer_employment() -> None:
    op.create_table(
        "transfer_employment",
        *_fact(
            "transfer_employment",
            sa.Column("transferred_on", sa.Date(), nullable=False),
            sa.Column("ended_on", sa.Date()),
            sa.Column("destination", sa.String()),
        ),
        sa.UniqueConstraint(
            "person_id", "transferred_on", name="uq_transfer_employment_person_id_transferred_on"
        ),
    )
    secure("transfer_employment", Owner.PERSON)


def _create_labour_contract() -> None:
    op.create_table(
        "labour_contract",
        *_fact(
            "labour_contract",
            sa.Column("employer_credit_code", sa.String(), nullable=False),
            sa.Column("signed_on", sa.Date(), nullable=False),
            sa.Column("starts_on", sa.Date(), nullable=False),
            sa.Column("ends_on", sa.Date()),
            sa.Column("open_ended", sa.Boolean(), nullable=False),
        ),
        sa.UniqueConstraint(
            "person_id",
            "employer_credit_code",
            "starts_on",
            name="uq_labour_contract_person_id_employer_credit_code_starts_on",
        ),
        sa.CheckConstraint(
            "starts_on <= ends_on", name=op.f("ck_labour_contract_starts_before_it_ends")
        ),
        sa.CheckConstraint(
            "NOT open_ended OR ends_on IS NULL",
            name=op.f("ck_labour_contract_open_ended_has_no_end"),
        ),
    )
    secure("labour_contract", Owner.PERSON)


def _create_fact_load() -> None:
    op.create_table(
        "fact_load",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("latest", sa.Date()),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("loaded", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column(
            "loaded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(["region"], ["region.code"], name="fk_fact_load_region"),
        sa.PrimaryKeyConstraint("id", name="pk_fact_load"),
        sa.UniqueConstraint(
            "kind", "source", "as_of", "region", "digest",
            name="uq_fact_load_kind_source_as_of_region_digest",
        ),
    )  # fmt: skip
    op.create_index("ix_fact_load_kind_region_as_of", "fact_load", ["kind", "region", "as_of"])
    secure("fact_load", Owner.REGISTER)


def _let_claims_have_a_year() -> None:
    op.add_column("claim", sa.Column("year", sa.Integer()))
    with unbound("claim"):
        op.execute("UPDATE claim SET year = extract(year FROM created_at) WHERE kind = 'MENTORING'")
    op.create_check_constraint(
        op.f("ck_claim_mentoring_has_a_year"), "claim", "kind <> 'MENTORING' OR year IS NOT NULL"
    )
    op.create_unique_constraint("uq_claim_unit_id_id_kind", "claim", ["unit_id", "id", "kind"])


def _let_lines_hold_persons() -> None:
    """Tell on a line its claim's kind, and whether it holds: nobody is mentored twice (J35)."""
    op.add_column("claim_line", sa.Column("claim_kind", sa.String(40)))
    op.add_column(
        "claim_line", sa.Column("held", sa.Boolean(), server_default="false", nullable=False)
    )
    with unbound("claim_line", "claim", "claimed_report"):
        op.execute(
            "UPDATE claim_line SET claim_kind = claim.kind FROM claim "
            "WHERE claim.unit_id = claim_line.unit_id AND claim.id = claim_line.claim_id"
        )
        op.execute(
            "UPDATE claim_line SET held = true WHERE EXISTS (SELECT FROM claimed_report AS r "
            "WHERE r.unit_id = claim_line.unit_id AND r.line_id = claim_line.id AND r.held)"
        )
    op.alter_column("claim_line", "claim_kind", nullable=False)
    op.drop_constraint("fk_claim_line_unit_id_claim_id", "claim_line")
    op.create_foreign_key(
        "fk_claim_line_unit_id_claim_id_claim_kind",
        "claim_line",
        "claim",
        ["unit_id", "claim_id", "claim_kind"],
        ["unit_id", "id", "kind"],
    )
    op.create_index(
        "uq_claim_line_person_id_mentored",
        "claim_line",
        ["person_id"],
        unique=True,
        postgresql_where="held AND claim_kind = 'MENTORING'",
    )
