"""The schema as text: for whoever may have it, sent once, and asked about from then on."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

import httpx
import pytest
from graphql import build_schema

from gateways.point_ledger import PointLedger
from models import Role
from rules.kernel.point_budget import PointBudgets
from server.http.app import create_app
from server.http.price import PRICES
from tests.factories.database import Database
from tests.factories.world import World, a_world, build_settings
from tools.sdl import SNAPSHOT

PATH = "/schema.graphql"
SCHEMA = SNAPSHOT.read_text(encoding="utf-8")


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with a_world(database) as made:
        await made.add_account("amy", Role.DISTRICT_OFFICER)
        yield made


async def fetch(
    world: World, database: Database, headers: Mapping[str, str], **settings: Any
) -> httpx.Response:
    app = create_app(build_settings(database, **settings))
    app.state.service = world.service
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://jiuye.test") as client:
        return await client.get(PATH, headers=headers)


def bear(world: World) -> dict[str, str]:
    return {"authorization": f"Bearer {world.issue_token('amy')}"}


async def test_whoever_is_signed_in_gets_the_schema_that_tools_read(world: World) -> None:
    answer = await world.client.get(PATH, headers=bear(world))
    assert answer.status_code == 200
    assert answer.text == SCHEMA
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert {"Authorization", "Accept-Encoding"} <= set(answer.headers["vary"].split(", "))
    assert build_schema(answer.text).query_type is not None


@pytest.mark.parametrize("wrap", ["{}", '"other", {}', "*"])
async def test_whoever_has_it_is_told_so_without_its_text(world: World, wrap: str) -> None:
    first = await world.client.get(PATH, headers=bear(world))
    known = {"if-none-match": wrap.format(first.headers["etag"])}
    again = await world.client.get(PATH, headers=bear(world) | known)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    old = await world.client.get(PATH, headers=bear(world) | {"if-none-match": 'W/"old"'})
    assert old.status_code == 200


async def test_a_stranger_is_asked_to_sign_in_even_one_who_names_the_text(world: World) -> None:
    first = await world.client.get(PATH, headers=bear(world))
    told = (await world.client.get(PATH, headers={"if-none-match": first.headers["etag"]})).json()
    assert told["errors"][0]["extensions"]["reason"] == "SIGN_IN_FIRST"
    forged = await world.client.get(PATH, headers={"authorization": "Bearer x.y.z"})
    assert forged.status_code == 401
    assert forged.json()["errors"][0]["extensions"]["reason"] == "SESSION_ENDED"


async def test_the_installation_decides_who_gets_it(world: World, database: Database) -> None:
    everybody = await fetch(world, database, {}, schema_for="everybody")
    assert (everybody.status_code, everybody.headers["cache-control"]) == (200, "public, no-cache")
    nobody = await fetch(world, database, bear(world), schema_for="nobody")
    assert nobody.status_code == 404


async def test_the_schema_costs_points_and_without_any_left_nothing_is_sent(world: World) -> None:
    budgets = replace(PointBudgets(), account=PRICES.public_page)
    world.app.state.service = replace(world.service, budgets=budgets, ledger=PointLedger())
    assert (await world.client.get(PATH, headers=bear(world))).status_code == 200
    spent = await world.client.get(PATH, headers=bear(world))
    assert spent.status_code == 429
    assert int(spent.headers["retry-after"]) > 0
    assert spent.json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
