"""The application as a whole: how it tells that it lives, and that nobody gets another's rows."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import asyncpg
import httpx
import pytest
from sqlalchemy import QueuePool
from sqlalchemy.ext.asyncio import AsyncEngine

from gateways.access_token import TokenClaims
from models import Role
from resolvers.kernel.access import has_access_ended
from resolvers.kernel.viewer import parse_viewer
from server.database.pools import build_engine, open_service
from server.http.app import create_app
from tests.factories.database import Database
from tests.factories.rows import NANGUAN_DISTRICT, a_post, an_id
from tests.factories.world import TIMEOUT_SECONDS, World, a_world, add_officials, build_settings
from tests.server.graphql_probe import Connection, until

NESTED = "{ units { edges { node { id posts { edges { node { name unit { id } } } } } } } }"


def taken(engine: AsyncEngine) -> int:
    """Tell how many connections of a pool are in use."""
    assert isinstance(engine.pool, QueuePool)
    return engine.pool.checkedout()


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    """Two units in two districts behind a read pool of a single connection."""
    async with a_world(database) as made:
        await add_officials(made)
        for name, region in (("unit", "220104"), ("other", NANGUAN_DISTRICT)):
            unit = await made.add_unit(name, region)
            await made.add_rows(a_post(unit, name=f"{name} post"))
        yield made


@pytest.fixture
async def narrow(world: World, database: Database) -> AsyncIterator[AsyncEngine]:
    engine = build_engine(database.url, 1, build_settings(database), TIMEOUT_SECONDS)
    reads = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    world.app.state.service = replace(world.service, reads=reads)
    yield engine
    await engine.dispose()


@pytest.fixture
async def owner(database: Database) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database.owner_url.replace("+asyncpg", ""))
    yield connection
    await connection.close()


def request(world: World, who: str) -> Connection:
    """Open a request that can hang up."""
    headers = [
        (b"content-type", b"application/json"),
        (b"host", b"jiuye.test"),
        (b"authorization", f"Bearer {world.issue_token(who)}".encode()),
    ]
    scope = {"type": "http", "method": "POST", "scheme": "http", "headers": headers}
    paths = {"path": "/graphql", "raw_path": b"/graphql"}
    connection = Connection(world.app, {**scope, **paths})
    body = json.dumps({"query": NESTED}).encode()
    connection.inbox.put_nowait({"type": "http.request", "body": body, "more_body": False})
    return connection


async def waiting(owner: asyncpg.Connection) -> int:
    found = await owner.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted")
    return int(found)


async def until_waiting(owner: asyncpg.Connection) -> None:
    async with asyncio.timeout(60):
        while not await waiting(owner):  # noqa: ASYNC110 - the database says when
            await asyncio.sleep(0.01)


async def names(world: World, who: str) -> set[str]:
    page = (await world.ask(NESTED, who)).only
    posts = [post for unit in page["edges"] for post in unit["node"]["posts"]["edges"]]
    return {post["node"]["name"] for post in posts}


@pytest.mark.parametrize("after", ["unit", "other", "province"])
async def test_after_a_client_hung_up_the_next_reads_exactly_their_own(
    world: World, narrow: AsyncEngine, owner: asyncpg.Connection, after: str
) -> None:
    """X10: the only connection was in the middle of another actor's nested read."""
    own = {"unit": {"unit post"}, "other": {"other post"}, "province": {"unit post", "other post"}}
    for hanging_up in ("province", "unit"):
        async with owner.transaction():
            await owner.execute("LOCK TABLE post IN ACCESS EXCLUSIVE MODE")
            connection = request(world, hanging_up)
            await until_waiting(owner)
            await connection.inbox.put({"type": "http.disconnect"})
            await until(connection.task.done)
        assert await names(world, after) == own[after]
    assert taken(narrow) == 0


async def test_after_a_deadline_the_next_reads_exactly_their_own(
    world: World, narrow: AsyncEngine, owner: asyncpg.Connection, database: Database
) -> None:
    settings = build_settings(database).model_copy(update={"operation_deadline_seconds": 0.4})
    app = create_app(settings)
    app.state.service = world.app.state.service
    transport = httpx.ASGITransport(app=app)
    async with owner.transaction():
        await owner.execute("LOCK TABLE post IN ACCESS EXCLUSIVE MODE")
        async with httpx.AsyncClient(transport=transport, base_url="http://jiuye.test") as client:
            answer = await replace(world, client=client).ask(NESTED, "province")
        assert (answer.status, answer.errors[0]["extensions"]["code"]) == (504, "DEADLINE")
        assert "data" not in answer.body
    assert await names(world, "unit") == {"unit post"}
    assert await names(world, "other") == {"other post"}
    assert taken(narrow) == 0


async def test_many_at_once_through_one_connection_read_each_their_own(
    world: World, narrow: AsyncEngine
) -> None:
    async def ask(who: str) -> Any:
        headers = {"authorization": f"Bearer {world.issue_token(who)}"}
        response = await world.client.post("/graphql", json={"query": NESTED}, headers=headers)
        return who, response.content

    asked = await asyncio.gather(*(ask(who) for who in ("unit", "other", "province") * 8))
    assert len(set(asked)) == 3
    assert {who: b"other post" in body for who, body in asked} == {
        "unit": False,
        "other": True,
        "province": True,
    }


async def test_it_tells_that_it_lives_and_whether_the_database_answers(
    world: World, database: Database
) -> None:
    assert (await world.client.get("/healthz")).text == "ok\n"
    assert (await world.client.get("/readyz")).text == "ready\n"
    elsewhere = replace(database, url=database.url.replace("test_", "none_"))
    transport = httpx.ASGITransport(app=create_app(build_settings(elsewhere)))
    async with httpx.AsyncClient(transport=transport, base_url="http://jiuye") as client:
        response = await client.get("/readyz")
        assert (response.status_code, response.text.count("\n")) == (503, 1)
        assert "there is no database of that name" in response.text
        assert (await client.get("/healthz")).status_code == 200


async def test_the_service_runs_on_its_pools_and_leaves_none_behind(database: Database) -> None:
    async with open_service(build_settings(database)) as service:
        async with service.reads.connect() as connection:
            found = await connection.exec_driver_sql("SHOW transaction_read_only")
            assert found.scalar_one() == "on"
        assert service.refresh_life.days > 0
    assert taken(service.writes) == 0


async def test_while_the_database_is_away_who_asks_is_told_to_come_again(
    world: World, database: Database
) -> None:
    """It cannot be said whether their access stands, and that is no fault of theirs."""
    nowhere = build_engine(database.url.replace("test_", "none_"), 1, build_settings(database))
    world.service.revocations.mark_lost()
    world.app.state.service = replace(world.service, reads=nowhere)
    for language, words in (("zh", "系统暂时无法办理"), ("en", "can't answer")):
        answer = await world.client.post(
            "/graphql",
            json={"query": "{ viewer { name } }"},
            headers={
                "authorization": f"Bearer {world.issue_token('unit')}",
                "accept-language": language,
            },
        )
        (error,) = answer.json()["errors"]
        assert (answer.status_code, error["extensions"]["code"]) == (503, "UNAVAILABLE")
        assert words in error["message"]
        assert int(answer.headers["retry-after"]) > 0
    await nowhere.dispose()


async def test_a_crowd_of_one_session_asks_once_whether_its_access_stands(
    world: World, narrow: AsyncEngine
) -> None:
    world.service.revocations.mark_lost()
    before = len(world.statements)
    viewer = parse_viewer(world.service, f"Bearer {world.issue_token('unit')}", None)
    assert viewer is not None
    found = await asyncio.gather(*(has_access_ended(world.service, viewer) for _ in range(50)))
    assert set(found) == {False}
    asked = [text for text in world.statements[before:] if "FROM account" in text]
    assert len(asked) == 1
    assert await has_access_ended(world.service, viewer) is False
    assert len([text for text in world.statements[before:] if "FROM account" in text]) == 2


async def test_a_worthless_token_is_told_in_the_client_s_language(world: World) -> None:
    answers = {}
    for language in ("zh", "en"):
        headers = {"authorization": "Bearer garbage", "accept-language": language}
        response = await world.client.post("/graphql", json={"query": "{ x }"}, headers=headers)
        assert response.status_code == 401
        assert response.headers["www-authenticate"] == "Bearer"
        assert response.headers["cache-control"] == "no-store"
        answers[language] = response.json()["errors"][0]
    assert answers["zh"]["extensions"]["code"] == "UNAUTHENTICATED"
    assert answers["zh"]["message"] != answers["en"]["message"]


@pytest.mark.parametrize("kind", ["application/graphql-response+json", "application/json"])
async def test_a_worthless_token_is_told_in_the_media_type_that_is_accepted(
    world: World, kind: str
) -> None:
    headers = {"authorization": "Bearer garbage", "accept": kind}
    response = await world.client.post("/graphql", json={"query": "{ x }"}, headers=headers)
    assert response.status_code == 401
    assert response.headers["content-type"] == f"{kind}; charset=utf-8"


async def test_long_answers_are_compressed_for_whoever_takes_it(
    world: World, database: Database
) -> None:
    app = create_app(build_settings(database, compress_above_bytes=200))
    app.state.service = world.service
    asked = {"query": "{ __typename " + " ".join(f"a{n}: __typename" for n in range(15)) + " }"}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://jiuye") as client:
        plain, packed = [
            await client.post("/graphql", json=asked, headers={"accept-encoding": encoding})
            for encoding in ("identity", "gzip")
        ]
        short = await client.post("/graphql", json={"query": "{ __typename }"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.json() == plain.json()
    assert "accept-encoding" in plain.headers["vary"].lower()
    assert int(packed.headers["content-length"]) < len(plain.content)
    assert "content-encoding" not in short.headers


async def test_a_token_of_a_role_that_is_no_more_is_worthless(world: World) -> None:
    account = world.accounts["officer"]
    claims = TokenClaims(
        account=account.id,
        session=an_id("s"),
        name="x",
        role="ABOLISHED",
        region=account.region,
        unit=None,
        person=None,
    )
    assert "ABOLISHED" not in set(Role)
    token = world.service.tokens.issue_access_token(claims, world.service.now())
    headers = {"authorization": f"Bearer {token}"}
    response = await world.client.post("/graphql", json={"query": NESTED}, headers=headers)
    assert response.status_code == 401
