"""A request is paid for before it runs, from budgets that all processes count (ADR 0066)."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from gateways.point_ledger import PointLedger
from models import RateLimit, Role
from rules.kernel.point_budget import Balance, PointBudgets
from server.database.pools import build_engine
from server.http.app import create_app
from server.http.document_admission import DocumentCache
from tests.factories.database import Database
from tests.factories.world import World, a_world, build_settings
from tests.server.graphql_probe import Connection, until

NAME = "{ viewer { name } }"
PAGE = """query ($n: Int) {
  units(first: $n) { edges { node { posts(first: $n) { edges { node { id } } } } } } }"""
FAVOURITES = """mutation { setFavourites(input: {functions: [READ_RECORDS]}) { __typename } }"""
CHOSEN = "{ viewer { favourites { name } } }"


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with a_world(database) as made:
        await made.add_unit("unit")
        await made.add_unit("other")
        await made.add_account("figures", Role.REPORTING)
        yield made


def limit_points(world: World, **points: Any) -> None:
    """Begin to count anew, by other budgets."""
    budgets = replace(PointBudgets(), **points)
    service = replace(world.service, budgets=budgets, ledger=PointLedger())
    world.app.state.service = world.service = service


async def send(
    world: World,
    who: str | None = None,
    document: str = NAME,
    client: httpx.AsyncClient | None = None,
    **headers: str,
) -> httpx.Response:
    if who is not None:
        headers["authorization"] = f"Bearer {world.issue_token(who)}"
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    body = {"query": document, "extensions": {"cost": True}}
    return await (client or world.client).post("/graphql", json=body, headers=given)


async def statuses(world: World, times: int, who: str | None = None, **more: Any) -> list[int]:
    return [(await send(world, who, **more)).status_code for _ in range(times)]


async def test_an_answer_tells_what_it_cost_and_what_is_left(world: World) -> None:
    limit_points(world, account=100, address=1_000)
    await send(world, "unit")
    answer = await send(world, "unit", "{ rateLimit { cost limit remaining resetAt } }")
    told = answer.json()
    start = told["data"]["rateLimit"]["resetAt"]
    assert told["data"]["rateLimit"] == {
        "cost": 1,
        "limit": 100,
        "remaining": 98,
        "resetAt": start,
    }
    account, address = told["extensions"]["cost"]["budgets"]
    assert told["extensions"]["cost"]["requested"] == 1
    assert account == {"budget": "account", "limit": 100, "remaining": 98, "resetAt": start}
    assert (address["budget"], address["limit"], address["remaining"]) == ("address", 1_000, 998)
    policy = '"account";q=100;w=60, "address";q=1000;w=60'
    assert answer.headers["ratelimit-policy"] == policy
    left = [part.partition(";t=") for part in answer.headers["ratelimit"].split(", ")]
    assert [part[0] for part in left] == ['"account";r=98', '"address";r=998']
    assert all(0 < int(seconds) <= 60 for _, _, seconds in left)


async def test_the_price_is_told_where_it_is_asked_for_and_follows_the_variables(
    world: World,
) -> None:
    plain = await world.client.post("/graphql", json={"query": NAME})
    assert "extensions" not in plain.json()
    costs = []
    for n in (1, 100):
        body = {"query": PAGE, "variables": {"n": n}, "extensions": {"cost": True}}
        headers = {"authorization": f"Bearer {world.issue_token('unit')}"}
        answer = await world.client.post("/graphql", json=body, headers=headers)
        costs.append(answer.json()["extensions"]["cost"]["requested"])
    assert costs == [1, 101]


async def test_a_request_beyond_the_budget_does_nothing_and_says_when_to_come_again(
    world: World,
) -> None:
    limit_points(world, account=12)
    assert await statuses(world, 2, "unit") == [200, 200]
    assert (await send(world, "unit", FAVOURITES)).json()["data"]["setFavourites"]
    words = {"zh": "额度不足", "en": "don't suffice"}
    for language, word in words.items():
        answer = await send(world, "unit", FAVOURITES, accept_language=language)
        (error,) = answer.json()["errors"]
        assert (answer.status_code, "data" in answer.json()) == (429, False)
        assert word in error["message"]
        told = error["extensions"]
        assert (told["code"], told["reason"]) == ("RATE_LIMITED", "POINTS_SPENT")
        assert (told["budget"], told["limit"], told["remaining"]) == ("account", 12, 0)
        assert answer.headers["retry-after"] == str(told["retryAfter"])
        assert '"account";r=0;' in answer.headers["ratelimit"]
        assert str(told["retryAfter"]) in told["cure"]
    world.clock.now += timedelta(seconds=told["retryAfter"])
    assert await statuses(world, 1, "unit") == [200]


async def test_what_is_left_still_pays_for_smaller_requests(world: World) -> None:
    limit_points(world, account=9)
    refused = await send(world, "unit", FAVOURITES)
    assert refused.json()["errors"][0]["extensions"]["cost"] == 10
    assert await statuses(world, 10, "unit") == [200] * 9 + [429]
    assert (await send(world, "other", CHOSEN)).json()["data"]["viewer"]["favourites"] == []


async def test_processes_count_together_and_nobody_gets_more_than_there_is(
    world: World, database: Database
) -> None:
    """Budgets below twenty points are told at once, so that not one is given twice."""
    limit_points(world, account=19)
    second = create_app(build_settings(database))
    second.state.service = replace(world.service, ledger=PointLedger())
    transport = httpx.ASGITransport(app=second)
    async with httpx.AsyncClient(transport=transport, base_url="http://jiuye.test") as client:
        asked = [send(world, "unit", client=each) for each in (client, world.client) * 20]
        answers = await asyncio.gather(*asked)
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [429] * 21


async def test_an_ordinary_request_writes_no_count(world: World) -> None:
    limit_points(world)
    assert await statuses(world, 20, "unit") == [200] * 20
    assert await world.load_rows(RateLimit) == []
    limit_points(world, account=100)
    assert await statuses(world, 6, "unit") == [200] * 6
    assert [row.count for row in await world.load_rows(RateLimit)] == [6]


async def test_a_client_program_spends_no_more_than_its_share(world: World) -> None:
    limit_points(world, account=16, client_percent=50)
    apollo: Any = {"apollographql_client_name": "loop"}
    assert await statuses(world, 9, "unit", **apollo) == [200] * 8 + [429]
    refused = (await send(world, "unit", **apollo)).json()["errors"][0]["extensions"]
    assert (refused["budget"], refused["limit"]) == ("client", 8)
    assert await statuses(world, 4, "unit", graphql_client_name="page") == [200] * 4
    assert await statuses(world, 5, "unit") == [200] * 4 + [429]
    for name in ("page", "another"):  # a new name is no way around
        assert await statuses(world, 1, "unit", graphql_client_name=name) == [429]


async def test_strangers_of_an_address_and_its_accounts_have_budgets_each(world: World) -> None:
    limit_points(world, account=8, address=10, stranger=3)
    assert await statuses(world, 4) == [200] * 3 + [429]
    assert await statuses(world, 9, "unit") == [200] * 8 + [429]
    assert await statuses(world, 3, "other") == [200, 200, 429]


async def test_a_program_of_figures_has_a_larger_budget(world: World) -> None:
    limit_points(world, account=2, tool=5)
    assert await statuses(world, 3, "unit") == [200, 200, 429]
    assert await statuses(world, 6, "figures") == [200] * 5 + [429]


async def test_what_is_not_valid_is_paid_for_and_the_spent_are_not_read(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit_points(world, stranger=12)
    assert await statuses(world, 2, document="{ nope }") == [400, 400]
    assert await statuses(world, 3) == [200, 200, 429]
    read: list[str] = []
    monkeypatch.setattr(DocumentCache, "parse", lambda _, text, limits: read.append(text))
    answer = await send(world, document="{ neither }")
    told = answer.json()["errors"][0]["extensions"]
    assert (answer.status_code, told["code"], "cost" in told) == (429, "RATE_LIMITED", False)
    assert read == []


async def test_public_pages_are_paid_for_by_the_same_address(world: World) -> None:
    limit_points(world, stranger=5)
    pages = ["/public/notices", "/public/notices/nothing", "/public/objections"]
    answers = [await world.client.get(page) for page in pages]
    assert [answer.status_code for answer in answers] == [200, 404, 429]
    assert "访问过于频繁" in answers[2].text
    assert answers[2].headers["cache-control"] == "no-store"
    assert 0 < int(answers[2].headers["retry-after"]) <= 60
    assert await statuses(world, 2) == [200, 429]


async def test_a_budget_of_another_figure_or_window_is_told_as_it_is(world: World) -> None:
    limit_points(world, stranger=40, window=timedelta(hours=1))
    answer = await send(world)
    assert answer.headers["ratelimit-policy"] == '"address";q=40;w=3600'
    balance = Balance(
        name="address",
        limit=40,
        remaining=39,
        reset_at=world.clock.now,
        window=timedelta(hours=1),
    )
    assert f'"{balance.name}";r={balance.remaining};t=' in answer.headers["ratelimit"]


async def test_a_database_that_is_away_stops_nobody_who_can_do_without_it(
    world: World, database: Database
) -> None:
    """Nor does anybody wait in line behind those who asked it."""
    limit_points(world, stranger=10)
    away = build_engine(database.url, 1, build_settings(database), patience=0.01)
    world.app.state.service = replace(world.service, writes=away)
    async with away.connect():
        assert await statuses(world, 1) == [200]
        assert world.service.ledger.is_alone
        assert await statuses(world, 10) == [200] * 9 + [429]
    assert await world.load_rows(RateLimit) == []
    world.service.ledger.alone_until = 0
    world.app.state.service = world.service
    world.clock.now += timedelta(minutes=1)
    assert await statuses(world, 1) == [200]
    assert [row.count for row in await world.load_rows(RateLimit)] == [1]
    await away.dispose()


async def test_a_subscription_is_paid_for_once_and_refused_when_it_can_not_be(
    world: World,
) -> None:
    limit_points(world, stranger=11)
    scope = {"type": "websocket", "scheme": "ws", "subprotocols": ["graphql-transport-ws"]}
    paths = {"path": "/graphql", "raw_path": b"/graphql", "headers": [(b"host", b"jiuye.test")]}
    socket = Connection(world.app, {**scope, **paths})

    async def say(**message: object) -> None:
        text = json.dumps(message)
        await socket.inbox.put({"type": "websocket.receive", "text": text})

    async def hear() -> Any:
        return json.loads((await socket.next())["text"])

    async def subscribe(id: str) -> Any:
        document = """subscription { signInTicket(input: {secret: "y"}) {
          ... on Refusal { reason } } }"""
        await say(type="subscribe", id=id, payload={"query": document})
        return await hear()

    await socket.inbox.put({"type": "websocket.connect"})
    assert (await socket.next())["type"] == "websocket.accept"
    await say(type="connection_init")
    assert (await hear())["type"] == "connection_ack"
    heard = await subscribe("1")
    assert heard["payload"]["data"]["signInTicket"] == {"reason": "TICKET_UNKNOWN"}
    assert (await hear())["type"] == "complete"
    told = (await subscribe("2"))["payload"][0]["extensions"]
    assert (told["code"], told["cost"], told["remaining"]) == ("RATE_LIMITED", 10, 1)
    await socket.inbox.put({"type": "websocket.disconnect", "code": 1001})
    await until(socket.task.done)
