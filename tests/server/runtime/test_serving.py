"""What is listened on, and what is said where it can't be."""

import re
import socket

import pytest

from server.runtime.serving import CannotListen, bind_listener, describe_address, reserve_port


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
