"""GraphiQL at /graphql, where a build fetched it (`.ci/fetch-graphiql`): no other address."""

import secrets
from base64 import b64encode
from hashlib import sha256, sha384
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from server.http.console import HEADERS, POLICY, STATIC, build_page

FETCHED = STATIC / "graphiql"
"""Where a build puts GraphiQL; not part of the sources."""
MEDIA_TYPES = {
    "react.js": "text/javascript",
    "react-dom.js": "text/javascript",
    "graphiql.js": "text/javascript",
    "graphiql.css": "text/css",
}
EXPLORER_POLICY = POLICY.replace("img-src data:", "img-src data:; font-src data:")
"""GraphiQL brings its fonts in its style."""
NONCE_BYTES = 16
NONCE_HERE = "NONCE-OF-THIS-ANSWER"
FILE_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Vary": "Accept-Encoding",
}
"""What a file's address names never changes: its digest is part of the address."""


class Explorer:
    """Serves the page and what it is made of."""

    def __init__(self, directory: Path) -> None:
        """Read what was fetched."""
        self._directory = directory
        contents = {name: (directory / name).read_bytes() for name in MEDIA_TYPES}
        self._digest = sha256(b"".join(contents.values())).hexdigest()[:16]
        self._integrity_by_name = {
            name: b64encode(sha384(content).digest()).decode() for name, content in contents.items()
        }
        self._page = _mark_nonces(build_page("explorer.html", self._refer))

    @property
    def route(self) -> Route:
        """The route of the files."""
        return Route("/graphql/explorer/{digest}/{name}", self.serve_file, methods=["GET"])

    async def serve_page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the page, whose scripts and styles are known by a word of this answer alone."""
        nonce = secrets.token_urlsafe(NONCE_BYTES)
        allowed = f"'nonce-{nonce}'"
        policy = EXPLORER_POLICY.format(script=allowed, style=allowed, trusted="default")
        page = self._page.replace(NONCE_HERE, nonce)
        headers = {**HEADERS, "Cache-Control": "no-store", "Content-Security-Policy": policy}
        await HTMLResponse(page, headers=headers)(scope, receive, send)

    async def serve_file(self, request: Request) -> Response:
        """Serve one of the files, compressed by the build for whoever takes that."""
        name = request.path_params["name"]
        if request.path_params["digest"] != self._digest or name not in MEDIA_TYPES:
            return Response(status_code=404)
        headers, file = dict(FILE_HEADERS), self._directory / name
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            file = file.with_name(f"{name}.gz")
        return FileResponse(file, headers=headers, media_type=MEDIA_TYPES[name])

    def _refer(self, name: str) -> str | None:
        """Return how the page, at /graphql below whatever a proxy puts before it, names a file."""
        if name not in MEDIA_TYPES:
            return None
        source = "href" if name.endswith(".css") else "src"
        integrity = self._integrity_by_name[name]
        return f' {source}="graphql/explorer/{self._digest}/{name}" integrity="sha384-{integrity}"'


def find_explorer(directory: Path = FETCHED) -> Explorer | None:
    """Return GraphiQL where all of it was fetched."""
    return Explorer(directory) if is_fetched(directory) else None


def is_fetched(directory: Path = FETCHED) -> bool:
    """Tell whether all of GraphiQL is there, in both encodings."""
    return all(
        (directory / name).is_file() and (directory / f"{name}.gz").is_file()
        for name in MEDIA_TYPES
    )


def _mark_nonces(page: str) -> str:
    """Let each script and style of a page carry the nonce."""
    for tag in ("<script", "<style", '<link rel="stylesheet"'):
        page = page.replace(tag, f'{tag} nonce="{NONCE_HERE}"')
    return page
