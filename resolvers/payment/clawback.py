"""Clawbacks 追回: proposed by one officer, confirmed by another (X1, X2, J39)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from models import ClaimLine, Clawback, MonthlyReport, Status
from resolvers.claims.claim_line_transitions import lock_line
from resolvers.kernel.possible_actions import build_handled_line
from resolvers.kernel.transaction import Transaction
from resolvers.kernel.workflow import declare_transitions
from rules.kernel.action import Action
from rules.kernel.record_kind import RecordKind
from rules.kernel.refusal import Refusal, refuse_if
from rules.kernel.value import Money, Paragraph, RowId
from rules.kernel.workflow import LineAction, require_target_line_state
from rules.payment import clawback as rules
from rules.payment.ad_hoc_actions import find_line_fault


@dataclass(kw_only=True)
class ClawbackDraft:
    """How much of what a line was paid is to come back, and why."""

    line_id: RowId
    version: int
    amount: Money
    reason: Paragraph


async def propose_clawback(tx: Transaction, input: ClawbackDraft) -> Clawback:
    """Propose to claw back all or a part of what a line was paid (X1, X2). 提出追回."""
    claim, line = await lock_line(tx, input.line_id, input.version, "lineId")
    barred = find_line_fault(Action.CLAW_BACK, build_handled_line(line, claim), tx.viewer)
    if barred:
        raise Refusal(barred)
    refuse_if(rules.find_amount_faults(input.amount, line.amount))
    told = rules.build_explanation(line.amount, input.amount)
    return await create_clawback(tx, line, input.amount, input.reason, told)


async def create_clawback(
    tx: Transaction,
    line: ClaimLine,
    amount: Decimal,
    cause: str,
    explanation: Mapping[str, Any],
    reduction_id: UUID | None = None,
) -> Clawback:
    """Write a proposal for a line that has no other; who proposes it submits it (X1, X2)."""
    row = Clawback(
        unit_id=line.unit_id,
        region=line.region,
        line_id=line.id,
        reduction_id=reduction_id,
        amount=amount,
        cause=cause,
        explanation=explanation,
        status=Status.SUBMITTED,
        submitted_by=tx.viewer.account_id,
        submitted_at=tx.now,
    )
    tx.create(row, Status.SUBMITTED)
    await tx.session.flush()
    return row


async def void_pending_clawbacks(tx: Transaction, line: ClaimLine) -> None:
    """Void what was proposed before: what follows from an end counts (J39)."""
    older = select(Clawback).where(
        Clawback.unit_id == line.unit_id,
        Clawback.line_id == line.id,
        Clawback.status == Status.SUBMITTED,
    )
    for row in await tx.all(older.with_for_update()):
        tx.move(row, RecordKind.CLAWBACK, Action.VOID)
    await tx.session.flush()


async def on_approve(tx: Transaction, rows: Sequence[Clawback]) -> None:
    """Take paid lines to clawed back; their reports may be corrected from now on (X15, J38)."""
    for row in rows:
        of_unit = ClaimLine.unit_id == row.unit_id, ClaimLine.id == row.line_id
        (line,) = await tx.all(select(ClaimLine).where(*of_unit).with_for_update())
        state = require_target_line_state(LineAction.CLAW_BACK, line.state)
        tx.change(line, {"state": state, "reason": row.cause}, LineAction.CLAW_BACK)
        held = MonthlyReport.unit_id == row.unit_id, MonthlyReport.held_by == row.line_id
        await tx.session.execute(update(MonthlyReport).where(*held).values(clawed_back=True))


declare_transitions(
    RecordKind.CLAWBACK,
    {
        Action.APPROVE: on_approve,
    },
)
