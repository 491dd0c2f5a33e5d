"""Lines on their way after a claim's approval 明细流转; the claim follows its lines (X15)."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Container, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select, tuple_

from models import Claim, ClaimLine
from resolvers.claims import claim_line
from resolvers.kernel.transaction import Transaction
from rules.claims.claim_line import choose_claim_action, sum_amounts
from rules.kernel.record_kind import RecordKind
from rules.kernel.workflow import RESERVING_STATES, LineAction, require_target_line_state

LineKey = tuple[UUID, UUID]
Row = TypeVar("Row", Claim, ClaimLine)
LineFollower = Callable[[Transaction, Sequence[ClaimLine], LineAction], Awaitable[None]]
_FOLLOWERS: list[LineFollower] = []


def declare_line_follower(follow: LineFollower) -> None:
    """Enter what follows for other lines once some went a way (X20)."""
    _FOLLOWERS.append(follow)


async def move_lines(
    tx: Transaction,
    claims: Sequence[Claim],
    lines: Sequence[ClaimLine],
    action: LineAction,
    reason: str | None = None,
    barred: Container[UUID] = (),
) -> None:
    """Take lines of some claims along a way; amounts and states of the claims follow (X1, X15).

    Claims and lines are held already, the claims first. What may not go the way is refused, and
    with it all of it. Lines that are `barred`, by their ids, keep their persons out from now on.
    """
    for line in lines:
        state = require_target_line_state(action, line.state)
        values = {"state": state, "reason": reason, "barred": line.barred or line.id in barred}
        tx.change(line, values, action)
    await _release_lines(tx, [line for line in lines if line.state not in RESERVING_STATES])
    await tx.session.flush()
    standing = await _load_lines_by_claim(tx, claims)
    for claim in claims:
        _apply_to_claim(tx, claim, standing[claim.id], action, reason)
    for follow in _FOLLOWERS:
        await follow(tx, lines, action)


async def follow_settled_lines(
    tx: Transaction, claims: Sequence[Claim], reason: str
) -> Sequence[Claim]:
    """Take claims that are held to where their lines stand; return those that moved (X15)."""
    standing, came_from = await _load_lines_by_claim(tx, claims), {c.id: c.status for c in claims}
    for claim in claims:
        _follow_lines(tx, claim, standing[claim.id], reason)
    return [claim for claim in claims if claim.status is not came_from[claim.id]]


async def lock_line(
    tx: Transaction, id: str, version: int, at: str = "id"
) -> tuple[Claim, ClaimLine]:
    """Hold a line that a client named, its claim before it."""
    named = await tx.get(ClaimLine, id, at)
    statement = select(Claim).where(Claim.unit_id == named.unit_id, Claim.id == named.claim_id)
    claim = (await tx.all(statement.with_for_update()))[0]
    return claim, await tx.get_locked(ClaimLine, id, version, at)


async def lock_lines(
    tx: Transaction, keys: Collection[LineKey]
) -> tuple[Mapping[LineKey, Claim], Sequence[ClaimLine]]:
    """Hold lines by unit and id, their claims before them, each in the order of keys (X12).

    All who hold more than one line do it here: another order would end in a deadlock.
    """
    return await lock_lines_where(tx, tuple_(ClaimLine.unit_id, ClaimLine.id).in_(keys))


async def lock_lines_where(
    tx: Transaction, of_lines: ColumnElement[bool]
) -> tuple[Mapping[LineKey, Claim], Sequence[ClaimLine]]:
    """Hold the lines that fulfil a condition as `lock_lines` does, however many they are."""
    within = select(ClaimLine.unit_id, ClaimLine.claim_id).where(of_lines)
    of_claims = select(Claim).where(tuple_(Claim.unit_id, Claim.id).in_(within))
    claims = await _lock_rows(tx, of_claims.order_by(Claim.unit_id, Claim.id))
    lines = select(ClaimLine).where(of_lines).order_by(ClaimLine.unit_id, ClaimLine.id)
    return {(row.unit_id, row.id): row for row in claims}, await _lock_rows(tx, lines)


async def _lock_rows(tx: Transaction, rows: Select[Row]) -> Sequence[Row]:
    """Hold rows as they are now, not as the transaction read them before."""
    return await tx.all(rows.with_for_update().execution_options(populate_existing=True))


async def _release_lines(tx: Transaction, lines: Sequence[ClaimLine]) -> None:
    by_unit: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for line in lines:
        by_unit[line.unit_id].append(line.id)
    for unit_id, ids in by_unit.items():
        await claim_line.release_lines(tx, unit_id, ids)


async def _load_lines_by_claim(
    tx: Transaction, claims: Sequence[Claim]
) -> Mapping[UUID, Sequence[ClaimLine]]:
    named = (
        ClaimLine.unit_id.in_({c.unit_id for c in claims}),
        ClaimLine.claim_id.in_([c.id for c in claims]),
    )
    found: defaultdict[UUID, list[ClaimLine]] = defaultdict(list)
    for line in await tx.all(select(ClaimLine).where(*named)):
        found[line.claim_id].append(line)
    return found


def _apply_to_claim(
    tx: Transaction,
    claim: Claim,
    lines: Sequence[ClaimLine],
    action: LineAction,
    reason: str | None,
) -> None:
    amount = sum_amounts((line.state, line.amount) for line in lines)
    if amount != claim.amount:
        tx.change(claim, {"amount": amount}, f"{action}_LINE")
    _follow_lines(tx, claim, lines, reason)


def _follow_lines(
    tx: Transaction, claim: Claim, lines: Sequence[ClaimLine], reason: str | None
) -> None:
    states = [line.state for line in lines]
    while way := choose_claim_action(claim.status, states):
        tx.move(claim, RecordKind.CLAIM, way, reason)
