"""The class that a roster of trainees or of scores names (S23, S27)."""

from collections.abc import Sequence

from models import RosterKind, TrainingClass
from resolvers.kernel.transaction import Transaction
from resolvers.rosters.roster_check import get_check
from rules.kernel.refusal import Fault, Reason, build_refusal
from rules.kernel.value import RowId


async def find_class(tx: Transaction, id: RowId | None) -> TrainingClass | None:
    """Find the class that a roster names, if it names one."""
    return None if id is None else await get_own_class(tx, id)


async def get_own_class(tx: Transaction, id: RowId) -> TrainingClass:
    """Find a class of the viewer's own unit (X10)."""
    row = await tx.get(TrainingClass, id, "classId")
    if row.unit_id != tx.unit_id:
        raise build_refusal(Reason.NOT_FOUND, "classId")
    return row


async def find_class_faults(
    tx: Transaction, kind: RosterKind, of_class: TrainingClass | None
) -> Sequence[Fault]:
    """Return why a class takes no roster of a kind as it stands, if it names the right thing."""
    find = get_check(kind).find_class_faults
    if of_class is None or find is None:
        return []
    return [f.at("classId") for f in await find(tx, of_class)]
