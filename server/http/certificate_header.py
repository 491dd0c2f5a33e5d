"""Client certificates, taken from the proxy alone, which says by a secret that it is the proxy.

Whoever else sends the header is refused, on whatever way: nobody knows whether to believe it.
"""

from hmac import compare_digest
from typing import NamedTuple

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from gateways.client_certificate import PresentedCertificate, read_certificate_header
from resolvers.kernel.refused_access import REFUSED_ACCESS
from rules.kernel.refusal import Reason
from server.http.error_answer import build_error_answer

PROXY_HEADER = "jiuye-proxy"
"""In which the proxy says its secret."""
STATE_KEY = "certificate"
SOCKET_REFUSED = 1008


class CertificateContract(NamedTuple):
    """In which header the proxy hands certificates on, and by which secret it is known."""

    header: str
    secret: str


class CertificateHeader:
    """Read the certificate of each request before anything else looks at it."""

    def __init__(self, app: ASGIApp, contract: CertificateContract | None) -> None:
        """Stand around `app`; without a contract nobody's header is looked at."""
        self.app = app
        self.contract = contract

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on one connection, with the certificate in its state, or refuse it."""
        if self.contract is None or scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        stated = headers.getlist(self.contract.header)
        reason = self._find_fault(headers) if stated else None
        found = None
        if stated and reason is None:
            try:
                (value,) = stated
                found = read_certificate_header(value)
            except ValueError:  # NoCertificate, or several of them
                reason = Reason.CERTIFICATE_UNREADABLE
        if reason is not None:
            REFUSED_ACCESS.record(reason, "certificate")
            await _refuse(scope, receive, send, reason)
            return
        scope.setdefault("state", {})[STATE_KEY] = found
        await self.app(scope, receive, send)

    def _find_fault(self, headers: Headers) -> Reason | None:
        contract = self.contract
        said = headers.getlist(PROXY_HEADER)
        known = (
            contract is not None
            and len(said) == 1
            and compare_digest(said[0].encode(), contract.secret.encode())
        )
        return None if known else Reason.CERTIFICATE_NOT_OF_PROXY


async def _refuse(scope: Scope, receive: Receive, send: Send, reason: Reason) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": SOCKET_REFUSED})
        return
    of_proxy = reason is Reason.CERTIFICATE_UNREADABLE
    status, code = (400, "BAD_REQUEST") if of_proxy else (403, "FORBIDDEN")
    await build_error_answer(Headers(scope=scope), status, code, reason)(scope, receive, send)


def get_certificate(connection: HTTPConnection) -> PresentedCertificate | None:
    """Return the certificate with which somebody came, if the proxy says so."""
    found = getattr(connection.state, STATE_KEY, None)
    return found if isinstance(found, PresentedCertificate) else None
