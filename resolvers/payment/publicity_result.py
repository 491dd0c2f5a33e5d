"""The result of a publicity 公示结果: it passes once it is over, and may fail at any time (S18)."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, tuple_

from loaders.advisory_lock import AdvisoryLock
from models import (
    ClaimLine,
    LineState,
    Objection,
    Publicity,
    PublicityLine,
    PublicityOutcome,
    Status,
)
from resolvers.claims.claim_line_selection import WhichLines, lock_selected_lines
from resolvers.claims.claim_line_transitions import LineKey, move_lines
from resolvers.kernel.transaction import Transaction, mark_columns_dirty
from rules.kernel.action import Action
from rules.kernel.refusal import Fault
from rules.kernel.review import ReviewOutcome
from rules.kernel.value import Paragraph
from rules.kernel.workflow import LineAction
from rules.payment.publicity import (
    SETTLER_DIFFERS,
    FiledLine,
    RunningPublicity,
    find_failing_fault,
    find_passing_fault,
)

ObjectionKey = tuple[UUID, UUID | None]
OutcomeRule = Callable[[FiledLine, RunningPublicity | None], Fault | None]


@dataclass(kw_only=True)
class PublicityPass:
    """Which lines' publicity has passed."""

    which: WhichLines


@dataclass(kw_only=True)
class PublicityFailure:
    """Which lines' publicity has failed, and why; of their own, or for how it was published."""

    which: WhichLines
    reason: Paragraph
    of_their_own: bool = True


async def pass_publicity(tx: Transaction, input: PublicityPass) -> Sequence[ReviewOutcome]:
    """Let lines pass whose last day is over, undisputed; each is told (S18, X7). 公示通过."""

    def judge(filed: FiledLine, running: RunningPublicity | None) -> Fault | None:
        return find_passing_fault(filed, running, tx.today, tx.viewer)

    return await _settle_lines(tx, input.which, LineAction.PASS_PUBLICITY, judge)


async def fail_publicity(tx: Transaction, input: PublicityFailure) -> Sequence[ReviewOutcome]:
    """Let lines fail at any time, with a reason; what they held is free (S18). 公示不通过.

    Whoever fails for a reason of their own, or by an objection to their line that was upheld, stays
    out of later claims for the same thing (X15).
    """

    def judge(filed: FiledLine, running: RunningPublicity | None) -> Fault | None:
        return find_failing_fault(filed, running, tx.viewer)

    failing = LineAction.FAIL_PUBLICITY
    return await _settle_lines(
        tx, input.which, failing, judge, input.reason, of_their_own=input.of_their_own
    )


async def _settle_lines(
    tx: Transaction,
    which: WhichLines,
    action: LineAction,
    judge: OutcomeRule,
    reason: str | None = None,
    *,
    of_their_own: bool = False,
) -> Sequence[ReviewOutcome]:
    picked = await lock_selected_lines(tx, which, LineState.IN_PUBLICITY, Action(action))
    standing = picked.current_lines
    published = await _lock_pending_lines(tx, standing.values())
    objections = await _count_objections(tx, published.values())
    publishers = await _load_barred_publishers(tx, published.values())
    barred: dict[int, Fault] = {}
    for n, line in standing.items():
        row = published.get((line.unit_id, line.id))
        running = _build_running_publicity(row, objections, publishers)
        why = judge(picked.build_filed_line(line), running)
        barred |= {n: why} if why else {}
    lines = [line for n, line in standing.items() if n not in barred]
    _write_outcomes(tx, [published[line.unit_id, line.id] for line in lines], action, reason)
    if lines:
        barred_ids = {
            line.id
            for line in lines
            if of_their_own or _is_upheld(published[line.unit_id, line.id], objections)
        }
        await move_lines(tx, picked.list_claims(lines), lines, action, reason, barred_ids)
        await tx.session.flush()
    return picked.build_outcomes(barred)


async def _lock_pending_lines(
    tx: Transaction, lines: Iterable[ClaimLine]
) -> Mapping[LineKey, PublicityLine]:
    """Hold what is published of some lines and has no result yet, and keep objectors waiting."""
    keys = [(line.unit_id, line.id) for line in lines]
    pending = (
        tuple_(PublicityLine.unit_id, PublicityLine.line_id).in_(keys),
        PublicityLine.outcome == PublicityOutcome.PENDING,
    )
    batches = select(PublicityLine.publicity_id).where(*pending).distinct()
    await AdvisoryLock.PUBLICITY.lock_all(tx.session, await tx.session.scalars(batches))
    in_order = select(PublicityLine).where(*pending).order_by(PublicityLine.id)
    rows = await tx.all(in_order.with_for_update())
    return {(row.unit_id, row.line_id): row for row in rows if row.line_id}


async def _count_objections(
    tx: Transaction, rows: Iterable[PublicityLine]
) -> Mapping[ObjectionKey, Counter[Status]]:
    """Count the objections to publicities and to their lines, by how they stand."""
    batches = {row.publicity_id for row in rows}
    cells = (Objection.publicity_id, Objection.publicity_line_id, Objection.status)
    counted = select(*cells, func.count()).where(Objection.publicity_id.in_(batches))
    found: dict[ObjectionKey, Counter[Status]] = {}
    for batch, line_id, status, count in await tx.session.execute(counted.group_by(*cells)):
        found.setdefault((batch, line_id), Counter())[status] += count
    return found


async def _load_barred_publishers(
    tx: Transaction, rows: Iterable[PublicityLine]
) -> Mapping[UUID, UUID]:
    """Read who published what, where they don't record its result (X2), by publicity."""
    policy = await tx.load_policy()
    barring = {
        row.publicity_id for row in rows if policy.get_flag(SETTLER_DIFFERS, row.region, tx.today)
    }
    known = select(Publicity.id, Publicity.published_by).where(Publicity.id.in_(barring))
    found = (await tx.session.execute(known)).all() if barring else []
    return {id_: by for id_, by in found}  # noqa: C416 - rows are no pairs to the type checker


def _is_upheld(row: PublicityLine, objections: Mapping[ObjectionKey, Counter[Status]]) -> bool:
    """Tell whether an objection to a line itself was upheld, not only one to its list."""
    return bool(objections.get((row.publicity_id, row.id), Counter())[Status.APPROVED])


def _build_running_publicity(
    row: PublicityLine | None,
    objections: Mapping[ObjectionKey, Counter[Status]],
    publishers: Mapping[UUID, UUID],
) -> RunningPublicity | None:
    if row is None:
        return None
    nothing: Counter[Status] = Counter()
    told = objections.get((row.publicity_id, row.id), nothing) + objections.get(
        (row.publicity_id, None), nothing
    )
    barred = publishers.get(row.publicity_id)
    return RunningPublicity.from_objections(row.last_day, told, barred)


def _write_outcomes(
    tx: Transaction, rows: Sequence[PublicityLine], action: LineAction, reason: str | None
) -> None:
    passed = action is LineAction.PASS_PUBLICITY
    for row in rows:
        row.outcome = PublicityOutcome.PASSED if passed else PublicityOutcome.FAILED
        row.reason = reason
        row.settled_by, row.settled_at = tx.viewer.account_id, tx.now
        tx.touch(row)
        mark_columns_dirty(row, ("outcome", "reason", "settled_by", "settled_at"))
