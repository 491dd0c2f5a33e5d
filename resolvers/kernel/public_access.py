"""What is done for whoever stands at the door: strangers, and those who are about to sign in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import ALL_REGIONS, Actor, set_rls_context
from models import DatabaseRole
from resolvers.kernel.context import Context
from resolvers.kernel.place import name_asker
from resolvers.kernel.policy import APPROVED_PARAMETERS, build_policy
from resolvers.kernel.rate_limit import Limit, count_try
from resolvers.kernel.service import Service
from rules.accounts.permission import DEFAULT_HOTLINE
from rules.kernel.parameter import MissingParameter, Policy
from rules.kernel.region import NATION_CODE


@asynccontextmanager
async def transaction_as(
    service: Service, actor: Actor, role: DatabaseRole = DatabaseRole.SERVICE
) -> AsyncIterator[AsyncSession]:
    """Open a transaction that speaks for an actor, and commit it at the edge.

    `role` is the database's, whose rights are needed (ADR 0059).
    """
    async with (
        AsyncSession(service.choose_writes(role), expire_on_commit=False) as session,
        session.begin(),
    ):
        await set_rls_context(session, actor)
        yield session


async def load_public_policy(service: Service) -> Policy:
    """Read the approved parameters for somebody who is not signed in; they are no secret (X6)."""
    async with AsyncSession(service.reads) as session:
        await set_rls_context(session, Actor(see=ALL_REGIONS))
        return build_policy((await session.execute(APPROVED_PARAMETERS)).all())


async def load_hotline(service: Service, region: str | None) -> str:
    """Return whom to call in a region 咨询电话, the nation's if none is named (J2)."""
    known = await load_public_policy(service)
    return get_hotline(known, service, region)


def get_hotline(known: Policy, service: Service, region: str | None) -> str:
    """Return whom to call in a region, from parameters that were read already (J2)."""
    try:
        return known.get_text("hotline", region or NATION_CODE, service.today())
    except MissingParameter:
        return DEFAULT_HOTLINE


async def count_try_of_address(context: Context, limit: Limit, about: str = "") -> None:
    """Count a try of whoever comes from the request's address; only a keyed hash of it is kept.

    What the tries are `about` has a count of its own at each address.
    """
    index = context.service.seal.compute_mark("address", context.address)
    asker = name_asker(context.viewer, context.address)
    await count_try(context.service, limit, f"{index.hex()}{about}", asker=asker)
