"""How often something may be tried: counted in the database, whatever becomes of the try."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import case, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from gateways.heavy_work import HeavyWork
from loaders.actor import Actor, select_stated_secret, set_rls_context
from models import RateLimit
from resolvers.kernel.service import Service
from rules.kernel.refusal import Reason, build_refusal


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries in so long a window."""

    name: str
    tries: int
    window: timedelta


UNKNOWN_ACCOUNT_LIMIT = Limit("sign-in-to-nobody", 1, timedelta(days=1))
LOOK_UP_LIMIT = Limit("look-up", 60, timedelta(minutes=10))
REGISTRATION_LIMIT = Limit("register", 60, timedelta(hours=1))
CLAIM_NUMBER_LIMIT = Limit("claim-number", 10, timedelta(hours=1))
APPEAL_LIMIT = Limit("appeal", 20, timedelta(hours=1))
APPEALS_FOR_ONE_LIMIT = Limit("appeals-for-one", 5, timedelta(days=1))
OWN_APPEAL_LIMIT = Limit("own-appeal", 20, timedelta(days=1))
OBJECTION_LIMIT = Limit("objection", 20, timedelta(hours=1))
OBJECTION_NUMBER_LIMIT = Limit("objection-number", 60, timedelta(hours=1))
EVIDENCE_LIMIT = Limit("evidence", 120, timedelta(hours=1))
EVIDENCE_OF_APPEAL_LIMIT = Limit("evidence-of-appeal", 60, timedelta(hours=1))
RECOVERY_LIMIT = Limit("recover", 10, timedelta(hours=1))
TICKET_LIMIT = Limit("sign-in-ticket", 120, timedelta(minutes=5))
TICKET_APPROVAL_LIMIT = Limit("approve-ticket", 30, timedelta(minutes=5))
PROVIDER_LIMIT = Limit("provider-sign-in", 120, timedelta(minutes=5))
OPERATOR_LIMIT = Limit("operators", 60, timedelta(minutes=10))
FINDING_LIMIT = Limit("findings", 60, timedelta(minutes=10))
UNMASK_LIMIT = Limit("unmask", 60, timedelta(hours=1))
EXPORT_LIMIT = Limit("export", 30, timedelta(hours=1))
FACTOR_LIMIT = Limit("second-factor", 10, timedelta(hours=1))
PASSKEY_LIMIT = Limit("passkey-sign-in", 120, timedelta(minutes=5))
CLIENT_LIMIT = Limit("client-credentials", 60, timedelta(minutes=10))
PROOF_LIMIT = Limit("proof", 10, timedelta(minutes=10))
PASSWORD_LIMIT = Limit("password", 20, timedelta(minutes=10))
"""At the door tries are counted by address, otherwise by account."""

Tried = TypeVar("Tried", bound=Callable[..., object])
LIMIT_BY_MUTATION: dict[Callable[..., object], Limit] = {}
"""How often an account may try a mutation."""


def limit_tries(limit: Limit) -> Callable[[Tried], Tried]:
    """Limit a mutation: its tries are counted before its transaction takes a connection."""

    def decorate(mutation: Tried) -> Tried:
        LIMIT_BY_MUTATION[mutation] = limit
        return mutation

    return decorate


@dataclass(frozen=True, slots=True)
class RowLimit:
    """How many rows an account may send to a mutation that takes many of them at once."""

    build_limit: Callable[[Service], Limit]
    count_rows: Callable[[Any], int]


ROW_LIMIT_BY_MUTATION: dict[Callable[..., object], RowLimit] = {}
"""How many rows an account may try in a mutation that takes many, each row being a try."""


def limit_rows(
    build_limit: Callable[[Service], Limit], count_rows: Callable[[Any], int]
) -> Callable[[Tried], Tried]:
    """Limit a mutation by the rows of its input; the installation says how many there may be."""

    def decorate(mutation: Tried) -> Tried:
        ROW_LIMIT_BY_MUTATION[mutation] = RowLimit(build_limit, count_rows)
        return mutation

    return decorate


async def count_tries_of_mutation(
    service: Service,
    mutation: Callable[..., object],
    given: Mapping[str, object],
    who: str,
    *,
    asker: str,
) -> None:
    """Count a try of a mutation, or its rows, where those are limited."""
    limit, of_rows = LIMIT_BY_MUTATION.get(mutation), ROW_LIMIT_BY_MUTATION.get(mutation)
    if limit is not None:
        await count_try(service, limit, who, asker=asker)
    if of_rows is not None:
        rows = of_rows.count_rows(given["input"])
        await count_try(service, of_rows.build_limit(service), who, rows, asker=asker)


async def forget_tries(service: Service, limit: Limit, who: str) -> None:
    """Start to count anew: the last try was a good one."""
    bucket = _build_bucket(service, limit, who)
    async with AsyncSession(service.writes) as session, session.begin():
        await set_rls_context(session, Actor(knows=bucket))
        await session.execute(delete(RateLimit).where(RateLimit.bucket == bucket))


def build_bucket(service: Service, name: str, who: str) -> str:
    """Name what is counted, and for whom: keyed, as addresses are soon tried out (X11)."""
    return f"{name}:{service.seal.compute_index('tries', who).hex()}"


def _build_bucket(service: Service, limit: Limit, who: str) -> str:
    return build_bucket(service, limit.name, who)


async def count_try(
    service: Service, limit: Limit, who: str, tries: int = 1, *, asker: str
) -> None:
    """Count a try, or some, in a transaction of its own, and refuse one too many."""
    await count_in_turn(service, [(limit, who)], tries, asker=asker)


async def count_in_turn(
    service: Service, limits: Sequence[tuple[Limit, str]], tries: int = 1, *, asker: str
) -> None:
    """Count a try by some limits, one after the other; the first that has none left refuses.

    Those that follow are not counted then. All who count by several name them in one order.
    They come to the same rows, so they stand in line before they take a connection. Else 200 at
    once would hold all connections of the service, to wait for each other. Raises Crowded.

    The line knows them by `asker`, as `name_asker` names whoever asks, not by what is counted. That
    holds what was typed as well: by it one address would be as many askers as it types numbers.
    """
    # Committed whatever becomes of what is tried: a try that is refused counts as well.
    async with (
        service.places[HeavyWork.TRIES].hold_place(asker),
        AsyncSession(service.writes) as session,
        session.begin(),
    ):
        for limit, who in limits:
            counted, start = await add_tries(service, session, limit, who, tries)
            if counted > limit.tries:
                break
        else:
            return
    seconds = int((start + limit.window - service.now()).total_seconds()) + 1
    raise build_refusal(Reason.TOO_MANY_TRIES, seconds=seconds)


async def add_tries(
    service: Service, session: AsyncSession, limit: Limit, who: str, tries: int
) -> tuple[int, datetime]:
    """Add tries to a bucket, and return how many it holds since when.

    The session is left knowing of the bucket: whoever goes on states its actor anew.
    """
    bucket, now = _build_bucket(service, limit, who), service.now()
    return await add_to_bucket(session, bucket, tries, now, expired_before=now - limit.window)


async def add_to_bucket(
    session: AsyncSession, bucket: str, tries: int, start: datetime, *, expired_before: datetime
) -> tuple[int, datetime]:
    """Add to a bucket by its key, and return how much it holds since when.

    The session is left knowing of that bucket. A window that began before `expired_before` is over:
    a new one begins at `start`.
    """
    fresh = insert(RateLimit).from_select(
        ["bucket", "window_start", "count"],
        select(select_stated_secret(bucket), literal(start), literal(tries)),
    )
    expired = RateLimit.window_start < expired_before
    again = fresh.on_conflict_do_update(
        index_elements=[RateLimit.bucket],
        set_={
            "count": case((expired, tries), else_=RateLimit.count + tries),
            "window_start": case((expired, start), else_=RateLimit.window_start),
        },
    ).returning(RateLimit.count, RateLimit.window_start)
    counted, begun = (await session.execute(again)).one()
    return counted, begun


async def record_try(service: Service, limit: Limit, who: str) -> None:
    """Count a try that nothing hangs on: as much work as a try that is kept."""
    async with AsyncSession(service.writes) as session, session.begin():
        # Stated apart, though adding states it too: a try that is kept waits for two answers.
        await set_rls_context(session, Actor(knows=_build_bucket(service, limit, who)))
        await add_tries(service, session, limit, who, 1)


async def load_tries(service: Service, limit: Limit, who: str) -> int:
    """Return how many tries a bucket holds in its present window."""
    bucket = _build_bucket(service, limit, who)
    fresh = RateLimit.window_start >= service.now() - limit.window
    counted = select(RateLimit.count).where(RateLimit.bucket == bucket, fresh)
    async with AsyncSession(service.reads) as session:
        await set_rls_context(session, Actor(knows=bucket))
        return await session.scalar(counted) or 0


async def take_from_all(service: Service, limits: Sequence[tuple[Limit, str]], wanted: int) -> int:
    """Take from some limits at once as much as each of them has left, and return how much."""
    granted = wanted
    in_order = sorted(limits, key=lambda each: _build_bucket(service, *each))
    async with AsyncSession(service.writes) as session, session.begin():
        for limit, who in in_order:
            counted, _ = await add_tries(service, session, limit, who, wanted)
            granted = max(0, min(granted, limit.tries - counted + wanted))
        if granted < wanted:
            await _subtract_tries(service, session, in_order, wanted - granted)
    return granted


async def give_back(service: Service, limits: Sequence[tuple[Limit, str]], tries: int) -> None:
    """Give back to some limits what was taken from them and not needed."""
    in_order = sorted(limits, key=lambda each: _build_bucket(service, *each))
    async with AsyncSession(service.writes) as session, session.begin():
        await _subtract_tries(service, session, in_order, tries)


async def _subtract_tries(
    service: Service, session: AsyncSession, limits: Sequence[tuple[Limit, str]], tries: int
) -> None:
    for each in limits:
        bucket = _build_bucket(service, *each)
        await set_rls_context(session, Actor(knows=bucket))
        fewer = func.greatest(RateLimit.count - tries, 0)
        await session.execute(
            update(RateLimit).where(RateLimit.bucket == bucket).values(count=fewer)
        )
