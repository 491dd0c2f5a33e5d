"""Training classes 培训班, who attends them, and how they end (S20-S30, S33)."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.kernel.attached_to import AttachedTo
from models.kernel.base import (
    Base,
    Changeable,
    Owner,
    RegionCode,
    UnitOwned,
    build_enum_type,
    build_unit_table_args,
    reference_account,
    reference_same_unit,
    relate_same_unit,
)
from models.kernel.reading import ReadBy, Reading
from models.kernel.reviewed import Reviewed
from models.rosters.roster import RosterRow
from models.training.course import Course
from models.units.person import Person


class TraineeOutcome(StrEnum):
    """Whether a trainee has completed the class (S27). 结业情况"""

    OPEN = "OPEN"
    COMPLETED = "COMPLETED"
    NOT_COMPLETED = "NOT_COMPLETED"


class NumberSeries(Base):
    """The last number given of a series, such as a day's classes in a region (S22).

    Whoever takes the next one holds the row until the end of the transaction, and gives it back
    with it: so that the numbers have no gaps.
    """

    __tablename__ = "number_series"
    owner = Owner.BUCKET

    bucket: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]


class TrainingClass(Reviewed):
    """A class of an enterprise's own staff for a course (S22). 培训班

    `number` 培训期号 is made from `place` and the opening day that was planned at first, and stays
    (S22). `place` is the enterprise's region at submission, which decides (X21). `completed_on` is
    the day on which its completion was approved (S27).
    """

    __tablename__ = "training_class"
    read_by = (
        ReadBy(reading=Reading.TRAINING),
        ReadBy(
            reading=Reading.PUBLISHED,
            through="claim",
            pairs={"unit_id": "unit_id", "class_id": "id"},
        ),
    )
    attached_to = AttachedTo.TRAINING_CLASS
    ordered_by = ("opens_on",)
    __table_args__ = build_unit_table_args(
        UniqueConstraint("number"),
        CheckConstraint("opens_on <= ends_on", name="opens_before_it_ends"),
        Index(None, "unit_id", "course_code"),
        Index(None, "course_id"),
    )

    number: Mapped[str]
    place: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"))
    course_code: Mapped[str]
    name: Mapped[str]
    opens_on: Mapped[date]
    ends_on: Mapped[date]
    completed_on: Mapped[date | None]

    course: Mapped[Course] = relationship(lazy="raise")


class Trainee(UnitOwned, Changeable):
    """A person who attends a class 学员, and what it takes of their time and places (S21, S23).

    From the class's submission on, `during` are its days and `place` is one of the person's
    places in the programme period that began on `period_from`, of which there are `most`; both are
    empty while the class does not count (S33). Constraints look across units, where policies don't:
    one class at a time, and each place once. A place beyond the most takes an officer's
    `override_reason` (S21, X3); no override lets two classes overlap. An override before a place
    names the period for which it was given.

    The person sees their own row, but neither the class nor the unit: so it tells by itself for
    which course it is, and who entered them, as the unit was called then.
    """

    __tablename__ = "trainee"
    read_by = (
        ReadBy(reading=Reading.TRAINING),
        ReadBy(
            reading=Reading.PUBLISHED,
            through="claim_line",
            pairs={"unit_id": "unit_id", "trainee_id": "id"},
        ),
    )
    has_history = True
    __table_args__ = build_unit_table_args(
        reference_same_unit("class_id", "training_class"),
        reference_same_unit("roster_row_id", "roster_row"),
        UniqueConstraint("unit_id", "class_id", "person_id"),
        Index(None, "person_id"),
        Index(None, "unit_id", "roster_row_id"),
        Index(None, "course_id"),
        CheckConstraint("isempty(during) = (place IS NULL)", name="takes_both_or_neither"),
        CheckConstraint(
            "place IS NULL OR (period_from IS NOT NULL AND most IS NOT NULL AND place > 0)",
            name="a_place_is_one_of_a_period",
        ),
        CheckConstraint("place <= most OR override_reason IS NOT NULL", name="within_the_most"),
        CheckConstraint("score >= 0", name="scores_count_up"),
        ExcludeConstraint(
            ("person_id", "="),
            ("during", "&&"),
            name="ex_trainee_person_id_during",
            using="gist",
        ),
        Index(
            "uq_trainee_person_id_period_from_place",
            "person_id",
            "period_from",
            "place",
            unique=True,
            postgresql_where="place IS NOT NULL",
        ),
    )
    owner = Owner.TRAINEE

    class_id: Mapped[UUID]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    roster_row_id: Mapped[UUID | None]
    course_id: Mapped[UUID | None] = mapped_column(ForeignKey("course.id"))
    unit_name: Mapped[str | None]
    name: Mapped[str]
    id_number_masked: Mapped[str]
    during: Mapped[Range[date]] = mapped_column(
        DATERANGE, default=Range(empty=True), server_default=text("'empty'")
    )
    place: Mapped[int | None]
    period_from: Mapped[date | None]
    most: Mapped[int | None]
    override_reason: Mapped[str | None]
    overridden_by: Mapped[UUID | None] = reference_account()
    overridden_at: Mapped[datetime | None]
    score: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    scored_at: Mapped[datetime | None]
    outcome: Mapped[TraineeOutcome] = mapped_column(
        build_enum_type(TraineeOutcome), default=TraineeOutcome.OPEN, server_default="OPEN"
    )

    training_class: Mapped[TrainingClass] = relate_same_unit("Trainee", "class_id", "TrainingClass")
    person: Mapped[Person] = relationship(lazy="raise")
    course: Mapped[Course | None] = relationship(lazy="raise")
    roster_row: Mapped[RosterRow | None] = relate_same_unit("Trainee", "roster_row_id", "RosterRow")


class Completion(Reviewed):
    """That a class has been completed 班级结业, for an officer to review (S27). 结业申请

    `completed` and `not_completed` count its trainees by their scores, as it was filed.
    """

    __tablename__ = "completion"
    read_by = (ReadBy(reading=Reading.TRAINING),)
    attached_to = AttachedTo.COMPLETION
    __table_args__ = build_unit_table_args(
        reference_same_unit("class_id", "training_class"),
        CheckConstraint("completed >= 0 AND not_completed >= 0", name="counts_are_counts"),
        Index(
            "uq_completion_unit_id_class_id_standing",
            "unit_id",
            "class_id",
            unique=True,
            postgresql_where="status <> 'WITHDRAWN'",
        ),
    )

    class_id: Mapped[UUID]
    completed: Mapped[int]
    not_completed: Mapped[int]

    training_class: Mapped[TrainingClass] = relate_same_unit(
        "Completion", "class_id", "TrainingClass"
    )
