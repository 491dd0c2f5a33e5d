from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from models.base import Changeable, UnitOwned, unit_owned


class BankAccount(UnitOwned, Changeable):
    """An account into which a unit is paid. 银行账户"""

    __tablename__ = "bank_account"
    __table_args__ = unit_owned(
        Index("uq_bank_account_unit_id_number", "unit_id", "number_index", unique=True),
        Index(
            "uq_bank_account_unit_id_default",
            "unit_id",
            unique=True,
            postgresql_where="is_default",
        ),
    )

    bank: Mapped[str]
    branch: Mapped[str]
    account_name: Mapped[str]
    number_sealed: Mapped[bytes]
    number_index: Mapped[bytes]
    number_masked: Mapped[str]
    is_default: Mapped[bool]
