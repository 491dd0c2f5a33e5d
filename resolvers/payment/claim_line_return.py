"""How a line goes back from disbursement to its reviewer, and on again (X3, X15)."""

from dataclasses import dataclass

from models import Claim, ClaimLine
from resolvers.claims.claim_line_transitions import lock_line, move_lines
from resolvers.kernel.possible_actions import build_handled_line
from resolvers.kernel.transaction import Transaction
from resolvers.payment import payable_line
from resolvers.payment.payable_line import LockedLines
from rules.kernel.action import Action
from rules.kernel.refusal import Reason, Refusal, fault, refuse_if
from rules.kernel.value import Paragraph, RowId
from rules.kernel.workflow import LineAction
from rules.payment.ad_hoc_actions import find_line_fault


@dataclass(kw_only=True)
class LineReturn:
    """Which payable line is sent back to its reviewer, and why."""

    id: RowId
    version: int
    reason: Paragraph


@dataclass(kw_only=True)
class LineReadmission:
    """Which line that was sent back is payable after all, or whom it was for is readmitted."""

    id: RowId
    version: int
    reason: Paragraph | None = None


async def send_back_claim_line(tx: Transaction, input: LineReturn) -> ClaimLine:
    """Send a payable line back to review: it is struck, or readmitted (X15). 退回明细."""
    claim, line = await _lock_movable_line(tx, input, Action.SEND_BACK)
    await move_lines(tx, [claim], [line], LineAction.SEND_BACK, input.reason)
    return line


async def readmit_claim_line(tx: Transaction, input: LineReadmission) -> ClaimLine:
    """Let a line that was sent back be paid, if its controls pass now (X3, X15). 恢复待发放.

    Whoever was struck, refused or failed publicity may be claimed for again, by a new line; that
    takes a reason.
    """
    claim, line = await _lock_movable_line(tx, input, Action.READMIT)
    if line.barred:
        refuse_if([] if input.reason else [fault(Reason.REASON_MISSING, "reason")])
        tx.change(line, {"barred": False, "readmission_reason": input.reason}, Action.READMIT)
        await tx.session.flush()
        return line
    held = LockedLines({claim.id: claim}, [line], {line.id: ()})
    refuse_if((await payable_line.find_control_faults(tx, held)).values())
    await move_lines(tx, [claim], [line], LineAction.MAKE_PAYABLE)
    return line


async def _lock_movable_line(
    tx: Transaction, input: LineReturn | LineReadmission, action: Action
) -> tuple[Claim, ClaimLine]:
    """Hold a line with its claim, if the viewer may do something to it (X1, X2)."""
    claim, line = await lock_line(tx, input.id, input.version)
    barred = find_line_fault(action, build_handled_line(line, claim), tx.viewer)
    if barred:
        raise Refusal(barred)
    return claim, line
