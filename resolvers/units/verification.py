"""An office, or the register of units, finds who may speak for a unit 单位核实 (J1, X18)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from models import RegisteredUnit, RegistrationStanding, Unit
from resolvers.kernel.background import open_system_transaction
from resolvers.kernel.service import Service
from resolvers.kernel.transaction import Transaction
from rules.kernel.refusal import Refusal
from rules.kernel.text import is_same_name, normalize_name
from rules.kernel.value import Paragraph, RowId
from rules.units.unit import REGISTER_VERIFIES, find_verification_fault

PAGE_SIZE = 200


@dataclass(kw_only=True)
class UnitVerification:
    """Which unit is verified, in the version that was read, and what showed it."""

    id: RowId
    version: int
    basis: Paragraph


async def verify_unit(tx: Transaction, input: UnitVerification) -> Unit:
    """Confirm that a unit is who it claims to be: from then on it files what it drafted. 核实单位.

    The officer compares its licence, and the identity card of whoever shows it.
    """
    row = await tx.get_locked(Unit, input.id, input.version)
    barred = find_verification_fault(row.verified_at)
    if barred:
        raise Refusal(barred)
    tx.change(row, {"verified_at": tx.now}, "VERIFY", reason=input.basis)
    await tx.session.flush()
    return row


class RegisterPass:
    """Goes through the units that nobody has verified, a page at a time, again and again."""

    def __init__(self) -> None:
        self._after: UUID | None = None

    async def verify_next(self, service: Service) -> int:
        """Verify those of the next page of whom the register says the same as they do (X18).

        It says code, name, representative and the representative's ID number, and that the unit is
        active; and the region's parameter says that this will do. Returns how many there were.
        """
        async with open_system_transaction(service) as tx:
            found = await self._load_page(tx)
            policy = await tx.load_policy()
            agreed = [
                (unit, entry)
                for unit, entry in found
                if normalize_name(unit.name) == normalize_name(entry.name)
                and is_same_name(unit.legal_representative or "", entry.representative)
                and policy.get_flag(REGISTER_VERIFIES, unit.region, tx.today)
            ]
            for unit, entry in agreed:
                basis = f"与单位登记信息一致（{entry.source}，{entry.as_of:%Y-%m-%d}）"
                tx.change(unit, {"verified_at": tx.now}, "VERIFY", reason=basis)
        self._after = found[-1][0].id if len(found) == PAGE_SIZE else None
        return len(agreed)

    async def _load_page(self, tx: Transaction) -> Sequence[tuple[Unit, RegisteredUnit]]:
        """Hold units of whose code the register knows, under the same representative's number."""
        same = (
            RegisteredUnit.credit_code == Unit.credit_code,
            RegisteredUnit.representative_index == Unit.representative_id_index,
            RegisteredUnit.standing == RegistrationStanding.ACTIVE,
            RegisteredUnit.void.is_(False),
        )
        page = select(Unit, RegisteredUnit).join(RegisteredUnit, same[0])
        page = page.where(Unit.verified_at.is_(None), *same[1:])
        if self._after is not None:
            page = page.where(Unit.id > self._after)
        page = page.order_by(Unit.id).limit(PAGE_SIZE).with_for_update(of=Unit, skip_locked=True)
        return [(unit, entry) for unit, entry in (await tx.session.execute(page)).all()]
