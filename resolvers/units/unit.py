"""The unit's own profile 单位信息 (J6)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from loaders.snapshot import Rows
from models import Declaration, LegalPersonType, Status, Unit
from resolvers.kernel.partial_change import change_in_part, fill_in
from resolvers.kernel.sealed_number import build_sealed_columns, open_number
from resolvers.kernel.transaction import Transaction
from rules.kernel import input_check
from rules.kernel.parameter import Policy
from rules.kernel.refusal import refuse_if
from rules.kernel.text import is_same_name
from rules.kernel.value import MobileNumber, RowId, Text
from rules.units.unit import (
    add_former_name,
    find_change_faults,
    list_account_names,
    parse_former_names,
)

MAX_EMPLOYEES = 5_000_000
_REVIEWED_STATUSES = (Status.APPROVED, Status.ENDED)
REPRESENTATIVE_COLUMNS = tuple(
    f"representative_{what}_{form}"
    for what in ("id", "mobile")
    for form in ("sealed", "index", "masked")
)
"""The columns of a legal representative's ID and mobile number."""


@dataclass(kw_only=True)
class UnitFacts:
    """What officers rely on who review a unit: once it is approved, it changes by request."""

    id: RowId
    version: int
    legal_person_type: LegalPersonType
    legal_representative: Text
    industry: Text
    address: Text
    employees: int


@change_in_part("name")
class UnitStanding(UnitFacts):
    """What a unit is to be from now on; its name stays where none is given 更名 (J7)."""

    name: Text | None = None


@change_in_part()
class UnitProfile(UnitFacts):
    """What a unit tells of itself."""

    contact_name: Text
    contact_mobile: MobileNumber


async def complete_unit_profile(tx: Transaction, input: UnitProfile) -> Unit:
    """Complete or change the unit's own profile (J6). 完善单位信息."""
    row = await tx.get_locked(Unit, input.id, input.version)
    column = Unit.contact_mobile_sealed
    kept = partial(open_number, tx.service.seal, column, row.id, row.contact_mobile_sealed)
    input = fill_in(input, row, {"contact_mobile": kept})
    refuse_if(input_check.find_range_faults(input.employees, 1, MAX_EMPLOYEES, "employees"))
    standing = _build_reviewed_values(input)
    if await _is_reviewed(tx, row):
        refuse_if(find_change_faults({n for n, v in standing.items() if getattr(row, n) != v}))
    values: dict[str, object] = {
        **standing,
        **_clear_former_numbers(row, input),
        "contact_name": input.contact_name,
        **build_sealed_columns(tx.service.seal, column, row.id, input.contact_mobile),
    }
    tx.change(row, values)
    await tx.session.flush()
    return row


async def validate_change(tx: Transaction, row: Unit, input: UnitStanding) -> Mapping[str, object]:
    """Judge what a unit tells of itself, and give its new values (J6, X16)."""
    refuse_if(input_check.find_range_faults(input.employees, 1, MAX_EMPLOYEES, "employees"))
    renamed = {"name": input.name} if input.name else {}
    return {**renamed, **_build_reviewed_values(input), **_clear_former_numbers(row, input)}


async def apply_change(
    tx: Transaction, row: Unit, before: Mapping[str, object], input: UnitStanding
) -> None:
    """Keep the name that a unit had: it is found by it, and paid in it for a while 更名 (J7)."""
    if row.name != before.get("name", row.name):
        row.former_names = add_former_name(
            row.former_names, str(before["name"]), row.name, tx.today
        )
        await tx.session.flush()


def list_own_account_names(row: Unit, today: date, policy: Policy) -> Sequence[str]:
    """List the names in which a unit's accounts are its own on a day (J7)."""
    former = parse_former_names(row.former_names)
    return list_account_names(row.name, former, row.region, today, policy)


def _build_reviewed_values(input: UnitFacts) -> dict[str, object]:
    return {
        "legal_person_type": input.legal_person_type,
        "legal_representative": input.legal_representative,
        "industry": input.industry,
        "address": input.address,
        "employees": input.employees,
    }


def _clear_former_numbers(row: Unit, input: UnitFacts) -> dict[str, object]:
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
    return find_ended_units((await tx.session.execute(select_decided_declarations(units))).all())


def select_decided_declarations(units: Collection[UUID]) -> Select[*tuple[Any, ...]]:
    """Read how the declarations of units stand that were approved, each with its unit."""
    decided = Declaration.status.in_(_REVIEWED_STATUSES)
    return select(Declaration.unit_id, Declaration.status).where(
        Declaration.unit_id.in_(units), decided
    )


def find_ended_units(rows: Rows) -> set[UUID]:
    """Find the units of which all declarations have ended (J7, X19)."""
    approved = {unit_id for unit_id, status in rows if status is Status.APPROVED}
    return {unit_id for unit_id, _ in rows} - approved
