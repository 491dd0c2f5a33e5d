"""Possible actions that a record's own columns don't decide (X4)."""

from collections.abc import Sequence

from strawberry import Parent

from loaders.filter import NEWEST
from models import GONE, Claim, ClaimLine, Clawback, LineState
from resolvers.context import Info
from rules.function import Function
from rules.upkeep import Line, objection_to, of_line
from rules.workflow import Action, PossibleAction, told


async def line_actions(line: Parent[ClaimLine], info: Info) -> Sequence[PossibleAction]:
    """List what the viewer may do to the line next; its claim decides too (X4). 可办操作."""
    viewer, loaders = info.context.viewer, info.context.loaders
    claim = await loaders.one(ClaimLine.claim).load((line.unit_id, line.claim_id))
    if claim is None:  # the person in whose name it is sees the line alone (J16)
        if Function.CONFIRM_RECEIPTS not in viewer.functions:
            return []
        action, alone = Action.CONFIRM_RECEIPT, lone(line)
        return [told(action, objection_to(action, alone, viewer), viewer)]
    proposed = False
    if line.state is LineState.PAID:
        found = await loaders.many(Clawback.line, NEWEST).load((line.unit_id, line.id))
        proposed = any(clawback.status not in GONE for clawback in found)
    return of_line(standing(line, claim, clawback=proposed), viewer)


def standing(line: ClaimLine, claim: Claim, *, clawback: bool = False) -> Line:
    """Tell the rules how a line stands in its claim."""
    by = (claim.submitted_by, claim.approved_by, claim.reviewed_by)
    return Line(line.state, line.reason, clawback, claim.status, *by)


def lone(line: ClaimLine) -> Line:
    """Tell the rules how a line stands, to whom its claim is hidden."""
    return Line(line.state, line.reason, False, line.claim_status, None, None, None)
