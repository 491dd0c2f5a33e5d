"""Logging: one JSON object per line, without personal numbers and without queries."""

import hashlib
import logging
import re
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import TextIO

import orjson
import structlog
from graphql import GraphQLError
from strawberry.extensions import SchemaExtension
from structlog.types import Processor

from resolvers.kernel.context import Context
from server.telemetry.client_label import CLIENT_LABELS
from server.telemetry.metrics import count_operation
from server.telemetry.redaction import redact_event, redact_text

_NAME_PATTERN = re.compile("[_A-Za-z][_0-9A-Za-z]*", re.ASCII)
# Letters only, so that no digits of a hash look like a telephone number.
_LETTERS = str.maketrans("0123456789", "ghijklmnop")
SHARED_PROCESSORS: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
]
ROUTED_LOGGERS = ("uvicorn", "uvicorn.error", "uvicorn.asgi", "strawberry", "sqlalchemy", "asyncio")
# The first writes the source of a query, the others URLs, which hold queries and ids too.
SILENCED_LOGGERS = ("strawberry.execution", "uvicorn.access", "httpx")

OPERATION_LOGGER = "jiuye.operation"
log = structlog.stdlib.get_logger(OPERATION_LOGGER)


class NamedLogger(structlog.WriteLogger):
    """Writes lines to a stream, and knows its own name."""

    def __init__(self, stream: TextIO, name: str | None = None) -> None:
        super().__init__(stream)
        self.name = name


def configure_logging(level: str = "INFO", stream: TextIO = sys.stderr) -> None:
    """Send structlog and stdlib logging through one redacting formatter; run once, early.

    Our own lines go to the stream at once: on the way through stdlib logging each would cost three
    times as much, and there is one for every operation.
    """
    renderer = _choose_renderer(stream)
    processors = [*SHARED_PROCESSORS, redact_event, renderer]
    OPERATION_LINES.configure(processors, level, stream)
    structlog.configure(
        processors=processors,
        logger_factory=lambda *name: NamedLogger(stream, *name),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=SHARED_PROCESSORS,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                redact_event,
                renderer,
            ],
        )
    )
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(level)
    logging.captureWarnings(True)
    for name in ROUTED_LOGGERS:
        routed = logging.getLogger(name)
        routed.handlers.clear()
        routed.propagate = True
    # Its lines on sockets tell addresses and URLs, below INFO even what frames hold.
    sockets = logging.getLogger("uvicorn.error")
    sockets.setLevel(max(logging.INFO, logging.root.level))
    sockets.filters[:] = [_has_no_address]
    for name in SILENCED_LOGGERS:
        logging.getLogger(name).disabled = True


def choose_name(given: str | None) -> str | None:
    """Take what may be an operation's name; what clients write there else is none of the log's."""
    return given if given is not None and _NAME_PATTERN.fullmatch(given) else None


def _has_no_address(record: logging.LogRecord) -> bool:
    return "WebSocket" not in record.msg and not record.msg.startswith("connection ")


class OperationLines:
    """Writes the line of an operation as the processors would, in a fifth of their time.

    There is one for every operation, and nothing in it but what is known to be harmless or is
    redacted here. Whoever changes the processors, as tests do, gets the event instead.
    """

    def __init__(self) -> None:
        self._processors: list[Processor] = []
        self._renderer: Processor | None = None
        self._logger: NamedLogger | None = None

    def configure(self, processors: list[Processor], level: str, stream: TextIO) -> None:
        """Write to a stream, as long as the processors are these."""
        self._processors, self._renderer = processors, processors[-1]
        is_told = logging.getLevelNamesMapping()[level] <= logging.INFO
        plain = not stream.isatty() and is_told
        self._logger = NamedLogger(stream, OPERATION_LOGGER) if plain else None

    def write(self, event: dict[str, object]) -> None:
        """Write a line."""
        logger, configured = self._logger, structlog.get_config()["processors"]
        if logger is None or configured is not self._processors or not self._is_whole:
            log.info("operation", **event)
            return
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        event |= {
            "event": "operation",
            "logger": OPERATION_LOGGER,
            "level": "info",
            "timestamp": now,
        }
        logger.info(orjson.dumps(event).decode())

    @property
    def _is_whole(self) -> bool:
        return bool(self._processors) and self._processors[-1] is self._renderer


def _choose_renderer(stream: TextIO) -> Processor:
    if stream.isatty():
        return structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    return structlog.processors.JSONRenderer(serializer=_format_json)


def _format_json(event: object, **_options: object) -> str:
    return orjson.dumps(event).decode()


def to_letters(hexadecimal: str) -> str:
    """Write a hexadecimal number with letters only."""
    return hexadecimal.translate(_LETTERS)


def hash_operation(query: str | None) -> str:
    """Name a document without repeating it."""
    return to_letters(hashlib.blake2b((query or "").encode(), digest_size=8).hexdigest())


OPERATION_LINES = OperationLines()
"""Those of the process."""


class AccessLog(SchemaExtension):
    """Write one line per operation: name, hash, type, status, milliseconds."""

    def on_operation(self) -> Iterator[None]:
        """Time the operation."""
        started = time.perf_counter()
        status = "abandoned"
        try:
            yield
            status = self._describe_outcome()
        except GraphQLError as error:
            status = str((error.extensions or {}).get("code", "INTERNAL"))
            raise
        except Exception as error:
            status = type(error).__name__
            raise
        finally:
            self._write_line(status, time.perf_counter() - started)

    def _describe_outcome(self) -> str:
        errors = getattr(self.execution_context.result, "errors", None) or []
        codes = {str((error.extensions or {}).get("code", "INTERNAL")) for error in errors}
        return ",".join(sorted(codes)) or "OK"

    def _write_line(self, status: str, seconds: float) -> None:
        running = self.execution_context
        known = running.graphql_document is not None
        try:
            kind = running.operation_type.value if known else None
        except RuntimeError:
            kind = None
        context = running.context
        if isinstance(context, Context) and context.begun is not None:
            seconds = time.perf_counter() - context.begun.started
        write_operation(
            context,
            name=choose_name(running.operation_name),
            hash=hash_operation(running.query),
            kind=kind,
            status=status,
            seconds=seconds,
        )


def write_operation(
    context: object, *, name: str | None, hash: str, kind: str | None, status: str, seconds: float
) -> None:
    """Count an operation and write its line."""
    client = CLIENT_LABELS.choose_label(context)
    count_operation(kind, context, client, ok=status == "OK")
    event: dict[str, object] = {
        "name": name and redact_name(name),
        "hash": hash,
        "type": kind,
        "status": status,
        "ms": round(seconds * 1000, 2),
    }
    if isinstance(context, Context) and context.path is not None:
        event["path"] = context.path
        if context.unplannable_reason:
            event["aside"] = context.unplannable_reason
    if client.name:
        event["client"] = redact_name(client.name)
    if client.version:
        event["client_version"] = redact_name(client.version)
    OPERATION_LINES.write(event)


redact_name = lru_cache(maxsize=1_000)(redact_text)
"""Mask personal numbers in a name that comes again and again."""
