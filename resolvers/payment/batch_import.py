"""What the bank answers of a batch 结果导入: row by row, each applied exactly once (X8)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Any

from orjson import dumps
from sqlalchemy import select
from uuid_utils.compat import uuid7

from models import BatchImport, DisbursementBatch, Payment, PaymentState
from resolvers.claims.claim_line_transitions import LineKey
from resolvers.kernel.transaction import Transaction
from resolvers.payment import payable_line
from resolvers.payment.batch_standing import EXPORTERS, select_barred_importers
from resolvers.payment.disbursement import MAX_PAYMENTS_PER_BATCH
from resolvers.payment.payment import move_locked_lines, settle_payment, update_batch_totals
from resolvers.payment.transfer import lock_named_transfers
from rules.kernel.action import Action
from rules.kernel.month import to_local_day
from rules.kernel.refusal import Fault, Reason, Refusal, fault, refuse_if
from rules.kernel.value import RowId
from rules.kernel.workflow import LineAction
from rules.payment import bank_answer
from rules.payment.disbursement import (
    AnsweredBatch,
    AnswerEvaluation,
    AnswerRow,
    KnownPayment,
    RowOutcome,
    evaluate_answer,
    find_batch_fault,
)


@dataclass(kw_only=True)
class BankAnswerRow:
    """A row as the bank wrote it: its texts are read here, so that each row tells its faults."""

    reference: str
    outcome: str
    amount: str
    paid_on: str | None = None
    bank_reference: str | None = None
    reason: str | None = None


@dataclass(kw_only=True)
class BankAnswer:
    """What the bank answered of which batch."""

    batch_id: RowId
    rows: list[BankAnswerRow]


async def import_bank_answer(tx: Transaction, input: BankAnswer) -> BatchImport:
    """Take the bank's answer in: good rows are applied, the others told why (X8). 导入结果."""
    many = len(input.rows) > MAX_PAYMENTS_PER_BATCH
    refuse_if([fault(Reason.LIST_TOO_LONG, "rows", most=MAX_PAYMENTS_PER_BATCH)] if many else [])
    refuse_if([] if input.rows else [fault(Reason.LIST_EMPTY, "rows")])
    batch = await tx.get_locked(DisbursementBatch, input.batch_id, None, "batchId")
    answered = batch.paid_count + batch.failed_count
    (exporters,) = await tx.load_related(batch, EXPORTERS)
    policy = await tx.load_policy()
    barred = select_barred_importers(exporters, batch.region, policy, tx.today)
    why = find_batch_fault(Action.IMPORT_RESULTS, batch.state, answered, barred, tx.viewer)
    if why:
        raise Refusal(why)
    rows = [bank_answer.parse_row(vars(row)) for row in input.rows]
    held = await payable_line.lock_lines_with_claims(tx, await _load_line_keys(tx, batch))
    payments = await lock_named_transfers(tx, {row.reference for row in rows})
    standing = {reference: _build_known_payment(made) for reference, made in payments.items()}
    answered_batch = AnsweredBatch(batch.id, to_local_day(batch.created_at))
    found = evaluate_answer(rows, standing, answered_batch, tx.today)
    settled = [
        _settle_answered_payment(tx, payment, row, each.outcome)
        for row, each in zip(rows, found, strict=True)
        if each.outcome in _STATE_BY_OUTCOME
        for payment in payments[row.reference]
    ]
    if settled:
        update_batch_totals(tx, batch, settled, Action.IMPORT_RESULTS)
    await tx.session.flush()
    await _apply_consequences(tx, held, settled)
    answer = _build_import(tx, batch, input.rows, rows, found)
    tx.session.add(answer)
    await tx.session.flush()
    return answer


_STATE_BY_OUTCOME = {RowOutcome.PAID: PaymentState.PAID, RowOutcome.FAILED: PaymentState.FAILED}


async def _load_line_keys(tx: Transaction, batch: DisbursementBatch) -> list[LineKey]:
    own = Payment.batch_id == batch.id, Payment.state == PaymentState.IN_BATCH
    keys = await tx.session.execute(select(Payment.unit_id, Payment.line_id).where(*own))
    return [(unit_id, id) for unit_id, id in keys]


def _build_known_payment(made: Sequence[Payment]) -> KnownPayment:
    """Tell how what the bank names stands; payments of one transfer stand alike."""
    (first, *_) = made
    return KnownPayment(
        batch_id=first.batch_id,
        state=first.state,
        amount=sum((payment.amount for payment in made), Decimal(0)),
        paid_on=first.paid_on,
        reason=first.reason,
        bank_reference=first.bank_reference,
    )


def _settle_answered_payment(
    tx: Transaction, payment: Payment, row: AnswerRow, outcome: RowOutcome
) -> Payment:
    values: dict[str, object] = {"bank_reference": row.bank_reference}
    if outcome is RowOutcome.PAID:
        settle_payment(
            tx, payment, PaymentState.PAID, LineAction.PAY, values | {"paid_on": row.paid_on}
        )
    else:
        values |= {"reason": row.reason}
        settle_payment(tx, payment, PaymentState.FAILED, LineAction.FAIL_PAYMENT, values)
    return payment


async def _apply_consequences(
    tx: Transaction, held: payable_line.LockedLines, settled: Sequence[Payment]
) -> None:
    """Move lines as their payments went; one that was not paid is payable again, and says why."""
    lines = {line.id: line for line in held.lines}
    paid = [lines[p.line_id] for p in settled if p.state is PaymentState.PAID]
    await move_locked_lines(tx, held, paid, LineAction.PAY)
    failed = [p for p in settled if p.state is PaymentState.FAILED]
    for reason in dict.fromkeys(payment.reason for payment in failed):
        alike = [lines[p.line_id] for p in failed if p.reason == reason]
        await move_locked_lines(tx, held, alike, LineAction.FAIL_PAYMENT, reason)


def _build_import(
    tx: Transaction,
    batch: DisbursementBatch,
    told: Sequence[BankAnswerRow],
    rows: Sequence[AnswerRow],
    found: Sequence[AnswerEvaluation],
) -> BatchImport:
    counts = Counter(each.outcome for each in found)
    said = dumps([vars(row) for row in told])
    return BatchImport(
        id=uuid7(),
        region=batch.region,
        batch_id=batch.id,
        sha256=sha256(said).hexdigest(),
        row_count=len(rows),
        paid_count=counts[RowOutcome.PAID],
        failed_count=counts[RowOutcome.FAILED],
        known_count=counts[RowOutcome.KNOWN],
        fault_count=counts[RowOutcome.FAULT],
        outcomes=[
            _build_outcome_json(n, row, each)
            for n, (row, each) in enumerate(zip(rows, found, strict=True), 1)
        ],
        account_id=tx.viewer.account_id,
        account_name=tx.viewer.name,
        at=tx.now,
    )


def _build_outcome_json(n: int, row: AnswerRow, each: AnswerEvaluation) -> dict[str, Any]:
    return {
        "row": n,
        "reference": row.reference if each.outcome is not RowOutcome.FAULT else None,
        "outcome": each.outcome.value,
        "faults": [_build_fault_json(why) for why in each.faults],
    }


def _build_fault_json(why: Fault) -> dict[str, Any]:
    return {"reason": why.reason.value, "path": list(why.path), "figures": dict(why.figures)}
