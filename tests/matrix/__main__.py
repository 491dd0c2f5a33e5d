"""`python -m tests.matrix`: ask for every record in every way as everybody; fail on surprises."""

import argparse
import asyncio
import logging
import sys

import structlog

from tests.factories.database import run_cluster
from tests.matrix.scope import a_scene_of_all
from tests.matrix.walk import walk_matrix


async def judge(seed: int, share: float) -> bool:
    """Judge a share of all cases, tell, and return whether all was as expected."""
    async with run_cluster() as cluster, a_scene_of_all(cluster) as scene:
        walk = await walk_matrix(scene, seed, share)
    for told in walk.unexpected:
        print(told)
    for way, count in walk.cases.items():
        print(f"{way:10}{count:7}")
    print(walk.describe())
    return not walk.unexpected


def main() -> int:
    """Read the options, judge, and tell."""
    options = argparse.ArgumentParser(prog="tests.matrix", description=__doc__)
    options.add_argument("--seed", type=int, default=1, help="which sample")
    options.add_argument("--share", type=float, default=1, help="how much of it, 0 to 1")
    given = options.parse_args()
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    return 0 if asyncio.run(judge(given.seed, given.share)) else 1


if __name__ == "__main__":
    sys.exit(main())
