"""What the bank answers of a batch 结果导入: row by row, each applied exactly once (X8)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from orjson import dumps
from sqlalchemy import select
from uuid_utils.compat import uuid7

from models import BatchImport, DisbursementBatch, Payment, PaymentState
from resolvers.claims.line_life import LineKey
from resolvers.kernel.transaction import Transaction
from resolvers.payment import paying
from resolvers.payment.disbursement import MOST_PAYMENTS
from resolvers.payment.payment import count_settled, move, settle
from rules.kernel.refusal import Fault, Reason, Refusal, fault, refuse_if
from rules.kernel.value import RowId
from rules.kernel.workflow import Action, LineAction
from rules.payment import bank_answer
from rules.payment.disbursement import Answered, Judged, RowOutcome, Standing, barred, judged


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
    many = len(input.rows) > MOST_PAYMENTS
    refuse_if([fault(Reason.LIST_TOO_LONG, "rows", most=MOST_PAYMENTS)] if many else [])
    refuse_if([] if input.rows else [fault(Reason.LIST_EMPTY, "rows")])
    batch = await tx.locked(DisbursementBatch, input.batch_id, None, "batchId")
    why = barred(Action.IMPORT_RESULTS, batch.state)
    if why:
        raise Refusal(why)
    rows = [bank_answer.read(vars(row)) for row in input.rows]
    held = await paying.hold(tx, await _lines_of(tx, batch))
    payments = await _payments(tx, rows)
    standing = {reference: _standing(payment) for reference, payment in payments.items()}
    found = judged(rows, standing, batch.id, tx.today)
    settled = [
        _apply(tx, payments[row.reference], row, each.outcome)
        for row, each in zip(rows, found, strict=True)
        if each.outcome in _APPLIED
    ]
    if settled:
        count_settled(tx, batch, settled)
    await tx.session.flush()
    await _follow(tx, held, settled)
    answer = _kept(tx, batch, input.rows, rows, found)
    tx.session.add(answer)
    await tx.session.flush()
    return answer


_APPLIED = {RowOutcome.PAID: PaymentState.PAID, RowOutcome.FAILED: PaymentState.FAILED}


async def _lines_of(tx: Transaction, batch: DisbursementBatch) -> list[LineKey]:
    own = Payment.batch_id == batch.id, Payment.state == PaymentState.IN_BATCH
    keys = await tx.session.execute(select(Payment.unit_id, Payment.line_id).where(*own))
    return [(unit_id, id) for unit_id, id in keys]


async def _payments(tx: Transaction, rows: Sequence[Answered]) -> Mapping[str, Payment]:
    """Hold the payments that the bank names, of whichever batch that is seen."""
    named = Payment.reference.in_({row.reference for row in rows})
    in_order = select(Payment).where(named).order_by(Payment.unit_id, Payment.id).with_for_update()
    found = await tx.all(in_order.execution_options(populate_existing=True))
    return {payment.reference: payment for payment in found}


def _standing(payment: Payment) -> Standing:
    return Standing(
        payment.batch_id, payment.state, payment.amount, payment.paid_on, payment.reason
    )


def _apply(tx: Transaction, payment: Payment, row: Answered, outcome: RowOutcome) -> Payment:
    values: dict[str, object] = {"bank_reference": row.bank_reference}
    if outcome is RowOutcome.PAID:
        settle(tx, payment, PaymentState.PAID, LineAction.PAY, values | {"paid_on": row.paid_on})
    else:
        values |= {"reason": row.reason}
        settle(tx, payment, PaymentState.FAILED, LineAction.FAIL_PAYMENT, values)
    return payment


async def _follow(tx: Transaction, held: paying.Held, settled: Sequence[Payment]) -> None:
    """Let lines follow their payments; one that was not paid is payable again, and says why."""
    lines = {line.id: line for line in held.lines}
    paid = [lines[p.line_id] for p in settled if p.state is PaymentState.PAID]
    await move(tx, held, paid, LineAction.PAY)
    failed = [p for p in settled if p.state is PaymentState.FAILED]
    for reason in dict.fromkeys(payment.reason for payment in failed):
        alike = [lines[p.line_id] for p in failed if p.reason == reason]
        await move(tx, held, alike, LineAction.FAIL_PAYMENT, reason)


def _kept(
    tx: Transaction,
    batch: DisbursementBatch,
    told: Sequence[BankAnswerRow],
    rows: Sequence[Answered],
    found: Sequence[Judged],
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
            _outcome(n, row, each) for n, (row, each) in enumerate(zip(rows, found, strict=True), 1)
        ],
        account_id=tx.viewer.account_id,
        account_name=tx.viewer.name,
        at=tx.now,
    )


def _outcome(n: int, row: Answered, each: Judged) -> dict[str, Any]:
    return {
        "row": n,
        "reference": row.reference if each.outcome is not RowOutcome.FAULT else None,
        "outcome": each.outcome.value,
        "faults": [_told(why) for why in each.faults],
    }


def _told(why: Fault) -> dict[str, Any]:
    return {"reason": why.reason.value, "path": list(why.path), "figures": dict(why.figures)}
