"""Possible actions that a record's own columns don't decide (X4)."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from strawberry import Parent

from loaders.filter import NEWEST, OLDEST
from models import (
    GONE,
    Claim,
    ClaimLine,
    Clawback,
    LineState,
    Objection,
    PublicityLine,
    PublicityOutcome,
    Status,
    Trainee,
)
from resolvers.kernel.context import Info
from resolvers.kernel.service import Service
from rules.claims import claim as claims
from rules.kernel.function import Function
from rules.kernel.refusal import Fault
from rules.kernel.viewer import Viewer
from rules.kernel.workflow import Action, PossibleAction, told
from rules.payment import publicity
from rules.payment.publicity import Filed, Running
from rules.payment.upkeep import Line, objection_to, of_line
from rules.training import completion
from rules.training.training_claim import waits


def claim_actions(
    status: Status,
    submitted_by: UUID | None,
    amount: Decimal,
    public_until: date | None,
    *,
    viewer: Viewer,
    service: Service,
) -> Sequence[PossibleAction]:
    """List what the viewer may do to a claim today (X4)."""
    columns = (status, submitted_by, amount, public_until)
    return claims.possible_actions(*columns, service.today(), viewer=viewer)


def class_actions(
    status: Status,
    submitted_by: UUID | None,
    ends_on: date,
    completed_on: date | None,
    *,
    viewer: Viewer,
    service: Service,
) -> Sequence[PossibleAction]:
    """List what the viewer may do to a training class today (X4)."""
    columns = (status, submitted_by, ends_on, completed_on)
    return completion.class_actions(*columns, service.today(), viewer=viewer)


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
    filed = Filed(line.claim_kind, line.state, claim.status, claim.submitted_by)
    running = await _running(line, info) if line.state is LineState.IN_PUBLICITY else None
    stands = standing(line, claim, clawback=proposed, waits=await _waits(line, info))
    return [
        *of_line(stands, viewer),
        *publicity.of_line(filed, running, info.context.service.today(), viewer),
    ]


async def _waits(line: ClaimLine, info: Info) -> Fault | None:
    """Say that a line for training waits for its trainee's completion, to whoever pays (S29)."""
    key, pays = (line.unit_id, line.trainee_id), Function.DISBURSE_CLAIMS
    in_question = line.state in {LineState.PAYABLE, LineState.IN_BATCH}
    if None in key or not in_question or pays not in info.context.viewer.functions:
        return None
    loaders = info.context.loaders
    trainee = await loaders.one(ClaimLine.trainee).load(key)
    attended = await loaders.one(Trainee.training_class).load((line.unit_id, trainee.class_id))
    policy = await info.context.policy()
    return waits(trainee.outcome, attended.place, attended.opens_on, policy)


async def _running(line: ClaimLine, info: Info) -> Running | None:
    """Read the publicity of a line that has no result yet, and what is objected to it."""
    loaders = info.context.loaders
    rows = await loaders.many(PublicityLine.line, NEWEST).load((line.unit_id, line.id))
    row = next((row for row in rows if row.outcome is PublicityOutcome.PENDING), None)
    if row is None:
        return None
    objections = await loaders.many(Objection.publicity, OLDEST).load((row.publicity_id,))
    about = (each for each in objections if each.publicity_line_id in {None, row.id})
    return Running.disputed(row.last_day, Counter(each.status for each in about))


def standing(
    line: ClaimLine, claim: Claim, *, clawback: bool = False, waits: Fault | None = None
) -> Line:
    """Tell the rules how a line stands in its claim."""
    by = (claim.submitted_by, claim.approved_by, claim.reviewed_by)
    return Line(line.state, line.reason, clawback, claim.status, *by, waits)


def lone(line: ClaimLine) -> Line:
    """Tell the rules how a line stands, to whom its claim is hidden."""
    return Line(line.state, line.reason, False, line.claim_status, None, None, None)
