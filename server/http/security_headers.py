"""The headers that every answer carries, whoever gives it: pages, files, refusals, faults."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

DEFAULT_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
"""An answer is data: no browser shows it as a page, runs what is in it, keeps it, or says whence
it came. A page says itself what it needs instead."""

RAW_HEADERS = [(name.encode(), value.encode()) for name, value in DEFAULT_HEADERS.items()]
_STARTS = frozenset({"http.response.start", "websocket.http.response.start"})


class SecurityHeaders:
    """Add to each answer whichever of the default headers it does not set itself."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand around `app`, outside of what answers its faults."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] in _STARTS:
                given = list(message.get("headers", ()))
                named = {name.lower() for name, _ in given}
                added = [(name, value) for name, value in RAW_HEADERS if name not in named]
                message = {**message, "headers": given + added}
            await send(message)

        await self.app(scope, receive, send_with_headers)
