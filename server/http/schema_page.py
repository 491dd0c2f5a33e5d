"""GET /schema.graphql: the schema as text, for the tools of whoever writes a client."""

from collections.abc import Awaitable, Callable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from resolvers.kernel.context import Context
from resolvers.kernel.point_budget import BudgetSpent, spend_points
from server.http.budget_admission import build_spent_error, count_seconds
from server.http.entity_tag import build_entity_tag, has_entity
from server.http.introspection import IntrospectionAudience
from server.http.price import PRICES

FILE = Path(__file__).parents[2] / "schema.graphql"
"""Written by `make sdl`; a test holds that it is what the code says."""
CACHE_CONTROL = {"everybody": "public, no-cache", "signed_in": "private, no-cache"}
"""It may be kept, and is asked about each time."""


class SchemaText(NamedTuple):
    """The text, and what names it."""

    content: bytes
    tag: str


@lru_cache
def read_schema_text() -> SchemaText:
    """Read the text; once, for it changes with the code alone."""
    content = FILE.read_bytes()
    return SchemaText(content, build_entity_tag(content))


class SchemaPage:
    """Answers with the schema whoever may have it."""

    def __init__(
        self,
        make_context: Callable[[Request], Awaitable[Context]],
        audience: IntrospectionAudience,
    ) -> None:
        self._make_context, self._audience = make_context, audience
        self._text = read_schema_text()

    async def __call__(self, request: Request) -> Response:
        """Answer; 304 where the text is known already."""
        context = await self._make_context(request)
        if self._audience == "signed_in" and context.viewer.account_id is None:
            raise HTTPException(401)
        try:
            await spend_points(context, PRICES.public_page)
        except BudgetSpent as spent:
            error = build_spent_error(context, spent, {})
            wait = {"Retry-After": str(count_seconds(context, spent.balance))}
            return JSONResponse({"errors": [error.formatted]}, 429, wait)
        headers = {
            "Cache-Control": CACHE_CONTROL[self._audience],
            "ETag": self._text.tag,
            "Vary": "Authorization",
        }
        if has_entity(request.headers, self._text.tag):
            return Response(None, 304, headers)
        return Response(self._text.content, 200, headers, "text/plain; charset=utf-8")
