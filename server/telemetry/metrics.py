"""What is counted for whoever watches the service, in Prometheus' text format."""

from prometheus_client import CONTENT_TYPE_LATEST, Counter, generate_latest
from starlette.requests import Request
from starlette.responses import Response

from resolvers.kernel.context import Context
from server.telemetry.client_label import CLIENT_COUNTER, ClientLabel

OPERATION_COUNTER = Counter(
    "jiuye_operations",
    "Operations, by the path that answered and the reason why it was not a plan.",
    ("type", "path", "aside"),
)


def count_operation(kind: str | None, context: object, client: ClientLabel, *, ok: bool) -> None:
    """Count an operation; what was refused before it ran has neither path nor reason."""
    CLIENT_COUNTER.labels(client.name, client.version, kind or "", "ok" if ok else "error").inc()
    path, aside = (
        (context.path, context.unplannable_reason) if isinstance(context, Context) else (None, None)
    )
    OPERATION_COUNTER.labels(kind or "", path or "", aside or "").inc()


async def answer_metrics(request: Request) -> Response:
    """Return all figures."""
    return Response(generate_latest(), headers={"content-type": CONTENT_TYPE_LATEST})
