"""Whom the national job board sends for a post 就业在线推送人员信息, kept as it last told (J13)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import delete, select
from strawberry import Parent
from uuid_utils.compat import uuid7

from gateways.job_board import BoardError, SentApplicant
from loaders.actor import set_rls_context
from models import (
    Applicant,
    BoardFailure,
    Post,
    locate_sealed,
)
from resolvers.kernel import history
from resolvers.kernel.background import JobContext, open_system_transaction
from resolvers.kernel.context import Context, Info
from resolvers.kernel.fresh_proof import demand_fresh_proof
from resolvers.kernel.rate_limit import Limit, limit_tries
from resolvers.kernel.sealed_number import build_sealed_columns
from resolvers.kernel.transaction import Transaction
from resolvers.kernel.turn import lock_turn, select_by_turn
from rules.internship import board as rules
from rules.kernel.action_mutation import name_mutations
from rules.kernel.refusal import Refusal
from rules.kernel.value import RowId
from rules.kernel.workflow import PossibleAction

FETCH_LEASE = timedelta(minutes=2)
"""For so long nobody else asks for the same post; then whoever took it is taken for dead."""
RETRY_AFTER_FAILURE = timedelta(minutes=5)
REFRESH_LIMIT = Limit("refresh-applicants", 60, timedelta(minutes=10))
CALL_LIMIT = Limit("call-applicant", 60, timedelta(hours=1))


@dataclass(kw_only=True)
class ApplicantsRefresh:
    """Which post's applicants are fetched anew."""

    id: RowId


@dataclass(kw_only=True)
class ApplicantCall:
    """Which applicant the unit wants to call."""

    id: RowId


@limit_tries(REFRESH_LIMIT)
async def refresh_applicants(tx: Transaction, input: ApplicantsRefresh) -> Post:
    """Have a post's applicants fetched from the board soon; limited (J13). 刷新推送人员."""
    row = await tx.get_locked(Post, input.id)
    barred = rules.find_listing_fault(row.applicants_due_at)
    if barred:
        raise Refusal(barred)
    row.applicants_due_at = tx.now
    await tx.session.flush()
    return row


@demand_fresh_proof
@limit_tries(CALL_LIMIT)
async def call_applicant(tx: Transaction, input: ApplicantCall) -> Applicant:
    """Show the post's unit whom it wants to call, and the number (J13, X11). 联系人员.

    One by one, of its own approved post; the post's history tells who saw whose.
    """
    row = await tx.get(Applicant, input.id, "id")
    post = await tx.session.get_one(
        Post, (row.unit_id, row.post_id), with_for_update={"read": True}
    )
    barred = rules.find_call_fault(post.status)
    if barred:
        raise Refusal(barred.at("id"))
    told = {"applicant": ["", row.reference]}
    tx.session.add(history.build_audit_entry(tx, post, "CALL_APPLICANT", told))
    await tx.session.flush()
    return row


async def open_mobile(context: Context, row: Applicant) -> str | None:
    """Open an applicant's number for whoever called them, as long as the post takes people."""
    post = await _load_post(context, row)
    barred = rules.find_call_fault(post.status)
    if barred:
        return None
    place = locate_sealed(Applicant.mobile_sealed, (row.unit_id, row.id))
    return context.service.seal.open_sealed(place, row.mobile_sealed)


async def load_applicant_actions(row: Parent[Applicant], info: Info) -> Sequence[PossibleAction]:
    """List what the viewer may do next, and why not (X4). 可办操作."""
    post = await _load_post(info.context, row)
    found = rules.list_applicant_actions(post.status, viewer=info.context.viewer)
    return name_mutations("Applicant", found)


async def _load_post(context: Context, row: Applicant) -> Post:
    of_applicant = context.loaders.get_parent_batch(Applicant.post)
    post: Post = await of_applicant.load((row.unit_id, row.post_id))
    return post


async def fetch_next_applicants(work: JobContext) -> int:
    """Fetch the applicants of the next post that is due; tell how many there were (J13).

    Units take turns. Asking twice does no harm, so nothing is held while the board is
    asked.
    """
    if work.board is None:
        return 0
    async with open_system_transaction(work.service) as tx:
        await lock_turn(tx, Post)
        due = select_by_turn(Post, Post.applicants_asked_at, Post.applicants_due_at <= tx.now)
        next_due = due.order_by(Post.applicants_due_at).limit(1)
        # NO KEY UPDATE: nobody who adds an intern or an applicant of the post has to wait.
        post = await tx.first(next_due.with_for_update(skip_locked=True, key_share=True, of=Post))
        if post is None:
            return 0
        post.applicants_asked_at, post.applicants_due_at = tx.now, tx.now + FETCH_LEASE
    sent: Sequence[SentApplicant] | BoardFailure
    try:
        sent = await work.board.fetch_applicants(post.id)
    except BoardError as error:
        sent = error.failure
    async with open_system_transaction(work.service) as tx:
        await _store_board_answer(tx, post, sent, work)
    return 1


async def _store_board_answer(
    tx: Transaction, taken: Post, sent: Sequence[SentApplicant] | BoardFailure, work: JobContext
) -> None:
    """Write down what the board sent, or that it failed; what was sent before stays then."""
    mine = Post.unit_id == taken.unit_id, Post.id == taken.id
    post = await tx.first(select(Post).where(*mine).with_for_update(key_share=True))
    if post is None or post.applicants_due_at is None:  # no longer on the board
        return
    failed = isinstance(sent, BoardFailure)
    if post.applicants_due_at == taken.applicants_due_at:  # nobody asked for more meanwhile
        post.applicants_due_at = tx.now + (
            RETRY_AFTER_FAILURE if failed else work.applicants_refresh
        )
    if isinstance(sent, BoardFailure):
        post.applicants_failure = sent
        return
    post.applicants_failure, post.applicants_as_of = None, tx.now
    await _replace_applicants(tx, post, {one.reference: one for one in sent})


async def _replace_applicants(tx: Transaction, post: Post, sent: dict[str, SentApplicant]) -> None:
    """Keep exactly those whom the board lists now; a person stays the same row."""
    # Only a row's owner deletes it: here the work is done for one unit.
    await set_rls_context(tx.session, replace(tx.actor, unit=post.unit_id))
    mine = Applicant.unit_id == post.unit_id, Applicant.post_id == post.id
    gone = Applicant.reference.not_in(sent)
    await tx.session.execute(delete(Applicant).where(*mine, gone))
    known = {row.reference: row for row in await tx.all(select(Applicant).where(*mine))}
    for reference, one in sent.items():
        row = known.get(reference) or _add_applicant(tx, post, reference)
        row.name, row.education, row.applied_at = one.name, one.education, one.applied_at
        column, row.as_of = Applicant.mobile_sealed, tx.now
        for name, value in build_sealed_columns(
            tx.service.seal, column, (row.unit_id, row.id), one.mobile
        ).items():
            setattr(row, name, value)


def _add_applicant(tx: Transaction, post: Post, reference: str) -> Applicant:
    row = Applicant(
        unit_id=post.unit_id,
        id=uuid7(),
        region=post.region,
        post_id=post.id,
        reference=reference,
    )
    tx.session.add(row)
    return row
