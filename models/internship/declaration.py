from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.kernel.attached_to import AttachedTo
from models.kernel.base import (
    Changeable,
    Money,
    UnitOwned,
    build_enum_type,
    build_unit_table_args,
    reference_same_unit,
    relate_same_unit,
)
from models.kernel.numbered import Numbered
from models.kernel.reading import ReadBy, Reading
from models.kernel.sealed import sealed_as


class DeclarationEnd(StrEnum):
    """Why an officer ended a declaration (X19). 申报终止原因

    A status that was lost may be regained by another declaration (J7).
    """

    DEREGISTERED = "DEREGISTERED"
    STATUS_LOST = "STATUS_LOST"


class Declaration(Numbered):
    """A unit's declaration that it takes interns. 就业见习申报"""

    __tablename__ = "declaration"
    read_by = (ReadBy(reading=Reading.INTERNSHIPS),)
    attached_to = AttachedTo.DECLARATION
    consulted_by = "unit_id"
    consulted_where = "status IN ('APPROVED', 'ENDED')"
    __table_args__ = build_unit_table_args(
        Index(
            "uq_declaration_unit_id_counting",
            "unit_id",
            unique=True,
            postgresql_where="status NOT IN ('WITHDRAWN', 'REFUSED') "
            "AND end_kind IS DISTINCT FROM 'STATUS_LOST'",
        ),
        CheckConstraint(
            "(status = 'ENDED') = (ended_on IS NOT NULL AND end_kind IS NOT NULL)",
            name="ended_with_date_and_kind",
        ),
    )

    planned_interns: Mapped[int]
    monthly_wage: Mapped[Decimal] = mapped_column(Money)
    training_plan: Mapped[str]
    accident_insurance: Mapped[bool]
    ended_on: Mapped[date | None]
    end_kind: Mapped[DeclarationEnd | None] = mapped_column(build_enum_type(DeclarationEnd))


class DeclarationStaff(UnitOwned, Changeable):
    """A member of the staff dedicated to a unit's interns. 专职人员"""

    __tablename__ = "declaration_staff"
    read_by = (ReadBy(reading=Reading.INTERNSHIPS),)
    attached_to = AttachedTo.STAFF
    __table_args__ = build_unit_table_args(reference_same_unit("declaration_id", "declaration"))

    declaration_id: Mapped[UUID]
    name: Mapped[str]
    duty: Mapped[str]
    mobile_sealed: Mapped[bytes] = sealed_as("mobile")
    mobile_index: Mapped[bytes]
    mobile_masked: Mapped[str]

    declaration: Mapped[Declaration] = relate_same_unit(
        "DeclarationStaff", "declaration_id", "Declaration"
    )
