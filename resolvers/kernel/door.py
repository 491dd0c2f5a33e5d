"""What is done for whoever stands at the door: strangers, and those who are about to sign in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import EVERYWHERE, Actor, state
from resolvers.kernel.context import Context
from resolvers.kernel.policy import APPROVED_PARAMETERS, policy_of
from resolvers.kernel.rate_limit import Limit, count_try
from resolvers.kernel.service import Service
from rules.accounts.permission import UNKNOWN_HOTLINE
from rules.kernel.parameter import MissingParameter, Policy
from rules.kernel.region import NATION


@asynccontextmanager
async def speaking(service: Service, actor: Actor) -> AsyncIterator[AsyncSession]:
    """Open a transaction that speaks for an actor, and commit it at the edge."""
    async with (
        AsyncSession(service.writes, expire_on_commit=False) as session,
        session.begin(),
    ):
        await state(session, actor)
        yield session


async def policy(service: Service) -> Policy:
    """Read the approved parameters for somebody who is not signed in; they are no secret (X6)."""
    async with AsyncSession(service.reads) as session:
        await state(session, Actor(see=EVERYWHERE))
        return policy_of((await session.execute(APPROVED_PARAMETERS)).all())


async def hotline(service: Service, region: str | None) -> str:
    """Tell whom to call in a region 咨询电话, the nation's if none is named (J2)."""
    known = await policy(service)
    return hotline_of(known, service, region)


def hotline_of(known: Policy, service: Service, region: str | None) -> str:
    """Tell whom to call in a region, from parameters that were read already (J2)."""
    try:
        return known.text("hotline", region or NATION, service.today())
    except MissingParameter:
        return UNKNOWN_HOTLINE


async def by_address(context: Context, limit: Limit) -> None:
    """Count a try of whoever comes from the request's address; only a keyed hash of it is kept."""
    index = context.service.seal.index("address", context.address)
    await count_try(context.service, limit, index.hex())
