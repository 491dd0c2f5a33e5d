"""The unit's own profile 单位信息 (J6)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from models import Declaration, LegalPersonType, Status, Unit
from resolvers.kernel.sealed_number import build_mobile_columns
from resolvers.kernel.transaction import Transaction
from rules.kernel import input_check
from rules.kernel.refusal import refuse_if
from rules.kernel.text import is_same_name
from rules.kernel.value import MobileNumber, RowId, Text
from rules.units.unit import find_change_faults

MAX_EMPLOYEES = 5_000_000
_REVIEWED_STATUSES = (Status.APPROVED, Status.ENDED)
REPRESENTATIVE_COLUMNS = tuple(
    f"representative_{what}_{form}"
    for what in ("id", "mobile")
    for form in ("sealed", "index", "masked")
)
"""The columns of a legal representative's ID and mobile number."""


@dataclass(kw_only=True)
class UnitStanding:
    """What officers rely on who review a unit: once it is approved, it changes by request."""

    id: RowId
    version: int
    legal_person_type: LegalPersonType
    legal_representative: Text
    industry: Text
    address: Text
    employees: int


@dataclass(kw_only=True)
class UnitProfile(UnitStanding):
    """What a unit tells of itself."""

    contact_name: Text
    contact_mobile: MobileNumber


async def complete_unit_profile(tx: Transaction, input: UnitProfile) -> Unit:
    """Complete or change the unit's own profile (J6). 完善单位信息."""
    refuse_if(input_check.find_range_faults(input.employees, 1, MAX_EMPLOYEES, "employees"))
    row = await tx.get_locked(Unit, input.id, input.version)
    standing = _build_reviewed_values(input)
    if await _is_reviewed(tx, row):
        refuse_if(find_change_faults({n for n, v in standing.items() if getattr(row, n) != v}))
    values: dict[str, object] = {
        **standing,
        **_clear_former_numbers(row, input),
        "contact_name": input.contact_name,
        **build_mobile_columns(tx.service.seal, "contact_mobile", input.contact_mobile),
    }
    tx.change(row, values)
    await tx.session.flush()
    return row


async def validate_change(tx: Transaction, row: Unit, input: UnitStanding) -> Mapping[str, object]:
    """Judge what a unit tells of itself, and give its new values (J6, X16)."""
    refuse_if(input_check.find_range_faults(input.employees, 1, MAX_EMPLOYEES, "employees"))
    return {**_build_reviewed_values(input), **_clear_former_numbers(row, input)}


def _build_reviewed_values(input: UnitStanding) -> dict[str, object]:
    return {
        "legal_person_type": input.legal_person_type,
        "legal_representative": input.legal_representative,
        "industry": input.industry,
        "address": input.address,
        "employees": input.employees,
    }


def _clear_former_numbers(row: Unit, input: UnitStanding) -> dict[str, object]:
    """Take away the numbers of a representative who is no longer: they are nobody else's (J1).

    An officer enters the new one's (`correct_holder`).
    """
    before = row.legal_representative
    if before is None or is_same_name(before, input.legal_representative):
        return {}
    return dict.fromkeys(REPRESENTATIVE_COLUMNS)


async def _is_reviewed(tx: Transaction, row: Unit) -> bool:
    """Return whether officers approved the unit's declaration, on the word of its profile.

    One that ended was approved too, and may still be claimed for (X19).
    """
    approved = Declaration.unit_id == row.id, Declaration.status.in_(_REVIEWED_STATUSES)
    return await tx.first(select(Declaration).where(*approved)) is not None


async def load_ended_units(tx: Transaction, units: Collection[UUID]) -> set[UUID]:
    """Return which units' declarations have ended, and no other one is approved since (J7, X19)."""
    decided = Declaration.status.in_((Status.ENDED, Status.APPROVED))
    rows = await tx.all(select(Declaration).where(Declaration.unit_id.in_(units), decided))
    approved = {row.unit_id for row in rows if row.status is Status.APPROVED}
    return {row.unit_id for row in rows} - approved
