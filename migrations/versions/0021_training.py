"""Courses, training classes, trainees with their places, completions, and claims for them.

Revision: 0021
Follows: 0020
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import DATERANGE

from migrations.policies import secure
from models import Owner

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

REGION = sa.String(length=6, collation="C")
MOMENT = sa.DateTime(timezone=True)
OPEN = "status IN ('SUBMITTED', 'RETURNED')"
ONCE = "ex_claim_unit_id_course_code_class_id"
NAMES_CLASS = "training_names_its_class"
ARE_A_CLASS = "trainees_are_a_class"
HELD = "uq_claim_line_unit_id_trainee_id_held"
POINTING = {"roster": "class_id", "claim": "class_id", "claim_line": "trainee_id"}
"""Which tables point at a class or at a trainee, and by which column."""


def upgrade() -> None:
    """Make the tables, and let rosters, claims and lines point at them."""
    _create_series()
    _create_course()
    _create_class()
    _create_trainee()
    _create_completion()
    for table, column in POINTING.items():
        _point(table, column)
    op.create_check_constraint(
        ARE_A_CLASS, "roster", "(kind IN ('TRAINEES', 'SCORES')) = (class_id IS NOT NULL)"
    )
    _claim_once()


def downgrade() -> None:
    """Take all of it back."""
    op.drop_index(HELD, "claim_line")
    op.drop_constraint(ONCE, "claim")
    op.drop_constraint(op.f(f"ck_claim_{NAMES_CLASS}"), "claim")
    op.drop_constraint(op.f(f"ck_roster_{ARE_A_CLASS}"), "roster")
    op.drop_column("claim", "course_code")
    for table, column in POINTING.items():
        op.drop_index(f"ix_{table}_unit_id_{column}", table)
        op.drop_constraint(f"fk_{table}_unit_id_{column}", table)
        op.drop_column(table, column)
    for table in ("completion", "trainee", "training_class", "course", "number_series"):
        op.drop_table(table)


def _claim_once() -> None:
    op.add_column("claim", sa.Column("course_code", sa.String()))
    op.create_check_constraint(
        NAMES_CLASS,
        "claim",
        "(kind = 'TRAINING') = (class_id IS NOT NULL AND course_code IS NOT NULL)",
    )
    op.create_exclude_constraint(
        ONCE,
        "claim",
        ("unit_id", "="),
        ("course_code", "="),
        ("class_id", "<>"),
        using="gist",
        where="class_id IS NOT NULL AND status NOT IN ('DRAFT', 'WITHDRAWN', 'REFUSED')",
    )
    op.create_index(
        HELD,
        "claim_line",
        ["unit_id", "trainee_id"],
        unique=True,
        postgresql_where="held AND trainee_id IS NOT NULL AND supplements_id IS NULL",
    )


def _point(table: str, column: str) -> None:
    target = "trainee" if column == "trainee_id" else "training_class"
    op.add_column(table, sa.Column(column, sa.Uuid()))
    pair = ["unit_id", column]
    op.create_foreign_key(f"fk_{table}_unit_id_{column}", table, target, pair, ["unit_id", "id"])
    op.create_index(f"ix_{table}_unit_id_{column}", table, pair)


def _create_series() -> None:
    op.create_table(
        "number_series",
        sa.Column("bucket", sa.String(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", name="pk_number_series"),
    )
    secure("number_series", Owner.BUCKET, None)


def _create_course() -> None:
    op.create_table(
        "course",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", REGION, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("fee", sa.Numeric(12, 2), nullable=False),
        sa.Column("offered", sa.Boolean(), nullable=False),
        sa.Column("entered_by", sa.Uuid()),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.CheckConstraint("hours > 0 AND fee >= 0", name="figures_make_sense"),
        sa.ForeignKeyConstraint(["region"], ["region.code"], name="fk_course_region"),
        sa.ForeignKeyConstraint(["entered_by"], ["account.id"], name="fk_course_entered_by"),
        sa.PrimaryKeyConstraint("id", name="pk_course"),
        sa.UniqueConstraint("code", "edition", name="uq_course_code_edition"),
    )
    secure("course", Owner.REGISTER, append_only=True)


def _create_class() -> None:
    _create_reviewed(
        "training_class",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("place", REGION, nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("course_code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("completed_on", sa.Date()),
        sa.CheckConstraint("opens_on <= ends_on", name="opens_before_it_ends"),
        sa.ForeignKeyConstraint(["place"], ["region.code"], name="fk_training_class_place"),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_training_class_course_id"),
        sa.UniqueConstraint("number", name="uq_training_class_number"),
    )
    op.create_index("ix_training_class_course_id", "training_class", ["course_id"])
    op.create_index(
        "ix_training_class_unit_id_course_code", "training_class", ["unit_id", "course_code"]
    )
    secure("training_class", Owner.UNIT)


def _create_trainee() -> None:
    op.create_table(
        "trainee",
        *_unit_owned("trainee"),
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("roster_row_id", sa.Uuid()),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("id_number_masked", sa.String(), nullable=False),
        sa.Column("during", DATERANGE(), server_default="empty", nullable=False),
        sa.Column("place", sa.Integer()),
        sa.Column("period_from", sa.Date()),
        sa.Column("most", sa.Integer()),
        sa.Column("override_reason", sa.String()),
        sa.Column("overridden_by", sa.Uuid()),
        sa.Column("overridden_at", MOMENT),
        sa.Column("score", sa.Numeric(6, 2)),
        sa.Column("scored_at", MOMENT),
        sa.Column("outcome", sa.String(40), server_default="OPEN", nullable=False),
        sa.CheckConstraint("isempty(during) = (place IS NULL)", name="takes_both_or_neither"),
        sa.CheckConstraint(
            "place IS NULL OR (period_from IS NOT NULL AND most IS NOT NULL AND place > 0)",
            name="a_place_is_one_of_a_period",
        ),
        sa.CheckConstraint("place <= most OR override_reason IS NOT NULL", name="within_the_most"),
        sa.CheckConstraint("score >= 0", name="scores_count_up"),
        sa.ForeignKeyConstraint(
            ["unit_id", "class_id"],
            ["training_class.unit_id", "training_class.id"],
            name="fk_trainee_unit_id_class_id",
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "roster_row_id"],
            ["roster_row.unit_id", "roster_row.id"],
            name="fk_trainee_unit_id_roster_row_id",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_trainee_person_id"),
        sa.ForeignKeyConstraint(["overridden_by"], ["account.id"], name="fk_trainee_overridden_by"),
        sa.UniqueConstraint(
            "unit_id", "class_id", "person_id", name="uq_trainee_unit_id_class_id_person_id"
        ),
    )
    op.create_index("ix_trainee_region_id", "trainee", ["region", "id"])
    op.create_index("ix_trainee_person_id", "trainee", ["person_id"])
    op.create_index("ix_trainee_unit_id_roster_row_id", "trainee", ["unit_id", "roster_row_id"])
    op.create_exclude_constraint(
        "ex_trainee_person_id_during",
        "trainee",
        ("person_id", "="),
        ("during", "&&"),
        using="gist",
    )
    op.create_index(
        "uq_trainee_person_id_period_from_place",
        "trainee",
        ["person_id", "period_from", "place"],
        unique=True,
        postgresql_where="place IS NOT NULL",
    )
    secure("trainee", Owner.TRAINEE)


def _create_completion() -> None:
    _create_reviewed(
        "completion",
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("completed", sa.Integer(), nullable=False),
        sa.Column("not_completed", sa.Integer(), nullable=False),
        sa.CheckConstraint("completed >= 0 AND not_completed >= 0", name="counts_are_counts"),
        sa.ForeignKeyConstraint(
            ["unit_id", "class_id"],
            ["training_class.unit_id", "training_class.id"],
            name="fk_completion_unit_id_class_id",
        ),
    )
    op.create_index(
        "uq_completion_unit_id_class_id_standing",
        "completion",
        ["unit_id", "class_id"],
        unique=True,
        postgresql_where="status <> 'WITHDRAWN'",
    )
    secure("completion", Owner.UNIT)


def _unit_owned(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", REGION, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(
            ["unit_id", "region"],
            ["unit.id", "unit.region"],
            name=f"fk_{table}_unit_id_region",
            onupdate="CASCADE",
        ),
    ]


def _create_reviewed(table: str, *items: sa.schema.SchemaItem) -> None:
    """Make a table of records that somebody submits, with the queue's two indexes."""
    op.create_table(
        table,
        *_unit_owned(table),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("submitted_by", sa.Uuid()),
        sa.Column("submitted_at", MOMENT),
        sa.Column("reviewed_by", sa.Uuid()),
        sa.Column("reviewed_at", MOMENT),
        sa.Column("reason", sa.String()),
        *(
            sa.ForeignKeyConstraint([by], ["account.id"], name=f"fk_{table}_{by}")
            for by in ("submitted_by", "reviewed_by")
        ),
        *items,
    )
    op.create_index(f"ix_{table}_region_id", table, ["region", "id"])
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
