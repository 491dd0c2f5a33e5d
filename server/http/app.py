"""The application: the graph behind a strict door, and how to tell that it lives."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import lru_cache
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute, request_response
from starlette.types import ASGIApp, Receive, Scope, Send
from strawberry.extensions import SchemaExtension
from strawberry.extensions.runner import SchemaExtensionsRunner
from strawberry.types import ExecutionContext

from executor.context import CompiledExecutionContext
from executor.plan_extension import PlanExtension
from loaders.database_fault import DATABASE_ERRORS, find_sqlstate, is_connection_lost
from resolvers.kernel.access import has_access_ended, wait_until_access_ends
from resolvers.kernel.context import Context
from resolvers.kernel.granted_functions import load_known_functions
from resolvers.kernel.known_viewer import KnownViewers
from resolvers.kernel.refusal_log import RefusalLog
from resolvers.kernel.service import Service
from resolvers.kernel.viewer import parse_viewer
from rules.kernel.refusal import Reason
from rules.kernel.viewer import Viewer
from schema.api.assembly import assemble_schema
from schema.kernel.operation import RefusalSchema
from server.database.pools import open_service
from server.http import exports, files, oauth, objection_page, public_page
from server.http.budget_admission import BudgetAdmission, find_spent_budget
from server.http.certificate_header import (
    CertificateContract,
    CertificateHeader,
    get_certificate,
)
from server.http.client_address import get_client_address
from server.http.client_name import (
    get_client_headers,
    read_client,
    read_client_version,
)
from server.http.console import serve_console
from server.http.deadline import Deadline
from server.http.document_admission import DocumentCache, make_admission
from server.http.endpoint import CLEAN_UP_SECONDS, DONE_KEY, Endpoint
from server.http.error_answer import build_error_answer, build_unavailable_answer
from server.http.explorer import find_explorer
from server.http.extension_runner import ExtensionRunner
from server.http.front_page import FrontPage
from server.http.introspection import IntrospectionAdmission, IntrospectionAudience
from server.http.known_read import KnownReads, list_rules
from server.http.limits import SIGNED_IN, STRANGERS, Limits
from server.http.masking import MaskedSchema
from server.http.offload import METRICS_PATH, Offload
from server.http.origins import open_to_origins
from server.http.readiness import Readiness
from server.http.schema_page import SchemaPage
from server.http.schema_usage import UsageRecorder, keep_usage
from server.http.security_headers import SecurityHeaders
from server.http.shared_answer import SharedDocuments
from server.http.socket_admission import SocketAdmission
from server.http.socket_places import SocketBounds
from server.http.socket_token import read_token
from server.http.strict_http import CONTEXT_KEY, StrictHttp
from server.http.trusted_documents import DocumentBook
from server.settings.settings import Settings
from server.telemetry.client_label import CLIENT_LABELS
from server.telemetry.log import AccessLog
from server.telemetry.metrics import MetricsPage

outages = RefusalLog("jiuye.http", "warning")

COMPRESS_LEVEL = 3
"""Half a millisecond for 100 KB; six makes it a tenth smaller and takes twice as long."""

OFFLOAD_SPARE_SECONDS = 15
"""A process of low priority may need so much longer to read a request and to send its answer."""


class ServedSchema(RefusalSchema, MaskedSchema):
    """The schema as the world sees it: refusals are told first, then whatever is left is masked."""

    documents: DocumentCache
    """Those that are valid."""

    def create_extensions_runner(
        self, execution_context: ExecutionContext, extensions: list[SchemaExtension]
    ) -> SchemaExtensionsRunner:
        """Return what runs the extensions."""
        return ExtensionRunner(execution_context, extensions)


class SuggestingSchema(ServedSchema):
    """The schema for who writes a client: its errors suggest what might have been meant."""

    suggests = True


ON_BEHALF_OF_HEADER = "jiuye-on-behalf-of"
"""Names the unit for which an officer files at the counter (X17, ADR 0036)."""


class Application(Starlette):
    """The application, with the headers of every answer around it, those of its faults too."""

    origins: tuple[str, ...] = ()
    """Whose pages may read the answers."""
    certificates: CertificateContract | None = None
    """How the proxy hands on the certificates of clients, if it does."""
    known_reads: KnownReads | None = None
    """The short way, before everything else."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] == "http" and scope["method"] == "POST" and scope["path"] == "/graphql":
            service, short = getattr(self.state, "service", None), self.known_reads
            if service and short and await short.try_answer(service, scope, receive, send):
                return
        await super().__call__(scope, receive, send)

    def build_middleware_stack(self) -> ASGIApp:
        """Build what a request goes through."""
        return SecurityHeaders(open_to_origins(self.build_inner_stack(), self.origins))

    def build_inner_stack(self) -> ASGIApp:
        """Build what a request goes through that another process of the service hands over."""
        return CertificateHeader(super().build_middleware_stack(), self.certificates)


ServiceOpener = Callable[[Settings], AbstractAsyncContextManager[Service]]


def list_extensions(
    deadline_seconds: int,
    introspection: IntrospectionAudience,
    *,
    suggests: bool = False,
    cache: DocumentCache | None = None,
) -> list[Callable[[], SchemaExtension]]:
    """List what stands around every operation, the outermost first."""
    return [
        AccessLog,
        UsageRecorder,
        lambda: Deadline(seconds=deadline_seconds),
        lambda: IntrospectionAdmission(introspection),
        make_admission(
            SIGNED_IN, choose_limits, find_spent_budget, suggests=suggests, documents=cache
        ),
        BudgetAdmission,
        PlanExtension,
    ]


@lru_cache
def build_served_schema(
    deadline_seconds: int, introspection: IntrospectionAudience, *, suggests: bool = False
) -> ServedSchema:
    """Build the schema that is served; once, for it costs more than all else at a start."""
    cache = DocumentCache()
    schema = assemble_schema(
        SuggestingSchema if suggests else ServedSchema,
        *list_extensions(deadline_seconds, introspection, suggests=suggests, cache=cache),
        execution=CompiledExecutionContext,
    )
    schema.documents = cache
    return schema


def create_app(
    settings: Settings, run: ServiceOpener = open_service, offload_path: Path | None = None
) -> Application:
    """Build the application; `run` holds what it needs while it lives.

    `offload_path` is the socket of the process that answers what may cost much, if there is one.
    """
    audience = settings.introspection_for if settings.introspection else "nobody"
    suggests = settings.environment == "development"
    schema = build_served_schema(settings.operation_deadline_seconds, audience, suggests=suggests)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with run(settings) as service:
            service.notifications.start()
            app.state.service = service
            async with keep_usage(service, schema._schema, settings.schema_usage_seconds):
                yield

    documents = DocumentBook(
        settings.trusted_documents,
        settings.document_mode,
        keeps=settings.automatic_persisted_queries,
    )
    CLIENT_LABELS.keep_names(documents.list_clients())
    endpoint = Endpoint(
        schema,
        build_context,
        settings.origins,
        documents=documents,
        streams_only=True,
        max_subscriptions_per_connection=8,
        wait_until_ended=wait_until_access_ends,
    )
    endpoint.deadline_seconds = settings.operation_deadline_seconds
    explorer = find_explorer() if settings.introspection else None
    console = explorer.serve_page if explorer else serve_console
    offload = build_offload(settings, offload_path, documents) if offload_path else None
    metrics = MetricsPage(offload.fetch_metrics if offload else None)
    door = StrictHttp(
        view=endpoint,
        ide=console if settings.introspection else None,
        documents=documents,
        is_known=is_signed_in,
        offload=offload,
        is_shared=SharedDocuments(schema._schema, documents.is_trusted).is_shared,
    )
    bounds = SocketBounds(
        signed_in=settings.max_sockets,
        per_account=settings.max_sockets_per_account,
        per_address=settings.max_sockets_per_address,
        strangers=settings.max_stranger_sockets,
        strangers_per_address=settings.max_stranger_sockets_per_address,
    )
    sockets = SocketAdmission(endpoint, build_context, bounds)
    app = Application(
        routes=[
            Route("/", FrontPage(console=settings.introspection).answer, methods=["GET"]),
            Route("/graphql", compress_answers(door, settings.compress_above_bytes)),
            WebSocketRoute("/graphql", sockets),
            *list_schema_routes(settings),
            Route("/healthz", answer_liveness),
            Route("/readyz", Readiness(settings).answer),
            Route(METRICS_PATH, metrics.answer),
            *files.ROUTES,
            *public_page.ROUTES,
            *objection_page.ROUTES,
            *exports.ROUTES,
            *oauth.ROUTES,
            *([explorer.route] if explorer else []),
        ],
        lifespan=lifespan,
        exception_handlers={401: answer_unauthenticated, 503: answer_unavailable},
    )
    # It would tell an address of the client's own choosing, and a link's secret over plain HTTP.
    app.router.redirect_slashes = False
    app.origins = settings.origins
    app.certificates = build_certificate_contract(settings)
    app.known_reads = KnownReads(
        schema=schema._schema,
        cache=schema.documents,
        documents=documents,
        viewers=KnownViewers(),
        rules=list_rules(audience),
        deadline_seconds=settings.operation_deadline_seconds,
        compress_above=settings.compress_above_bytes,
        is_offloaded=offload is not None,
        unusual_headers=list_unusual_headers(app),
        pack=lambda answer: SecurityHeaders(
            compress_answers(answer, settings.compress_above_bytes)
        ),
    )
    return app


def build_offload(settings: Settings, path: Path, documents: DocumentBook) -> Offload:
    """Build the way to the offload process, waited for beyond what a request may take there."""
    seconds = settings.operation_deadline_seconds + CLEAN_UP_SECONDS + OFFLOAD_SPARE_SECONDS
    return Offload(path, find_account, seconds, documents.is_trusted)


def list_unusual_headers(app: Application) -> frozenset[bytes]:
    """List the headers whose requests take the usual way, whatever they ask."""
    names = {"content-encoding", ON_BEHALF_OF_HEADER}
    if app.origins:
        names.add("origin")
    if app.certificates is not None:
        names.add(app.certificates.header.lower())
    return frozenset(name.encode() for name in names)


def build_certificate_contract(settings: Settings) -> CertificateContract | None:
    """Build how the proxy hands on certificates; none where there is no such header."""
    if not settings.certificate_header:
        return None
    secret = settings.certificate_proxy_secret.get_secret_value()
    return CertificateContract(settings.certificate_header, secret)


def list_schema_routes(settings: Settings) -> list[Route]:
    """List where the schema is fetched as text: nowhere, unless somebody may have it."""
    if settings.schema_for == "nobody":
        return []
    page = SchemaPage(build_context, settings.schema_for)
    answer = compress_answers(request_response(page), settings.compress_above_bytes)
    return [Route("/schema.graphql", answer, methods=["GET", "HEAD"])]


def compress_answers(app: ASGIApp, above: int) -> ASGIApp:
    """Compress answers of more than so many bytes for whoever takes gzip; of none where it is 0."""
    if not above:
        return app
    return GZipMiddleware(app, minimum_size=above, compresslevel=COMPRESS_LEVEL)


def choose_limits(context: object) -> Limits:
    """Choose the bounds of a request by who asks."""
    known = isinstance(context, Context) and context.viewer.account_id is not None
    return SIGNED_IN if known else STRANGERS


def is_signed_in(scope: Scope) -> bool:
    """Tell whether a request carries a good token, before its body is read."""
    return find_account(scope) is not None


def find_account(scope: Scope) -> str | None:
    """Find whose good token a request carries, if anybody's."""
    connection = HTTPConnection(scope)
    service: Service = connection.app.state.service
    token, certificate = connection.headers.get("authorization"), get_certificate(connection)
    viewer = parse_viewer(service, token, None, certificate) if token else None
    return str(viewer.account_id) if viewer and viewer.account_id else None


async def build_context(connection: HTTPConnection) -> Context:
    """Make the context of one operation; a token that is worth nothing ends in 401.

    Browsers can't give a socket headers: there the token may come with `connection_init`.
    """
    begun = connection.scope.get(CONTEXT_KEY)
    if isinstance(begun, Context):
        return begun
    service: Service = connection.app.state.service
    headers = connection.headers
    token = read_token(connection) or headers.get("authorization")
    certificate = get_certificate(connection)
    viewer = parse_viewer(service, token, headers.get("accept-language"), certificate)
    if viewer is None:
        raise HTTPException(401)
    viewer = await _ask_about_viewer(service, viewer, headers.get(ON_BEHALF_OF_HEADER))
    address = get_client_address(connection)
    client = get_client_headers(connection)
    context = Context(service, viewer, address, headers.get("user-agent"), read_client(client))
    context.client_version = read_client_version(client)
    context.certificate = certificate
    connection.scope[DONE_KEY] = context.done
    return context


async def _ask_about_viewer(service: Service, viewer: Viewer, applicant: str | None) -> Viewer:
    """Ask whether access stands, and for what; once more where a connection broke meanwhile."""
    for again in (True, False):
        try:
            if await has_access_ended(service, viewer):
                raise HTTPException(401)
            return await load_known_functions(service, viewer, applicant)
        except DATABASE_ERRORS as away:
            if again and is_connection_lost(away):
                continue
            outages.write("who asks is not known", error=find_sqlstate(away) or type(away).__name__)
            raise HTTPException(503) from away
    raise AssertionError("unreachable")


async def answer_unauthenticated(request: Request, error: Exception) -> Response:
    """Answer an access token that is forged or has expired, or lacks where one is needed."""
    told = {"www-authenticate": "Bearer"}
    stated = "authorization" in request.headers
    reason = Reason.SESSION_ENDED if stated else Reason.SIGN_IN_FIRST
    return build_error_answer(request.headers, 401, "UNAUTHENTICATED", reason, told)


async def answer_unavailable(request: Request, error: Exception) -> Response:
    """Answer while the database says nothing of who asks."""
    return build_unavailable_answer(request.headers)


async def answer_liveness(request: Request) -> Response:
    """Answer that the process lives."""
    return PlainTextResponse("ok\n")
