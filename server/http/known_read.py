"""The short way of a read whose document, plan and viewer are known: nothing is asked twice.

It answers as the usual way would, byte for byte, or leaves the request to it.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from graphql import DocumentNode, GraphQLSchema, specified_rules
from starlette.requests import HTTPConnection
from starlette.types import Message, Receive, Scope, Send
from strawberry.http import GraphQLRequestData

from executor.known_query import KnownQuery, find_known_query
from executor.plan_cache import Plan
from executor.plan_run import answer_by_plan
from executor.pool import SnapshotPool, build_opening_statement
from gateways.point_ledger import Tally
from gateways.usage_book import UsedDocument
from resolvers.kernel.context import Begun, Context
from resolvers.kernel.known_viewer import KnownViewer, KnownViewers
from resolvers.kernel.point_budget import build_rate_limit, take_points
from resolvers.kernel.service import Service
from rules.kernel.month import to_local_day
from server.http.budget_admission import PRICE_BOOK, format_budget_headers
from server.http.client_address import get_client_address
from server.http.client_name import (
    NAME_HEADERS,
    VERSION_HEADERS,
    read_client,
    read_client_version,
)
from server.http.deadline import PATIENCE_SECONDS, ClientConnection, OperationGuard
from server.http.document_admission import DocumentCache, KnownDocument, Rules
from server.http.endpoint import BEGUN_KEY
from server.http.graphql_request import BadRequest, parse_body
from server.http.introspection import IntrospectionAudience, list_further_rules
from server.http.limits import SIGNED_IN, STRANGERS, LimitExceeded, Limits, check_figures
from server.http.offload import READ_HERE
from server.http.security_headers import RAW_HEADERS
from server.http.strict_http import (
    BODY_KEY,
    CONTEXT_KEY,
    READ_KEY,
    HungUp,
    is_json,
    negotiate_media_type,
    read_body,
)
from server.http.trusted_documents import DocumentBook
from server.telemetry.client_label import CLIENT_LABELS
from server.telemetry.log import choose_name, hash_operation, write_operation

MAX_LENGTH_DIGITS = 5
BODY_SECONDS = 30
_CLIENT_HEADERS = frozenset(name.encode() for name in (*NAME_HEADERS, *VERSION_HEADERS))
_NO_HEADERS: Mapping[str, str] = {}
_ABSENT = "absent"


class Head(NamedTuple):
    """What the head of a request says, where there is nothing unusual in it."""

    authorization: str | None
    accept_language: str
    media_type: str
    length: str
    client_headers: Mapping[str, str]
    user_agent: str | None


class KnownRead:
    """A query of a known document, with what was found out about it."""

    __slots__ = ("_prices", "document", "hash", "name", "query", "text")

    def __init__(self, query: KnownQuery, document: DocumentNode, text: str) -> None:
        named = query.operation.name
        self.query, self.document, self.text = query, document, text
        self.name = choose_name(named.value if named else None)
        self.hash = hash_operation(text)
        self._prices: dict[tuple[object, ...], int] = {}

    def find_price(
        self, schema: GraphQLSchema, given: GraphQLRequestData, *, is_stranger: bool
    ) -> int:
        """Return what it costs with some variables: only numbers and lists count."""
        variables = given.variables or {}
        key = tuple(
            _measure_size(variables[name]) if name in variables else _ABSENT
            for name in self.query.variable_names
        )
        price = self._prices.get(key)
        if price is None:
            price = PRICE_BOOK.find_price(
                schema,
                self.document,
                self.text,
                given.operation_name,
                variables,
                is_stranger=is_stranger,
            )
            if len(self._prices) < MAX_PRICES:
                self._prices[key] = price
        return price


MAX_PRICES = 100


def _measure_size(value: object) -> object:
    if isinstance(value, list):
        return len(value), None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


class Asked(NamedTuple):
    """What a request asks, who asks it, and by which plan it is answered."""

    head: Head
    given: GraphQLRequestData
    known: KnownRead
    plan: Plan
    variables: Any
    asker: KnownViewer
    context: Context
    pool: SnapshotPool


@dataclass(frozen=True, kw_only=True)
class KnownReads:
    """Answers what is known; `unusual_headers` are those whose requests take the usual way."""

    schema: GraphQLSchema
    cache: DocumentCache
    documents: DocumentBook
    viewers: KnownViewers
    rules: tuple[Rules, Rules]
    """By which documents are valid: for who is signed in, and for strangers."""
    deadline_seconds: float
    compress_above: int
    unusual_headers: frozenset[bytes]
    pack: Any
    """Compresses an application's answers."""
    is_offloaded: bool = False
    """Strangers, and bodies with many values, are left to the offload process (ADR 0108)."""

    async def try_answer(
        self, service: Service, scope: Scope, receive: Receive, send: Send
    ) -> bool:
        """Answer a request; return False where the usual way must.

        What was read of it, and what was paid for, then stands in the scope.
        """
        started = time.perf_counter()
        head = self._read_head(scope)
        if head is None or (self.is_offloaded and head.authorization is None):
            return False
        given = await self._read_request(head, scope, receive)
        scope[READ_KEY] = given
        # Whoever sends slowly has time of their own for that (`read_body`).
        scope[BEGUN_KEY] = asyncio.get_running_loop().time()
        if not isinstance(given, GraphQLRequestData):
            return False
        now = service.now()
        asker = await self.viewers.find_viewer(
            service, head.authorization, head.accept_language, now
        )
        asked = self._find_known(asker, scope, head, given) if asker else None
        if asked is None:
            return False
        price = asked.known.find_price(
            self.schema, given, is_stranger=asked.context.viewer.account_id is None
        )
        context = asked.context
        paying = asked.asker.list_budgets(context.client, context.address)
        tallies = take_points(service.ledger, paying, price, now)
        if tallies is None:
            return False
        ends_at = asyncio.get_running_loop().time() + self.deadline_seconds
        context.begun = Begun(started, ends_at)
        context.opening = asked.asker.find_opening(to_local_day(now), build_opening_statement)
        data = await self._run(asked, receive, ends_at)
        if data is None:
            context.rate_limit = build_rate_limit(tallies, price)
            scope[CONTEXT_KEY] = context
            return False
        _record(asked, "OK" if data else "abandoned")
        if data:
            await self._send(asked, tallies, b'{"data":' + data.encode() + b"}", scope, send)
        return True

    def _read_head(self, scope: Scope) -> Head | None:
        """Read the head; None where there is anything that only the usual way knows."""
        listed: Sequence[tuple[bytes, bytes]] = scope["headers"]
        found = dict(listed)
        if len(found) != len(listed) or not self.unusual_headers.isdisjoint(found):
            return None
        length = found.get(b"content-length", b"").decode("latin-1")
        if not length.isascii() or not length.isdigit() or len(length) > MAX_LENGTH_DIGITS:
            return None
        if int(length) > STRANGERS.body_bytes:
            return None
        media_type = negotiate_media_type(found.get(b"accept", b"").decode("latin-1").strip())
        if media_type is None or not is_json(found.get(b"content-type", b"").decode("latin-1")):
            return None
        authorization, agent = found.get(b"authorization"), found.get(b"user-agent")
        return Head(
            authorization=None if authorization is None else authorization.decode("latin-1"),
            accept_language=found.get(b"accept-language", b"").decode("latin-1"),
            media_type=media_type,
            length=length,
            client_headers=_NO_HEADERS
            if _CLIENT_HEADERS.isdisjoint(found)
            else {
                raw.decode(): found[raw].decode("latin-1") for raw in _CLIENT_HEADERS & found.keys()
            },
            user_agent=None if agent is None else agent.decode("latin-1"),
        )

    async def _read_request(
        self, head: Head, scope: Scope, receive: Receive
    ) -> GraphQLRequestData | BadRequest | HungUp:
        """Read the body and what it says, or what is wrong with it."""
        limits = READ_HERE if self.is_offloaded else _choose_limits(head)
        resolve = partial(self.documents.resolve, client=read_client(head.client_headers))
        try:
            body = await read_body(
                {"content-length": head.length}, receive, limits.body_bytes, BODY_SECONDS
            )
            scope[BODY_KEY] = body
            return parse_body(body, limits, resolve)
        except (BadRequest, HungUp) as fault:
            return fault

    def _find_known(
        self, asker: KnownViewer, scope: Scope, head: Head, given: GraphQLRequestData
    ) -> Asked | None:
        """Find document, variables and plan; None where one of them is not known."""
        service, viewer, extensions = asker.service, asker.viewer, given.extensions
        pool = service.compiled
        if not isinstance(pool, SnapshotPool) or (extensions and extensions.keys() - _SILENT):
            return None
        known = self._find_read(given, is_stranger=viewer.account_id is None)
        if known is None:
            return None
        variables = known.query.read_variables(given.variables or {})
        plan = known.query.find_plan(variables) if variables is not None else None
        if plan is None or not plan.functions <= viewer.functions:
            return None
        address = get_client_address(HTTPConnection(scope))
        named = read_client(head.client_headers)
        context = Context(service, viewer, address, head.user_agent, named)
        context.client_version = read_client_version(head.client_headers)
        return Asked(head, given, known, plan, variables, asker, context, pool)

    def _find_read(self, given: GraphQLRequestData, *, is_stranger: bool) -> KnownRead | None:
        text = given.query
        document = self.cache.find_document(text, self.rules[is_stranger]) if text else None
        if document is None or text is None:
            return None
        key = given.operation_name, is_stranger
        if key not in document.reads:
            if len(document.reads) >= MAX_READS:
                return None
            document.reads[key] = self._build_read(document, text, *key)
        found: KnownRead | None = document.reads[key]
        return found

    def _build_read(
        self, document: KnownDocument, text: str, name: str | None, is_stranger: bool
    ) -> KnownRead | None:
        try:
            check_figures(document.figures, STRANGERS if is_stranger else SIGNED_IN)
        except LimitExceeded:
            return None
        query = find_known_query(self.schema, document.document, name)
        return KnownRead(query, document.document, text) if query else None

    async def _run(self, asked: Asked, receive: Receive, ends_at: float) -> str | None:
        """Run the plan; None where the usual way must go on, nothing where nobody listens."""
        client = ClientConnection(receive)
        guard = OperationGuard(ends_at, client, PATIENCE_SECONDS, insists=True)
        try:
            async with guard:
                return await answer_by_plan(
                    lambda: asked.plan, asked.variables, asked.context, asked.pool
                )
        except TimeoutError:
            if not guard.has_expired:
                raise
            return None
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if not client.gone or task is None:
                raise
            task.uncancel()
            return ""

    async def _send(
        self, asked: Asked, tallies: Sequence[Tally], body: bytes, scope: Scope, send: Send
    ) -> None:
        balances = [tally.build_balance() for tally in tallies]
        budgets = format_budget_headers(balances, asked.context.service.now())
        headers = [
            (b"content-length", str(len(body)).encode()),
            (b"content-type", f"{asked.head.media_type}; charset=utf-8".encode()),
            *((name.encode(), value.encode()) for name, value in budgets),
            (b"vary", b"accept"),
        ]
        start = {"type": "http.response.start", "status": 200, "headers": headers}
        last = {"type": "http.response.body", "body": body}
        if self.compress_above and len(body) >= self.compress_above:
            await self.pack(_Answer(start, last))(scope, _receive_nothing, send)
            return
        headers.extend(RAW_HEADERS)
        await send(start)
        await send(last)


class _Answer(NamedTuple):
    """An answer as an application, so that others may stand around it."""

    start: Message
    body: Message

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        await send(self.start)
        await send(self.body)


async def _receive_nothing() -> Message:
    return {"type": "http.disconnect"}


MAX_READS = 40
"""A document has at most ten operations, of which each may be asked with its name or without."""
_SILENT = frozenset({"persistedQuery"})
"""Extensions of a request that ask for nothing in the answer."""


def list_rules(audience: IntrospectionAudience) -> tuple[Rules, Rules]:
    """List by which rules documents are valid, for who is signed in and for strangers."""
    signed_in, strangers = (
        (*specified_rules, *list_further_rules(audience, is_stranger=each))
        for each in (False, True)
    )
    return signed_in, strangers


def _choose_limits(head: Head) -> Limits:
    return STRANGERS if head.authorization is None else SIGNED_IN


def _record(asked: Asked, status: str) -> None:
    """Count the document for its program, and write the operation's line."""
    context, known = asked.context, asked.known
    service, begun = context.service, context.begun
    if service.usage.is_open and status == "OK":
        label = CLIENT_LABELS.choose_label(context)
        used = UsedDocument(service.today(), label.name, label.version, known.text)
        is_stranger = context.viewer.account_id is None
        service.usage.count_document(used, known.document, is_stranger=is_stranger)
    write_operation(
        context,
        name=known.name,
        hash=known.hash,
        kind="query",
        status=status,
        seconds=time.perf_counter() - (begun.started if begun else 0),
    )
