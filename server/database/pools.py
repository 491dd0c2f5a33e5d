"""The pools of connections: one for mutations, one that can only read."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from argon2 import PasswordHasher
from cachetools import TTLCache
from sqlalchemy import PoolProxiedConnection, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from executor.pool import SnapshotPool, open_pool
from gateways.access_token import TokenIssuer
from gateways.heavy_work import build_places
from gateways.identity_provider import IdentityProvider
from gateways.key_ring import list_history_keys
from gateways.notification_listener import NotificationListener
from gateways.passkey import build_passkeys
from gateways.password import PasswordHashing
from gateways.revocation_list import RevocationList
from gateways.seal import Seal
from gateways.sms import HttpSmsGateway, SmsGateway, SmsOutbox, SmsSender
from loaders.actor_connection import ActorConnection
from loaders.database_fault import CONNECT_TIMEOUT_SECONDS
from models import DatabaseRole, SmsKind
from resolvers.kernel.chain import KEYS_OPTION
from resolvers.kernel.service import Service, build_functions_cache
from rules.accounts.password import PasswordPolicy
from rules.accounts.second_factor import parse_roles
from rules.accounts.sign_in import SignInLimits
from rules.kernel.chain import HistoryKey
from rules.kernel.function import Entrance, Functions
from rules.kernel.point_budget import PointBudgets
from server.database.connection import build_connect_args, to_dsn
from server.settings.file_store import open_file_store
from server.settings.providers import read_providers
from server.settings.settings import Settings

ANSWER_PATIENCE_SECONDS = 5
"""So long after its own time-out a statement is given up that no server answers any more."""


def build_engine(
    url: str, size: int, settings: Settings, patience: float = CONNECT_TIMEOUT_SECONDS
) -> AsyncEngine:
    """Make a pool of connections, waited for so many seconds; too long statements are stopped.

    A connection that the database has ended while nobody used it is exchanged for another one.
    """
    engine = create_async_engine(
        url,
        pool_size=size,
        max_overflow=0,
        pool_timeout=patience,
        hide_parameters=True,
        json_serializer=_format_json,
        json_deserializer=orjson.loads,
        execution_options={KEYS_OPTION: _build_history_keys(settings)},
        connect_args=build_connect_args(
            url, connection_class=ActorConnection, **build_connect_options(settings)
        ),
    )
    event.listen(engine.sync_engine, "checkout", _refuse_closed)
    return engine


def _refuse_closed(connection: PoolProxiedConnection, *_: object) -> None:
    """Have the pool connect anew where the database ended a connection, at no round trip."""
    driver: Any = connection.driver_connection
    if driver.is_closed():
        raise DisconnectionError


def _build_history_keys(settings: Settings) -> Sequence[HistoryKey]:
    """Return the keys of the history; the first one marks entries, all of them verify (X9)."""
    return list_history_keys(settings.key_ring)


def build_connect_options(settings: Settings) -> dict[str, Any]:
    """Return how every connection of the service behaves, on either side."""
    limit = settings.statement_timeout_ms
    patience = limit / 1000 + ANSWER_PATIENCE_SECONDS if limit else None
    return {"server_settings": build_server_settings(settings), "command_timeout": patience}


def build_server_settings(settings: Settings) -> dict[str, str]:
    """Return the settings by which the database treats every connection of the service.

    An instance that freezes, or is cut off, lets go of what it has locked: no operation lasts
    longer than its deadline. Who works on all of an installation may take longer.
    """
    silence = settings.operation_deadline_seconds * 1000 if settings.statement_timeout_ms else 0
    return {
        "application_name": "jiuye",
        "statement_timeout": str(settings.statement_timeout_ms),
        "idle_in_transaction_session_timeout": str(silence),
        "tcp_user_timeout": str(silence),
        "timezone": "UTC",
    }


def without_time_limit(settings: Settings) -> Settings:
    """Return the settings for who works on all of an installation: it may take its time."""
    return settings.model_copy(update={"statement_timeout_ms": 0})


def open_patient_service(settings: Settings) -> AbstractAsyncContextManager[Service]:
    """Hold a service for one long piece of work, without time limits and reads by plans."""
    return open_service(without_time_limit(settings).model_copy(update={"compiled_reads": False}))


@asynccontextmanager
async def open_snapshot_pool(settings: Settings) -> AsyncIterator[SnapshotPool | None]:
    """Hold the pool of compiled reads, unless they are switched off."""
    if not settings.compiled_reads:
        yield None
        return
    url, size = settings.service_url, settings.read_pool_size
    pool = await open_pool(to_dsn(url), size, **build_connect_options(settings))
    try:
        yield pool
    finally:
        await pool.close()


def _format_json(value: object) -> str:
    return orjson.dumps(value).decode()


class Pools(NamedTuple):
    """Connections for mutations, for reads, as other roles, and for reads by plan."""

    writes: AsyncEngine
    reads: AsyncEngine
    beside: Mapping[DatabaseRole, AsyncEngine]
    compiled: object


def _build_service(settings: Settings, hasher: PasswordHasher | None, pools: Pools) -> Service:
    snapshots = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    remembers = timedelta(seconds=settings.grant_cache_seconds)
    access_life = timedelta(minutes=settings.access_token_minutes)
    granted: TTLCache[UUID, Functions] = build_functions_cache(remembers)
    revocations = RevocationList(access_life, on_grant=lambda id: granted.pop(id, None))
    dsn = to_dsn(settings.service_url)
    return Service(
        writes=pools.writes,
        reads=pools.reads.execution_options(**snapshots),
        beside=pools.beside,
        seal=Seal(settings.key_ring),
        tokens=TokenIssuer(
            settings.secret_key_bytes,
            access_life,
            settings.accepted_key_bytes,
            profiles=settings.crypto_profiles,
            issuer=settings.token_issuer,
            audience=settings.token_audience,
        ),
        passwords=PasswordHashing(hasher),
        files=open_file_store(settings),
        sms=SmsSender(_choose_sms_gateway(settings)),
        sms_code_life=timedelta(minutes=settings.sms_code_minutes),
        sms_code_tries=settings.sms_code_tries,
        compiled=pools.compiled,
        places=build_places(settings.heavy_work_places, settings.heavy_work_line),
        refresh_life=timedelta(days=settings.refresh_token_days),
        idle_life=settings.idle_life,
        sessions_per_account=settings.sessions_per_account,
        proof_life=settings.proof_life,
        password_policy=build_password_policy(settings),
        sign_in_limits=SignInLimits(
            of_one=settings.sign_in_tries,
            by_address=settings.sign_in_tries_per_address,
            by_network=settings.sign_in_tries_per_network,
            of_account=settings.sign_in_tries_per_account,
            codes_of_account=settings.sign_in_codes_per_account,
            devices_per_day=settings.sign_in_devices_per_day,
        ),
        account_holder_required=settings.account_holder_required,
        second_factor_roles=parse_roles(settings.second_factor_roles),
        certificate_roles=parse_roles(settings.certificate_roles),
        passkeys=build_passkeys(settings.passkey_domain, settings.passkey_origins),
        ticket_life=timedelta(seconds=settings.sign_in_ticket_seconds),
        reset_life=timedelta(days=settings.reset_code_days),
        intern_rows_per_hour=settings.intern_rows_per_hour,
        unknown_persons_per_day=settings.unknown_persons_per_day,
        unknown_persons_per_address_per_day=settings.unknown_persons_per_address_per_day,
        budgets=PointBudgets(
            account=settings.points_per_account,
            unverified=settings.points_per_unverified,
            tool=settings.points_per_tool,
            address=settings.points_per_address,
            stranger=settings.points_per_stranger,
            client_percent=settings.points_client_percent,
            window=timedelta(seconds=settings.points_window_seconds),
        ),
        notifications=NotificationListener(dsn, revocations),
        revocations=revocations,
        granted_functions=granted,
        entrance=Entrance(settings.entrance.upper()),
        providers=_build_providers(settings),
        functions_elsewhere=build_functions_cache(remembers),
        functions_of_holders=build_functions_cache(remembers),
    )


def build_password_policy(settings: Settings) -> PasswordPolicy:
    """Read what passwords must be like."""
    return PasswordPolicy(settings.password_min_length, settings.password_min_kinds)


def _build_providers(settings: Settings) -> dict[str, IdentityProvider]:
    if settings.sign_in_providers is None:
        return {}
    return {each.id: IdentityProvider(each) for each in read_providers(settings.sign_in_providers)}


def _choose_sms_gateway(settings: Settings) -> SmsGateway | None:
    if settings.jiuye_sms_url is not None:
        return HttpSmsGateway(
            url=settings.jiuye_sms_url,
            token=settings.jiuye_sms_token.get_secret_value(),
            templates={
                SmsKind.CODE: settings.sms_template,
                SmsKind.RECOVERY_BEGUN: settings.sms_begun_template,
                SmsKind.RECOVERY_ENDED: settings.sms_ended_template,
            },
            timeout_seconds=settings.sms_timeout_seconds,
        )
    development = settings.environment == "development"
    return SmsOutbox(settings.jiuye_home / "sms-outbox.jsonl") if development else None


@asynccontextmanager
async def open_service(
    settings: Settings, hasher: PasswordHasher | None = None
) -> AsyncIterator[Service]:
    """Hold the service's pools and keys while it runs."""
    writes = build_engine(settings.service_url, settings.pool_size, settings)
    reads = build_engine(settings.service_url, settings.read_pool_size, settings)
    beside = {
        role: build_engine(url, settings.pool_size_beside, settings)
        for role, url in settings.urls_beside.items()
    }
    try:
        async with open_snapshot_pool(settings) as pool:
            service = _build_service(settings, hasher, Pools(writes, reads, beside, pool))
            try:
                yield service
            finally:
                await service.notifications.close()
                await service.sms.close()
    finally:
        for engine in (writes, reads, *beside.values()):
            await engine.dispose()
