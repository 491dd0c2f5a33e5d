"""GraphQL over WebSocket: strict frames, text answers, a fresh context per operation."""

import asyncio
import copy
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Generic

from graphql import GraphQLError
from starlette.exceptions import HTTPException
from starlette.websockets import WebSocket, WebSocketDisconnect
from strawberry.asgi import ASGIWebSocketAdapter
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.http.typevars import Context, RootValue
from strawberry.schema import BaseSchema
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
    Operation,
)
from strawberry.subscriptions.protocols.graphql_transport_ws.types import (
    ConnectionInitMessage,
    PingMessage,
)

from resolvers.kernel import context as kernel
from server.http.client_name import get_client_headers, read_client
from server.http.deadline import MUTATION_TASKS
from server.http.graphql_request import BadRequest, Members, build_request
from server.http.limits import SIGNED_IN
from server.http.socket_places import CLOSE_TRY_AGAIN_LATER, NoPlace, find_place
from server.http.socket_token import find_stated_tokens
from server.http.strict_json import BadJson, Json, read_json
from server.http.trusted_documents import DocumentBook

CLOSE_MALFORMED = 4400
CLOSE_UNAUTHORIZED = 4401
CLOSE_FORBIDDEN = 4403
TOKEN_EXPIRED_ERROR = GraphQLError(
    "The access token has expired. 登录已失效", extensions={"code": "UNAUTHENTICATED"}
)
ACCESS_ENDED_ERROR = GraphQLError(
    "The session has ended, or a function was revoked. 登录已失效或功能已撤销",
    extensions={"code": "UNAUTHENTICATED"},
)
UNAVAILABLE_ERROR = GraphQLError(
    "The service can't answer at the moment. 系统暂时无法办理", extensions={"code": "UNAVAILABLE"}
)
CLOSE_TOO_BIG = 1009
MAX_FRAME_BYTES = SIGNED_IN.frame_bytes
OPTIONAL_PAYLOAD_TYPES = frozenset({"connection_init", "ping", "pong"})


class BadFrame(Exception):
    """Say with which code and reason a socket is closed."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class StrictSocket(ASGIWebSocketAdapter):
    """Read frames strictly; write text."""

    ws: WebSocket

    async def iter_json(
        self, *, ignore_parsing_errors: bool = False
    ) -> AsyncGenerator[object, None]:
        """Hand on well-formed messages; close the socket at the first other."""
        try:
            while (frame := await self.ws.receive())["type"] != "websocket.disconnect":
                yield parse_frame(frame.get("text"), self.resolve_document)
        except BadFrame as error:
            await self.close(error.code, error.reason)

    def resolve_document(self, payload: Members) -> Members:
        """Find the document that a client subscribes to; a BadRequest says that nobody knows it."""
        documents = getattr(self.view, "documents", None)
        if not isinstance(documents, DocumentBook):
            return payload
        return documents.resolve(payload, read_client(get_client_headers(self.ws)))

    async def send_json(self, message: Mapping[str, object]) -> None:
        """Send a message as a text frame.

        Raises WebSocketDisconnected once the client is gone.
        """
        try:
            await self.ws.send_text(self.view.encode_json_string(message))
        except (WebSocketDisconnect, RuntimeError) as error:
            raise WebSocketDisconnected from error


class OperationHandler(
    BaseGraphQLTransportWSHandler[Context, RootValue], Generic[Context, RootValue]
):
    """Run each operation of a socket by itself; never stop a mutation halfway."""

    watching: asyncio.Task[None] | None = None
    """Waits until the access ends that the socket was opened by."""

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        """Keep the client's parameters where `make_context` finds them, and try its token."""
        if isinstance(self.websocket, StrictSocket) and not self.connection_init_received:
            context = await self.try_token(self.websocket, message.get("payload") or {})
            if context is None:
                return
            try:
                settle_socket(self.websocket.ws, context)
            except NoPlace:
                await self.websocket.close(CLOSE_TRY_AGAIN_LATER, "Too many sockets")
                return
            self.watch_access(context)
        await super().handle_connection_init(message)

    async def handle_ping(self, message: PingMessage) -> None:
        """Take a new token of the same account, where a ping brings one; answer."""
        payload = message.get("payload") or {}
        if isinstance(self.websocket, StrictSocket) and find_stated_tokens(payload):
            if not self.connection_acknowledged:
                await self.websocket.close(CLOSE_UNAUTHORIZED, "Unauthorized")
                return
            context = await self.try_token(self.websocket, payload)
            if context is None:
                return
            if not is_of_account(self.websocket.ws, context):
                await self.websocket.close(CLOSE_FORBIDDEN, "Connect again as another account")
                return
            self.watch_access(context)
        await super().handle_ping(message)

    async def try_token(
        self, websocket: "StrictSocket", payload: Mapping[str, object]
    ) -> Context | None:
        """Make a context by what a payload states; close the socket where that is worth nothing."""
        socket = websocket.ws
        socket.state.connection_params = payload
        try:
            return await self.view.get_context(socket, socket)
        except HTTPException as refused:
            known = refused.status_code == HTTPStatus.UNAUTHORIZED
            code = CLOSE_UNAUTHORIZED if known else CLOSE_TRY_AGAIN_LATER
            await websocket.close(code, "Unauthorized" if known else "Try again later")
            return None

    def watch_access(self, context: Context) -> None:
        """Close the socket, whatever runs on it, once the access of a context has ended."""
        if self.watching is not None:
            self.watching.cancel()
        self.watching = asyncio.create_task(
            self.end_with_access(context, lambda: list(self.operations.values()))
        )

    async def shutdown(self) -> None:
        """Stop waiting, and whatever runs."""
        if self.watching is not None:
            self.watching.cancel()
        await super().shutdown()

    async def run_operation(self, operation: Operation[Context, RootValue]) -> None:
        """Run the operation in a context of its own."""
        alone = copy.copy(self)
        if isinstance(self.websocket, StrictSocket):
            try:
                alone.context = await self.view.get_context(self.websocket.ws, self.websocket.ws)
            except HTTPException as refused:  # the token has expired since
                known = refused.status_code == HTTPStatus.UNAUTHORIZED
                told = TOKEN_EXPIRED_ERROR if known else UNAVAILABLE_ERROR
                await operation.send_initial_errors([told])
                return
        if getattr(self.view, "streams_only", False):
            vars(alone).update(schema=StreamOnlySchema(self.schema))
        ending = asyncio.create_task(alone.end_with_access(alone.context, lambda: [operation]))
        try:
            await super(OperationHandler, alone).run_operation(operation)
        finally:
            ending.cancel()

    async def end_with_access(
        self, context: Context, find_operations: Callable[[], list[Operation[Context, RootValue]]]
    ) -> None:
        """Wait until the access of a context ends; then end operations by it, and the socket."""
        wait_until_ended = getattr(self.view, "wait_until_ended", None)
        if wait_until_ended is None:
            return
        await wait_until_ended(context)
        ending = find_operations()
        with suppress(WebSocketDisconnected):
            for operation in ending:
                await operation.send_initial_errors([ACCESS_ENDED_ERROR])
            await self.websocket.close(CLOSE_UNAUTHORIZED, "Unauthorized")
        for operation in ending:
            if operation.task is not None:
                operation.task.cancel()

    async def cleanup_operation(self, operation_id: str) -> None:
        """Stop an operation; a mutation goes on unheard."""
        operation = self.operations.get(operation_id)
        if operation is not None and operation.task in MUTATION_TASKS:
            operation.completed = True
            del self.operations[operation_id]
            return
        await super().cleanup_operation(operation_id)

    @staticmethod
    def _get_pre_execution_close_reason(error: GraphQLError) -> str | None:
        """Close for no error of a document: it is answered with `error`."""
        return None


class StreamOnlySchema:
    """A schema that streams subscriptions and nothing else: all else goes through the HTTP door."""

    def __init__(self, schema: BaseSchema) -> None:
        self.stream = schema.subscribe


def settle_socket(socket: WebSocket, context: object) -> None:
    """Give a socket a place among those of its account, or of strangers.

    Raises NoPlace where there is none.
    """
    place = find_place(socket.scope)
    if place is not None and isinstance(context, kernel.Context):
        place.settle(context.viewer.account_id)


def is_of_account(socket: WebSocket, context: object) -> bool:
    """Return whether a context is of the account that a socket's place was given to."""
    place = find_place(socket.scope)
    account = context.viewer.account_id if isinstance(context, kernel.Context) else None
    return place is None or place.account == account


def parse_frame(text: object, resolve: Callable[[Members], Members] = dict) -> dict[str, Json]:
    """Parse one frame into a message of the protocol; `resolve` finds a document that is named.

    Raises BadFrame for what is none.
    """
    if not isinstance(text, str):
        raise BadFrame(CLOSE_MALFORMED, "WebSocket message type must be text")
    if len(text) > MAX_FRAME_BYTES:
        raise BadFrame(CLOSE_TOO_BIG, "WebSocket message is too big")
    try:
        message = read_json(text.encode(errors="surrogatepass"))
    except BadJson as error:
        raise BadFrame(CLOSE_MALFORMED, f"WebSocket message is refused: {error}") from None
    if not isinstance(message, dict):
        raise BadFrame(CLOSE_MALFORMED, "WebSocket message must be an object")
    _check_message(message, resolve)
    return message


def _check_message(message: dict[str, Json], resolve: Callable[[Members], Members]) -> None:
    kind, payload = str(message.get("type")), message.get("payload")
    if kind in OPTIONAL_PAYLOAD_TYPES:
        if payload is not None and not isinstance(payload, dict):
            raise BadFrame(CLOSE_MALFORMED, "payload must be an object")
        if payload is None:
            message.pop("payload", None)
    elif kind in {"subscribe", "complete"}:
        if not isinstance(message.get("id"), str) or not message["id"]:
            raise BadFrame(CLOSE_MALFORMED, "id must be a string")
        if kind == "subscribe":
            message["payload"] = _read_payload(payload, resolve)
    else:
        raise BadFrame(CLOSE_MALFORMED, "Unknown message type")


def _read_payload(payload: Json, resolve: Callable[[Members], Members]) -> dict[str, Json]:
    if not isinstance(payload, dict):
        raise BadFrame(CLOSE_MALFORMED, "payload must be an object")
    try:
        resolved = resolve(payload)
        build_request(resolved)
    except BadRequest as error:
        raise BadFrame(CLOSE_MALFORMED, error.message) from None
    return dict(resolved)
