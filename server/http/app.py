"""The application: the graph behind a strict door, and how to tell that it lives."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import lru_cache

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from strawberry.extensions import DisableIntrospection

from executor.context import CompiledReads
from executor.explain import PlanOnRequest
from resolvers.kernel.context import Context
from resolvers.kernel.granted import known
from resolvers.kernel.service import Service
from resolvers.kernel.viewer import preferred, viewer_of
from rules.kernel.refusal import Fault, Reason
from rules.kernel.wording import message
from schema.api.root import build
from schema.kernel.operation import TellingSchema
from server.database.pools import running
from server.http import exports, files, public_page
from server.http.admission import admission
from server.http.console import console
from server.http.deadline import Deadline
from server.http.endpoint import Endpoint
from server.http.limits import Limits
from server.http.masking import MaskedSchema
from server.http.socket import token_of
from server.http.socket_door import SocketDoor
from server.http.strict_http import StrictHttp
from server.settings.settings import Settings
from server.telemetry.log import AccessLog
from server.telemetry.metrics import metrics


class ServedSchema(TellingSchema, MaskedSchema):
    """The schema as the world sees it: refusals are told first, then whatever is left is masked."""


ON_BEHALF_OF = "jiuye-on-behalf-of"
"""Names the unit for which an officer files at the counter (X17, ADR 0036)."""

Running = Callable[[Settings], AbstractAsyncContextManager[Service]]


@lru_cache
def served(deadline_seconds: int, introspection: bool) -> ServedSchema:
    """Build the schema that is served; once, for it costs more than all else at a start."""
    return build(
        ServedSchema,
        AccessLog,
        lambda: Deadline(seconds=deadline_seconds),
        admission(Limits()),
        PlanOnRequest,
        *(() if introspection else (DisableIntrospection,)),
        execution=CompiledReads,
    )


def create_app(settings: Settings, run: Running = running) -> Starlette:
    """Build the application; `run` holds what it needs while it lives."""
    schema = served(settings.operation_deadline_seconds, settings.introspection)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with run(settings) as service:
            app.state.service = service
            yield

    endpoint = Endpoint(schema, context_of, streams_only=True, max_subscriptions_per_connection=8)
    door = StrictHttp(endpoint, ide=console if settings.introspection else None)
    sockets = SocketDoor(
        endpoint, context_of, settings.max_sockets, settings.max_sockets_per_address
    )
    return Starlette(
        routes=[
            Route("/graphql", door),
            WebSocketRoute("/graphql", sockets),
            Route("/healthz", alive),
            Route("/readyz", ready),
            Route("/metrics", metrics),
            *files.ROUTES,
            *public_page.ROUTES,
            *exports.ROUTES,
        ],
        lifespan=lifespan,
        exception_handlers={401: unauthenticated},
    )


async def context_of(connection: HTTPConnection) -> Context:
    """Make the context of one operation; a token that is worth nothing ends in 401.

    Browsers can't give a socket headers: there the token may come with `connection_init`.
    """
    service: Service = connection.app.state.service
    headers = connection.headers
    token = headers.get("authorization") or token_of(connection)
    viewer = viewer_of(service, token, headers.get("accept-language"))
    if viewer is None:
        raise HTTPException(401)
    viewer = await known(service, viewer, headers.get(ON_BEHALF_OF))
    address = connection.client.host if connection.client else ""
    return Context(service, viewer, address, headers.get("user-agent"))


async def unauthenticated(request: Request, error: Exception) -> Response:
    """Answer an access token that is forged or has expired."""
    fault = Fault(Reason.SESSION_ENDED)
    words = message(fault, preferred(request.headers.get("accept-language", "")))
    extensions = {"code": "UNAUTHENTICATED", "reason": fault.reason, "cure": words.cure}
    body = {"errors": [{"message": words.text, "extensions": extensions}]}
    return JSONResponse(body, 401, {"WWW-Authenticate": "Bearer", "Cache-Control": "no-store"})


async def alive(request: Request) -> Response:
    """Tell that the process lives."""
    return PlainTextResponse("ok\n")


async def ready(request: Request) -> Response:
    """Tell whether the database answers."""
    service: Service = request.app.state.service
    try:
        async with service.reads.connect() as connection:
            await connection.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError):
        return PlainTextResponse("the database does not answer\n", 503)
    return PlainTextResponse("ready\n")
