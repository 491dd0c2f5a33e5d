"""Remarks and contact data, which change freely, also of what is approved (X16)."""

from collections.abc import Sequence
from dataclasses import dataclass

from models import DeclarationStaff, MonthlyReport
from resolvers.kernel.sealed_number import build_sealed_columns
from resolvers.kernel.transaction import Transaction
from rules.kernel.value import MobileNumber, Paragraph, RowId


@dataclass(kw_only=True)
class Remarks:
    """What is remarked on a monthly report; nothing, if left out."""

    id: RowId
    version: int
    remarks: Paragraph | None = None


@dataclass(kw_only=True)
class StaffContact:
    """How a member of the dedicated staff is reached."""

    id: RowId
    version: int
    mobile: MobileNumber


async def change_remarks(tx: Transaction, input: Remarks) -> Sequence[MonthlyReport]:
    """Change a report's remarks, whatever its state (X16). 修改月报备注."""
    row = await tx.get_locked(MonthlyReport, input.id, input.version)
    tx.change(row, {"remarks": input.remarks}, "CHANGE_REMARKS")
    await tx.session.flush()
    return [row]


async def change_staff_contact(tx: Transaction, input: StaffContact) -> DeclarationStaff:
    """Change the mobile of a member of the dedicated staff (X11, X16). 修改专职人员联系电话."""
    row = await tx.get_locked(DeclarationStaff, input.id, input.version)
    column = DeclarationStaff.mobile_sealed
    values = build_sealed_columns(tx.service.seal, column, (row.unit_id, row.id), input.mobile)
    tx.change(row, values, "CHANGE_CONTACT")
    await tx.session.flush()
    return row
