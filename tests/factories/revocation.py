"""Ends what an account of the world had, as the service does: session, account, or functions."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from sqlalchemy import update

from loaders.actor import Actor
from models import Account, DatabaseRole, FunctionGrant, SignInSession
from resolvers.kernel.public_access import transaction_as
from tests.factories.rows import NATIONWIDE_ACTOR, an_id
from tests.factories.world import World

Revocation = Callable[[World, str], Awaitable[None]]


async def end_session(world: World, name: str) -> None:
    """End the session that the world's tokens name."""
    account, now = world.accounts[name], world.clock()
    session = SignInSession(
        id=an_id("session", name),
        account_id=account.id,
        token_hash=b"t",
        started_at=now,
        expires_at=now + timedelta(days=1),
        ended_at=now,
    )
    await world.add_rows(session, actor=Actor(account=account.id))


async def close_account(world: World, name: str) -> None:
    closed = update(Account).where(Account.id == world.accounts[name].id).values(active=False)
    async with transaction_as(
        world.service, NATIONWIDE_ACTOR, DatabaseRole.ADMINISTRATION
    ) as session:
        await session.execute(closed)


async def revoke_functions(world: World, name: str) -> None:
    """Revoke all that was granted to an account."""
    own = update(FunctionGrant).where(FunctionGrant.account_id == world.accounts[name].id)
    async with transaction_as(
        world.service, NATIONWIDE_ACTOR, DatabaseRole.ADMINISTRATION
    ) as session:
        await session.execute(own.values(revoked=True, revoked_at=world.clock()))


REVOCATIONS: Mapping[str, Revocation] = {
    "session": end_session,
    "account": close_account,
    "functions": revoke_functions,
}
