"""Posts on the national job board 就业在线: the outbox is relayed, or given up (J12)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import (
    BindParameter,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal,
    select,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.orm import aliased

from gateways.job_board import BoardError, BoardNotice, JobBoard
from models import Announcement, BoardFailure, BoardPush, BoardState, Post, Unit
from resolvers.kernel import history
from resolvers.kernel.background import JobContext, open_system_transaction
from resolvers.kernel.transaction import Transaction
from resolvers.kernel.turn import select_by_turn
from resolvers.kernel.workflow import Decision
from rules.internship import board as rules
from rules.kernel.refusal import Refusal


def _bind_states(*states: BoardState) -> BindParameter[Sequence[BoardState]]:
    """Write states out, so that the database sees that the index of just these states serves."""
    return bindparam(None, states, expanding=True, literal_execute=True)


_EARLIER = aliased(BoardPush)
_OPEN_PUSH = and_(
    BoardPush.state.in_(_bind_states(*rules.OPEN_PUSH_STATES)),
    ~exists().where(
        _EARLIER.unit_id == BoardPush.unit_id,
        _EARLIER.post_id == BoardPush.post_id,
        _EARLIER.post_version < BoardPush.post_version,
        _EARLIER.state.in_(_bind_states(*rules.OPEN_PUSH_STATES)),
    ),
)
"""A push to make: the oldest open one of its post (J12)."""


def _select_due_push(now: datetime) -> Select[BoardPush]:
    """Select the next push to make that nobody else is at, units in turn."""
    return (
        select_by_turn(BoardPush, BoardPush.attempted_at, _OPEN_PUSH, BoardPush.due_at <= now)
        .order_by(BoardPush.due_at, BoardPush.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=BoardPush)
    )


async def push_next_post(work: JobContext) -> int:
    """Make the next push that is due, and tell how many there were (J12).

    The row stays locked while the board is asked: nobody else pushes the post meanwhile, and
    whoever dies lets go of it. What was pushed but not written down is pushed again under the same
    idempotency key.
    """
    async with open_system_transaction(work.service) as tx:
        if work.board is None:
            await _mark_pushes_without_board(tx)
            return 0
        push = await tx.first(_select_due_push(tx.now))
        if push is None:
            return 0
        unit = await tx.session.get_one(Unit, push.unit_id)
        failure = await _try_push(work.board, _build_notice(push, unit))
        tx.now = work.service.now()
        await _record_attempt(tx, push, failure, work)
    return 1


async def _try_push(board: JobBoard, notice: BoardNotice) -> BoardFailure | None:
    try:
        await board.push_notice(notice)
    except BoardError as error:
        return error.failure
    return None


def _build_notice(push: BoardPush, unit: Unit) -> BoardNotice:
    return BoardNotice(
        post=push.post_id,
        version=push.post_version,
        announcement=push.announcement,
        region=push.region,
        employer=unit.name,
        credit_code=unit.credit_code,
        content=push.content,
    )


async def _record_attempt(
    tx: Transaction, push: BoardPush, failure: BoardFailure | None, work: JobContext
) -> None:
    """Write down what came of an attempt, on the push and on its post."""
    push.attempts += 1
    found = rules.evaluate_attempt(failure, push.attempts, work.retry_policy, work.jitter())
    push.state, push.failure, push.attempted_at = found.state, failure, tx.now
    push.due_at = tx.now + found.wait
    tx.touch(push)
    await tx.session.flush()
    if found.state is BoardState.PUSHED:
        await _supersede_dead_pushes(tx, push)
    post = await _lock_post(tx, push)
    waiting = found.state is not BoardState.FAILED and not await _is_newest(tx, push)
    post.board_state = BoardState.PENDING if waiting else found.state
    post.board_failure, post.board_changed_at = None if waiting else failure, tx.now
    if found.state is BoardState.PUSHED:
        listed = push.announcement is Announcement.SHOW
        post.board_version = push.post_version
        post.applicants_due_at = tx.now if listed else None
    if found.state is not BoardState.FAILED:
        told = {"boardVersion": ["", str(push.post_version)]}
        tx.session.add(history.build_audit_entry(tx, post, f"BOARD_{found.state}", told))


async def _lock_post(tx: Transaction, push: BoardPush) -> Post:
    """Hold the post of a push; always after the push itself, so that nobody waits in a ring."""
    mine = Post.unit_id == push.unit_id, Post.id == push.post_id
    return (
        await tx.session.scalars(select(Post).where(*mine).with_for_update(key_share=True))
    ).one()


async def _is_newest(tx: Transaction, push: BoardPush) -> bool:
    newest = select(func.max(BoardPush.post_version)).where(
        BoardPush.unit_id == push.unit_id, BoardPush.post_id == push.post_id
    )
    return await tx.session.scalar(newest) == push.post_version


async def _supersede_dead_pushes(tx: Transaction, push: BoardPush) -> None:
    """Close what was given up before: the board has a later version now."""
    await tx.session.execute(
        update(BoardPush)
        .where(
            BoardPush.unit_id == push.unit_id,
            BoardPush.post_id == push.post_id,
            BoardPush.post_version < push.post_version,
            BoardPush.state == BoardState.DEAD,
        )
        .values(state=BoardState.SUPERSEDED, version=BoardPush.version + 1)
        .execution_options(synchronize_session=False)
    )


async def _mark_pushes_without_board(tx: Transaction) -> None:
    """Write on whatever waits that no board is connected (J12)."""
    said = {"failure": BoardFailure.NO_BOARD}
    waiting = BoardPush.state == BoardState.PENDING, BoardPush.failure.is_(None)
    marked = await tx.session.execute(
        update(BoardPush)
        .where(*waiting)
        .values(said)
        .returning(BoardPush.unit_id, BoardPush.post_id)
        .execution_options(synchronize_session=False)
    )
    posts = [tuple(row) for row in marked]
    if posts:
        await tx.session.execute(
            update(Post)
            .where(tuple_(Post.unit_id, Post.id).in_(posts))
            .values(board_failure=BoardFailure.NO_BOARD)
            .execution_options(synchronize_session=False)
        )


_PUSH_COUNTS = union_all(
    *(
        select(literal(state), func.count()).where(BoardPush.state.in_(_bind_states(state)))
        for state in (*rules.OPEN_PUSH_STATES, BoardState.DEAD)
    )
)


async def count_pushes(work: JobContext) -> Mapping[str, int]:
    """Count the pushes that are still to be made, and those that were given up, of the nation."""
    async with open_system_transaction(work.service) as tx:
        found = (await tx.session.execute(_PUSH_COUNTS)).all()
    return {row[0]: row[1] for row in found}


async def retry_board_push(tx: Transaction, input: Decision) -> BoardPush:
    """Have a push that was given up tried anew (J12). 重新推送."""
    push = await tx.get_locked(BoardPush, input.id, input.version)
    post = await _lock_post(tx, push)
    barred = rules.find_retry_fault(push.state, await _is_newest(tx, push))
    if barred:
        raise Refusal(barred)
    push.state, push.failure = BoardState.PENDING, None
    push.attempts, push.due_at = 0, tx.now
    tx.touch(push)
    post.board_state, post.board_failure = BoardState.PENDING, None
    post.board_changed_at = tx.now
    told = {"boardVersion": ["", str(push.post_version)]}
    tx.session.add(history.build_audit_entry(tx, post, "RETRY_BOARD_PUSH", told))
    await tx.session.flush()
    return push
