"""`python -m tests.worst`: search for the costliest request, and fail where one costs too much."""

import argparse
import asyncio
import logging
import sys

import structlog

from server.runtime.garbage_collection import freeze_gc
from tests.worst.probe import Probe
from tests.worst.search import Search


async def search(seed: int, tries: int, most_ms: float) -> bool:
    """Search, tell, and return whether nothing costs more than it may."""
    probe = Probe()
    probe.desk.seconds = 0.05  # its thread's time is not the event loop's: no need to wait for it
    freeze_gc()
    running = Search(probe, seed)
    found = await running.run(tries)
    for one in found:
        who = "signed in" if one.signed_in else "stranger"
        print(f"{one.ms:8.1f} ms  {one.shape.name:14} {who:10} {one.status} {one.knobs}")
        if one.ms > most_ms:
            print(f"             {one.told}")
    worst = found[0].ms
    print(f"documents={running.documents} worst_ms={worst:.1f}")
    return worst <= most_ms


def main() -> int:
    """Read the options, search, and tell."""
    options = argparse.ArgumentParser(prog="tests.worst", description=__doc__)
    options.add_argument("--seed", type=int, default=1, help="the seed of the search")
    options.add_argument("--tries", type=int, default=60, help="requests of each shape")
    options.add_argument("--most-ms", type=float, default=50, help="what a request may cost")
    given = options.parse_args()
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    return 0 if asyncio.run(search(given.seed, given.tries, given.most_ms)) else 1


if __name__ == "__main__":
    sys.exit(main())
