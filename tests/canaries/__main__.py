"""`python -m tests.canaries`: let canaries out by every input, and fail where one is found."""

import argparse
import asyncio
import logging
import sys
from collections import Counter

import structlog

from tests.canaries.campaign import run_campaign
from tests.factories.database import run_cluster


async def judge(seed: int, share: float) -> bool:
    """Run a share of the campaign, tell, and return whether nothing was found."""
    async with run_cluster() as cluster:
        done = await run_campaign(cluster, seed, share)
    for (where, came_by), count in Counter(
        (leak.where, leak.canary.came_by) for leak in done.leaks
    ).items():
        print(f"{where}: {came_by} ({count})")
    for fault in done.faults:
        print(fault)
    print(f"carried out {done.carried_out} of {done.sent}")
    print(done.describe())
    return not done.leaks and not done.faults


def main() -> int:
    """Read the options, judge, and tell."""
    options = argparse.ArgumentParser(prog="tests.canaries", description=__doc__)
    options.add_argument("--seed", type=int, default=1, help="which sample")
    options.add_argument("--share", type=float, default=1, help="how much of it, 0 to 1")
    given = options.parse_args()
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    return 0 if asyncio.run(judge(given.seed, given.share)) else 1


if __name__ == "__main__":
    sys.exit(main())
