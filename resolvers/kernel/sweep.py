"""What has done its service is cleared away: keys of requests, ended sessions, counted tries.

Claims, payments, reports and the history stay, for archive law asks for them.
"""

from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from loaders.actor import set_rls_context
from models import (
    Applicant,
    RateLimit,
    Request,
    SchemaUsage,
    SignIn,
    SignInSession,
    SignInTicket,
    SmsCode,
)
from resolvers.kernel.background import JobContext, open_system_transaction

PIECE = 5000
"""So many rows are deleted in a statement."""


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


async def sweep_sign_ins(work: JobContext) -> int:
    """Forget who signed in when, after its time; that it happened stays in the chains (X9)."""
    return await _sweep_table(work, SignIn.at, work.service.now() - work.retention.sign_ins)


async def sweep_applicants(work: JobContext) -> int:
    """Forget job seekers of whom the job board has not told for long (J13)."""
    return await _sweep_table(work, Applicant.as_of, work.service.now() - work.retention.applicants)


async def sweep_schema_usage(work: JobContext) -> int:
    """Forget which fields clients used long ago."""
    return await _sweep_table(
        work, SchemaUsage.counted_at, work.service.now() - work.retention.schema_usage
    )


async def _sweep_table(
    work: JobContext, age: InstrumentedAttribute[datetime], before: datetime
) -> int:
    """Delete some of a table's rows from before an instant, and return how many.

    A piece takes less than a statement may; whoever calls goes on as long as there are some. The
    database lets go of no younger one.
    """
    table = age.class_
    key = [*table.__table__.primary_key]
    old = select(*key).where(age < before).limit(PIECE)
    async with open_system_transaction(work.service) as tx:
        await set_rls_context(tx.session, tx.actor.with_sweep_cutoff(before))
        gone = await tx.session.execute(
            delete(table).where(tuple_(*key).in_(old)),
            execution_options={"synchronize_session": False},
        )
        return cast("CursorResult[Any]", gone).rowcount


SWEEPS: Mapping[str, Callable[[JobContext], Coroutine[Any, Any, int]]] = {
    "requests": sweep_requests,
    "sessions": sweep_sessions,
    "tickets": sweep_tickets,
    "codes": sweep_codes,
    "tries": sweep_tries,
    "sign_ins": sweep_sign_ins,
    "applicants": sweep_applicants,
    "schema_usage": sweep_schema_usage,
}
"""What is swept by its age, and how a piece of it is."""
