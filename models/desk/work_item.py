"""What waits for somebody, whatever kind of record it is: open records as one list."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index, Subquery, Text, cast, literal_column, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.claims.claim import Claim
from models.internship.change_request import ChangeRequest
from models.internship.declaration import Declaration
from models.internship.intern import Intern
from models.internship.monthly_report import MonthlyReport
from models.internship.post import Post
from models.internship.reduction import Reduction
from models.kernel.base import Gathered, UnitOwned, build_enum_type, relate_same_unit
from models.kernel.reviewed import Reviewed
from models.kernel.status import Status
from models.payment.clawback import Clawback
from models.payment.objection import QUEUED_OBJECTIONS, Objection
from models.training.training import Completion, TrainingClass
from models.units.qualification import Qualification

OPEN_STATUSES = (Status.SUBMITTED, Status.RETURNED)
"""States in which somebody has something to do: the officer, or the unit that corrects it."""

OPEN_CLAIM_STATUSES = (
    *OPEN_STATUSES,
    Status.APPROVED,
    Status.IN_PUBLICITY,
    Status.PUBLICITY_PASSED,
    Status.PUBLICITY_FAILED,
)
"""A claim is done when it is disbursed."""

QUEUED_KINDS: Mapping[str, tuple[type[Reviewed], Sequence[Status]]] = {
    "DECLARATION": (Declaration, OPEN_STATUSES),
    "POST": (Post, OPEN_STATUSES),
    "INTERN": (Intern, OPEN_STATUSES),
    "MONTHLY_REPORT": (MonthlyReport, OPEN_STATUSES),
    "CLAIM": (Claim, OPEN_CLAIM_STATUSES),
    "REDUCTION": (Reduction, OPEN_STATUSES),
    "CLAWBACK": (Clawback, OPEN_STATUSES),
    "CHANGE_REQUEST": (ChangeRequest, OPEN_STATUSES),
    "QUALIFICATION": (Qualification, OPEN_STATUSES),
    "TRAINING_CLASS": (TrainingClass, OPEN_STATUSES),
    "COMPLETION": (Completion, OPEN_STATUSES),
}
"""The tables of the queue by kind of record; a new one needs its two indexes in a migration."""


def _select_queued(kind: str, table: type[Reviewed], states: Sequence[Status]) -> Subquery:
    """Index a table's open records by age and by region, and select them."""
    listed = ", ".join(f"'{state}'" for state in states)
    open_ = f"status IN ({listed})"
    name, c = table.__tablename__, table.__table__.c
    Index(
        f"ix_{name}_queue_by_age",
        *(c.submitted_at, c.id, c.region, c.status),
        postgresql_where=open_,
    )
    Index(
        f"ix_{name}_queue_by_region",
        *(c.region, c.status, c.submitted_at, c.id),
        postgresql_include=["unit_id"],
        postgresql_where=open_,
    )
    own = (c.unit_id, c.id, c.region, c.status, c.version, c.submitted_at)
    kind_ = cast(literal_column(f"'{kind}'"), Text).label("kind")
    submitted = c.submitted_at.is_not(None)
    return select(*own, kind_).where(text(open_), submitted).subquery(name)


class WorkItem(UnitOwned, Gathered):
    """An open record of any kind. 待办事项"""

    __tablename__ = "work_item"
    branches: ClassVar[Sequence[Subquery]] = [
        *(_select_queued(kind, table, states) for kind, (table, states) in QUEUED_KINDS.items()),
        QUEUED_OBJECTIONS,
    ]

    kind: Mapped[str]
    status: Mapped[Status] = mapped_column(build_enum_type(Status))
    version: Mapped[int]
    submitted_at: Mapped[datetime]

    declaration: Mapped[Declaration] = relate_same_unit(
        "WorkItem", "id", "Declaration", read_only=True
    )
    post: Mapped[Post] = relate_same_unit("WorkItem", "id", "Post", read_only=True)
    intern: Mapped[Intern] = relate_same_unit("WorkItem", "id", "Intern", read_only=True)
    monthly_report: Mapped[MonthlyReport] = relate_same_unit(
        "WorkItem", "id", "MonthlyReport", read_only=True
    )
    claim: Mapped[Claim] = relate_same_unit("WorkItem", "id", "Claim", read_only=True)
    reduction: Mapped[Reduction] = relate_same_unit("WorkItem", "id", "Reduction", read_only=True)
    clawback: Mapped[Clawback] = relate_same_unit("WorkItem", "id", "Clawback", read_only=True)
    change_request: Mapped[ChangeRequest] = relate_same_unit(
        "WorkItem", "id", "ChangeRequest", read_only=True
    )
    qualification: Mapped[Qualification] = relate_same_unit(
        "WorkItem", "id", "Qualification", read_only=True
    )
    training_class: Mapped[TrainingClass] = relate_same_unit(
        "WorkItem", "id", "TrainingClass", read_only=True
    )
    completion: Mapped[Completion] = relate_same_unit(
        "WorkItem", "id", "Completion", read_only=True
    )
    objection: Mapped[Objection] = relationship(
        lazy="raise",
        viewonly=True,
        primaryjoin="foreign(WorkItem.id) == remote(Objection.id)",
    )
