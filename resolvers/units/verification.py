"""An office finds that whoever registered a unit may speak for it 单位核实 (J1, X18)."""

from dataclasses import dataclass

from models import Unit
from resolvers.kernel.transaction import Transaction
from rules.kernel.refusal import Refusal
from rules.kernel.value import Paragraph, RowId
from rules.units.unit import find_verification_fault


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
