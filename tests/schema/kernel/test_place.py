"""Heavy work has places of its own: one too many is told, and all that is another kind goes on."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack, contextmanager
from datetime import date
from typing import Any

import httpx
import pytest
from sqlalchemy import QueuePool

from gateways.heavy_work import HeavyWork
from models import DatabaseRole, Role
from tests.factories.filing import send_file
from tests.factories.internship_scenario import POST_DRAFT
from tests.factories.roster import ROSTER_SELECTION, a_roster, a_row, upload_roster
from tests.factories.rows import CHAOYANG_DISTRICT, an_id_number
from tests.factories.story import story
from tests.factories.world import World

LOOK_UP = """mutation ($input: PersonLookUpInput!) { lookUpPerson(input: $input) { __typename } }"""
ROSTER = f"""mutation ($input: RosterDraftInput!) {{
  createRoster(input: $input) {{ __typename {ROSTER_SELECTION} }} }}"""
EXPORT = "{ export(list: CLAIMS, format: CSV) { url } }"
LINE = 60
PERSON = {"name": "无人", "idNumber": an_id_number(77, date(2003, 5, 4), CHAOYANG_DISTRICT)}


@story
async def world(world: World) -> World:
    await world.add_account("auditor", Role.AUDITOR, "220000")
    return world


@contextmanager
def crowd(world: World, work: HeavyWork) -> Iterator[None]:
    """Let a crowd of strangers stand in a line as long as it may be."""
    line = world.service.places[work]
    with ExitStack() as strangers:
        for number in range(LINE):
            strangers.enter_context(line.stand(f"stranger {number}"))
        yield


async def look_up(world: World) -> Any:
    return await world.ask(LOOK_UP, "unit", input=PERSON)


async def take_in(world: World) -> Any:
    draft = {"kind": "HIRING", "place": CHAOYANG_DISTRICT}
    draft["uploadId"] = await upload_roster(world, a_roster([a_row(1)]))
    return await world.ask(ROSTER, "unit", input=draft)


async def export(world: World) -> Any:
    return await world.ask(EXPORT, "auditor")


ASKED = {
    HeavyWork.LOOK_UPS: look_up,
    HeavyWork.ROSTERS: take_in,
    HeavyWork.EXPORTS: export,
}


@pytest.mark.parametrize("work", ASKED)
async def test_one_too_many_of_a_kind_is_told_when_to_come_again(
    world: World, work: HeavyWork
) -> None:
    with crowd(world, work):
        told = await ASKED[work](world)
        assert told.status == 429
        (error,) = told.errors
        assert error["extensions"]["code"] == "TOO_BUSY"
        assert error["extensions"]["retryAfter"] > 0
        for other in ASKED.keys() - {work}:
            assert (await ASKED[other](world)).status == 200
    assert (await ASKED[work](world)).status == 200


TWICE = ["KEEP_ACCOUNT", "KEEP_ACCOUNT"]
BOTH = """mutation ($first: FavouritesInput!, $input: PersonLookUpInput!) {
  first: setFavourites(input: $first) { __typename }
  lookUpPerson(input: $input) { __typename } }"""


async def test_what_was_done_before_one_too_many_is_told_and_not_sent_again(world: World) -> None:
    """By 429 a client would send both again."""
    with crowd(world, HeavyWork.LOOK_UPS):
        told = await world.ask(BOTH, "unit", first={"functions": []}, input=PERSON)
        refused = await world.ask(BOTH, "unit", first={"functions": TWICE}, input=PERSON)
    assert (told.status, told.body["data"]) == (200, None)
    (error,) = told.errors
    assert (error["extensions"]["code"], error["extensions"]["done"]) == ("TOO_BUSY", ["first"])
    assert refused.status == 429
    assert "done" not in refused.errors[0]["extensions"]


async def test_units_take_turns_at_the_connections_that_write(world: World) -> None:
    """One that sends much makes nobody wait for more than the one that is being written."""
    await world.add_unit("single")
    line = world.service.get_write_line(DatabaseRole.SERVICE)
    done = list[str]()

    async def file(who: str, name: str) -> None:
        assert await world.mutate("addPost", POST_DRAFT | {"name": name}, who)
        done.append(who)

    async def begin(who: str, name: str) -> "asyncio.Task[None]":
        standing = len(line)
        task = asyncio.create_task(file(who, name))
        for _ in range(10_000):
            if len(line) > standing:
                return task
            await asyncio.sleep(0)
        raise AssertionError("it stands in no line")

    async with AsyncExitStack() as held:
        pool = world.service.writes.pool
        assert isinstance(pool, QueuePool)
        places = pool.size()
        for _ in range(places - 1):
            await held.enter_async_context(line.hold_place("somebody"))
        async with line.hold_place("somebody"):
            asked = [await begin("unit", f"测试{n}") for n in range(4)]
            asked.append(await begin("single", "测试"))
            assert len(line) == places + 5
        await asyncio.gather(*asked)
    assert done.index("single") <= 1
    assert len(done) == 5


async def fetch(world: World, url: str, language: str) -> httpx.Response:
    return await world.client.get(url, headers={"accept-language": language})


async def test_a_file_too_many_is_told_in_both_languages_and_written_when_there_is_room(
    world: World,
) -> None:
    url = (await export(world)).only["url"]
    with crowd(world, HeavyWork.EXPORTS):
        for language, words in (("en", "Too many"), ("zh", "过于频繁")):
            told = await fetch(world, url, language)
            assert told.status_code == 429
            assert words in told.json()["message"]
            assert int(told.headers["retry-after"]) > 0
    assert (await fetch(world, url, "en")).status_code == 200


async def test_an_upload_too_many_is_told_and_may_be_sent_again(world: World) -> None:
    content = a_roster([a_row(1)])
    asked = {"name": "人员.xlsx", "size": len(content)}
    then = "... on UploadPayload { upload { url } }"
    url = (await world.mutate("requestRosterUpload", asked, "unit", then))["upload"]["url"]
    with crowd(world, HeavyWork.UPLOADS):
        assert (await send_file(world, url, content)).status_code == 429
    assert (await send_file(world, url, content)).status_code == 204


ANNOUNCE = """mutation ($input: FileDraftInput!) { requestRosterUpload(input: $input) {
  __typename ... on UploadPayload { upload { url } } } }"""


async def test_a_file_too_many_is_not_announced_and_its_link_asks_nothing_of_the_database(
    world: World,
) -> None:
    content = a_roster([a_row(1)])
    asked = {"name": "人员.xlsx", "size": len(content)}
    url = (await world.ask(ANNOUNCE, "unit", input=asked)).only["upload"]["url"]
    with crowd(world, HeavyWork.ANNOUNCEMENTS):
        assert (await world.ask(ANNOUNCE, "unit", input=asked)).status == 429
        world.statements.clear()
        assert (await send_file(world, url, content)).status_code == 429
        assert world.statements == []
        assert (await look_up(world)).status == 200
    assert (await send_file(world, url, content)).status_code == 204


async def test_who_has_a_whole_line_gives_room_to_somebody_else(world: World) -> None:
    line = world.service.places[HeavyWork.LOOK_UPS]
    with ExitStack() as flood:
        for _ in range(LINE):
            flood.enter_context(line.stand("flood"))
        assert (await look_up(world)).status == 200
