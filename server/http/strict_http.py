"""The door in front of the GraphQL view: only well-formed GraphQL-over-HTTP goes through."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message as Header
from functools import lru_cache, partial

import orjson
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from strawberry.http import GraphQLRequestData

from resolvers.kernel.refusal_log import RefusalLog
from server.http.client_name import read_client
from server.http.graphql_request import (
    DOCUMENT_FAULT_KEY,
    SCOPE_KEY,
    BadRequest,
    Members,
    build_excess,
    parse_body,
    parse_query_string,
)
from server.http.limits import SIGNED_IN, STRANGERS, Limits
from server.http.offload import PROVED_KEY, READ_HERE, Offload
from server.http.shared_answer import wrap_shared_send
from server.http.trusted_documents import DocumentBook

RESPONSE_JSON = "application/graphql-response+json"
PLAIN_JSON = "application/json"
ALLOWED_METHODS = "GET, HEAD, POST"

READ_KEY = "jiuye.read"
"""Where a request that was read before it came here stands in the scope, or what it lacks."""
BODY_KEY = "jiuye.body"
"""Where its bytes stand then."""
CONTEXT_KEY = "jiuye.context"
"""Where the context of a request stands in the scope, once it was paid for."""

refusals = RefusalLog("jiuye.http")


class HungUp(Exception):
    """The client went away before its request was complete."""


@dataclass(frozen=True, kw_only=True)
class StrictHttp:
    """Parse GraphQL requests strictly, then hand them on to the view."""

    view: ASGIApp
    ide: ASGIApp | None = None
    body_seconds: float = 30
    documents: DocumentBook = field(default_factory=DocumentBook)
    is_known: Callable[[Scope], bool] = lambda _: True
    """Tells whether a request comes from somebody who is signed in."""
    is_shared: Callable[[GraphQLRequestData], bool] = lambda _: False
    """Tells whether the answer to a GET is the same for all viewers."""
    offload: Offload | None = None
    """The way to a process that answers what may cost much."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] != "http":
            return await self.view(scope, receive, send)
        if scope["method"] == "HEAD":
            return await self({**scope, "method": "GET"}, receive, _leave_body_out(send))
        headers = Headers(scope=scope)
        if self.ide and scope["method"] == "GET" and _accepts_html(headers):
            return await self.ide(scope, receive, send)
        try:
            await self._admit_request(scope, headers, receive, send)
        except BadRequest as refusal:
            refusals.write("request refused", status=refusal.status, code=refusal.code)
            await _answer_bad_request(refusal, choose_media_type(headers) or PLAIN_JSON, send)
        except HungUp:
            refusals.write("request abandoned")

    async def _admit_request(
        self, scope: Scope, headers: Headers, receive: Receive, send: Send
    ) -> None:
        if scope["method"] not in {"GET", "POST"}:
            raise BadRequest(
                405, "METHOD_NOT_ALLOWED", f"Allowed methods 允许的方法: {ALLOWED_METHODS}."
            )
        if scope["method"] == "GET" and not scope["query_string"] and _accepts_html(headers):
            raise BadRequest(404, "NOT_FOUND", "There is no page here. 此处没有页面。")
        answer_type = choose_media_type(headers)
        if answer_type is None:
            raise BadRequest(
                406, "NOT_ACCEPTABLE", f"Accept 请接受: {RESPONSE_JSON}, {PLAIN_JSON}."
            )
        limits = self._choose_limits(scope, headers)
        resolve = partial(self.documents.resolve, client=read_client(headers))
        body, read = b"", None
        if scope["method"] == "POST":
            _check_content_type(headers)
            read = self._take_read(scope)
            body = scope.get(BODY_KEY) or await read_body(
                headers, receive, limits.body_bytes, self.body_seconds
            )
        parse = partial(_parse_request, scope, body, resolve)
        # Another process would have it paid for once more, and know nothing of its deadline.
        if self.offload is not None and CONTEXT_KEY not in scope:
            read = _parse_light(self.offload, scope, body, parse, read)
            is_taken = read is None or self.offload.takes_document(read)
            if is_taken and await self.offload.answer(scope, body, receive, send, read):
                return
        request = read or parse(limits)
        if scope["method"] == "GET" and self.is_shared(request):
            send = wrap_shared_send(send, headers)
        inner = {**scope, SCOPE_KEY: request}
        always_200 = answer_type == PLAIN_JSON and _names_plain_json(headers)
        await self.view(inner, receive, _wrap_send(send, answer_type, inner if always_200 else {}))
        if DOCUMENT_FAULT_KEY not in inner:
            scope.get("state", {})[PROVED_KEY] = True

    def _take_read(self, scope: Scope) -> GraphQLRequestData | None:
        """Take what was read of a request already; raise what was wrong with it."""
        read = scope.get(READ_KEY)
        if isinstance(read, BadRequest) and self.offload is not None and _is_excess(read):
            return None
        if isinstance(read, BadRequest | HungUp):
            raise read
        return read if isinstance(read, GraphQLRequestData) else None

    def _choose_limits(self, scope: Scope, headers: Headers) -> Limits:
        """Hold strangers to less; a token is looked at only where much may come with it."""
        declared = headers.get("content-length", "")
        small = declared.isascii() and declared.isdigit() and len(declared) < 6
        if "authorization" in headers and small and int(declared) <= STRANGERS.body_bytes:
            return SIGNED_IN
        return SIGNED_IN if self.is_known(scope) else STRANGERS


def _parse_request(
    scope: Scope, body: bytes, resolve: Callable[[Members], Members], limits: Limits
) -> GraphQLRequestData:
    if scope["method"] == "GET":
        return parse_query_string(scope["query_string"], limits, resolve)
    return parse_body(body, limits, resolve)


def _parse_light(
    offload: Offload,
    scope: Scope,
    body: bytes,
    parse: Callable[[Limits], GraphQLRequestData],
    read: GraphQLRequestData | None,
) -> GraphQLRequestData | None:
    """Parse a request that costs little to parse, of somebody who is signed in."""
    if offload.takes_unread(scope, body):
        return None
    try:
        return read or parse(READ_HERE)
    except BadRequest as refusal:
        if _is_excess(refusal):
            return None
        raise


def _is_excess(refusal: BadRequest) -> bool:
    """Tell what is beyond a bound of this process; the offload process has larger ones."""
    return refusal.code == "LIMIT_EXCEEDED"


async def read_body(
    headers: Mapping[str, str], receive: Receive, max_bytes: int, timeout_seconds: float
) -> bytes:
    """Read a whole body of at most so many bytes.

    Raises BadRequest where it is too large or too slow, and HungUp where its sender went away.
    """
    declared = headers.get("content-length", "")
    if declared.isascii() and declared.isdigit():
        _check_size(declared.lstrip("0"), max_bytes)
    body = bytearray()
    try:
        async with asyncio.timeout(timeout_seconds):
            more = True
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise HungUp
                body += message.get("body", b"")
                _check_size(str(len(body)), max_bytes)
                more = message.get("more_body", False)
    except TimeoutError:
        raise BadRequest(
            408, "BODY_TOO_SLOW", "The body did not arrive in time. 请求体未及时送达。"
        ) from None
    return bytes(body)


def _check_size(digits: str, max_bytes: int) -> None:
    if len(digits) > 18 or int(digits or "0") > max_bytes:
        given = int(digits) if len(digits) <= 18 else 10**18
        raise build_excess(413, "body_bytes", max_bytes, given, "BODY_TOO_LARGE")


def choose_media_type(headers: Headers) -> str | None:
    """Choose the answer's media type from Accept; None when neither type is acceptable."""
    return negotiate_media_type(",".join(headers.getlist("accept")).strip())


@lru_cache(maxsize=64)
def negotiate_media_type(accept: str) -> str | None:
    """Choose the answer's media type; None when neither type is acceptable."""
    if not accept:
        return PLAIN_JSON
    weights = _parse_weights(accept)
    anything = weights.get("application/*", weights.get("*/*", 0.0))
    modern, plain = weights.get(RESPONSE_JSON, 0.0), weights.get(PLAIN_JSON, anything)
    if modern > 0 and modern >= weights.get(PLAIN_JSON, 0.0):
        return RESPONSE_JSON
    return PLAIN_JSON if plain > 0 else None


def _parse_weights(accept: str) -> dict[str, float]:
    weights: dict[str, float] = {}
    for item in accept.lower().split(","):
        kind, *parameters = (part.strip() for part in item.split(";"))
        quality = next((p[2:].strip() for p in parameters if p.startswith("q=")), "1")
        weights[kind] = float(quality) if quality.replace(".", "", 1).isdecimal() else 0.0
    return weights


def _accepts_html(headers: Headers) -> bool:
    return _parse_weights(headers.get("accept", "")).get("text/html", 0.0) > 0


def _check_content_type(headers: Headers) -> None:
    given = headers.getlist("content-type")
    plain = headers.get("content-encoding", "identity") == "identity"
    if len(given) != 1 or not is_json(given[0]) or not plain:
        raise BadRequest(
            415, "UNSUPPORTED_MEDIA_TYPE", f"Send {PLAIN_JSON} in UTF-8. 请以UTF-8编码的JSON提交。"
        )


@lru_cache(maxsize=64)
def is_json(content_type: str) -> bool:
    """Return whether a content type is JSON in UTF-8."""
    header = Header()
    header["content-type"] = content_type
    charset = header.get_content_charset("utf-8")
    return header.get_content_type() == PLAIN_JSON and charset in {"utf-8", "utf8"}


def _set_headers(headers: MutableHeaders, answer_type: str) -> None:
    headers["content-type"] = f"{answer_type}; charset=utf-8"
    headers.add_vary_header("accept")


def _names_plain_json(headers: Headers) -> bool:
    """Return whether a client asks for `application/json` by name, as those of old do.

    They read no body of another status than 200 (ADR 0083).
    """
    return _parse_weights(headers.get("accept", "")).get(PLAIN_JSON, 0.0) > 0


def _wrap_send(send: Send, answer_type: str, old: Scope) -> Send:
    """Stamp the answer with its type; tell a client of old of a faulty document by 200."""

    async def stamped(message: Message) -> None:
        if message["type"] == "http.response.start":
            if old.get(DOCUMENT_FAULT_KEY):
                message["status"] = 200
            _set_headers(MutableHeaders(scope=message), answer_type)
        await send(message)

    return stamped


def _leave_body_out(send: Send) -> Send:
    """Answer HEAD as GET, but for the body."""

    async def send_head(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return send_head


async def _answer_bad_request(refusal: BadRequest, answer_type: str, send: Send) -> None:
    error = {"message": refusal.message, "extensions": refusal.extensions}
    body = orjson.dumps({"errors": [error]})
    headers = MutableHeaders({"content-length": str(len(body))})
    _set_headers(headers, answer_type)
    if refusal.status == 405:
        headers["allow"] = ALLOWED_METHODS
    if "retryAfter" in refusal.extensions:
        headers["retry-after"] = str(refusal.extensions["retryAfter"])
    if refusal.status in {408, 413}:
        headers["connection"] = "close"
    start = {"type": "http.response.start", "status": refusal.status, "headers": headers.raw}
    await send(start)
    await send({"type": "http.response.body", "body": body})
