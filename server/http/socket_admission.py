"""The door in front of WebSockets: who has a place, and for how long."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from resolvers.kernel.refusal_log import RefusalLog
from server.http.client_address import get_client_address
from server.http.socket_places import (
    CLOSE_GOING_AWAY,
    PLACE_KEY,
    NoPlace,
    SocketBounds,
    SocketPlace,
    SocketPlaces,
)

STATUS_BUSY = 503

refusals = RefusalLog("jiuye.socket")


class SocketAdmission:
    """Admit a socket, or refuse its handshake before anything is kept for it.

    `admit` raises HTTPException for a token that is worth nothing.
    """

    def __init__(
        self,
        view: ASGIApp,
        admit: Callable[[HTTPConnection], Awaitable[object]],
        bounds: SocketBounds,
    ) -> None:
        self._view, self._admit = view, admit
        self.places = SocketPlaces(bounds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket."""
        try:
            place = self.places.open_place(get_client_address(HTTPConnection(scope)))
        except NoPlace:
            refusals.write("socket refused", status=STATUS_BUSY)
            return await _refuse_handshake(STATUS_BUSY, receive, send)
        closing = ClosingSend(send)
        try:
            async with asyncio.timeout(self.places.begin_seconds) as place.timer:
                await self._admit(HTTPConnection(scope))
                await self._view({**scope, PLACE_KEY: place}, receive, closing)
        except HTTPException as refused:
            await _refuse_handshake(refused.status_code, receive, send)
        except TimeoutError:
            if place.timer is None or not place.timer.expired():
                raise
            await _close(place, closing)
        finally:
            place.leave()


class ClosingSend:
    """Hands on what is sent to a socket, and knows whether it was closed."""

    def __init__(self, send: Send) -> None:
        self._send, self.closed = send, False

    async def __call__(self, message: Message) -> None:
        """Send a message."""
        self.closed = self.closed or message["type"] == "websocket.close"
        await self._send(message)


async def _close(place: SocketPlace, send: ClosingSend) -> None:
    if place.close_code != CLOSE_GOING_AWAY:
        refusals.write("socket closed", code=place.close_code)
    if not send.closed:
        close = {"type": "websocket.close", "code": place.close_code, "reason": "Connect again"}
        await send(close)


async def _refuse_handshake(status: int, receive: Receive, send: Send) -> None:
    await receive()
    start = {"type": "websocket.http.response.start", "status": status, "headers": []}
    await send(start)
    await send({"type": "websocket.http.response.body", "body": b""})
