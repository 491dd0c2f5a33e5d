"""The short way of known reads: the same bytes, headers, line and figures as the usual way."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import asyncpg
import httpx
import orjson
import pytest
from starlette.routing import Route
from structlog.testing import capture_logs

from gateways.point_ledger import PointLedger
from rules.kernel.point_budget import PointBudgets
from server.http.app import Application
from server.http.endpoint import Endpoint
from server.http.known_read import KnownReads
from server.http.strict_http import StrictHttp
from server.telemetry.client_label import CLIENT_COUNTER
from server.telemetry.metrics import OPERATION_COUNTER
from tests.executor.scene import BothPaths
from tests.server.graphql_probe import Connection, make_context, make_schema, until

POST = "query Post($id: ID!) { node(id: $id) { ... on Post { id name } } }"
UNITS = "query Units($n: Int = 2) { units(first: $n) { totalCount edges { node { name } } } }"
BIG = "{ claims(first: 100) { edges { node { id lines { id amount explanation { why } } } } } }"
SWITCHED = "query ($x: Boolean!) { __typename posts @include(if: $x) { totalCount } }"
MUTATION = "mutation { setFavourites(input: {functions: []}) { __typename } }"
TWO = "query A { viewer { name } } query B { viewer { role } }"
JSON = {"content-type": "application/json"}


@dataclass(frozen=True)
class Sent:
    """What is sent, by whom, and whether the short way is to answer it."""

    told: str
    body: bytes
    who: str | None = "near"
    headers: Mapping[str, str] | None = None
    short: bool = False
    method: str = "POST"


@dataclass
class Answer:
    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    lines: list[dict[str, Any]]
    counted: dict[tuple[str, ...], float]


def write(query: str, **more: Any) -> bytes:
    return orjson.dumps({"query": query, **more})


def list_requests(paths: BothPaths) -> Iterator[Sent]:
    """List requests of every kind, usual and unusual."""
    ids = paths.known.ids
    posts = [each for each in ids if each.startswith("Post-")]
    for who in ("near", "far", "officer", "city", "person", None):
        for id_ in (posts[0], posts[-1], "garbage", posts[0] + "=", ids[-2]):
            known = who is not None and not id_.startswith("WorkItem")
            told = f"a record, {id_[:20]}"
            yield Sent(told, write(POST, variables={"id": id_}), who, short=known)
        yield Sent("a list", write(UNITS), who, short=who not in {None, "person"})
        yield Sent("a long list", write(BIG), who)
        yield Sent("the viewer", write("{ viewer { name role language } }"), who, short=True)
        yield Sent("a bare field", write("{ __typename }"), who, short=True)
    record = write(POST, variables={"id": posts[0]})
    yield Sent("a name", write(TWO, operationName="B"), short=True)
    yield Sent("no name of two", write(TWO))
    yield Sent("a wrong name", write(TWO, operationName="C"))
    for x in (True, False):
        yield Sent(f"a switch, {x}", write(SWITCHED, variables={"x": x}), short=True)
    yield Sent("no switch", write(SWITCHED, variables={"x": None}))
    given: tuple[Any, ...] = ({}, {"id": None}, {"id": 7}, {"id": [posts[0]]}, {"id": {}}, None)
    for variables in given:
        body = write(POST, variables=variables)
        yield Sent(f"variables {variables}", body, short=variables == {"id": 7})
    for n in (1, 0, -1, 101, None, "x", 1.0, True, 2**40):
        yield Sent(f"first {n}", write(UNITS, variables={"n": n}))
    yield Sent("another variable", write(UNITS, variables={"m": [1, 2]}), short=True)
    spaced = orjson.dumps(orjson.loads(record), option=orjson.OPT_INDENT_2)
    yield Sent("spaces in JSON", spaced, short=True)
    yield Sent("a member twice", record[:-1] + b',"query":"{ __typename }"}')
    yield Sent("a list of requests", b"[" + record + b"]")
    yield Sent("no JSON", record[:-1])
    yield Sent("nothing", b"")
    yield Sent("NUL", write("{ __typename }", operationName="a\0b"))
    yield Sent("a long number", record[:-1] + b',"a":' + b"9" * 101 + b"}")
    yield Sent("a mark in front", b"\xef\xbb\xbf" + record, short=True)
    yield Sent("deep JSON", record[:-1] + b',"a":' + b"[" * 70 + b"]" * 70 + b"}")
    yield Sent("nothing known", write("{ nothing }"))
    yield Sent("no document", write("{"))
    yield Sent("the schema", write("{ __schema { queryType { name } } }"))
    yield Sent(
        "a mutation", write("mutation { setFavourites(input: {functions: []}) { __typename } }")
    )
    yield Sent("no plan", write("{ rateLimit { cost limit remaining } }"))
    for asked in ({"cost": True}, {"plan": True}, {"cost": False}):
        yield Sent(
            f"extensions {asked}", record[:-1] + b',"extensions":' + orjson.dumps(asked) + b"}"
        )
    for name, headers in {
        "modern": {"accept": "application/graphql-response+json"},
        "both": {"accept": "application/graphql-response+json, application/json;q=0.9"},
        "plain": {"accept": "application/json"},
        "English": {"accept-language": "en-GB,en;q=0.9"},
        "unpacked": {"accept-encoding": "identity"},
        "packed": {"accept-encoding": "br, gzip"},
        "a program": {"apollographql-client-name": "见习", "graphql-client-version": "1"},
        "a known program": {"graphql-client-name": "app", "graphql-client-version": "1.2"},
        "a charset": {"content-type": "application/json; charset=utf-8"},
        "an origin": {"origin": "https://example.org"},
    }.items():
        yield Sent(name, record, headers=headers, short=True)
        yield Sent(f"{name}, refused", write("{ nothing }"), headers=headers)
        yield Sent(f"{name}, long", write(BIG), headers=headers)
    for name, headers in {
        "no accept": {"accept": "image/png"},
        "a page": {"accept": "text/html"},
        "no JSON by its type": {"content-type": "text/plain"},
        "another charset": {"content-type": "application/json; charset=gbk"},
        "packed by its sender": {"content-encoding": "gzip"},
        "a worthless token": {"authorization": "Bearer garbage"},
        "no bearer": {"authorization": "Basic abc"},
        "at the counter": {"jiuye-on-behalf-of": "Unit-garbage"},
    }.items():
        yield Sent(name, record, headers=headers)
    yield Sent("by PUT", record, method="PUT")


async def send(paths: BothPaths, sent: Sent, *, usual: bool) -> tuple[Answer, bool]:
    """Send a request by one way, with whole budgets; tell whether the short way answered."""
    world, app = paths.world, paths.world.app
    assert isinstance(app, Application)
    headers = {**JSON, **(sent.headers or {})}
    if sent.who is not None and "authorization" not in headers:
        headers["authorization"] = f"Bearer {world.issue_token(sent.who)}"
    coded = [(name.encode(), value.encode()) for name, value in headers.items()]
    before = app.state.service
    short, answered = app.known_reads, []
    counted = _list_figures()
    try_answer = KnownReads.try_answer

    async def watch_try(reads: KnownReads, *given: Any) -> bool:
        answered.append(await try_answer(reads, *given))
        return bool(answered[-1])

    with capture_logs() as lines, patch.object(KnownReads, "try_answer", watch_try):
        app.known_reads = None if usual else short
        app.state.service = replace(before, compiled=paths.pool, ledger=PointLedger())
        try:
            response = await world.client.request(
                sent.method, "/graphql", content=sent.body, headers=coded
            )
        finally:
            app.state.service, app.known_reads = before, short
    told = [{k: v for k, v in line.items() if k not in {"ms", "left_out"}} for line in lines]
    figures = {k: v - counted.get(k, 0) for k, v in _list_figures().items() if v != counted.get(k)}
    raw = response.headers.raw
    return Answer(response.status_code, raw, response.content, told, figures), any(answered)


def _list_figures() -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for counter in (OPERATION_COUNTER, CLIENT_COUNTER)
        for metric in counter.collect()
        for sample in metric.samples
        if sample.name.endswith("_total")
    }


async def test_both_ways_give_the_same_answer_with_the_same_headers_line_and_figures(
    paths: BothPaths,
) -> None:
    wrong, ways = [], {True: 0, False: 0}
    for sent in list_requests(paths):
        usual, _ = await send(paths, sent, usual=True)
        said, short = await send(paths, sent, usual=False)
        ways[short] += 1
        if said != usual:
            wrong.append(f"{sent.told} by {sent.who}:\n  {usual}\n  {said}")
        if sent.short and not short:
            wrong.append(f"{sent.told} by {sent.who} took the usual way: {said}")
    assert not wrong, "\n".join(wrong)
    assert min(ways.values()) > 30, ways


@pytest.fixture
def short(paths: BothPaths) -> Iterator[BothPaths]:
    """A world whose compiled reads are on, and in which a bare list is known."""
    state, before = paths.world.app.state, paths.world.app.state.service
    state.service = replace(before, compiled=paths.pool, ledger=PointLedger())
    yield paths
    state.service = before


async def ask(paths: BothPaths, body: bytes, who: str | None = "near") -> httpx.Response:
    headers = {**JSON}
    if who is not None:
        headers["authorization"] = f"Bearer {paths.world.issue_token(who)}"
    return await paths.world.client.post("/graphql", content=body, headers=headers)


@contextmanager
def count_usual_ways() -> Iterator[list[object]]:
    """List the requests that reach the view."""
    came: list[object] = []
    answer = StrictHttp.__call__

    async def count_call(door: StrictHttp, *given: Any) -> None:
        came.append(door)
        await answer(door, *given)

    with patch.object(StrictHttp, "__call__", count_call):
        yield came


async def test_a_known_read_reaches_no_view_and_an_unknown_one_does(short: BothPaths) -> None:
    body = write("{ units { totalCount } nobody_has_asked_this: __typename }")
    with count_usual_ways() as came:
        first = await ask(short, body)
        assert len(came) == 1
        second = await ask(short, body)
    assert len(came) == 1
    assert first.content == second.content


async def test_j3_a_revoked_session_is_not_answered_by_what_is_known(short: BothPaths) -> None:
    service = short.world.app.state.service
    body = write(UNITS)
    for _ in range(2):
        assert (await ask(short, body)).status_code == 200
    account = short.world.accounts["near"].id
    service.revocations.revoke(account)
    try:
        refused = await ask(short, body)
    finally:
        service.revocations.restore(account)
    assert refused.status_code == 401
    assert (await ask(short, body)).status_code == 200


async def test_j3_while_nothing_is_heard_the_database_is_asked(short: BothPaths) -> None:
    service, body = short.world.app.state.service, write(UNITS)
    for _ in range(2):
        assert (await ask(short, body)).status_code == 200
    service.revocations.mark_lost()
    try:
        with count_usual_ways() as came:
            assert (await ask(short, body)).status_code == 200
    finally:
        service.revocations.mark_heard(0.0)
    assert len(came) == 1


async def test_an_expired_token_is_not_answered_by_what_is_known(short: BothPaths) -> None:
    world, body = short.world, write(UNITS)
    headers = {**JSON, "authorization": f"Bearer {world.issue_token('near')}"}
    before = world.clock.now
    for minutes, status in ((0, 200), (0, 200), (9, 200), (11, 401)):
        world.clock.now = before + timedelta(minutes=minutes)
        answer = await world.client.post("/graphql", content=body, headers=headers)
        assert answer.status_code == status, minutes
    world.clock.now = before


async def test_s1_what_is_granted_is_looked_at_each_time(short: BothPaths) -> None:
    service, body = short.world.app.state.service, write("{ viewer { functions } }")
    account = short.world.accounts["officer"].id
    for _ in range(2):
        whole = (await ask(short, body, "officer")).json()["data"]["viewer"]["functions"]
    lost = service.granted_functions[account]
    service.granted_functions[account] = frozenset()
    try:
        left = (await ask(short, body, "officer")).json()["data"]["viewer"]["functions"]
    finally:
        service.granted_functions[account] = lost
    assert len(left) < len(whole)


async def test_known_reads_are_paid_for_and_refused_when_points_are_spent(
    short: BothPaths,
) -> None:
    state, body = short.world.app.state, write(UNITS)
    budgets = PointBudgets(account=100, address=10**6)
    state.service = replace(state.service, budgets=budgets, ledger=PointLedger())
    left = []
    with count_usual_ways() as came:
        for _ in range(5):
            answer = await ask(short, body)
            left.append(answer.headers["ratelimit"].partition(";t=")[0])
    assert left == [f'"account";r={99 - n}' for n in range(5)]
    assert len(came) < 2
    answers = [(await ask(short, body)).status_code for _ in range(100)]
    assert answers == [200] * 95 + [429] * 5


async def test_a_plan_that_steps_aside_is_walked_and_paid_for_once(short: BothPaths) -> None:
    id_ = short.world.accounts["near"].id.hex
    body = write(POST, variables={"id": f"Viewer-{id_}"})
    with count_usual_ways() as came, capture_logs() as lines:
        answers = [await ask(short, body) for _ in range(3)]
    told = [line for line in lines if line["event"] == "operation"]
    assert len(came) == len(told) == 3
    assert {(line["path"], line["aside"]) for line in told} == {
        ("reference", "the viewer as a node")
    }
    left = [answer.headers["ratelimit"].partition(";t=")[0] for answer in answers]
    assert left == [f'"account";r={10**9 - n - 1}' for n in range(3)]


async def test_a_known_read_past_its_deadline_is_stopped_and_answered_504(
    short: BothPaths, owner: asyncpg.Connection
) -> None:
    app, body = short.world.app, write(UNITS)
    assert isinstance(app, Application)
    for _ in range(2):
        assert (await ask(short, body)).status_code == 200
    usual = app.known_reads
    assert usual is not None
    app.known_reads = replace(usual, deadline_seconds=0.3)
    try:
        with capture_logs() as lines:
            async with owner.transaction():
                await owner.execute("LOCK TABLE unit IN ACCESS EXCLUSIVE MODE")
                late = await ask(short, body)
    finally:
        app.known_reads = usual
    assert late.status_code == 504
    assert late.json()["errors"][0]["extensions"]["code"] == "DEADLINE"
    assert [line["status"] for line in lines if line["event"] == "operation"] == ["DEADLINE"]
    assert (await ask(short, body)).status_code == 200


async def test_a_body_that_takes_longer_than_the_deadline_is_answered_all_the_same(
    short: BothPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a minute is given for a body: what it takes is none of its operation's time."""
    endpoint = Endpoint(make_schema(), make_context)
    endpoint.deadline_seconds = 1
    app = Application(routes=[Route("/graphql", StrictHttp(view=endpoint))])
    usual = short.world.app
    assert isinstance(usual, Application)
    app.state.service, app.known_reads = usual.state.service, usual.known_reads
    loop, passed = asyncio.get_running_loop(), [0]
    time = loop.time
    monkeypatch.setattr(loop, "time", lambda: time() + passed[0])
    body = write("{ sleep(seconds: 0.01) }")

    async def send_slowly() -> AsyncIterator[bytes]:
        yield body[:9]
        passed[0] += 20
        yield body[9:]

    headers = {**JSON, "content-length": str(len(body))}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://jiuye"
    ) as client:
        answer = await client.post("/graphql", content=send_slowly(), headers=headers)
    assert answer.json() == {"data": {"sleep": "query"}}


async def test_a_known_read_whose_client_hangs_up_is_stopped(
    short: BothPaths, owner: asyncpg.Connection
) -> None:
    world, body = short.world, write(UNITS)
    for _ in range(2):
        assert (await ask(short, body)).status_code == 200
    token = f"Bearer {world.issue_token('near')}".encode()
    headers = [(b"content-type", b"application/json"), (b"authorization", token)]
    headers += [(b"host", b"jiuye.test"), (b"content-length", str(len(body)).encode())]
    scope = {"type": "http", "method": "POST", "scheme": "http", "headers": headers}
    with count_usual_ways() as came, capture_logs() as lines:
        async with owner.transaction():
            await owner.execute("LOCK TABLE unit IN ACCESS EXCLUSIVE MODE")
            paths = {"path": "/graphql", "raw_path": b"/graphql"}
            connection = Connection(world.app, {**scope, **paths})
            await connection.inbox.put({"type": "http.request", "body": body})
            await connection.inbox.put({"type": "http.disconnect"})
            await until(connection.task.done)
    assert connection.task.exception() is None
    assert came == []
    assert [line["status"] for line in lines if line["event"] == "operation"] == ["abandoned"]
    assert (await ask(short, body)).status_code == 200
