"""Answers to requests that reach no operation, as GraphQL clients read them."""

from collections.abc import Mapping, Sequence

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response

from resolvers.kernel.viewer import choose_language
from rules.kernel.refusal import Fault, Reason
from rules.kernel.wording import format_fault
from server.http.limits import RETRY_AFTER_SECONDS
from server.http.strict_http import PLAIN_JSON, choose_media_type


def build_error_answer(
    headers: Headers,
    status: int,
    code: str,
    reason: Reason,
    more: Mapping[str, str] | None = None,
    done: Sequence[str] = (),
    **beside: str | None,
) -> Response:
    """Answer in the client's language and media type; `beside` stands beside the errors.

    `done` names mutations that were carried out nevertheless.
    """
    words = format_fault(Fault(reason), choose_language(headers.get("accept-language", "")))
    extensions: dict[str, object] = {"code": code, "reason": reason, "cure": words.cure}
    if done:
        extensions["done"] = [*done]
    body = {**beside, "errors": [{"message": words.text, "extensions": extensions}]}
    kind = f"{choose_media_type(headers) or PLAIN_JSON}; charset=utf-8"
    return JSONResponse(body, status, dict(more or {}), media_type=kind)


def build_unavailable_answer(headers: Headers, **beside: str) -> Response:
    """Answer while the database says nothing: it is away, or all connections are taken."""
    told = {"retry-after": str(RETRY_AFTER_SECONDS)}
    return build_error_answer(headers, 503, "UNAVAILABLE", Reason.DATABASE_AWAY, told, **beside)


def build_overdue_answer(headers: Headers, done: Sequence[str] = ()) -> Response:
    """Answer what took too long and did not even end when it was stopped."""
    if done:
        reason = Reason.DATABASE_AWAY
        return build_error_answer(headers, 200, "DEADLINE", reason, done=done, data=None)
    told = {"retry-after": str(RETRY_AFTER_SECONDS)}
    return build_error_answer(headers, 504, "DEADLINE", Reason.DATABASE_AWAY, told)
