"""Logging: one JSON object per line, without personal numbers and without queries."""

import hashlib
import logging
import re
import sys
import time
from collections.abc import Iterator
from typing import TextIO

import orjson
import structlog
from graphql import GraphQLError
from strawberry.extensions import SchemaExtension
from structlog.types import Processor

from resolvers.kernel.context import Context
from server.telemetry.client_label import CLIENT_LABELS, ClientLabel
from server.telemetry.metrics import count_operation
from server.telemetry.redaction import redact_event

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

log = structlog.stdlib.get_logger("jiuye.operation")


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
    structlog.configure(
        processors=[*SHARED_PROCESSORS, redact_event, renderer],
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


def _choose_name(given: str | None) -> str | None:
    """Take what may be an operation's name; what clients write there else is none of the log's."""
    return given if given is not None and _NAME_PATTERN.fullmatch(given) else None


def _has_no_address(record: logging.LogRecord) -> bool:
    return "WebSocket" not in record.msg and not record.msg.startswith("connection ")


def _choose_renderer(stream: TextIO) -> Processor:
    if stream.isatty():
        return structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    return structlog.processors.JSONRenderer(serializer=_format_json)


def _format_json(event: object, **_options: object) -> str:
    return orjson.dumps(event).decode()


def _describe_client(client: ClientLabel) -> dict[str, str]:
    named = {"client": client.name, "client_version": client.version}
    return {key: value for key, value in named.items() if value}


def to_letters(hexadecimal: str) -> str:
    """Write a hexadecimal number with letters only."""
    return hexadecimal.translate(_LETTERS)


def hash_operation(query: str | None) -> str:
    """Name a document without repeating it."""
    return to_letters(hashlib.blake2b((query or "").encode(), digest_size=8).hexdigest())


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
        context = self.execution_context
        known = context.graphql_document is not None
        try:
            kind = context.operation_type.value if known else None
        except RuntimeError:
            kind = None
        client = CLIENT_LABELS.choose_label(context.context)
        count_operation(kind, context.context, client, ok=status == "OK")
        log.info(
            "operation",
            name=_choose_name(context.operation_name),
            hash=hash_operation(context.query),
            type=kind,
            status=status,
            ms=round(seconds * 1000, 2),
            **self._describe_path(context.context),
            **_describe_client(client),
        )

    def _describe_path(self, context: object) -> dict[str, str]:
        """Return which path answered, and why a plan stepped aside."""
        if not isinstance(context, Context) or context.path is None:
            return {}
        return {"path": context.path} | (
            {"aside": context.unplannable_reason} if context.unplannable_reason else {}
        )
