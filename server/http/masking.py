"""What clients and logs learn of an error: a code, never a value and never a fault's inside."""

import re
import secrets
from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import structlog
from graphql import GraphQLEnumType, GraphQLError, GraphQLSchema, GraphQLSyntaxError
from strawberry import Schema
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionContext

from loaders.database_fault import DatabaseFault, find_database_fault, find_sqlstate
from resolvers.kernel.context import Context
from resolvers.kernel.refusal_log import RefusalLog
from resolvers.kernel.refused_access import REFUSED_ACCESS
from server.http.limits import MAX_ERRORS, RETRY_AFTER_SECONDS
from server.telemetry.log import hash_operation, to_letters
from server.telemetry.redaction import redact_text

INTERNAL_MESSAGE = "Internal error. 服务内部错误"


class FaultAnswer(NamedTuple):
    """What a client is told of a fault, and after how many seconds to come again."""

    code: str
    message: str
    wait: int


FAULT_ANSWERS: Mapping[DatabaseFault, FaultAnswer] = {
    DatabaseFault.AWAY: FaultAnswer(
        "UNAVAILABLE",
        "The service can't answer at the moment. 系统暂时无法办理",
        RETRY_AFTER_SECONDS,
    ),
    DatabaseFault.CONFLICT: FaultAnswer(
        "CONFLICT_RETRY", "Somebody else was first; send it again. 与他人同时操作，请重新提交", 1
    ),
    DatabaseFault.SLOW: FaultAnswer(
        "DEADLINE",
        "It took too long and was stopped. 操作超时，已停止",
        RETRY_AFTER_SECONDS,
    ),
}
SUGGESTION_PATTERN = re.compile(r"\s*Did you mean .*", re.DOTALL)
_NAME = r"(?:the enum value )?'\w+'"
WHOLE_SUGGESTION_PATTERN = re.compile(
    rf" Did you mean (?:to use an inline fragment on )?{_NAME}(?:, {_NAME})*(?:,? or {_NAME})?\?\Z"
)
"""A suggestion as graphql-core ends a message with it; no value of a client's stands at its end."""
UNKNOWN_VALUE_PATTERN = re.compile(
    r"does not exist in '(\w+)' enum\.|Enum '(\w+)' cannot represent"
)
"""How graphql-core says that something is no value of an enum."""
MAX_TOLD_VALUES = 100
"""So many values of an enum are told at most; inputs have no larger ones."""
# Each pattern cuts what a client wrote out of a message of graphql-core.
VALUE_PATTERNS = (
    (re.compile(r"(cannot represent [^:'\"]*value):.*", re.DOTALL), r"\1."),
    (re.compile(r"Value '.*' does not exist", re.DOTALL), "The value does not exist"),
    (re.compile(r",? but encountered error .*", re.DOTALL), "."),
    (re.compile(r"[.,;]? ?\b(?:found|got)\b:? .*", re.DOTALL | re.IGNORECASE), "."),
    (re.compile(r"not to be None\b"), "not to be null"),
    (re.compile(r"(Unexpected [A-Za-z]+) ['\"].*", re.DOTALL), r"\1."),
    (re.compile(r"(Unexpected character|Invalid character[^:]*): .*", re.DOTALL), r"\1."),
)
QUOTED_PATTERN = re.compile(r"'([^']*)'|\"([^\"]*)\"")
NAME_PATTERN = re.compile(r"[\[$@]*[_A-Za-z][\w.\[\]!]*\Z", re.ASCII)
CHINESE_BY_CODE = {
    "GRAPHQL_PARSE_FAILED": "语句无法解析。",
    "GRAPHQL_VALIDATION_FAILED": "语句与接口定义不符。",
    "BAD_USER_INPUT": "变量或参数的值与类型不符。",
    "QUERY_MISSING": "请求缺少`query`。",
    "OPERATION_UNKNOWN": "文档中没有该操作。",
    "OPERATION_NOT_ALLOWED": "此处不受理该类操作。",
}
"""What follows a message of graphql-core's own, which is in English."""
REQUEST_ERRORS = (MissingQueryError, CannotGetOperationTypeError, InvalidOperationTypeError)

log = structlog.stdlib.get_logger("jiuye.error")
refusals = RefusalLog("jiuye.error")
outages = RefusalLog("jiuye.error", "warning")


class MaskedSchema(Schema):
    """A Strawberry schema whose errors are few and all pass through `mask`, streams included."""

    suggests: ClassVar[bool] = False
    """Whether errors suggest what might have been meant: for who writes a client."""

    def _get_custom_context_kwargs(
        self, operation_extensions: dict[str, Any] | None = None, *, sync: bool = False
    ) -> dict[str, Any]:
        """Tell few errors of variables; suggestions cost time, so that few schemas seek them."""
        given = super()._get_custom_context_kwargs(operation_extensions, sync=sync)
        return given | {"max_coercion_errors": MAX_ERRORS, "hide_suggestions": not self.suggests}

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Replace each error by what a client may see, and log it."""
        query = execution_context.query if execution_context else None
        asking = execution_context.context if execution_context else None
        signed_in = isinstance(asking, Context) and asking.viewer.account_id is not None
        errors[:] = [
            mask_error(error, query, self._schema, suggests=self.suggests, signed_in=signed_in)
            for error in errors
        ]


def mask_error(
    error: GraphQLError,
    query: str | None = None,
    schema: GraphQLSchema | None = None,
    *,
    suggests: bool = False,
    signed_in: bool = False,
) -> GraphQLError:
    """Return what a client may see of an error; log it under an id when it is a fault."""
    if isinstance(error, MaskedError):
        return error
    fault = _find_fault(error)
    if fault is not None:
        return _mask_fault(error, fault, query)
    extensions = dict(error.extensions or {})
    code = extensions.setdefault("code", _choose_code(error))
    hash = hash_operation(query)
    refusals.write("refused", code=code, signed_in=signed_in, path=error.path, hash=hash)
    what = error.path[-1] if error.path else ""
    REFUSED_ACCESS.record(str(extensions.get("reason", code)), str(what))
    told = f"{strip_values(error.message)}{_list_values(error.message, schema)}"
    suggestion = WHOLE_SUGGESTION_PATTERN.search(error.message) if suggests else None
    told += suggestion[0] if suggestion else ""
    if error.extensions is None or "code" not in error.extensions:
        told = f"{told} {CHINESE_BY_CODE[extensions['code']]}"
    return MaskedError(error, told, extensions)


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


def _list_values(message: str, schema: GraphQLSchema | None) -> str:
    """List the values of the enum of which something was no value; they are the schema's own."""
    found = UNKNOWN_VALUE_PATTERN.search(message)
    enum = schema.get_type(found[1] or found[2]) if schema and found else None
    if not isinstance(enum, GraphQLEnumType) or len(enum.values) > MAX_TOLD_VALUES:
        return ""
    return f" It has: {', '.join(enum.values)}."


def strip_values(message: str) -> str:
    """Cut suggestions and everything a client wrote, names excepted, out of a message."""
    message = SUGGESTION_PATTERN.sub("", message)
    for pattern, replacement in VALUE_PATTERNS:
        message = pattern.sub(replacement, message)
    message = QUOTED_PATTERN.sub(_mask_unless_name, message)
    return redact_text(message)


def _mask_unless_name(quoted: re.Match[str]) -> str:
    return quoted[0] if NAME_PATTERN.match(quoted[1] or quoted[2] or "") else "(...)"


def _find_fault(error: GraphQLError) -> Exception | None:
    """Find the unexpected exception behind an error; None when the request is at fault."""
    cause: Exception | None = error.original_error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    if cause is None or "code" in (error.extensions or {}) or isinstance(cause, REQUEST_ERRORS):
        return None
    # Scalars raise while literals and variables are read: located, but not in the answer.
    return None if error.path is None and error.nodes else cause


def _mask_fault(error: GraphQLError, fault: Exception, query: str | None) -> GraphQLError:
    database = find_database_fault(fault)
    if database is not None:
        # No fault of the code, and sent again it may succeed.
        told = FAULT_ANSWERS[database]
        outages.write(
            "the database did not do it",
            code=told.code,
            error=find_sqlstate(fault) or type(fault).__name__,
            path=error.path,
            hash=hash_operation(query),
        )
        return MaskedError(error, told.message, {"code": told.code, "retryAfter": told.wait})
    name = to_letters(secrets.token_hex(8))
    log.error(
        "internal error",
        id=name,
        code="INTERNAL",
        path=error.path,
        hash=hash_operation(query),
        exc_info=(type(fault), fault, fault.__traceback__),
    )
    return MaskedError(error, INTERNAL_MESSAGE, {"code": "INTERNAL", "id": name})


def _choose_code(error: GraphQLError) -> str:
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
    return "GRAPHQL_VALIDATION_FAILED" if error.path is None else "BAD_USER_INPUT"
