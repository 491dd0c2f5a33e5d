"""Kinds of crowds: each keeps the service as busy as it can until it is stopped."""

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from graphql import GraphQLSchema, build_schema

from demonstration.data.account import PASSWORD
from gateways.fair_line import Crowded
from tests.crowd.client import HOST, Answer, connect
from tests.factories.files import a_pdf
from tests.factories.roster import a_roster, a_row
from tests.worst.shapes import SHAPES, Shape

ROOT = Path(__file__).parents[2]
BOMBS = (
    *("literals", "variables", "unknown", "inline", "json", "overlap", "fragments"),
    *("directives", "aliases", "introspection", "operations", "texts", "json_rows"),
)
"""13 of the shapes that `make worst` searches, each as large as it gets and at parts of that."""

PARTS = (1, 4, 16, 64)
BOMBS_PER_SECOND = 10
CROWD, SLOW, IDLE = 200, 200, 1_000
TRICKLE_SECONDS = 0.5
UPLOAD_BYTES = 1024 * 1024
ROSTER_ROWS = 300

SIGN_IN = "mutation ($input: CredentialsInput!) { signIn(input: $input) { __typename } }"
TOKEN = """mutation ($input: CredentialsInput!) { signIn(input: $input) {
  ... on SessionPayload { accessToken } } }"""
LOOK_UP = "mutation ($input: PersonLookUpInput!) { lookUpPerson(input: $input) { __typename } }"
EXPORT = "{ export(list: CLAIM_LINES, format: XLSX) { url } }"
UPLOAD = """mutation ($input: UploadDraftInput!) { requestUpload(input: $input) {
  ... on UploadPayload { upload { url } } } }"""
ROSTER_UPLOAD = """mutation ($input: FileDraftInput!) { requestRosterUpload(input: $input) {
  ... on UploadPayload { upload { id url } } } }"""
ROSTER = "mutation ($input: RosterDraftInput!) { createRoster(input: $input) { __typename } }"


@dataclass
class Target:
    """A running service, who may ask it for what, and what it has answered the crowd."""

    port: int
    ordinary: str
    unit: str
    auditor: str
    schema: GraphQLSchema = field(
        default_factory=lambda: build_schema((ROOT / "schema.graphql").read_text("utf-8"))
    )
    roster: bytes = field(
        default_factory=lambda: a_roster([a_row(n) for n in range(1, ROSTER_ROWS + 1)])
    )
    statuses: Counter[int] = field(default_factory=Counter)
    numbers: Iterator[int] = field(default_factory=count)

    def note(self, answer: Answer) -> Answer:
        """Count an answer by its status."""
        self.statuses[answer.status] += 1
        return answer

    async def ask(
        self, document: str, variables: object = None, token: str | None = None
    ) -> Answer:
        """Send a document over a connection of its own."""
        try:
            async with connect(self.port) as connection:
                return self.note(await connection.ask(document, variables, token))
        except OSError:
            return self.note(Answer(0))

    async def send(self, path: str, body: bytes | None = None) -> Answer:
        """Fetch a file, or send one."""
        try:
            async with connect(self.port) as connection:
                return self.note(await connection.send(path, body, "PUT"))
        except OSError:
            return self.note(Answer(0))


Kind = Callable[[Target], Awaitable[None]]
KINDS: dict[str, Kind] = {}


def _enter(name: str) -> Callable[[Kind], Kind]:
    def enter(kind: Kind) -> Kind:
        KINDS[name] = kind
        return kind

    return enter


async def try_sign_in(port: int, account: str, address: str = HOST) -> Answer:
    """Sign in to an account of the demonstration, and give what came of it."""
    asked = {"input": {"account": account, "password": PASSWORD}}
    try:
        async with connect(port, address) as connection:
            return await connection.ask(TOKEN, asked)
    except OSError:
        return Answer(0)


async def sign_in(port: int, account: str) -> str:
    """Sign in, again where too many do or the machine is slow, and return the token."""
    while True:
        answer = await try_sign_in(port, account)
        if answer.status == 200:
            return str(answer.json["data"]["signIn"]["accessToken"])
        await asyncio.sleep(Crowded.seconds)


def build_bomb(target: Target, shape: Shape, part: int) -> tuple[str, object]:
    """Build a bomb of a part of its full size, unlike every other one."""
    knobs = {name: most // part for name, most in shape.most.items()}
    document, given = shape.build(target.schema, knobs)
    return f"{document} #{next(target.numbers)}", given


def _make_bomb(shape: Shape) -> Kind:
    async def throw(target: Target) -> None:
        """Send one size after another, whether or not those before were answered."""
        async with asyncio.TaskGroup() as group:
            while True:
                number = next(target.numbers)
                document, given = build_bomb(target, shape, PARTS[number // 2 % len(PARTS)])
                who = target.unit if number % 2 else None
                group.create_task(target.ask(document, given, who))
                await asyncio.sleep(1 / BOMBS_PER_SECOND)

    return throw


for each in SHAPES:
    if each.name in BOMBS:
        KINDS[f"bomb: {each.name}"] = _make_bomb(each)


@_enter("200 slow heads")
async def trickle_heads(target: Target) -> None:
    await _trickle(target, b"GET /graphql HTTP/1.1\r\nhost: x\r\n", b"x: y\r\n", SLOW)


@_enter("200 slow bodies")
async def trickle_bodies(target: Target) -> None:
    head = "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
    await _trickle(target, f"{head}content-length: 20000\r\n\r\n".encode(), b" ", SLOW)


@_enter("1,000 idle connections")
async def hold_connections(target: Target) -> None:
    await _trickle(target, b"", b"", IDLE)


async def _trickle(target: Target, first: bytes, then: bytes, crowd: int) -> None:
    """Keep so many connections open, each of which says a little now and then."""
    async with AsyncExitStack() as stack:
        held = [await stack.enter_async_context(connect(target.port)) for _ in range(crowd)]
        for each in held:
            each.writer.write(first)
        while True:
            await asyncio.sleep(TRICKLE_SECONDS)
            for each in held:
                with suppress(OSError):
                    each.writer.write(then)


async def _crowd(one: Callable[[], Awaitable[Any]]) -> None:
    """Let 200 do the same at once, each of them again after so long as `Retry-After` says."""

    async def go_on() -> None:
        while True:
            await one()
            await asyncio.sleep(Crowded.seconds)

    async with asyncio.TaskGroup() as group:
        for _ in range(CROWD):
            group.create_task(go_on())


@_enter("200 sign-ins")
async def sign_in_all(target: Target) -> None:
    async def one() -> None:
        account = f"nobody-{next(target.numbers)}"
        await target.ask(SIGN_IN, {"input": {"account": account, "password": "wrong-2026-x"}})

    await _crowd(one)


@_enter("200 introspections")
async def introspect_all(target: Target) -> None:
    async def one() -> None:
        fields = f"a{next(target.numbers)}: fields {{ name type {{ name kind }} }}"
        await target.ask(f"{{ __schema {{ types {{ name {fields} }} }} }}", None, target.unit)

    await _crowd(one)


@_enter("200 exports")
async def export_all(target: Target) -> None:
    async def one() -> None:
        answer = await target.ask(EXPORT, None, target.auditor)
        found = answer.json.get("data") if answer.status == 200 else None
        if found and found["export"]:
            await target.send(found["export"]["url"])

    await _crowd(one)


@_enter("200 rosters")
async def send_rosters(target: Target) -> None:
    async def one() -> None:
        asked = {"name": "人员.xlsx", "size": len(target.roster)}
        upload = await _announce(target, ROSTER_UPLOAD, "requestRosterUpload", asked)
        if upload is None or (await target.send(upload["url"], target.roster)).status != 204:
            return
        draft = {"kind": "HIRING", "place": "220104", "uploadId": upload["id"]}
        await target.ask(ROSTER, {"input": draft}, target.unit)

    await _crowd(one)


@_enter("200 look-ups")
async def look_up_all(target: Target) -> None:
    async def one() -> None:
        person = {"name": "无人", "idNumber": "220104200305040017"}
        await target.ask(LOOK_UP, {"input": person}, target.unit)

    await _crowd(one)


@_enter("200 uploads")
async def upload_all(target: Target) -> None:
    content = a_pdf(UPLOAD_BYTES)

    async def one() -> None:
        asked = {"recordKind": "DECLARATION", "name": "证明.pdf", "size": len(content)}
        upload = await _announce(target, UPLOAD, "requestUpload", asked)
        if upload is not None:
            await target.send(upload["url"], content)

    await _crowd(one)


async def _announce(target: Target, document: str, name: str, asked: object) -> Any:
    answer = await target.ask(document, {"input": asked}, target.unit)
    found = json.loads(answer.body).get("data") if answer.status == 200 else None
    return found[name].get("upload") if found and found[name] else None
