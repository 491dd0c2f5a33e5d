"""What one GraphQL request says, checked member by member; refused in both languages."""

from codecs import BOM_UTF8
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl

from strawberry.http import GraphQLRequestData

from server.http.limits import SIGNED_IN, Limits, describe_excess
from server.http.strict_json import BadJson, Json, TooMuchJson, read_json

SCOPE_KEY = "jiuye.graphql"
DOCUMENT_FAULT_KEY = "jiuye.document_fault"
"""Set on the scope of a well-formed request whose document, or variables, can't be executed."""


class BadRequest(Exception):
    """Say which HTTP status and which code a request is refused with."""

    def __init__(
        self, status: int, code: str, message: str, further: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.extensions = {**(further or {}), "code": code}


def build_excess(status: int, name: str, bound: int, given: int, code: str) -> BadRequest:
    """Build the refusal of a request that is beyond a bound of `Limits`."""
    message, extensions = describe_excess(name, bound, given)
    return BadRequest(status, code, message, extensions)


Members = Mapping[str, Json]
"""What a request holds, before it is known to be one."""


def parse_body(
    raw: bytes, limits: Limits = SIGNED_IN, resolve: Callable[[Members], Members] = dict
) -> GraphQLRequestData:
    """Read the body of a POST; `resolve` finds the text of a document that is only named.

    Raises BadRequest for what is no request, or beyond the limits.
    """
    members = _read_json("The body", "请求体", raw, limits)
    if isinstance(members, list):
        raise BadRequest(
            400, "BATCHING_OFF", "Batches of operations are not accepted. 不接受批量操作。"
        )
    if not isinstance(members, dict):
        raise BadRequest(400, "BAD_REQUEST", "The body must be a JSON object. 请求体应为JSON对象。")
    return build_request(resolve(members))


def parse_query_string(
    query_string: bytes, limits: Limits = SIGNED_IN, resolve: Callable[[Members], Members] = dict
) -> GraphQLRequestData:
    """Read the query string of a GET, as the body of a POST.

    Raises BadRequest for what is no request, or beyond the limits.
    """
    try:
        pairs = parse_qsl(
            query_string.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(query_string),
            errors="strict",
            max_num_fields=16,
        )
    except ValueError:
        raise BadRequest(
            400, "BAD_REQUEST", "The query string is malformed. 查询串格式有误。"
        ) from None
    members: dict[str, Json] = dict(pairs)
    if len(members) != len(pairs):
        raise BadRequest(
            400, "BAD_REQUEST", "A parameter occurs twice in the query string. 查询串参数重复。"
        )
    for name in ("variables", "extensions"):
        text = members.get(name)
        if isinstance(text, str):
            members[name] = (
                _read_json(f"`{name}`", f"`{name}`", text.encode(), limits) if text else None
            )
    return build_request(resolve(members))


def build_request(members: Mapping[str, Json]) -> GraphQLRequestData:
    """Check the type of each member; members GraphQL does not know are ignored.

    Raises BadRequest for a member of another type.
    """
    query, name = members.get("query"), members.get("operationName")
    if query is None or query == "":
        raise BadRequest(400, "QUERY_MISSING", "The request holds no `query`. 请求缺少`query`。")
    if not isinstance(query, str):
        raise BadRequest(400, "BAD_REQUEST", "`query` must be a string. `query`应为字符串。")
    if "\0" in query or not _is_encodable(query):
        raise BadRequest(
            400, "BAD_REQUEST", "`query` holds a character that is no text. `query`含有非法字符。"
        )
    if name is not None and not isinstance(name, str):
        raise BadRequest(
            400, "BAD_REQUEST", "`operationName` must be a string. `operationName`应为字符串。"
        )
    return GraphQLRequestData(
        query=query,
        variables=_require_object(members, "variables"),
        operation_name=name or None,
        extensions=_require_object(members, "extensions"),
    )


def _require_object(members: Mapping[str, Json], name: str) -> dict[str, Json] | None:
    value = members.get(name)
    if value is None or isinstance(value, dict):
        return value
    raise BadRequest(
        400, "BAD_REQUEST", f"`{name}` must be an object or null. `{name}`应为对象或null。"
    )


def _read_json(what: str, chinese: str, raw: bytes, limits: Limits) -> Json:
    try:
        return read_json(raw.removeprefix(BOM_UTF8), limits)
    except TooMuchJson as excess:
        raise build_excess(400, excess.name, excess.bound, excess.given, "LIMIT_EXCEEDED") from None
    except BadJson as error:
        message = f"{what} is refused: {error}. {chinese}不是可接受的JSON。"
        raise BadRequest(400, "BAD_JSON", message) from None


def _is_encodable(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)
