"""What a viewer may do: what was granted, and for whom an officer files at the counter (S1, X17).

Reads go by what the process remembers for some seconds; a mutation reads again, in its own
transaction: whatever was revoked is dead for it at once (ADR 0035).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import NoReturn
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import Actor, actor_of, state
from loaders.key import key_of
from models import Account, FunctionGrant, Unit
from resolvers.kernel.context import Context
from resolvers.kernel.door import hotline
from resolvers.kernel.entrance import elsewhere
from resolvers.kernel.service import Service
from rules.accounts.grant import takes_grants
from rules.accounts.permission import Forbidden, OfferedElsewhere, grantable_to
from rules.kernel.function import Function, Functions, named
from rules.kernel.region import code_range
from rules.kernel.viewer import Viewer


async def known(service: Service, viewer: Viewer, applicant: str | None = None) -> Viewer:
    """Tell what a viewer may do as far as is remembered, and for which applicant they file."""
    if viewer.role is None:
        return viewer
    viewer = replace(viewer, elsewhere=await elsewhere(service, viewer))
    granted = None
    if viewer.account_id is not None and takes_grants(viewer.role):
        granted = service.granted.recall(viewer.account_id, service.now())
        if granted is not None:
            viewer = replace(viewer, granted=granted)
    if applicant is None and (granted is not None or not takes_grants(viewer.role)):
        return viewer
    return await _asked(service, viewer, applicant)


async def _asked(service: Service, viewer: Viewer, applicant: str | None) -> Viewer:
    async with AsyncSession(service.reads) as session:
        await state(session, actor_of(viewer))
        viewer = await _with_grants(session, viewer, service.today())
        if viewer.account_id is not None and viewer.granted is not None:
            service.granted.keep(viewer.account_id, service.now(), viewer.granted)
        return viewer if applicant is None else await _at_counter(session, viewer, applicant)


async def confirmed(session: AsyncSession, viewer: Viewer, today: date) -> Viewer:
    """Read again what a viewer may do, in the transaction of their mutation (S1, X17)."""
    if viewer.granted is None or not takes_grants(viewer.role):
        return viewer
    viewer = await _with_grants(session, viewer, today)
    if viewer.unit_id is None or viewer.desk is None:
        return viewer
    region = await session.scalar(select(Unit.region).where(Unit.id == viewer.unit_id))
    return _filing_for(viewer, viewer.desk, viewer.unit_id, region)


async def _with_grants(session: AsyncSession, viewer: Viewer, today: date) -> Viewer:
    """Read which grants of the viewer's own account are in force; a closed one has none."""
    if not takes_grants(viewer.role):
        return viewer
    in_force = (
        select(FunctionGrant.function)
        .join(Account, Account.id == FunctionGrant.account_id)
        .where(
            FunctionGrant.account_id == viewer.account_id,
            ~FunctionGrant.revoked,
            FunctionGrant.valid_from <= today,
            or_(FunctionGrant.valid_to.is_(None), FunctionGrant.valid_to >= today),
            Account.active,
        )
    )
    return replace(viewer, granted=named((await session.scalars(in_force)).all()))


async def _at_counter(session: AsyncSession, viewer: Viewer, applicant: str) -> Viewer:
    """Take an officer to the counter; for a unit that they may not act for, they file for none."""
    desk, key = viewer.region or "", key_of(applicant, Unit)
    nobody = replace(viewer, desk=desk, unit_id=None)
    if key is None or Function.COUNTER_FILING not in viewer.functions:
        return nobody
    await state(session, Actor(account=viewer.account_id, see=actor_of(viewer).act))
    (unit_id,) = key.parts
    region = await session.scalar(select(Unit.region).where(Unit.id == unit_id))
    return _filing_for(viewer, desk, unit_id, region)


def _filing_for(viewer: Viewer, desk: str, unit_id: UUID, region: str | None) -> Viewer:
    """Place an officer at the counter for a unit; for none, where it lies outside their region."""
    low, high = code_range(desk)
    if region is None or not low <= region <= high:
        return replace(viewer, desk=desk, unit_id=None)
    return replace(viewer, desk=desk, unit_id=unit_id, region=region)


async def demand(context: Context, viewer: Viewer, may: Functions) -> None:
    """Refuse a mutation to a viewer who lacks a function by now (S1)."""
    missing = viewer.lacks(may)
    if missing:
        await refuse(context, missing, viewer)


async def refuse(
    context: Context, missing: Sequence[Function], viewer: Viewer | None = None
) -> NoReturn:
    """Refuse what a viewer lacks, and name who can grant it; the hotline is their region's (J2)."""
    asks = viewer or context.viewer
    left_out = asks.left_out(missing)
    if left_out:
        raise OfferedElsewhere(left_out, context.service.entrance, asks.language)
    if not grantable_to(asks, missing):
        raise Forbidden(missing, asks)
    raise Forbidden(missing, asks, await hotline(context.service, asks.desk or asks.region))
