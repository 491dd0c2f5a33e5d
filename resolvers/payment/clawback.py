"""Clawbacks 追回: proposed by one officer, confirmed by another (X1, X2, J39)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select, tuple_, update
from sqlalchemy.dialects.postgresql import Range

from models import (
    ClaimLine,
    Clawback,
    LineState,
    MonthlyReport,
    Status,
    Trainee,
    TraineeOutcome,
    copy_place,
)
from resolvers.claims import line_bar
from resolvers.claims.claim_line_transitions import declare_line_follower, lock_line
from resolvers.kernel.possible_actions import build_handled_line
from resolvers.kernel.transaction import Transaction
from resolvers.kernel.workflow import declare_transitions
from rules.kernel.action import Action
from rules.kernel.month import to_local_day
from rules.kernel.record_kind import RecordKind
from rules.kernel.refusal import Refusal, refuse_if
from rules.kernel.value import Code, Day, Money, Paragraph, RowId
from rules.kernel.workflow import RESERVING_STATES, LineAction, require_target_line_state
from rules.payment import clawback as rules
from rules.payment.ad_hoc_actions import find_line_fault


@dataclass(kw_only=True)
class ClawbackDraft:
    """How much of what a line was paid is to come back, and why."""

    line_id: RowId
    version: int
    amount: Money
    reason: Paragraph


@dataclass(kw_only=True)
class Recovery:
    """How much came back of which clawback, when, and under which number of the bank's."""

    id: RowId
    version: int
    amount: Money
    received_on: Day
    bank_reference: Code


async def propose_clawback(tx: Transaction, input: ClawbackDraft) -> Clawback:
    """Propose to claw back all or a part of what a line was paid (X1, X2). 提出追回."""
    claim, line = await lock_line(tx, input.line_id, input.version, "lineId")
    of_line = Clawback.unit_id == line.unit_id, Clawback.line_id == line.id
    others = await tx.all(select(Clawback).where(*of_line))
    earlier = rules.sum_confirmed(others)
    pending = any(each.status is Status.SUBMITTED for each in others)
    stands = build_handled_line(line, claim, clawback=pending, spent=earlier >= line.amount)
    barred = find_line_fault(Action.CLAW_BACK, stands, tx.viewer)
    if barred:
        raise Refusal(barred)
    refuse_if(rules.find_amount_faults(input.amount, line.amount - earlier))
    told = rules.build_explanation(line.amount, input.amount, earlier)
    return await create_clawback(tx, line, input.amount, input.reason, told)


async def record_recovery(tx: Transaction, input: Recovery) -> Clawback:
    """Record what came back of a confirmed clawback; it may come in parts (X8). 登记追回到账."""
    row = await tx.get_locked(Clawback, input.id, input.version)
    barred = rules.find_recovery_fault(row.status, row.amount, row.recovered, tx.viewer)
    if barred:
        raise Refusal(barred)
    confirmed_on = to_local_day(row.reviewed_at) if row.reviewed_at else tx.today
    left = row.amount - row.recovered
    refuse_if(
        rules.find_recovery_faults(input.amount, left, input.received_on, confirmed_on, tx.today)
    )
    values = {
        "recovered": row.recovered + input.amount,
        "recovered_on": input.received_on,
        "recovery_reference": input.bank_reference,
    }
    tx.change(row, values, Action.RECOVER)
    await tx.session.flush()
    return row


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
        **copy_place(line),
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


async def load_amounts_left(tx: Transaction, lines: Sequence[ClaimLine]) -> Mapping[UUID, Decimal]:
    """Return by its id what is left of what each line was paid, in yuan; nothing of others."""
    was_paid = [line for line in lines if line.state in WAS_PAID]
    of_lines = (
        Clawback.unit_id.in_({line.unit_id for line in was_paid}),
        Clawback.line_id.in_([line.id for line in was_paid]),
    )
    rows = await tx.all(select(Clawback).where(*of_lines)) if was_paid else []
    return {
        line.id: line.amount - rules.sum_confirmed([row for row in rows if row.line_id == line.id])
        for line in was_paid
    }


WAS_PAID = (LineState.PAID, LineState.CLAWED_BACK)
"""Lines in these states were paid, however much of it was clawed back."""


async def propose_whole_clawback(tx: Transaction, line: ClaimLine, cause: str) -> None:
    """Propose to claw back all that is left of what a line was paid, if nobody has yet (S33)."""
    of_line = Clawback.unit_id == line.unit_id, Clawback.line_id == line.id
    others = await tx.all(select(Clawback).where(*of_line))
    earlier = rules.sum_confirmed(others)
    pending = any(each.status is Status.SUBMITTED for each in others)
    left = line.amount - earlier
    if left > 0 and not pending:
        told = rules.build_explanation(line.amount, left, earlier)
        await create_clawback(tx, line, left, cause, told)


async def void_pending_clawbacks(
    tx: Transaction, line: ClaimLine, cause: str | None = None
) -> None:
    """Void what was proposed before, for a cause or any: what follows from an end counts (J39)."""
    older = select(Clawback).where(
        Clawback.unit_id == line.unit_id,
        Clawback.line_id == line.id,
        Clawback.status == Status.SUBMITTED,
    )
    if cause is not None:
        older = older.where(Clawback.cause == cause)
    for row in await tx.all(older.with_for_update()):
        tx.move(row, RecordKind.CLAWBACK, Action.VOID)
    await tx.session.flush()


async def load_pending_amount(tx: Transaction, line: ClaimLine) -> Decimal | None:
    """Return what an officer proposes to claw back of a line, in yuan; None where nobody does.

    What an end proposed is none of theirs, nor what followed as a first line went (X20, J39).
    """
    proposed = select(Clawback).where(
        Clawback.unit_id == line.unit_id,
        Clawback.line_id == line.id,
        Clawback.status == Status.SUBMITTED,
        Clawback.cause != rules.FIRST_LINE_GONE_CAUSE,
    )
    found = await tx.first(proposed.with_for_update())
    return None if found is None or rules.is_of_end(found) else found.amount


async def was_refused_for_end(
    tx: Transaction, line: ClaimLine, reduction_id: UUID | None, amount: Decimal
) -> bool:
    """Tell whether an officer rejected as much as an end would take back of a line (J39)."""
    refused = select(Clawback).where(
        Clawback.unit_id == line.unit_id,
        Clawback.line_id == line.id,
        Clawback.status == Status.REFUSED,
        Clawback.amount >= amount,
        Clawback.reduction_id.is_not_distinct_from(reduction_id),
    )
    return any(rules.is_of_end(row) for row in await tx.all(refused))


async def is_clawback_pending(tx: Transaction, line: ClaimLine, cause: str) -> bool:
    """Tell whether a proposal for a line, for a cause, waits for whoever confirms it."""
    of_line = Clawback.unit_id == line.unit_id, Clawback.line_id == line.id
    proposed = Clawback.status == Status.SUBMITTED, Clawback.cause == cause
    pending = exists().where(*of_line, *proposed)
    return bool(await tx.session.scalar(select(pending)))


async def follow_lines(tx: Transaction, lines: Sequence[ClaimLine], action: LineAction) -> None:
    """Claw back supplements that are paid, and whose first line stands no more (X20, J30).

    What they stood on is free to be claimed anew, and would be paid whole. Either comes first: the
    line goes, or the bank tells of a supplement that it had by then.
    """
    found: list[ClaimLine] = []
    if gone := [(line.unit_id, line.id) for line in lines if line.state not in RESERVING_STATES]:
        of_gone = tuple_(ClaimLine.unit_id, ClaimLine.supplements_id).in_(gone)
        # All are held, whatever their state: whoever pays one now has been waited for.
        ordered = select(ClaimLine).where(of_gone).order_by(ClaimLine.unit_id, ClaimLine.id)
        found += await tx.all(ordered.with_for_update().execution_options(populate_existing=True))
    if action is LineAction.PAY:
        # One that was clawed back holds its months: what was paid besides stays paid.
        lacking = await line_bar.find_lines_without_first(tx, lines, RESERVING_STATES)
        found += [line for line in lines if line.id in lacking]
    for line in found:
        if line.state in WAS_PAID:
            await void_pending_clawbacks(tx, line)
            await propose_whole_clawback(tx, line, rules.FIRST_LINE_GONE_CAUSE)


declare_line_follower(follow_lines)


async def on_approve(tx: Transaction, rows: Sequence[Clawback]) -> None:
    """Take paid lines to clawed back; their reports may be corrected from now on (X15, J38)."""
    for row in rows:
        of_unit = ClaimLine.unit_id == row.unit_id, ClaimLine.id == row.line_id
        (line,) = await tx.all(select(ClaimLine).where(*of_unit).with_for_update())
        state = require_target_line_state(LineAction.CLAW_BACK, line.state)
        tx.change(line, {"state": state, "reason": row.cause}, LineAction.CLAW_BACK)
        held = MonthlyReport.unit_id == row.unit_id, MonthlyReport.held_by == row.line_id
        await tx.session.execute(update(MonthlyReport).where(*held).values(clawed_back=True))
        if line.trainee_id is not None:
            await _release_place(tx, line, row)


async def _release_place(tx: Transaction, line: ClaimLine, row: Clawback) -> None:
    """Give back the place of who has not completed, once all that was paid is clawed back (S33)."""
    of_line = Clawback.unit_id == line.unit_id, Clawback.line_id == line.id, Clawback.id != row.id
    earlier = rules.sum_confirmed(await tx.all(select(Clawback).where(*of_line)))
    own = Trainee.unit_id == line.unit_id, Trainee.id == line.trainee_id
    (trainee,) = await tx.all(select(Trainee).where(*own).with_for_update())
    whole = earlier + row.amount >= line.amount
    if whole and trainee.outcome is TraineeOutcome.NOT_COMPLETED:
        trainee.during, trainee.place = Range(empty=True), None
        await tx.session.flush()


declare_transitions(
    RecordKind.CLAWBACK,
    {
        Action.APPROVE: on_approve,
    },
)
