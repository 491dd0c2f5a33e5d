from datetime import date
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from models.internship.intern import Intern
from models.internship.post import Post
from models.kernel.base import UnitOwned, owned, same_unit, unit_owned


class PostAssignment(UnitOwned):
    """From which day on an intern works at which post, where that ever changed (J40). 岗位安排"""

    __tablename__ = "post_assignment"
    __table_args__ = unit_owned(
        owned("intern_id", "intern"),
        owned("post_id", "post"),
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

    intern: Mapped[Intern] = same_unit("PostAssignment", "intern_id", "Intern")
    post: Mapped[Post] = same_unit("PostAssignment", "post_id", "Post")
