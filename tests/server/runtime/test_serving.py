"""What is listened on, and what is said where it can't be."""

import re
import resource
import socket

import pytest

from server.http.protocol import HeadTimeoutProtocol
from server.runtime.serving import (
    CannotListen,
    allow_open_files,
    bind_listener,
    describe_address,
    reserve_port,
)


@pytest.mark.parametrize(
    ("host", "words"),
    [("no.invalid", "HOST=no.invalid is not known"), ("203.0.113.9", "no address of this machine")],
)
def test_a_host_that_is_none_is_no_fault_of_the_port(host: str, words: str) -> None:
    with pytest.raises(CannotListen, match=re.escape(words)) as refused:
        bind_listener(host, 8000)
    assert "PORT" not in str(refused.value)


def test_a_port_that_is_taken_is_told_with_another_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotListen, match=f"listens on 127.0.0.1 port {port}"):
            bind_listener("127.0.0.1", port)


@pytest.mark.parametrize(
    ("host", "named"), [("127.0.0.1", "127.0.0.1"), ("::1", "[::1]"), ("::", "[::1]")]
)
def test_the_address_is_one_that_a_browser_opens(host: str, named: str) -> None:
    with bind_listener(host, 0) as listener:
        port = listener.getsockname()[1]
        assert describe_address(listener, host) == f"http://{named}:{port}"
        assert port > 0


def test_a_port_that_is_kept_is_free_for_who_binds_it() -> None:
    with reserve_port() as port, bind_listener("127.0.0.1", port) as listener:
        assert describe_address(listener, "127.0.0.1") == f"http://127.0.0.1:{port}"


@pytest.mark.parametrize(
    ("soft", "hard", "asked", "connections"),
    [
        (256, 1 << 20, (3_000, 1 << 20), 2_000),
        (256, resource.RLIM_INFINITY, (3_000, resource.RLIM_INFINITY), 2_000),
        (4_096, 4_096, None, 2_000),
        (1_024, 2_500, (2_500, 2_500), 1_500),
        (256, 256, None, 128),
    ],
)
def test_as_many_files_are_asked_for_as_connections_take_and_fewer_kept_where_there_are_fewer(
    monkeypatch: pytest.MonkeyPatch,
    soft: int,
    hard: int,
    asked: tuple[int, int] | None,
    connections: int,
) -> None:
    said: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: said.append(limits))
    monkeypatch.setattr(HeadTimeoutProtocol, "max_connections", 2_000)
    allow_open_files(3_000)
    assert said == ([asked] if asked else [])
    assert HeadTimeoutProtocol.max_connections == connections
