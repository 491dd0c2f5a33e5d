"""`python -m tests.stateful`: walk, and print how many steps broke an invariant."""

import argparse
import asyncio
import logging
import sys

from tests.stateful.campaign import run_campaign


def main() -> int:
    """Read the options, walk, and tell."""
    options = argparse.ArgumentParser(prog="tests.stateful", description=__doc__)
    options.add_argument("--seed", type=int, default=1, help="the first seed")
    options.add_argument("--seeds", type=int, default=1, help="how many seeds")
    options.add_argument("--steps", type=int, default=200, help="steps of each seed")
    options.add_argument("--all", action="store_true", help="tell known violations as well")
    options.add_argument("--no-shrink", action="store_true", help="don't look for the shortest")
    options.add_argument("--keep", action="store_true", help="write each shortest one to a file")
    options.add_argument("--only", default="", help="tell and shrink only what holds this text")
    given = options.parse_args()
    logging.disable(logging.CRITICAL)
    broken = asyncio.run(
        run_campaign(
            range(given.seed, given.seed + given.seeds),
            given.steps,
            shrink=not given.no_shrink,
            keep=given.keep,
            only=given.only,
            told_known=given.all,
        )
    )
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
