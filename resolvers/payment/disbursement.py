"""Batches of payments 发放批次: made of payable lines, and cancelled (X2, X3, X8)."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, text
from uuid_utils.compat import uuid7

from models import (
    BatchState,
    ClaimKind,
    ClaimLine,
    DisbursementBatch,
    LineState,
    PaymentState,
)
from resolvers.claims.line_life import LineKey
from resolvers.kernel.transaction import Transaction
from resolvers.payment import paying
from resolvers.payment.paying import Held
from resolvers.payment.payment import move, open_payments, settle, to_pay
from resolvers.payment.payment_wait import not_waiting, waiting
from rules.claims.line import amount_of
from rules.kernel import check
from rules.kernel.refusal import Fault, Reason, Refusal, fault, refuse_if, refused
from rules.kernel.region import code_range
from rules.kernel.value import Paragraph, RowId
from rules.kernel.viewer import Language
from rules.kernel.wording import message
from rules.kernel.workflow import Action, LineAction
from rules.payment.disbursement import barred
from rules.payment.payee import Payee

MOST_PAYMENTS = 2000
_NUMBERING = text("SELECT pg_advisory_xact_lock(hashtext('disbursement_batch'), :region)")


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
    """
    held = await _chosen(tx, input)
    whom = await paying.paid_to(tx, held)
    failed = await paying.not_passed(tx, held)
    await _send_back(tx, held, failed)
    return await _made(tx, held.without(failed), whom, input.kind, len(failed))


async def _send_back(tx: Transaction, held: Held, failed: Mapping[UUID, Fault]) -> None:
    """Send lines back to their reviewer, those of one finding together (X15)."""
    for why in {message(found, Language.ZH).text for found in failed.values()}:
        alike = [id for id, found in failed.items() if message(found, Language.ZH).text == why]
        lines = [line for line in held.lines if line.id in alike]
        await move(tx, held, lines, LineAction.SEND_BACK, why)


async def _chosen(tx: Transaction, input: BatchDraft) -> Held:
    """Hold the lines that are meant: those named, or all of the region that are payable.

    Of all, those that wait for a trainee's completion are left out; by name they are refused (S29).
    """
    if input.line_ids is not None:
        refuse_if(check.some([*input.line_ids], MOST_PAYMENTS, ("lineIds",)))
        held = await paying.named_lines(tx, input.line_ids)
        await paying.must_be_payable(tx, held, [LineState.PAYABLE])
        return held
    held = await paying.hold(tx, await _payable(tx, input.kind))
    late = {line.id for line in held.lines if line.state is not LineState.PAYABLE}
    held = held.without(late.union(await waiting(tx, held.lines)))
    _must_be_expected(len(held.lines), input.expected)
    await paying.must_be_payable(tx, held, [LineState.PAYABLE])
    return held


def _must_be_expected(found: int, expected: int | None) -> None:
    if not found:
        raise refused(Reason.NO_LINES)
    if found != expected:
        figures = {"found": found, "expected": 0 if expected is None else expected}
        refuse_if([fault(Reason.LINES_EXPECTED, "expected", **figures)])
    if found > MOST_PAYMENTS:
        refuse_if([fault(Reason.LIST_TOO_LONG, "expected", most=MOST_PAYMENTS)])


async def _payable(tx: Transaction, kind: ClaimKind | None) -> list[LineKey]:
    low, high = code_range(tx.region)
    where = [ClaimLine.state == LineState.PAYABLE, ClaimLine.region.between(low, high)]
    if kind is not None:
        where.append(ClaimLine.claim_kind == kind)
    if kind in {None, ClaimKind.TRAINING}:
        where += await not_waiting(tx, low, high)
    columns = select(ClaimLine.unit_id, ClaimLine.id).where(*where)
    rows = await tx.session.execute(columns.order_by(ClaimLine.id).limit(MOST_PAYMENTS + 1))
    return [(unit_id, id) for unit_id, id in rows]


async def _made(
    tx: Transaction,
    held: Held,
    whom: Mapping[UUID, Payee],
    kind: ClaimKind | None,
    sent_back: int,
) -> DisbursementBatch:
    """Write a batch and its payments; one from which every line was sent back is over at once."""
    batch = DisbursementBatch(
        id=uuid7(),
        region=tx.region,
        number=await _next_number(tx),
        claim_kind=kind,
        state=BatchState.OPEN if held.lines else BatchState.CANCELLED,
        payment_count=len(held.lines),
        amount=amount_of((line.state, line.amount) for line in held.lines),
        sent_back=sent_back,
        made_by=tx.viewer.account_id,
        made_by_name=tx.viewer.name,
    )
    tx.session.add(batch)
    await tx.session.flush()
    for n, line in enumerate(held.lines, 1):
        reference = f"{batch.number}-{n:05d}"
        tx.create(to_pay(line, whom[line.id], n, reference, batch), PaymentState.IN_BATCH)
    await tx.session.flush()
    await move(tx, held, held.lines, LineAction.PUT_IN_BATCH)
    return batch


async def _next_number(tx: Transaction) -> str:
    """Give the next number of a region's day; whoever numbers another at once waits."""
    await tx.session.execute(_NUMBERING, {"region": int(tx.region)})
    begin = f"{tx.region}-{tx.today:%Y%m%d}-"
    own = DisbursementBatch.region == tx.region, DisbursementBatch.number.startswith(begin)
    count = await tx.session.scalar(select(func.count()).select_from(DisbursementBatch).where(*own))
    return f"{begin}{(count or 0) + 1:03d}"


async def cancel_batch(tx: Transaction, input: BatchCancellation) -> DisbursementBatch:
    """Cancel a batch that the bank was not given: its lines are payable again (X8). 取消批次."""
    batch = await tx.locked(DisbursementBatch, input.id, input.version)
    why = barred(Action.CANCEL, batch.state)
    if why:
        raise Refusal(why)
    held, payments = await open_payments(tx, batch)
    for payment in payments:
        settle(tx, payment, PaymentState.CANCELLED, Action.CANCEL, {"reason": input.reason})
    await tx.session.flush()
    await move(tx, held, held.lines, LineAction.TAKE_OUT)
    batch.state, batch.reason = BatchState.CANCELLED, input.reason
    tx.touch(batch)
    await tx.session.flush()
    return batch
