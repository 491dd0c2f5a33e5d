"""Answers that are the same for all viewers are kept by caches; no other one ever is."""

import json
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import GraphQLObjectType, GraphQLSchema, get_named_type, is_required_argument
from starlette.datastructures import Headers
from starlette.types import Message

from server.http.app import build_served_schema, create_app
from server.http.shared_answer import SHARED_FIELDS, is_shared_document, wrap_shared_send
from server.settings.manifest import hash_document
from tests.factories.database import Database
from tests.factories.internship_scenario import InternshipScenario
from tests.factories.world import TIMEOUT_SECONDS, World, a_world, add_officials, build_settings
from tests.schema.payment.test_publicity import approved, named, publish

MONTHS = ("2024-08", "2024-09", "2024-10")
REGIONS = "query Regions { regions { code name } }"
VIEWER = "{ viewer { name } }"
BROKEN = 'query { node(id: "x") { id } regions { code } }'
HOTLINE = "query ($region: RegionCode!) { accountRules(region: $region) { hotline } }"
DOCUMENTS = {"regions": REGIONS, "viewer": VIEWER, "broken": BROKEN, "hotline": HOTLINE}


PERSISTED = {"persistedQuery": {"version": 1, "sha256Hash": hash_document(REGIONS)}}


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    (tmp_path / "desk.json").write_text(json.dumps(DOCUMENTS))
    async with a_world(database) as made:
        await add_officials(made)
        await made.add_unit("unit")
        yield made


@pytest.fixture
async def client(
    world: World, database: Database, tmp_path: Path
) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(build_settings(database, trusted_documents=tmp_path))
    app.state.service = world.service
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://jiuye.test") as opened:
        yield opened


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_served_schema(TIMEOUT_SECONDS, "signed_in")._schema


async def get(client: httpx.AsyncClient, name: str, **headers: str) -> httpx.Response:
    return await client.get(f"/graphql?documentId={name}", headers=headers)


async def test_a_trusted_document_that_is_the_same_for_all_is_named_and_asked_about(
    client: httpx.AsyncClient, world: World
) -> None:
    first = await get(client, "regions")
    assert first.status_code == 200
    assert first.headers["cache-control"] == "public, max-age=60"
    assert {"accept", "accept-language"} <= set(first.headers["vary"].lower().split(", "))
    assert "ratelimit" not in first.headers
    token = f"Bearer {world.issue_token('officer')}"
    again = await get(
        client, "regions", authorization=token, **{"if-none-match": first.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert (await get(client, "regions", **{"if-none-match": 'W/"x"'})).content == first.content


@pytest.mark.parametrize(
    "asked",
    [
        {"documentId": "viewer"},
        {"documentId": "broken"},
        {"documentId": "hotline", "variables": '{"region": "999999"}'},
        {"query": "{ regions { code } }"},
        {"documentId": "regions", "extensions": '{"cost": true}'},
        {"documentId": "regions", "operationName": "Another"},
    ],
)
async def test_any_other_answer_is_kept_by_nobody(
    client: httpx.AsyncClient, asked: dict[str, str]
) -> None:
    answer = await client.get("/graphql", params=asked, headers={"if-none-match": "*"})
    assert answer.status_code in {200, 400}
    assert "etag" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


async def test_the_text_of_a_trusted_document_is_as_good_as_its_name_and_post_is_not(
    client: httpx.AsyncClient,
) -> None:
    named = {"query": REGIONS, "operationName": "Regions"}
    for asked in (named, {**named, "extensions": json.dumps(PERSISTED)}):
        assert "etag" in (await client.get("/graphql", params=asked)).headers
    by_post = await client.post("/graphql", json={"documentId": f"sha256:{hash_document(REGIONS)}"})
    assert by_post.status_code == 200
    assert "etag" not in by_post.headers


async def test_an_answer_in_parts_is_sent_as_it_comes() -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    parts: list[Message] = [
        {"type": "http.response.start", "status": 200, "headers": []},
        {"type": "http.response.body", "body": b"{", "more_body": True},
        {"type": "http.response.body", "body": b"}"},
    ]
    shared = wrap_shared_send(send, Headers({"if-none-match": "*"}))
    for part in parts:
        await shared(part)
    assert sent == parts


async def test_a_document_whose_manifest_is_gone_is_kept_by_nobody(
    client: httpx.AsyncClient, tmp_path: Path
) -> None:
    assert "etag" in (await client.get("/graphql", params={"query": REGIONS})).headers
    (tmp_path / "desk.json").unlink()
    os.utime(tmp_path, ns=(1, 1))
    assert "etag" not in (await client.get("/graphql", params={"query": REGIONS})).headers


@pytest.mark.parametrize(
    ("text", "shared"),
    [
        ("{ regions { code } signInProviders { __typename } }", True),
        ("{ publicNotices { edges { node { title lines { totalCount } } } } }", True),
        ("{ ...A } fragment A on Query { regions { code } }", True),
        ("{ ...A } fragment A on Query { regions { code } viewer { name } }", False),
        ("{ ... on Query { viewer { name } } }", False),
        ("{ regions: viewer { name } }", False),
        ("{ rateLimit { remaining } }", False),
        ("{ nobody }", False),
        ("query A { regions { code } } query B { viewer { name } }", False),
        ("mutation { requestSignInTicket { __typename } }", False),
        ("{", False),
    ],
)
def test_what_depends_on_who_asks_is_not_shared(
    schema: GraphQLSchema, text: str, shared: bool
) -> None:
    assert is_shared_document(schema, text) is shared


async def test_shared_fields_say_the_same_to_everybody(world: World, schema: GraphQLSchema) -> None:
    await publish_notice(world)
    ids = (await world.ask("{ publicNotices { edges { node { id } } } }")).only["edges"]
    given = {"region": '"220104"', "enum": '"ClaimKind"', "id": json.dumps(ids[0]["node"]["id"])}
    for name in sorted(SHARED_FIELDS - {"__typename"}):
        document = f"{{ {select_whole(schema, name, given)} }}"
        assert is_shared_document(schema, document), document
        alone = await world.ask(document)
        assert alone.data[name] is not None, name
        for who in ("unit", "officer", "city", "province"):
            assert (await world.ask(document, who)).body == alone.body, (name, who)


async def publish_notice(world: World) -> None:
    chain = InternshipScenario(world)
    await chain.approve_declaration()
    await chain.add_post()
    interns = [await chain.approve_intern(number) for number in (1, 2)]
    for month in MONTHS:
        await chain.approve_reports(month, *interns)
    await chain.confirm_parameters()
    claim = await approved(chain)
    await publish(chain, named(*claim["lines"]))


def select_whole(schema: GraphQLSchema, name: str, given: dict[str, str]) -> str:
    """Spell a field of the query with everything below it."""
    assert schema.query_type is not None
    field = schema.query_type.fields[name]
    needed = [each for each, about in field.args.items() if is_required_argument(about)]
    arguments = ", ".join(f"{each}: {given[each]}" for each in needed)
    below = " ".join(list_selections(field.type, 0))
    return f"{name}{f'({arguments})' if needed else ''}{f' {{ {below} }}' if below else ''}"


def list_selections(type_: Any, level: int) -> Iterator[str]:
    named_type = get_named_type(type_)
    if not isinstance(named_type, GraphQLObjectType) or level > 6:
        return
    for name, field in named_type.fields.items():
        below = " ".join(list_selections(field.type, level + 1))
        if below or not isinstance(get_named_type(field.type), GraphQLObjectType):
            yield f"{name} {{ {below} }}" if below else name
