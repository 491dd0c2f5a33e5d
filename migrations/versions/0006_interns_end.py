"""How internships and declarations end, what follows, and how approved records change.

Revision: 0006
Follows: 0005
"""

import logging
from collections import defaultdict
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql.ranges import MultiRange, Range
from uuid_utils.compat import uuid7

from migrations.policies import secure, unbound
from models import Owner
from rules.internship.internship import (
    DAYS_PER_MONTH,
    OtherInternship,
    choose_free_slots,
    count_slots,
    find_term_faults,
)
from rules.kernel.parameter import MissingParameter, Parameter, Policy

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


STANDING = "status NOT IN ('WITHDRAWN', 'REFUSED', 'VOIDED')"
REPORTED = "uq_monthly_report_unit_id_intern_id_month_standing"
TABLES = ("reduction", "clawback", "change_request", "post_assignment", "internship_term")
COLUMNS: tuple[tuple[str, str, sa.types.TypeEngine[Any], str | None], ...] = (
    ("intern", "end_reason", sa.String(40), None),
    ("intern", "destination", sa.String(40), None),
    ("declaration", "ended_on", sa.Date(), None),
    ("declaration", "end_kind", sa.String(40), None),
    ("bank_account", "holder", sa.String(40), "UNIT"),
    ("monthly_report", "clawed_back", sa.Boolean(), "false"),
)
"""Columns of tables that were there before: with what each starts, or that it may be empty."""


def upgrade() -> None:
    """Create the tables, those that others point at first, and count the interns there are."""
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    for table, name, type_, default in COLUMNS:
        column = sa.Column(name, type_, server_default=default, nullable=default is None)
        op.add_column(table, column)
    op.create_check_constraint(
        op.f("ck_declaration_ended_with_date_and_kind"),
        "declaration",
        "(status = 'ENDED') = (ended_on IS NOT NULL AND end_kind IS NOT NULL)",
    )
    _reports_stand_where(STANDING)
    _create_reduction()
    _create_clawback()
    _create_change_request()
    _create_post_assignment()
    _create_internship_term()
    with unbound("intern", "parameter", "internship_term"):
        _count_interns()


def downgrade() -> None:
    """Drop the tables, those that point at others first; the extension may serve others."""
    for table in reversed(TABLES):
        op.drop_table(table)
    _reports_stand_where("status NOT IN ('WITHDRAWN', 'REFUSED')")
    op.drop_constraint(op.f("ck_declaration_ended_with_date_and_kind"), "declaration")
    for table, name, _, _ in reversed(COLUMNS):
        op.drop_column(table, name)


def _reports_stand_where(condition: str) -> None:
    op.drop_index(REPORTED, "monthly_report")
    op.create_index(
        REPORTED,
        "monthly_report",
        ["unit_id", "intern_id", "month"],
        unique=True,
        postgresql_where=condition,
    )


def _unit_owned() -> list[sa.Column[object]]:
    return [
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
    ]


def _changeable() -> list[sa.Column[object]]:
    now = sa.text("now()")
    return [
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
    ]


def _reviewed() -> list[sa.Column[object]]:
    return [
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("submitted_by", sa.Uuid()),
        sa.Column("submitted_at", sa.DateTime(timezone=True)),
        sa.Column("reviewed_by", sa.Uuid()),
        sa.Column("reviewed_at", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.String()),
    ]


def _by_account(table: str, *columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], ["account.id"], name=f"fk_{table}_{column}")
        for column in columns
    ]


def _keys(table: str, **pointed: str) -> list[sa.Constraint]:
    """Write the primary key, the region kept true, and the rows of the same unit pointed at."""
    return [
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


def _create_reduction() -> None:
    op.create_table(
        "reduction",
        *_unit_owned(),
        sa.Column("intern_id", sa.Uuid(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("end_reason", sa.String(40), nullable=False),
        sa.Column("destination", sa.String(40)),
        sa.Column("cause", sa.String()),
        sa.Column("note", sa.String()),
        *_reviewed(),
        *_changeable(),
        *_keys("reduction", intern_id="intern"),
        *_by_account("reduction", "submitted_by", "reviewed_by"),
        sa.CheckConstraint(
            "(end_reason = 'EMPLOYED') = (destination IS NOT NULL)",
            name=op.f("ck_reduction_employed_goes_somewhere"),
        ),
        sa.CheckConstraint(
            "(end_reason = 'COULD_NOT_COMPLETE') = (cause IS NOT NULL)",
            name=op.f("ck_reduction_failure_has_a_cause"),
        ),
        sa.CheckConstraint(
            "(end_reason <> 'EMPLOYED') = (note IS NOT NULL)",
            name=op.f("ck_reduction_unemployed_have_a_note"),
        ),
    )
    op.create_index("ix_reduction_region_id", "reduction", ["region", "id"])
    op.create_index("ix_reduction_unit_id_intern_id", "reduction", ["unit_id", "intern_id"])
    op.create_index(
        "uq_reduction_unit_id_intern_id_standing",
        "reduction",
        ["unit_id", "intern_id"],
        unique=True,
        postgresql_where=STANDING,
    )
    secure("reduction", Owner.UNIT)


def _create_clawback() -> None:
    op.create_table(
        "clawback",
        *_unit_owned(),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("reduction_id", sa.Uuid()),
        sa.Column("amount", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("explanation", postgresql.JSONB(), nullable=False),
        *_reviewed(),
        *_changeable(),
        *_keys("clawback", line_id="claim_line", reduction_id="reduction"),
        *_by_account("clawback", "submitted_by", "reviewed_by"),
        sa.CheckConstraint("amount > 0", name=op.f("ck_clawback_claws_something_back")),
    )
    op.create_index("ix_clawback_region_id", "clawback", ["region", "id"])
    op.create_index("ix_clawback_unit_id_line_id", "clawback", ["unit_id", "line_id"])
    op.create_index(
        "uq_clawback_unit_id_line_id_standing",
        "clawback",
        ["unit_id", "line_id"],
        unique=True,
        postgresql_where=STANDING,
    )
    secure("clawback", Owner.UNIT)


def _create_change_request() -> None:
    op.create_table(
        "change_request",
        *_unit_owned(),
        sa.Column("record", sa.String(40), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("base", postgresql.JSONB(), nullable=False),
        sa.Column("values", postgresql.JSONB(), nullable=False),
        sa.Column("changes", postgresql.JSONB(), nullable=False),
        sa.Column("motive", sa.String(), nullable=False),
        sa.Column("takes_effect_on", sa.Date()),
        *_reviewed(),
        *_changeable(),
        *_keys("change_request"),
        *_by_account("change_request", "submitted_by", "reviewed_by"),
    )
    op.create_index("ix_change_request_region_id", "change_request", ["region", "id"])
    op.create_index(
        "ix_change_request_unit_id_record_id", "change_request", ["unit_id", "record_id"]
    )
    op.create_index(
        "uq_change_request_unit_id_record_id_pending",
        "change_request",
        ["unit_id", "record_id"],
        unique=True,
        postgresql_where="status IN ('DRAFT', 'SUBMITTED', 'RETURNED')",
    )
    secure("change_request", Owner.UNIT)


def _create_post_assignment() -> None:
    op.create_table(
        "post_assignment",
        *_unit_owned(),
        sa.Column("intern_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        *_keys("post_assignment", intern_id="intern", post_id="post"),
    )
    op.create_index("ix_post_assignment_region_id", "post_assignment", ["region", "id"])
    op.create_index(
        "uq_post_assignment_unit_id_intern_id_since",
        "post_assignment",
        ["unit_id", "intern_id", "since"],
        unique=True,
    )
    secure("post_assignment", Owner.UNIT)


def _create_internship_term() -> None:
    op.create_table(
        "internship_term",
        *_unit_owned(),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("intern_id", sa.Uuid(), nullable=False),
        sa.Column("term", postgresql.DATERANGE(), nullable=False),
        sa.Column("slots", postgresql.INT4MULTIRANGE(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        *_keys("internship_term", intern_id="intern"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_internship_term_person_id"),
        sa.CheckConstraint(
            "isempty(term) = isempty(slots)",
            name=op.f("ck_internship_term_takes_both_or_neither"),
        ),
        sa.CheckConstraint(
            "slots <@ int4multirange(int4range(0, most))",
            name=op.f("ck_internship_term_within_the_most"),
        ),
        *(
            postgresql.ExcludeConstraint(
                ("person_id", "="),
                (column, "&&"),
                name=f"ex_internship_term_person_id_{column}",
                using="gist",
            )
            for column in ("term", "slots")
        ),
    )
    op.create_index("ix_internship_term_region_id", "internship_term", ["region", "id"])
    op.create_index(
        "uq_internship_term_unit_id_intern_id",
        "internship_term",
        ["unit_id", "intern_id"],
        unique=True,
    )
    secure("internship_term", Owner.UNIT_ABOUT_PERSON)


_INTERNS = sa.text("""
    SELECT unit_id, id, region, person_id, category, starts_on, coalesce(ended_on, ends_on) AS last
    FROM intern WHERE status IN ('SUBMITTED', 'RETURNED', 'APPROVED')
    ORDER BY person_id, status = 'APPROVED' DESC, submitted_at NULLS LAST, id
""")
_PARAMETERS = sa.text("""
    SELECT id, key, region, category, value, unit, effective_from, effective_to, source, confirmed,
        coalesce(decided_at, created_at)
    FROM parameter WHERE status = 'APPROVED' AND key = 'internship.max_months'
""")
_TERM = sa.table(
    "internship_term",
    sa.column("unit_id", sa.Uuid()),
    sa.column("id", sa.Uuid()),
    sa.column("region"),
    sa.column("person_id", sa.Uuid()),
    sa.column("intern_id", sa.Uuid()),
    sa.column("term", postgresql.DATERANGE()),
    sa.column("slots", postgresql.INT4MULTIRANGE()),
    sa.column("most"),
)


def _count_interns() -> None:
    """Count the interns that were submitted before anybody counted (J23).

    Of a person's that don't fit together the approved ones come first, then the earlier ones. What
    finds no place stays as it is and uncounted; it is judged when it is next submitted or approved.
    """
    connection = op.get_bind()
    policy = Policy(Parameter(*row) for row in connection.execute(_PARAMETERS))
    taken: defaultdict[UUID, list[OtherInternship]] = defaultdict(list)
    uncounted = 0
    for row in connection.execute(_INTERNS).all():
        counted = _counted(row, taken[row.person_id], policy)
        if counted is None:
            uncounted += 1
        else:
            connection.execute(_TERM.insert().values(counted))
    if uncounted:
        logging.getLogger("alembic").warning("%d interns are not counted (J23)", uncounted)


def _counted(
    row: sa.Row[Any], others: list[OtherInternship], policy: Policy
) -> dict[str, object] | None:
    """Find an intern's place among the person's others; None where there is none."""
    try:
        most = policy.get_integer("internship.max_months", row.region, row.starts_on, row.category)
    except MissingParameter:
        return None
    if list(find_term_faults(row.starts_on, row.last, others, most)):
        return None
    slots = choose_free_slots(count_slots(row.starts_on, row.last), others)
    others.append(OtherInternship(row.starts_on, row.last, slots))
    return {
        "unit_id": row.unit_id,
        "id": uuid7(),
        "region": row.region,
        "person_id": row.person_id,
        "intern_id": row.id,
        "term": Range(row.starts_on, row.last + timedelta(days=1)),
        "slots": MultiRange(Range(first, last) for first, last in slots),
        "most": most * DAYS_PER_MONTH,
    }
