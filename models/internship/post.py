from datetime import datetime
from decimal import Decimal

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.internship.board_state import BoardFailure, BoardState
from models.kernel.attached_to import AttachedTo
from models.kernel.base import Money, build_enum_type, build_unit_table_args
from models.kernel.reading import ReadBy, Reading
from models.kernel.reviewed import Reviewed


class Post(Reviewed):
    """A place at which a unit takes interns. 岗位"""

    __tablename__ = "post"
    read_by = (ReadBy(reading=Reading.INTERNSHIPS),)
    attached_to = AttachedTo.POST
    __table_args__ = build_unit_table_args(
        UniqueConstraint("unit_id", "name_key"),
        Index(None, "unit_id", "applicants_asked_at"),
        Index(None, "name", "id", "region"),
        Index(
            "ix_post_applicants_due_at",
            "applicants_due_at",
            postgresql_where="applicants_due_at IS NOT NULL",
        ),
    )

    name: Mapped[str]
    name_key: Mapped[str]
    headcount: Mapped[int]
    monthly_wage: Mapped[Decimal] = mapped_column(Money)
    workplace: Mapped[str]
    duties: Mapped[str]
    # The unit's declaration is not in force: an approved post is kept off the board (J12, X19).
    withheld: Mapped[bool] = mapped_column(default=False, server_default="false")
    # What the worker keeps (J12, J13): not the owner's to change, and no new version of the post.
    board_state: Mapped[BoardState | None] = mapped_column(build_enum_type(BoardState))
    board_failure: Mapped[BoardFailure | None] = mapped_column(build_enum_type(BoardFailure))
    board_changed_at: Mapped[datetime | None]
    board_version: Mapped[int | None]
    applicants_as_of: Mapped[datetime | None]
    applicants_failure: Mapped[BoardFailure | None] = mapped_column(build_enum_type(BoardFailure))
    applicants_due_at: Mapped[datetime | None]
    applicants_asked_at: Mapped[datetime | None]
