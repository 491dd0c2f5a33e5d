"""What a viewer may do: what was granted, and for whom an officer files at the counter (S1, X17).

Reads go by what the process remembers for some seconds; a mutation reads again, in its own
transaction: whatever was revoked is dead for it at once (ADR 0035).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import NoReturn
from uuid import UUID

from sqlalchemy import Row, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import Actor, build_actor, set_rls_context
from loaders.key import parse_key
from models import Account, FunctionGrant, Passkey, SecondFactor, Unit
from resolvers.kernel.context import Context
from resolvers.kernel.entrance import load_functions_elsewhere
from resolvers.kernel.holder_demand import is_holder_demanded
from resolvers.kernel.public_access import load_hotline
from resolvers.kernel.service import Service
from rules.accounts.grant import can_receive_grants
from rules.accounts.permission import (
    FactorMissing,
    Forbidden,
    HolderMissing,
    NotYetVerified,
    OfferedElsewhere,
    PasswordGiven,
    can_be_granted,
)
from rules.kernel.function import Function, Functions, parse_functions
from rules.kernel.region import compute_code_range
from rules.kernel.viewer import Viewer


async def load_known_functions(
    service: Service, viewer: Viewer, applicant: str | None = None
) -> Viewer:
    """Return what a viewer may do as far as is remembered, and for which applicant they file."""
    if viewer.role is None:
        return viewer
    viewer = replace(viewer, elsewhere=await load_functions_elsewhere(service, viewer))
    if viewer.holder_missing:
        viewer = replace(viewer, holder_missing=await is_holder_demanded(service, viewer))
    granted = None
    if viewer.account_id is not None and can_receive_grants(viewer.role):
        granted = service.granted_functions.get(viewer.account_id)
        if granted is not None:
            viewer = replace(viewer, granted=granted)
    known = granted is not None or not can_receive_grants(viewer.role)
    asks = viewer.unverified or viewer.factor_missing or viewer.password_given
    if applicant is None and known and not asks:
        return viewer
    return await _load_viewer_functions(service, viewer, applicant)


async def _load_viewer_functions(service: Service, viewer: Viewer, applicant: str | None) -> Viewer:
    async with AsyncSession(service.reads) as session:
        await set_rls_context(session, build_actor(viewer))
        viewer = await _load_grants(session, viewer, service.today())
        viewer = await _ask_what_has_changed(session, viewer)
        if viewer.account_id is not None and viewer.granted is not None:
            service.granted_functions[viewer.account_id] = viewer.granted
        return viewer if applicant is None else await _move_to_counter(session, viewer, applicant)


async def reload_functions(
    session: AsyncSession, viewer: Viewer, today: date, *, are_grants_known: bool = False
) -> Viewer:
    """Read again what a viewer may do, in the transaction of their mutation (S1, X17).

    Grants that this transaction was already told to be as they are known are not read.
    """
    viewer = await _ask_what_has_changed(session, viewer)
    if viewer.granted is None or not can_receive_grants(viewer.role):
        return viewer
    if not are_grants_known:
        viewer = await _load_grants(session, viewer, today)
    if viewer.unit_id is None or viewer.desk is None:
        return viewer
    found = (await session.execute(_APPLICANT.where(Unit.id == viewer.unit_id))).first()
    return _assign_applicant(viewer, viewer.desk, viewer.unit_id, found)


async def _ask_what_has_changed(session: AsyncSession, viewer: Viewer) -> Viewer:
    """Ask for whatever a token says to be missing; what it says to be there is believed."""
    viewer = await _ask_for_factor(session, await _ask_if_verified(session, viewer))
    if not viewer.password_given:
        return viewer
    own = select(Account.password_given_at).where(Account.id == viewer.account_id)
    return replace(viewer, password_given=await session.scalar(own) is not None)


async def _ask_if_verified(session: AsyncSession, viewer: Viewer) -> Viewer:
    """Ask whether a unit is verified that was not, when its token was given out (X18).

    Once verified it stays so: a token that says it is believed.
    """
    if not viewer.unverified or viewer.at_counter:
        return viewer
    own = select(Unit.verified_at).where(Unit.id == viewer.unit_id)
    return replace(viewer, unverified=await session.scalar(own) is None)


async def _ask_for_factor(session: AsyncSession, viewer: Viewer) -> Viewer:
    """Ask whether an account has a second factor that had none, when its token was given out (J3).

    Whoever removes one ends all sessions: a token that says that there is one is believed.
    """
    if not viewer.factor_missing:
        return viewer
    codes = exists().where(
        SecondFactor.account_id == viewer.account_id, SecondFactor.confirmed_at.is_not(None)
    )
    passkeys = exists().where(Passkey.account_id == viewer.account_id)
    return replace(viewer, factor_missing=not await session.scalar(select(or_(codes, passkeys))))


async def _load_grants(session: AsyncSession, viewer: Viewer, today: date) -> Viewer:
    """Read which grants of the viewer's own account are in force; a closed one has none."""
    if not can_receive_grants(viewer.role):
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
    return replace(viewer, granted=parse_functions((await session.scalars(in_force)).all()))


async def _move_to_counter(session: AsyncSession, viewer: Viewer, applicant: str) -> Viewer:
    """Take an officer to the counter; for a unit that they may not act for, they file for none."""
    desk, key = viewer.region or "", parse_key(applicant, Unit)
    nobody = replace(viewer, desk=desk, unit_id=None)
    if key is None or Function.COUNTER_FILING not in viewer.functions:
        return nobody
    await set_rls_context(session, Actor(account=viewer.account_id, see=build_actor(viewer).act))
    (unit_id,) = key.parts
    found = (await session.execute(_APPLICANT.where(Unit.id == unit_id))).first()
    return _assign_applicant(viewer, desk, unit_id, found)


_APPLICANT = select(Unit.region, Unit.verified_at)


def _assign_applicant(
    viewer: Viewer, desk: str, unit_id: UUID, found: Row[str, datetime | None] | None
) -> Viewer:
    """Place an officer at the counter for a unit; for none, where it lies outside their region."""
    low, high = compute_code_range(desk)
    if found is None or not low <= found.region <= high:
        return replace(viewer, desk=desk, unit_id=None)
    unverified = found.verified_at is None
    return replace(viewer, desk=desk, unit_id=unit_id, region=found.region, unverified=unverified)


async def require_functions(context: Context, viewer: Viewer, may: Functions) -> None:
    """Refuse a mutation to a viewer who lacks a function by now (S1)."""
    missing = viewer.list_missing_functions(may)
    if missing:
        await refuse_missing_functions(context, missing, viewer)


async def refuse_missing_functions(
    context: Context, missing: Sequence[Function], viewer: Viewer | None = None
) -> NoReturn:
    """Refuse what a viewer lacks, and name who can grant it; the hotline is their region's (J2)."""
    asks = viewer or context.viewer
    left_out = asks.list_functions_elsewhere(missing)
    if left_out:
        raise OfferedElsewhere(left_out, context.service.entrance, asks.language)
    held_back = asks.list_functions_once_verified(missing)
    if held_back:
        raise NotYetVerified(held_back)
    unset = asks.list_functions_with_password(missing)
    if unset:
        raise PasswordGiven(unset)
    unproved = asks.list_functions_with_factor(missing)
    if unproved:
        raise FactorMissing(unproved)
    nameless = asks.list_functions_with_holder(missing)
    if nameless:
        raise HolderMissing(nameless)
    if not can_be_granted(asks, missing):
        raise Forbidden(missing, asks)
    raise Forbidden(missing, asks, await load_hotline(context.service, asks.desk or asks.region))
