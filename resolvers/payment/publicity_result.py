"""The result of a publicity 公示结果: it passes once it is over, and may fail at any time (S18)."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, tuple_

from models import ClaimLine, LineState, Objection, PublicityLine, PublicityOutcome, Status
from resolvers.claims.line_choice import WhichLines, chosen
from resolvers.claims.line_life import LineKey, move_lines
from resolvers.kernel.transaction import Transaction, write_alike
from rules.kernel.refusal import Fault
from rules.kernel.review import ReviewOutcome
from rules.kernel.value import Paragraph
from rules.kernel.workflow import LineAction
from rules.payment.publicity import Filed, Running, unfailable, unpassable

Objected = tuple[UUID, UUID | None]
Judge = Callable[[Filed, Running | None], Fault | None]


@dataclass(kw_only=True)
class PublicityPass:
    """Which lines' publicity has passed."""

    which: WhichLines


@dataclass(kw_only=True)
class PublicityFailure:
    """Which lines' publicity has failed, and why."""

    which: WhichLines
    reason: Paragraph


async def pass_publicity(tx: Transaction, input: PublicityPass) -> Sequence[ReviewOutcome]:
    """Let lines pass whose last day is over, undisputed; each is told (S18, X7). 公示通过."""

    def judge(filed: Filed, running: Running | None) -> Fault | None:
        return unpassable(filed, running, tx.today, tx.viewer)

    return await _settled(tx, input.which, LineAction.PASS_PUBLICITY, judge)


async def fail_publicity(tx: Transaction, input: PublicityFailure) -> Sequence[ReviewOutcome]:
    """Let lines fail at any time, with a reason; what they held is free (S18). 公示不通过."""

    def judge(filed: Filed, running: Running | None) -> Fault | None:
        return unfailable(filed, running, tx.viewer)

    return await _settled(tx, input.which, LineAction.FAIL_PUBLICITY, judge, input.reason)


async def _settled(
    tx: Transaction,
    which: WhichLines,
    action: LineAction,
    judge: Judge,
    reason: str | None = None,
) -> Sequence[ReviewOutcome]:
    picked = await chosen(tx, which, LineState.IN_PUBLICITY)
    standing = picked.standing
    published = await _pending(tx, standing.values())
    objections = await _objections(tx, published.values())
    barred: dict[int, Fault] = {}
    for n, line in standing.items():
        running = _running(published.get((line.unit_id, line.id)), objections)
        why = judge(picked.filed(line), running)
        barred |= {n: why} if why else {}
    lines = [line for n, line in standing.items() if n not in barred]
    _write(tx, [published[line.unit_id, line.id] for line in lines], action, reason)
    if lines:
        await move_lines(tx, picked.claims_of(lines), lines, action, reason)
        await tx.session.flush()
    return picked.outcomes(barred)


async def _pending(tx: Transaction, lines: Iterable[ClaimLine]) -> Mapping[LineKey, PublicityLine]:
    """Hold what is published of some lines and has no result yet, and keep objectors waiting."""
    keys = [(line.unit_id, line.id) for line in lines]
    pending = (
        tuple_(PublicityLine.unit_id, PublicityLine.line_id).in_(keys),
        PublicityLine.outcome == PublicityOutcome.PENDING,
    )
    batches = select(PublicityLine.publicity_id).where(*pending).distinct()
    for batch in sorted((await tx.session.scalars(batches)).all()):
        await tx.session.execute(select(func.pg_advisory_xact_lock(lock_of(batch))))
    in_order = select(PublicityLine).where(*pending).order_by(PublicityLine.id)
    rows = await tx.all(in_order.with_for_update())
    return {(row.unit_id, row.line_id): row for row in rows if row.line_id}


def lock_of(publicity_id: UUID) -> int:
    """Name the lock of a publicity: objectors share it, who lets lines pass has it alone."""
    return int.from_bytes(publicity_id.bytes[-8:], signed=True)


async def _objections(
    tx: Transaction, rows: Iterable[PublicityLine]
) -> Mapping[Objected, Counter[Status]]:
    """Count the objections to publicities and to their lines, by how they stand."""
    batches = {row.publicity_id for row in rows}
    cells = (Objection.publicity_id, Objection.publicity_line_id, Objection.status)
    counted = select(*cells, func.count()).where(Objection.publicity_id.in_(batches))
    found: dict[Objected, Counter[Status]] = {}
    for batch, line_id, status, count in await tx.session.execute(counted.group_by(*cells)):
        found.setdefault((batch, line_id), Counter())[status] += count
    return found


def _running(
    row: PublicityLine | None, objections: Mapping[Objected, Counter[Status]]
) -> Running | None:
    if row is None:
        return None
    nothing: Counter[Status] = Counter()
    told = objections.get((row.publicity_id, row.id), nothing) + objections.get(
        (row.publicity_id, None), nothing
    )
    return Running.disputed(row.last_day, told)


def _write(
    tx: Transaction, rows: Sequence[PublicityLine], action: LineAction, reason: str | None
) -> None:
    passed = action is LineAction.PASS_PUBLICITY
    for row in rows:
        row.outcome = PublicityOutcome.PASSED if passed else PublicityOutcome.FAILED
        row.reason = reason
        row.settled_by, row.settled_at = tx.viewer.account_id, tx.now
        tx.touch(row)
        write_alike(row, ("outcome", "reason", "settled_by", "settled_at"))
