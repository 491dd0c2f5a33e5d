"""S30: an instance is started for one entrance, and offers only what belongs there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from cachetools import TTLCache

from models import Parameter
from resolvers.kernel.service import build_functions_cache
from rules.kernel.entrance import ENTRANCE_KEY
from rules.kernel.function import Entrance, Functions
from server.http.app import create_app
from server.settings.settings import Settings
from tests.factories.database import Database
from tests.factories.world import World, build_settings

UNKNOWN = {"id": "unknown", "version": 1}
AWHILE = timedelta(seconds=6)
PARAMETER = "... on ParameterPayload { parameter { id version } }"
ME = "{ viewer { entrance functions } }"


@asynccontextmanager
async def instance(world: World, database: Database, entrance: Entrance) -> AsyncIterator[World]:
    """Start another instance on the same database, for one entrance."""
    app = create_app(build_settings(database))
    known: TTLCache[str, Functions] = build_functions_cache(timer=world.clock.count_seconds)
    app.state.service = replace(world.service, entrance=entrance, functions_elsewhere=known)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://jiuye.test") as client:
        yield replace(world, service=app.state.service, app=app, client=client)


@pytest.fixture
async def outside(world: World, database: Database) -> AsyncIterator[World]:
    async with instance(world, database, Entrance.INTERNET) as found:
        yield found


@pytest.fixture
async def inside(world: World, database: Database) -> AsyncIterator[World]:
    async with instance(world, database, Entrance.INTRANET) as found:
        yield found


async def approve(world: World, who: str = "officer", **more: Any) -> Any:
    return await world.mutate("approveClaim", UNKNOWN, who, **more)


async def place(world: World, function: str, value: str) -> None:
    """Let the province say where a function is offered, from inside."""
    draft = {"key": ENTRANCE_KEY, "region": "220000", "category": function, "value": value}
    draft |= {"effectiveFrom": "2025-03-10", "source": "内外网功能划分通知"}
    row = (await world.mutate("proposeParameter", draft, "province", PARAMETER))["parameter"]
    done = await world.mutate("approveParameter", row, "deputy")
    assert done["__typename"] == "ParameterPayload"


async def test_s30_a_review_is_refused_on_the_internet_with_where_it_is_offered(
    outside: World, inside: World
) -> None:
    result = await approve(outside)
    assert (result["__typename"], result["missing"]) == ("Forbidden", ["REVIEW_CLAIMS"])
    assert result["message"] == "The function to review claims is not offered from the internet."
    assert result["cure"] == "Sign in from the government network for it."
    assert (await approve(inside))["__typename"] == "Refusal"  # there, it is only no claim


async def test_s30_who_holds_no_such_function_anywhere_is_told_that(outside: World) -> None:
    result = await approve(outside, "unit")
    assert result["__typename"] == "Forbidden"
    assert "You lack the function to review claims" in result["message"]


async def test_s30_an_applicant_files_from_either_side(outside: World, inside: World) -> None:
    for world in (outside, inside):
        result = await world.mutate("submitClaim", UNKNOWN, "unit")
        assert (result["__typename"], result["reason"]) == ("Refusal", "NOT_FOUND")


async def test_s30_one_sees_where_one_is_and_what_there_is(outside: World, inside: World) -> None:
    told = (await outside.ask(ME, "officer")).only
    shown = ["READ_RECORDS", "KEEP_ACCOUNT", "EXPORT_LISTS"]
    assert told == {"entrance": "INTERNET", "functions": shown}
    told = (await inside.ask(ME, "officer")).only
    assert told["entrance"] == "INTRANET"
    assert "REVIEW_CLAIMS" in told["functions"]


async def test_s30_no_counter_is_open_on_the_internet(outside: World, inside: World) -> None:
    unit = (await outside.ask("{ viewer { unit { id } } }", "unit")).only["unit"]["id"]
    for world, entrance in ((outside, "INTERNET"), (inside, "INTRANET")):
        told = (await world.ask("{ viewer { entrance functions } }", "officer", behalf=unit)).only
        assert told["entrance"] == entrance
        assert ("FILE_CLAIMS" in told["functions"]) is (world is inside)
    result = await outside.mutate("submitClaim", UNKNOWN, "officer", behalf=unit)
    assert (result["__typename"], result["missing"]) == ("Forbidden", ["COUNTER_FILING"])
    assert (
        result["message"] == "The function to file at the counter is not offered from the internet."
    )


async def test_s30_the_province_places_a_function_and_it_counts_after_a_while(
    outside: World, inside: World
) -> None:
    assert (await approve(outside))["__typename"] == "Forbidden"
    await place(inside, "REVIEW_CLAIMS", "INTERNET")
    outside.clock.now += AWHILE
    assert (await approve(outside))["__typename"] == "Refusal"
    result = await approve(inside)
    assert result["cure"] == "Sign in from the internet for it."


async def test_s30_what_stands_for_an_entrance_must_be_one(inside: World) -> None:
    draft = {
        "key": ENTRANCE_KEY,
        "region": "220000",
        "category": "REVIEW_CLAIMS",
        "value": "EVERYWHERE",
    }
    draft |= {"effectiveFrom": "2025-03-10", "source": "通知"}
    result = await inside.mutate("proposeParameter", draft, "province")
    assert [fault["reason"] for fault in result["faults"]] == ["PARAMETER_VALUE_MALFORMED"]
    draft |= {"category": "NO_SUCH_FUNCTION", "value": "BOTH"}
    result = await inside.mutate("proposeParameter", draft, "province")
    assert [fault["path"] for fault in result["faults"]] == [["input", "category"]]
    assert not [row for row in await inside.load_rows(Parameter) if row.value == "EVERYWHERE"]


@pytest.mark.parametrize("named", ["both", "intranet", "internet"])
def test_s30_an_instance_is_started_for_an_entrance(
    named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENTRANCE", named)
    assert Settings().entrance == named
