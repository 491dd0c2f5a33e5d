import asyncio
import contextlib
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

SECONDS = 60
SERVER = """
import sys
import uvicorn
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route
from server.http.protocol import HeadTimeoutProtocol
from server.telemetry.log import configure_logging
from tests.server import graphql_probe

class Told(list):
    def append(self, event):
        print(event, file=sys.stderr, flush=True)

configure_logging()
graphql_probe.EVENTS = Told()
async def download():
    try:
        for _ in range(1_000):
            yield b"x" * 65_536
    finally:
        graphql_probe.EVENTS.append("download ends")

HeadTimeoutProtocol.head_seconds = 0.5
HeadTimeoutProtocol.stalled_seconds = 0.5
HeadTimeoutProtocol.max_requests = 3
HeadTimeoutProtocol.max_connections = 8
app = graphql_probe.make_app()
app.routes.append(Route("/healthz", lambda _: PlainTextResponse("ok")))
app.routes.append(Route("/download", lambda _: StreamingResponse(download())))
uvicorn.run(app, fd={fd}, http=HeadTimeoutProtocol, log_config=None, timeout_keep_alive=3600)
"""
"""Nothing but the time for a head ends a connection or an operation before a test gives up."""
BODY = b'{"query":"{ sleep(seconds: %s) }"}'


def request(seconds: bytes = b"0") -> bytes:
    body = BODY % seconds
    head = b"POST /graphql/ HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
    return head + b"content-length: %d\r\n\r\n" % len(body) + body


@dataclass(frozen=True)
class Server:
    """A process that serves, and what it has logged so far."""

    port: int
    process: "subprocess.Popen[bytes]"
    log: Path

    async def until(self, words: bytes, times: int = 1) -> None:
        """Wait until it has logged words so many times."""
        async with asyncio.timeout(SECONDS):
            while self.log.read_bytes().count(words) < times:  # noqa: ASYNC110 - a file rings none
                await asyncio.sleep(0.01)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    path = tmp_path_factory.mktemp("server") / "log"
    with socket.socket() as listener, path.open("wb") as log:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port, fd = listener.getsockname()[1], listener.fileno()
        command = [sys.executable, "-c", SERVER.format(fd=fd)]
        process = subprocess.Popen(command, pass_fds=[fd], stderr=log)
        listener.close()  # a server that ends refuses its clients, instead of letting them wait
        yield Server(port, process, path)
        if process.poll() is None:
            process.terminate()
        process.wait(SECONDS)


def opened(server: Server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=SECONDS)


def connect(server: Server) -> socket.socket:
    connection = opened(server)
    connection.sendall(request())
    assert b"200 OK" in answer(connection)
    return connection


def answer(connection: socket.socket) -> bytes:
    heard = b""
    while not heard.endswith(b"}}"):
        heard += heard_of(connection)
    return heard


def heard_of(connection: socket.socket) -> bytes:
    part = connection.recv(4096)
    assert part, "the connection is closed"
    return part


def is_dropped(connection: socket.socket) -> bool:
    """Wait until the server closes the connection without a word."""
    return connection.recv(4096) == b""


def is_gone(connection: socket.socket) -> bool:
    """Wait until the server drops the connection, whatever was under way."""
    try:
        return is_dropped(connection)
    except ConnectionResetError:
        return True


def test_an_idle_new_connection_is_dropped_but_not_at_once(server: Server) -> None:
    connect(server).close()
    started = time.monotonic()
    with opened(server) as connection:
        assert is_dropped(connection)
    assert time.monotonic() - started > 0.4


def test_a_head_that_trickles_in_is_dropped(server: Server) -> None:
    connect(server).close()
    with opened(server) as connection:
        connection.settimeout(0.1)
        dropped = False
        for byte in request():
            try:
                connection.sendall(bytes([byte]))
                dropped = connection.recv(10) == b""
            except TimeoutError:
                continue
            except ConnectionError:
                dropped = True
            if dropped:
                break
        assert dropped


def test_a_second_head_on_a_kept_connection_is_held_to_the_same_time(server: Server) -> None:
    with connect(server) as connection:
        connection.sendall(b"POST /gra")
        assert is_dropped(connection)


def test_a_slow_answer_and_a_quiet_kept_connection_are_left_alone(server: Server) -> None:
    with connect(server) as connection:
        time.sleep(0.8)
        connection.sendall(request(b"0.8"))
        assert b"200 OK" in answer(connection)


def test_blank_lines_do_not_hold_a_kept_connection(server: Server) -> None:
    with connect(server) as connection:
        connection.sendall(b"\r\n")
        assert is_dropped(connection)


def test_a_head_behind_a_slow_answer_is_given_its_time(server: Server) -> None:
    with connect(server) as connection:
        connection.sendall(request(b"0.8") + b"POST /gra")
        assert b"200 OK" in answer(connection)
        assert is_dropped(connection)


def test_requests_sent_at_once_are_answered_in_their_order(server: Server) -> None:
    with connect(server) as connection:
        first = request(b"0.2").replace(b"{ sleep(seconds: ", b"{a:sleep(seconds:")
        connection.sendall(first + request())
        heard = answer(connection)
        while heard.count(b"200 OK") < 2 or not heard.endswith(b"}}"):
            heard += heard_of(connection)
        assert heard.index(b'"a":') < heard.index(b'"sleep":')


HOST = b"host: x\r\n"
BAD_HEADS = {
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
    "no version": b"GET /healthz\r\n" + HOST + b"\r\n",
    "no method": b"FETCH /healthz HTTP/1.1\r\n" + HOST + b"\r\n",
    "no such version": b"GET /healthz HTTP/9.9\r\n" + HOST + b"\r\n",
    "a tunnel": b"CONNECT x:80 HTTP/1.1\r\n" + HOST + b"\r\n",
    "a path beyond ASCII": b"GET /\xff HTTP/1.1\r\n" + HOST + b"\r\n",
    "no host": b"GET /healthz HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /healthz HTTP/1.1\r\n" + HOST * 2 + b"\r\n",
    "a blank in a name": b"GET /healthz HTTP/1.1\r\n" + HOST + b"a b: c\r\n\r\n",
    "a blank behind a name": b"GET /healthz HTTP/1.1\r\nhost : x\r\n\r\n",
    "a NUL in a value": b"GET /healthz HTTP/1.1\r\n" + HOST + b"a: \0\r\n\r\n",
    "a folded line": b"GET /healthz HTTP/1.1\r\n" + HOST + b"a: b\r\n c\r\n\r\n",
    "bare line feeds": b"GET /healthz HTTP/1.1\nhost: x\n\n",
    "two lengths": b"POST / HTTP/1.1\r\n"
    + HOST
    + b"content-length: 1\r\ncontent-length: 2\r\n\r\n",
    "a length of letters": b"POST / HTTP/1.1\r\n" + HOST + b"content-length: x\r\n\r\n",
    "a length below nought": b"POST / HTTP/1.1\r\n" + HOST + b"content-length: -1\r\n\r\n",
    "a length and chunks": b"POST / HTTP/1.1\r\n"
    + HOST
    + b"content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks twice": b"POST / HTTP/1.1\r\n"
    + HOST
    + b"transfer-encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "another encoding": b"POST / HTTP/1.1\r\n" + HOST + b"transfer-encoding: gzip\r\n\r\n",
    "too much at once": b"GET /healthz HTTP/1.1\r\n" + HOST + b"a: b\r\n" * 8_000 + b"\r\n",
    "one header too long": b"GET /healthz HTTP/1.1\r\n"
    + HOST
    + b"a: "
    + b"b" * 40_000
    + b"\r\n\r\n",
    "a path too long": b"GET /" + b"b" * 40_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
}
TOO_LARGE = {
    "too much at once": (431, "HEAD_TOO_LARGE"),
    "one header too long": (431, "HEAD_TOO_LARGE"),
    "a path too long": (414, "URL_TOO_LONG"),
}


@pytest.mark.parametrize("what", BAD_HEADS)
@pytest.mark.parametrize("size", [1_000, 100_000])
def test_a_bad_head_is_refused_and_the_connection_closed(
    server: Server, what: str, size: int
) -> None:
    with connect(server) as connection:
        with contextlib.suppress(ConnectionError):
            for start in range(0, len(BAD_HEADS[what]), size):
                connection.sendall(BAD_HEADS[what][start : start + size])
        heard = all_of(connection)
    status, code = TOO_LARGE.get(what, (400, "BAD_REQUEST"))
    assert heard.startswith(b"HTTP/1.1 %d " % status)
    assert heard.count(b"HTTP/1.1") == 1
    (error,) = json.loads(heard.partition(b"\r\n\r\n")[2])["errors"]
    assert error["extensions"] == {"code": code}


def all_of(connection: socket.socket) -> bytes:
    heard = b""
    with contextlib.suppress(ConnectionError):
        while part := connection.recv(4096):
            heard += part
    return heard


def test_a_trailer_is_no_header(server: Server) -> None:
    head, _, body = request().partition(b"\r\n\r\n")
    head = head[: head.index(b"content-length")] + b"transfer-encoding: chunked\r\n\r\n"
    chunk = b"%x\r\n%s\r\n0\r\n" % (len(body), body)
    with connect(server) as connection:
        connection.sendall(head + chunk + b"accept: text/plain\r\n\r\n")
        assert b"200 OK" in answer(connection)
        connection.sendall(request())
        assert b"200 OK" in answer(connection)


def test_an_offer_of_another_protocol_is_passed_over(server: Server) -> None:
    offer = b"connection: upgrade\r\nupgrade: h2c\r\ncontent-length"
    with connect(server) as connection:
        connection.sendall(request().replace(b"content-length", offer))
        assert b"200 OK" in answer(connection)
        connection.sendall(request())
        assert b"200 OK" in answer(connection)


def begin_body(server: Server, sent: int = 1) -> socket.socket:
    """Send a head, and so many bytes of the body that it announces."""
    connection = opened(server)
    head, _, body = request().partition(b"\r\n\r\n")
    connection.sendall(head + b"\r\n\r\n" + body[:sent])
    return connection


def test_idle_connections_give_way_to_who_asks(server: Server) -> None:
    connect(server).close()
    with contextlib.ExitStack() as quiet:
        idle = [quiet.enter_context(opened(server)) for _ in range(24)]
        with connect(server) as asking:
            asking.sendall(request())
            assert b"200 OK" in answer(asking)
        assert is_gone(idle[0])


def test_slow_bodies_give_way_to_who_asks_and_the_slowest_first(server: Server) -> None:
    with contextlib.ExitStack() as slow:
        furthest = slow.enter_context(begin_body(server, 20))
        crowd = [slow.enter_context(begin_body(server)) for _ in range(24)]
        with connect(server):
            pass
        assert is_gone(crowd[0])
        furthest.sendall(request().partition(b"\r\n\r\n")[2][20:])
        assert b"200 OK" in answer(furthest)


def test_the_health_check_is_answered_while_all_places_are_taken(server: Server) -> None:
    asked = server.log.read_bytes().count(b"query starts")
    with contextlib.ExitStack() as busy:
        for _ in range(3):
            busy.enter_context(opened(server)).sendall(request(b"600"))
        asyncio.run(server.until(b"query starts", asked + 3))
        with opened(server) as refused:
            refused.sendall(request())
            assert b"503 Service Unavailable" in heard_of(refused)
        with opened(server) as asking:
            asking.sendall(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
            assert b"200 OK" in heard_of(asking)
    connect(server).close()


async def test_a_client_that_reads_nothing_of_its_answer_is_dropped(server: Server) -> None:
    with opened(server) as stalled:
        stalled.sendall(b"GET /download HTTP/1.1\r\nhost: x\r\n\r\n")
        await server.until(b"download ends")
        heard = 0
        with contextlib.suppress(ConnectionResetError):
            while part := stalled.recv(1 << 20):
                heard += len(part)
        assert heard < 65_536_000


async def test_a_client_that_hangs_up_stops_its_query_on_a_real_server(server: Server) -> None:
    connect(server).close()
    before = server.log.read_bytes().count(b"query starts")
    with opened(server) as connection:
        connection.sendall(request(b"600"))
        await server.until(b"query starts", before + 1)
    await server.until(b'"status":"abandoned"')
    server.process.terminate()
    await asyncio.to_thread(server.process.wait, SECONDS)
    assert b"Traceback" not in server.log.read_bytes()
