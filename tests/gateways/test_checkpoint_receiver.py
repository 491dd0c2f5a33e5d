"""Each checkpoint is sent on as it is kept, with a token, to whoever keeps a copy (X9)."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from gateways.checkpoint_receiver import CheckpointReceiver, ReceiverError
from gateways.checkpoint_store import SignedCheckpoint
from rules.kernel.checkpoint import build_checkpoint
from tests.factories.keys import a_signer

SIGNER = a_signer(b"k")
SIGNED = SIGNER.sign(
    build_checkpoint({}, None, datetime(2025, 3, 10, tzinfo=UTC), SIGNER.digest), b"stamp"
)
Taken = list[tuple[str | None, bytes]]


@contextmanager
def run_receiver(status: int) -> Iterator[tuple[str, Taken]]:
    """Take whatever is sent, and answer with a status."""
    taken: Taken = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            taken.append((self.headers["Authorization"], content))
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/", taken
        finally:
            server.shutdown()
            thread.join()


async def test_x9_a_receiver_gets_the_checkpoint_as_it_is_kept() -> None:
    with run_receiver(204) as (url, taken):
        await CheckpointReceiver(url, "secret").send(SIGNED)
        await CheckpointReceiver(url, "").send(SIGNED)
    assert [token for token, _ in taken] == ["Bearer secret", None]
    assert all(SignedCheckpoint.from_json(content) == SIGNED for _, content in taken)
    assert SIGNER.is_signed(SignedCheckpoint.from_json(taken[0][1]))


@pytest.mark.parametrize("status", [302, 401, 503])
async def test_a_receiver_that_does_not_take_it_is_told_of(status: int) -> None:
    with run_receiver(status) as (url, _), pytest.raises(ReceiverError, match="HTTPStatusError"):
        await CheckpointReceiver(url, "secret").send(SIGNED)
