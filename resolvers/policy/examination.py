"""Examining what was approved, once a parameter changes: its differences are listed (X20)."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from models import (
    AmountDifference,
    Claim,
    ClaimKind,
    ClaimLine,
    DifferenceState,
    Parameter,
    ParameterStatus,
    copy_place,
)
from resolvers.kernel.background import JobContext, open_system_transaction
from resolvers.kernel.transaction import Transaction
from resolvers.policy.recomputation import compute_dues, sum_granted_amounts
from rules.kernel.parameter import Policy
from rules.policy.difference import (
    AMOUNT_KEYS,
    EXAMINED_STATUSES,
    GRANTING_STATES,
    build_explanation,
)

BATCH_SIZE = 50
GRACE_PERIOD = timedelta(minutes=2)
"""Longer than any operation runs: who decided on the old parameter has ended by then."""

_DUE_PARAMETER = (
    select(Parameter)
    .where(Parameter.status == ParameterStatus.APPROVED, Parameter.examined_at.is_(None))
    .order_by(Parameter.decided_at, Parameter.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)


async def examine_next_parameter(work: JobContext) -> int:
    """Compare some approved claims with a parameter that was approved since (X20).

    It may be cut off anywhere: what was examined is written down together with what was found.
    """
    async with open_system_transaction(work.service) as tx:
        parameter = await tx.first(
            _DUE_PARAMETER.where(Parameter.decided_at <= tx.now - GRACE_PERIOD)
        )
        if parameter is None:
            return 0
        claims = await _lock_next_claims(tx, parameter)
        policy = await tx.load_policy()
        for claim in claims:
            await _compare_lines(tx, claim, parameter, policy)
        if len(claims) < BATCH_SIZE:
            parameter.examined_at = tx.now
        else:
            parameter.examined_to = claims[-1].id
    return max(len(claims), 1)


async def _lock_next_claims(tx: Transaction, parameter: Parameter) -> Sequence[Claim]:
    """Hold standing claims that used another parameter of the key, wherever their unit is now.

    Another parameter may be examined meanwhile; a line's difference is written by one at a time.
    """
    kinds = [kind for kind in ClaimKind if parameter.key in AMOUNT_KEYS.get(kind, ())]
    used = Claim.parameters.contains([{"key": parameter.key}])
    statement = select(Claim).where(
        Claim.kind.in_(kinds), Claim.status.in_(EXAMINED_STATUSES), used
    )
    if parameter.examined_to is not None:
        statement = statement.where(Claim.id > parameter.examined_to)
    return await tx.all(statement.order_by(Claim.id).limit(BATCH_SIZE).with_for_update())


async def _compare_lines(
    tx: Transaction, claim: Claim, parameter: Parameter, policy: Policy
) -> None:
    """List the lines of a claim that come to something else now."""
    first = (
        ClaimLine.unit_id == claim.unit_id,
        ClaimLine.claim_id == claim.id,
        ClaimLine.state.in_(GRANTING_STATES),
        ClaimLine.supplements_id.is_(None),
    )
    lines = await tx.all(select(ClaimLine).where(*first).order_by(ClaimLine.id))
    if not lines:
        return
    now, until_now = await compute_dues(tx, lines, policy), await sum_granted_amounts(tx, lines)
    known = await _lock_open_differences(tx, claim.unit_id, [line.id for line in lines])
    for line in lines:
        values = {
            "parameter_id": parameter.id,
            "granted": until_now[line.id],
            "due": now[line.id].amount,
            "explanation": build_explanation(now[line.id], until_now[line.id]),
        }
        differs = now[line.id].amount != until_now[line.id]
        if line.id in known:
            lapsed = {} if differs else {"state": DifferenceState.LAPSED}
            tx.change(known[line.id], values | lapsed, "EXAMINE")
        elif differs:
            row = AmountDifference(
                **copy_place(line),
                line_id=line.id,
                state=DifferenceState.OPEN,
                **values,
            )
            tx.create(row, DifferenceState.OPEN)


async def _lock_open_differences(
    tx: Transaction, unit_id: UUID, lines: Sequence[UUID]
) -> Mapping[UUID, AmountDifference]:
    open_ = (
        AmountDifference.unit_id == unit_id,
        AmountDifference.line_id.in_(lines),
        AmountDifference.state == DifferenceState.OPEN,
    )
    held = await tx.all(select(AmountDifference).where(*open_).with_for_update())
    return {row.line_id: row for row in held}
