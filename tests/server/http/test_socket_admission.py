"""Sockets through the real door: shares, and a short time to begin (ADR 0067)."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.applications import Starlette

from models import Role
from server.http.app import create_app
from tests.factories.database import Database
from tests.factories.world import World, a_world, build_settings
from tests.server.graphql_probe import Connection, until

BOUNDS = {
    "max_sockets": 12,
    "max_sockets_per_account": 5,
    "max_sockets_per_address": 8,
    "max_stranger_sockets": 6,
    "max_stranger_sockets_per_address": 3,
}


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with a_world(database) as made:
        for name in ("amy", "ben", "cleo"):
            await made.add_account(name, Role.DISTRICT_OFFICER)
        yield made


@pytest.fixture
async def app(world: World, database: Database) -> Starlette:
    app = create_app(build_settings(database).model_copy(update=BOUNDS))
    app.state.service = world.service
    return app


def knock(app: Starlette, address: str, token: str | None = None) -> Connection:
    """Open a socket, which waits to be accepted."""
    headers = [(b"host", b"jiuye.test")]
    if token is not None:
        headers.append((b"authorization", f"Bearer {token}".encode()))
    scope = {"type": "websocket", "scheme": "ws", "subprotocols": ["graphql-transport-ws"]}
    where = {"path": "/graphql", "raw_path": b"/graphql", "client": (address, 1)}
    connection = Connection(app, {**scope, **where, "headers": headers})
    connection.inbox.put_nowait({"type": "websocket.connect"})
    return connection


def begin(connection: Connection, token: str | None = None) -> None:
    payload = {"authorization": f"Bearer {token}"} if token is not None else {}
    text = json.dumps({"type": "connection_init", "payload": payload})
    connection.inbox.put_nowait({"type": "websocket.receive", "text": text})


async def hear_end(connection: Connection) -> Any:
    """Hear what became of a socket: acknowledged, or its status or code."""
    message = await connection.next()
    if message["type"] == "websocket.accept":
        message = await connection.next()
    if message["type"] == "websocket.send":
        return json.loads(message["text"])["type"]
    return message.get("status", message.get("code"))


async def open_all(app: Starlette, address: str, times: int, *tokens: str | None) -> list[Any]:
    """Open sockets at once, and say what became of each; they stay open."""
    opened = [knock(app, address, *tokens) for _ in range(times)]
    for connection in opened:
        begin(connection, *tokens)
    KEPT.extend(opened)
    return await asyncio.gather(*(hear_end(connection) for connection in opened))


KEPT: list[Connection] = []


@pytest.fixture(autouse=True)
async def gone() -> AsyncIterator[None]:
    KEPT.clear()
    yield
    for connection in KEPT:
        connection.inbox.put_nowait({"type": "websocket.disconnect", "code": 1001})
    await until(lambda: all(connection.task.done() for connection in KEPT))


async def test_sockets_opened_at_once_don_t_pass_an_account_s_share(
    world: World, app: Starlette
) -> None:
    heard = [
        end
        for n in range(4)
        for end in await open_all(app, f"192.0.2.{n}", 8, world.issue_token("amy"))
    ]
    assert heard.count("connection_ack") == BOUNDS["max_sockets_per_account"]
    assert set(heard) == {"connection_ack", 1013}


async def test_sockets_opened_at_once_don_t_pass_an_address_share(
    world: World, app: Starlette
) -> None:
    heard = []
    for name in ("amy", "ben", "cleo"):
        heard += await open_all(app, "192.0.2.1", 12, world.issue_token(name))
    assert heard.count("connection_ack") == BOUNDS["max_sockets_per_address"]
    assert set(heard) == {"connection_ack", 1013, 503}


async def test_strangers_fill_their_room_and_who_is_signed_in_still_gets_in(
    world: World, app: Starlette
) -> None:
    heard = [end for n in range(6) for end in await open_all(app, f"192.0.2.{n}", 50)]
    assert heard.count("connection_ack") >= BOUNDS["max_stranger_sockets"]
    token = world.issue_token("amy")
    assert await open_all(app, "192.0.2.1", 1, token) == ["connection_ack"]
    said_later = knock(app, "192.0.2.1")  # as a browser, which has no headers for a socket
    begin(said_later, token)
    KEPT.append(said_later)
    assert await hear_end(said_later) == "connection_ack"


async def test_the_silent_take_no_place_and_are_sent_away_soon(
    world: World, app: Starlette
) -> None:
    silent = [knock(app, f"192.0.2.{n}") for n in range(18)]
    for connection in silent:
        assert (await connection.next())["type"] == "websocket.accept"
    sockets = next(route for route in app.routes if type(route).__name__ == "WebSocketRoute")
    places = vars(sockets)["endpoint"].places
    assert len(places.hall.kept) == 18
    for place in list(places.hall.kept):
        place.timer.reschedule(asyncio.get_running_loop().time())
    assert {await hear_end(connection) for connection in silent} == {4408}
    await until(lambda: all(connection.task.done() for connection in silent))
    assert places.hall.kept == []


async def test_a_stranger_from_elsewhere_takes_a_place_of_whoever_has_most(
    app: Starlette,
) -> None:
    for n in (1, 2):
        assert await open_all(app, f"192.0.2.{n}", 3) == ["connection_ack"] * 3
    oldest = KEPT[0]
    assert await open_all(app, "198.51.100.1", 1) == ["connection_ack"]
    message = await oldest.next()
    assert (message["type"], message["code"]) == ("websocket.close", 1013)
    await until(oldest.task.done)


async def test_a_socket_that_closes_makes_room(world: World, app: Starlette) -> None:
    token, most = world.issue_token("amy"), BOUNDS["max_sockets_per_account"]
    assert await open_all(app, "192.0.2.1", most, token) == ["connection_ack"] * most
    KEPT[0].inbox.put_nowait({"type": "websocket.disconnect", "code": 1001})
    await until(KEPT[0].task.done)
    assert await open_all(app, "192.0.2.1", 1, token) == ["connection_ack"]
