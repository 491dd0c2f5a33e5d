"""Which program uses what of the schema is counted by all processes together, and of no person."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest
from graphql import DocumentNode, GraphQLSchema, parse
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from gateways.usage_book import MOST_CHARACTERS, MOST_COUNTED, Usage, UsageBook, UsedDocument
from models import Role
from resolvers.kernel.background import JobContext, RetentionSettings
from resolvers.kernel.schema_usage import ClientUsage, load_usage, save_usage
from resolvers.kernel.sweep import sweep_schema_usage
from server.http import schema_usage
from server.http.app import build_served_schema
from server.http.document_coordinates import list_coordinates
from server.http.schema_usage import UsageWriter, keep_usage
from server.telemetry.client_label import CLIENT_LABELS
from tests.factories.database import Database
from tests.factories.world import TIMEOUT_SECONDS, World, a_world

NEVER = 3600
DAY = date(2025, 3, 10)
NAME = "query Mine { viewer { name regions: role } }"
DOCUMENT = parse("{ viewer { name } }")


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    CLIENT_LABELS.forget()  # those of the process, whose accounts bring few
    async with a_world(database) as made:
        await made.add_account("amy", Role.DISTRICT_OFFICER)
        yield made


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_served_schema(TIMEOUT_SECONDS, "signed_in")._schema


async def ask(world: World, query: str, client: str, version: str) -> None:
    headers = {
        "authorization": f"Bearer {world.issue_token('amy')}",
        "graphql-client-name": client,
        "graphql-client-version": version,
    }
    await world.client.post("/graphql", json={"query": query}, headers=headers)


async def test_what_programs_use_is_written_while_the_service_runs_and_at_its_end(
    world: World, schema: GraphQLSchema
) -> None:
    await ask(world, NAME, "early", "1")  # nobody writes it down
    for _ in range(2):  # two processes, or one that starts again
        async with keep_usage(world.service, schema, NEVER):
            await ask(world, NAME, "usage", "1")
            await ask(world, NAME, "usage", "1")
            await ask(world, "{ nobody }", "usage", "1")
            await ask(world, "{ viewer { name } }", "usage", "2")
    found = await load_usage(world.service, DAY)
    assert found == [
        ClientUsage("Query.viewer", "usage", "1", 4, DAY),
        ClientUsage("Query.viewer", "usage", "2", 2, DAY),
        ClientUsage("Viewer.name", "usage", "1", 4, DAY),
        ClientUsage("Viewer.name", "usage", "2", 2, DAY),
        ClientUsage("Viewer.role", "usage", "1", 4, DAY),
    ]
    assert await load_usage(world.service, date(2025, 3, 11)) == []


async def test_processes_that_write_at_once_lose_no_count(world: World) -> None:
    used = {Usage(DAY, "desk", "1", f"Claim.f{n}"): 1 for n in range(30)}
    backwards = dict(reversed(used.items()))
    await asyncio.gather(*(save_usage(world.service, each) for each in (used, backwards) * 4))
    found = await load_usage(world.service, DAY)
    assert [each.times for each in found] == [8] * 30


@pytest.mark.parametrize(
    "fault", [OperationalError("", None, OSError("away")), RuntimeError("unforeseen")]
)
async def test_while_nothing_can_be_written_counts_wait(
    world: World, schema: GraphQLSchema, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    async def fail(*_: Any) -> None:
        raise fault

    world.service.usage.is_open = True
    writer = UsageWriter(world.service, schema)
    with monkeypatch.context() as away:
        away.setattr(schema_usage, "save_usage", fail)
        await ask(world, "{ viewer { name } }", "patient", "1")
        await writer.write()
    assert await load_usage(world.service, DAY) == []
    await ask(world, "{ viewer { name } }", "patient", "1")
    await writer.write()
    assert {each.times for each in await load_usage(world.service, DAY)} == {2}


async def test_what_is_being_written_as_the_service_ends_is_written_once(
    world: World, schema: GraphQLSchema, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def save_late(*given: Any) -> None:
        begun.set()
        await may_end.wait()
        await save_usage(*given)

    monkeypatch.setattr(schema_usage, "save_usage", save_late)
    async with keep_usage(world.service, schema, 0.01):
        await ask(world, "{ viewer { name } }", "last", "1")
        await begun.wait()
        asyncio.get_running_loop().call_soon(may_end.set)
    assert {each.times for each in await load_usage(world.service, DAY)} == {1}


async def test_a_document_that_can_not_be_read_keeps_no_other_from_being_counted(
    world: World, schema: GraphQLSchema, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = parse("{ viewer { role } }")

    def list_unless_bad(schema: GraphQLSchema, document: DocumentNode) -> frozenset[str]:
        if document is bad:
            raise RecursionError
        return list_coordinates(schema, document)

    monkeypatch.setattr(schema_usage, "list_coordinates", list_unless_bad)
    world.service.usage.is_open = True
    for n, document in enumerate((bad, DOCUMENT)):
        used = UsedDocument(DAY, "desk", "1", f"text {n}")
        world.service.usage.count_document(used, document, is_stranger=False)
    with capture_logs() as logs:
        await UsageWriter(world.service, schema).write()
    found = {each.coordinate for each in await load_usage(world.service, DAY)}
    assert found == {"Query.viewer", "Viewer.name"}
    assert [each["event"] for each in logs] == ["usage was not written"]


async def test_what_was_used_long_ago_is_swept(world: World) -> None:
    await save_usage(world.service, {Usage(DAY, "desk", "1", "Claim.id"): 1})
    work = JobContext(service=world.service)
    world.clock.now += RetentionSettings().schema_usage - timedelta(hours=1)
    assert await sweep_schema_usage(work) == 0
    world.clock.now += timedelta(hours=2)
    assert await sweep_schema_usage(work) == 1
    assert await load_usage(world.service, DAY) == []


def count(book: UsageBook, number: int, text: str = "{ a }", *, is_stranger: bool = False) -> None:
    used = UsedDocument(DAY, "desk", str(number), text)
    book.count_document(used, DOCUMENT, is_stranger=is_stranger)


def test_a_process_keeps_so_many_documents_and_strangers_fill_half_of_its_room() -> None:
    book = UsageBook()
    book.is_open = True
    for number in range(MOST_COUNTED + 5):
        count(book, -number - 1, is_stranger=True)
    for number in range(MOST_COUNTED + 5):
        count(book, number)
    count(book, 0)
    taken = book.take_documents()
    assert (len(taken), sum(times for *_, times in taken)) == (MOST_COUNTED, MOST_COUNTED + 1)
    assert sum(used.version.startswith("-") for used, *_ in taken) == MOST_COUNTED // 2


def test_a_process_keeps_so_many_characters_and_strangers_fill_half_of_its_room() -> None:
    book = UsageBook()
    book.is_open = True
    long = "#" * (MOST_CHARACTERS // 2 + 1)
    count(book, 1, long, is_stranger=True)
    assert book.take_documents() == []
    count(book, 1, long)
    count(book, 2, long + "#")
    assert [used.version for used, *_ in book.take_documents()] == ["1"]
