from enum import StrEnum

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from models.kernel.base import (
    Changeable,
    UnitOwned,
    build_enum_type,
    build_unit_table_args,
    build_wide_indexes,
)
from models.kernel.reading import ReadBy, Reading
from models.kernel.sealed import sealed_as


class AccountHolder(StrEnum):
    """In whose name an account is: the unit's, or that of who liquidates it (X19). 账户持有人"""

    UNIT = "UNIT"
    LIQUIDATOR = "LIQUIDATOR"


class BankAccount(UnitOwned, Changeable):
    """An account into which a unit is paid. 银行账户"""

    __tablename__ = "bank_account"
    read_by = (
        ReadBy(reading=Reading.CLAIMS),
        ReadBy(
            reading=Reading.PUBLISHED,
            through="claim",
            pairs={"unit_id": "unit_id", "bank_account_id": "id"},
        ),
        ReadBy(
            reading=Reading.PAYMENTS,
            through="claim_line",
            pairs={"unit_id": "unit_id", "account_id": "id"},
        ),
    )
    has_history = True
    consulted_by = "id"
    __table_args__ = build_unit_table_args(
        Index("uq_bank_account_unit_id_number", "unit_id", "number_index", unique=True),
        Index(
            "uq_bank_account_unit_id_default",
            "unit_id",
            unique=True,
            postgresql_where="is_default",
        ),
        Index(None, "number_index"),
        *build_wide_indexes(),
    )

    bank: Mapped[str]
    branch: Mapped[str]
    account_name: Mapped[str]
    number_sealed: Mapped[bytes] = sealed_as("bank_account")
    number_index: Mapped[bytes]
    number_masked: Mapped[str]
    is_default: Mapped[bool]
    holder: Mapped[AccountHolder] = mapped_column(
        build_enum_type(AccountHolder), default=AccountHolder.UNIT, server_default="UNIT"
    )
