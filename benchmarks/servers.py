"""Starts the measured servers, each as one process, and ends them by their ids."""

import base64
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from benchmarks import scale
from benchmarks.database import HOME

START_SECONDS = 60.0
STOP_SECONDS = 10.0


@dataclass
class Server:
    """A server that listens on the loopback interface."""

    name: str
    port: int
    process: subprocess.Popen[bytes]

    def url(self, path: str) -> str:
        """Give the address of one of its paths."""
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def pid(self) -> int:
        """Give the process that serves."""
        return self.process.pid

    def stop(self) -> None:
        """End it, by force if it does not end by itself."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class ServerFailed(RuntimeError):
    """A server did not start, or answered wrongly."""


def environment(database_url: str, key: bytes) -> dict[str, str]:
    """Give the variables that the service and the hand-written endpoints are set by."""
    return {
        "ENVIRONMENT": "production",
        "DATABASE_URL": database_url,
        "JIUYE_SECRET_KEY": base64.b64encode(key).decode(),
        "JIUYE_DATA_KEY": base64.b64encode(scale.compute_data_key(key)).decode(),
        # One account asks as fast as it can, as no client may otherwise.
        "POINTS_PER_ACCOUNT": "1000000000",
        "POINTS_PER_ADDRESS": "1000000000",
        "POINTS_PER_STRANGER": "1000000000",
    }


def started(
    name: str, command: list[str], variables: dict[str, str], folder: Path | None = None
) -> Server:
    """Start a server on a free port and wait until it accepts connections."""
    port = _free_port()
    log = HOME / f"{name}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603 - starting the peers is its purpose
            command,
            env={**os.environ, **variables, "PORT": str(port), "HOST": "127.0.0.1"},
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
    server = Server(name, port, process)
    try:
        _await(server, log)
    except BaseException:
        server.stop()
        raise
    return server


def service(name: str, variables: dict[str, str], *, compiled: bool) -> Server:
    """Start this service, its reads compiled or on the reference path."""
    command = [sys.executable, "-m", "server.cli.main", "serve"]
    return started(name, command, {**variables, "COMPILED_READS": str(compiled).lower()})


def handwritten(name: str, variables: dict[str, str]) -> Server:
    """Start the hand-written endpoints."""
    return started(name, [sys.executable, "-m", "benchmarks.handwritten"], variables)


def post(url: str, content: bytes, token: str | None) -> bytes:
    """Post JSON and give the answer's body."""
    request = urllib.request.Request(url, content, {"Content-Type": "application/json"})  # noqa: S310
    if token is not None:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - our own address
            body: bytes = answer.read()
    except urllib.error.HTTPError as error:
        raise ServerFailed(f"{error.code}: {error.read()[:2000].decode()}") from None
    return body


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _await(server: Server, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", server.port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    words = log.read_text(errors="replace")[-2000:]
    raise ServerFailed(f"{server.name} does not start:\n{words}")
