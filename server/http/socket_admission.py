"""The door in front of WebSockets: so many at once, from one address, for so long."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

MAX_SOCKET_SECONDS = 15 * 60
CLOSE_GOING_AWAY = 1001
STATUS_BUSY, STATUS_UNAUTHENTICATED = 503, 401

log = structlog.stdlib.get_logger("jiuye.socket")


class SocketAdmission:
    """Admit a socket, or refuse its handshake before anything is kept for it.

    `admit` raises HTTPException for a token that is worth nothing.
    """

    def __init__(
        self,
        view: ASGIApp,
        admit: Callable[[HTTPConnection], Awaitable[object]],
        most: int,
        most_each: int,
        seconds: float = MAX_SOCKET_SECONDS,
    ) -> None:
        self._view, self._admit = view, admit
        self._most, self._most_each, self._seconds = most, most_each, seconds
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket."""
        address = scope["client"][0] if scope.get("client") else ""
        if self._open.total() >= self._most or self._open[address] >= self._most_each:
            log.info("socket refused", status=STATUS_BUSY)
            return await _refuse_handshake(STATUS_BUSY, receive, send)
        try:
            await self._admit(HTTPConnection(scope))
        except HTTPException:
            return await _refuse_handshake(STATUS_UNAUTHENTICATED, receive, send)
        self._open[address] += 1
        try:
            await self._serve_socket(scope, receive, send)
        finally:
            self._open[address] -= 1
            self._open += Counter()  # forgets who has none

    async def _serve_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout(self._seconds):
                await self._view(scope, receive, send)
        except TimeoutError:
            await send(
                {"type": "websocket.close", "code": CLOSE_GOING_AWAY, "reason": "Connect again"}
            )


async def _refuse_handshake(status: int, receive: Receive, send: Send) -> None:
    await receive()
    start = {"type": "websocket.http.response.start", "status": status, "headers": []}
    await send(start)
    await send({"type": "websocket.http.response.body", "body": b""})
