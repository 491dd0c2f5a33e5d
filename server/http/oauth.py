"""The token endpoint of programs: OAuth 2.0 client credentials (RFC 6749 4.4)."""

from base64 import b64decode
from binascii import Error
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote_plus

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateways.fair_line import Crowded
from resolvers.accounts.client_credentials import (
    AskedToken,
    ClientError,
    ClientRefused,
    issue_client_token,
)
from resolvers.kernel.context import Context
from resolvers.kernel.point_budget import BudgetSpent, spend_points
from rules.kernel.refusal import Refusal
from rules.kernel.viewer import Viewer
from server.http.budget_admission import count_seconds
from server.http.certificate_header import get_certificate
from server.http.client_address import get_client_address
from server.http.error_answer import build_unavailable_answer
from server.http.graphql_request import BadRequest
from server.http.price import PRICES
from server.http.strict_http import HungUp, read_body

log = structlog.stdlib.get_logger("jiuye.oauth")

MAX_FORM_BYTES = 8_192
FORM_TIMEOUT_SECONDS = 30
UNAVAILABLE = "temporarily_unavailable"
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
    except HungUp:
        return Response(status_code=400)
    address = get_client_address(request)
    agent = request.headers.get("user-agent")
    context = Context(request.app.state.service, Viewer(), address, agent)
    context.certificate = get_certificate(request)
    asked = AskedToken(*client, form.get("scope"))
    try:
        return await _answer_client(context, asked)
    except (SQLAlchemyError, OSError) as away:
        log.error("programs get no tokens", error=type(away).__name__)
        return build_unavailable_answer(request.headers, error=UNAVAILABLE)


async def _answer_client(context: Context, asked: AskedToken) -> Response:
    try:
        await spend_points(context, PRICES.stranger_mutation)
        given = await issue_client_token(context, asked)
    except ClientRefused as no:
        return _refuse(no.error, STATUS_BY_ERROR[no.error])
    except Refusal as many:
        return _refuse_for_now(many.fault.figures["seconds"])
    except Crowded as crowd:
        return _refuse_for_now(crowd.seconds)
    except BudgetSpent as spent:
        return _refuse_for_now(count_seconds(context, spent.balance))
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
    try:
        body = await read_body(
            request.headers, request.receive, MAX_FORM_BYTES, FORM_TIMEOUT_SECONDS
        )
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict")
    except (BadRequest, ValueError) as error:
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


def _refuse_for_now(seconds: object) -> Response:
    return _refuse(UNAVAILABLE, 429, {"retry-after": str(seconds)})


def _refuse(error: str, status: int, more: Mapping[str, str] | None = None) -> Response:
    headers = {**NO_STORE, **(more or {})}
    if status == 401:
        headers["www-authenticate"] = 'Basic realm="jiuye"'
    return JSONResponse({"error": str(error)}, status, headers)


ROUTES = (Route("/oauth/token", give_token, methods=["POST"]),)
