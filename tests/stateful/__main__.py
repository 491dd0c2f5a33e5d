"""`python -m tests.stateful`: walk, and print how many steps broke an invariant."""

import argparse
import logging
import os
import sys
from pathlib import Path

from tests.stateful.campaign import Telling, run_campaign
from tests.stateful.series import run_series


def main() -> int:
    """Read the options, walk, and tell."""
    options = argparse.ArgumentParser(prog="tests.stateful", description=__doc__)
    options.add_argument("--seed", type=int, default=1, help="the first seed")
    options.add_argument("--seeds", type=int, default=1, help="how many seeds")
    options.add_argument("--steps", type=int, default=200, help="steps of each seed")
    options.add_argument(
        "--jobs", type=int, default=0, help="how many processes; one for each core"
    )
    options.add_argument("--all", action="store_true", help="tell known violations as well")
    options.add_argument("--no-shrink", action="store_true", help="don't look for the shortest")
    options.add_argument("--keep", action="store_true", help="write each shortest one to a file")
    options.add_argument("--only", default="", help="tell and shrink only what holds this text")
    options.add_argument("--trace", action="store_true", help="tell all that was sent and answered")
    options.add_argument(
        "--finished", type=Path, help="a file of the seeds that are finished, to go on with others"
    )
    given = options.parse_args()
    logging.disable(logging.CRITICAL)
    telling = Telling(
        shrink=not given.no_shrink,
        keep=given.keep,
        known=given.all,
        only=given.only,
        trace=given.trace,
    )
    seeds = range(given.seed, given.seed + given.seeds)
    jobs = given.jobs or os.cpu_count() or 1
    if given.finished:
        return 1 if run_series(given.finished, seeds, given.steps, jobs, telling) else 0
    return 1 if run_campaign(seeds, given.steps, jobs, telling).broken else 0


if __name__ == "__main__":
    sys.exit(main())
