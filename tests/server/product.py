"""The whole product on demonstration data, in a folder and on a port of its own: `jiuye run`."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx

from server.runtime.serving import reserve_port

ROOT = Path(__file__).parents[2]
START_SECONDS = 180
POLL_SECONDS = 0.2


@asynccontextmanager
async def run_product(home: Path, **settings: str) -> AsyncIterator[int]:
    """Run the product until whoever asked is done, and give its port."""
    async with run_product_process(home, **settings) as (port, _):
        yield port


@asynccontextmanager
async def run_product_process(home: Path, **settings: str) -> AsyncIterator[tuple[int, int]]:
    """Run the product, and give its port and the id of the process that serves."""
    with reserve_port() as port:
        environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "JIUYE_HOME": str(home / "data"),
            "PORT": str(port),
            **settings,
        }
        with (home / "log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "server.cli.main", "run"),
                cwd=ROOT,
                env=environ,
                stdout=log,
                stderr=log,
            )
            try:
                async with asyncio.timeout(START_SECONDS):
                    while not await _is_healthy(port):
                        if process.returncode is not None:
                            raise SystemExit((home / "log").read_text())
                        await asyncio.sleep(POLL_SECONDS)
                yield port, process.pid
            finally:
                with suppress(ProcessLookupError):
                    process.send_signal(signal.SIGTERM)
                await process.wait()


async def await_offload(process: int) -> None:
    """Wait until the offload process of a service listens."""
    for _ in range(int(START_SECONDS / POLL_SECONDS)):
        if any(path.is_socket() for path in _list_offload_sockets(process)):
            return
        await asyncio.sleep(POLL_SECONDS)
    raise SystemExit("the offload process does not listen")


def _list_offload_sockets(process: int) -> list[Path]:
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    words = [Path(f"/proc/{child}/cmdline").read_text().split("\0") for child in children]
    return [Path(each[3]) for each in words if each[2:3] == ["server.runtime.offload"]]


async def _is_healthy(port: int) -> bool:
    async with httpx.AsyncClient() as client:
        try:
            return (await client.get(f"http://127.0.0.1:{port}/healthz")).status_code == 200
        except httpx.TransportError:
            return False
