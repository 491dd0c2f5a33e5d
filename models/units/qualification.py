from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, column, func, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.kernel.attached_to import AttachedTo
from models.kernel.base import build_enum_type, build_unit_table_args
from models.kernel.reading import ReadBy, Reading
from models.kernel.reviewed import Reviewed


class QualificationKind(StrEnum):
    """What a unit is shown to be (S4, S12). 资质类型"""

    ENTERPRISE_SIZE = "ENTERPRISE_SIZE"
    AGENCY_LICENCE = "AGENCY_LICENCE"


class EnterpriseSize(StrEnum):
    """How big an enterprise is by the national classification (S4). 企业规模"""

    LARGE = "LARGE"
    MEDIUM = "MEDIUM"
    SMALL = "SMALL"
    MICRO = "MICRO"


class Qualification(Reviewed):
    """What a unit is, on the word of a document and a district's officer (S4, S12). 单位资质

    It holds from its first to its last day; without a last day, until another word. No two
    approved ones of a kind hold on one day.
    """

    __tablename__ = "qualification"
    read_by = (ReadBy(reading=Reading.QUALIFICATIONS),)
    attached_to = AttachedTo.QUALIFICATION
    consulted_by = "unit_id"
    consulted_where = "status = 'APPROVED'"
    __table_args__ = build_unit_table_args(
        CheckConstraint(
            "(kind = 'ENTERPRISE_SIZE') = (size IS NOT NULL)", name="sizes_have_a_size"
        ),
        CheckConstraint(
            "(kind = 'AGENCY_LICENCE') = (licence_number IS NOT NULL)",
            name="licences_have_a_number",
        ),
        CheckConstraint("valid_from <= valid_to", name="begins_before_it_ends"),
        ExcludeConstraint(
            (column("unit_id"), "="),
            (column("kind"), "="),
            (func.daterange(column("valid_from"), column("valid_to"), text("'[]'")), "&&"),
            name="ex_qualification_unit_id_kind_valid",
            using="gist",
            where=text("status = 'APPROVED'"),
        ),
        Index(None, "unit_id", "kind", "valid_from"),
    )

    kind: Mapped[QualificationKind] = mapped_column(build_enum_type(QualificationKind))
    size: Mapped[EnterpriseSize | None] = mapped_column(build_enum_type(EnterpriseSize))
    licence_number: Mapped[str | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
