"""Answers that are the same for all viewers: caches may keep them, and ask whether they changed.

Only documents of manifests are looked at: who wrote them is known, and there are few.
"""

from collections.abc import Callable

import orjson
from cachetools import LRUCache
from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    parse,
    visit,
)
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Send
from strawberry.http import GraphQLRequestData

from schema.kernel.permission import PermissionExtension
from server.http.entity_tag import build_entity_tag, has_entity
from server.http.limits import SIGNED_IN
from server.http.public_page import HEADERS as PUBLIC_HEADERS

SHARED_FIELDS = frozenset(
    {
        "__typename",
        "accountRules",
        "enumLabels",
        "publicNotice",
        "publicNotices",
        "regions",
        "riskControls",
        "signInProviders",
    }
)
"""Fields of the query whose value is the same whoever asks; a test asks as several viewers."""
MOST_KEPT = 1_000
DEFINITION = "strawberry-definition"


class SharedDocuments:
    """Tells of which documents the answer is the same for all viewers."""

    def __init__(self, schema: GraphQLSchema, is_trusted: Callable[[str], bool]) -> None:
        self._schema, self._is_trusted = schema, is_trusted
        self._known: LRUCache[str, bool] = LRUCache(MOST_KEPT)

    def is_shared(self, request: GraphQLRequestData) -> bool:
        """Tell whether an answer may be kept; one that is to tell cost or plan may not."""
        text = request.query
        if text is None or _asks_for_more(request):
            return False
        if not self._is_trusted(text):  # or not any more
            return False
        shared = self._known.get(text)
        if shared is None:
            shared = self._known[text] = is_shared_document(self._schema, text)
        return shared


def _asks_for_more(request: GraphQLRequestData) -> bool:
    return bool(set(request.extensions or ()) - {"persistedQuery"})


def is_shared_document(schema: GraphQLSchema, text: str) -> bool:
    """Tell whether a document is one query of fields that are the same for all viewers."""
    try:
        document = parse(text, max_tokens=SIGNED_IN.tokens)
    except GraphQLError:
        return False
    types = TypeInfo(schema)
    walk = SharedFieldVisitor(types, schema.query_type)
    visit(document, TypeInfoVisitor(types, walk))
    return walk.shared and walk.operations == 1


class SharedFieldVisitor(Visitor):
    """Looks at each field: at the root for its name, below for who may read it."""

    def __init__(self, types: TypeInfo, query: GraphQLNamedType | None) -> None:
        super().__init__()
        self._types, self._query = types, query
        self.shared, self.operations = True, 0

    def enter_operation_definition(self, node: OperationDefinitionNode, *_args: object) -> None:
        """Count operations, and take queries alone."""
        self.operations += 1
        self.shared &= node.operation is OperationType.QUERY

    def enter_field(self, node: FieldNode, *_args: object) -> None:
        """Refuse a field that depends on who asks."""
        parent = self._types.get_parent_type()
        if parent is None or parent is self._query:
            self.shared &= node.name.value in SHARED_FIELDS
        elif node.name.value != "__typename":
            self.shared &= _is_open(parent, self._types.get_field_def())


def _is_open(parent: GraphQLNamedType, field: GraphQLField | None) -> bool:
    """Tell whether a field and its type ask for no function; what is not known is not open."""
    if field is None:
        return False
    origin = getattr(parent.extensions.get(DEFINITION), "origin", None)
    extensions = getattr(field.extensions.get(DEFINITION), "extensions", ())
    refusing = any(isinstance(each, PermissionExtension) for each in extensions)
    return not getattr(origin, "may", None) and not refusing


def wrap_shared_send(send: Send, headers: Headers) -> Send:
    """Name a whole answer by its content, and leave it out for whoever has it already.

    One that comes in parts is sent as it comes.
    """
    started: list[Message] = []

    async def send_once(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200:
            started.append(message)
        elif not started:
            await send(message)
        else:
            start = started.pop()
            in_parts = message.get("more_body", False)
            for each in (start, message) if in_parts else _finish(start, message, headers):
                await send(each)

    return send_once


def _finish(start: Message, body: Message, headers: Headers) -> tuple[Message, Message]:
    content = body.get("body", b"")
    if "errors" in orjson.loads(content):
        return start, body
    tag = build_entity_tag(content)
    told = MutableHeaders(raw=list(start["headers"]))
    for budget in ("ratelimit", "ratelimit-policy"):  # that of whoever asked first
        del told[budget]
    told["etag"] = tag
    told["cache-control"] = PUBLIC_HEADERS["Cache-Control"]
    told.add_vary_header("accept-language")
    if not has_entity(headers, tag):
        return {**start, "headers": told.raw}, body
    del told["content-length"]
    del told["content-type"]
    return {**start, "status": 304, "headers": told.raw}, {**body, "body": b""}
