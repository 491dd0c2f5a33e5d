"""Findings 审计疑点: looked for in the background and on demand, settled by officers (X14)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from loaders.actor import build_actor, set_rls_context
from models import AuditFinding, FindingState, Unit
from resolvers.desk.audit_sign import search_units
from resolvers.kernel.background import (
    AWAY_ERRORS,
    JobContext,
    attempt,
    open_system_transaction,
)
from resolvers.kernel.rate_limit import FINDING_LIMIT, limit_tries
from resolvers.kernel.transaction import Transaction
from resolvers.kernel.workflow import ReasonedDecision
from rules.desk.audit_finding import find_settlement_fault
from rules.kernel.action import Action
from rules.kernel.refusal import Refusal
from rules.kernel.value import RowId
from rules.kernel.viewer import SYSTEM_VIEWER

UNIT_BATCH_SIZE = 50
MAX_FINDINGS = 1000


@dataclass(kw_only=True)
class FindingSearch:
    """In which unit signs are looked for."""

    unit_id: RowId


@limit_tries(FINDING_LIMIT)
async def search_findings(tx: Transaction, input: FindingSearch) -> Sequence[AuditFinding]:
    """Look for the audits' signs in a unit now, and give its findings (X14). 排查审计疑点.

    Who looks on has no region to write in, and what a sign compares lies in all regions: so the
    system looks, in the one unit that the viewer may see.
    """
    unit = await tx.get(Unit, input.unit_id, "unitId")
    await set_rls_context(tx.session, build_actor(SYSTEM_VIEWER))
    await search_units(tx, [unit.id])
    await set_rls_context(tx.session, tx.actor)
    of_unit = select(AuditFinding).where(AuditFinding.unit_id == unit.id)
    return await tx.all(of_unit.order_by(AuditFinding.id.desc()).limit(MAX_FINDINGS))


async def explain_finding(tx: Transaction, input: ReasonedDecision) -> AuditFinding:
    """Say why a finding is nothing to worry about (X14). 疑点已核实排除."""
    return await _settle_finding(tx, input, Action.EXPLAIN, FindingState.EXPLAINED)


async def confirm_finding(tx: Transaction, input: ReasonedDecision) -> AuditFinding:
    """Say that a finding is what it looks like; what follows is decided elsewhere. 疑点属实."""
    return await _settle_finding(tx, input, Action.CONFIRM, FindingState.CONFIRMED)


async def _settle_finding(
    tx: Transaction, input: ReasonedDecision, action: Action, to: FindingState
) -> AuditFinding:
    row = await tx.get_locked(AuditFinding, input.id, input.version)
    barred = find_settlement_fault(row.state)
    if barred:
        raise Refusal(barred)
    values: dict[str, object] = {"state": to, "reason": input.reason, "settled_at": tx.now}
    values |= {"settled_by": tx.viewer.account_id, "settled_by_name": tx.viewer.name}
    tx.settle(row, action, values, (row.state, to), input.reason)
    await tx.session.flush()
    return row


async def search_all_units(work: JobContext) -> int:
    """Look for signs in all units, some at a time, each time in a transaction of its own (X14).

    Cut off anywhere it begins anew: what was found once is not found twice. Units in which it
    fails keep no others from being searched; it fails at the end.
    """
    last, failure = UUID(int=0), None
    while units := await _load_next_units(work, last):
        last = units[-1]
        outcome = await attempt(_search_some_units(work, units))
        if isinstance(outcome, AWAY_ERRORS):
            raise outcome
        failure = outcome or failure
    if failure is not None:
        raise failure
    return 0


async def _load_next_units(work: JobContext, last: UUID) -> Sequence[UUID]:
    async with open_system_transaction(work.service) as tx:
        after = select(Unit.id).where(Unit.id > last).order_by(Unit.id).limit(UNIT_BATCH_SIZE)
        return (await tx.session.scalars(after)).all()


async def _search_some_units(work: JobContext, units: Sequence[UUID]) -> None:
    async with open_system_transaction(work.service) as tx:
        await search_units(tx, units)
