from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.claims.claim import Claim
from models.files.stored_file import StoredFile
from models.internship.declaration import Declaration, DeclarationStaff
from models.internship.intern import Intern
from models.internship.monthly_report import MonthlyReport
from models.internship.post import Post
from models.kernel.base import UnitOwned, build_enum_type, build_unit_table_args, relate_same_unit
from models.training.training import Completion, TrainingClass
from models.units.qualification import Qualification


class AttachedTo(StrEnum):
    """What kind of record a file belongs to. 附件所属"""

    DECLARATION = "DECLARATION"
    STAFF = "STAFF"
    POST = "POST"
    INTERN = "INTERN"
    MONTHLY_REPORT = "MONTHLY_REPORT"
    CLAIM = "CLAIM"
    QUALIFICATION = "QUALIFICATION"
    TRAINING_CLASS = "TRAINING_CLASS"
    COMPLETION = "COMPLETION"


def _relate_host(table: str) -> Mapped[Any]:
    return relate_same_unit("Attachment", "record_id", table, read_only=True)


class Attachment(UnitOwned, StoredFile):
    """A file that belongs to one of a unit's records (J8, J15, J25, J33). 附件"""

    __tablename__ = "attachment"
    __table_args__ = build_unit_table_args(
        UniqueConstraint("unit_id", "object_key"), Index(None, "unit_id", "record_id", "id")
    )

    record: Mapped[AttachedTo] = mapped_column(build_enum_type(AttachedTo))
    record_id: Mapped[UUID]

    declaration: Mapped[Declaration] = _relate_host("Declaration")
    staff: Mapped[DeclarationStaff] = _relate_host("DeclarationStaff")
    post: Mapped[Post] = _relate_host("Post")
    intern: Mapped[Intern] = _relate_host("Intern")
    monthly_report: Mapped[MonthlyReport] = _relate_host("MonthlyReport")
    claim: Mapped[Claim] = _relate_host("Claim")
    qualification: Mapped[Qualification] = _relate_host("Qualification")
    training_class: Mapped[TrainingClass] = _relate_host("TrainingClass")
    completion: Mapped[Completion] = _relate_host("Completion")
