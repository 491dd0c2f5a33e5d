import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

SERVER = """
import uvicorn
from server.log import configure
from server.protocol import PatientProtocol
from tests.server.graphql_probe import make_app
configure()
PatientProtocol.head_seconds = 0.5
uvicorn.run(make_app(), fd={fd}, http=PatientProtocol, log_config=None, timeout_keep_alive=30)
"""
BODY = b'{"query":"{ sleep(seconds: %s) }"}'


def request(seconds: bytes = b"0") -> bytes:
    body = BODY % seconds
    head = b"POST /graphql/ HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
    return head + b"content-length: %d\r\n\r\n" % len(body) + body


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port, fd = listener.getsockname()[1], listener.fileno()
        command = [sys.executable, "-c", SERVER.format(fd=fd)]
        process = subprocess.Popen(command, pass_fds=[fd], stderr=subprocess.PIPE)
        yield port, process
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=10)


def connect(server: tuple[int, "subprocess.Popen[bytes]"]) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", server[0]), timeout=20)
    connection.sendall(request())
    assert b"200 OK" in answer(connection)
    return connection


def answer(connection: socket.socket) -> bytes:
    heard = b""
    while not heard.endswith(b"}}"):
        heard += connection.recv(4096)
    return heard


def seconds_until_closed(connection: socket.socket) -> float:
    started = time.perf_counter()
    assert connection.recv(4096) == b""
    return time.perf_counter() - started


def test_an_idle_new_connection_is_dropped(server: tuple[int, "subprocess.Popen[bytes]"]) -> None:
    connect(server).close()
    with socket.create_connection(("127.0.0.1", server[0]), timeout=5) as connection:
        assert 0.2 < seconds_until_closed(connection) < 2


def test_a_head_that_trickles_in_is_dropped(
    server: tuple[int, "subprocess.Popen[bytes]"],
) -> None:
    connect(server).close()
    with socket.create_connection(("127.0.0.1", server[0]), timeout=5) as connection:
        connection.settimeout(0.1)
        started = time.perf_counter()
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
        assert time.perf_counter() - started < 2


def test_a_second_head_on_a_kept_connection_is_held_to_the_same_time(
    server: tuple[int, "subprocess.Popen[bytes]"],
) -> None:
    with connect(server) as connection:
        connection.sendall(b"POST /gra")
        assert seconds_until_closed(connection) < 2


def test_a_slow_answer_and_a_quiet_kept_connection_are_left_alone(
    server: tuple[int, "subprocess.Popen[bytes]"],
) -> None:
    with connect(server) as connection:
        time.sleep(0.8)
        connection.sendall(request(b"0.8"))
        assert b"200 OK" in answer(connection)


async def test_a_client_that_hangs_up_stops_its_query_on_a_real_server(
    server: tuple[int, "subprocess.Popen[bytes]"],
) -> None:
    connect(server).close()
    with socket.create_connection(("127.0.0.1", server[0]), timeout=5) as connection:
        connection.sendall(request(b"4.5"))
        await asyncio.sleep(0.3)
    await asyncio.sleep(0.3)
    server[1].terminate()
    _, written = await asyncio.to_thread(server[1].communicate, timeout=10)
    assert b'"status":"abandoned"' in written
    assert b"Traceback" not in written
