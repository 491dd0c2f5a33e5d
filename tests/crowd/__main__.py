"""`python -m tests.crowd`: how an ordinary client fares beside crowds, on the running product.

A measurement for people: each kind is a ratio to the idle service in the same run. It fails where
something answered 5xx or the health check did not answer, and never by a time.
"""

import argparse
import asyncio
import math
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any

import orjson

from tests.crowd.kinds import KINDS, ROOT, Kind, Target, sign_in, try_sign_in
from tests.server.product import run_product

SIGN_IN_ADDRESS = "127.0.0.2"
"""Whoever really signs in comes from elsewhere than the crowd."""


@dataclass(frozen=True)
class Measured:
    """What came of one kind."""

    name: str
    idle_ms: float
    busy_ms: float
    sign_in_seconds: float
    errors_5xx: int
    healthy: bool
    told: str

    @property
    def ratio(self) -> float:
        return self.busy_ms / self.idle_ms


async def work(target: Target, seconds: float) -> dict[str, Any]:
    """Let somebody work for so long, in a process apart."""
    words = ("-m", "tests.crowd.ordinary", target.port, target.ordinary, seconds)
    process = await asyncio.create_subprocess_exec(
        sys.executable, *map(str, words), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    told, _ = await process.communicate()
    found: dict[str, Any] = orjson.loads(told)
    return found


async def measure(target: Target, name: str, kind: Kind, seconds: float) -> Measured:
    """Let somebody work alone, then beside a crowd, where somebody else signs in as well."""
    idle = await work(target, seconds)
    target.statuses.clear()
    crowd = asyncio.create_task(_run(kind, target))
    try:
        busy, signed_in = await asyncio.gather(work(target, seconds), _time_sign_in(target))
    finally:
        crowd.cancel()
        with suppress(asyncio.CancelledError):
            await crowd
    everybody = [*target.statuses.elements(), *busy["statuses"], *idle["statuses"]]
    told = " ".join(f"{status}:{n}" for status, n in sorted(target.statuses.items()))
    return Measured(
        name=name,
        idle_ms=_compute_p99(idle["ms"]),
        busy_ms=_compute_p99(busy["ms"]),
        sign_in_seconds=signed_in,
        errors_5xx=sum(status >= 500 for status in everybody),
        healthy=busy["healthy"] and set(busy["statuses"]) == {200},
        told=told,
    )


async def _run(kind: Kind, target: Target) -> None:
    await kind(target)


async def _time_sign_in(target: Target) -> float:
    """Say after how many seconds somebody was signed in; infinitely many where they were not."""
    begun = time.perf_counter()
    answer = target.note(await try_sign_in(target.port, "auditor", SIGN_IN_ADDRESS))
    return time.perf_counter() - begun if b"accessToken" in answer.body else math.inf


def _compute_p99(took: Sequence[float]) -> float:
    return quantiles(took, n=100)[-1] if len(took) > 1 else took[0]


async def measure_all(seconds: float, only: str = "") -> Sequence[Measured]:
    """Measure every kind on one running product, and tell of each."""
    found = list[Measured]()
    with tempfile.TemporaryDirectory(prefix="jiuye-crowd-") as home:
        async with run_product(Path(home)) as port:
            for name, kind in KINDS.items():
                if only in name:
                    target = Target(
                        port=port,
                        ordinary=await sign_in(port, "unit"),
                        unit=await sign_in(port, "unit-02"),
                        auditor=await sign_in(port, "auditor"),
                    )
                    one = await measure(target, name, kind, seconds)
                    found.append(one)
                    print(
                        f"{one.name:24} idle {one.idle_ms:7.1f} ms  busy {one.busy_ms:8.1f} ms  "
                        f"x {one.ratio:5.1f}  sign-in {one.sign_in_seconds:4.1f} s  "
                        f"5xx {one.errors_5xx}  {'' if one.healthy else 'UNHEALTHY'} {one.told}",
                        flush=True,
                    )
    return found


def main() -> int:
    """Read the options, measure, and tell."""
    options = argparse.ArgumentParser(prog="tests.crowd", description=__doc__)
    options.add_argument("--seconds", type=float, default=6, help="how long each is measured")
    options.add_argument("--only", default="", help="only kinds with this in their name")
    given = options.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    found = asyncio.run(measure_all(given.seconds, given.only))
    errors, healthy = sum(one.errors_5xx for one in found), all(one.healthy for one in found)
    worst = max(one.ratio for one in found)
    print(
        f"kinds={len(found)} worst_ratio={worst:.1f} errors_5xx={errors} "
        f"healthz={'ok' if healthy else 'failed'}"
    )
    return 0 if healthy and not errors else 1


if __name__ == "__main__":
    sys.exit(main())
