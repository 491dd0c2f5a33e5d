"""What is counted for whoever watches the service, in Prometheus' text format."""

from functools import lru_cache

from prometheus_client import CONTENT_TYPE_LATEST, Counter, generate_latest
from starlette.requests import Request
from starlette.responses import Response

from resolvers.kernel.context import Context
from server.telemetry.client_label import ClientLabel, find_client_counter

OPERATION_COUNTER = Counter(
    "jiuye_operations",
    "Operations, by the path that answered and the reason why it was not a plan.",
    ("type", "path", "aside"),
)


def count_operation(kind: str | None, context: object, client: ClientLabel, *, ok: bool) -> None:
    """Count an operation; what was refused before it ran has neither path nor reason."""
    find_client_counter(client.name, client.version, kind or "", "ok" if ok else "error").inc()
    path, aside = (
        (context.path, context.unplannable_reason) if isinstance(context, Context) else (None, None)
    )
    _find_operation_counter(kind or "", path or "", aside or "").inc()


@lru_cache(maxsize=1_000)
def _find_operation_counter(kind: str, path: str, aside: str) -> Counter:
    return OPERATION_COUNTER.labels(kind, path, aside)


async def answer_metrics(request: Request) -> Response:
    """Return all figures."""
    return Response(generate_latest(), headers={"content-type": CONTENT_TYPE_LATEST})
