"""Risk controls set aside for a trainee by an officer, where the rules say in principle (X3)."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.dialects.postgresql import Range

from models import Trainee
from resolvers.kernel import history
from resolvers.kernel.decision_reader import TransactionReader
from resolvers.kernel.transaction import Transaction
from resolvers.training import standing
from resolvers.training.trainee import lock_class_of_trainee
from resolvers.training.training_evaluation import ClassAttendance, evaluate_trainings
from resolvers.training.training_place import build_attending, lock_persons, release_trainee_places
from rules.kernel.finding import Control
from rules.kernel.refusal import Refusal, refuse_if
from rules.kernel.value import Paragraph, RowId
from rules.training import trainee as rules
from rules.training.training_case import get_programme_period


@dataclass(kw_only=True)
class ControlOverride:
    """For which trainee a control is set aside, in which version they were read, and why."""

    id: RowId
    version: int
    control: Control
    reason: Paragraph


async def override_control(tx: Transaction, input: ControlOverride) -> Trainee:
    """Set aside a control that a trainee fails, where it may be (S21, X3). 风险核验放行.

    The class takes the place as it is submitted, or at once where it had one already; the override
    holds in this class and this programme period, and is told with the finding.
    """
    held = await lock_class_of_trainee(tx, await tx.get(Trainee, input.id, "id"))
    row = await tx.get_locked(Trainee, input.id, input.version)
    (accounts,) = await tx.load_related(row, standing.COUNTER_ACCOUNTS)
    filed = tx.viewer.is_one_of(held.submitted_by, *accounts)
    barred = rules.find_overriding_fault(rules.TraineeClassState(held.status, filed))
    if barred:
        raise Refusal(barred)
    await lock_persons(tx, {row.person_id})
    case, policy = build_attending(held, row.person_id), await tx.load_policy()
    (found,) = await evaluate_trainings(TransactionReader(tx), [case], tx.today, policy)
    refuse_if(rules.find_override_faults(found, input.control))
    values = {
        "period_from": get_programme_period(case, policy).first,
        "override_reason": input.reason,
        "overridden_by": tx.viewer.account_id,
        "overridden_at": tx.now,
    }
    during = None if row.place is None else row.during
    await release_trainee_places(tx, [row])
    tx.change(row, values, "OVERRIDE")
    history.bar_reviewer(tx, held)
    await tx.session.flush()
    if during is not None:
        await _restore_place(tx, row, case, during)
    return row


async def _restore_place(
    tx: Transaction, row: Trainee, case: ClassAttendance, during: Range[date]
) -> None:
    """Assign a place beyond the most to who had one that does not count here; days are kept.

    So it is with a class that was returned and moved into another programme period (S21, S33).
    """
    (found,) = await evaluate_trainings(
        TransactionReader(tx), [case], tx.today, await tx.load_policy()
    )
    if found.place is None:
        raise TypeError("whoever is let through has a place")
    row.during, row.place, row.most = during, found.place.number, found.place.most
    await tx.session.flush()
