"""What is said to the national job board, and whom it sends (J12, J13). 就业在线"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.internship.board_state import Announcement, BoardFailure, BoardState
from models.internship.post import Post
from models.kernel.base import (
    Changeable,
    UnitOwned,
    build_enum_type,
    build_unit_table_args,
    reference_same_unit,
    relate_same_unit,
)
from models.kernel.reading import ReadBy, Reading
from models.kernel.sealed import sealed_as

_OPEN_CONDITION = "state IN ('PENDING', 'FAILED')"


class BoardPush(UnitOwned, Changeable):
    """One change of a post that the board is to learn of: the outbox (J12). 岗位推送"""

    __tablename__ = "board_push"
    read_by = (ReadBy(reading=Reading.INTERNSHIPS),)
    __table_args__ = build_unit_table_args(
        reference_same_unit("post_id", "post"),
        UniqueConstraint("unit_id", "post_id", "post_version"),
        Index(None, "unit_id", "attempted_at"),
        Index("ix_board_push_due_at_open", "due_at", postgresql_where=_OPEN_CONDITION),
        Index(
            "ix_board_push_unit_id_post_id_open",
            "unit_id",
            "post_id",
            "post_version",
            postgresql_where=_OPEN_CONDITION,
        ),
        Index("ix_board_push_region_id_dead", "region", "id", postgresql_where="state = 'DEAD'"),
    )

    post_id: Mapped[UUID]
    post_version: Mapped[int]
    announcement: Mapped[Announcement] = mapped_column(build_enum_type(Announcement))
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    state: Mapped[BoardState] = mapped_column(build_enum_type(BoardState))
    attempts: Mapped[int]
    due_at: Mapped[datetime]
    attempted_at: Mapped[datetime | None]
    failure: Mapped[BoardFailure | None] = mapped_column(build_enum_type(BoardFailure))

    post: Mapped[Post] = relate_same_unit("BoardPush", "post_id", "Post")


class Applicant(UnitOwned):
    """A job seeker whom the board sent for a post, as the board last told (J13). 推送人员"""

    __tablename__ = "applicant"
    read_by = (ReadBy(reading=Reading.INTERNSHIPS),)
    __table_args__ = build_unit_table_args(
        reference_same_unit("post_id", "post"),
        UniqueConstraint("unit_id", "post_id", "reference"),
        Index(None, "as_of"),
    )

    post_id: Mapped[UUID]
    reference: Mapped[str]
    name: Mapped[str]
    mobile_sealed: Mapped[bytes] = sealed_as("mobile")
    mobile_index: Mapped[bytes]
    mobile_masked: Mapped[str]
    education: Mapped[str | None]
    applied_at: Mapped[datetime]
    as_of: Mapped[datetime]

    post: Mapped[Post] = relate_same_unit("Applicant", "post_id", "Post")
