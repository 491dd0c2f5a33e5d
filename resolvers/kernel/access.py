"""Whether access still stands: a session ends and an account closes for what is out already, too.

A request spends no statement on it: each process hears what was revoked (ADR 0053). While it hears
nothing, and where something is done later for who asked for it, the database is asked.
"""

import asyncio
from contextlib import suppress
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import Actor, set_rls_context
from models import Account, FunctionGrant, Role, SignInSession
from resolvers.kernel.context import Context
from resolvers.kernel.service import Service
from rules.kernel.function import Functions, granted_functions, parse_functions
from rules.kernel.refusal import Reason, build_refusal
from rules.kernel.viewer import Viewer


class StandingAccess(NamedTuple):
    """What an account whose access has not ended is, and what it may do now."""

    role: Role
    functions: Functions


async def has_access_ended(service: Service, viewer: Viewer) -> bool:
    """Return whether the session of a viewer has ended, or their account was closed."""
    if viewer.account_id is None:
        return False
    if service.revocations.is_current:
        return service.revocations.is_revoked(viewer.session_id, viewer.account_id)
    account_id, session_id = viewer.account_id, viewer.session_id
    # While nothing is heard every request asks; a crowd of one session takes one connection.
    return await service.access_questions.ask(
        (account_id, session_id), lambda: _has_ended(service, account_id, session_id)
    )


async def _has_ended(service: Service, account_id: UUID, session_id: UUID | None) -> bool:
    return await load_standing_access(service, account_id, session_id) is None


async def load_standing_access(
    service: Service, account_id: UUID, session_id: UUID | None
) -> StandingAccess | None:
    """Ask the database what an account may do now; None where it is closed, or its session ended.

    A session that is not there does not count as ended: none is swept while a token of it lives.
    """
    ended = exists().where(
        SignInSession.id == session_id,
        SignInSession.account_id == account_id,
        SignInSession.ended_at.is_not(None),
    )
    standing = select(Account.role).where(Account.id == account_id, Account.active, ~ended)
    today = service.today()
    granted = select(FunctionGrant.function).where(
        FunctionGrant.account_id == account_id,
        ~FunctionGrant.revoked,
        FunctionGrant.valid_from <= today,
        FunctionGrant.valid_to.is_(None) | (FunctionGrant.valid_to >= today),
    )
    async with AsyncSession(service.reads) as session:
        await set_rls_context(session, Actor(account=account_id))
        role = await session.scalar(standing)
        if role is None:
            return None
        held = parse_functions((await session.scalars(granted)).all())
        return StandingAccess(role, granted_functions(role, held))


async def wait_until_access_ends(context: Context) -> None:
    """Return once the viewer's access has ended, or something granted to them was revoked.

    Nobody asks the database meanwhile, but when something was heard of them, or nothing is heard.
    """
    service, viewer = context.service, context.viewer
    if viewer.account_id is None:
        await asyncio.Event().wait()
        return
    with service.revocations.watch(viewer.session_id, viewer.account_id) as rung:
        ended = await has_access_ended(service, viewer)
        while not ended:
            await rung.wait()
            rung.clear()
            with suppress(SQLAlchemyError, OSError):  # it rings again until somebody answers
                ended = await _has_lost_anything(service, viewer, viewer.account_id)


async def refuse_lost_access(service: Service, viewer: Viewer) -> None:
    """Refuse to write for who has lost access, or a function, since they asked for it."""
    if viewer.account_id is not None and await _has_lost_anything(
        service, viewer, viewer.account_id
    ):
        raise build_refusal(Reason.ACCESS_ENDED)


async def _has_lost_anything(service: Service, viewer: Viewer, account_id: UUID) -> bool:
    left = await load_standing_access(service, account_id, viewer.session_id)
    held = granted_functions(viewer.role, viewer.granted)
    return left is None or not held <= left.functions
