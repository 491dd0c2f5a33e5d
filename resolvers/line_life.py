"""Lines on their way after a claim's approval 明细流转; the claim follows its lines (X15)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from models import Claim, ClaimLine
from resolvers import claim_line
from resolvers.transaction import Transaction
from rules.line import amount_of, follows
from rules.workflow import HOLDING, LineAction, RecordKind, line_target


async def move_lines(
    tx: Transaction,
    claims: Sequence[Claim],
    lines: Sequence[ClaimLine],
    action: LineAction,
    reason: str | None = None,
) -> None:
    """Take lines of some claims along a way; amounts and states of the claims follow (X1, X15).

    Claims and lines are held already, the claims first. What may not go the way is refused, and
    with it all of it.
    """
    for line in lines:
        state = line_target(action, line.state)
        tx.change(line, {"state": state, "reason": reason}, action)
    await _free(tx, [line for line in lines if line.state not in HOLDING])
    await tx.session.flush()
    standing = await _lines_of(tx, claims)
    for claim in claims:
        _follow(tx, claim, standing[claim.id], action, reason)


async def held_line(
    tx: Transaction, id: str, version: int, at: str = "id"
) -> tuple[Claim, ClaimLine]:
    """Hold a line that a client named, its claim before it."""
    named = await tx.found(ClaimLine, id, at)
    statement = select(Claim).where(Claim.unit_id == named.unit_id, Claim.id == named.claim_id)
    claim = (await tx.all(statement.with_for_update()))[0]
    return claim, await tx.locked(ClaimLine, id, version, at)


async def _free(tx: Transaction, lines: Sequence[ClaimLine]) -> None:
    by_unit: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for line in lines:
        by_unit[line.unit_id].append(line.id)
    for unit_id, ids in by_unit.items():
        await claim_line.release(tx, unit_id, ids)


async def _lines_of(tx: Transaction, claims: Sequence[Claim]) -> Mapping[UUID, Sequence[ClaimLine]]:
    named = (
        ClaimLine.unit_id.in_({c.unit_id for c in claims}),
        ClaimLine.claim_id.in_([c.id for c in claims]),
    )
    found: defaultdict[UUID, list[ClaimLine]] = defaultdict(list)
    for line in await tx.all(select(ClaimLine).where(*named)):
        found[line.claim_id].append(line)
    return found


def _follow(
    tx: Transaction,
    claim: Claim,
    lines: Sequence[ClaimLine],
    action: LineAction,
    reason: str | None,
) -> None:
    amount = amount_of((line.state, line.amount) for line in lines)
    if amount != claim.amount:
        tx.change(claim, {"amount": amount}, f"{action}_LINE")
    way = follows(claim.status, [line.state for line in lines])
    if way is not None:
        tx.move(claim, RecordKind.CLAIM, way, reason)
