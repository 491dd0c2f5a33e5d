"""Batches of payments 发放批次: made of payable lines, and cancelled (X2, X3, X8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Integer, cast, func, select

from models import (
    BatchState,
    ClaimKind,
    ClaimLine,
    DisbursementBatch,
    LineState,
    PaymentState,
)
from resolvers.claims.claim_line_transitions import LineKey
from resolvers.kernel.number_series import take_next_number
from resolvers.kernel.transaction import Transaction
from resolvers.payment import payable_line
from resolvers.payment.payable_line import LockedLines, PayableLines
from resolvers.payment.payment import (
    build_payment,
    lock_open_payments,
    move_locked_lines,
    settle_payment,
)
from resolvers.payment.payment_wait import match_lines_not_waiting
from resolvers.payment.transfer import find_transfers, name_transfers
from rules.claims.claim_line import sum_amounts
from rules.kernel import input_check
from rules.kernel.action import Action
from rules.kernel.refusal import Fault, Reason, Refusal, build_refusal, fault, refuse_if
from rules.kernel.region import compute_code_range
from rules.kernel.value import Paragraph, RowId
from rules.kernel.viewer import Language
from rules.kernel.wording import format_fault
from rules.kernel.workflow import LineAction
from rules.payment.disbursement import find_batch_fault

MAX_PAYMENTS_PER_BATCH = 2000
NUMBER_SERIES = "disbursement-batch"


@dataclass(kw_only=True)
class BatchDraft:
    """Which lines are paid together: some by name, or all payable ones, as many as expected."""

    line_ids: list[RowId] | None = None
    kind: ClaimKind | None = None
    expected: int | None = None


@dataclass(kw_only=True)
class BatchCancellation:
    """Which batch does not go to the bank, and why."""

    id: RowId
    version: int
    reason: Paragraph


async def make_batch(tx: Transaction, input: BatchDraft) -> DisbursementBatch:
    """Put payable lines into a batch for the bank, after risk controls ran again (X8). 生成批次.

    Lines whose controls did not pass go back to their reviewer instead; the others are paid.
    Where all are meant, those that can't be paid now are left out, and the batch tells why.
    """
    lines = await _lock_selected_lines(tx, input)
    failed = await payable_line.find_control_faults(tx, lines.held)
    await _send_lines_back(tx, lines.held, failed)
    paid = lines._replace(held=lines.held.exclude_lines(failed))
    return await _create_batch(tx, paid, input.kind, len(failed))


async def _send_lines_back(
    tx: Transaction, held: LockedLines, failed: Mapping[UUID, Fault]
) -> None:
    """Send lines back to their reviewer, those of one finding together (X15)."""
    for why in {format_fault(found, Language.ZH).text for found in failed.values()}:
        alike = [id for id, found in failed.items() if format_fault(found, Language.ZH).text == why]
        lines = [line for line in held.lines if line.id in alike]
        await move_locked_lines(tx, held, lines, LineAction.SEND_BACK, why)


async def _lock_selected_lines(tx: Transaction, input: BatchDraft) -> PayableLines:
    """Hold the lines that are meant: those named, or all of the region that are payable.

    Of all, those that can't be paid now are left out; by name they are refused (S29, X4, X19).
    """
    if input.line_ids is not None:
        refuse_if(
            input_check.find_list_faults([*input.line_ids], MAX_PAYMENTS_PER_BATCH, ("lineIds",))
        )
        held = await payable_line.lock_named_lines(tx, input.line_ids)
        await payable_line.require_payable_lines(tx, held, [LineState.PAYABLE])
        return PayableLines(held, await payable_line.require_payees(tx, held), ())
    held = await payable_line.lock_lines_with_claims(tx, await _load_payable_keys(tx, input.kind))
    late = {line.id for line in held.lines if line.state is not LineState.PAYABLE}
    lines = await payable_line.select_payable_lines(tx, held.exclude_lines(late))
    _require_expected_count(len(lines.held.lines), input.expected, lines.left_out)
    return lines


def _require_expected_count(found: int, expected: int | None, left_out: Sequence[Fault]) -> None:
    """Refuse another number than the caller has seen, and tell why lines are not counted."""
    if not found:
        refuse_if(left_out)
        raise build_refusal(Reason.NOTHING_TO_PAY)
    if found != expected:
        figures = {"found": found, "expected": 0 if expected is None else expected}
        refuse_if([fault(Reason.LINES_EXPECTED, "expected", **figures), *left_out])
    if found + len(left_out) > MAX_PAYMENTS_PER_BATCH:
        refuse_if([fault(Reason.LIST_TOO_LONG, "expected", most=MAX_PAYMENTS_PER_BATCH)])


async def _load_payable_keys(tx: Transaction, kind: ClaimKind | None) -> list[LineKey]:
    low, high = compute_code_range(tx.region)
    where = [
        ClaimLine.state == LineState.PAYABLE,
        ClaimLine.account_proposed_by.is_(None),
        ClaimLine.region.between(low, high),
    ]
    if kind is not None:
        where.append(ClaimLine.claim_kind == kind)
    if kind in {None, ClaimKind.TRAINING}:
        where += await match_lines_not_waiting(tx, low, high)
    columns = select(ClaimLine.unit_id, ClaimLine.id).where(*where)
    rows = await tx.session.execute(
        columns.order_by(ClaimLine.id).limit(MAX_PAYMENTS_PER_BATCH + 1)
    )
    return [(unit_id, id) for unit_id, id in rows]


async def _create_batch(
    tx: Transaction, lines: PayableLines, kind: ClaimKind | None, sent_back: int
) -> DisbursementBatch:
    """Write a batch and its payments; one from which every line was sent back is over at once."""
    held, whom, left_out = lines
    together = await find_transfers(tx, held, whom)
    batch = DisbursementBatch(
        region=tx.region,
        number=await _take_number(tx),
        claim_kind=kind,
        state=BatchState.OPEN if held.lines else BatchState.CANCELLED,
        payment_count=len(held.lines),
        transfer_count=len(together),
        amount=sum_amounts((line.state, line.amount) for line in held.lines),
        sent_back=sent_back,
        left_out=[_build_left_out_line(why) for why in left_out],
        created_at=tx.now,
        made_by=tx.viewer.account_id,
        made_by_name=tx.viewer.name,
    )
    tx.create(batch, batch.state)
    await tx.session.flush()
    transfers = name_transfers(batch, together)
    for n, line in enumerate(held.lines, 1):
        reference = f"{batch.number}-{n:05d}"
        payment = build_payment(tx.service.seal, line, whom[line.id], n, reference, batch)
        payment.transfer = transfers.get(line.id)
        tx.create(payment, PaymentState.IN_BATCH)
    await tx.session.flush()
    await move_locked_lines(tx, held, held.lines, LineAction.PUT_IN_BATCH)
    return batch


def _build_left_out_line(why: Fault) -> Mapping[str, object]:
    """Keep which line was left out, and why."""
    return {"line": why.path[-1], "reason": why.reason.value, "figures": dict(why.figures)}


async def _take_number(tx: Transaction) -> str:
    """Take the next number of the region's day; batches from before there was a series count."""
    day = f"{tx.region}-{tx.today:%Y%m%d}"
    own = DisbursementBatch.region == tx.region, DisbursementBatch.number.startswith(f"{day}-")
    given = select(func.max(cast(func.split_part(DisbursementBatch.number, "-", 3), Integer)))
    place = await take_next_number(tx, f"{NUMBER_SERIES}:{day}", given.where(*own))
    return f"{day}-{place:03d}"


async def cancel_batch(tx: Transaction, input: BatchCancellation) -> DisbursementBatch:
    """Cancel a batch of which the bank told no result: its lines are payable again (X8). 取消批次.

    Where the bank was given it already, it must not carry it out: its results are refused.
    """
    batch = await tx.get_locked(DisbursementBatch, input.id, input.version)
    why = find_batch_fault(Action.CANCEL, batch.state, batch.paid_count + batch.failed_count)
    if why:
        raise Refusal(why)
    held, payments = await lock_open_payments(tx, batch)
    for payment in payments:
        settle_payment(tx, payment, PaymentState.CANCELLED, Action.CANCEL, {"reason": input.reason})
    await tx.session.flush()
    await move_locked_lines(tx, held, held.lines, LineAction.TAKE_OUT)
    values = {"state": BatchState.CANCELLED, "reason": input.reason}
    tx.settle(batch, Action.CANCEL, values, (batch.state, BatchState.CANCELLED), input.reason)
    await tx.session.flush()
    return batch
