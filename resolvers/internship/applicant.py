"""Whom the national job board sends for a post 就业在线推送人员信息, kept as it last told (J13)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import delete, select

from gateways.job_board import BoardError, Sent
from loaders.actor import state
from models import Applicant, BoardFailure, Post
from resolvers.kernel.background import Work, as_system
from resolvers.kernel.rate_limit import Limit, limited
from resolvers.kernel.transaction import Transaction
from rules.internship import board as rules
from rules.kernel.identity import mask_mobile
from rules.kernel.refusal import Refusal
from rules.kernel.value import RowId

LEASE = timedelta(minutes=2)
"""For so long nobody else asks for the same post; then whoever took it is taken for dead."""
AFTER_FAILURE = timedelta(minutes=5)
REFRESH = Limit("refresh-applicants", 60, timedelta(minutes=10))


@dataclass(kw_only=True)
class ApplicantsRefresh:
    """Which post's applicants are fetched anew."""

    id: RowId


@limited(REFRESH)
async def refresh_applicants(tx: Transaction, input: ApplicantsRefresh) -> Post:
    """Have a post's applicants fetched from the board soon; limited (J13). 刷新推送人员."""
    row = await tx.locked(Post, input.id)
    barred = rules.unlisted(row.applicants_due_at)
    if barred:
        raise Refusal(barred)
    row.applicants_due_at = tx.now
    await tx.session.flush()
    return row


async def fetch_next(work: Work) -> int:
    """Fetch the applicants of the next post that is due; tell how many there were (J13).

    Asking twice does no harm, so nothing is held while the board is asked.
    """
    if work.board is None:
        return 0
    async with as_system(work.service) as tx:
        due = select(Post).where(Post.applicants_due_at <= tx.now).order_by(Post.applicants_due_at)
        post = await tx.first(due.limit(1).with_for_update(skip_locked=True, key_share=True))
        if post is None:
            return 0
        post.applicants_due_at = tx.now + LEASE
    sent: Sequence[Sent] | BoardFailure
    try:
        sent = await work.board.applicants(post.id)
    except BoardError as error:
        sent = error.failure
    async with as_system(work.service) as tx:
        await _keep(tx, post, sent, work)
    return 1


async def _keep(
    tx: Transaction, taken: Post, sent: Sequence[Sent] | BoardFailure, work: Work
) -> None:
    """Write down what the board sent, or that it failed; what was sent before stays then."""
    mine = Post.unit_id == taken.unit_id, Post.id == taken.id
    post = await tx.first(select(Post).where(*mine).with_for_update(key_share=True))
    if post is None or post.applicants_due_at is None:  # no longer on the board
        return
    failed = isinstance(sent, BoardFailure)
    if post.applicants_due_at == taken.applicants_due_at:  # nobody asked for more meanwhile
        post.applicants_due_at = tx.now + (AFTER_FAILURE if failed else work.pace.refresh)
    if isinstance(sent, BoardFailure):
        post.applicants_failure = sent
        return
    post.applicants_failure, post.applicants_as_of = None, tx.now
    await _replace(tx, post, {one.reference: one for one in sent})


async def _replace(tx: Transaction, post: Post, sent: dict[str, Sent]) -> None:
    """Keep exactly those whom the board lists now; a person stays the same row."""
    # Only a row's owner deletes it: here the work is done for one unit.
    await state(tx.session, replace(tx.actor, unit=post.unit_id))
    mine = Applicant.unit_id == post.unit_id, Applicant.post_id == post.id
    gone = Applicant.reference.not_in(sent)
    await tx.session.execute(delete(Applicant).where(*mine, gone))
    known = {row.reference: row for row in await tx.all(select(Applicant).where(*mine))}
    for reference, one in sent.items():
        row = known.get(reference) or _added(tx, post, reference)
        row.name, row.education, row.applied_at = one.name, one.education, one.applied_at
        row.mobile_sealed = tx.service.seal.seal("mobile", one.mobile)
        row.mobile_index = tx.service.seal.index("mobile", one.mobile)
        row.mobile_masked, row.as_of = mask_mobile(one.mobile), tx.now


def _added(tx: Transaction, post: Post, reference: str) -> Applicant:
    row = Applicant(unit_id=post.unit_id, region=post.region, post_id=post.id, reference=reference)
    tx.session.add(row)
    return row
