"""The pools of connections: one for mutations, one that can only read."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import NamedTuple

import orjson
from argon2 import PasswordHasher
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from executor.pool import Pool, open_pool
from gateways.doorbell import Doorbell
from gateways.password import Passwords
from gateways.seal import Seal
from gateways.token import Tokens
from resolvers.files.file_sweep import Swept, sweep
from resolvers.kernel.remembered import Remembered
from resolvers.kernel.service import Service
from rules.accounts.password import PasswordPolicy
from rules.kernel.function import Entrance
from server.settings.file_store import files_of
from server.settings.settings import Settings

WAIT_SECONDS = 5


def engine_of(
    url: str, size: int, settings: Settings, patience: float = WAIT_SECONDS
) -> AsyncEngine:
    """Make a pool of connections, waited for so many seconds; too long statements are stopped."""
    return create_async_engine(
        url,
        pool_size=size,
        max_overflow=0,
        pool_timeout=patience,
        hide_parameters=True,
        json_serializer=_to_json,
        json_deserializer=orjson.loads,
        connect_args={"server_settings": server_settings(settings)},
    )


def server_settings(settings: Settings) -> dict[str, str]:
    """Say to the database how every connection of the service behaves."""
    return {
        "application_name": "jiuye",
        "statement_timeout": str(settings.statement_timeout_ms),
        "timezone": "UTC",
    }


@asynccontextmanager
async def compiled_reads(settings: Settings) -> AsyncIterator[Pool | None]:
    """Hold the pool of compiled reads, unless they are switched off."""
    if not settings.compiled_reads:
        yield None
        return
    url, size = settings.service_url, settings.read_pool_size
    pool = await open_pool(url, size, server_settings(settings))
    try:
        yield pool
    finally:
        await pool.close()


def _to_json(value: object) -> str:
    return orjson.dumps(value).decode()


class Pools(NamedTuple):
    """Connections for mutations, for reads, and for reads by plan if there are such."""

    writes: AsyncEngine
    reads: AsyncEngine
    compiled: object


def _service(
    settings: Settings, hasher: PasswordHasher | None, pools: Pools, bell: Doorbell
) -> Service:
    snapshots = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    remembers = timedelta(seconds=settings.grant_cache_seconds)
    passwords = PasswordPolicy(settings.password_min_length, settings.password_min_kinds)
    access_life = timedelta(minutes=settings.access_token_minutes)
    return Service(
        writes=pools.writes,
        reads=pools.reads.execution_options(**snapshots),
        seal=Seal(settings.data_key_bytes),
        tokens=Tokens(settings.secret_key_bytes, access_life),
        passwords=Passwords(hasher),
        files=files_of(settings),
        compiled=pools.compiled,
        refresh_life=timedelta(days=settings.refresh_token_days),
        passwords_must=passwords,
        ticket_life=timedelta(seconds=settings.sign_in_ticket_seconds),
        reset_life=timedelta(days=settings.reset_code_days),
        bell=bell,
        granted=Remembered(remembers),
        entrance=Entrance(settings.entrance.upper()),
        elsewhere=Remembered(remembers),
    )


@asynccontextmanager
async def running(
    settings: Settings, hasher: PasswordHasher | None = None
) -> AsyncIterator[Service]:
    """Hold the service's pools and keys while it runs."""
    writes = engine_of(settings.service_url, settings.pool_size, settings)
    reads = engine_of(settings.service_url, settings.read_pool_size, settings)
    bell = Doorbell(settings.service_url.replace("postgresql+asyncpg://", "postgresql://"))
    try:
        async with compiled_reads(settings) as pool:
            yield _service(settings, hasher, Pools(writes, reads, pool), bell)
    finally:
        await bell.close()
        await writes.dispose()
        await reads.dispose()


async def swept_once(settings: Settings) -> Swept:
    """Sweep once, with pools of its own."""
    async with running(settings.model_copy(update={"compiled_reads": False})) as service:
        return await sweep(service)
