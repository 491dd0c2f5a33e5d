"""`python -m tests.oracle`: compare money and entitlement, and print cases and differences."""

import argparse
import asyncio
import io
import sys

from server.telemetry.log import configure_logging
from tests.oracle.campaign import RULES
from tests.oracle.compared import compare_cases
from tests.oracle.filed import compare_all_filed


def main() -> int:
    """Read the options, compare, and tell."""
    options = argparse.ArgumentParser(prog="tests.oracle", description=__doc__)
    options.add_argument("--seed", type=int, default=1, help="which cases are drawn")
    options.add_argument("--cases", type=int, default=2000, help="cases of each rule")
    options.add_argument("--rules-only", action="store_true", help="file nothing")
    given = options.parse_args()
    tally = compare_cases(RULES, given.seed, given.cases)
    if not given.rules_only:
        configure_logging(stream=io.StringIO())
        tally.merge(asyncio.run(compare_all_filed(given.seed)))
    print(*tally.describe(), sep="\n")
    return 1 if tally.differences else 0


if __name__ == "__main__":
    sys.exit(main())
