"""Sign-in and row scope of the hand-written endpoints: the service's own, said directly."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import asyncpg
from starlette.exceptions import HTTPException
from starlette.requests import Request

from executor.pool import PLANNER_SETTINGS, build_opening_statement
from gateways.access_token import TokenIssuer
from loaders.actor import Actor, build_actor
from models import Role
from rules.kernel.viewer import Viewer

SIZE = 8


async def opened(url: str) -> asyncpg.Pool:
    """Open a pool as large as the service's."""
    return await asyncpg.create_pool(
        url.replace("postgresql+asyncpg://", "postgresql://"),
        min_size=1,
        max_size=SIZE,
        reset=_nothing,
        server_settings={"timezone": "UTC", **PLANNER_SETTINGS},
    )


async def _nothing(connection: object) -> None:
    """Leave a connection as it is."""


def viewer_of(request: Request, tokens: TokenIssuer) -> Viewer:
    """Read who asks from their access token."""
    _, _, token = request.headers.get("authorization", "").partition(" ")
    claims = tokens.read_access_token(token, datetime.now(UTC))
    if claims is None:
        raise HTTPException(401)
    return Viewer(
        account_id=claims.account,
        name=claims.name,
        role=Role(claims.role),
        region=claims.region,
        unit_id=claims.unit,
        person_id=claims.person,
    )


@asynccontextmanager
async def snapshot(pool: asyncpg.Pool, viewer: Viewer) -> AsyncIterator[tuple[Any, Actor]]:
    """Give a connection with an open read-only snapshot for the viewer."""
    actor = build_actor(viewer)
    async with pool.acquire() as connection:
        await connection.execute(build_opening_statement(actor))
        yield connection, actor
        await connection.execute("COMMIT")
