"""The token endpoint of programs: OAuth 2.0 client credentials (RFC 6749 4.4)."""

from base64 import b64decode
from binascii import Error
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote_plus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from resolvers.accounts.client_credentials import (
    ClientError,
    ClientRefused,
    issue_client_token,
)
from resolvers.kernel.context import Context
from rules.kernel.refusal import Refusal
from rules.kernel.viewer import Viewer

MAX_FORM_BYTES = 8_192
FORM = "application/x-www-form-urlencoded"
NO_STORE = {"cache-control": "no-store", "pragma": "no-cache"}
STATUS_BY_ERROR = {ClientError.INVALID_CLIENT: 401, ClientError.INVALID_SCOPE: 400}


class BadForm(Exception):
    """Say which error of RFC 6749 a request is answered with."""

    def __init__(self, error: str = "invalid_request") -> None:
        super().__init__(error)
        self.error = error


class _Client(NamedTuple):
    """Which program says that it is, and its secret."""

    id: str
    secret: str


async def give_token(request: Request) -> Response:
    """Answer a program's credentials with a token, or with an error by its name."""
    try:
        form = await _read_form(request)
        if form.get("grant_type") != "client_credentials":
            known = "grant_type" in form
            raise BadForm("unsupported_grant_type" if known else "invalid_request")
        client = _read_client(request, form)
    except BadForm as bad:
        return _refuse(bad.error, 400)
    address = request.client.host if request.client else ""
    agent = request.headers.get("user-agent")
    context = Context(request.app.state.service, Viewer(), address, agent)
    try:
        given = await issue_client_token(context, client.id, client.secret, form.get("scope"))
    except ClientRefused as no:
        return _refuse(no.error, STATUS_BY_ERROR[no.error])
    except Refusal:  # too many tries
        return _refuse("temporarily_unavailable", 429, {"retry-after": "600"})
    said = {
        "access_token": given.access.token,
        "token_type": "Bearer",
        "expires_in": int(context.service.tokens.access.total_seconds()),
        "scope": " ".join(given.scopes),
    }
    return JSONResponse(said, headers=NO_STORE)


async def _read_form(request: Request) -> Mapping[str, str]:
    """Read a form; each parameter stands in it once (RFC 6749 3.2)."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise BadForm
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_FORM_BYTES:
            raise BadForm
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise BadForm from error
    form = dict(pairs)
    if len(form) != len(pairs):
        raise BadForm
    return form


def _read_client(request: Request, form: Mapping[str, str]) -> _Client:
    """Read the credentials: by Basic or in the form, and not by both (RFC 6749 2.3)."""
    header = request.headers.get("authorization")
    if header is None:
        return _Client(form.get("client_id", ""), form.get("client_secret", ""))
    scheme, _, given = header.partition(" ")
    if scheme.lower() != "basic" or "client_secret" in form:
        raise BadForm
    try:
        name, colon, secret = b64decode(given.strip(), validate=True).decode().partition(":")
    except (Error, ValueError) as error:
        raise BadForm from error
    if not colon or form.get("client_id", unquote_plus(name)) != unquote_plus(name):
        raise BadForm
    return _Client(unquote_plus(name), unquote_plus(secret))


def _refuse(error: str, status: int, more: Mapping[str, str] | None = None) -> Response:
    headers = {**NO_STORE, **(more or {})}
    if status == 401:
        headers["www-authenticate"] = 'Basic realm="jiuye"'
    return JSONResponse({"error": str(error)}, status, headers)


ROUTES = (Route("/oauth/token", give_token, methods=["POST"]),)
