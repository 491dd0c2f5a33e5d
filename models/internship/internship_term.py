from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import (
    DATERANGE,
    INT4MULTIRANGE,
    ExcludeConstraint,
    Range,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.internship.intern import Intern
from models.kernel.base import (
    Owner,
    UnitOwned,
    build_unit_table_args,
    reference_same_unit,
    relate_same_unit,
)
from models.kernel.reading import ReadBy, Reading


class InternshipTerm(UnitOwned):
    """What an internship takes of its person's time: days, and slots of all there are (J23).

    Both are empty while it doesn't count. Constraints look across units, where policies don't: one
    unit at a time (`term`), and no more slots in all than a person has (`slots`).
    """

    __tablename__ = "internship_term"
    read_by = (ReadBy(reading=Reading.INTERNSHIPS),)
    __table_args__ = build_unit_table_args(
        reference_same_unit("intern_id", "intern"),
        Index("uq_internship_term_unit_id_intern_id", "unit_id", "intern_id", unique=True),
        CheckConstraint("isempty(term) = isempty(slots)", name="takes_both_or_neither"),
        CheckConstraint("slots <@ int4multirange(int4range(0, most))", name="within_the_most"),
        ExcludeConstraint(
            ("person_id", "="),
            ("term", "&&"),
            name="ex_internship_term_person_id_term",
            using="gist",
        ),
        ExcludeConstraint(
            ("person_id", "="),
            ("slots", "&&"),
            name="ex_internship_term_person_id_slots",
            using="gist",
        ),
    )
    owner = Owner.UNIT_ABOUT_PERSON

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    intern_id: Mapped[UUID]
    term: Mapped[Range[date]] = mapped_column(DATERANGE)
    slots: Mapped[Any] = mapped_column(INT4MULTIRANGE)
    most: Mapped[int]

    intern: Mapped[Intern] = relate_same_unit("InternshipTerm", "intern_id", "Intern")
