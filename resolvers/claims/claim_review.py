"""What becomes of a claim 补贴申报 once it is submitted, whatever its kind (J33, X6, X15)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, case, select, update

from models import Claim, ClaimKind, ClaimLine, LineState, Trainee
from resolvers.claims import claim_line, combination, line_bar
from resolvers.claims.claim_kind import get_claim_kind, reevaluate_claim
from resolvers.claims.claim_line import LinesByPosition, Reevaluation
from resolvers.claims.claim_line_transitions import lock_line, lock_lines_where, move_lines
from resolvers.claims.claim_place import fix_deciding_region
from resolvers.claims.control import record_findings
from resolvers.kernel.possible_actions import build_handled_line
from resolvers.kernel.transaction import Transaction
from resolvers.kernel.workflow import declare_transitions
from rules.claims.claim_line import find_revoking_fault
from rules.claims.control import Occasion
from rules.kernel.action import Action
from rules.kernel.explanation import list_cited_parameters
from rules.kernel.month import to_local_day
from rules.kernel.record_kind import RecordKind
from rules.kernel.refusal import Reason, Refusal, build_refusal, refuse_if
from rules.kernel.value import Paragraph, RowId
from rules.kernel.workflow import LineAction
from rules.payment.ad_hoc_actions import find_line_fault


@dataclass(kw_only=True)
class LineStrike:
    """Which line is struck from a claim under review, and why."""

    id: RowId
    version: int
    reason: Paragraph


async def on_submit(tx: Transaction, rows: Sequence[Claim]) -> None:
    """Judge a claim again as it is submitted, and let its lines hold what they stand on (X15)."""
    for claim in rows:
        require = get_claim_kind(claim.kind).precondition
        if require is not None:
            await require(tx, claim.unit_id)
        placed = await _lock_open_lines(tx, claim)
        again = await _reevaluate_claim(tx, claim, placed, review=False)
        refuse_if(again.faults)
        refuse_if(await claim_line.reserve_lines(tx, claim.unit_id, placed))
        await _bar_overriders(tx, claim, list(placed.values()))
        await fix_deciding_region(tx, claim)


async def _bar_overriders(tx: Transaction, claim: Claim, lines: Sequence[ClaimLine]) -> None:
    """Let whoever let a trainee through not decide on the claim that stands on it (X2)."""
    statement = select(Trainee.overridden_by).where(
        Trainee.unit_id == claim.unit_id,
        Trainee.id.in_([line.trainee_id for line in lines if line.trainee_id]),
        Trainee.overridden_by.is_not(None),
    )
    if claim.kind is ClaimKind.TRAINING:
        barred = {*claim.barred_reviewers, *await tx.session.scalars(statement)}
        claim.barred_reviewers = sorted(barred)


async def release_claims(tx: Transaction, rows: Sequence[Claim]) -> None:
    """Free what the lines of a withdrawn or refused claim held (X15)."""
    for claim in rows:
        lines = await claim_line.lock_lines_of_claim(tx, claim)
        await claim_line.release_lines(tx, claim.unit_id, [line.id for line in lines])


async def on_refuse(tx: Transaction, rows: Sequence[Claim]) -> None:
    """Free what a refused claim's lines held; nobody of them comes back by himself (X15)."""
    await release_claims(tx, rows)
    for claim in rows:
        for line in await claim_line.lock_lines_of_claim(tx, claim):
            if not line.barred:
                tx.change(line, {"barred": True}, Action.REFUSE)


async def on_approve(tx: Transaction, rows: Sequence[Claim]) -> None:
    """Refuse to approve a claim on figures that are unconfirmed or have changed since (X3, X6)."""
    for claim in rows:
        placed = await _lock_open_lines(tx, claim)
        again = await _reevaluate_claim(tx, claim, placed, review=True)
        refuse_if(again.faults)
        unconfirmed = sorted({used.key for used in again.used if not used.confirmed})
        if unconfirmed:
            raise build_refusal(Reason.PARAMETER_UNCONFIRMED, keys=", ".join(unconfirmed))
        await _record_approval(tx, claim)
        if not await _is_publicity_required(tx, claim):
            await move_lines(tx, [claim], list(placed.values()), LineAction.MAKE_PAYABLE)


async def _record_approval(tx: Transaction, claim: Claim) -> None:
    """Keep what is approved, by whom, and on which lines: payments are held against it (X8).

    What a line was sent back for before the claim was revoked is over with this approval.
    """
    claim.approved_amount, claim.approved_by = claim.amount, tx.viewer.account_id
    lines = ClaimLine.unit_id == claim.unit_id, ClaimLine.claim_id == claim.id
    is_open = ClaimLine.state == LineState.OPEN
    reason = case((is_open, None), else_=ClaimLine.reason)
    approved = update(ClaimLine).where(*lines).values(approved=is_open, reason=reason)
    await tx.session.execute(approved.execution_options(synchronize_session=False))


async def on_revoke(tx: Transaction, rows: Sequence[Claim]) -> None:
    """Take back what was payable; what finance has, or had, keeps its claim approved (X1, X15).

    So does what supplements of its lines were paid: made anew, the lines would ask for that too.
    """
    for claim in rows:
        lines = await claim_line.lock_lines_of_claim(tx, claim)
        of_lines = ClaimLine.supplements_id.in_([line.id for line in lines])
        _, more = await lock_lines_where(tx, and_(ClaimLine.unit_id == claim.unit_id, of_lines))
        barred = find_revoking_fault(line.state for line in (*lines, *more))
        if barred:
            raise Refusal(barred)
        payable = [line for line in lines if line.state is LineState.PAYABLE]
        await move_lines(tx, [claim], payable, LineAction.SEND_BACK)


async def _is_publicity_required(tx: Transaction, claim: Claim) -> bool:
    """Return whether claims of the kind are published before they are paid (X7, X21)."""
    submitted_on = to_local_day(claim.submitted_at) if claim.submitted_at else tx.today
    policy = await tx.load_policy()
    region = claim.place or claim.region
    return policy.get_flag("publicity.required", region, submitted_on, claim.kind)


async def _reevaluate_claim(
    tx: Transaction, claim: Claim, placed: LinesByPosition, *, review: bool
) -> Reevaluation:
    """Judge a claim again; keep how its amounts come about now, and what was found (X3, X5, X6)."""
    refuse_if(await line_bar.find_bar_faults(tx, claim, placed))
    refuse_if(await combination.find_combination_faults(tx, claim, placed, review=review))
    again = await reevaluate_claim(tx, claim, placed, review=review)
    occasion = Occasion.REVIEW if review else Occasion.APPLICATION
    for line in placed.values():
        if line.id in again.explanations:
            line.explanation = again.explanations[line.id]
            record_findings(tx, line, occasion, line.explanation.get("findings", ()))
    claim.parameters = list_cited_parameters(line.explanation for line in placed.values())
    return again


async def strike_claim_line(tx: Transaction, input: LineStrike) -> ClaimLine:
    """Strike a line from a claim under review; what it held is free again (X15). 剔除明细.

    Its person stays out of later claims for the same thing, unless an officer readmits them.
    """
    claim, line = await lock_line(tx, input.id, input.version)
    barred = find_line_fault(Action.STRIKE, build_handled_line(line, claim), tx.viewer)
    if barred:
        raise Refusal(barred)
    await move_lines(tx, [claim], [line], LineAction.STRIKE, input.reason, [line.id])
    await tx.session.flush()
    return line


async def strike_line(tx: Transaction, claim: Claim, line: ClaimLine, reason: str) -> None:
    """Strike a line for what follows from another decision; its reports are free (J38, J39, X15).

    Its person is not barred: nobody found anything against them.
    """
    await move_lines(tx, [claim], [line], LineAction.STRIKE, reason)


async def _lock_open_lines(tx: Transaction, claim: Claim) -> LinesByPosition:
    """Hold a claim's open lines, each by its place among all of the claim's lines (X15)."""
    lines = enumerate(await claim_line.lock_lines_of_claim(tx, claim))
    placed = {n: line for n, line in lines if line.state is LineState.OPEN}
    if not placed:
        raise build_refusal(Reason.NO_LINES)
    return placed


declare_transitions(
    RecordKind.CLAIM,
    {
        Action.SUBMIT: on_submit,
        Action.WITHDRAW: release_claims,
        Action.APPROVE: on_approve,
        Action.REFUSE: on_refuse,
        Action.REVOKE: on_revoke,
    },
)
