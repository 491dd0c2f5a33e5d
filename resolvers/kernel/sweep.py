"""What has done its service is cleared away: keys of requests, ended sessions, counted tries."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete
from sqlalchemy.orm import InstrumentedAttribute

from loaders.actor import set_rls_context
from models import RateLimit, Request, SignInSession, SignInTicket, SmsCode
from resolvers.kernel.background import JobContext, open_system_transaction


async def sweep_requests(work: JobContext) -> int:
    """Forget idempotency keys that nobody sends again any more (X12)."""
    return await _sweep_table(work, Request.at, work.service.now() - work.retention.requests)


async def sweep_sessions(work: JobContext) -> int:
    """Forget sign-ins that have long expired (J3)."""
    return await _sweep_table(
        work, SignInSession.expires_at, work.service.now() - work.retention.sessions
    )


async def sweep_tickets(work: JobContext) -> int:
    """Forget QR codes that nobody can use any more (J4)."""
    return await _sweep_table(
        work, SignInTicket.expires_at, work.service.now() - work.retention.tries
    )


async def sweep_codes(work: JobContext) -> int:
    """Forget codes that were sent to mobiles and that nobody can use any more (J2)."""
    return await _sweep_table(work, SmsCode.sent_at, work.service.now() - work.retention.tries)


async def sweep_tries(work: JobContext) -> int:
    """Forget tries whose windows are long over."""
    return await _sweep_table(
        work, RateLimit.window_start, work.service.now() - work.retention.tries
    )


async def _sweep_table(
    work: JobContext, age: InstrumentedAttribute[datetime], before: datetime
) -> int:
    """Delete a table's rows from before an instant; the database lets go of no younger one."""
    async with open_system_transaction(work.service) as tx:
        await set_rls_context(tx.session, tx.actor.with_sweep_cutoff(before))
        gone = await tx.session.execute(delete(age.class_).where(age < before))
        return cast("CursorResult[Any]", gone).rowcount
