"""Pages of other origins: which of them may ask from a browser.

Answers are opened to an exact list and to nobody by default. No cookie is ever set, so a page that
has no token gains nothing by asking (docs/security.md).
"""

from collections.abc import Collection

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

PREFLIGHT_SECONDS = 2 * 60 * 60
"""How long a browser may remember a preflight; no browser keeps one longer."""

METHODS = ("GET", "HEAD", "POST", "PUT")

REQUEST_HEADERS = (
    "Apollo-Require-Preflight",
    "Apollographql-Client-Name",
    "Apollographql-Client-Version",
    "Authorization",
    "Content-Type",
    "GraphQL-Client-Name",
    "GraphQL-Client-Version",
    "If-None-Match",
    "Jiuye-On-Behalf-Of",
    "X-Apollo-Operation-Name",
    "X-Requested-With",
)
"""What clients send beside the headers that any page may send."""

ANSWER_HEADERS = (
    "Content-Disposition",
    "ETag",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "WWW-Authenticate",
)
"""What a page may read of an answer's head."""


def open_to_origins(app: ASGIApp, origins: Collection[str]) -> ASGIApp:
    """Let pages of these origins ask `app`; of none, the way it is."""
    if not origins:
        return app
    return CORSMiddleware(
        app,
        allow_origins=origins,
        allow_methods=METHODS,
        allow_headers=REQUEST_HEADERS,
        allow_private_network=True,
        expose_headers=ANSWER_HEADERS,
        max_age=PREFLIGHT_SECONDS,
    )
