"""Whose an account is that an office opens: all accounts of a person are one pair of eyes (X2)."""

from collections.abc import Sequence

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import ALL_REGIONS, Actor, set_rls_context
from loaders.advisory_lock import AdvisoryLock
from models import Account, SignInSession, locate_sealed
from resolvers.kernel.service import Service
from rules.accounts.administration import find_exclusion_faults
from rules.kernel.refusal import refuse_if

NATIONWIDE_ACTOR = Actor(see=ALL_REGIONS, act=ALL_REGIONS)


async def link_accounts_of_holder(
    service: Service, session: AsyncSession, row: Account, number: str
) -> None:
    """Seal whose an account is, and let it and the person's others know of each other (X2).

    Tokens carry it, so the others sign in again: their sessions end. Refused where the role of one
    that is open excludes this one's (X28). The transaction speaks for the whole nation afterwards.
    """
    await _link_to_others(service, session, row, await record_holder(service, session, row, number))


async def record_holder(
    service: Service, session: AsyncSession, row: Account, number: str
) -> Sequence[Account]:
    """Seal whose an account is, and return the person's others, which are left as they are.

    Refused where the role of one that is open excludes this one's (X28). The transaction speaks for
    the whole nation afterwards.
    """
    await set_rls_context(session, NATIONWIDE_ACTOR)
    seal_holder(service, row, number)
    return await _lock_compatible_accounts(service, session, row, number)


def seal_holder(service: Service, row: Account, number: str) -> None:
    """Keep whose an account is, sealed and indexed."""
    row.holder_sealed = service.seal.seal_text(locate_sealed(Account.holder_sealed, row.id), number)
    row.holder_index = service.seal.compute_index("id_number", number)


async def link_opened_account(service: Service, session: AsyncSession, row: Account) -> None:
    """Link an account that is opened now, or again, to others of the number that it keeps (X2).

    Refused where the role of one that is open excludes this one's (X28). The transaction speaks for
    the whole nation afterwards.
    """
    await set_rls_context(session, NATIONWIDE_ACTOR)
    if row.holder_sealed is not None:
        place = locate_sealed(Account.holder_sealed, row.id)
        number = service.seal.open_sealed(place, row.holder_sealed)
        others = await _lock_compatible_accounts(service, session, row, number)
        await _link_to_others(service, session, row, others)


async def _lock_compatible_accounts(
    service: Service, session: AsyncSession, row: Account, number: str
) -> Sequence[Account]:
    others = await lock_other_accounts(service, session, row, number)
    refuse_if(find_exclusion_faults(row.role, [each.role for each in others if each.active]))
    return others


async def _link_to_others(
    service: Service, session: AsyncSession, row: Account, others: Sequence[Account]
) -> None:
    """Let accounts know of each other, and end the sessions of those that did not yet."""
    fresh = [each for each in others if row.id not in each.same_holder]
    known = {*row.same_holder}
    row.same_holder = [*row.same_holder, *(each.id for each in others if each.id not in known)]
    for each in fresh:
        each.same_holder = [*each.same_holder, row.id]
    await session.flush()
    for each in fresh:
        await end_sessions_of_account(service, session, each)


async def end_sessions_of_account(service: Service, session: AsyncSession, row: Account) -> None:
    """End an account's sessions, in a transaction that speaks for the whole nation."""
    await set_rls_context(session, Actor(account=row.id))
    alive = (SignInSession.account_id == row.id, SignInSession.ended_at.is_(None))
    await session.execute(update(SignInSession).where(*alive).values(ended_at=service.now()))
    await set_rls_context(session, NATIONWIDE_ACTOR)


async def lock_other_accounts(
    service: Service, session: AsyncSession, row: Account, number: str
) -> Sequence[Account]:
    """Hold the other accounts of a number; the transaction speaks for the whole nation."""
    # Of two who open accounts for one person the second waits, and finds the first one's, by
    # whichever key either indexes.
    indexes = service.seal.compute_indexes("id_number", number)
    await AdvisoryLock.HOLDER.lock_all(session, [index.hex() for index in indexes])
    # One that was only proposed has no password yet, and its number is what its proposer says.
    opened = or_(Account.active, Account.password_hash != "")
    own = (Account.holder_index.in_(indexes), Account.id != row.id, opened)
    found = select(Account).where(*own).order_by(Account.id).with_for_update()
    return (await session.scalars(found)).all()
