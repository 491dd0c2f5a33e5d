"""One request through the real door, without a database: what it costs the event loop."""

import asyncio
import time
from datetime import UTC, datetime
from itertools import count
from typing import Any, ClassVar, NamedTuple
from unittest.mock import Mock

import orjson
from graphql import (
    ExecutionResult,
    GraphQLError,
    GraphQLObjectType,
    OperationType,
)
from graphql.execution.collect_fields import collect_fields
from graphql.execution.values import get_argument_values
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.routing import Mount
from starlette.types import Message, Scope
from uuid_utils.compat import uuid7

from executor.context import CompiledExecutionContext
from executor.introspection import ALONE, IntrospectionDesk, find_introspection
from executor.node_step import NodeStep
from executor.not_plannable import NotPlannable
from executor.plan_cache import PlanCache
from gateways.point_ledger import PointLedger
from loaders.key import NODE_TYPES
from models import Role
from resolvers.kernel.context import Context
from rules.kernel.point_budget import PointBudgets
from rules.kernel.viewer import Viewer
from schema.api.assembly import assemble_schema
from server.http.app import ServedSchema, list_extensions
from server.http.endpoint import Endpoint
from server.http.introspection import IntrospectionAudience
from server.http.strict_http import StrictHttp
from tests.worst.shapes import list_kinds

TOKEN = b"Bearer somebody"
NOBODY, OFFICER = (
    Viewer(),
    Viewer(account_id=uuid7(), role=Role.DISTRICT_OFFICER, region="220102"),
)
PLANS = PlanCache()


class Request(NamedTuple):
    """A document, its variables, and whether somebody signed in sends it."""

    query: str
    variables: object = None
    signed_in: bool = False
    name: str | None = None


class Answer(NamedTuple):
    """What a request cost, and how it was answered."""

    ms: float
    status: int
    body: bytes


class PlanningOnly(CompiledExecutionContext):
    """Plans a query, or reads a mutation's arguments, and reads nothing."""

    desk: ClassVar[IntrospectionDesk]

    def execute_operation(self, serially: bool | None = None) -> Any:
        """Answer nothing, once all was done that needs no database."""
        if self.operation.operation is OperationType.QUERY:
            asks, further = find_introspection(self.operation, self.fragments)
            if asks:
                return ExecutionResult(None, [ALONE]) if further else self.desk.answer(self, "")
            return self._plan()
        root = self.schema.get_root_type(self.operation.operation)
        if isinstance(root, GraphQLObjectType):
            self._read_arguments(root)
        return ExecutionResult({}, None)

    def _plan(self) -> ExecutionResult:
        try:
            plan = PLANS.require_plan(
                self.schema, self.operation, self.fragments, self.variable_values
            )
        except NotPlannable:
            return ExecutionResult({}, None)
        for step in plan.root.steps if plan.root else ():
            if isinstance(step, NodeStep):
                self._plan_all_nodes(step)
        return ExecutionResult({}, None)

    def _plan_all_nodes(self, step: NodeStep) -> None:
        """Plan as many types as one request may ask for; a viewer is no row of any."""
        for name in NODE_TYPES.keys() & {kind.name for kind in list_kinds(self.schema)}:
            try:
                step.planned(name)
            except NotPlannable:
                continue

    def _read_arguments(self, root: GraphQLObjectType) -> None:
        collected = collect_fields(
            self.schema, self.fragments, self.variable_values, root, self.operation
        )
        for details in collected.grouped_field_set.values():
            node = details[0].node
            field = root.fields.get(node.name.value)
            if field is not None:
                try:
                    get_argument_values(field, node, self.variable_values)
                except GraphQLError:
                    continue


class Probe:
    """Sends requests and says what each of them cost."""

    def __init__(self, introspection: IntrospectionAudience = "everybody") -> None:
        self.desk = IntrospectionDesk()

        class Planning(PlanningOnly):
            desk = self.desk

        schema = assemble_schema(
            ServedSchema, *list_extensions(3_600, introspection), execution=Planning
        )
        self.schema = schema._schema
        endpoint = Endpoint(schema, _build_context, streams_only=True)
        door = StrictHttp(view=endpoint, is_known=_is_known)
        self._app = Starlette(routes=[Mount("/graphql", door)])
        self._numbers = count(1)

    async def measure(self, request: Request, times: int = 1) -> Answer:
        """Return the least that a request cost the event loop; no answer comes from a cache."""
        answers = [
            await self._send(request._replace(query=f"{request.query} #{next(self._numbers)}"))
            for _ in range(times)
        ]
        return min(answers, key=lambda answer: answer.ms)

    async def ask_same(self, query: str) -> Answer:
        """Ask as somebody signed in, by a text that may be known."""
        return await self._send(Request(query, signed_in=True))

    async def _send(self, request: Request) -> Answer:
        members = {
            "query": request.query,
            "variables": request.variables,
            "operationName": request.name,
        }
        body = orjson.dumps(members)
        headers = [(b"content-type", b"application/json")]
        headers.append((b"content-length", str(len(body)).encode()))
        if request.signed_in:
            headers.append((b"authorization", TOKEN))
        sent: list[Message] = []

        bodies = [body]

        async def receive() -> Message:
            if not bodies:
                await asyncio.Event().wait()  # the client listens
            return {"type": "http.request", "body": bodies.pop()}

        async def send(message: Message) -> None:
            sent.append(message)

        await asyncio.sleep(0)
        started = time.thread_time()
        await self._app(_build_scope(headers), receive, send)
        ms = (time.thread_time() - started) * 1_000
        text = b"".join(message.get("body", b"") for message in sent)
        return Answer(ms, sent[0]["status"], text)


UNBOUNDED = PointBudgets(account=10**12, stranger=10**12)


def _build_scope(headers: list[tuple[bytes, bytes]]) -> Scope:
    return {
        "type": "http",
        "method": "POST",
        "path": "/graphql/",
        "raw_path": b"/graphql/",
        "root_path": "",
        "query_string": b"",
        "server": ("probe", 80),
        "client": ("c", 1),
        "http_version": "1.1",
        "headers": headers,
        "state": {},
    }


def _is_known(scope: Scope) -> bool:
    return any(name == b"authorization" for name, _ in scope["headers"])


async def _build_context(connection: HTTPConnection) -> Context:
    viewer = OFFICER if "authorization" in connection.headers else NOBODY
    service = Mock(budgets=UNBOUNDED, ledger=PointLedger(), now=lambda: datetime.now(UTC))
    return Context(service, viewer)
