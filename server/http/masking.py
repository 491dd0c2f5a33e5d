"""What clients and logs learn of an error: a code, never a value and never a fault's inside."""

import re
import secrets

import structlog
from graphql import GraphQLError, GraphQLSyntaxError
from strawberry import Schema
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionContext

from server.telemetry.log import in_letters, operation_hash
from server.telemetry.redaction import redact_text

INTERNAL = "Internal error. 服务内部错误"
# Each pattern cuts what a client wrote out of a message of graphql-core.
CUTS = (
    (re.compile(r"\s*Did you mean .*", re.DOTALL), ""),
    (re.compile(r"(cannot represent [^:'\"]*value):.*", re.DOTALL), r"\1."),
    (re.compile(r"Value '.*' does not exist", re.DOTALL), "The value does not exist"),
    (re.compile(r",? but encountered error .*", re.DOTALL), "."),
    (re.compile(r"[.,;]? ?\b(?:found|got)\b:? .*", re.DOTALL | re.IGNORECASE), "."),
    (re.compile(r"not to be None\b"), "not to be null"),
    (re.compile(r"(Unexpected [A-Za-z]+) ['\"].*", re.DOTALL), r"\1."),
    (re.compile(r"(Unexpected character|Invalid character[^:]*): .*", re.DOTALL), r"\1."),
)
QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
NAME = re.compile(r"[\[$@]*[_A-Za-z][\w.\[\]!]*\Z", re.ASCII)
REFUSED = (MissingQueryError, CannotGetOperationTypeError, InvalidOperationTypeError)

log = structlog.stdlib.get_logger("jiuye.error")


class MaskedSchema(Schema):
    """A Strawberry schema whose errors all pass through `mask`, streams included."""

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Replace each error by what a client may see, and log it."""
        query = execution_context.query if execution_context else None
        errors[:] = [mask(error, query) for error in errors]


def mask(error: GraphQLError, query: str | None = None) -> GraphQLError:
    """Return what a client may see of an error; log it under an id when it is a fault."""
    if isinstance(error, MaskedError):
        return error
    fault = _fault(error)
    if fault is not None:
        return _masked_fault(error, fault, query)
    extensions = dict(error.extensions or {})
    code = extensions.setdefault("code", _code(error))
    log.info("refused", code=code, path=error.path, hash=operation_hash(query))
    return MaskedError(error, strip_values(error.message), extensions)


class MaskedError(GraphQLError):
    """An error that was masked already; keeps place and path, drops nodes and causes."""

    def __init__(self, error: GraphQLError, message: str, extensions: dict[str, object]) -> None:
        super().__init__(
            message,
            source=error.source,
            positions=error.positions,
            path=error.path,
            extensions=extensions,
        )


def strip_values(message: str) -> str:
    """Cut suggestions and everything a client wrote, names excepted, out of a message."""
    for pattern, replacement in CUTS:
        message = pattern.sub(replacement, message)
    message = QUOTED.sub(_name_or_nothing, message)
    return redact_text(message)


def _name_or_nothing(quoted: re.Match[str]) -> str:
    return quoted[0] if NAME.match(quoted[1] or quoted[2] or "") else "(...)"


def _fault(error: GraphQLError) -> Exception | None:
    """Find the unexpected exception behind an error; None when the request is at fault."""
    cause: Exception | None = error.original_error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    if cause is None or "code" in (error.extensions or {}) or isinstance(cause, REFUSED):
        return None
    # Scalars raise while literals and variables are read: located, but not in the answer.
    return None if error.path is None and error.nodes else cause


def _masked_fault(error: GraphQLError, fault: Exception, query: str | None) -> GraphQLError:
    name = in_letters(secrets.token_hex(8))
    log.error(
        "internal error",
        id=name,
        code="INTERNAL",
        path=error.path,
        hash=operation_hash(query),
        exc_info=(type(fault), fault, fault.__traceback__),
    )
    return MaskedError(error, INTERNAL, {"code": "INTERNAL", "id": name})


def _code(error: GraphQLError) -> str:
    if isinstance(error, GraphQLSyntaxError):
        return "GRAPHQL_PARSE_FAILED"
    if isinstance(error.original_error, MissingQueryError):
        return "QUERY_MISSING"
    if isinstance(error.original_error, CannotGetOperationTypeError):
        return "OPERATION_UNKNOWN"
    if isinstance(error.original_error, InvalidOperationTypeError):
        return "OPERATION_NOT_ALLOWED"
    if error.message.startswith("Variable '$"):
        return "BAD_USER_INPUT"
    return "GRAPHQL_VALIDATION_FAILED" if error.path is None else "GRAPHQL_ERROR"
