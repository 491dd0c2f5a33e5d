"""What may cost much is answered by the offload process, and here where that is away (ADR 0108)."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send
from strawberry.http import GraphQLRequestData

from gateways.fair_line import Crowded, FairLine
from server.http.app import build_offload
from server.http.endpoint import CLEAN_UP_SECONDS, Endpoint
from server.http.offload import READ_HERE, Offload
from server.http.patience import INSIST_SECONDS
from server.http.strict_http import BODY_KEY, CONTEXT_KEY, READ_KEY, StrictHttp
from server.http.trusted_documents import DocumentBook
from server.runtime.offload import converse
from server.settings.settings import Settings
from tests.server.graphql_probe import make_app, make_context, make_schema, until

READ = "{ viewer { name } }"
ANSWER = {"data": {"viewer": {"name": "x"}}}
SIGNED_IN = {"authorization": "Bearer somebody"}


def find_account(scope: Scope) -> str | None:
    return "somebody" if any(n == b"authorization" for n, _ in scope["headers"]) else None


@dataclass
class Counted:
    """An application, and how many requests came to it."""

    app: ASGIApp
    count: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.count += 1
        await self.app(scope, receive, send)


@dataclass
class TwoProcesses:
    """A service, the process that it hands requests to, and which of them answered."""

    path: Path
    there: Counted = field(default_factory=lambda: Counted(make_app()))

    def __post_init__(self) -> None:
        self.offload = Offload(self.path, find_account, answer_seconds=30)
        self.here = Counted(Endpoint(make_schema(), make_context))
        door = StrictHttp(view=self.here, offload=self.offload)
        self.app: ASGIApp = Starlette(
            routes=[Route("/graphql/", door, methods=["GET", "HEAD", "POST"])]
        )

    async def send(
        self,
        content: bytes | str = "",
        headers: dict[str, str] | None = None,
        method: str = "POST",
        address: str = "127.0.0.1",
    ) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, client=(address, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://probe") as client:
            told = {"content-type": "application/json"} if method == "POST" else {}
            url = "/graphql/" if method == "POST" else f"/graphql/?query={content!s}"
            body = content if method == "POST" else None
            return await client.request(method, url, content=body, headers=told | (headers or {}))

    async def ask(self, query: str, **headers: str) -> httpx.Response:
        return await self.send(json.dumps({"query": query}), headers)

    @asynccontextmanager
    async def listen(self) -> AsyncIterator[None]:
        """Let the other process listen."""

        async def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await converse(Starlette(), self.there, reader, writer)

        async with await asyncio.start_unix_server(begin, self.path):
            yield


@pytest.fixture
def two() -> Iterator[TwoProcesses]:
    with TemporaryDirectory() as directory:
        yield TwoProcesses(Path(directory) / "offload")


async def test_whoever_is_not_signed_in_is_answered_there_whatever_they_ask(
    two: TwoProcesses,
) -> None:
    async with two.listen():
        answers = [await two.ask(READ) for _ in range(5)]
    assert [answer.json() for answer in answers] == [ANSWER] * 5
    assert (two.here.count, two.there.count) == (0, 5)


async def test_a_document_is_answered_there_until_it_has_been_used_enough(
    two: TwoProcesses,
) -> None:
    async with two.listen():
        answers = [await two.ask(READ, **SIGNED_IN) for _ in range(3)]
    assert [answer.json() for answer in answers] == [ANSWER] * 3
    assert (two.here.count, two.there.count) == (2, 1)


async def test_what_was_paid_for_on_the_short_way_is_answered_here(two: TwoProcesses) -> None:
    """Its points would be taken twice, and its deadline would begin anew."""
    door = two.app

    async def step_aside(scope: Scope, receive: Receive, send: Send) -> None:
        paid = {BODY_KEY: b"-", READ_KEY: GraphQLRequestData(READ, {}, None, None)}
        await door({**scope, **paid, CONTEXT_KEY: object()}, receive, send)

    two.app = step_aside
    async with two.listen():
        answers = [await two.ask(READ), await two.ask(READ, **SIGNED_IN)]
    assert [answer.json() for answer in answers] == [ANSWER] * 2
    assert (two.here.count, two.there.count) == (2, 0)


@pytest.mark.parametrize(
    "query", ["{ viewer { nmae } }", "{ viewer { name }", "{ a: viewer { name } a: echo }"]
)
async def test_a_faulty_document_is_answered_there_however_often_it_comes(
    two: TwoProcesses, query: str
) -> None:
    async with two.listen():
        answers = [await two.ask(query, **SIGNED_IN) for _ in range(4)]
        old = await two.ask(query, accept="application/json", **SIGNED_IN)
    assert {answer.status_code for answer in answers} == {400}
    assert old.status_code == 200
    assert (two.here.count, two.there.count) == (0, 5)


async def test_a_large_body_is_answered_there_unread(two: TwoProcesses) -> None:
    large = json.dumps({"query": READ, "variables": {"a": "x" * READ_HERE.body_bytes}})
    many = json.dumps({"query": READ, "variables": {"a": [[]] * READ_HERE.json_values}})
    async with two.listen():
        await two.ask(READ, **SIGNED_IN)
        answers = [await two.send(body, SIGNED_IN) for body in (large, many, large, many)]
    assert [answer.json() for answer in answers] == [ANSWER] * 4
    assert (two.here.count, two.there.count) == (0, 5)


async def test_a_malformed_body_is_refused_here(two: TwoProcesses) -> None:
    async with two.listen():
        answer = await two.send(b"{", SIGNED_IN)
    assert (answer.status_code, two.there.count) == (400, 0)
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_JSON"


async def test_a_get_is_handed_over_with_its_query(two: TwoProcesses) -> None:
    async with two.listen():
        answer = await two.send("{viewer{name}}", method="GET")
        refused = await two.send("mutation{write}", method="GET")
    assert answer.json() == ANSWER
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
    assert (two.here.count, two.there.count) == (0, 2)


async def test_where_the_process_is_away_everybody_is_answered_here(two: TwoProcesses) -> None:
    answers = [await two.ask(READ), await two.ask(READ, **SIGNED_IN)]
    assert [answer.json() for answer in answers] == [ANSWER] * 2
    assert (two.here.count, two.there.count) == (2, 0)


async def test_a_process_that_ends_with_a_request_is_503_with_when_to_try_again(
    two: TwoProcesses,
) -> None:
    async def end(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_unix_server(end, two.path):
        answer = await two.ask(READ)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
    assert two.here.count == 0


async def test_one_too_many_is_told_when_to_come_again_and_costs_nothing_there(
    two: TwoProcesses,
) -> None:
    two.offload.strangers = FairLine(places=1, longest=1)
    async with two.listen(), two.offload.strangers.hold_place("probe"):
        crowded = await two.ask(READ)
        known = await two.ask(READ, **SIGNED_IN)
    assert crowded.status_code == 429
    assert 2 <= int(crowded.headers["retry-after"]) <= 6
    assert crowded.json()["errors"][0]["extensions"]["code"] == "TOO_BUSY"
    assert known.json() == ANSWER
    assert two.there.count == 1


async def test_one_address_in_line_again_and_again_gives_way_to_another(two: TwoProcesses) -> None:
    line = two.offload.strangers = FairLine(places=1, longest=3)
    async with two.listen(), line.hold_place("crowd"):
        waiting = [asyncio.create_task(_wait(line, "crowd")) for _ in range(2)]
        await asyncio.sleep(0)
        answer = asyncio.create_task(two.ask(READ))
        crowded_out = await asyncio.wait_for(asyncio.shield(waiting[1]), 5)
    assert crowded_out == "sent away"
    assert (await answer).json() == ANSWER
    assert await waiting[0] == "served"


async def test_j3_all_addresses_of_one_host_are_one_in_line(two: TwoProcesses) -> None:
    """Whoever has a /64 of IPv6 would keep everybody else from signing in."""
    line = two.offload.strangers = FairLine(places=1, longest=3)
    body = json.dumps({"query": READ})
    async with two.listen():
        async with line.hold_place("probe"):
            flood = [asyncio.create_task(two.send(body, address=f"2001:db8::{n}")) for n in (1, 2)]
            await until(lambda: len(line) == 3)
            other = asyncio.create_task(two.send(body, address="2001:db8:0:1::1"))
            crowded_out = await flood[1]
        answers = await asyncio.gather(flood[0], other)
    assert crowded_out.status_code == 429
    assert [answer.json() for answer in answers] == [ANSWER] * 2


async def _wait(line: FairLine, who: str) -> str:
    try:
        async with line.hold_place(who):
            return "served"
    except Crowded:
        return "sent away"


async def test_an_answer_is_waited_for_until_the_process_says_itself_that_it_is_late(
    two: TwoProcesses,
) -> None:
    """Half a minute was waited for, whatever the deadline was set to."""
    settings = Settings(operation_deadline_seconds=60)
    offload = build_offload(settings, two.path, DocumentBook())
    assert offload.answer_seconds >= 60 + CLEAN_UP_SECONDS + INSIST_SECONDS


async def test_what_a_client_left_is_not_finished_there(two: TwoProcesses) -> None:
    left = asyncio.Event()

    async def listen_on(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        if (await receive())["type"] == "http.disconnect":
            left.set()

    two.there.app = listen_on
    bodies = [json.dumps({"query": READ}).encode()]

    async def receive() -> dict[str, object]:
        if bodies:
            return {"type": "http.request", "body": bodies.pop()}
        return {"type": "http.disconnect"}

    async def send(_: object) -> None: ...

    scope = {
        **{"type": "http", "method": "POST", "path": "/", "root_path": "", "scheme": "http"},
        **{"http_version": "1.1", "client": ("a", 1), "server": ("b", 2), "query_string": b""},
        "headers": [(b"content-type", b"application/json")],
    }
    door = StrictHttp(view=two.here, offload=two.offload)
    async with two.listen():
        await door(scope, receive, send)
        await asyncio.wait_for(left.wait(), 5)
    assert two.here.count == 0


async def test_figures_of_the_process_are_fetched_and_lack_where_it_is_away(
    two: TwoProcesses,
) -> None:
    async def answer_figures(scope: Scope, _: Receive, send: Send) -> None:
        assert (scope["method"], scope["path"]) == ("GET", "/metrics")
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"figures 1\n"})

    assert await two.offload.fetch_metrics() == ""
    two.there.app = answer_figures
    async with two.listen():
        assert await two.offload.fetch_metrics() == "figures 1\n"
