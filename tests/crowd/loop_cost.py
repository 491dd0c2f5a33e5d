"""`python -m tests.crowd.loop_cost`: what each bomb costs the event loop of the running product.

Counted in time of the processor that the service's one thread of events took, by the kernel: so
it tells the same on a busy machine. Each kind is a ratio to an ordinary read of the same run.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.crowd.client import connect
from tests.crowd.kinds import BOMBS, PARTS, Target, build_bomb, sign_in
from tests.crowd.ordinary import ADDRESS, READ
from tests.server.product import await_offload, run_product_process
from tests.worst.shapes import SHAPES

READS, BOMBS_OF_A_KIND = 300, 24
WARM_UP = 60
MOST_RATIO = 1.0
"""10 bombs in a second then cost less than as many ordinary reads, which nobody notices."""


def read_loop_ms(process: int) -> float:
    """Read how long the first thread of a process has been on a processor, in milliseconds."""
    nanoseconds, _, _ = Path(f"/proc/{process}/task/{process}/schedstat").read_text().split()
    return int(nanoseconds) / 1e6


async def measure_read(target: Target, process: int) -> float:
    """Return what an ordinary read costs the event loop, in milliseconds."""

    async def send_reads(times: int) -> None:
        for _ in range(times):
            async with connect(target.port, ADDRESS) as connection:
                answer = await connection.ask(READ, None, target.ordinary)
                if answer.status != 200:
                    raise SystemExit(f"a read was answered with {answer.status}")

    await send_reads(WARM_UP)
    before = read_loop_ms(process)
    await send_reads(READS)
    return (read_loop_ms(process) - before) / READS


async def measure_bomb(target: Target, process: int, name: str) -> float:
    """Return what a bomb of a kind costs the event loop, in milliseconds."""
    shape = next(each for each in SHAPES if each.name == name)
    bombs = [
        (*build_bomb(target, shape, PARTS[n // 2 % len(PARTS)]), target.unit if n % 2 else None)
        for n in range(BOMBS_OF_A_KIND)
    ]
    target.statuses.clear()
    before = read_loop_ms(process)
    for document, variables, who in bombs:
        await target.ask(document, variables, who)
    return (read_loop_ms(process) - before) / len(bombs)


async def measure_all(only: str, **settings: str) -> float:
    """Measure all kinds, tell of each, and return the greatest ratio."""
    with tempfile.TemporaryDirectory(prefix="jiuye-crowd-") as home:
        async with run_product_process(Path(home), **settings) as (port, process):
            if settings["OFFLOAD"] == "true":
                await await_offload(process)
            target = Target(
                port=port,
                ordinary=await sign_in(port, "unit"),
                unit=await sign_in(port, "unit-02"),
                auditor="",
            )
            read = await measure_read(target, process)
            print(f"ordinary read            {read:6.2f} ms of the event loop", flush=True)
            ratios = dict[str, float]()
            for name in BOMBS:
                if only in name:
                    ms = await measure_bomb(target, process, name)
                    ratios[name] = ms / read
                    told = " ".join(f"{s}:{n}" for s, n in sorted(target.statuses.items()))
                    print(f"{name:24} {ms:6.2f} ms  x {ms / read:5.2f}  {told}", flush=True)
            return max(ratios.values())


def main() -> int:
    """Read the options, measure, and tell."""
    options = argparse.ArgumentParser(prog="tests.crowd.loop_cost", description=__doc__)
    options.add_argument("--only", default="", help="only kinds with this in their name")
    options.add_argument("--here", action="store_true", help="without the offload process")
    given = options.parse_args()
    worst = asyncio.run(measure_all(given.only, OFFLOAD="false" if given.here else "true"))
    print(f"worst_ratio={worst:.2f}")
    return 0 if worst <= MOST_RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
