"""The unit's own profile 单位信息 (J6)."""

from dataclasses import dataclass

from models import LegalPersonType, Unit
from resolvers.sealing import mobile_of
from resolvers.transaction import Transaction
from rules import check
from rules.refusal import refuse_if
from rules.value import MobileNumber, RowId, Text

MOST_EMPLOYEES = 5_000_000


@dataclass(kw_only=True)
class UnitProfile:
    """What a unit tells of itself."""

    id: RowId
    version: int
    legal_person_type: LegalPersonType
    legal_representative: Text
    industry: Text
    address: Text
    employees: int
    contact_name: Text
    contact_mobile: MobileNumber


async def complete_unit_profile(tx: Transaction, input: UnitProfile) -> Unit:
    """Complete or change the unit's own profile (J6). 完善单位信息."""
    refuse_if(check.between(input.employees, 1, MOST_EMPLOYEES, "employees"))
    row = await tx.locked(Unit, input.id, input.version)
    values: dict[str, object] = {
        "legal_person_type": input.legal_person_type,
        "legal_representative": input.legal_representative,
        "industry": input.industry,
        "address": input.address,
        "employees": input.employees,
        "contact_name": input.contact_name,
        **mobile_of(tx.service.seal, "contact_mobile", input.contact_mobile),
    }
    tx.change(row, values)
    await tx.session.flush()
    return row
