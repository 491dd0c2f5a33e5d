"""What has done its service is cleared away: keys of requests, ended sessions, counted tries."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete
from sqlalchemy.orm import InstrumentedAttribute

from loaders.actor import state
from models import RateLimit, Request, SignInSession, SignInTicket
from resolvers.kernel.background import Work, as_system


async def sweep_requests(work: Work) -> int:
    """Forget idempotency keys that nobody sends again any more (X12)."""
    return await _swept(work, Request.at, work.service.now() - work.keep.requests)


async def sweep_sessions(work: Work) -> int:
    """Forget sign-ins that have long expired (J3)."""
    return await _swept(work, SignInSession.expires_at, work.service.now() - work.keep.sessions)


async def sweep_tickets(work: Work) -> int:
    """Forget QR codes that nobody can use any more (J4)."""
    return await _swept(work, SignInTicket.expires_at, work.service.now() - work.keep.tries)


async def sweep_tries(work: Work) -> int:
    """Forget tries whose windows are long over."""
    return await _swept(work, RateLimit.window_start, work.service.now() - work.keep.tries)


async def _swept(work: Work, age: InstrumentedAttribute[datetime], before: datetime) -> int:
    """Delete a table's rows from before an instant; the database lets go of no younger one."""
    async with as_system(work.service) as tx:
        await state(tx.session, tx.actor.sweeping(before))
        gone = await tx.session.execute(delete(age.class_).where(age < before))
        return cast("CursorResult[Any]", gone).rowcount
