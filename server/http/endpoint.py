"""The GraphQL view behind the door: Strawberry's, held to GraphQL-over-HTTP."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import orjson
from cross_web import AsyncHTTPRequestAdapter, HTTPException, StarletteRequestAdapter
from graphql import GraphQLError
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import MissingQueryError
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData
from strawberry.http.base import BaseRequestProtocol
from strawberry.http.typevars import Context
from strawberry.schema import BaseSchema, Schema
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from server.http.budget_admission import set_budget_headers
from server.http.deadline import CURRENT_CLIENT, ClientConnection
from server.http.error_answer import build_overdue_answer
from server.http.graphql_request import DOCUMENT_FAULT_KEY, SCOPE_KEY
from server.http.patience import OverdueError, end_in_time
from server.http.socket import OperationHandler, StrictSocket
from server.http.trusted_documents import DocumentBook

CONNECTION_INIT_SECONDS = 10
CLEAN_UP_SECONDS = 0.25
"""So long an operation past its deadline may take to end before its request does without it."""
STATUS_BY_CODE = {
    "METHOD_NOT_ALLOWED": 405,
    "ABANDONED": 499,
    "TOO_BUSY": 429,
    "RATE_LIMITED": 429,
    "CONFLICT_RETRY": 409,
    "INTERNAL": 500,
    "UNAVAILABLE": 503,
    "DEADLINE": 504,
}
BEGUN_KEY = "jiuye.begun"
"""Where a request keeps when the short way had read it, on the event loop's clock."""
DONE_KEY = "jiuye.done"
"""Where the names of a request's mutations stand in the scope that were carried out."""
OUTAGE_STATUSES = frozenset({409, 503, 504})
DOCUMENT_CODES = frozenset(
    {
        "BAD_USER_INPUT",
        "GRAPHQL_PARSE_FAILED",
        "GRAPHQL_VALIDATION_FAILED",
        "OPERATION_NAME_REQUIRED",
        "OPERATION_UNKNOWN",
    }
)
OPERATIONS_BY_METHOD = {
    "GET": {OperationType.QUERY},
    "POST": {OperationType.QUERY, OperationType.MUTATION},
}


class CheckedRequest(StarletteRequestAdapter):
    """Carry what StrictHttp read, so that nothing is parsed twice or differently."""

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self.given: object = request.scope.get(SCOPE_KEY)


class Endpoint(GraphQL[Context, None]):
    """Serve one schema; each operation gets a context of its own."""

    deadline_seconds: float | None = None
    """How long a request may take until it is answered."""
    request_adapter_class = CheckedRequest
    websocket_adapter_class = StrictSocket

    def __init__(
        self,
        schema: Schema,
        make_context: Callable[[Request | WebSocket], Awaitable[Context]],
        allowed_origins: tuple[str, ...] = (),
        max_subscriptions_per_connection: int = 100,
        *,
        documents: DocumentBook | None = None,
        streams_only: bool = False,
        wait_until_ended: Callable[[Context], Awaitable[None]] | None = None,
    ) -> None:
        if schema.config.enable_experimental_incremental_execution or schema.config.batching_config:
            raise ValueError("incremental delivery and batching must stay off")
        super().__init__(
            schema,
            graphql_ide=None,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
            multipart_uploads_enabled=False,
            connection_init_wait_timeout=timedelta(seconds=CONNECTION_INIT_SECONDS),
            max_subscriptions_per_connection=max_subscriptions_per_connection,
            allowed_origins=allowed_origins,
        )
        self.make_context = make_context
        self.documents = documents or DocumentBook()
        self.streams_only = streams_only
        self.wait_until_ended = wait_until_ended
        self.graphql_transport_ws_handler_class = OperationHandler[Context, None]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Begin to answer in time, whatever hangs: who asks is asked of the database, too."""
        if self.deadline_seconds is None or scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return

        async def send_in_time(message: Message) -> None:
            limit.lift()
            await send(message)

        try:
            now = asyncio.get_running_loop().time()
            taken = now - scope.get(BEGUN_KEY, now)  # on the short way, before this one
            with end_in_time(self.deadline_seconds - taken + CLEAN_UP_SECONDS) as limit:
                await super().__call__(scope, receive, send_in_time)
        except OverdueError:
            answer = build_overdue_answer(Headers(scope=scope), scope.get(DONE_KEY, ()))
            await answer(scope, receive, send)

    async def get_context(
        self, request: Request | WebSocket, response: Response | WebSocket
    ) -> Context:
        """Make the context of one request, or of a socket's handshake."""
        return await self.make_context(request)

    def encode_json(self, data: object) -> bytes:
        """Encode fast; data that is encoded already comes as an orjson.Fragment."""
        return orjson.dumps(data)

    async def parse_http_body(self, request: AsyncHTTPRequestAdapter) -> GraphQLRequestData:
        """Take the request as StrictHttp read it."""
        given = request.given if isinstance(request, CheckedRequest) else None
        if not isinstance(given, GraphQLRequestData):
            raise HTTPException(500, "StrictHttp is missing in front of the endpoint.")
        return given

    def should_render_graphql_ide(self, request: BaseRequestProtocol) -> bool:
        """Leave the IDE to StrictHttp."""
        return False

    async def execute_single(
        self,
        request: Request,
        request_adapter: AsyncHTTPRequestAdapter,
        sub_response: Response,
        context: Context,
        root_value: None,
        request_data: GraphQLRequestData,
    ) -> ExecutionResult:
        """Run one operation for as long as its client listens."""
        client = ClientConnection(request.receive)
        token = CURRENT_CLIENT.set(client)
        try:
            return await self.schema.execute(
                request_data.query,
                root_value=root_value,
                variable_values=request_data.variables,
                context_value=context,
                operation_name=request_data.operation_name,
                allowed_operation_types=OPERATIONS_BY_METHOD[request_adapter.method],
                operation_extensions=request_data.extensions,
            )
        except (CannotGetOperationTypeError, MissingQueryError):
            return _build_refusal(
                "OPERATION_UNKNOWN", "The document has no such operation. 文档中没有该操作。"
            )
        except InvalidOperationTypeError as error:
            return _build_not_allowed(error.operation_type, self.schema)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if not client.gone or task is None:
                raise
            # The request was not cancelled, only its operation: a time-out around counts on that.
            task.uncancel()
            return _build_refusal("ABANDONED", "The client went away. 客户端已断开。")
        finally:
            CURRENT_CLIENT.reset(token)
            set_budget_headers(sub_response.headers, context)

    async def process_result(
        self, request: Request, result: ExecutionResult
    ) -> GraphQLHTTPResponse:
        """Leave `data` out where the request itself is at fault; tell in errors what was done."""
        done = request.scope.get(DONE_KEY)
        for error in result.errors or ():
            if done:
                error.extensions = {**(error.extensions or {}), "done": [*done]}
        answer = await super().process_result(request, result)
        if done:
            return answer
        if result.data is None and result.errors and all(e.path is None for e in result.errors):
            answer.pop("data", None)
            code = (result.errors[0].extensions or {}).get("code")
            request.scope[DOCUMENT_FAULT_KEY] = code in DOCUMENT_CODES
        return answer

    def create_response(
        self,
        response_data: GraphQLHTTPResponse | list[GraphQLHTTPResponse],
        sub_response: Response,
    ) -> Response:
        """Answer 200 when something was executed, else the status that the code stands for."""
        wait = _take_wait(response_data)
        response = super().create_response(response_data, sub_response)
        if wait is not None:
            response.headers["retry-after"] = str(wait)
        if isinstance(response_data, dict) and "data" not in response_data:
            response.status_code = _choose_status(response_data.get("errors") or [])
            if response.status_code == 405:
                response.headers["allow"] = "POST"
        return response


def _take_wait(answer: object) -> int | None:
    """Say after how many seconds to come again, where too many asked or the database was away.

    Then there is no `data`: whoever asked with several fields is told nothing of the others. Where
    a part was done it is told by 200: what has another status is sent again as a whole.
    """
    if not isinstance(answer, dict):
        return None
    for error in answer.get("errors") or ():
        extensions = error.get("extensions") or {}
        if "done" in extensions:
            return None
        status = STATUS_BY_CODE.get(str(extensions.get("code")))
        if status == 429 or (status in OUTAGE_STATUSES and not _has_answers(answer)):
            answer.pop("data", None)
            answer["errors"] = [error]
            wait = extensions.get("retryAfter", 1 if status == 429 else None)
            return None if wait is None else int(wait)
    return None


def _has_answers(answer: dict[str, object]) -> bool:
    """Tell whether something was answered, and so may have been done: that is not dropped."""
    data = answer.get("data")
    if not isinstance(data, dict):
        return data is not None
    return any(value is not None for value in data.values())


def _choose_status(errors: list[object]) -> int:
    first = errors[0] if errors else None
    extensions = first.get("extensions") if isinstance(first, dict) else None
    code = extensions.get("code") if isinstance(extensions, dict) else None
    return STATUS_BY_CODE.get(str(code), 400)


def _build_not_allowed(kind: OperationType, schema: BaseSchema) -> ExecutionResult:
    if kind is OperationType.MUTATION:
        return _build_refusal(
            "METHOD_NOT_ALLOWED", "Send mutations by POST. 变更操作请用POST提交。"
        )
    if schema.subscription is None:
        return _build_refusal("OPERATION_NOT_ALLOWED", "There are no subscriptions. 没有订阅。")
    return _build_refusal(
        "OPERATION_NOT_ALLOWED", "Subscribe over a WebSocket. 请通过WebSocket订阅。"
    )


def _build_refusal(code: str, message: str) -> ExecutionResult:
    return PreExecutionError(None, [GraphQLError(message, extensions={"code": code})])
