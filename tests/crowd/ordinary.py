"""`python -m tests.crowd.ordinary PORT TOKEN SECONDS`: somebody who works, in a process apart.

Prints how many milliseconds each read took, what statuses came, and whether the health check
answered, as JSON.
"""

import asyncio
import json
import sys
import time
from typing import Any

from tests.crowd.client import Answer, connect

READ = """{ viewer { name unit { name interns(first: 10) { totalCount edges { node {
  id name status } } } } } }"""
PAUSE_SECONDS = 0.02
HEALTH_EVERY = 10
ADDRESS = "127.0.0.3"
"""From elsewhere than the crowd."""


async def work(port: int, token: str, seconds: float) -> dict[str, Any]:
    """Read again and again for so long."""
    took, statuses, healthy = list[float](), list[int](), list[bool]()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        begun = time.perf_counter()
        answer = await _ask(port, token)
        took.append((time.perf_counter() - begun) * 1000)
        statuses.append(answer.status)
        if len(took) % HEALTH_EVERY == 1:
            healthy.append(await is_healthy(port))
        await asyncio.sleep(PAUSE_SECONDS)
    return {"ms": took, "statuses": statuses, "healthy": all(healthy)}


async def _ask(port: int, token: str) -> Answer:
    """Read over a connection of its own, as whoever comes anew: it must be let in, too."""
    try:
        async with connect(port, ADDRESS) as connection:
            return await connection.ask(READ, None, token)
    except OSError:
        return Answer(0)


async def is_healthy(port: int) -> bool:
    """Whether the health check answers."""
    try:
        async with connect(port) as connection:
            return (await connection.send("/healthz")).status == 200
    except OSError:
        return False


if __name__ == "__main__":
    print(json.dumps(asyncio.run(work(int(sys.argv[1]), sys.argv[2], float(sys.argv[3])))))
