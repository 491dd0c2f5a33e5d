from decimal import Decimal
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Changeable, Money, UnitOwned, owned, same_unit, unit_owned
from models.reviewed import Reviewed


class Declaration(Reviewed):
    """A unit's declaration that it takes interns. 就业见习申报"""

    __tablename__ = "declaration"
    __table_args__ = unit_owned(
        Index(
            "uq_declaration_unit_id_standing",
            "unit_id",
            unique=True,
            postgresql_where="status NOT IN ('WITHDRAWN', 'REFUSED')",
        ),
    )

    planned_interns: Mapped[int]
    monthly_wage: Mapped[Decimal] = mapped_column(Money)
    training_plan: Mapped[str]
    accident_insurance: Mapped[bool]


class DeclarationStaff(UnitOwned, Changeable):
    """A member of the staff dedicated to a unit's interns. 专职人员"""

    __tablename__ = "declaration_staff"
    __table_args__ = unit_owned(owned("declaration_id", "declaration"))

    declaration_id: Mapped[UUID]
    name: Mapped[str]
    duty: Mapped[str]
    mobile_sealed: Mapped[bytes]
    mobile_index: Mapped[bytes]
    mobile_masked: Mapped[str]

    declaration: Mapped[Declaration] = same_unit(
        "DeclarationStaff", "declaration_id", "Declaration"
    )
