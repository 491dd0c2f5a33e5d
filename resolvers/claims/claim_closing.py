"""Claims whose lines have come to rest come to rest themselves, whenever that was (X15)."""

from sqlalchemy import and_, or_, select

from models import Claim, ClaimLine, Status
from resolvers.claims.claim_line_transitions import follow_settled_lines
from resolvers.kernel.background import JobContext, open_system_transaction
from rules.claims.claim_line import PAYING_STATUSES, UNSETTLED_STATES
from rules.kernel.workflow import RESERVING_STATES

BATCH_SIZE = 50
REASON = "全部明细均已发放、剔除或公示不通过，申报随明细办结"


async def close_settled_claims(work: JobContext) -> int:
    """Take claims on whose lines are at rest, and that nobody took on: their history says so (X9).

    A claim follows each step of its lines by itself. Those whose lines came to rest in an older
    edition did not: they stand in a queue with nothing to decide on, or wait for payment for ever.
    """
    of_claim = ClaimLine.unit_id == Claim.unit_id, ClaimLine.claim_id == Claim.id
    live, unsettled = (
        select(ClaimLine.id).where(*of_claim, ClaimLine.state.in_(states)).exists()
        for states in (RESERVING_STATES, UNSETTLED_STATES)
    )
    at_rest = or_(
        and_(Claim.status == Status.SUBMITTED, ~live),
        and_(Claim.status.in_(PAYING_STATUSES), ~unsettled),
    )
    async with open_system_transaction(work.service) as tx:
        in_order = select(Claim).where(at_rest).order_by(Claim.unit_id, Claim.id)
        held = await tx.all(in_order.limit(BATCH_SIZE).with_for_update(skip_locked=True))
        moved = await follow_settled_lines(tx, held, REASON)
    return len(moved)
