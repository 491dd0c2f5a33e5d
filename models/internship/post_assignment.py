from datetime import date
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from models.internship.intern import Intern
from models.internship.post import Post
from models.kernel.base import (
    UnitOwned,
    build_unit_table_args,
    reference_same_unit,
    relate_same_unit,
)
from models.kernel.reading import ReadBy, Reading


class PostAssignment(UnitOwned):
    """From which day on an intern works at which post, where that ever changed (J40). 岗位安排"""

    __tablename__ = "post_assignment"
    read_by = (ReadBy(reading=Reading.INTERNSHIPS),)
    __table_args__ = build_unit_table_args(
        reference_same_unit("intern_id", "intern"),
        reference_same_unit("post_id", "post"),
        Index(
            "uq_post_assignment_unit_id_intern_id_since",
            "unit_id",
            "intern_id",
            "since",
            unique=True,
        ),
    )

    intern_id: Mapped[UUID]
    post_id: Mapped[UUID]
    since: Mapped[date]

    intern: Mapped[Intern] = relate_same_unit("PostAssignment", "intern_id", "Intern")
    post: Mapped[Post] = relate_same_unit("PostAssignment", "post_id", "Post")
