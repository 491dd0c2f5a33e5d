"""uvicorn's HTTP/1.1 protocol, which also holds heads to a time, a size and RFC 9112.

Whoever is quiet gives way to whoever asks, and the health check is answered in any crowd.
"""

import asyncio
from collections.abc import Iterable
from typing import ClassVar, NamedTuple, cast

import orjson
from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)
from uvicorn.server import ServerState

from server.http.security_headers import DEFAULT_HEADERS

ALLOWED_HOST_COUNTS = {"1.0": (0, 1), "1.1": (1,)}
"""How often a head may name the host, in each version of HTTP that is spoken here."""


HEALTH_PATH = "/healthz"
MAX_REQUESTS = 1_000
"""So many requests are answered at once; more get 503."""
MAX_CONNECTIONS = 2_000
"""Of more connections than these, those that are quiet are dropped; sockets are counted apart."""
JUST_COME_SECONDS = 1


class BadHead(ValueError):
    """A request head that is refused."""


class HeadFault(NamedTuple):
    """What is wrong with a head: status, code, and words in both languages."""

    status: int
    code: str
    message: str


MALFORMED = HeadFault(400, "BAD_REQUEST", "The request is malformed. 请求格式有误。")
URL_TOO_LONG = HeadFault(
    414, "URL_TOO_LONG", "The address is too long: send the query by POST. 地址过长，请用POST提交。"
)
HEAD_TOO_LARGE = HeadFault(431, "HEAD_TOO_LARGE", "The headers are too large. 请求头过大。")


class HeadTimeoutProtocol(HttpToolsProtocol):
    """Wait so many seconds for a complete request head, however slowly bytes trickle in.

    The parser alone takes heads of any size and without a host, takes trailers for headers, and
    forgets the body behind an offer of another protocol.
    """

    head_seconds: ClassVar[float] = 10
    head_bytes: ClassVar[int] = 32 * 1024
    stalled_seconds: ClassVar[float] = 30
    max_requests: ClassVar[int] = MAX_REQUESTS
    max_connections: ClassVar[int] = MAX_CONNECTIONS
    open_connections: ClassVar[set["HeadTimeoutProtocol"]] = set()
    """Those of this process that have not become sockets."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, object],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._head_timer: asyncio.TimerHandle | None = None
        self._in_head, self._read = False, 0
        self._last: RequestResponseCycle | None = None
        self._stalled_timer: asyncio.TimerHandle | None = None
        self.quiet_since, self.body_bytes = self.loop.time(), 0
        self._start_head_timer()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take a connection; of too many, drop the one that matters least."""
        super().connection_made(cast("asyncio.Transport", transport))
        self.open_connections.add(self)
        if len(self.open_connections) > self.max_connections:
            (choose_least(self.open_connections, besides=self) or self).transport.abort()

    def data_received(self, data: bytes) -> None:
        """Read on; stop waiting once a head is complete, wait when anything else comes unasked."""
        self._unset_keepalive_if_required()
        if self._in_head:
            self._read += len(data)
        try:
            self.parser.feed_data(data)
        except HttpParserUpgrade as offer:
            self._answer_upgrade(data[offer.args[0] :])
        except HttpParserError:
            self._refuse_head(MALFORMED)
        self._check_head_bounds()

    def _answer_upgrade(self, rest: bytes) -> None:
        """Accept a socket; read again whatever else is offered, without the offer."""
        if self._should_upgrade():
            self.open_connections.discard(self)
            self.handle_websocket_upgrade()
            return
        line = b" ".join((self.parser.get_method(), self.url, b"HTTP/1.1"))
        headers = [b": ".join(header) for header in self.headers if header[0] != b"upgrade"]
        self.parser = HttpRequestParser(self)
        self.data_received(b"\r\n".join((line, *headers, b"", rest)))

    def _check_head_bounds(self) -> None:
        too_large = self._in_head and self._read > self.head_bytes
        if too_large and not self.transport.is_closing():
            self._refuse_head(self._find_excess())
        if self._in_head or not self._is_answering:
            self._start_head_timer()
        else:
            self._stop_head_timer()

    def on_message_begin(self) -> None:
        """Begin a head."""
        super().on_message_begin()
        self._in_head, self._read = True, 0

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; what comes after the body is none."""
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """End a head; an exception makes the parser refuse it."""
        self._in_head = False
        hosts = sum(name == b"host" for name, _ in self.headers)
        version, method = self.parser.get_http_version(), self.parser.get_method()
        if method == b"CONNECT" or hosts not in ALLOWED_HOST_COUNTS.get(version, ()):
            raise BadHead
        if len(self.url) + sum(len(n) + len(v) + 4 for n, v in self.headers) > self.head_bytes:
            self._refuse_head(self._find_excess())
            raise BadHead
        self.body_bytes = 0
        self.limit_concurrency = 0 if self._is_crowded() else None
        if not self.parser.should_upgrade() or self._should_upgrade():
            super().on_headers_complete()
            self._last = self.cycle

    def _find_excess(self) -> HeadFault:
        """Say whether the address or the headers make a head too large."""
        return URL_TOO_LONG if len(self.url) > self.head_bytes // 2 else HEAD_TOO_LARGE

    def _refuse_head(self, fault: HeadFault) -> None:
        """Answer as the door does, where no request came of a head; then close."""
        if self.transport.is_closing():
            return
        error = {"message": fault.message, "extensions": {"code": fault.code}}
        body = orjson.dumps({"errors": [error]})
        told = DEFAULT_HEADERS | {
            "connection": "close",
            "content-length": str(len(body)),
            "content-type": "application/json; charset=utf-8",
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        self.transport.write(STATUS_LINE[fault.status] + lines.encode() + b"\r\n" + body)
        self.transport.close()

    def _is_crowded(self) -> bool:
        """Return whether so many are answered already that this request is refused."""
        if (
            len(self.tasks) < self.max_requests
            or self.url.partition(b"?")[0] == HEALTH_PATH.encode()
        ):
            return False
        return sum(c.has_whole_request for c in self.open_connections) >= self.max_requests

    def on_body(self, body: bytes) -> None:
        """Take a part of a body."""
        self.body_bytes += len(body)
        super().on_body(body)

    def on_response_complete(self) -> None:
        """End an answer; from now on the connection is quiet."""
        self.quiet_since = self.loop.time()
        super().on_response_complete()

    def pause_writing(self) -> None:
        """Wait until the client reads on, but not for ever."""
        super().pause_writing()
        self._stop_stalled_timer()
        self._stalled_timer = self.loop.call_later(self.stalled_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """Write on: the client reads."""
        self._stop_stalled_timer()
        super().resume_writing()

    def _stop_stalled_timer(self) -> None:
        if self._stalled_timer is not None:
            self._stalled_timer.cancel()
            self._stalled_timer = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self.open_connections.discard(self)
        self._stop_head_timer()
        self._stop_stalled_timer()
        super().connection_lost(exc)

    @property
    def is_quiet(self) -> bool:
        """Return whether no request is being read or answered, but perhaps a head."""
        return not self._is_answering

    @property
    def has_whole_request(self) -> bool:
        """Return whether a request has come with all of its body, and is being answered."""
        return self._is_answering and self._last is not None and not self._last.more_body

    @property
    def _is_answering(self) -> bool:
        """Return whether a request is being answered, or a socket has taken over."""
        if self.transport.get_protocol() is not self:
            return True
        return self._last is not None and not self._last.response_complete

    def _start_head_timer(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(self.head_seconds, self._close_on_timeout)

    def _stop_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _close_on_timeout(self) -> None:
        self._head_timer = None
        if self._is_answering:
            self._start_head_timer()  # a next head may have begun behind the one that is answered
        elif not self.transport.is_closing():
            self.transport.close()


def choose_least(
    connections: Iterable[HeadTimeoutProtocol], besides: HeadTimeoutProtocol
) -> HeadTimeoutProtocol | None:
    """Choose which connection to drop for another.

    First what was quiet for a while, the longest first; then the body that came the least far; then
    whoever has just come and said nothing yet.
    """
    now = besides.loop.time()

    def rank(each: HeadTimeoutProtocol) -> tuple[int, int, float]:
        just_come = now - each.quiet_since < JUST_COME_SECONDS
        order = (2 if just_come else 0) if each.is_quiet else 1
        return order, 0 if each.is_quiet else each.body_bytes, each.quiet_since

    waiting = (each for each in connections if each is not besides and not each.has_whole_request)
    return min(waiting, key=rank, default=None)
