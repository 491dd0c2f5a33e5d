"""What is counted for whoever watches the service, in Prometheus' text format."""

from collections.abc import Awaitable, Callable, Iterator
from functools import lru_cache

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Metric,
    generate_latest,
)
from prometheus_client.parser import text_string_to_metric_families
from starlette.requests import Request
from starlette.responses import Response

from resolvers.kernel.context import Context
from server.telemetry.client_label import ClientLabel, find_client_counter

OFFLOAD_LABEL = "offload"
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


class JoinedFigures(CollectorRegistry):
    """The figures of this process, and those of the one beside it under a label of their own."""

    def __init__(self, beside: str) -> None:
        super().__init__()
        self._beside = {each.name: each for each in text_string_to_metric_families(beside)}

    def collect(self) -> Iterator[Metric]:
        """Yield each figure once, whichever process has it; when it began is told by one alone."""
        rest = dict(self._beside)
        for own in REGISTRY.collect():
            _add_samples(own, rest.pop(own.name, None))
            rest.pop(f"{own.name}_created", None)
            yield own
        for name, other in rest.items():
            if not name.endswith("_created"):
                joined = Metric(name, other.documentation, other.type)
                _add_samples(joined, other)
                yield joined


def _add_samples(to: Metric, other: Metric | None) -> None:
    for sample in other.samples if other else ():
        labels = {**sample.labels, "process": OFFLOAD_LABEL}
        to.add_sample(sample.name, labels, sample.value)


class MetricsPage:
    """Answers with all figures."""

    def __init__(self, fetch_beside: Callable[[], Awaitable[str]] | None = None) -> None:
        """`fetch_beside` fetches the figures of the process that takes requests over, if any."""
        self._fetch_beside = fetch_beside

    async def answer(self, _request: Request) -> Response:
        """Return all figures."""
        beside = await self._fetch_beside() if self._fetch_beside else ""
        text = generate_latest(JoinedFigures(beside)) if beside else generate_latest()
        return Response(text, headers={"content-type": CONTENT_TYPE_LATEST})
