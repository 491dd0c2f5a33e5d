"""A small schema behind the real door, and ways to knock on it."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from enum import Enum
from typing import NewType

import httpx
import strawberry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Mount
from starlette.types import ASGIApp, Message
from starlette.websockets import WebSocket
from strawberry.schema.config import StrawberryConfig
from strawberry.types.scalar import ScalarDefinition

from server.http.deadline import Deadline
from server.http.document_admission import make_admission
from server.http.endpoint import DONE_KEY, Endpoint
from server.http.limits import Limits
from server.http.masking import MaskedSchema
from server.http.strict_http import StrictHttp
from server.telemetry.log import AccessLog

SECONDS = 60
NEVER = 3600
EVENTS: list[str] = []
GATE = asyncio.Event()
CONTEXTS: list[object] = []
SECRET = "110101199003071234"


def read_money(value: object) -> str:
    raise ValueError(f"cannot read {value}")


Money = NewType("Money", str)
MONEY = strawberry.scalar(name="Money", serialize=str, parse_value=read_money)
SCALARS: dict[object, ScalarDefinition] = {Money: MONEY}


@strawberry.type
class Person:
    name: str = "x"

    @strawberry.field
    async def friends(self) -> list["Person"]:
        return []

    @strawberry.field
    async def friend(self) -> "Person":
        return Person()

    @strawberry.field
    async def page(self, first: int | None = None) -> "Page":
        return Page()


@strawberry.type
class Edge:
    node: Person


@strawberry.type
class Page:
    nodes: list[Person] = strawberry.field(default_factory=list)
    edges: list[Edge] = strawberry.field(default_factory=list)


@strawberry.input
class PersonInput:
    age: int
    name: str | None = None


async def rest(end: Awaitable[object], name: str) -> str:
    EVENTS.append(f"{name} starts")
    try:
        await end
    except asyncio.CancelledError:
        EVENTS.append(f"{name} stopped")
        raise
    EVENTS.append(f"{name} done")
    return name


@strawberry.enum
class Colour(Enum):
    RED = "RED"
    GREEN = "GREEN"


@strawberry.type
class Query:
    @strawberry.field
    async def paint(self, colour: Colour) -> str:
        return colour.value

    @strawberry.field
    async def viewer(self) -> Person:
        return Person()

    @strawberry.field
    async def echo(self, n: int = 0, ids: list[int] | None = None, text: str = "") -> int:
        return n

    @strawberry.field
    async def pay(self, money: Money) -> str:
        return "paid"

    @strawberry.field
    async def add(self, person: PersonInput) -> int:
        return person.age

    @strawberry.field
    async def fault(self) -> str | None:
        raise LookupError(f"row {SECRET} of table secret_table")

    @strawberry.field
    async def sleep(self, seconds: float) -> str:
        return await rest(asyncio.sleep(seconds), "query")


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def write(self, info: strawberry.Info, seconds: float = 0) -> str:
        said = await rest(asyncio.sleep(seconds), "mutation")
        info.context["connection"].scope[DONE_KEY].append(info.path.key)
        return said

    @strawberry.mutation
    async def hold(self) -> str:
        """Last until the gate is opened."""
        return await rest(GATE.wait(), "mutation")


class SuggestingSchema(MaskedSchema):
    suggests = True


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def count(self, to: int = 2) -> AsyncGenerator[int, None]:
        for n in range(to):
            await asyncio.sleep(0)
            yield n


async def make_context(connection: Request | WebSocket) -> dict[str, object]:
    context: dict[str, object] = {"connection": connection}
    connection.scope[DONE_KEY] = []
    CONTEXTS.append(context)
    return context


def make_schema(
    limits: Limits | None = None,
    seconds: float = NEVER,
    choose_limits: Callable[[object], Limits] | None = None,
    *,
    suggests: bool = False,
) -> MaskedSchema:
    kind = SuggestingSchema if suggests else MaskedSchema
    return kind(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        extensions=[
            AccessLog,
            lambda: Deadline(seconds),
            make_admission(limits or Limits(nodes=100_000), choose_limits, suggests=suggests),
        ],
        config=StrawberryConfig(scalar_map=SCALARS),
    )


def make_app(schema: MaskedSchema | None = None, ide: ASGIApp | None = None) -> Starlette:
    endpoint = Endpoint(schema or make_schema(), make_context)
    return Starlette(routes=[Mount("/graphql", StrictHttp(view=endpoint, ide=ide))])


def client(app: ASGIApp | None = None) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app or make_app())
    return httpx.AsyncClient(transport=transport, base_url="http://probe", follow_redirects=False)


async def ask(
    query: str, variables: dict[str, object] | None = None, app: ASGIApp | None = None
) -> httpx.Response:
    async with client(app) as http:
        return await http.post("/graphql/", json={"query": query, "variables": variables})


async def post(raw: bytes, **headers: str) -> httpx.Response:
    given = {"content-type": "application/json"} | {
        k.replace("_", "-"): v for k, v in headers.items()
    }
    async with client() as http:
        return await http.post("/graphql/", content=raw, headers=given)


def code(response: httpx.Response) -> str:
    return str(response.json()["errors"][0]["extensions"]["code"])


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(SECONDS):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


class Connection:
    """One ASGI connection, driven by hand, that can hang up."""

    def __init__(self, app: ASGIApp, scope: dict[str, object]) -> None:
        self.inbox: asyncio.Queue[Message] = asyncio.Queue()
        self.outbox: asyncio.Queue[Message] = asyncio.Queue()
        base = {
            "path": "/graphql/",
            "raw_path": b"/graphql/",
            "root_path": "",
            "query_string": b"",
            "server": ("probe", 80),
            "client": ("c", 1),
            "http_version": "1.1",
            "state": {},
        }
        running: Awaitable[None] = app({**base, **scope}, self.inbox.get, self.outbox.put)
        self.task = asyncio.ensure_future(running)

    async def next(self) -> Message:
        async with asyncio.timeout(SECONDS):
            return await self.outbox.get()
